//! Bootstrap intervals: confidence intervals of any statistic, by resampling.

use crate::Interval;
use rand::RngExt;

/// The resamples of a bootstrap: the stream of random numbers from which the resamples are drawn, and how many are
/// drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws<'a> {
    /// The seed of the stream.
    pub seed: u64,
    /// The name of the stream, for instance the purpose of the interval.
    pub name: &'a str,
    /// The number of resamples. With 2,000 resamples and a statistic that is about normal, the standard error of each
    /// end of an interval is 3 % of the interval's half-width.
    pub times: usize,
}

/// The 95 % percentile interval (Efron 1979) of `statistic` over `sample`. For paired data, pass the pairs, or their
/// differences, as the sample. Resamples for which the statistic is not finite are left out.
///
/// `None` when the sample has fewer than two elements or no resample has a finite statistic. With fewer than ten
/// elements the interval is too narrow; compare it with [`t_interval`](crate::t_interval).
#[must_use]
pub fn bootstrap_interval<T: Clone>(
    sample: &[T],
    statistic: impl Fn(&[T]) -> f64,
    draws: &Draws<'_>,
) -> Option<Interval> {
    bootstrap_intervals(sample, |drawn| vec![statistic(drawn)], draws)?.pop()
}

/// The intervals of several statistics over the same resamples, each as from [`bootstrap_interval`]. `statistics` must
/// return the same number of values for every sample.
///
/// `None` when the sample has fewer than two elements, or when one of the statistics is not finite for any resample.
#[must_use]
pub fn bootstrap_intervals<T: Clone>(
    sample: &[T],
    statistics: impl Fn(&[T]) -> Vec<f64>,
    draws: &Draws<'_>,
) -> Option<Vec<Interval>> {
    if sample.len() < 2 {
        return None;
    }
    let mut random = random::stream(draws.seed, draws.name, &[]);
    let mut drawn = sample.to_vec();
    let mut values = vec![Vec::with_capacity(draws.times); statistics(sample).len()];
    for _ in 0..draws.times {
        redraw(sample, &mut drawn, &mut random);
        for (values, value) in values.iter_mut().zip(statistics(&drawn)) {
            values.push(value);
        }
    }
    values.into_iter().map(percentiles).collect()
}

/// The 95 % percentile interval of `statistic` over two samples that are resampled independently, such as runs without
/// common seeds. `None` when one of the samples has fewer than two elements or no resample has a finite statistic. In
/// all other respects, this function is like [`bootstrap_interval`].
#[must_use]
pub fn bootstrap_interval_of_two<T: Clone>(
    samples: [&[T]; 2],
    statistic: impl Fn(&[T], &[T]) -> f64,
    draws: &Draws<'_>,
) -> Option<Interval> {
    if samples.iter().any(|sample| sample.len() < 2) {
        return None;
    }
    let mut random = random::stream(draws.seed, draws.name, &[]);
    let mut drawn = samples.map(<[T]>::to_vec);
    let values = (0..draws.times).map(|_| {
        for (sample, drawn) in samples.iter().zip(&mut drawn) {
            redraw(sample, drawn, &mut random);
        }
        statistic(&drawn[0], &drawn[1])
    });
    percentiles(values.collect())
}

/// Fills `drawn` with elements of `sample`, drawn with replacement.
fn redraw<T: Clone>(sample: &[T], drawn: &mut [T], random: &mut random::ChaCha8Rng) {
    for place in drawn {
        place.clone_from(&sample[random.random_range(0..sample.len())]);
    }
}

/// The range of the middle 95 % of the finite values; `None` if no value is finite.
fn percentiles(mut values: Vec<f64>) -> Option<Interval> {
    values.retain(|value| value.is_finite());
    values.sort_by(f64::total_cmp);
    Some(Interval { low: quantile(&values, 0.025)?, high: quantile(&values, 0.975)? })
}

