//! Charts of values over the epochs of training, with the name of each curve beside its right end.

use super::axis::{Axis, Scale, Span};
use super::drawing::{Drawing, Entry, LINE_SIGN, SIGN_MIDDLE, WIDTH};
use super::frame::Frame;
use super::shapes::{look, marker, path};
use maud::{Markup, html};

/// A chart of values against epochs.
pub(crate) struct Curves<'a> {
    /// The title of the chart.
    pub(crate) title: String,
    /// The label of the vertical axis.
    pub(crate) unit: &'static str,
    /// How the vertical axis maps values to positions.
    pub(crate) scale: Scale,
    /// The epochs of the values, ascending.
    pub(crate) epochs: &'a [usize],
    /// The selected epoch, marked by a vertical line.
    pub(crate) selected: usize,
    /// The curves, beginning with the most important one, which is drawn on top.
    pub(crate) lines: Vec<Curve>,
}

/// A curve: one value per epoch.
pub(crate) struct Curve {
    /// The name of the curve, a word or two.
    pub(crate) name: String,
    /// The values of the curve; values that are not finite leave a gap.
    pub(crate) values: Vec<f64>,
}

const HEIGHT: f64 = 271.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = WIDTH - 78.0;
const TOP: f64 = 36.0;
const BOTTOM: f64 = HEIGHT - 39.0;

/// The approximate number of markers on a curve.
const MARKERS: usize = 6;
/// The smallest vertical distance between the names of two curves.
const NAME_HEIGHT: f64 = 15.0;

impl Curves<'_> {
    /// The chart below its title and legend, or a sentence in its place if no value is finite.
    pub(crate) fn figure(&self) -> Markup {
        html! {
            figure {
                @if let Some(drawing) = self.draw() {
                    figcaption { b { (self.title) } (drawing.legend()) }
                    (drawing.chart())
                } @else {
                    figcaption { b { (self.title) } }
                    p { "The chart is empty because no value is finite." }
                }
            }
        }
    }

    fn draw(&self) -> Option<Drawing> {
        let values = self.lines.iter().flat_map(|curve| curve.values.iter().copied());
        let y = Span { axis: Axis::covering(values, self.scale)?, from: BOTTOM, to: TOP };
        let last = self.epochs.last().copied().unwrap_or_default();
        let frame = Frame { x: Span { axis: Axis::counting_to(last), from: LEFT, to: RIGHT }, y, height: HEIGHT };
        let entry = |(k, curve): (usize, &Curve)| Entry { sign: sign(k), label: curve.name.clone() };
        Some(Drawing {
            description: self.description(),
            width: WIDTH,
            height: HEIGHT,
            legend: self.lines.iter().enumerate().map(entry).collect(),
            marks: html! {
                (frame.axes("epoch", self.unit))
                (self.selection(&frame))
                // The first curve is drawn last, so that it lies on top.
                @for k in (0..self.lines.len()).rev() { (self.curve(&frame, k)) }
                (self.names(&frame))
            },
        })
    }

    /// A description of the chart for screen readers.
    fn description(&self) -> String {
        let ends = |curve: &Curve| {
            let (first, last) = (curve.values.first()?, curve.values.last()?);
            Some(format!("{}: {first:.4} at the first epoch, {last:.4} at the last. ", curve.name))
        };
        let curves: String = self.lines.iter().filter_map(ends).collect();
        format!("{} by epoch; {}. {curves}Selected: epoch {}.", self.title, self.unit, self.selected)
    }

    /// The vertical line at the selected epoch with its label; empty if the chart does not contain that epoch.
    fn selection(&self, frame: &Frame) -> Markup {
        if !self.epochs.contains(&self.selected) {
            return html! {};
        }
        let x = frame.x.at(self.selected as f64);
        let (anchor, shift) = if x > f64::midpoint(LEFT, RIGHT) { ("end", 4.0) } else { ("start", -4.0) };
        html! {
            path.selected d=(format!("M{x:.1} {:.1}V{BOTTOM:.1}", TOP - 4.0)) {}
            text x=(format!("{:.1}", x + shift)) y=(TOP - 9.0) text-anchor=(anchor) { "selected: epoch " (self.selected) }
        }
    }

    /// The curve with index `k` and its markers.
    fn curve(&self, frame: &Frame, k: usize) -> Markup {
        let points = self.epochs.iter().zip(&self.lines[k].values);
        let place = |(&epoch, &value): (&usize, &f64)| value.is_finite().then(|| frame.place(epoch as f64, value));
        let points: Vec<Option<(f64, f64)>> = points.map(place).collect();
        let stride = points.len().div_ceil(MARKERS).max(1);
        // The markers of different curves are staggered, so that all of them remain visible where curves overlap.
        let offset = k * stride / self.lines.len();
        html! {
            path class=(look("line", k)) d=(path(&points)) {}
            @for point in points.iter().skip(offset).step_by(stride).flatten() {
                path class=(look("marker", k)) d=(marker(k, *point)) {}
            }
        }
    }

    /// The name of each curve, beside its right end.
    fn names(&self, frame: &Frame) -> Markup {
        let ends = self.lines.iter().map(|curve| curve.values.iter().rfind(|value| value.is_finite()));
        let mut names: Vec<(usize, f64)> =
            ends.enumerate().filter_map(|(k, end)| Some((k, frame.y.at(*end?)))).collect();
        names.sort_by(|a, b| a.1.total_cmp(&b.1));
        let places = apart(&names.iter().map(|name| name.1).collect::<Vec<_>>());
        html! {
            @for (&(k, _), y) in names.iter().zip(places) {
                text class=(look("name", k)) x=(RIGHT + 8.0) y=(format!("{:.1}", y + 4.0)) { (self.lines[k].name) }
            }
        }
    }
}

