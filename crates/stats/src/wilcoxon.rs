//! Wilcoxon's signed-rank test, and the ranks that Page's test also uses.

use crate::tails::{coin_tails, two_sided};

/// How a p-value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// The exact distribution: all arrangements were counted, ties included.
    Exact,
    /// The normal approximation.
    Normal,
}

/// The result of Wilcoxon's signed-rank test (1945) of differences around 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignedRank {
    /// The sum of the ranks of positive differences.
    pub positive: f64,
    /// The sum of the ranks of negative differences.
    pub negative: f64,
    /// The number of differences other than 0; zeros are left out.
    pub differences: usize,
    /// The two-sided p-value, in [0, 1].
    pub p: f64,
    /// How the p-value was found.
    pub distribution: Distribution,
}

/// The largest number of differences n for which all 2^n combinations of signs are counted.
const EXACT: usize = 20;

/// Absolute values that differ by at most this fraction of the largest one are tied, so that rounding does not break
/// ties, such as the tie between 1.9 - 1.38 and 2.42 - 1.9.
const TOLERANCE: f64 = 1e-9;

/// Tests whether `differences` are symmetric around 0. Ties share the mean of their ranks, and zeros are left out.
/// Absolute values that differ by at most a billionth of the largest one are tied, and differences up to that size are
/// taken as zeros. For up to 20 differences, the distribution of the sums is computed exactly; for more, it is
/// approximated by a normal distribution whose variance accounts for ties, with a continuity correction. `None` when
/// all differences are zeros or one of them is not finite.
#[must_use]
pub fn wilcoxon_signed_rank(differences: &[f64]) -> Option<SignedRank> {
    if differences.iter().any(|difference| !difference.is_finite()) {
        return None;
    }
    let grain = TOLERANCE * differences.iter().fold(0.0, |most: f64, difference| most.max(difference.abs()));
    let kept: Vec<f64> = differences.iter().copied().filter(|difference| difference.abs() > grain).collect();
    if kept.is_empty() {
        return None;
    }
    let doubled = doubled_ranks(&tied(kept.iter().map(|difference| difference.abs()).collect(), grain));
    let sum = |sign: f64| -> usize {
        let of_sign = kept.iter().zip(&doubled).filter(|(difference, _)| **difference * sign > 0.0);
        of_sign.map(|(_, rank)| rank).sum()
    };
    let (positive, negative) = (sum(1.0), sum(-1.0));
    let smaller = positive.min(negative);
    let (p, distribution) = if kept.len() <= EXACT {
        (coin_tails(smaller, &doubled), Distribution::Exact)
    } else {
        (normal(&doubled, smaller)?, Distribution::Normal)
    };
    let [positive, negative] = [positive, negative].map(|doubled| doubled as f64 / 2.0);
    Some(SignedRank { positive, negative, differences: kept.len(), p, distribution })
}

/// `values`, in which each value is replaced by the next smaller value if the two differ by at most `grain`.
fn tied(mut values: Vec<f64>, grain: f64) -> Vec<f64> {
    let mut ascending: Vec<usize> = (0..values.len()).collect();
    ascending.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    for pair in ascending.windows(2) {
        if values[pair[1]] - values[pair[0]] <= grain {
            values[pair[1]] = values[pair[0]];
        }
    }
    values
}

/// Twice the ranks of `values`, counted from 1. Ties share the mean of their ranks; even then, the doubled ranks are
/// whole numbers.
pub(crate) fn doubled_ranks(values: &[f64]) -> Vec<usize> {
    let mut ascending = values.to_vec();
    ascending.sort_by(f64::total_cmp);
    let below = |value: f64| ascending.partition_point(|&other| other < value);
    let up_to = |value: f64| ascending.partition_point(|&other| other <= value);
    // The ranks from below + 1 to up_to have the mean (below + 1 + up_to) / 2.
    values.iter().map(|&value| below(value) + 1 + up_to(value)).collect()
}

