//! The result of a cell: the point chosen from its grid, and the cell's numbers over the runs of that point.

use super::limits;
use super::runs::{CellRuns, PlannedRun, PointRuns};
use super::verdict::Verdict;
use crate::run::End;
use crate::text::quantity::{possible, shown};
use plan::{Chosen, Measured, Plan, ScaleName, Settings};
use stats::Interval;
use std::collections::BTreeMap;

/// A cell of the plan with its results.
#[derive(Clone, Debug, PartialEq)]
pub struct CellResult {
    /// The name of the cell within the plan.
    pub name: String,
    /// The points of the cell's grid; a single point if the cell has no grid.
    pub grid: Vec<GridPoint>,
    /// The index in `grid` of the point chosen on validation data, or 0 without a grid; `None` while selection runs are
    /// missing, or if no point has a finite mean.
    pub chosen: Option<usize>,
    /// How clearly the point was chosen; `None` without a grid, and while no point is chosen.
    pub choice: Option<Chosen>,
    /// What limits the result, each as a clause without a full stop: a chosen point at an edge of its grid, and runs
    /// that were still improving when their epochs ended. Empty at the smoke scale.
    pub limits: Vec<String>,
    /// The progress of the reported runs of the chosen point; while no point is chosen, all reported runs count as
    /// missing.
    pub progress: Progress,
    /// The cell's numbers over the reported runs of the chosen point, by name.
    pub numbers: BTreeMap<String, Number>,
}

/// A point of a grid, with the mean by which the points of the grid are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct GridPoint {
    /// The values of the point as text, such as `learning_rate 0.1`; empty without a grid.
    pub text: String,
    /// The mean over the selection runs of the number [`Study::choose_by`](super::Study::choose_by); `None` if a run is
    /// missing, diverged or lacks the number, or if the mean is not finite.
    pub mean: Option<f64>,
    /// The progress of the point's selection runs.
    pub progress: Progress,
}

/// How many of the planned runs have finished or diverged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The number of planned runs.
    pub total: usize,
    /// The number of runs with a result.
    pub finished: usize,
    /// The number of runs that diverged: the loss became NaN or infinite, or the network learned nothing.
    pub diverged: usize,
}

/// A number, such as the test error, of the reported runs of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// The seed or fold and the value of each run that has the number.
    pub values: Vec<(i64, f64)>,
    /// The mean of the values; `None` without values.
    pub mean: Option<f64>,
    /// The standard deviation of the values; `None` for fewer than two values.
    pub deviation: Option<f64>,
    /// The 95 % t interval of the mean, without values that the number cannot have, such as percentages below 0;
    /// `None` for fewer than two values.
    pub interval: Option<Interval>,
    /// The value that the paper reports; `None` if the paper does not report the number.
    pub paper: Option<f64>,
    /// Whether the paper's value is reproduced; `None` if the paper does not report the number.
    pub verdict: Option<Verdict>,
}

impl Progress {
    /// The progress of `runs`.
    pub(crate) fn of<'a>(runs: impl IntoIterator<Item = &'a PlannedRun<'a>>) -> Self {
        runs.into_iter().fold(Self::default(), |counted, run| {
            let end = run.outcome.map(|outcome| &outcome.end);
            Self {
                total: counted.total + 1,
                finished: counted.finished + usize::from(matches!(end, Some(End::Finished { .. }))),
                diverged: counted.diverged + usize::from(matches!(end, Some(End::Diverged { .. }))),
            }
        })
    }

    /// The number of runs that have not ended.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.total - self.finished - self.diverged
    }

    /// The progress of the runs of `self` and `other` combined.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            total: self.total + other.total,
            finished: self.finished + other.finished,
            diverged: self.diverged + other.diverged,
        }
    }

    /// The progress in words, such as `4 of 5, 1 diverged`.
    pub(crate) fn words(&self) -> String {
        let diverged = if self.diverged > 0 { format!(", {} diverged", self.diverged) } else { String::new() };
        format!("{} of {}{diverged}", self.finished, self.total)
    }
}