/// The legend's symbol for the curve with index `k`.
fn sign(k: usize) -> Markup {
    html! {
        path class=(look("line", k)) d=(LINE_SIGN) {}
        path class=(look("marker", k)) d=(marker(k, SIGN_MIDDLE)) {}
    }
}

/// The vertical coordinates of names, moved so that they are at least [`NAME_HEIGHT`] apart and at most [`BOTTOM`].
/// `heights` contains the original coordinates in ascending order.
fn apart(heights: &[f64]) -> Vec<f64> {
    let mut moved = heights.to_vec();
    for k in 1..moved.len() {
        moved[k] = moved[k].max(moved[k - 1] + NAME_HEIGHT);
    }
    let mut limit = BOTTOM;
    for height in moved.iter_mut().rev() {
        *height = height.min(limit);
        limit = *height - NAME_HEIGHT;
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: Vec<f64>) -> Curves<'static> {
        let lines = vec![Curve { name: "validation".to_owned(), values }];
        let epochs = &[1, 2, 3, 4];
        Curves { title: "Error".to_owned(), unit: "%", scale: Scale::Linear, epochs, selected: 2, lines }
    }

    #[test]
    fn a_value_lies_at_its_epoch_and_height() {
        let text = chart(vec![0.0, 5.0, 10.0, 2.5]).figure().into_string();
        // Epoch 2 of 4 lies half-way from x = 46 to x = 362, and the value 5 of 10 half-way from y = 232 up to y = 36.
        assert!(text.contains("M125.0 232.0h0L204.0 134.0L283.0 36.0L362.0 183.0"), "{text}");
        assert!(text.contains(r#"<path class="selected" d="M204.0 32.0V232.0">"#), "{text}");
    }

    #[test]
    fn values_that_are_not_finite_leave_a_gap() {
        let text = chart(vec![0.0, f64::NAN, 10.0, f64::INFINITY]).figure().into_string();
        assert!(text.contains(r#"d="M125.0 232.0h0M283.0 36.0h0""#), "{text}");
        let (_, drawing) = text.split_once("aria-label").unwrap();
        let (_, marks) = drawing.split_once('>').unwrap();
        assert!(!marks.contains("NaN") && !marks.contains("inf"), "{text}");
    }

    #[test]
    fn a_chart_without_finite_values_is_a_sentence() {
        assert!(chart(vec![f64::NAN; 4]).figure().into_string().contains("no value is finite"));
        let empty = Curves { epochs: &[], ..chart(vec![]) };
        assert!(empty.figure().into_string().contains("no value is finite"));
    }

    #[test]
    fn one_epoch_is_drawn_as_a_point() {
        let single = Curves { epochs: &[1], selected: 1, ..chart(vec![3.0]) };
        assert!(single.figure().into_string().contains(r#"class="marker look0""#));
    }

    #[test]
    fn names_that_would_overlap_move_apart() {
        assert_eq!(apart(&[50.0, 52.0, 100.0]), [50.0, 65.0, 100.0]);
        assert_eq!(apart(&[230.0, 231.0, 232.0]), [202.0, 217.0, 232.0]);
    }
}
