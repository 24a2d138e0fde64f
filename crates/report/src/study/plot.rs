//! Points and lines over two numbers, as SVG inside the page.
//!
//! Each trace has its own marker, dashes and name in the legend, so that it is told from others without colour, too.

use super::drawing::{Drawing, Entry, WIDTH};
use crate::axis::{Axis, Scale, Tick};
use crate::look::{marker, path};
use maud::{Markup, html};
use stats::Interval;

/// A chart of one number against another.
pub(crate) struct Plot<'a> {
    /// What it shows, for who cannot see it.
    pub(crate) description: String,
    /// What runs to the right.
    pub(crate) x: &'a str,
    /// What runs upwards.
    pub(crate) y: &'a str,
    /// How the horizontal axis maps values.
    pub(crate) scale: Scale,
    /// What is drawn.
    pub(crate) traces: Vec<Trace>,
}

/// A line or a cloud.
pub(crate) struct Trace {
    /// What it is.
    pub(crate) label: String,
    /// Its colour, dashes and marker, by number.
    pub(crate) look: usize,
    /// How it is drawn.
    pub(crate) style: Style,
    /// Its points, of a line from left to right.
    pub(crate) spots: Vec<Spot>,
}

/// A point.
pub(crate) struct Spot {
    /// To the right.
    pub(crate) x: f64,
    /// Upwards.
    pub(crate) y: f64,
    /// How sure its height is.
    pub(crate) interval: Option<Interval>,
}

/// How a trace is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Filled markers, joined.
    Joined,
    /// Filled markers.
    Cloud,
    /// Hollow markers, joined by dots: what others have measured.
    Theirs,
    /// A line without markers.
    Curve,
}

const HEIGHT: f64 = 290.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = WIDTH - 16.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = HEIGHT - 42.0;

/// Looks before they repeat; the style sheet has as many.
const LOOKS: usize = 8;
/// The width of a digit at the largest size of text.
const DIGIT: f64 = 7.5;
/// Half the width of the ends of an interval.
const END: f64 = 3.0;

impl Plot<'_> {
    /// The chart and its legend; nothing when there is nothing to draw.
    pub(crate) fn draw(&self) -> Option<Drawing> {
        let spots = || self.traces.iter().flat_map(|trace| &trace.spots);
        let heights = spots().flat_map(|spot| {
            let ends = spot.interval.map_or([spot.y; 2], |interval| [interval.low, interval.high]);
            [spot.y, ends[0], ends[1]]
        });
        let axes = (Axis::covering(spots().map(|spot| spot.x), self.scale), Axis::covering(heights, Scale::Linear));
        let (Some(x), Some(y)) = axes else { return None };
        let frame = Frame { x, y };
        let entry = |trace: &Trace| Entry { sign: trace.sign(), label: trace.label.clone() };
        Some(Drawing {
            description: self.description.clone(),
            height: HEIGHT,
            legend: self.traces.iter().map(entry).collect(),
            marks: html! {
                (frame.axes(self.x, self.y))
                @for trace in &self.traces { (trace.draw(&frame)) }
            },
        })
    }
}

impl Trace {
    fn draw(&self, frame: &Frame) -> Markup {
        let places: Vec<Option<(f64, f64)>> = self.spots.iter().map(|spot| frame.place(spot)).collect();
        html! {
            @if self.style != Style::Cloud { path class=(self.class("line")) d=(path(&places)) {} }
            @for (spot, place) in self.spots.iter().zip(&places) {
                @if let (Some(interval), Some((x, _))) = (spot.interval, place) {
                    path class=(self.class("interval")) d=(frame.interval(*x, interval)) {}
                }
            }
            @if self.style != Style::Curve {
                @for (x, y) in places.iter().flatten() {
                    path class=(self.class("marker")) d=(marker(self.look, *x, *y)) {}
                }
            }
        }
    }

    /// The trace in small, for the legend.
    fn sign(&self) -> Markup {
        html! {
            @if self.style != Style::Cloud { path class=(self.class("line")) d="M1 6H33" {} }
            @if self.style != Style::Curve { path class=(self.class("marker")) d=(marker(self.look, 17.0, 6.0)) {} }
        }
    }

    fn class(&self, part: &str) -> String {
        let style = match self.style {
            Style::Theirs => " theirs",
            Style::Joined | Style::Cloud => " ours",
            Style::Curve => "",
        };
        format!("{part} look{}{style}", self.look % LOOKS)
    }
}

/// The axes of a plot.
struct Frame {
    x: Axis,
    y: Axis,
}