impl CellResult {
    pub(crate) fn of(plan: &Plan, scale: ScaleName, cell: &CellRuns<'_>, numbers: &[String]) -> Self {
        let points = cell.expanded.points.iter().zip(&cell.points);
        let grid: Vec<GridPoint> = points
            .map(|(point, runs)| GridPoint {
                text: settings_text(&point.grid),
                mean: mean_of(&runs.choosing, &plan.choose_by),
                progress: Progress::of(&runs.choosing),
            })
            .collect();
        let choice = choice(&cell.points, &plan.choose_by);
        let chosen = if cell.points.len() == 1 { Some(0) } else { choice.map(|choice| choice.point) };
        // Every point has the same number of reported runs. While no point is chosen, all reported runs count as
        // missing.
        let total = cell.points.first().map_or(0, |point| point.reported.len());
        let progress =
            chosen.map_or(Progress { total, ..Progress::default() }, |k| Progress::of(&cell.points[k].reported));
        let limits = chosen.filter(|_| scale != ScaleName::Smoke).map_or_else(Vec::new, |k| limits::of(cell, k));
        let name = cell.expanded.name.clone();
        let mut result = Self { name, grid, chosen, choice, limits, progress, numbers: BTreeMap::new() };
        let reason = cell.not_judged(scale);
        for name in numbers {
            let values = result.values(cell, name);
            let paper = cell.expanded.paper.get(name).copied();
            let number = result.number(name, values, paper, reason, plan.tolerance.get(name).copied());
            result.numbers.insert(name.clone(), number);
        }
        result
    }

    /// The seed or fold and the value of each reported run of the chosen point that has the number `name`.
    fn values(&self, cell: &CellRuns<'_>, name: &str) -> Vec<(i64, f64)> {
        let Some(chosen) = self.chosen else { return Vec::new() };
        let runs = cell.reported(chosen);
        runs.filter_map(|(settings, run)| Some((settings.repeat, run.number(name)?))).collect()
    }

    fn number(
        &self,
        name: &str,
        values: Vec<(i64, f64)>,
        paper: Option<f64>,
        reason: Option<&str>,
        tolerance: Option<f64>,
    ) -> Number {
        let plain: Vec<f64> = values.iter().map(|&(_, value)| value).collect();
        let mean = stats::mean(&plain);
        let interval = stats::t_interval(&plain).map(|interval| possible(name, interval));
        let verdict = paper.map(|paper| match (reason, self.diverged()) {
            (Some(reason), _) => Verdict::NotComparable { reason: reason.to_owned() },
            (None, Some(reason)) => Verdict::Diverged { reason },
            (None, None) if mean.is_some() && plain.len() == self.progress.total => {
                Verdict::of(&plain, paper, tolerance)
            }
            (None, None) => Verdict::NotRun { reason: self.why_not_run() },
        });
        Number { mean, deviation: stats::standard_deviation(&plain), interval, values, paper, verdict }
    }

    /// A clause that says which runs diverged: with a chosen point, reported runs of this point; without a chosen
    /// point, at least one selection run of every grid point. `None` if no such run diverged, or while one of these
    /// runs is missing.
    fn diverged(&self) -> Option<String> {
        let Progress { total, diverged, .. } = self.progress;
        match self.chosen {
            None if self.grid.iter().all(|point| point.progress.diverged > 0) && self.choosing().missing() == 0 => {
                Some("every grid point has a run that diverged".to_owned())
            }
            Some(_) if self.progress.missing() == 0 && diverged > 0 => {
                Some(format!("{diverged} of {total} runs diverged"))
            }
            _ => None,
        }
    }

    /// The reason for [`Verdict::NotRun`]: which runs are missing or lack a number.
    fn why_not_run(&self) -> String {
        let choosing = self.choosing();
        if self.chosen.is_none() && choosing.missing() > 0 {
            return format!("{} of {} selection runs missing", choosing.missing(), choosing.total);
        }
        if self.chosen.is_none() {
            return "no grid point has the number to choose by in all of its selection runs".to_owned();
        }
        let Progress { total, diverged, .. } = self.progress;
        match (self.progress.missing(), diverged) {
            (0, _) => "not all runs have this number".to_owned(),
            (missing, 0) => format!("{missing} of {total} runs missing"),
            (missing, diverged) => format!("{missing} of {total} runs missing, {diverged} diverged"),
        }
    }

    /// The progress of the selection runs of all points.
    #[must_use]
    pub fn choosing(&self) -> Progress {
        self.grid.iter().fold(Progress::default(), |sum, point| sum.and(point.progress))
    }

