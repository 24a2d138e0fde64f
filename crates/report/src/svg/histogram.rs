//! Histograms, in which the area of a bar is the share of the values in its bin.

use super::axis::{Axis, Span};
use super::drawing::Drawing;
use maud::html;
use std::fmt::Write as _;

/// A histogram. Histograms with the same `values` and `highest` can be compared by eye.
pub(crate) struct Histogram<'a> {
    /// A description of the histogram for screen readers.
    pub(crate) description: String,
    /// The bins that contain values, in ascending order.
    pub(crate) bins: &'a [Bin],
    /// The horizontal axis, which covers the values.
    pub(crate) values: &'a Axis,
    /// The density at which a bar has full height; positive.
    pub(crate) highest: f64,
}

/// A bin of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bin {
    /// The lower end of the bin.
    pub(crate) from: f64,
    /// The upper end of the bin.
    pub(crate) to: f64,
    /// The share of all values that lie in the bin, divided by the width of the bin.
    pub(crate) density: f64,
}

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 132.0;
/// The margin at the left and the right, which leaves space for half a label.
const SIDE: f64 = 22.0;
const TOP: f64 = 6.0;
const BOTTOM: f64 = HEIGHT - 24.0;

impl Histogram<'_> {
    /// Draws the histogram above its axis.
    pub(crate) fn draw(&self) -> Drawing {
        let x = Span { axis: self.values.clone(), from: SIDE, to: WIDTH - SIDE };
        Drawing {
            description: self.description.clone(),
            width: WIDTH,
            height: HEIGHT,
            legend: Vec::new(),
            marks: html! {
                path.histogram d=(self.outlines(&x)) {}
                path.axis d=(format!("M{} {BOTTOM}H{}", x.from, x.to)) {}
                (x.ticks_below(BOTTOM))
            },
        }
    }

    /// The outlines of all bars as the data of one path.
    fn outlines(&self, x: &Span) -> String {
        let mut path = String::new();
        for Bin { from, to, density } in self.bins {
            let y = BOTTOM - density / self.highest * (BOTTOM - TOP);
            // Writing to a String cannot fail.
            let _ = write!(path, "M{:.2} {BOTTOM}V{y:.2}H{:.2}V{BOTTOM}z", x.at(*from), x.at(*to));
        }
        path
    }
}
