//! What one more run will give.

use crate::sample::{Interval, mean, standard_deviation, student};
use statrs::distribution::ContinuousCDF;

/// The 95 % prediction interval of one more value from the same normal distribution: mean ± t(0.975, n - 1) s √(1 +
/// 1/n). Unlike an interval of the mean, it does not shrink to a point as n grows, but to mean ± 1.96 s. `None` with
/// fewer than two values or when one of them is not finite.
#[must_use]
pub fn prediction_interval(values: &[f64]) -> Option<Interval> {
    let mean = mean(values)?;
    let half = prediction_half_width(values.len(), standard_deviation(values)?)?;
    Some(Interval { low: mean - half, high: mean + half })
}

/// Half the width of the prediction interval of `runs` values with the standard deviation `deviation`; `None` for fewer
/// than two runs.
pub(crate) fn prediction_half_width(runs: usize, deviation: f64) -> Option<f64> {
    Some(student(runs.checked_sub(1)?)?.inverse_cdf(0.975) * deviation * (1.0 + 1.0 / runs as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::{SIMULATIONS, normal, share, stream};

    #[test]
    fn the_interval_is_that_of_student_s_distribution() {
        // t(0.975, 1) = tan(0.475 pi), and the deviation of 0 and 2 is √2.
        let interval = prediction_interval(&[0.0, 2.0]).unwrap();
        let half = (0.475 * std::f64::consts::PI).tan() * 3.0_f64.sqrt();
        assert!((interval.high - 1.0 - half).abs() < 1e-9 && (interval.low - 1.0 + half).abs() < 1e-9);
        assert_eq!(prediction_interval(&[0.5, 0.5]), Some(Interval { low: 0.5, high: 0.5 }));
        assert_eq!(prediction_interval(&[0.5]), None);
        assert_eq!(prediction_interval(&[0.5, f64::NAN]), None);
    }

    #[test]
    fn one_more_value_lies_inside_in_nineteen_cases_of_twenty() {
        for runs in [3, 5, 10] {
            let mut random = stream("prediction");
            let inside = (0..SIMULATIONS).filter(|_| {
                let values: Vec<f64> = (0..runs).map(|_| normal(&mut random)).collect();
                prediction_interval(&values).unwrap().contains(normal(&mut random))
            });
            let inside = share(inside.count());
            assert!((inside - 0.95).abs() < 0.015, "{inside} of the values after {runs} lie inside");
        }
    }
}
