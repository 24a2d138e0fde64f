//! What the runs of a plan say: gathered here, written by [`html`](super::studies_html) and its neighbours.

mod bars;
mod cells;
mod charts;
mod comparisons;
mod decomposition;
mod drawing;
mod figures;
mod html;
mod markdown;
mod overview;
mod paths;
mod plot;
mod questions;
mod runs;
#[cfg(test)]
pub(crate) mod sample;
mod seeds;
mod shares;
mod tables;
mod trends;
mod verdict;

pub use cells::{CellResult, GridPoint, Number, Progress, settings_text};
pub use charts::figure1;
pub use comparisons::{Answer, Compared};
pub use decomposition::{Contribution, Decomposed};
pub use figures::{FigureResult, PointResult, SeriesResult};
pub use html::studies_html;
pub use markdown::{figure_markdown, study_markdown, study_tables};
pub use overview::Verdicts;
pub use paths::{ActivePaths, Unit};
pub use runs::{CellRuns, PlannedRun, PointRuns, Role, RunRow, State, study_csv};
pub use shares::{Attributed, Share};
pub use tables::TableResult;
pub use trends::{Closed, Trended};
pub use verdict::Verdict;

use plan::{Plan, ScaleName, Table};
use std::collections::BTreeMap;

/// An experiment at one scale, as far as it was run.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Name of the plan.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// What is asked and how.
    pub about: String,
    /// The scale of the runs.
    pub scale: ScaleName,
    /// Why nothing of it can be held against the paper, if it cannot.
    pub not_comparable: Option<String>,
    /// The number whose smallest mean over validation data chose in grids.
    pub choose_by: String,
    /// The setting that differs between the runs of a point: a seed, or a fold.
    pub repeat: String,
    /// How far a mean may be from the paper's number and still reproduce it, by the names of the numbers.
    pub tolerance: BTreeMap<String, f64>,
    /// The names of all numbers that anything here shows, each once.
    pub numbers: Vec<String>,
    /// How many of the runs that the plan needs there are.
    pub progress: Progress,
    /// The cells, in the order of the plan.
    pub cells: Vec<CellResult>,
    /// How they are laid out.
    pub tables: Vec<TableResult>,
    /// What is drawn.
    pub figures: Vec<FigureResult>,
    /// Active paths, where they were measured.
    pub paths: Vec<ActivePaths>,
    /// What is tested.
    pub comparisons: Vec<Compared>,
    /// What is tested of more than two cells.
    pub trends: Vec<Trended>,
    /// What is asked of differences.
    pub gaps: Vec<Closed>,
    /// What is asked of full factorial experiments.
    pub shares: Vec<Attributed>,
    /// What is asked of the parts of differences.
    pub decompositions: Vec<Decomposed>,
    /// The runs: those that choose, and those of chosen points; of other points those that there are.
    pub runs: Vec<RunRow>,
}

/// Gathers what `runs` say: those of each cell of `plan.cells(scale)`, in its order, each with its points in theirs.
///
/// A point is chosen by [`plan::choose`] when all runs that choose are there, finished or diverged; before, a cell with a
/// grid has no result.
#[must_use]
pub fn study(plan: &Plan, scale: ScaleName, runs: &[CellRuns<'_>]) -> Study {
    let layout = layout(plan);
    let numbers = numbers(plan, &layout);
    let cells: Vec<CellResult> = runs.iter().map(|cell| CellResult::of(plan, scale, cell, &numbers)).collect();
    let rows = cells.iter().zip(runs).flat_map(|(cell, runs)| runs::rows(cell, runs, &numbers)).collect();
    Study {
        name: plan.name.clone(),
        title: plan.title.clone(),
        about: plan.about.clone(),
        scale,
        not_comparable: plan.scale.get(&scale).and_then(|scale| scale.not_comparable.clone()),
        choose_by: plan.choose_by.clone(),
        repeat: plan.repeat.clone(),
        tolerance: plan.tolerance.clone(),
        tables: layout.iter().map(|table| TableResult::of(table, &cells)).collect(),
        figures: plan.figure.iter().map(|figure| FigureResult::of(figure, &cells)).collect(),
        paths: paths::of(runs),
        comparisons: comparisons::answers(plan, &cells, runs),
        trends: trends::trends(plan, &cells, runs),
        gaps: trends::gaps(plan, &cells, runs),
        shares: shares::answers(plan, &cells, runs),
        decompositions: decomposition::answers(plan, &cells, runs),
        runs: rows,
        progress: overview::progress(&cells, runs),
        numbers,
        cells,
    }
}

/// The tables of the plan; without, one of all cells.
fn layout(plan: &Plan) -> Vec<Table> {
    if !plan.table.is_empty() {
        return plan.table.clone();
    }
    if plan.cell.is_empty() {
        return Vec::new();
    }
    let error = if plan.choose_by == "validation_rmse" { "test_rmse" } else { "test_error" };
    let columns = [error, "sparsity"].map(ToOwned::to_owned).to_vec();
    vec![Table { title: "All cells".to_owned(), columns, cells: Vec::new() }]
}

/// The names of all numbers that the plan asks for, each once: first what every run has.
fn numbers(plan: &Plan, tables: &[Table]) -> Vec<String> {
    let always = [&*plan.choose_by, "test_error", "sparsity", "selected_epoch", "training_seconds"];
    let drawn = plan.figure.iter().flat_map(|figure| [&*figure.x, &*figure.y]);
    let names = always
        .into_iter()
        .chain(tables.iter().flat_map(|table| &table.columns).map(String::as_str))
        .chain(drawn.filter(|name| !name.is_empty()))
        .chain(plan.comparison.iter().map(|comparison| &*comparison.metric))
        .chain(plan.cell.iter().flat_map(|cell| cell.paper.keys()).map(String::as_str));
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.iter().any(|known| known == name) {
            once.push(name.to_owned());
        }
    }
    once
}

/// The places of the cells that `pattern` names: one cell, or, as `NAME/*`, all values of a varied or drawn one. A bare
/// name of a varied cell stands for all its values, too.
fn matching(pattern: &str, cells: &[CellResult]) -> Vec<usize> {
    let family = pattern.strip_suffix("/*").unwrap_or(pattern);
    let of_family = |name: &str| name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    (0..cells.len()).filter(|&k| of_family(&cells[k].name)).collect()
}

/// The place of the cell that `name` names; nothing when that is none, or several.
fn single(name: &str, cells: &[CellResult]) -> Option<usize> {
    let [place] = matching(name, cells)[..] else { return None };
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::sample::{Sample, plan};
    use super::*;

    #[test]
    fn every_number_is_named_once() {
        let names = numbers(&plan(), &layout(&plan()));
        let once: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(once.len(), names.len());
        assert_eq!(names[..2], ["validation_error", "test_error"]);
        assert!(names.contains(&"setting:model.softplus_alpha".to_owned()));
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

    #[test]
    fn a_plan_without_tables_shows_all_cells() {
        let mut plan = plan();
        plan.table.clear();
        assert_eq!(layout(&plan)[0].columns, ["test_error", "sparsity"]);
        plan.choose_by = "validation_rmse".to_owned();
        assert_eq!(layout(&plan)[0].columns, ["test_rmse", "sparsity"]);
    }
}
