//! Numbers of several cells, paired by the seeds that all of them have.

use super::{CellResult, CellRuns, PlannedRun};
use std::collections::BTreeMap;

/// Samples of a bootstrap.
pub(crate) const TIMES: usize = 2000;

/// The numbers of `columns`, each a cell's place and the name of a number: a row for each seed that all of them have.
pub(crate) fn by_seed(columns: &[(usize, &str)], cells: &[CellResult], runs: &[CellRuns<'_>]) -> Vec<Vec<f64>> {
    let of = |&(place, metric): &(usize, &str)| -> BTreeMap<i64, f64> {
        let Some(point) = cells[place].chosen else { return BTreeMap::new() };
        let number = |run: &PlannedRun<'_>| run.finished()?.number(metric).filter(|value| value.is_finite());
        let planned = runs[place].expanded.points[point].reported.iter().zip(&runs[place].points[point].reported);
        planned.filter_map(|(settings, run)| Some((settings.repeat, number(run)?))).collect()
    };
    let all: Vec<BTreeMap<i64, f64>> = columns.iter().map(of).collect();
    let seeds = all.first().into_iter().flat_map(BTreeMap::keys);
    seeds.filter_map(|seed| all.iter().map(|column| column.get(seed).copied()).collect()).collect()
}

/// Why [`by_seed`] has no row.
pub(crate) fn why_no_rows(columns: &[(usize, &str)], cells: &[CellResult], runs: &[CellRuns<'_>]) -> String {
    let lacking = columns.iter().find(|&&(place, metric)| {
        cells[place].progress.finished > 0 && by_seed(&[(place, metric)], cells, runs).is_empty()
    });
    lacking.map_or_else(
        || "no seed has finished in all of its cells".to_owned(),
        |&(place, metric)| format!("no finished run of {} has the number '{metric}'", cells[place].name),
    )
}

/// So many seeds, in words.
pub(crate) fn seeds(count: usize) -> String {
    if count == 1 { "1 seed".to_owned() } else { format!("{count} seeds") }
}

/// What the intervals of a sentence are, or why it has none.
pub(crate) fn about_intervals(seeds: usize) -> &'static str {
    if seeds < 2 {
        "One seed is too few for intervals."
    } else {
        "In parentheses, 95 % bootstrap intervals over seeds."
    }
}
