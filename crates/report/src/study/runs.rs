//! The runs of a study: as they come in, and as they are listed.

use super::{CellResult, Study};
use crate::csv::{Csv, number};
use crate::{End, Outcome};
use plan::Expanded;

/// A run that a plan asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedRun<'a> {
    /// Its id.
    pub id: String,
    /// What is kept of it; nothing when it was not run.
    pub outcome: Option<&'a Outcome>,
    /// Where its page is, relative to the study's, if there is one.
    pub page: Option<String>,
}

/// The runs of a point, in the order of its settings.
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
    /// The runs of each of its points, as many as it has and in their order.
    pub points: Vec<PointRuns<'a>>,
}

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
    /// Whether it was run.
    pub state: State,
    /// Its numbers, in the order of [`Study::numbers`].
    pub numbers: Vec<Option<f64>>,
    /// The command that repeats it; nothing when it was not run.
    pub command: Option<String>,
    /// Where its page is, if there is one.
    pub page: Option<String>,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// To choose a point of a grid.
    Choosing,
    /// To be reported.
    Reported,
    /// For nothing: its point was not chosen.
    Unchosen,
}

/// Whether a run was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It has a result.
    Finished,
    /// Its loss stopped being a number, as the sentence says.
    Diverged(String),
    /// It was not run, or not to its end.
    Missing,
}

impl PlannedRun<'_> {
    /// What is kept of it when it has a result.
    pub(crate) fn finished(&self) -> Option<&Outcome> {
        self.outcome.filter(|outcome| matches!(outcome.end, End::Finished { .. }))
    }
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

/// The rows of a cell: all runs that choose, those of the chosen point, and of other points those that there are.
pub(crate) fn rows(cell: &CellResult, runs: &CellRuns<'_>, numbers: &[String]) -> Vec<RunRow> {
    let mut rows = Vec::new();
    for (k, (point, runs)) in runs.expanded.points.iter().zip(&runs.points).enumerate() {
        let reported = if cell.chosen == Some(k) { Role::Reported } else { Role::Unchosen };
        let choosing = point.choosing.iter().zip(&runs.choosing).map(|both| (Role::Choosing, both));
        let all = choosing.chain(point.reported.iter().zip(&runs.reported).map(|both| (reported, both)));
        for (role, (settings, run)) in all {
            if role == Role::Unchosen && run.outcome.is_none() {
                continue; // it was never asked for
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

/// The runs of a study as CSV (RFC 4180), one a row after a row of names: what each is, and every number that any table,
/// figure or comparison names, percentages in percent. What a run does not have is left empty.
#[must_use]
pub fn study_csv(study: &Study) -> String {
    let mut csv = Csv::new();
    let names = ["plan", "scale", "cell", "point", "role", &study.repeat, "id", "state"];
    csv.row(names.into_iter().chain(study.numbers.iter().map(String::as_str)));
    for run in &study.runs {
        let repeat = run.repeat.to_string();
        let state = run.state.name();
        let facts = [&study.name, study.scale.name(), &run.cell, &run.point, run.role.name(), &repeat, &run.id, state];
        csv.row(facts.into_iter().map(ToOwned::to_owned).chain(run.numbers.iter().map(|&value| number(value))));
    }
    csv.text()
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn each_run_is_a_row_with_all_its_numbers() {
        let study = Sample::new().without(|cell, role, seed| cell == "tanh" && role == "reported" && seed == 6).study();
        let text = study_csv(&study);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), study.runs.len() + 1);
        assert!(lines[0].starts_with("plan,scale,cell,point,role,training.seed,id,state,validation_error,test_error,"));
        assert!(lines[1].starts_with("sample,desk,rectifier,learning_rate 0.1,choosing,1,"), "{}", lines[1]);
        let columns = lines[0].split(',').count();
        assert!(lines.iter().all(|line| line.split(',').count() == columns));
        assert_eq!(lines.iter().filter(|line| line.contains(",missing,,")).count(), 1);
    }

    #[test]
    fn runs_of_points_that_were_not_chosen_are_listed_only_if_they_are_there() {
        let study = Sample::new().study();
        let count = |role| study.runs.iter().filter(|run| run.role == role).count();
        assert_eq!(count(Role::Unchosen), 5); // the sample has all of the rectifier's
        let study = Sample::new().without(|_, role, _| role == "reported").study();
        assert!(study.runs.iter().all(|run| run.role != Role::Unchosen));
    }
}
