//! Whether a mean lies within a tolerance of a given number.

use crate::sample::{mean, standard_error, student};
use statrs::distribution::ContinuousCDF;

/// The result of two one-sided t tests (Schuirmann 1987) of whether a mean lies within a tolerance of a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Equivalence {
    /// The mean minus the target.
    pub difference: f64,
    /// The larger one of the two one-sided p-values, in [0, 1]. It is below 0.05 exactly if the 90 % t interval of the
    /// mean lies within the tolerance.
    pub p: f64,
}

/// Tests whether the mean of `values` differs from `target` by less than `tolerance`. `None` with fewer than two
/// values, or when one of the values, the target or the tolerance is not finite.
#[must_use]
pub fn equivalence(values: &[f64], target: f64, tolerance: f64) -> Option<Equivalence> {
    let (difference, error) = (mean(values)? - target, standard_error(values)?);
    let inside = tolerance - difference.abs(); // the distance from the mean to the nearer edge of the tolerance
    if !inside.is_finite() {
        return None;
    }
    // The test against the farther edge has the smaller p-value.
    let p = if error > 0.0 {
        student(values.len() - 1)?.sf(inside / error)
    } else {
        f64::from(inside <= 0.0) // all values are equal
    };
    Some(Equivalence { difference, p })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::{SIMULATIONS, normal, share, stream};
    use crate::t_interval;

    #[test]
    fn the_p_value_is_the_larger_one_of_two_t_tests() {
        // The expected p-value is the larger one of scipy.stats.ttest_1samp(A, 1.43 - 0.05, alternative="greater") and
        // ttest_1samp(A, 1.43 + 0.05, alternative="less").
        let test = equivalence(&[1.43, 1.38, 1.51, 1.47, 1.40], 1.43, 0.05).unwrap();
        assert!((test.difference - 0.008).abs() < 1e-12, "{test:?}");
        assert!((test.p - 0.074_458_6).abs() < 1e-6, "{test:?}");
    }

    #[test]
    fn equal_values_are_equivalent_within_the_tolerance_only() {
        assert_eq!(equivalence(&[1.0, 1.0], 1.5, 0.6).map(|test| test.p), Some(0.0));
        assert_eq!(equivalence(&[1.0, 1.0], 1.5, 0.5).map(|test| test.p), Some(1.0));
        assert_eq!(equivalence(&[1.0], 1.0, 0.5), None);
        assert_eq!(equivalence(&[1.0, f64::NAN], 1.0, 0.5), None);
        assert_eq!(equivalence(&[1.0, 2.0], 1.0, f64::INFINITY), None);
    }

    #[test]
    fn a_mean_at_the_edge_of_the_tolerance_is_called_equivalent_in_one_case_of_twenty() {
        let mut random = stream("equivalence");
        let called = (0..SIMULATIONS).filter(|_| {
            let values: Vec<f64> = (0..5).map(|_| 1.0 + 0.1 * normal(&mut random)).collect();
            equivalence(&values, 0.8, 0.2).unwrap().p < 0.05
        });
        let called = share(called.count());
        assert!((called - 0.05).abs() < 0.015, "{called} of the simulations are called equivalent");
    }

    #[test]
    fn an_equivalent_mean_has_its_interval_within_the_tolerance() {
        // The 95 % interval lies within the tolerance only if the test has a p-value below 0.025.
        let values = [1.43, 1.38, 1.51, 1.47, 1.40];
        let interval = t_interval(&values).unwrap();
        let edge = interval.high - 1.43;
        assert!((equivalence(&values, 1.43, edge).unwrap().p - 0.025).abs() < 1e-9);
    }
}
