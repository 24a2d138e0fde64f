//! Standardisation by mean and standard deviation.

use serde::{Deserialize, Serialize};

/// A mean and a standard deviation. They have 64 bits, because large numbers such as timestamps may differ only in
/// digits that 32 bits cannot represent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standard {
    /// The mean of the training examples.
    pub mean: f64,
    /// The standard deviation of the training examples, finite; 0 if the examples are equal up to rounding.
    pub deviation: f64,
}

impl Standard {
    /// The mean 0 and the standard deviation 1, which leave every value unchanged.
    pub const IDENTITY: Self = Self { mean: 0.0, deviation: 1.0 };

    /// The largest deviation / |mean| that is taken to result from rounding to 64 bits.
    const ROUNDING: f64 = 2.0 * f64::EPSILON;

    /// The mean and standard deviation of `values`, which must be finite; [`Standard::IDENTITY`] if `values` is empty.
    #[must_use]
    pub fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let Some(first) = values.clone().next() else { return Self::IDENTITY };
        let (count, largest) =
            values.clone().fold((0.0, 0.0), |(count, largest), x| (count + 1.0, x.abs().max(largest)));
        // The values are divided by a power of two, so that the squares of huge numbers are finite and the squares of
        // tiny numbers are not 0. Differences from the first value keep the precision of values that are far from 0 but
        // close to one another.
        let unit = if largest > 0.0 { f64::exp2(largest.log2().floor().min(1023.0)) } else { 1.0 };
        let origin = first / unit;
        let differences = values.map(|x| x / unit - origin);
        let mean = differences.clone().sum::<f64>() / count;
        let variance = differences.map(|x| (x - mean).powi(2)).sum::<f64>() / count;
        let (mean, deviation) = (origin + mean, variance.sqrt());
        let deviation = if deviation > Self::ROUNDING * mean.abs() { deviation } else { 0.0 };
        Self { mean: mean * unit, deviation: deviation * unit }
    }

    /// The distance of `value` from the mean, in standard deviations; 0 if the standard deviation is 0.
    #[must_use]
    pub fn scaled(self, value: f64) -> f64 {
        if self.deviation > 0.0 { (value - self.mean) / self.deviation } else { 0.0 }
    }

    /// The inverse of [`scaled`](Self::scaled); the mean if the standard deviation is 0.
    #[must_use]
    pub fn unscaled(self, scaled: f64) -> f64 {
        self.mean + self.deviation * scaled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn seconds_since_1970_are_told_apart() {
        let times = [1_700_000_048.0, 1_700_000_017.0, 1_700_000_053.0];
        let standard = Standard::of(times.into_iter());
        assert!((standard.mean - 1_700_000_039.333_333_3).abs() < 1e-6, "{standard:?}");
        assert!((standard.scaled(times[1]) + 1.402_5).abs() < 1e-3, "{}", standard.scaled(times[1]));
    }

    #[test]
    fn numbers_far_from_0_are_told_apart_as_long_as_64_bits_tell_them_apart() {
        for offset in [0.0, 1e6, -1e12, 1e15] {
            let standard = Standard::of((0..1000).map(|k| offset + f64::from(k % 2)));
            assert_eq!((standard.deviation, standard.scaled(offset)), (0.5, -1.0), "{offset}");
        }
        let rounded = [0.3, 0.1 + 0.2].into_iter().cycle().take(1000);
        assert_eq!(Standard::of(rounded).deviation, 0.0);
    }

    #[test]
    fn equal_numbers_have_no_deviation() {
        for value in [0.0, 0.1, -3e300, 5e-324, 1e17] {
            let standard = Standard::of(std::iter::repeat_n(value, 7));
            assert_eq!((standard.deviation, standard.scaled(value + 1.0)), (0.0, 0.0), "{value}");
        }
        assert_eq!(Standard::of(std::iter::empty()), Standard::IDENTITY);
    }

    #[test]
    fn huge_and_tiny_numbers_have_a_deviation() {
        for unit in [1e300, 1e-300] {
            let standard = Standard::of([unit, -unit].into_iter());
            assert!((standard.deviation / unit - 1.0).abs() < 1e-12, "{standard:?}");
        }
    }

    proptest! {
        #[test]
        fn scaled_values_have_mean_0_and_deviation_1(values in prop::collection::vec(-1e6f64..1e6, 2..40)) {
            let standard = Standard::of(values.iter().copied());
            prop_assume!(standard.deviation > 1e-3);
            let again = Standard::of(values.iter().map(|x| standard.scaled(*x)));
            prop_assert!(again.mean.abs() < 1e-6 && (again.deviation - 1.0).abs() < 1e-6, "{again:?}");
            prop_assert!(values.iter().all(|x| (standard.unscaled(standard.scaled(*x)) - x).abs() < 1e-6));
        }
    }
}
