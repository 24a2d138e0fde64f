//! The two axes of a chart.

use super::axis::{Scale, Span};
use maud::{Markup, html};

/// The axes of a chart, which meet in its lower left corner.
pub(crate) struct Frame {
    /// From left to right.
    pub(crate) x: Span,
    /// From the bottom, which has the larger coordinate, to the top.
    pub(crate) y: Span,
    /// The height of the drawing.
    pub(crate) height: f64,
}

impl Frame {
    /// Where the point (`x`, `y`) lies.
    pub(crate) fn place(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.at(x), self.y.at(y))
    }

    /// Grid lines, ticks and both axes with their labels.
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
