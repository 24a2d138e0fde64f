//! Differences in error between networks, as an estimate over two sources of variation: seeds and test examples.

use crate::bootstrap::{Draws, quantile};
use crate::sample::{Interval, standard_deviation};
use rand::{Rng, RngExt};
use random::ChaCha8Rng;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use std::collections::BTreeMap;

/// A mean difference over seeds and test examples, both of which are a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoWay {
    /// The mean difference over all seeds and examples.
    pub difference: f64,
    /// The standard error of the mean difference, for other seeds and other examples.
    pub error: f64,
    /// The 95 % bootstrap interval.
    pub interval: Interval,
    /// The two-sided p-value of a t test of whether the mean difference is 0, in [0, 1].
    pub p: f64,
}

/// The mean over seeds and test examples of a difference between networks that were trained with the same seed and
/// classify the same `examples` test examples. For each seed, `seeds` lists the rows of those examples whose difference
/// is not 0, each once, with the difference: 1 if only the first network misclassifies the example, and -1 if only the
/// second one does. A difference of differences between four networks lies between -2 and 2.
///
/// The variance of the mean is σₛ²/R + σₓ²/N + σ²/(RN) for R seeds and N examples, where the three variances are those
/// of the effects of seeds and of examples, and of the rest. It is estimated by the mean squares of the two-way
/// analysis of variance with one observation in a cell (Fisher 1935), with the degrees of freedom of Satterthwaite
/// (1946). Negative estimates of σₛ² and σₓ² count as 0.
///
/// The interval is a percentile interval over resamples of both seeds and examples (the pigeonhole bootstrap of Owen
/// 2007, with Poisson weights for the examples). On its own, this bootstrap is too narrow with few seeds and counts σ²
/// three times; so the resamples are scaled about the mean until their spread is that of the estimated variance, and
/// their tails are those of Student's distribution.
///
/// `None` with fewer than two seeds or two examples, or when a row is not below `examples`.
#[must_use]
pub fn two_way(seeds: &[Vec<(usize, i32)>], examples: usize, draws: &Draws<'_>) -> Option<TwoWay> {
    if seeds.len() < 2 || examples < 2 || seeds.iter().flatten().any(|&(row, _)| row >= examples) {
        return None;
    }
    let (seeds, rows) = numbered(seeds);
    let cells = (seeds.len() * examples) as f64;
    let variance = Variance::of(&seeds, &rows, examples);
    let difference = rows.iter().map(|&sum| f64::from(sum)).sum::<f64>() / cells;
    let error = variance.of_mean.sqrt();
    if error == 0.0 {
        let interval = Interval { low: difference, high: difference };
        return Some(TwoWay { difference, error, interval, p: f64::from(difference == 0.0) });
    }
    let student = StudentsT::new(0.0, 1.0, variance.degrees).ok()?;
    let mut resamples: Vec<f64> = resampled(&seeds, rows.len(), draws).iter().map(|&sum| sum as f64 / cells).collect();
    resamples.sort_by(f64::total_cmp);
    let spread = standard_deviation(&resamples)?;
    let stretch = student.inverse_cdf(0.975) / Normal::new(0.0, 1.0).ok()?.inverse_cdf(0.975) * error / spread;
    let end = |level| Some(difference + stretch * (quantile(&resamples, level)? - difference));
    Some(TwoWay {
        difference,
        error,
        interval: Interval { low: end(0.025)?, high: end(0.975)? },
        p: (2.0 * student.cdf(-difference.abs() / error)).clamp(0.0, 1.0),
    })
}

/// The differences with consecutive numbers in place of the rows, and the sum over seeds of each numbered row.
fn numbered(seeds: &[Vec<(usize, i32)>]) -> (Vec<Vec<(usize, i32)>>, Vec<i32>) {
    let mut numbers = BTreeMap::new();
    let mut sums = Vec::new();
    let mut number = |&(row, difference): &(usize, i32)| {
        let number = *numbers.entry(row).or_insert_with(|| {
            sums.push(0);
            sums.len() - 1
        });
        sums[number] += difference;
        (number, difference)
    };
    let seeds = seeds.iter().map(|rows| rows.iter().map(&mut number).collect()).collect();
    (seeds, sums)
}

/// The variance of a mean over seeds and examples.
struct Variance {
    of_mean: f64,
    degrees: f64,
}

