//! The list of runs.

use super::cells::CellResult;
use super::runs::{CellRuns, PlannedRun};
use crate::run::End;

/// A row of the list of runs.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRow {
    /// The id of the run.
    pub id: String,
    /// The name of its cell.
    pub cell: String,
    /// Its point of the grid, such as `learning_rate 0.1`; empty without a grid.
    pub point: String,
    /// What it is for.
    pub role: Role,
    /// Its seed or fold.
    pub repeat: i64,
    /// How far it got.
    pub state: State,
    /// Its numbers, in the order of [`Study::numbers`](super::Study::numbers).
    pub numbers: Vec<Option<f64>>,
    /// The command that repeats it; `None` if it was not run.
    pub command: Option<String>,
    /// The path of its page, if it has one.
    pub page: Option<String>,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Choosing a point of a grid.
    Choosing,
    /// Reporting.
    Reported,
    /// Neither: its point was not chosen.
    Unchosen,
}

/// How far a run got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It has a result.
    Finished,
    /// Its loss became NaN or infinite, as the sentence says.
    Diverged(String),
    /// It was not run to its end.
    Missing,
}

impl Role {
    /// In a word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Choosing => "choosing",
            Self::Reported => "reported",
            Self::Unchosen => "not chosen",
        }
    }
}

impl State {
    /// In a word.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Diverged(_) => "diverged",
            Self::Missing => "missing",
        }
    }
}

/// The rows of a cell: all runs that choose, those of the chosen point, and of other points those that have an outcome.
pub(crate) fn of(cell: &CellResult, runs: &CellRuns<'_>, numbers: &[String]) -> Vec<RunRow> {
    let mut rows = Vec::new();
    for (k, (point, runs)) in runs.expanded.points.iter().zip(&runs.points).enumerate() {
        let reported = if cell.chosen == Some(k) { Role::Reported } else { Role::Unchosen };
        let choosing = point.choosing.iter().zip(&runs.choosing).map(|both| (Role::Choosing, both));
        let all = choosing.chain(point.reported.iter().zip(&runs.reported).map(|both| (reported, both)));
        for (role, (settings, run)) in all {
            if role == Role::Unchosen && run.outcome.is_none() {
                continue; // the plan does not ask for it
            }
            rows.push(RunRow {
                id: run.id.clone(),
                cell: cell.name.clone(),
                point: cell.grid[k].text.clone(),
                role,
                repeat: settings.repeat,
                state: state(run),
                numbers: numbers.iter().map(|name| run.outcome?.number(name)).collect(),
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
        assert_eq!(count(Role::Unchosen), 5); // the sample has all of the rectifier's
        let study = Sample::new().without(|_, role, _| role == "reported").study();
        assert!(study.runs.iter().all(|run| run.role != Role::Unchosen));
    }
}