impl Frame {
    fn x(&self, value: f64) -> f64 {
        LEFT + self.x.place(value) * (RIGHT - LEFT)
    }

    fn y(&self, value: f64) -> f64 {
        BOTTOM - self.y.place(value) * (BOTTOM - TOP)
    }

    /// Where a point lies, if it is finite.
    fn place(&self, spot: &Spot) -> Option<(f64, f64)> {
        (spot.x.is_finite() && spot.y.is_finite()).then(|| (self.x(spot.x), self.y(spot.y)))
    }

    fn interval(&self, x: f64, interval: Interval) -> String {
        let (low, high) = (self.y(interval.low), self.y(interval.high));
        let (left, width) = (x - END, 2.0 * END);
        format!("M{left:.1} {low:.1}h{width}M{left:.1} {high:.1}h{width}M{x:.1} {low:.1}V{high:.1}")
    }

    fn axes(&self, x_label: &str, y_label: &str) -> Markup {
        html! {
            @for tick in &self.y.ticks {
                @let y = format!("{:.1}", self.y(tick.value));
                path.grid d=(format!("M{LEFT} {y}H{RIGHT}")) {}
                text x=(LEFT - 6.0) y=(y) dy="0.35em" text-anchor="end" { (tick.label) }
            }
            @for tick in &self.x.ticks {
                path.axis d=(format!("M{:.1} {BOTTOM}v4", self.x(tick.value))) {}
            }
            @for tick in legible(&self.x) {
                text x=(format!("{:.1}", self.x(tick.value))) y=(BOTTOM + 17.0) text-anchor="middle" { (tick.label) }
            }
            path.axis d=(format!("M{LEFT} {TOP}V{BOTTOM}H{RIGHT}")) {}
            text x="0" y="12" { (y_label) }
            text x=(f64::midpoint(LEFT, RIGHT)) y=(HEIGHT - 6.0) text-anchor="middle" {
                (x_label) @if self.x.scale == Scale::Logarithmic { ", logarithmic" }
            }
        }
    }
}

/// The ticks whose labels do not lie upon one another: powers of ten first on a logarithmic axis, then from the left.
fn legible(axis: &Axis) -> Vec<&Tick> {
    let power = |tick: &&Tick| axis.scale == Scale::Logarithmic && tick.value.log10().fract().abs() < 1e-9;
    let (first, others): (Vec<&Tick>, Vec<&Tick>) = axis.ticks.iter().partition(power);
    let mut kept: Vec<&Tick> = Vec::new();
    for tick in first.into_iter().chain(others) {
        let clear = |other: &&Tick| {
            let apart = (axis.place(tick.value) - axis.place(other.value)).abs() * (RIGHT - LEFT);
            // Half of each label, and a digit between them.
            apart >= DIGIT * ((tick.label.len() + other.label.len()) as f64 / 2.0 + 1.0)
        };
        if kept.iter().all(clear) {
            kept.push(tick);
        }
    }
    kept.sort_by(|a, b| a.value.total_cmp(&b.value));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(style: Style, spots: Vec<Spot>) -> Option<Drawing> {
        let traces = vec![Trace { label: "softplus".to_owned(), look: 0, style, spots }];
        Plot { description: "d".to_owned(), x: "alpha", y: "error", scale: Scale::Linear, traces }.draw()
    }

    fn plot(style: Style, spots: Vec<Spot>) -> String {
        drawn(style, spots).unwrap().in_page().into_string()
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
    fn what_is_not_finite_is_not_drawn() {
        let text = plot(Style::Joined, vec![spot(0.0, f64::NAN), spot(1.0, 2.0), spot(3.0, 4.0)]);
        assert!(!text.contains("NaN"), "{text}");
        assert!(drawn(Style::Joined, vec![]).is_none());
    }

    #[test]
    fn labels_do_not_lie_upon_one_another() {
        for scale in [Scale::Linear, Scale::Logarithmic] {
            for high in [0.001, 0.01, 0.1, 1.0, 1e7] {
                let axis = Axis::covering([1e-5, high].into_iter(), scale).unwrap();
                let shown = legible(&axis);
                for both in shown.windows(2) {
                    let apart = (axis.place(both[1].value) - axis.place(both[0].value)) * (RIGHT - LEFT);
                    let needed = (both[0].label.len() + both[1].label.len()) as f64 * DIGIT / 2.0;
                    assert!(apart > needed, "{} {}", both[0].label, both[1].label);
                }
            }
        }
    }
}
