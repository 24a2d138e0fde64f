//! The distributions from which the modules draw.

use crate::PIXELS;
use random::{Rng, RngExt, SliceRandom};
use std::f64::consts::TAU;

/// A value of U[low, high]; `low` if `low` and `high` are equal.
pub(crate) fn uniform(rng: &mut impl Rng, low: f64, high: f64) -> f64 {
    low + (high - low) * rng.random::<f64>()
}

/// A value of U{0, ..., count - 1}; 0 if `count` is 0 or 1.
pub(crate) fn below(rng: &mut impl Rng, count: usize) -> usize {
    uniform(rng, 0.0, count as f64) as usize
}

/// Whether an event of the given probability happens.
pub(crate) fn happens(rng: &mut impl Rng, probability: f64) -> bool {
    rng.random::<f64>() < probability
}

/// Two independent values of N(0, 1) (Box and Muller 1958).
pub(crate) fn normals(rng: &mut impl Rng) -> [f64; 2] {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    let (sin, cos) = (TAU * rng.random::<f64>()).sin_cos();
    [radius * cos, radius * sin]
}

/// A value of U[-1, 1] in single precision, from one 32-bit word of the generator.
pub(crate) fn noise(rng: &mut impl Rng) -> f32 {
    const SCALE: f32 = 1.0 / (1u32 << 31) as f32;
    rng.next_u32().cast_signed() as f32 * SCALE
}

/// The indices of `count` different pixels in random order; the indices of all pixels if `count` is larger than
/// [`PIXELS`].
pub(crate) fn pixels(rng: &mut impl Rng, count: usize) -> Vec<usize> {
    let mut all: [usize; PIXELS] = std::array::from_fn(|pixel| pixel);
    all.partial_shuffle(rng, count).0.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_mean, draws};
    use std::collections::BTreeSet;

    #[test]
    fn uniform_values_fill_their_range() {
        let values = draws(|rng| uniform(rng, -2.0, 4.0));
        assert!(values.iter().all(|value| (-2.0..4.0).contains(value)));
        assert_mean(&values, 1.0, 0.1);
        assert_eq!(uniform(&mut random::stream(1, "test", &[]), 0.0, 0.0), 0.0);
    }

    #[test]
    fn single_precision_noise_has_the_mean_and_variance_of_its_distribution() {
        let values = draws(|rng| f64::from(noise(rng)));
        assert!(values.iter().all(|value| (-1.0..=1.0).contains(value)));
        assert_mean(&values, 0.0, 0.03);
        assert_mean(&values.iter().map(|value| value * value).collect::<Vec<_>>(), 1.0 / 3.0, 0.02);
    }

    #[test]
    fn normal_values_have_mean_0_and_variance_1_and_are_uncorrelated() {
        let pairs = draws(normals);
        let moment = |product: fn([f64; 2]) -> f64| pairs.iter().copied().map(product).collect::<Vec<_>>();
        for mean in [moment(|[a, _]| a), moment(|[_, b]| b), moment(|[a, b]| a * b)] {
            assert_mean(&mean, 0.0, 0.05);
        }
        for variance in [moment(|[a, _]| a * a), moment(|[_, b]| b * b)] {
            assert_mean(&variance, 1.0, 0.05);
        }
    }

    #[test]
    fn events_happen_as_often_as_they_should() {
        assert_mean(&draws(|rng| f64::from(u8::from(happens(rng, 0.3)))), 0.3, 0.02);
    }

    #[test]
    fn numbers_below_a_count_are_equally_likely() {
        let values = draws(|rng| below(rng, 3) as f64);
        for number in 0..3 {
            let share = values.iter().map(|value| f64::from(u8::from(*value == f64::from(number))));
            assert_mean(&share.collect::<Vec<_>>(), 1.0 / 3.0, 0.02);
        }
    }

    #[test]
    fn drawn_pixels_are_different() {
        let rng = &mut random::stream(1, "test", &[]);
        assert_eq!(pixels(rng, 300).into_iter().collect::<BTreeSet<_>>().len(), 300);
        assert_eq!(pixels(rng, 5000).len(), PIXELS);
    }
}
