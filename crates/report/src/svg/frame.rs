//! The pair of axes of a chart.

use super::axis::{Scale, Span};
use maud::{Markup, html};

/// The two axes of a chart, which meet at the lower left.
pub(crate) struct Frame {
    /// The horizontal axis, from left to right.
    pub(crate) x: Span,
    /// The vertical axis, from the bottom, which has the larger coordinate, to the top.
    pub(crate) y: Span,
    /// The height of the drawing.
    pub(crate) height: f64,
}

impl Frame {
    /// The coordinates of the point with the values `x` and `y`.
    pub(crate) fn place(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.at(x), self.y.at(y))
    }

    /// Both axes with their ticks and labels, and horizontal grid lines.
    pub(crate) fn axes(&self, x_label: &str, y_label: &str) -> Markup {
        let (left, right, top, bottom) = (self.x.from, self.x.to, self.y.to, self.y.from);
        html! {
            @for tick in &self.y.axis.ticks {
                @let y = format!("{:.1}", self.y.at(tick.value));
                path.grid d=(format!("M{left} {y}H{right}")) {}
                text x=(left - 6.0) y=(y) dy="0.35em" text-anchor="end" { (tick.label) }
            }
            (self.x.ticks_below(bottom))
            path.axis d=(format!("M{left} {top}V{bottom}H{right}")) {}
            text x="0" y="12" { (y_label) (logarithmic(&self.y)) }
            text x=(f64::midpoint(left, right)) y=(self.height - 6.0) text-anchor="middle" {
                (x_label) (logarithmic(&self.x))
            }
        }
    }
}

fn logarithmic(span: &Span) -> &'static str {
    if span.axis.scale == Scale::Logarithmic { ", logarithmic" } else { "" }
}
