//! The verdicts on whether the paper's numbers are reproduced, and the text with which pages state the rule of the
//! verdicts.

use crate::text::number::{fixed, signed};
use crate::text::quantity::{title, unit};
use stats::Interval;
use std::collections::BTreeMap;

/// Whether our runs reproduce one of the paper's numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Our mean is within the tolerance of the paper's number or, if there is no tolerance, the paper's number lies
    /// inside the 95 % interval of our mean.
    Reproduced,
    /// Our mean differs from the paper's number by more than the tolerance. If there is no tolerance, the paper's
    /// number lies outside the 95 % interval of our mean, or our mean has no interval.
    NotReproduced {
        /// Our mean minus the paper's number.
        difference: f64,
    },
    /// The number is not reproduced, because runs diverged.
    Diverged {
        /// Which runs diverged.
        reason: String,
    },
    /// Our number and the paper's number are not comparable.
    NotComparable {
        /// Why the numbers are not comparable.
        reason: String,
    },
    /// Runs are missing or lack the number.
    NotRun {
        /// Which runs are missing or lack the number.
        reason: String,
    },
}

/// The text with which pages state the rule of [`Verdict`].
pub(crate) const RULE: &str = "A number of the paper counts as reproduced when the mean of our runs differs from it by no more \
    than the plan's tolerance or, if the plan states no tolerance, when the number lies inside the 95 % t interval of that \
    mean. Otherwise it counts as not reproduced, and the difference (our mean minus the paper's number) or the number of \
    diverged runs is given. A number is not comparable where a reason is stated, and not run while runs are missing. A single \
    run has no interval.";

impl Verdict {
    /// The verdict on the paper's number `paper`, given the mean of our runs with its interval and the plan's
    /// tolerance.
    pub(crate) fn of(mean: f64, interval: Option<Interval>, paper: f64, tolerance: Option<f64>) -> Self {
        let reproduced = match tolerance {
            // The slack allows for rounding errors: 1.5 counts as within 0.1 of 1.4.
            Some(tolerance) => (mean - paper).abs() <= tolerance + 1e-9 * paper.abs(),
            None => interval.is_some_and(|interval| interval.contains(paper)),
        };
        if reproduced { Self::Reproduced } else { Self::NotReproduced { difference: mean - paper } }
    }

    /// The verdict in a few words, with a difference rounded to `decimals` decimals.
    pub(crate) fn words(&self, decimals: usize) -> String {
        match self {
            Self::Reproduced => "✓ reproduced".to_owned(),
            Self::NotReproduced { difference } => format!("✗ not reproduced ({})", signed(*difference, decimals)),
            Self::Diverged { reason } => format!("✗ not reproduced ({reason})"),
            Self::NotComparable { .. } => "not comparable".to_owned(),
            Self::NotRun { .. } => "not run".to_owned(),
        }
    }

    /// Why the number was not judged; `None` if it was judged.
    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Reproduced | Self::NotReproduced { .. } | Self::Diverged { .. } => None,
            Self::NotComparable { reason } | Self::NotRun { reason } => Some(reason),
        }
    }
}

/// A sentence that lists the tolerances of a plan; `None` without tolerances.
pub(crate) fn tolerances(tolerance: &BTreeMap<String, f64>) -> Option<String> {
    let each = tolerance.iter().map(|(name, value)| {
        let digits = value.to_string().split('.').nth(1).map_or(0, str::len);
        format!("{} {}{}", title(name), fixed(*value, digits), unit(name))
    });
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| format!("Tolerance: {}.", each.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Option<Interval> = Some(Interval { low: 1.3, high: 1.5 });

    #[test]
    fn a_mean_within_the_tolerance_reproduces_and_another_states_the_difference() {
        assert_eq!(Verdict::of(1.4, None, 1.5, Some(0.1)), Verdict::Reproduced);
        assert_eq!(Verdict::of(1.4, INTERVAL, 1.6, Some(0.2)), Verdict::Reproduced);
        let verdict = Verdict::of(1.75, INTERVAL, 1.5, Some(0.1));
        assert_eq!(verdict, Verdict::NotReproduced { difference: 0.25 });
        assert_eq!(verdict.words(2), "✗ not reproduced (+0.25)");
        assert_eq!(Verdict::of(1.0, None, 1.5, Some(0.1)).words(2), "✗ not reproduced (−0.50)");
    }

    #[test]
    fn the_interval_does_not_count_where_a_tolerance_is_stated() {
        let wide = Some(Interval { low: 0.2, high: 2.8 });
        assert_eq!(Verdict::of(1.5, wide, 2.7, Some(0.15)).words(2), "✗ not reproduced (−1.20)");
        assert_eq!(Verdict::of(1.4, INTERVAL, 1.5, None), Verdict::Reproduced);
        assert_eq!(Verdict::of(1.4, INTERVAL, 1.51, None).words(2), "✗ not reproduced (−0.11)");
        assert_eq!(Verdict::of(1.5, None, 1.51, None).words(2), "✗ not reproduced (−0.01)");
    }

    #[test]
    fn tolerances_have_their_units() {
        let tolerance = BTreeMap::from([("test_error".to_owned(), 0.25), ("test_rmse".to_owned(), 0.01)]);
        assert_eq!(tolerances(&tolerance).unwrap(), "Tolerance: test error 0.25 points, test RMSE 0.01.");
        assert_eq!(tolerances(&BTreeMap::new()), None);
    }
}
