//! Numbers of several cells, paired by the seeds that all cells have.

use crate::study::cells::CellResult;
use crate::study::runs::CellRuns;
use crate::text::number::counted;
use std::collections::BTreeMap;

/// Samples that a bootstrap draws.
pub(crate) const TIMES: usize = 2000;

/// The numbers of `columns`, each the place of a cell and the name of a number, with a row for each seed that all columns
/// have.
pub(crate) fn by_seed(columns: &[(usize, &str)], cells: &[CellResult], runs: &[CellRuns<'_>]) -> Vec<Vec<f64>> {
    let of = |&(place, metric): &(usize, &str)| -> BTreeMap<i64, f64> {
        let Some(point) = cells[place].chosen else { return BTreeMap::new() };
        let planned = runs[place].reported(point);
        planned.filter_map(|(settings, run)| Some((settings.repeat, run.number(metric)?))).collect()
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

/// The mean of column `k` of `rows`; NaN without rows.
pub(crate) fn mean(rows: &[Vec<f64>], k: usize) -> f64 {
    rows.iter().map(|row| row[k]).sum::<f64>() / rows.len() as f64
}

/// `1 seed`, `5 seeds`.
pub(crate) fn seeds(count: usize) -> String {
    counted(count, "seed")
}

/// What the intervals of an answer are, or why it has none.
pub(crate) fn about_intervals(seeds: usize) -> &'static str {
    if seeds < 2 {
        "One seed is too few for intervals."
    } else {
        "In parentheses, 95 % bootstrap intervals over seeds."
    }
}
