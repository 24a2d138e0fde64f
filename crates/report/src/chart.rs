//! Lines over epochs, as SVG inside the page.
//!
//! A line is told from the others by its colour, its dashes, its markers and its name beside its end.
//! Coordinates are those of the `viewBox`; the style sheet sets the colours of both themes and the size of the text.

use crate::axis::{Axis, Scale};
use crate::look::{marker, path};
use maud::{Markup, html};

/// A chart of values against epochs.
pub(crate) struct Chart<'a> {
    /// Tells its parts from those of other charts: letters only.
    pub(crate) id: &'static str,
    /// What it shows.
    pub(crate) title: &'static str,
    /// What the vertical axis counts.
    pub(crate) unit: &'static str,
    /// How the vertical axis maps values.
    pub(crate) scale: Scale,
    /// The epoch of each value.
    pub(crate) epochs: &'a [usize],
    /// The epoch to mark.
    pub(crate) selected: usize,
    /// What is drawn; the first is the one to look at.
    pub(crate) lines: Vec<Line>,
}

/// A value per epoch.
pub(crate) struct Line {
    /// What it is, a word or two.
    pub(crate) name: String,
    /// Its values; those that are not finite leave a gap.
    pub(crate) values: Vec<f64>,
}

const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 270.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = WIDTH - 78.0;
const TOP: f64 = 36.0;
const BOTTOM: f64 = HEIGHT - 38.0;

/// Lines that look different before the looks repeat; the style sheet has as many.
const LOOKS: usize = 4;
/// Markers that differ before they repeat.
const SHAPES: usize = 3;
/// Markers on a line, about.
const MARKERS: usize = 6;
/// The least distance of two names beside the ends of their lines.
const NAME_HEIGHT: f64 = 15.0;

impl Chart<'_> {
    /// The chart with its title and legend; a sentence instead when there is nothing to draw.
    pub(crate) fn figure(&self) -> Markup {
        let values = self.lines.iter().flat_map(|line| line.values.iter().copied());
        let Some(y) = Axis::covering(values, self.scale) else {
            return html! { figure { figcaption { b { (self.title) } } p { "There is no finite number to draw." } } };
        };
        let x = Axis::linear(0.0, self.epochs.last().copied().unwrap_or(1).max(1) as f64);
        let frame = Frame { x, y };
        let label = format!("{0}-title {0}-desc", self.id);
        html! {
            figure {
                figcaption {
                    b { (self.title) }
                    ul.legend { @for (k, line) in self.lines.iter().enumerate() { li { (sample(k)) (line.name) } } }
                }
                svg.chart viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-labelledby=(label) {
                    title id=(format!("{}-title", self.id)) { (self.title) " by epoch" }
                    desc id=(format!("{}-desc", self.id)) { (self.description()) }
                    (frame.axes(self.unit))
                    (self.selection(&frame))
                    @for k in (0..self.lines.len()).rev() { (self.line(&frame, k)) }
                    (self.names(&frame))
                }
            }
        }
    }

    /// What the chart shows, for who cannot see it.
    fn description(&self) -> String {
        let ends = |line: &Line| {
            let (first, last) = (line.values.first()?, line.values.last()?);
            Some(format!("{}: {first:.4} at the first epoch, {last:.4} at the last. ", line.name))
        };
        let lines: String = self.lines.iter().filter_map(ends).collect();
        format!("{}. {lines}Selected: epoch {}.", self.unit, self.selected)
    }

    /// The vertical line through the selected epoch; nothing when it is not one of the chart's.
    fn selection(&self, frame: &Frame) -> Markup {
        if !self.epochs.contains(&self.selected) {
            return html! {};
        }
        let x = frame.x(self.selected);
        let (anchor, shift) = if x > f64::midpoint(LEFT, RIGHT) { ("end", 4.0) } else { ("start", -4.0) };
        html! {
            path.selected d=(format!("M{x:.1} {:.1}V{BOTTOM:.1}", TOP - 4.0)) {}
            text x=(format!("{:.1}", x + shift)) y=(TOP - 9.0) text-anchor=(anchor) { "selected: epoch " (self.selected) }
        }
    }

    /// Line `k` and its markers.
    fn line(&self, frame: &Frame, k: usize) -> Markup {
        let points = self.epochs.iter().zip(&self.lines[k].values);
        let points: Vec<Option<(f64, f64)>> =
            points.map(|(&epoch, &value)| value.is_finite().then(|| (frame.x(epoch), frame.y(value)))).collect();
        let stride = points.len().div_ceil(MARKERS).max(1);
        // Where lines lie upon one another, each shows its own markers.
        let offset = k * stride / self.lines.len();
        html! {
            path class=(format!("line look{}", k % LOOKS)) d=(path(&points)) {}
            @for (x, y) in points.iter().skip(offset).step_by(stride).flatten() {
                path class=(format!("marker look{}", k % LOOKS)) d=(marker(k % SHAPES, *x, *y)) {}
            }
        }
    }

    /// The name of each line beside its end.
    fn names(&self, frame: &Frame) -> Markup {
        let ends = self.lines.iter().map(|line| line.values.iter().rfind(|value| value.is_finite()));
        let mut names: Vec<(usize, f64)> = ends.enumerate().filter_map(|(k, end)| Some((k, frame.y(*end?)))).collect();
        names.sort_by(|a, b| a.1.total_cmp(&b.1));
        let places = apart(&names.iter().map(|name| name.1).collect::<Vec<_>>());
        html! {
            @for (&(k, _), y) in names.iter().zip(places) {
                text class=(format!("name look{}", k % LOOKS)) x=(RIGHT + 8.0) y=(format!("{:.1}", y + 4.0)) {
                    (self.lines[k].name)
                }
            }
        }
    }
}

