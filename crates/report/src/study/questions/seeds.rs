//! Numbers of several cells, matched by seed.

use crate::study::cells::CellResult;
use crate::study::runs::CellRuns;
use crate::text::number::counted;
use std::collections::BTreeMap;

/// The number of resamples for a bootstrap interval.
pub(crate) const TIMES: usize = 2000;

/// A table of numbers of reported runs, with a row for each seed for which every column has a number. A column is given
/// as the index of a cell and the name of a number.
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

/// Why [`by_seed`] returns no rows, as a clause without a full stop.
pub(crate) fn why_no_rows(columns: &[(usize, &str)], cells: &[CellResult], runs: &[CellRuns<'_>]) -> String {
    let lacking = columns.iter().find(|&&(place, metric)| {
        cells[place].progress.finished > 0 && by_seed(&[(place, metric)], cells, runs).is_empty()
    });
    lacking.map_or_else(
        || "no seed has a finished run in every cell".to_owned(),
        |&(place, metric)| format!("no finished run of {} has the number '{metric}'", cells[place].name),
    )
}

/// The mean of column `k` of `rows`, counted from 0; NaN without rows.
pub(crate) fn mean(rows: &[Vec<f64>], k: usize) -> f64 {
    rows.iter().map(|row| row[k]).sum::<f64>() / rows.len() as f64
}

/// A number of seeds in words, such as `1 seed` or `5 seeds`.
pub(crate) fn seeds(count: usize) -> String {
    counted(count, "seed")
}

/// A sentence on the kind of intervals that an answer has, or on why it has no intervals.
pub(crate) fn about_intervals(seeds: usize) -> &'static str {
    if seeds < 2 {
        "One seed is too few for intervals."
    } else {
        "The intervals in parentheses are 95 % bootstrap intervals over seeds."
    }
}
