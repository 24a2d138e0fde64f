//! The rows of the list of runs.

use super::cells::CellResult;
use super::runs::{CellRuns, PlannedRun};
use crate::run::End;

/// A row of the list of runs.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRow {
    /// The run's id.
    pub id: String,
    /// The name of the run's cell.
    pub cell: String,
    /// The run's point of the grid, such as `learning_rate 0.1`; empty without a grid.
    pub point: String,
    /// The purpose of the run.
    pub role: Role,
    /// The run's seed or fold.
    pub repeat: i64,
    /// Whether and how the run ended.
    pub state: State,
    /// The run's numbers, in the order of [`Study::numbers`](super::Study::numbers); `None` for a number that the run
    /// lacks.
    pub numbers: Vec<Option<f64>>,
    /// The command that repeats the run; `None` if the run has no outcome.
    pub command: Option<String>,
    /// The path of the run's page, relative to the study's page; `None` if the run has no page.
    pub page: Option<String>,
}

/// The purpose of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The run is a selection run, which helps to choose a point of a grid.
    Choosing,
    /// The run belongs to a chosen point and is reported.
    Reported,
    /// The run is not reported, because its point was not chosen.
    Unchosen,
}

/// Whether and how a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The run has a result.
    Finished,
    /// The run diverged, for the reason that the text states.
    Diverged(String),
    /// The run has no outcome: it was not started, or has not ended.
    Missing,
}

impl Role {
    /// The name of the role, as in the list of runs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Choosing => "choosing",
            Self::Reported => "reported",
            Self::Unchosen => "not chosen",
        }
    }
}

impl State {
    /// The name of the state, as in the list of runs.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Diverged(_) => "diverged",
            Self::Missing => "missing",
        }
    }
}

/// The rows of a cell: all selection runs, the reported runs of the chosen point, and the reported runs of other points
/// that have an outcome.
pub(crate) fn of(cell: &CellResult, runs: &CellRuns<'_>, numbers: &[String]) -> Vec<RunRow> {
    let mut rows = Vec::new();
    for (k, (point, runs)) in runs.expanded.points.iter().zip(&runs.points).enumerate() {
        let reported = if cell.chosen == Some(k) { Role::Reported } else { Role::Unchosen };
        let choosing = point.choosing.iter().zip(&runs.choosing).map(|both| (Role::Choosing, both));
        let all = choosing.chain(point.reported.iter().zip(&runs.reported).map(|both| (reported, both)));
        for (role, (settings, run)) in all {
            if role == Role::Unchosen && run.outcome.is_none() {
                continue; // a missing run of an unchosen point is not needed
            }
            rows.push(RunRow {
                id: run.id.clone(),
                cell: cell.name.clone(),
                point: cell.grid[k].text.clone(),
                role,
                repeat: settings.repeat,
                state: state(run),
                numbers: numbers.iter().map(|name| run.outcome?.listed(name)).collect(),
                command: run.outcome.map(|outcome| outcome.run.command.clone()),
                page: run.page.clone(),
            });
        }
    }
    rows
}

fn state(run: &PlannedRun<'_>) -> State {
    match run.outcome.map(|outcome| &outcome.end) {
        Some(End::Finished { .. }) => State::Finished,
        Some(End::Diverged { reason }) => State::Diverged(reason.clone()),
        None => State::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn runs_of_points_that_were_not_chosen_are_listed_only_if_they_are_there() {
        let study = Sample::new().study();
        let count = |role| study.runs.iter().filter(|run| run.role == role).count();
        assert_eq!(count(Role::Unchosen), 5); // the five runs of the rectifier at the learning rate that was not chosen
        let study = Sample::new().without(|_, role, _| role == "reported").study();
        assert!(study.runs.iter().all(|run| run.role != Role::Unchosen));
    }
}