    /// The chosen point as text, with the mean of `choose_by` over the selection runs of the point, followed by the
    /// runner-up with its mean, and by the number of seeds that alone would have chosen otherwise, if there were several
    /// seeds; `not chosen yet` if no point is chosen; empty for a cell with a single point.
    pub(crate) fn choice(&self, choose_by: &str) -> String {
        if !self.has_choice() {
            return String::new();
        }
        let Some(choice) = self.choice else { return "not chosen yet".to_owned() };
        let point = |k: usize| format!("{} ({})", self.grid[k].text, shown(choose_by, self.grid[k].mean));
        let next = choice.runner_up.map(|k| format!(", next {}", point(k))).unwrap_or_default();
        let alone = match (choice.seeds, choice.otherwise) {
            (0 | 1, _) => String::new(),
            (seeds, otherwise) => format!("; alone, {otherwise} of {seeds} seeds choose otherwise"),
        };
        format!("{}{next}{alone}", point(choice.point))
    }

    /// Whether the cell has a grid of several points.
    pub(crate) fn has_choice(&self) -> bool {
        self.grid.len() > 1
    }
}

impl GridPoint {
    /// Why the point has no mean.
    pub(crate) fn why_no_mean(&self) -> String {
        match (self.progress.missing(), self.progress.diverged) {
            (0, 0) => "no finite mean".to_owned(),
            (0, diverged) => format!("{diverged} diverged"),
            (missing, 0) => format!("{missing} missing"),
            (missing, diverged) => format!("{missing} missing, {diverged} diverged"),
        }
    }
}

