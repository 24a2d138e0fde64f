//! Charts of points and lines in a plane with two axes.

use super::axis::{Axis, Scale, Span};
use super::drawing::{Drawing, Entry, LINE_SIGN, SIGN_MIDDLE, WIDTH};
use super::frame::Frame;
use super::shapes::{dots, look, marker, path, upright_interval};
use maud::{Markup, html};
use stats::Interval;

/// A chart of one quantity against another.
pub(crate) struct Plot<'a> {
    /// A description of the chart for screen readers.
    pub(crate) description: String,
    /// The label of the horizontal axis.
    pub(crate) x: &'a str,
    /// The label of the vertical axis.
    pub(crate) y: &'a str,
    /// How the horizontal axis maps values to positions.
    pub(crate) scale: Scale,
    /// The traces, from the bottommost to the topmost.
    pub(crate) traces: Vec<Trace>,
}

/// A trace: points drawn as a line, as markers, or as both.
pub(crate) struct Trace {
    /// The label of the trace in the legend.
    pub(crate) label: String,
    /// The index of the trace's series. The index determines the colour, the dashes and the marker of the trace.
    pub(crate) look: usize,
    /// How the trace is drawn.
    pub(crate) style: Style,
    /// The points of the trace; the points of a line are in order from left to right.
    pub(crate) spots: Vec<Spot>,
}

/// A point of a trace.
pub(crate) struct Spot {
    /// The horizontal value.
    pub(crate) x: f64,
    /// The vertical value.
    pub(crate) y: f64,
    /// The confidence interval of the vertical value; `None` if the value has no interval.
    pub(crate) interval: Option<Interval>,
}

/// How a trace is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Filled markers joined by a line.
    Joined,
    /// Filled markers without a line.
    Cloud,
    /// Hollow markers joined by a dotted line, for values that the paper reports.
    Theirs,
    /// A line without markers.
    Curve,
    /// Small discs without a line, for many points.
    Dots,
}

const HEIGHT: f64 = 290.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = WIDTH - 16.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = HEIGHT - 42.0;

impl Plot<'_> {
    /// Draws the chart and its legend; `None` if either coordinate has no finite value.
    pub(crate) fn draw(&self) -> Option<Drawing> {
        let spots = || self.traces.iter().flat_map(|trace| &trace.spots);
        let x = Axis::covering(spots().map(|spot| spot.x), self.scale)?;
        let y = Axis::covering(spots().flat_map(Spot::extent), Scale::Linear)?;
        let frame = Frame {
            x: Span { axis: x, from: LEFT, to: RIGHT },
            y: Span { axis: y, from: BOTTOM, to: TOP },
            height: HEIGHT,
        };
        let entry = |trace: &Trace| Entry { sign: trace.sign(), label: trace.label.clone() };
        Some(Drawing {
            description: self.description.clone(),
            width: WIDTH,
            height: HEIGHT,
            legend: self.traces.iter().map(entry).collect(),
            marks: html! {
                (frame.axes(self.x, self.y))
                @for trace in &self.traces { (trace.draw(&frame)) }
            },
        })
    }
}

impl Spot {
    /// The values that the vertical axis must cover for this point.
    fn extent(&self) -> [f64; 3] {
        let Interval { low, high } = self.interval.unwrap_or(Interval { low: self.y, high: self.y });
        [self.y, low, high]
    }

    /// The coordinates of the point; `None` if one of its values is not finite.
    fn place(&self, frame: &Frame) -> Option<(f64, f64)> {
        (self.x.is_finite() && self.y.is_finite()).then(|| frame.place(self.x, self.y))
    }
}

impl Style {
    fn has_line(self) -> bool {
        matches!(self, Self::Joined | Self::Theirs | Self::Curve)
    }

    fn has_markers(self) -> bool {
        matches!(self, Self::Joined | Self::Theirs | Self::Cloud)
    }
}

impl Trace {
    fn draw(&self, frame: &Frame) -> Markup {
        let places: Vec<Option<(f64, f64)>> = self.spots.iter().map(|spot| spot.place(frame)).collect();
        html! {
            @if self.style.has_line() { path class=(self.class("line")) d=(path(&places)) {} }
            @if self.style == Style::Dots { path class=(self.class("dots")) d=(dots(&places)) {} }
            @for (spot, at) in self.spots.iter().zip(&places) {
                @if let (Some(interval), Some((x, _))) = (spot.interval, at) {
                    path class=(self.class("interval")) d=(upright_interval(*x, frame.y.interval(interval))) {}
                }
            }
            @if self.style.has_markers() {
                @for point in places.iter().flatten() {
                    path class=(self.class("marker")) d=(marker(self.look, *point)) {}
                }
            }
        }
    }

    /// The legend's symbol for the trace.
    fn sign(&self) -> Markup {
        html! {
            @if self.style.has_line() { path class=(self.class("line")) d=(LINE_SIGN) {} }
            @if self.style == Style::Dots { path class=(self.class("dots")) d=(dots(&[Some(SIGN_MIDDLE)])) {} }
            @if self.style.has_markers() {
                path class=(self.class("marker")) d=(marker(self.look, SIGN_MIDDLE)) {}
            }
        }
    }

    fn class(&self, part: &str) -> String {
        let style = match self.style {
            Style::Theirs => " theirs",
            Style::Joined | Style::Cloud => " ours",
            Style::Curve | Style::Dots => "",
        };
        look(part, self.look) + style
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(style: Style, spots: Vec<Spot>) -> Option<Drawing> {
        let traces = vec![Trace { label: "softplus".to_owned(), look: 0, style, spots }];
        Plot { description: "d".to_owned(), x: "alpha", y: "error", scale: Scale::Linear, traces }.draw()
    }

    fn plot(style: Style, spots: Vec<Spot>) -> String {
        drawn(style, spots).unwrap().chart().into_string()
    }

    fn spot(x: f64, y: f64) -> Spot {
        Spot { x, y, interval: None }
    }

    #[test]
    fn points_lie_at_their_numbers_and_lines_join_them() {
        let text = plot(Style::Joined, vec![spot(0.0, 0.0), spot(5.0, 10.0)]);
        assert!(text.contains(r#"class="line look0 ours" d="M46.0 248.0h0L424.0 26.0""#), "{text}");
        let cloud = plot(Style::Cloud, vec![spot(0.0, 0.0), spot(5.0, 10.0)]);
        assert!(!cloud.contains("class=\"line"), "{cloud}");
    }

    #[test]
    fn an_interval_is_within_the_axis() {
        let interval = Some(Interval { low: -5.0, high: 25.0 });
        let text = plot(Style::Joined, vec![spot(0.0, 0.0), Spot { interval, ..spot(5.0, 10.0) }]);
        // The axis runs from -10 to 30.
        assert!(text.contains("M424.0 220.2V53.8"), "{text}");
    }

    #[test]
    fn points_that_are_not_finite_are_left_out() {
        let text = plot(Style::Joined, vec![spot(0.0, f64::NAN), spot(1.0, 2.0), spot(3.0, 4.0)]);
        assert!(!text.contains("NaN"), "{text}");
        assert!(drawn(Style::Joined, vec![]).is_none());
    }
}