impl Variance {
    fn of(seeds: &[Vec<(usize, i32)>], rows: &[i32], examples: usize) -> Self {
        let (r, n) = (seeds.len() as f64, examples as f64);
        let square = |sum: i32| f64::from(sum).powi(2);
        let of_mean = square(rows.iter().sum()) / (r * n);
        let of_seed = |rows: &Vec<(usize, i32)>| square(rows.iter().map(|&(_, difference)| difference).sum());
        let by_seed = seeds.iter().map(of_seed).sum::<f64>() / n - of_mean;
        let by_example = rows.iter().map(|&sum| square(sum)).sum::<f64>() / r - of_mean;
        let total = seeds.iter().flatten().map(|&(_, difference)| square(difference)).sum::<f64>() - of_mean;
        let degrees = [r - 1.0, n - 1.0, (r - 1.0) * (n - 1.0)];
        let [seeds, examples, rest] =
            [by_seed / degrees[0], by_example / degrees[1], (total - by_seed - by_example) / degrees[2]];
        // Each mean square has a sign in the variance of the mean. Where a variance has a negative estimate, the mean
        // square of that effect only repeats the rest, and the other effect has the whole variance.
        let signs = match (seeds > rest, examples > rest) {
            (true, true) => [1.0, 1.0, -1.0],
            (true, false) => [1.0, 0.0, 0.0],
            (false, true) => [0.0, 1.0, 0.0],
            (false, false) => [0.0, 0.0, 1.0],
        };
        let terms = [seeds * signs[0], examples * signs[1], rest * signs[2]];
        let sum: f64 = terms.iter().sum();
        let degrees = sum * sum / terms.iter().zip(degrees).map(|(term, degrees)| term * term / degrees).sum::<f64>();
        Self { of_mean: sum.max(0.0) / (r * n), degrees }
    }
}

/// The sum of all differences in each resample of the seeds and of the `rows` examples.
fn resampled(seeds: &[Vec<(usize, i32)>], rows: usize, draws: &Draws<'_>) -> Vec<i64> {
    let mut random = random::stream(draws.seed, draws.name, &[]);
    let mut weights = vec![0; rows];
    let sum = |_| {
        weights.fill_with(|| poisson(&mut random));
        let drawn = (0..seeds.len()).map(|_| &seeds[random.random_range(0..seeds.len())]);
        drawn.flatten().map(|&(row, difference)| i64::from(weights[row] * difference)).sum()
    };
    (0..draws.times).map(sum).collect()
}

