//! The hyperbolic tangent, after the Cephes library, and the hard tanh.

use crate::elementary::exp;

/// tanh(x).
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    let magnitude = x.abs();
    let square = x * x;
    let mut p = -5.704_988_7e-3;
    p = p * square + 2.063_909e-2;
    p = p * square - 5.373_971_6e-2;
    p = p * square + 1.333_144_2e-1;
    p = p * square - 3.333_328e-1;
    let near = p * square * x + x;
    let far = 1.0 - 2.0 / (exp(2.0 * magnitude) + 1.0);
    if magnitude < 0.625 { near } else { far.copysign(x) }
}

/// x clipped to [-1, 1], and its derivative, which is 1 in the closed interval and 0 outside it.
#[inline(always)]
pub(crate) fn hard_tanh(x: f32) -> (f32, f32) {
    (x.clamp(-1.0, 1.0), if x.abs() <= 1.0 { 1.0 } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{EXTREMES, worst};

    #[test]
    fn tanh_is_within_a_few_units_in_the_last_place_of_float64() {
        assert!(worst(-20.0, 20.0, tanh, f64::tanh) < 4.0);
        assert!(worst(-0.01, 0.01, tanh, f64::tanh) < 4.0);
    }

    #[test]
    fn extreme_inputs_stay_finite_and_nan_stays_nan() {
        assert!(EXTREMES.into_iter().all(|x| tanh(x).is_finite()));
        assert_eq!((tanh(1e4), tanh(-1e4)), (1.0, -1.0));
        assert!(tanh(f32::NAN).is_nan() && hard_tanh(f32::NAN).0.is_nan());
    }

    #[test]
    fn a_hard_tanh_is_the_odd_pair_of_rectifiers() {
        let r = |x: f32| x.max(0.0);
        for x in [-1e4, -1.0, -0.3, 0.0, 0.25, 1.0, 7.0] {
            let (y, slope) = hard_tanh(x);
            assert!((y - (r(x + 1.0) - r(x - 1.0) - 1.0)).abs() < 1e-6, "{x}");
            assert_eq!(slope, if (-1.0..=1.0).contains(&x) { 1.0 } else { 0.0 }, "{x}");
            assert_eq!(hard_tanh(-x).0, -y);
        }
    }
}
