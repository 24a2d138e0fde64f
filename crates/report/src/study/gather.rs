//! Gathering a study from the runs of a plan.

use super::cells::{CellResult, Progress};
use super::deviations::DeviationRow;
use super::figures::FigureResult;
use super::results::Study;
use super::runs::{CellRuns, PlannedRun};
use super::tables::TableResult;
use super::{paths, questions, rows};
use plan::{Plan, ScaleName, Table};
use std::collections::BTreeMap;

/// Gathers the study of `plan` at `scale` from `runs`, which contains the cells of `plan.cells(scale)` in the same
/// order, each with its points in the same order.
///
/// [`plan::choose`] chooses a point of a grid once all selection runs of the cell have finished or diverged; until
/// then, a cell with a grid has no result.
#[must_use]
pub fn study(plan: &Plan, scale: ScaleName, runs: &[CellRuns<'_>]) -> Study {
    let layout = layout(plan, runs);
    let numbers = numbers(plan, &layout);
    let cells: Vec<CellResult> = runs.iter().map(|cell| CellResult::of(plan, scale, cell, &numbers)).collect();
    let rows = cells.iter().zip(runs).flat_map(|(cell, runs)| rows::of(cell, runs, &numbers)).collect();
    Study {
        name: plan.name.clone(),
        title: plan.title.clone(),
        about: about(plan, scale),
        scale,
        not_comparable: plan.scale.get(&scale).and_then(|scale| scale.not_comparable.clone()),
        choose_by: plan.choose_by.clone(),
        repeat: plan.repeat.clone(),
        tolerance: plan.tolerance.clone(),
        deviations: plan.deviation.iter().map(|one| DeviationRow::of(one, &cells)).collect(),
        tables: layout.iter().map(|table| TableResult::of(table, &cells)).collect(),
        figures: plan.figure.iter().map(|figure| FigureResult::of(figure, &cells)).collect(),
        paths: paths::of(runs),
        comparisons: questions::comparisons(plan, scale, &cells, runs),
        trends: questions::trends(plan, scale, &cells, runs),
        gaps: questions::gaps(plan, &cells, runs),
        shares: questions::shares(plan, &cells, runs),
        decompositions: questions::decompositions(plan, &cells, runs),
        runs: rows,
        progress: progress(&cells, runs),
        numbers,
        cells,
    }
}

/// The plan's description and, if seeds choose at `scale` in another way than the rule says, the reason.
fn about(plan: &Plan, scale: ScaleName) -> String {
    match plan.scale.get(&scale).and_then(|scale| scale.exception.as_deref()) {
        Some(reason) => format!(
            "{} An exception to the rule that three seeds choose and others are reported: {reason}.",
            plan.about
        ),
        None => plan.about.clone(),
    }
}

/// The tables of the plan; if the plan has no tables, a single table of all cells, or no table for a plan without
/// cells.
fn layout(plan: &Plan, runs: &[CellRuns<'_>]) -> Vec<Table> {
    if !plan.table.is_empty() {
        return plan.table.clone();
    }
    if plan.cell.is_empty() {
        return Vec::new();
    }
    let reported = || runs.iter().flat_map(|cell| &cell.points).flat_map(|point| &point.reported);
    let has = |name: &str| reported().any(|run| run.number(name).is_some());
    let test = test_number(&plan.choose_by);
    // Networks that predict numbers have no error in percent.
    let test = if !has(test) && has("test_rmse") { "test_rmse" } else { test };
    let columns = [test, "sparsity"].map(ToOwned::to_owned).to_vec();
    vec![Table { title: "All cells".to_owned(), columns, cells: Vec::new() }]
}

/// The name of the test result to show: `test_rmse` if points are chosen by `validation_rmse`, `test_error` otherwise.
pub(crate) fn test_number(choose_by: &str) -> &'static str {
    if choose_by == "validation_rmse" { "test_rmse" } else { "test_error" }
}

/// The names of all numbers that the study shows, each once, starting with the numbers that every study shows.
fn numbers(plan: &Plan, tables: &[Table]) -> Vec<String> {
    let results = [&*plan.choose_by, "test_error", "baseline_error", "constant_rmse"];
    let always = results.into_iter().chain(["sparsity", "selected_epoch", "training_seconds"]);
    let drawn = plan.figure.iter().flat_map(|figure| [&*figure.x, &*figure.y]);
    let names = always
        .chain(tables.iter().flat_map(|table| &table.columns).map(String::as_str))
        .chain(drawn.filter(|name| !name.is_empty()))
        .chain(plan.comparison.iter().map(|comparison| &*comparison.metric))
        .chain(plan.deviation.iter().filter_map(|one| Some(&*one.effect.as_ref()?.metric)))
        .chain(plan.cell.iter().flat_map(|cell| cell.paper.keys()).map(String::as_str));
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.iter().any(|known| known == name) {
            once.push(name.to_owned());
        }
    }
    once
}

/// The progress of the runs that the plan needs: all selection runs, and the reported runs of each cell's chosen point
/// or, while selection runs of the cell are missing, of the cell's first point. A run that several cells share counts
/// once. A cell for which no point can be chosen has no runs to report.
fn progress(cells: &[CellResult], runs: &[CellRuns<'_>]) -> Progress {
    let mut needed: BTreeMap<&str, &PlannedRun<'_>> = BTreeMap::new();
    for (cell, runs) in cells.iter().zip(runs) {
        let pending = (cell.choosing().missing() > 0).then_some(0);
        let reported = cell.chosen.or(pending).map_or(&[][..], |point| &runs.points[point].reported);
        let all = runs.points.iter().flat_map(|point| &point.choosing).chain(reported);
        needed.extend(all.map(|run| (&*run.id, run)));
    }
    Progress::of(needed.into_values())
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, plan};
    use super::*;

    #[test]
    fn every_number_is_named_once() {
        let names = numbers(&plan(), &layout(&plan(), &[]));
        let once: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(once.len(), names.len());
        assert_eq!(names[..2], ["validation_error", "test_error"]);
        assert!(names.contains(&"setting:model.softplus_alpha".to_owned()));
    }

    #[test]
    fn an_exception_to_the_rule_of_seeds_is_stated() {
        assert!(Sample::new().study().about.ends_with("are reported: small numbers are easier to follow in tests."));
        assert!(!Sample::new().at(ScaleName::Smoke).study().about.contains("exception"));
    }

    #[test]
    fn a_plan_without_tables_shows_all_cells() {
        let mut plan = plan();
        plan.table.clear();
        assert_eq!(layout(&plan, &[])[0].columns, ["test_error", "sparsity"]);
        plan.choose_by = "validation_rmse".to_owned();
        assert_eq!(layout(&plan, &[])[0].columns, ["test_rmse", "sparsity"]);
    }

    #[test]
    fn needed_runs_are_counted() {
        let study = Sample::new().study();
        // The plan needs 2 points times 2 seeds for selection, 5 reported runs of each of 5 cells, and 40 reported runs
        // of drawn cells.
        assert_eq!(study.progress.total, 4 + 25 + 40);
        assert_eq!(study.progress.missing(), 0);
        let diverged = Sample::new().diverged(|cell, role, _| cell == "rectifier" && role == "choosing").study();
        assert_eq!(
            (diverged.progress.total, diverged.progress.missing()),
            (64, 0),
            "a cell without a chosen point has no runs to report"
        );
        assert_eq!(Sample::new().without(|_, _, _| true).study().progress.missing(), 69);
    }
}
