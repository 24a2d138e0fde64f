//! The results of a plan's runs, gathered, judged against the paper, and written as a page, Markdown and CSV.
//!
//! | file | contents |
//! |---|---|
//! | `runs.rs` | the planned runs with their outcomes, the input of a study |
//! | `cells.rs`, `verdict.rs` | the numbers of a cell, and whether they reproduce the paper's numbers |
//! | `limits.rs`, `deviations.rs` | what limits a cell's result; the ways in which the plan differs from the paper |
//! | `tables.rs`, `figures.rs`, `paths.rs` | the tables, the points of the figures, and the active paths |
//! | `questions/` | the answers to the plan's questions |
//! | `rows.rs` | the list of all runs |
//! | `results.rs`, `gather.rs` | the [`Study`] that contains all of these, and its construction |
//! | `page/`, `charts.rs`, `markdown.rs`, `list.rs` | a study as HTML, SVG, Markdown and CSV |

mod cells;
mod charts;
mod deviations;
mod figures;
mod gather;
mod limits;
mod list;
pub(crate) mod markdown;
mod page;
mod paths;
mod questions;
mod results;
mod rows;
mod runs;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod tables;
pub(crate) mod verdict;

pub use cells::{CellResult, GridPoint, Number, Progress, settings_text};
pub use charts::figure1;
pub use deviations::DeviationRow;
pub use figures::{FigureResult, PointResult, SeriesResult};
pub use gather::study;
pub use list::study_csv;
pub use markdown::{figure_markdown, study_markdown, study_tables};
pub use page::studies_html;
pub use paths::{ActivePaths, Unit};
pub use questions::{Attributed, Closed, Compared, Contribution, Decomposed, Difference, Further, Share, Trended};
pub use results::Study;
pub use rows::{Role, RunRow, State};
pub use runs::{CellRuns, PlannedRun, PointRuns};
pub use tables::TableResult;
pub use verdict::{Deciding, Verdict};
