//! Charts as SVG, for HTML pages and Markdown documents.
//!
//! | file | contents |
//! |---|---|
//! | `axis.rs` | axes with ticks at round numbers |
//! | `shapes.rs` | paths of lines, markers and intervals, and the CSS classes that style them |
//! | `frame.rs` | the pair of axes of a chart |
//! | `drawing.rs` | a chart with its legend, in a page or as an SVG file |
//! | `plot.rs`, `curves.rs`, `bars.rs`, `histogram.rs` | the kinds of charts |
//!
//! Coordinates are in the coordinate system of the `viewBox`. The style sheet sets the font size and the colours of the
//! light and dark themes. Series differ not only in colour but also in dashes, markers and names.

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