/// The normal approximation of [`coin_tails`]: the sum of the positive ranks has the mean Σr / 2 and the variance
/// Σr² / 4 over all ranks r, with or without ties.
fn normal(doubled: &[usize], smaller: usize) -> Option<f64> {
    let ranks = || doubled.iter().map(|&rank| rank as f64 / 2.0);
    let mean = ranks().sum::<f64>() / 2.0;
    let deviation = (ranks().map(|rank| rank * rank).sum::<f64>() / 4.0).sqrt();
    two_sided(((mean - smaller as f64 / 2.0 - 0.5) / deviation).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The heights of Darwin's crossed plants minus the heights of the self-fertilised plants, in eighths of an inch
    /// (Fisher 1935).
    const DARWIN: [f64; 15] =
        [49.0, -67.0, 8.0, 16.0, 6.0, 23.0, 28.0, 41.0, 14.0, 29.0, 56.0, 24.0, 75.0, 60.0, -48.0];

    #[test]
    fn ranks_share_the_mean_of_ties() {
        assert_eq!(doubled_ranks(&[0.3, 0.1, 0.3, 0.2]), [7, 2, 7, 4]);
    }

    #[test]
    fn few_differences_are_counted() {
        // The expected values are from scipy.stats.wilcoxon(method="exact"): W = 24, p = 0.041259765625.
        let test = wilcoxon_signed_rank(&DARWIN).unwrap();
        assert_eq!((test.negative, test.positive, test.distribution), (24.0, 96.0, Distribution::Exact));
        assert!((test.p - 0.041_259_765_625).abs() < 1e-12, "{test:?}");
        // For five differences of one sign, 2 of the 2^5 combinations of signs are as extreme.
        assert_eq!(wilcoxon_signed_rank(&[0.1, 0.2, 0.3, 0.4, 0.5]).unwrap().p, 2.0 / 32.0);
    }

    #[test]
    fn ties_are_counted_as_they_are_and_zeros_left_out() {
        // The expected p-value was found in Python by counting all 2^7 combinations of signs of the ranks 2, 2, 4.5, 2,
        // 6, 4.5 and 7.
        let test = wilcoxon_signed_rank(&[1.0, 1.0, 2.0, -1.0, 3.0, -2.0, 0.0, 4.0]).unwrap();
        assert_eq!((test.differences, test.positive), (7, 21.5));
        assert_eq!(test.p, 0.265_625);
    }

    #[test]
    fn rounding_does_not_break_ties() {
        let whole = wilcoxon_signed_rank(&[52.0, -52.0, 30.0, 10.0, 20.0, -40.0]).unwrap();
        let tiny = f64::EPSILON;
        let rounded = wilcoxon_signed_rank(&[0.52, -0.52 * (1.0 + tiny), 0.3, 0.1, 0.2, -0.4, tiny]).unwrap();
        assert_eq!((rounded.p, rounded.differences), (whole.p, 6));
        let halves = wilcoxon_signed_rank(&[10.24, 1.9 - 1.85, 2.3 - 2.25, -(0.15 - 0.1), 0.05]).unwrap();
        assert_eq!(halves.p, wilcoxon_signed_rank(&[1024.0, 5.0, 5.0, -5.0, 5.0]).unwrap().p);
    }

    #[test]
    fn many_differences_use_the_normal_distribution() {
        // The expected values are from scipy.stats.wilcoxon(method="asymptotic", correction=True).
        let differences = [
            1.0, 6.8, 5.6, -2.4, -2.4, 4.1, 6.0, 3.6, -1.1, -2.8, 4.1, 7.9, 1.5, -2.6, 0.0, 4.0, 6.6, 2.5, -3.9, -0.1,
            6.8, 5.1, 0.4, -2.0, -0.1,
        ];
        let test = wilcoxon_signed_rank(&differences).unwrap();
        assert_eq!((test.positive.min(test.negative), test.distribution), (69.0, Distribution::Normal));
        assert!((test.p - 0.021_421_633_529_888_993).abs() < 1e-9, "{test:?}");
    }

    #[test]
    fn nothing_to_rank_gives_none() {
        assert_eq!(wilcoxon_signed_rank(&[]), None);
        assert_eq!(wilcoxon_signed_rank(&[0.0, 0.0]), None);
        assert_eq!(wilcoxon_signed_rank(&[1.0, f64::NAN]), None);
    }

    proptest! {
        #[test]
        fn p_is_a_probability_and_does_not_depend_on_the_sign(differences in prop::collection::vec(-9_i32..9, 1..30)) {
            let differences: Vec<f64> = differences.into_iter().map(f64::from).collect();
            let opposite: Vec<f64> = differences.iter().map(|difference| -difference).collect();
            if let Some(test) = wilcoxon_signed_rank(&differences) {
                prop_assert!((0.0..=1.0).contains(&test.p));
                prop_assert_eq!(test.p, wilcoxon_signed_rank(&opposite).unwrap().p);
                let n = test.differences as f64;
                prop_assert_eq!(test.positive + test.negative, n * (n + 1.0) / 2.0);
            }
        }
    }
}
