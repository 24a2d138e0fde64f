//! Charts as SVG, for pages and for documents.
//!
//! | file | contents |
//! |---|---|
//! | `axis.rs` | ranges with round ticks, and axes laid along a side of a chart |
//! | `shapes.rs` | paths of lines, markers and intervals, and the classes that give them their look |
//! | `frame.rs` | a chart's two axes |
//! | `drawing.rs` | a chart with its legend, in a page or as a separate file |
//! | `plot.rs`, `curves.rs`, `bars.rs`, `histogram.rs` | the kinds of chart |
//!
//! Coordinates are those of the `viewBox`; the style sheet sets the size of the text and the colours of both themes.
//! Series differ not by colour alone, but also by dashes, markers and names.

mod axis;
mod bars;
mod curves;
mod drawing;
mod frame;
mod histogram;
mod plot;
mod shapes;

pub(crate) use axis::{Axis, Scale};
pub(crate) use bars::{Bar, Bars, Group};
pub(crate) use curves::{Curve, Curves};
pub(crate) use drawing::{Drawing, STYLE};
pub(crate) use histogram::{Bin, Histogram};
pub(crate) use plot::{Plot, Spot, Style, Trace};
