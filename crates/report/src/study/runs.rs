//! The planned runs with their outcomes, the input of a study.

use crate::run::{End, Outcome};
use plan::{Expanded, RunSettings, ScaleName};

/// A run that a plan asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedRun<'a> {
    /// The id of the run.
    pub id: String,
    /// The run's outcome; `None` if the run has not ended.
    pub outcome: Option<&'a Outcome>,
    /// The path of the run's page, relative to the study's page; `None` if the run has no page.
    pub page: Option<String>,
}

/// The runs of a point of a grid, in the order of their settings in [`plan::Point`].
#[derive(Clone, Debug, PartialEq)]
pub struct PointRuns<'a> {
    /// The selection runs, in the order of [`plan::Point::choosing`].
    pub choosing: Vec<PlannedRun<'a>>,
    /// The runs to report, in the order of [`plan::Point::reported`].
    pub reported: Vec<PlannedRun<'a>>,
}

/// The runs of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct CellRuns<'a> {
    /// The cell with the settings of its runs.
    pub expanded: &'a Expanded,
    /// The runs of each point of the cell, in the order of the points.
    pub points: Vec<PointRuns<'a>>,
}

impl PlannedRun<'_> {
    /// The run's outcome; `None` unless the run finished.
    pub(crate) fn finished(&self) -> Option<&Outcome> {
        self.outcome.filter(|outcome| matches!(outcome.end, End::Finished { .. }))
    }

    /// The run's number `name`, as in [`Outcome::listed`]; `None` unless the run finished and the number is finite.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.finished()?.listed(name).filter(|value| value.is_finite())
    }
}

impl CellRuns<'_> {
    /// Why the cell's numbers at `scale` are neither compared with the paper nor tested, as a clause without a full
    /// stop; `None` if they are.
    pub(crate) fn not_judged(&self, scale: ScaleName) -> Option<&str> {
        let smoke = (scale == ScaleName::Smoke).then_some("runs at the smoke scale only show that everything works");
        self.expanded.not_comparable.as_deref().or(smoke)
    }

    /// The reported runs of a point, each with its settings; `point` is the index of the point in the cell, counted
    /// from 0.
    pub(crate) fn reported(&self, point: usize) -> impl Iterator<Item = (&RunSettings, &PlannedRun<'_>)> {
        self.expanded.points[point].reported.iter().zip(&self.points[point].reported)
    }
}
