//! Page's test for a trend over ordered settings.

use crate::tails::upper_tail;
use crate::wilcoxon::{Distribution, doubled_ranks};
use std::collections::BTreeMap;

/// The result of Page's trend test (1963).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// The statistic L: the sum over settings j = 1, 2, ... of j times the sum of the ranks at j.
    pub l: f64,
    /// L, standardised by its mean and standard deviation without a trend; 0 when the measurements are equal within
    /// every run.
    pub z: f64,
    /// The one-sided p-value for a rise against no trend, in [0, 1].
    pub p: f64,
    /// How the p-value was found.
    pub distribution: Distribution,
}

/// The largest number of settings for which the distribution of L is computed exactly; 6 settings have 720 orders.
const EXACT_SETTINGS: usize = 6;
/// The largest number of runs for which the distribution of L is computed exactly.
const EXACT_RUNS: usize = 20;

/// Tests whether measurements rise from setting to setting: `runs[i][j]` is the measurement of run i, such as a seed,
/// at setting j. To test for a fall, pass the settings in reverse. Ties share the mean of their ranks. The distribution
/// of L is computed exactly for up to 6 settings and 20 runs; otherwise it is approximated by a normal distribution.
/// `None` with fewer than two settings, without runs, when runs differ in length, or when a measurement is not finite.
#[must_use]
pub fn page_trend(runs: &[Vec<f64>]) -> Option<Trend> {
    let settings = runs.first()?.len();
    let uneven = |run: &Vec<f64>| run.len() != settings || run.iter().any(|value| !value.is_finite());
    if settings < 2 || runs.iter().any(uneven) {
        return None;
    }
    let ranks: Vec<Vec<usize>> = runs.iter().map(|run| doubled_ranks(run)).collect();
    let doubled_l: usize = ranks.iter().map(|run| weighted(run)).sum();
    let z = standardised(&ranks, doubled_l);
    let (p, distribution) = if settings <= EXACT_SETTINGS && runs.len() <= EXACT_RUNS {
        (exact(&ranks, doubled_l), Distribution::Exact)
    } else {
        (upper_tail(z)?, Distribution::Normal)
    };
    Some(Trend { l: doubled_l as f64 / 2.0, z, p, distribution })
}

/// The sum over j of j times the rank at j, with j counted from 1.
fn weighted(ranks: &[usize]) -> usize {
    ranks.iter().enumerate().map(|(j, rank)| (j + 1) * rank).sum()
}

/// L, standardised by the mean and the standard deviation that L has when the ranks of each run are in random order; 0
/// if this standard deviation is 0.
fn standardised(ranks: &[Vec<usize>], doubled_l: usize) -> f64 {
    let k = ranks[0].len() as f64;
    let runs = ranks.len() as f64;
    let mean_rank = f64::midpoint(k, 1.0);
    // In random order, the sum of j r_j has the variance Σ(j - m)² Σ(r - m)² / (k - 1), where m is the mean rank and
    // Σ(j - m)² = (k³ - k) / 12.
    let spread = |run: &Vec<usize>| run.iter().map(|&rank| (rank as f64 / 2.0 - mean_rank).powi(2)).sum::<f64>();
    let variance = ranks.iter().map(spread).sum::<f64>() * (k.powi(3) - k) / 12.0 / (k - 1.0);
    let mean = runs * k * mean_rank * mean_rank;
    if variance == 0.0 { 0.0 } else { (doubled_l as f64 / 2.0 - mean) / variance.sqrt() }
}

/// The probability that twice L is at least `doubled_l` when each run's ranks are in random order.
fn exact(ranks: &[Vec<usize>], doubled_l: usize) -> f64 {
    let mut distribution = BTreeMap::from([(0, 1.0)]);
    for run in ranks {
        let of_run = orders(run);
        let mut sum = BTreeMap::new();
        for (so_far, probability) in &distribution {
            for (more, share) in &of_run {
                *sum.entry(so_far + more).or_insert(0.0) += probability * share;
            }
        }
        distribution = sum;
    }
    distribution.range(doubled_l..).map(|(_, probability)| probability).sum::<f64>().min(1.0)
}

