//! Experiments as data: plan files, such as the files in `configs/paper/`, and the runs that the plans describe.
//!
//! A [`Plan`] has cells, and a cell is a network with its settings. One point of a cell's grid is chosen on validation
//! data with the seeds of [`Scale::choose_on`]. The results of the chosen point are reported for the seeds of
//! [`Scale::seeds`], which were not used for the choice (section 4.1 chooses learning rates by validation error). The mean
//! over several seeds chooses, because a single seed often prefers another point.
//! [`Plan::cells`] returns the cells of one scale, and [`Point::runs`] the settings of each run. Tables, figures and
//! questions say what the `report` crate shows of the results. This crate does not interpret settings, train networks
//! or read results.

mod choose;
mod error;
mod expand;
mod plan;
mod shares;
mod shown;
mod validate;

pub use choose::{Chosen, Measured, choose, edges};
pub use error::Error;
pub use expand::{Expanded, Point, RunSettings};
pub use plan::{Cell, Draw, FEWEST_CHOOSING, FIRST_REPORTED, Law, Plan, Scale, ScaleName, Settings};
pub use shares::{Combination, NotFactorial, Shares};
pub use shown::{
    Comparison, Decomposition, Deviation, Direction, Effect, Figure, FigureKind, Gap, Minus, Part, Series, Table, Test,
    Trend,
};
