//! The choice of a grid point on validation data.

use crate::expand::Point;

/// The validation results of the runs of one grid point.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The metric of [`Plan::choose_by`](crate::Plan::choose_by) for each run, in the order of
    /// [`Scale::choose_on`](crate::Scale::choose_on); `None` for a run that diverged or lacks the metric.
    pub values: Vec<Option<f64>>,
}

/// The grid point that was chosen, and how clearly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The index of the point with the smallest mean.
    pub point: usize,
    /// The index of the point with the second smallest mean; `None` if no other point has a mean.
    pub runner_up: Option<usize>,
    /// The number of runs of a point: one for each seed that chooses.
    pub seeds: usize,
    /// The number of those seeds by each of which alone another point would have been chosen.
    pub otherwise: usize,
}

/// The point with the smallest mean; the first such point if several means are equal. A point is never chosen if one of
/// its runs diverged or lacks the metric, or if its mean is not finite. `None` when no point can be chosen.
#[must_use]
pub fn choose(points: &[Measured]) -> Option<Chosen> {
    let mean = |point: &Measured| -> Option<f64> {
        let values: Vec<f64> = point.values.iter().copied().collect::<Option<_>>()?;
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        mean.is_finite().then_some(mean)
    };
    let means: Vec<Option<f64>> = points.iter().map(mean).collect();
    let point = smallest(&means)?;
    let seeds = points[point].values.len();
    let alone = |seed: usize| smallest(&points.iter().map(|point| *point.values.get(seed)?).collect::<Vec<_>>());
    let mut others = means;
    others[point] = None;
    Some(Chosen {
        point,
        runner_up: smallest(&others),
        seeds,
        otherwise: (0..seeds).filter(|seed| alone(*seed) != Some(point)).count(),
    })
}

/// The index of the smallest finite value; the first one if several are equal.
fn smallest(values: &[Option<f64>]) -> Option<usize> {
    let known = values.iter().enumerate().filter_map(|(k, value)| Some((k, value.filter(|value| value.is_finite())?)));
    known.reduce(|best, now| if now.1 < best.1 { now } else { best }).map(|(k, _)| k)
}

/// The keys of the grid of `points` for which the point with the index `chosen` has the smallest or the largest of
/// several numbers, so that the best value may lie outside the grid; each key with that number.
#[must_use]
pub fn edges(points: &[Point], chosen: usize) -> Vec<(&str, &toml::Value)> {
    let number = |value: &toml::Value| value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
    let at_edge = |(key, value): &(&String, &toml::Value)| {
        let Some(here) = number(value) else { return false };
        let others = || points.iter().filter_map(|point| number(point.grid.get(*key)?));
        others().any(|other| other != here)
            && (others().all(|other| other <= here) || others().all(|other| other >= here))
    };
    points[chosen].grid.iter().filter(at_edge).map(|(key, value)| (key.as_str(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Settings;

    fn points(values: &[&[Option<f64>]]) -> Vec<Measured> {
        values.iter().map(|values| Measured { values: values.to_vec() }).collect()
    }

    fn chosen(values: &[&[Option<f64>]]) -> Option<usize> {
        choose(&points(values)).map(|chosen| chosen.point)
    }

    #[test]
    fn the_smallest_mean_is_chosen_and_the_first_of_equals() {
        assert_eq!(chosen(&[&[Some(0.3), Some(0.1)], &[Some(0.1), Some(0.1)], &[Some(0.05), Some(0.15)]]), Some(1));
    }

    #[test]
    fn a_point_with_a_diverged_run_is_never_chosen() {
        assert_eq!(chosen(&[&[None, Some(0.0)], &[Some(0.9), Some(0.9)]]), Some(1));
        assert_eq!(chosen(&[&[None], &[Some(f64::NAN)]]), None);
        assert_eq!(chosen(&[]), None);
        assert_eq!(chosen(&[&[]]), None);
    }

    #[test]
    fn the_runner_up_has_the_next_smallest_mean() {
        let of = |values: &[&[Option<f64>]]| choose(&points(values)).unwrap().runner_up;
        assert_eq!(of(&[&[Some(0.3)], &[Some(0.1)], &[Some(0.2)]]), Some(2));
        assert_eq!(of(&[&[Some(0.3)], &[None]]), None);
    }

    #[test]
    fn seeds_that_alone_choose_another_point_are_counted() {
        // The means are 2 and 2.1; the second and the third seed prefer the second point.
        let close = [&[Some(1.0), Some(2.5), Some(2.5)][..], &[Some(2.5), Some(1.9), Some(1.9)]];
        let all = choose(&points(&close)).unwrap();
        assert_eq!((all.point, all.seeds, all.otherwise), (0, 3, 2));
        // A diverged run excludes its point from the choice of its seed, and from the choice by the mean.
        let diverged = [&[Some(1.0), None][..], &[Some(2.0), Some(2.0)]];
        let all = choose(&points(&diverged)).unwrap();
        assert_eq!((all.point, all.seeds, all.otherwise), (1, 2, 1));
    }

    fn grid(values: &[(f64, f64)]) -> Vec<Point> {
        let point = |&(rate, l1): &(f64, f64)| Point {
            grid: Settings::from([("rate".to_owned(), rate.into()), ("l1".to_owned(), l1.into())]),
            choosing: vec![],
            reported: vec![],
        };
        values.iter().map(point).collect()
    }

    #[test]
    fn a_chosen_point_at_an_edge_of_its_grid_is_found() {
        let of = |points: &[Point], k: usize| edges(points, k).iter().map(|edge| edge.0.to_owned()).collect::<Vec<_>>();
        let rates = grid(&[(0.1, 0.0), (0.03, 0.0), (0.01, 0.0)]);
        assert_eq!(
            (of(&rates, 0), of(&rates, 1), of(&rates, 2)),
            (vec!["rate".to_owned()], vec![], vec!["rate".to_owned()])
        );
        assert_eq!(edges(&rates, 2)[0].1.as_float(), Some(0.01));
        assert_eq!(of(&grid(&[(0.1, 0.0), (0.01, 0.5)]), 1), ["l1", "rate"]);
        assert_eq!(of(&grid(&[(0.1, 0.0)]), 0), Vec::<String>::new());
    }
}