/// The quantile at `level`, in [0, 1], of ascending numbers, with linear interpolation; `None` for an empty list.
pub(crate) fn quantile(ascending: &[f64], level: f64) -> Option<f64> {
    let place = level * ascending.len().checked_sub(1)? as f64;
    let (below, above) = (ascending[place.floor() as usize], ascending[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mean;
    use proptest::prelude::*;

    const DRAWS: Draws<'static> = Draws { seed: 1, name: "test", times: 2000 };

    fn mean_of(values: &[f64]) -> f64 {
        mean(values).unwrap_or(f64::NAN)
    }

    #[test]
    fn quantiles_lie_between_neighbours() {
        assert_eq!(quantile(&[0.0, 10.0, 20.0], 0.5), Some(10.0));
        assert_eq!(quantile(&[0.0, 10.0, 20.0], 0.025), Some(0.5));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn the_interval_of_a_mean_is_about_that_of_the_normal_distribution() {
        let sample: Vec<f64> = (0..100).map(f64::from).collect();
        let interval = bootstrap_interval(&sample, mean_of, &DRAWS).unwrap();
        // The expected ends are 49.5 ± 1.96 · 28.866 / √100.
        assert!((interval.low - 43.84).abs() < 0.6 && (interval.high - 55.16).abs() < 0.6, "{interval:?}");
    }

    #[test]
    fn two_samples_are_drawn_independently() {
        let (a, b): (Vec<f64>, Vec<f64>) = (0..100).map(|k| (f64::from(k), f64::from(k) + 30.0)).unzip();
        let difference = |a: &[f64], b: &[f64]| mean_of(a) - mean_of(b);
        let interval = bootstrap_interval_of_two([&a, &b], difference, &DRAWS).unwrap();
        // The expected ends are -30 ± 1.96 · 28.866 · √(2 / 100); paired resamples would give exactly -30 for both.
        assert!((interval.low + 38.0).abs() < 0.8 && (interval.high + 22.0).abs() < 0.8, "{interval:?}");
    }

    #[test]
    fn several_statistics_use_the_same_resamples() {
        let sample = [1.0, 2.0, 4.0, 8.0, 16.5];
        let both = |drawn: &[f64]| vec![mean_of(drawn), -mean_of(drawn)];
        let intervals = bootstrap_intervals(&sample, both, &DRAWS).unwrap();
        assert_eq!(Some(intervals[0]), bootstrap_interval(&sample, mean_of, &DRAWS));
        assert_eq!([intervals[1].low, intervals[1].high], [-intervals[0].high, -intervals[0].low]);
        assert_eq!(bootstrap_intervals(&sample, |drawn| vec![mean_of(drawn), f64::NAN], &DRAWS), None);
    }

    #[test]
    fn the_same_name_draws_the_same_and_another_name_others() {
        let sample = [1.0, 2.0, 4.0, 8.0, 16.5];
        let of = |name| bootstrap_interval(&sample, mean_of, &Draws { name, times: 50, ..DRAWS });
        assert_eq!(of("a"), of("a"));
        assert_ne!(of("a"), of("b"));
    }

    #[test]
    fn too_few_numbers_give_none() {
        assert_eq!(bootstrap_interval(&[1.0], mean_of, &DRAWS), None);
        assert_eq!(bootstrap_interval(&[1.0, 2.0], |_| f64::NAN, &DRAWS), None);
        assert_eq!(bootstrap_interval(&[1.0, 2.0], mean_of, &Draws { times: 0, ..DRAWS }), None);
        assert_eq!(bootstrap_interval_of_two([&[1.0, 2.0], &[]], |_, _| 0.0, &DRAWS), None);
    }

    proptest! {
        #[test]
        fn the_interval_of_a_mean_lies_within_the_sample(sample in prop::collection::vec(-1e3..1e3, 2..20)) {
            let interval = bootstrap_interval(&sample, mean_of, &Draws { times: 100, ..DRAWS }).unwrap();
            let low = sample.iter().copied().fold(f64::INFINITY, f64::min);
            let high = sample.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assert!(low - 1e-9 <= interval.low && interval.low <= interval.high && interval.high <= high + 1e-9);
        }
    }
}
