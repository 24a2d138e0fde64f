//! Experiments as data: the contents of a file in `configs/paper/`, and the runs that it stands for.
//!
//! A [`Plan`] has cells. A cell is a network with its settings. The point of its grid is chosen on validation data with
//! the seeds of [`Scale::choose_on`]; its final numbers are those of the chosen point on [`Scale::seeds`], which were
//! not used for the choice (section 4.1: rates by validation error). [`Plan::cells`] gives the cells of one scale,
//! [`Point::runs`] the settings of each run. Tables, figures and comparisons say how results are shown; `report` reads
//! them. This crate neither interprets settings nor trains nor reads results.

mod choose;
mod error;
mod expand;
mod plan;
mod shares;
mod shown;
mod validate;

pub use choose::{Measured, choose};
pub use error::Error;
pub use expand::{Expanded, Point, RunSettings};
pub use plan::{Cell, Draw, Law, Plan, Scale, ScaleName, Settings};
pub use shares::{Combination, NotFactorial, Shares};
pub use shown::{Comparison, Decomposition, Direction, Figure, FigureKind, Gap, Part, Series, Table, Test, Trend};
