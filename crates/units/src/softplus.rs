//! The softplus (section 4.1) and its variants, and the logistic function, which is the derivative of the softplus.

use crate::elementary::{exp, log1p};
use crate::rectifier::rectifier;

/// 1 / (1 + exp(-x)), without overflow.
#[inline(always)]
pub(crate) fn logistic(x: f32) -> f32 {
    let e = exp(-x.abs());
    let small = e / (1.0 + e);
    if x >= 0.0 { 1.0 - small } else { small }
}

/// ln(1 + exp(x)), without overflow.
#[inline(always)]
pub(crate) fn softplus(x: f32) -> f32 {
    x.max(0.0) + log1p(exp(-x.abs()))
}

/// ln(1 + exp(alpha x)) / alpha and its derivative.
#[inline(always)]
pub(crate) fn sharpened(alpha: f32, x: f32) -> (f32, f32) {
    (softplus(alpha * x) / alpha, logistic(alpha * x))
}

/// ln(1 + exp(alpha x)) / alpha - ln 2 / alpha, which is 0 at 0, and its derivative.
#[inline(always)]
pub(crate) fn centred(alpha: f32, x: f32) -> (f32, f32) {
    (softplus(alpha * x) / alpha - std::f32::consts::LN_2 / alpha, logistic(alpha * x))
}

/// max(0, ln(1 + exp(alpha x)) / alpha - threshold) and its derivative, which is 0 where the value is 0.
#[inline(always)]
pub(crate) fn thresholded(alpha: f32, threshold: f32, x: f32) -> (f32, f32) {
    let (y, fires) = rectifier(softplus(alpha * x) / alpha - threshold);
    (y, fires * logistic(alpha * x))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{EXTREMES, worst};

    #[test]
    fn both_are_within_a_few_units_in_the_last_place_of_float64() {
        assert!(worst(-80.0, 80.0, logistic, |x| 1.0 / (1.0 + (-x).exp())) < 4.0);
        assert!(worst(-80.0, 80.0, softplus, |x| x.max(0.0) + (-x.abs()).exp().ln_1p()) < 5.0);
    }

    #[test]
    fn extreme_inputs_stay_finite_and_nan_stays_nan() {
        for f in [softplus, logistic] {
            assert!(EXTREMES.into_iter().all(|x| f(x).is_finite()));
            assert!(f(f32::NAN).is_nan());
        }
        assert_eq!((logistic(-1e4), logistic(1e4), softplus(-1e4), softplus(1e4)), (0.0, 1.0, 0.0, 1e4));
    }

    #[test]
    fn a_centred_softplus_is_zero_at_zero_with_the_slope_of_the_softplus() {
        for alpha in [0.5, 1.0, 3.0] {
            assert!(centred(alpha, 0.0).0.abs() < 1e-7);
            for x in [-2.0, 0.3, 1.7] {
                let ((y, slope), (plain, slope_of_plain)) = (centred(alpha, x), sharpened(alpha, x));
                assert!((plain - y - std::f32::consts::LN_2 / alpha).abs() < 1e-6);
                assert_eq!(slope, slope_of_plain);
            }
        }
    }

    #[test]
    fn a_thresholded_softplus_is_silent_below_its_threshold_and_shifted_above() {
        let threshold = std::f32::consts::LN_2;
        for x in [-1e4, -3.0, -1e-3] {
            assert_eq!(thresholded(1.0, threshold, x), (0.0, 0.0), "{x}");
        }
        let (y, slope) = thresholded(1.0, threshold, 2.0);
        assert!((y - (2.0 + (-2f32).exp().ln_1p() - threshold)).abs() < 1e-6);
        assert!((slope - 1.0 / (1.0 + (-2f32).exp())).abs() < 1e-6);
        assert_eq!(thresholded(1.0, 0.0, -1e4), (0.0, 0.0));
        assert!(thresholded(1.0, threshold, f32::NAN).0.is_nan());
    }
}
