//! A histogram of bars whose areas are what is compared.

use super::axis::{Axis, Span};
use super::drawing::Drawing;
use maud::html;
use std::fmt::Write as _;

/// A histogram. Several that share their scales are comparable by eye.
pub(crate) struct Histogram<'a> {
    /// What it shows, for readers who cannot see it.
    pub(crate) description: String,
    /// The bins that hold something, in ascending order.
    pub(crate) bins: &'a [Bin],
    /// The range of the values.
    pub(crate) values: &'a Axis,
    /// The density of a bar of full height, above 0.
    pub(crate) highest: f64,
}

/// A bin of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bin {
    /// Where it begins.
    pub(crate) from: f64,
    /// Where it ends.
    pub(crate) to: f64,
    /// Its share divided by its width, which makes the share the area of its bar.
    pub(crate) density: f64,
}

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 132.0;
/// Room for half a label at both ends.
const SIDE: f64 = 22.0;
const TOP: f64 = 6.0;
const BOTTOM: f64 = HEIGHT - 24.0;

impl Histogram<'_> {
    /// The histogram above its axis.
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

    /// The outline of every bar.
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
