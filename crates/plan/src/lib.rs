//! Experiments as data: what a file in `configs/paper/` says, and the runs that it stands for.
//!
//! A [`Plan`] has cells. A cell is a network with its settings; its grid is what is chosen on validation data, on the
//! seeds of [`Scale::choose_on`]; its final figures are of the runs of the chosen point on [`Scale::seeds`], which the
//! choice never saw (section 4.1: rates by validation error). [`Plan::cells`] gives the cells of one scale,
//! [`Point::runs`] the settings of each run. Tables, figures and comparisons say how results are shown; `report` reads
//! them. Nothing here knows what a setting means, trains, or reads results.

mod choose;
mod error;
mod expand;
mod misfit;
mod plan;
mod shares;
mod shown;

pub use choose::{Measured, choose};
pub use error::Error;
pub use expand::{Expanded, Point, RunSettings};
pub use plan::{Cell, Draw, Law, Plan, Scale, ScaleName, Settings};
pub use shares::{Combination, NotFactorial, Shares};
pub use shown::{Comparison, Decomposition, Direction, Figure, FigureKind, Gap, Part, Series, Table, Test, Trend};