/// The point chosen on validation data; `None` without a grid, while selection runs are missing, or if no point can be
/// chosen.
fn choice(points: &[PointRuns<'_>], choose_by: &str) -> Option<Chosen> {
    if points.len() == 1 || points.iter().any(|point| Progress::of(&point.choosing).missing() > 0) {
        return None;
    }
    let measured = |point: &PointRuns<'_>| Measured { values: values_of(&point.choosing, choose_by) };
    plan::choose(&points.iter().map(measured).collect::<Vec<_>>())
}

fn values_of(runs: &[PlannedRun<'_>], name: &str) -> Vec<Option<f64>> {
    runs.iter().map(|run| run.finished()?.number(name)).collect()
}

/// The mean of the number `name` over `runs`; `None` unless every run has the number.
fn mean_of(runs: &[PlannedRun<'_>], name: &str) -> Option<f64> {
    stats::mean(&values_of(runs, name).into_iter().collect::<Option<Vec<f64>>>()?)
}

/// Settings as `KEY VALUE, ...`, with each key shortened to its last part where that is unambiguous.
#[must_use]
pub fn settings_text(settings: &Settings) -> String {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let each = settings.iter().map(|(key, value)| {
        let alone = settings.keys().filter(|other| last(other) == last(key)).count() == 1;
        format!("{} {value}", if alone { last(key) } else { key.clone() })
    });
    each.collect::<Vec<_>>().join(", ")
}

/// The indices of the cells that match `pattern`: the name of a cell, or `NAME` or `NAME/*` for all values of a varied
/// or drawn cell.
pub(crate) fn matching(pattern: &str, cells: &[CellResult]) -> Vec<usize> {
    let family = pattern.strip_suffix("/*").unwrap_or(pattern);
    let of_family = |name: &str| name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    (0..cells.len()).filter(|&k| of_family(&cells[k].name)).collect()
}

/// The index of the only cell that matches `name`.
///
/// # Errors
/// A clause, without a full stop, if no cell matches `name` or several cells do.
pub(crate) fn single(name: &str, cells: &[CellResult]) -> Result<usize, String> {
    match matching(name, cells)[..] {
        [place] => Ok(place),
        _ => Err(format!("'{name}' does not name exactly one cell at this scale")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn the_smallest_mean_on_validation_data_chooses_and_other_runs_report() {
        let study = Sample::new().study();
        let cell = &study.cells[0];
        assert_eq!((cell.name.as_str(), cell.chosen), ("rectifier", Some(0)));
        assert_eq!(cell.grid[0].text, "learning_rate 0.1");
        let number = &cell.numbers["test_error"];
        assert_eq!(number.values.iter().map(|value| value.0).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
        assert!(number.interval.is_some() && number.deviation.is_some());
        assert_eq!(number.verdict, Some(Verdict::Reproduced));
        assert_eq!(cell.numbers["sparsity"].paper, Some(83.4));
    }

    #[test]
    fn no_point_is_chosen_while_runs_that_choose_are_missing() {
        let study = Sample::new().without(|cell, role, _| cell == "rectifier" && role == "choosing").study();
        let cell = &study.cells[0];
        assert_eq!((cell.chosen, cell.progress), (None, Progress { total: 5, ..Progress::default() }));
        let reason = cell.numbers["test_error"].verdict.as_ref().unwrap().reason().unwrap();
        assert_eq!(reason, "4 of 4 selection runs missing");
    }

    #[test]
    fn missing_and_diverged_runs_are_counted() {
        let sample = Sample::new().without(|cell, role, seed| cell == "tanh" && role == "reported" && seed < 5);
        let study = sample.diverged(|cell, role, seed| cell == "tanh" && role == "reported" && seed >= 5).study();
        let cell = study.cells.iter().find(|cell| cell.name == "tanh").unwrap();
        assert_eq!(cell.progress, Progress { total: 5, finished: 0, diverged: 2 });
        let reason = cell.numbers["test_error"].verdict.as_ref().unwrap().reason().unwrap();
        assert_eq!(reason, "3 of 5 runs missing, 2 diverged");
    }

    #[test]
    fn a_number_is_reproduced_only_by_all_runs() {
        let verdict = |study: &super::super::Study| study.cells[0].numbers["test_error"].verdict.clone().unwrap();
        let study = Sample::new().without(|_, role, seed| role == "reported" && seed == 2).study();
        assert_eq!(verdict(&study).reason(), Some("1 of 5 runs missing"));
        let study = Sample::new().diverged(|_, role, seed| role == "reported" && seed == 2).study();
        assert_eq!(verdict(&study).words(2), "? undecided (1 of 5 runs diverged)");
    }

    #[test]
    fn a_grid_that_diverged_has_no_choice() {
        let study = Sample::new().diverged(|cell, role, _| cell == "rectifier" && role == "choosing").study();
        assert_eq!(study.cells[0].chosen, None);
        let verdict = study.cells[0].numbers["test_error"].verdict.clone();
        assert_eq!(verdict, Some(Verdict::Diverged { reason: "every grid point has a run that diverged".to_owned() }));
    }

    #[test]
    fn a_grid_without_the_number_that_chooses_has_not_diverged() {
        let mut sample = Sample::new();
        sample.plan.choose_by = "validation_rmse".to_owned();
        let verdict = sample.study().cells[0].numbers["test_error"].verdict.clone().unwrap();
        assert_eq!(verdict.reason(), Some("no grid point has the number to choose by in all of its selection runs"));
    }

    #[test]
    fn an_interval_of_a_percentage_has_no_end_below_zero() {
        let cell = &Sample::new().study().cells[0];
        let number = cell.number("dead", vec![(2, 0.0), (3, 0.0), (4, 0.3)], None, None, None);
        assert!(number.interval.unwrap().low == 0.0 && number.interval.unwrap().high > 0.3);
    }

    #[test]
    fn one_run_has_a_mean_and_no_interval() {
        let study = Sample::new().without(|_, role, seed| role == "reported" && seed > 2).study();
        let number = &study.cells[0].numbers["test_error"];
        assert!(number.mean.is_some() && number.interval.is_none() && number.deviation.is_none());
    }

    #[test]
    fn numbers_that_are_not_comparable_say_why() {
        let study = Sample::new().at(ScaleName::Smoke).study();
        let verdict = study.cells[0].numbers["test_error"].verdict.as_ref().unwrap();
        assert!(matches!(verdict, Verdict::NotComparable { reason } if reason.contains("smoke")));
        let mut sample = Sample::new();
        sample.plan.scale.get_mut(&ScaleName::Desk).unwrap().not_comparable = Some("other data".to_owned());
        let verdict = sample.study().cells[0].numbers["test_error"].verdict.clone();
        assert_eq!(verdict, Some(Verdict::NotComparable { reason: "other data".to_owned() }));
    }

    #[test]
    fn keys_with_the_same_last_part_are_not_shortened() {
        let value = |x: f64| toml::Value::Float(x);
        let one = Settings::from([("training.learning_rate".to_owned(), value(0.1))]);
        assert_eq!(settings_text(&one), "learning_rate 0.1");
        let two = Settings::from([("a.rate".to_owned(), value(0.1)), ("b.rate".to_owned(), value(0.5))]);
        assert_eq!(settings_text(&two), "a.rate 0.1, b.rate 0.5");
    }

    #[test]
    fn a_family_is_named_by_its_star_and_a_cell_by_its_name() {
        let study = Sample::new().study();
        let names =
            |pattern| matching(pattern, &study.cells).into_iter().map(|k| &*study.cells[k].name).collect::<Vec<_>>();
        assert_eq!(names("softplus/*"), ["softplus/1", "softplus/6"]);
        assert_eq!(names("softplus/6"), ["softplus/6"]);
        assert_eq!(names("rectifier"), ["rectifier"]);
    }
}
