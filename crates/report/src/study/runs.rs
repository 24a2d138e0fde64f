//! The runs of a plan as they come in.

use crate::run::{End, Outcome};
use plan::{Expanded, RunSettings};

/// A run that a plan asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedRun<'a> {
    /// Its id.
    pub id: String,
    /// What is kept of it; `None` if it was not run.
    pub outcome: Option<&'a Outcome>,
    /// The path of its page relative to the study's, if it has one.
    pub page: Option<String>,
}

/// The runs of a point of a grid, in the order of its settings.
#[derive(Clone, Debug, PartialEq)]
pub struct PointRuns<'a> {
    /// Those of [`plan::Point::choosing`].
    pub choosing: Vec<PlannedRun<'a>>,
    /// Those of [`plan::Point::reported`].
    pub reported: Vec<PlannedRun<'a>>,
}

/// The runs of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct CellRuns<'a> {
    /// The cell.
    pub expanded: &'a Expanded,
    /// The runs of each of its points, in the order of the points.
    pub points: Vec<PointRuns<'a>>,
}

impl PlannedRun<'_> {
    /// What is kept of it, if it finished.
    pub(crate) fn finished(&self) -> Option<&Outcome> {
        self.outcome.filter(|outcome| matches!(outcome.end, End::Finished { .. }))
    }

    /// A number of the run by its name, if it finished and the number is finite.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.finished()?.number(name).filter(|value| value.is_finite())
    }
}

impl CellRuns<'_> {
    /// The runs to report of its point `point`, each with its settings.
    pub(crate) fn reported(&self, point: usize) -> impl Iterator<Item = (&RunSettings, &PlannedRun<'_>)> {
        self.expanded.points[point].reported.iter().zip(&self.points[point].reported)
    }
}
