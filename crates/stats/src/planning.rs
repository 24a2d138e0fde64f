//! How many runs it takes to decide.

use crate::prediction::prediction_half_width;
use crate::sample::student;
use statrs::distribution::{ContinuousCDF, Normal};

/// The largest number of runs that is considered.
const MOST: usize = 1000;
/// The probability with which the runs must decide.
const POWER: f64 = 0.8;

/// The smallest number of runs, from 3 to 1,000, with which [`equivalence`](crate::equivalence) has a p-value below
/// 0.05 with a probability of 0.8, if the true mean differs from the target by `difference` and single runs have the
/// standard deviation `deviation`. `None` when 1,000 runs are too few; no number of runs is enough if the difference is
/// not smaller than the tolerance.
///
/// The noncentral t distribution of the power is approximated by a shifted one.
#[must_use]
pub fn runs_for_equivalence(difference: f64, deviation: f64, tolerance: f64) -> Option<usize> {
    if !(difference + deviation + tolerance).is_finite() {
        return None;
    }
    fewest(|runs| {
        let (error, t) = (deviation / (runs as f64).sqrt(), student(runs - 1)?);
        let passed = |distance: f64| t.cdf(distance / error - t.inverse_cdf(0.95));
        let [nearer, farther] = [tolerance - difference.abs(), tolerance + difference.abs()];
        Some(nearer > 0.0 && (error == 0.0 || passed(nearer) + passed(farther) - 1.0 >= POWER))
    })
}

/// The smallest number of runs, from 3 to 1,000, whose [`prediction_interval`](crate::prediction_interval) excludes a
/// number with a probability of 0.8, if the true mean differs from the number by `difference` and single runs have the
/// standard deviation `deviation`. `None` when 1,000 runs are too few; no number of runs is enough if the difference is
/// below 1.96 standard deviations.
///
/// The noncentral t distribution of the power is approximated by a normal one (Abramowitz and Stegun, 26.7.10).
#[must_use]
pub fn runs_for_exclusion(difference: f64, deviation: f64) -> Option<usize> {
    if !(difference + deviation).is_finite() {
        return None;
    }
    fewest(|runs| {
        if deviation == 0.0 {
            return Some(difference != 0.0);
        }
        // The number is excluded if √n times the observed difference by the observed deviation, a noncentral t, exceeds
        // t(0.975) √(n + 1).
        let n = runs as f64;
        let limit = student(runs - 1)?.inverse_cdf(0.975) * (n + 1.0).sqrt();
        exceeds(limit, n.sqrt() * difference.abs() / deviation, n - 1.0)
    })
}

/// The smallest number of runs, from 3 to 1,000, with which [`paired_t`](crate::paired_t) has a p-value below `level`
/// with a probability of 0.8, if the true mean difference is `difference` and single differences have the standard
/// deviation `deviation`. `None` when 1,000 runs are too few, or when `level` is not between 0 and 1. The power is
/// approximated as in [`runs_for_exclusion`].
#[must_use]
pub fn runs_for_difference(difference: f64, deviation: f64, level: f64) -> Option<usize> {
    if !((difference + deviation).is_finite() && level > 0.0 && level < 1.0) {
        return None;
    }
    fewest(|runs| {
        if deviation == 0.0 {
            return Some(difference != 0.0);
        }
        let n = runs as f64;
        let limit = student(runs - 1)?.inverse_cdf(1.0 - level / 2.0);
        exceeds(limit, n.sqrt() * difference.abs() / deviation, n - 1.0)
    })
}

/// Whether a noncentral t exceeds `limit` with the probability [`POWER`].
fn exceeds(limit: f64, noncentrality: f64, degrees: f64) -> Option<bool> {
    let z = (noncentrality - limit * (1.0 - 0.25 / degrees)) / (1.0 + limit * limit / (2.0 * degrees)).sqrt();
    Some(Normal::new(0.0, 1.0).ok()?.cdf(z) >= POWER)
}

