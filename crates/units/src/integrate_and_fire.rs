//! The leaky integrate-and-fire neuron (section 2.1).
//!
//! The neuron's firing rate for the input current x is 1 / (`t_ref` + tau ln((E + R x - `V_r`) / (E + R x - `V_th`)))
//! above the threshold, and 0 elsewhere. The paper gives no values for the constants. The values in the first author's
//! code are tau = 7.5, `t_ref` = 1, R = 0.5, E = `V_th` and `V_th` - `V_r` = 0.025; with them, the rate is
//! 1 / (1 + 7.5 ln(1 + 0.05 / x)) for x > 0.

use crate::elementary::log1p;

/// The firing rate and its derivative: with g = 0.05 / x and r = 1 / (1 + 7.5 ln(1 + g)), r' = 7.5 r^2 g / (x (1 + g)).
#[inline(always)]
pub(crate) fn integrate_and_fire(x: f32) -> (f32, f32) {
    // Currents below 1e-30 are replaced by 1e-30, so that the arithmetic stays finite; the results for currents of at
    // most 0 are discarded.
    let current = x.max(1e-30);
    let g = 0.05 / current;
    let rate = 1.0 / (1.0 + 7.5 * log1p(g));
    let slope = 7.5 * rate * rate * (g / (1.0 + g)) / current;
    if x > 0.0 { (rate, slope) } else { (0.0, 0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{EXTREMES, worst};

    #[test]
    fn the_rate_is_within_a_few_units_in_the_last_place_of_float64() {
        let exact = |x: f64| 1.0 / (1.0 + 7.5 * (0.05 / x).ln_1p());
        assert!(worst(1e-6, 10.0, |x| integrate_and_fire(x).0, exact) < 5.0);
    }

    #[test]
    fn extreme_currents_stay_finite_and_no_current_gives_zero() {
        for x in EXTREMES {
            let (rate, slope) = integrate_and_fire(x);
            assert!(rate.is_finite() && slope.is_finite(), "{x}");
        }
        assert_eq!([0.0, -1.0].map(integrate_and_fire), [(0.0, 0.0); 2]);
    }
}
