//! Means, intervals and t tests of samples that are approximately normal.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// A range that contains an unknown number with 95 % confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end, at or above `low`.
    pub high: f64,
}

impl Interval {
    /// Whether `value` lies in the interval, the ends included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// The part of the interval from `low` to `high`, for a number that cannot lie outside, such as a percentage. An
    /// interval that lies outside altogether becomes the nearer end of that range.
    #[must_use]
    pub fn within(&self, low: f64, high: f64) -> Self {
        Self { low: self.low.clamp(low, high), high: self.high.clamp(low, high) }
    }
}

/// A t test of a mean against 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TTest {
    /// The mean of the values.
    pub mean: f64,
    /// The mean divided by its standard error; 0 when the mean is 0, and infinite when all values are equal but not 0.
    pub t: f64,
    /// The degrees of freedom: the number of values minus one.
    pub degrees: usize,
    /// The two-sided p-value, in [0, 1].
    pub p: f64,
}

/// The mean of `values`; `None` when there are no values or the mean is not finite.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    mean.is_finite().then_some(mean)
}

/// The sample standard deviation of `values`, with n - 1 in the denominator. `None` with fewer than two values or when
/// the result is not finite.
#[must_use]
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (squares / (values.len().checked_sub(1)?) as f64).sqrt();
    deviation.is_finite().then_some(deviation)
}

/// The 95 % confidence interval of the mean by Student's distribution: mean ± t(0.975, n - 1) s / √n. `None` with fewer
/// than two values or when one of them is not finite.
#[must_use]
pub fn t_interval(values: &[f64]) -> Option<Interval> {
    let (mean, error) = (mean(values)?, standard_error(values)?);
    let half = student(values.len() - 1)?.inverse_cdf(0.975) * error;
    Some(Interval { low: mean - half, high: mean + half })
}

/// Student's paired t test of whether the mean of `differences` is 0. `None` with fewer than two differences or when
/// one of them is not finite.
#[must_use]
pub fn paired_t(differences: &[f64]) -> Option<TTest> {
    let (mean, error) = (mean(differences)?, standard_error(differences)?);
    let degrees = differences.len() - 1;
    let t = if mean == 0.0 { 0.0 } else { mean / error };
    let p = if t.is_infinite() { 0.0 } else { 2.0 * student(degrees)?.cdf(-t.abs()) };
    Some(TTest { mean, t, degrees, p: p.clamp(0.0, 1.0) })
}

pub(crate) fn standard_error(values: &[f64]) -> Option<f64> {
    Some(standard_deviation(values)? / (values.len() as f64).sqrt())
}

pub(crate) fn student(degrees: usize) -> Option<StudentsT> {
    StudentsT::new(0.0, 1.0, degrees as f64).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: [f64; 5] = [1.43, 1.38, 1.51, 1.47, 1.40];
    const B: [f64; 5] = [1.57, 1.49, 1.66, 1.55, 1.58];

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-9 * b.abs().max(1e-9), "the value is {a}, not {b}");
    }

    #[test]
    fn mean_and_deviation_are_those_of_the_definition() {
        assert_eq!(mean(&[1.0, 2.0, 6.0]), Some(3.0));
        assert_eq!(standard_deviation(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]), Some((32.0_f64 / 7.0).sqrt()));
    }

    #[test]
    fn the_interval_is_that_of_student_s_distribution() {
        // t(0.975, 1) = tan(0.475 pi), and the standard error of 0 and 2 is 1.
        let interval = t_interval(&[0.0, 2.0]).unwrap();
        close(interval.high, 1.0 + (0.475 * std::f64::consts::PI).tan());
        close(interval.low, 1.0 - (0.475 * std::f64::consts::PI).tan());
        // The expected ends are from scipy.stats.t.interval(0.95, 4, mean, sem) for the five numbers.
        let interval = t_interval(&A).unwrap();
        close(interval.low, 1.372_650_243_520_836_5);
        close(interval.high, 1.503_349_756_479_163_4);
        assert!(interval.contains(1.438) && !interval.contains(1.2));
    }

    #[test]
    fn an_interval_is_cut_where_a_number_cannot_be() {
        let interval = Interval { low: -0.14, high: 0.54 };
        assert_eq!(interval.within(0.0, 100.0), Interval { low: 0.0, high: 0.54 });
        assert_eq!(Interval { low: 99.0, high: 101.0 }.within(0.0, 100.0), Interval { low: 99.0, high: 100.0 });
    }

    #[test]
    fn the_paired_test_is_that_of_the_differences() {
        // The expected values are from scipy.stats.ttest_rel.
        let differences: Vec<f64> = A.iter().zip(B).map(|(a, b)| a - b).collect();
        let test = paired_t(&differences).unwrap();
        close(test.t, -7.698_396_334_461_418);
        close(test.p, 0.001_531_829_892_677_546_5);
        assert_eq!(test.degrees, 4);
        let opposite = paired_t(&differences.iter().map(|d| -d).collect::<Vec<_>>()).unwrap();
        assert_eq!((opposite.t, opposite.p), (-test.t, test.p));
    }

    #[test]
    fn equal_differences_are_certain_and_zeros_show_no_difference() {
        assert_eq!(paired_t(&[0.5, 0.5, 0.5]).map(|test| test.p), Some(0.0));
        assert_eq!(paired_t(&[0.0, 0.0]).map(|test| test.p), Some(1.0));
        assert_eq!(t_interval(&[0.5, 0.5]), Some(Interval { low: 0.5, high: 0.5 }));
    }

    #[test]
    fn too_few_or_infinite_numbers_give_none() {
        assert_eq!((mean(&[]), standard_deviation(&[1.0]), t_interval(&[1.0])), (None, None, None));
        assert_eq!(t_interval(&[1.0, f64::NAN]), None);
        assert_eq!(paired_t(&[1.0, f64::INFINITY]), None);
    }
}