/// The smallest number of runs, from 3 to 1,000, whose [`prediction_interval`](crate::prediction_interval) reaches no
/// farther than `half_width` to each side, if the standard deviation of these runs is `deviation`. `None` when 1,000
/// runs are too few; no number of runs is enough if `half_width` is below 1.96 standard deviations.
#[must_use]
pub fn runs_for_prediction(deviation: f64, half_width: f64) -> Option<usize> {
    fewest(|runs| Some(prediction_half_width(runs, deviation)? <= half_width))
}

/// The smallest number of runs from 3 to [`MOST`] that is `enough`, by bisection: if a number is enough, every larger
/// one must be.
fn fewest(enough: impl Fn(usize) -> Option<bool>) -> Option<usize> {
    if !enough(MOST)? {
        return None;
    }
    let (mut below, mut runs) = (2, MOST);
    while runs - below > 1 {
        let middle = usize::midpoint(below, runs);
        if enough(middle)? { runs = middle } else { below = middle }
    }
    Some(runs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::{SIMULATIONS, normal, share, stream};
    use crate::{equivalence, paired_t, prediction_interval};

    /// The share of simulations in which `decided` is true of `runs` values with the mean `mean` and the standard
    /// deviation 1.
    fn power(runs: usize, mean: f64, decided: impl Fn(&[f64]) -> bool) -> f64 {
        let mut random = stream("planning");
        let simulated = (0..SIMULATIONS).filter(|_| {
            let values: Vec<f64> = (0..runs).map(|_| mean + normal(&mut random)).collect();
            decided(&values)
        });
        share(simulated.count())
    }

    #[test]
    fn so_many_runs_show_equivalence_in_four_cases_of_five() {
        for (difference, tolerance) in [(0.0, 1.0), (0.5, 1.5), (0.2, 0.8)] {
            let runs = runs_for_equivalence(difference, 1.0, tolerance).unwrap();
            let found = power(runs, difference, |values| equivalence(values, 0.0, tolerance).unwrap().p < 0.05);
            assert!((0.76..0.9).contains(&found), "{runs} runs have a power of {found}");
        }
        assert_eq!(runs_for_equivalence(1.0, 1.0, 1.0), None);
        assert_eq!(runs_for_equivalence(0.5, 0.0, 1.0), Some(3));
        assert_eq!(runs_for_equivalence(0.0, f64::NAN, 1.0), None);
    }

    #[test]
    fn so_many_runs_exclude_a_number_in_four_cases_of_five() {
        for difference in [2.5, 3.0, 3.5] {
            let runs = runs_for_exclusion(difference, 1.0).unwrap();
            let found = power(runs, difference, |values| !prediction_interval(values).unwrap().contains(0.0));
            assert!((0.76..0.9).contains(&found), "{runs} runs have a power of {found}");
        }
        assert_eq!(runs_for_exclusion(1.9, 1.0), None);
        assert_eq!(runs_for_exclusion(0.1, 0.0), Some(3));
    }

    #[test]
    fn so_many_runs_show_a_difference_in_four_cases_of_five() {
        for (difference, level) in [(0.6, 0.05), (1.0, 0.05), (1.0, 0.01)] {
            let runs = runs_for_difference(difference, 1.0, level).unwrap();
            let found = power(runs, difference, |values| paired_t(values).unwrap().p < level);
            assert!((0.76..0.9).contains(&found), "{runs} runs have a power of {found}");
        }
        assert_eq!(runs_for_difference(0.05, 1.0, 0.05), None);
        assert_eq!(runs_for_difference(0.1, 0.0, 0.05), Some(3));
        assert_eq!(runs_for_difference(0.0, 0.0, 0.05), None);
        assert_eq!(runs_for_difference(1.0, 1.0, 0.0), None);
    }

    #[test]
    fn so_many_runs_make_the_prediction_narrow_enough() {
        // t(0.975, 4) √(1 + 1/5) = 3.04 and t(0.975, 5) √(1 + 1/6) = 2.78.
        assert_eq!(runs_for_prediction(1.0, 2.9), Some(6));
        assert_eq!(runs_for_prediction(1.0, 1.9), None);
    }
}