/// For each value of the sum over j of j times the rank at j, the fraction of all orders of `ranks` that give this
/// value.
fn orders(ranks: &[usize]) -> BTreeMap<usize, f64> {
    // The index is the set of placed ranks, as bits. The next rank is placed at j, the size of this set plus one.
    let mut distribution: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); 1 << ranks.len()];
    distribution[0].insert(0, 1.0);
    for placed in 0..distribution.len() {
        let j = placed.count_ones() as usize + 1;
        let here = std::mem::take(&mut distribution[placed]);
        let rest = (ranks.len() + 1 - j) as f64;
        for next in (0..ranks.len()).filter(|next| placed & (1 << next) == 0) {
            for (sum, probability) in &here {
                *distribution[placed | 1 << next].entry(sum + j * ranks[next]).or_insert(0.0) += probability / rest;
            }
        }
        distribution[placed] = here;
    }
    distribution.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn runs(rows: &[&[f64]]) -> Vec<Vec<f64>> {
        rows.iter().map(|row| row.to_vec()).collect()
    }

    #[test]
    fn small_tables_are_counted() {
        let table = runs(&[
            &[1.0, 2.0, 3.0, 4.0],
            &[2.0, 1.0, 3.0, 4.0],
            &[1.0, 3.0, 2.0, 4.0],
            &[1.0, 2.0, 4.0, 3.0],
            &[4.0, 2.0, 1.0, 3.0],
        ]);
        // The expected values are from scipy.stats.page_trend_test with the methods "exact" and "asymptotic".
        let test = page_trend(&table).unwrap();
        assert_eq!((test.l, test.distribution), (140.0, Distribution::Exact));
        assert!((test.p - 0.010_612_079_636_059_668).abs() < 1e-12, "{test:?}");
        assert!((upper_tail(test.z).unwrap() - 0.010_068_375_775_173_17).abs() < 1e-9, "{test:?}");
    }

    #[test]
    fn one_run_that_rises_is_one_order_of_all() {
        assert!((page_trend(&runs(&[&[0.1, 0.2, 0.4, 0.8]])).unwrap().p - 1.0 / 24.0).abs() < 1e-12);
        assert!((page_trend(&runs(&[&[0.8, 0.4, 0.2, 0.1]])).unwrap().p - 1.0).abs() < 1e-12);
    }

    #[test]
    fn large_tables_use_the_normal_distribution() {
        let table: Vec<Vec<f64>> =
            (0..8).map(|i| (0..9).map(|j| f64::from(j) + f64::from((i * 5 + j * 7) % 6)).collect()).collect();
        let test = page_trend(&table).unwrap();
        assert_eq!(test.distribution, Distribution::Normal);
        assert!(test.p < 1e-6 && test.z > 5.0, "{test:?}");
    }

    #[test]
    fn runs_without_differences_have_no_trend() {
        let test = page_trend(&runs(&[&[1.0, 1.0, 1.0], &[2.0, 2.0, 2.0]])).unwrap();
        assert!(test.z == 0.0 && (test.p - 1.0).abs() < 1e-12);
    }

    #[test]
    fn an_incomplete_table_gives_none() {
        assert_eq!(page_trend(&[]), None);
        assert_eq!(page_trend(&runs(&[&[1.0]])), None);
        assert_eq!(page_trend(&runs(&[&[1.0, 2.0], &[1.0]])), None);
        assert_eq!(page_trend(&runs(&[&[1.0, f64::NAN]])), None);
    }

    proptest! {
        #[test]
        fn p_is_a_probability_and_the_reverse_has_the_opposite_z(
            table in prop::collection::vec(prop::collection::vec(0_i32..6, 4), 1..8)
        ) {
            let table: Vec<Vec<f64>> = table.into_iter().map(|run| run.into_iter().map(f64::from).collect()).collect();
            let mirror: Vec<Vec<f64>> = table.iter().map(|run| run.iter().rev().copied().collect()).collect();
            let (test, mirror) = (page_trend(&table).unwrap(), page_trend(&mirror).unwrap());
            prop_assert!((0.0..=1.0).contains(&test.p));
            prop_assert!((test.z + mirror.z).abs() < 1e-9);
        }
    }
}