/// The axes of a chart.
struct Frame {
    x: Axis,
    y: Axis,
}

impl Frame {
    fn x(&self, epoch: usize) -> f64 {
        LEFT + self.x.place(epoch as f64) * (RIGHT - LEFT)
    }

    fn y(&self, value: f64) -> f64 {
        BOTTOM - self.y.place(value) * (BOTTOM - TOP)
    }

    fn axes(&self, unit: &str) -> Markup {
        html! {
            @for tick in &self.y.ticks {
                @let y = format!("{:.1}", self.y(tick.value));
                path.grid d=(format!("M{LEFT} {y}H{RIGHT}")) {}
                text x=(LEFT - 6.0) y=(y) dy="0.35em" text-anchor="end" { (tick.label) }
            }
            @for tick in self.x.ticks.iter().filter(|tick| tick.value.fract() == 0.0) {
                @let x = format!("{:.1}", LEFT + self.x.place(tick.value) * (RIGHT - LEFT));
                path.axis d=(format!("M{x} {BOTTOM}v4")) {}
                text x=(x) y=(BOTTOM + 17.0) text-anchor="middle" { (tick.label.trim_end_matches(".0")) }
            }
            path.axis d=(format!("M{LEFT} {TOP}V{BOTTOM}H{RIGHT}")) {}
            text x="0" y="12" { (unit) @if self.y.scale == Scale::Logarithmic { ", logarithmic" } }
            text x=(f64::midpoint(LEFT, RIGHT)) y=(HEIGHT - 5.0) text-anchor="middle" { "epoch" }
        }
    }
}

/// Line `k` in small, for the legend.
fn sample(k: usize) -> Markup {
    html! {
        svg.sample viewBox="0 0 34 12" aria-hidden="true" {
            path class=(format!("line look{}", k % LOOKS)) d="M1 6H33" {}
            path class=(format!("marker look{}", k % LOOKS)) d=(marker(k % SHAPES, 17.0, 6.0)) {}
        }
    }
}

/// Ascending places moved as little as needed to lie [`NAME_HEIGHT`] apart and, if they fit, inside the chart.
fn apart(places: &[f64]) -> Vec<f64> {
    let mut moved = places.to_vec();
    for k in 1..moved.len() {
        moved[k] = moved[k].max(moved[k - 1] + NAME_HEIGHT);
    }
    let mut limit = BOTTOM;
    for place in moved.iter_mut().rev() {
        *place = place.min(limit);
        limit = *place - NAME_HEIGHT;
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: Vec<f64>) -> Chart<'static> {
        let lines = vec![Line { name: "validation".to_owned(), values }];
        let epochs = &[1, 2, 3, 4];
        Chart { id: "error", title: "Error", unit: "%", scale: Scale::Linear, epochs, selected: 2, lines }
    }

    #[test]
    fn a_value_lies_at_its_epoch_and_height() {
        let text = chart(vec![0.0, 5.0, 10.0, 2.5]).figure().into_string();
        // Epoch 2 of 4 is half-way from 46 to 362, and 5 of 10 half-way from 232 up to 36.
        assert!(text.contains("M125.0 232.0h0L204.0 134.0L283.0 36.0L362.0 183.0"), "{text}");
        assert!(text.contains(r#"<path class="selected" d="M204.0 32.0V232.0">"#), "{text}");
    }

    #[test]
    fn numbers_that_are_not_finite_leave_a_gap() {
        let text = chart(vec![0.0, f64::NAN, 10.0, f64::INFINITY]).figure().into_string();
        assert!(text.contains(r#"d="M125.0 232.0h0M283.0 36.0h0""#), "{text}");
        let drawing = text.split_once("</desc>").unwrap().1;
        assert!(!drawing.contains("NaN") && !drawing.contains("inf"), "{text}");
    }

    #[test]
    fn nothing_to_draw_is_said() {
        assert!(chart(vec![f64::NAN; 4]).figure().into_string().contains("no finite number"));
        let empty = Chart { epochs: &[], ..chart(vec![]) };
        assert!(empty.figure().into_string().contains("no finite number"));
    }

    #[test]
    fn one_epoch_is_drawn_as_a_point() {
        let single = Chart { epochs: &[1], selected: 1, ..chart(vec![3.0]) };
        assert!(single.figure().into_string().contains(r#"class="marker look0""#));
    }

    #[test]
    fn names_that_would_lie_upon_one_another_move_apart() {
        assert_eq!(apart(&[50.0, 52.0, 100.0]), [50.0, 65.0, 100.0]);
        assert_eq!(apart(&[230.0, 231.0, 232.0]), [202.0, 217.0, 232.0]);
    }
}