/// A number from the Poisson distribution with the mean 1.
fn poisson(random: &mut ChaCha8Rng) -> i32 {
    /// The probability of a number up to 0, 1, 2 and so on, times 2³².
    const UP_TO: [u32; 12] = [
        1_580_030_168,
        3_160_060_337,
        3_950_075_421,
        4_213_413_783,
        4_279_248_373,
        4_292_415_291,
        4_294_609_777,
        4_294_923_276,
        4_294_962_463,
        4_294_966_817,
        4_294_967_252,
        4_294_967_292,
    ];
    let uniform = random.next_u32();
    UP_TO.iter().map(|&up_to| i32::from(uniform >= up_to)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::{SIMULATIONS, normal, share, stream};

    const DRAWS: Draws<'static> = Draws { seed: 1, name: "test", times: 2000 };

    /// Networks that misclassify an example if a normal variable with the standard deviation 1 is below a threshold.
    /// The variable is a sum over the example, the network's kind, the seed, and the rest.
    struct Simulated {
        /// The threshold of each network, with the sign that its errors have in the difference.
        networks: Vec<(f64, i32)>,
        seeds: usize,
        examples: usize,
        /// The variances of the effect of an example on all networks, of an example on one network, and of a seed on one
        /// network. The rest is new for every network, example and seed.
        variances: [f64; 3],
    }

    impl Simulated {
        fn difference(&self) -> f64 {
            let unit = Normal::new(0.0, 1.0).unwrap();
            self.networks.iter().map(|&(threshold, sign)| f64::from(sign) * unit.cdf(threshold)).sum()
        }

        fn draw(&self, random: &mut ChaCha8Rng) -> Vec<Vec<(usize, i32)>> {
            let [common, own, of_seed] = self.variances.map(f64::sqrt);
            let rest = (1.0 - self.variances.iter().sum::<f64>()).sqrt();
            let mut seeds = vec![vec![0; self.examples]; self.seeds];
            let common: Vec<f64> = (0..self.examples).map(|_| common * normal(random)).collect();
            for &(threshold, sign) in &self.networks {
                let own: Vec<f64> = common.iter().map(|common| common + own * normal(random)).collect();
                for differences in &mut seeds {
                    let of_seed = of_seed * normal(random);
                    for (difference, own) in differences.iter_mut().zip(&own) {
                        if own + of_seed + rest * normal(random) < threshold {
                            *difference += sign;
                        }
                    }
                }
            }
            let kept =
                |seed: Vec<i32>| seed.into_iter().enumerate().filter(|&(_, difference)| difference != 0).collect();
            seeds.into_iter().map(kept).collect()
        }
    }

    #[test]
    fn the_standard_error_is_that_of_the_analysis_of_variance() {
        // Three seeds and four examples with the differences 1 1 0 0 / 1 1 1 0 / 1 0 0 -1. By hand, the mean squares of
        // the seeds, of the examples and of the rest are 7/12, 35/36 and 5/36.
        let seeds = [vec![(0, 1), (1, 1)], vec![(0, 1), (1, 1), (2, 1)], vec![(0, 1), (3, -1)]];
        let found = two_way(&seeds, 4, &DRAWS).unwrap();
        assert!((found.difference - 5.0 / 12.0).abs() < 1e-12, "{found:?}");
        assert!((found.error - (51.0_f64 / 36.0 / 12.0).sqrt()).abs() < 1e-12, "{found:?}");
        // If all seeds differ on the same examples, only the examples vary: 1, 1, 0 and -1 have the mean square 11/12
        // around their mean, and a share of 1/4 of it is the variance of the mean.
        let found = two_way(&vec![vec![(0, 1), (1, 1), (3, -1)]; 3], 4, &DRAWS).unwrap();
        assert!((found.error - (11.0_f64 / 12.0 / 4.0).sqrt()).abs() < 1e-12, "{found:?}");
    }

    /// The shares of simulations whose interval covers the true difference, and whose p-value is below 0.05.
    fn simulated(simulated: &Simulated) -> (f64, f64) {
        let mut random = stream("two-way");
        let (mut covered, mut called) = (0, 0);
        for _ in 0..SIMULATIONS {
            let draws = Draws { times: 200, ..DRAWS };
            let found = two_way(&simulated.draw(&mut random), simulated.examples, &draws).unwrap();
            covered += usize::from(found.interval.contains(simulated.difference()));
            called += usize::from(found.p < 0.05);
        }
        (share(covered), share(called))
    }

    #[test]
    fn the_interval_covers_the_difference_of_two_networks_in_nineteen_cases_of_twenty() {
        let networks = vec![(-1.3, 1), (-1.1, -1)];
        let (covered, _) = simulated(&Simulated { networks, seeds: 5, examples: 100, variances: [0.4, 0.05, 0.02] });
        assert!((covered - 0.95).abs() < 0.015, "{covered} of the intervals cover the difference");
    }

    #[test]
    fn the_interval_covers_the_difference_of_two_differences_in_nineteen_cases_of_twenty() {
        let networks = vec![(-1.0, 1), (-1.2, -1), (-1.1, -1), (-1.2, 1)];
        let (covered, _) = simulated(&Simulated { networks, seeds: 6, examples: 100, variances: [0.3, 0.05, 0.02] });
        assert!((covered - 0.95).abs() < 0.015, "{covered} of the intervals cover the difference of differences");
    }

    #[test]
    fn equal_networks_are_called_different_in_one_case_of_twenty() {
        let networks = vec![(-1.2, 1), (-1.2, -1)];
        let (_, called) = simulated(&Simulated { networks, seeds: 5, examples: 100, variances: [0.5, 0.1, 0.1] });
        assert!((called - 0.05).abs() < 0.015, "{called} of the pairs of equal networks are called different");
    }

    #[test]
    fn networks_that_never_differ_have_no_difference() {
        let found = two_way(&[vec![], vec![], vec![]], 100, &DRAWS).unwrap();
        assert_eq!((found.difference, found.error, found.p), (0.0, 0.0, 1.0));
        assert_eq!(two_way(&[vec![(0, 1)]], 100, &DRAWS), None);
        assert_eq!(two_way(&[vec![(100, 1)], vec![]], 100, &DRAWS), None);
    }
}
