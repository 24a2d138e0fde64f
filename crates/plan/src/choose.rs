//! The choice of a grid point on validation data.

/// The validation results of the runs of one grid point.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The metric of [`Plan::choose_by`](crate::Plan::choose_by) for each run; `None` for a run that diverged or lacks
    /// the metric.
    pub values: Vec<Option<f64>>,
}

/// The index of the point with the smallest mean; the first such point if several means are equal. A point is never
/// chosen if one of its runs diverged or lacks the metric, or if its mean is not finite. `None` when no point can be
/// chosen.
#[must_use]
pub fn choose(points: &[Measured]) -> Option<usize> {
    let mean = |point: &Measured| -> Option<f64> {
        let values: Vec<f64> = point.values.iter().copied().collect::<Option<_>>()?;
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        mean.is_finite().then_some(mean)
    };
    let means = points.iter().enumerate().filter_map(|(k, point)| Some((k, mean(point)?)));
    means.reduce(|best, now| if now.1 < best.1 { now } else { best }).map(|(k, _)| k)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[&[Option<f64>]]) -> Vec<Measured> {
        values.iter().map(|values| Measured { values: values.to_vec() }).collect()
    }

    #[test]
    fn the_smallest_mean_is_chosen_and_the_first_of_equals() {
        let means = [&[Some(0.3), Some(0.1)][..], &[Some(0.1), Some(0.1)], &[Some(0.05), Some(0.15)]];
        assert_eq!(choose(&points(&means)), Some(1));
    }

    #[test]
    fn a_point_with_a_diverged_run_is_never_chosen() {
        assert_eq!(choose(&points(&[&[None, Some(0.0)], &[Some(0.9), Some(0.9)]])), Some(1));
        assert_eq!(choose(&points(&[&[None], &[Some(f64::NAN)]])), None);
        assert_eq!(choose(&[]), None);
        assert_eq!(choose(&points(&[&[]])), None);
    }
}
