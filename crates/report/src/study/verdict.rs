//! The verdicts on the paper's numbers, and the text with which pages state the rule of the verdicts.

use crate::text::number::{count, fixed, signed};
use crate::text::quantity::{title, unit};
use std::collections::BTreeMap;

/// What our runs say about one of the paper's numbers, which is the result of a single run.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Our mean differs from the paper's number by less than the tolerance: two one-sided t tests have a p-value below
    /// 0.05.
    Reproduced,
    /// The paper's number lies in the 95 % prediction interval of one more run of ours, and this interval is narrow
    /// enough to exclude other numbers.
    Compatible,
    /// The paper's number lies outside the 95 % prediction interval of one more run of ours, and differs from our mean
    /// by more than the tolerance.
    Contradicts {
        /// Our mean minus the paper's number.
        difference: f64,
    },
    /// The runs are too few, or differ too much from one another, for one of the verdicts above.
    Undecided {
        /// How many runs would decide.
        runs: Deciding,
    },
    /// The number is undecided, because runs diverged.
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

/// A number of runs, all runs together, that would decide between the other verdicts with a probability of 0.8 if
/// single runs differ as much as those so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deciding {
    /// So many runs, if the difference between our mean and the paper's number is the observed one.
    About(usize),
    /// At least so many runs. If the difference is the observed one, no number of runs decides, because single runs
    /// differ too much; if there is no difference, so many runs reproduce the number.
    AtLeast(usize),
    /// More than 1,000 runs.
    TooMany,
    /// An unknown number of runs.
    Unknown,
}

/// The text with which pages state the rule of [`Verdict`].
pub(crate) const RULE: &str = "A number of the paper is the result of one run. It is reproduced when the mean of our runs lies within \
    the plan's tolerance of it (two one-sided t tests, p < 0.05); otherwise it contradicts our runs when it lies outside the 95 % \
    prediction interval of one more run of ours and beyond the tolerance from our mean, and is compatible with them when it lies in \
    that interval and the interval reaches no farther than twice the tolerance to each side (without a tolerance: when there are \
    five runs or more). Everything else is undecided: fewer than three runs, a wider interval, diverged runs; the number of runs \
    is given that would decide. A number is not comparable where a reason is stated, and not run while runs are missing.";

/// The smallest number of runs with which a number is judged.
const FEWEST: usize = 3;
/// The smallest number of runs whose prediction interval is narrow enough where the plan states no tolerance: it is 1.55
/// times as wide as that of infinitely many runs.
const FEWEST_WITHOUT_TOLERANCE: usize = 5;
/// The largest half-width of an informative prediction interval, as a multiple of the tolerance.
const WIDEST: f64 = 2.0;
/// The significance level, the same as for Table 1 in section 4.1 of the paper.
pub(crate) const LEVEL: f64 = 0.05;

impl Verdict {
    /// The verdict on the paper's number `paper`, given the `values` of all our runs and the plan's tolerance.
    pub(crate) fn of(values: &[f64], paper: f64, tolerance: Option<f64>) -> Self {
        let judged = (values.len() >= FEWEST).then(|| stats::prediction_interval(values).zip(stats::mean(values)));
        let Some((interval, mean)) = judged.flatten() else {
            return Self::Undecided { runs: Deciding::AtLeast(FEWEST) };
        };
        let difference = mean - paper;
        // The slack allows for rounding errors: 1.5 counts as within 0.1 of 1.4.
        let within = |tolerance: f64| difference.abs() <= tolerance + 1e-9 * paper.abs();
        let equivalent = |tolerance| stats::equivalence(values, paper, tolerance).is_some_and(|test| test.p < LEVEL);
        let narrow = tolerance
            .map_or(values.len() >= FEWEST_WITHOUT_TOLERANCE, |tolerance| interval.high - mean <= WIDEST * tolerance);
        match interval.contains(paper) {
            _ if tolerance.is_some_and(equivalent) => Self::Reproduced,
            true if narrow => Self::Compatible,
            false if !tolerance.is_some_and(within) => Self::Contradicts { difference },
            _ => Self::Undecided { runs: Deciding::of(values, difference, tolerance) },
        }
    }

    /// The verdict in a few words, with a difference rounded to `decimals` decimals.
    pub(crate) fn words(&self, decimals: usize) -> String {
        match self {
            Self::Reproduced => "✓ reproduced".to_owned(),
            Self::Compatible => "≈ compatible".to_owned(),
            Self::Contradicts { difference } => format!("✗ contradicts ({})", signed(*difference, decimals)),
            Self::Undecided { runs } => format!("? undecided ({})", runs.words()),
            Self::Diverged { reason } => format!("? undecided ({reason})"),
            Self::NotComparable { .. } => "not comparable".to_owned(),
            Self::NotRun { .. } => "not run".to_owned(),
        }
    }

    /// The names of the verdicts, in the order in which they are counted.
    pub(crate) const NAMES: [&'static str; 6] =
        ["reproduced", "compatible", "contradicts", "undecided", "not comparable", "not run"];

    /// The name of the verdict, under which it is counted.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Reproduced => "reproduced",
            Self::Compatible => "compatible",
            Self::Contradicts { .. } => "contradicts",
            Self::Undecided { .. } | Self::Diverged { .. } => "undecided",
            Self::NotComparable { .. } => "not comparable",
            Self::NotRun { .. } => "not run",
        }
    }

    /// Why the number was not judged; `None` if it was judged.
    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::NotComparable { reason } | Self::NotRun { reason } => Some(reason),
            _ => None,
        }
    }
}

impl Deciding {
    /// How many runs would decide, given the `values` of the runs so far, which do not, and the difference between
    /// their mean and the paper's number.
    fn of(values: &[f64], difference: f64, tolerance: Option<f64>) -> Self {
        let (Some(deviation), Some(tolerance)) = (stats::standard_deviation(values), tolerance) else {
            return Self::About(FEWEST_WITHOUT_TOLERANCE);
        };
        let contradicts = || stats::runs_for_exclusion(difference, deviation).filter(|_| difference.abs() > tolerance);
        let decisions = [
            stats::runs_for_equivalence(difference, deviation, tolerance),
            stats::runs_for_prediction(deviation, WIDEST * tolerance),
            contradicts(),
        ];
        match decisions.into_iter().flatten().min() {
            Some(runs) => Self::About(runs),
            None => stats::runs_for_equivalence(0.0, deviation, tolerance).map_or(Self::TooMany, Self::AtLeast),
        }
    }

    /// The number in words, such as `about 8 runs would decide`.
    fn words(self) -> String {
        let (runs, limit) = match self {
            Self::Unknown => return "it is not known how many runs would decide".to_owned(),
            Self::About(runs) => (runs, "about"),
            Self::AtLeast(runs) => (runs, "at least"),
            Self::TooMany => (1000, "more than"),
        };
        format!("{limit} {} runs would decide", count(runs))
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
    use random::RngExt as _;

    /// Five numbers with the given mean and standard deviation.
    fn runs(mean: f64, deviation: f64) -> Vec<f64> {
        // These five numbers have the mean 0 and the standard deviation 1.
        [-1.5, -0.5, 0.0, 0.5, 1.5].map(|value: f64| mean + deviation * value / 1.25_f64.sqrt()).to_vec()
    }

    fn words(values: &[f64], paper: f64, tolerance: Option<f64>) -> String {
        Verdict::of(values, paper, tolerance).words(2)
    }

    #[test]
    fn a_mean_surely_within_the_tolerance_reproduces() {
        assert_eq!(Verdict::of(&runs(1.48, 0.09), 1.43, Some(0.15)), Verdict::Reproduced);
        // One more run would surely differ from the paper's number, but by less than the tolerance.
        assert_eq!(Verdict::of(&runs(1.53, 0.02), 1.43, Some(0.15)), Verdict::Reproduced);
        assert_eq!(Verdict::of(&[0.0; 5], 0.0, Some(2.0)), Verdict::Reproduced);
    }

    #[test]
    fn a_number_that_one_more_run_could_give_is_compatible_if_the_interval_is_narrow() {
        // The interval reaches t(0.975, 4) √(1 + 1/5) = 3.04 standard deviations to each side.
        assert_eq!(Verdict::of(&runs(1.30, 0.07), 1.20, Some(0.15)), Verdict::Compatible);
        assert_eq!(Verdict::of(&runs(1.36, 0.08), 1.17, Some(0.15)), Verdict::Compatible);
        assert!(matches!(Verdict::of(&runs(1.36, 0.10), 1.17, Some(0.15)), Verdict::Undecided { .. }));
    }

    #[test]
    fn a_number_outside_the_prediction_contradicts_unless_it_is_within_the_tolerance() {
        assert_eq!(words(&runs(1.84, 0.07), 1.57, Some(0.15)), "✗ contradicts (+0.27)");
        assert_eq!(words(&runs(67.33, 1.86), 83.4, Some(3.0)), "✗ contradicts (−16.07)");
        let near = Verdict::of(&runs(1.579, 0.02), 1.43, Some(0.15));
        assert!(matches!(near, Verdict::Undecided { .. }), "{near:?}");
    }

    #[test]
    fn an_undecided_number_says_how_many_runs_would_decide() {
        assert_eq!(words(&[1.4, 1.5], 1.45, Some(0.15)), "? undecided (at least 3 runs would decide)");
        // t(0.975, 5) √(1 + 1/6) · 0.105 = 0.29 is the first half-width below twice the tolerance.
        assert_eq!(words(&runs(1.36, 0.105), 1.17, Some(0.15)), "? undecided (about 6 runs would decide)");
        // If runs differ by 0.29, the difference of 0.18 neither contradicts nor is within the tolerance.
        let spread = Verdict::of(&runs(1.95, 0.29), 1.77, Some(0.15));
        let Verdict::Undecided { runs: Deciding::AtLeast(most) } = spread else { panic!("{spread:?}") };
        assert!((30..=36).contains(&most), "{most}");
        assert_eq!(words(&runs(0.0, 9.0), 1.0, Some(0.1)), "? undecided (more than 1,000 runs would decide)");
    }

    #[test]
    fn without_a_tolerance_nothing_is_reproduced() {
        assert_eq!(Verdict::of(&runs(1.4, 0.1), 1.5, None), Verdict::Compatible);
        assert_eq!(words(&runs(1.4, 0.1), 1.8, None), "✗ contradicts (−0.40)");
        assert_eq!(words(&[1.4, 1.5, 1.6], 1.5, None), "? undecided (about 5 runs would decide)");
    }

    /// The shares of 2,000 simulations with each of the first four verdicts, on a number that differs from the mean of
    /// six runs by `difference` and, if it is a run, by its own deviation. Runs have the standard deviation 1.
    fn shares(difference: f64, is_run: bool, tolerance: f64) -> [f64; 4] {
        let mut random = random::stream(1, "verdict", &[]);
        // The sum of twelve uniform numbers is about normal.
        let mut draw = || (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
        let mut counts = [0.0; 4];
        for _ in 0..2000 {
            let values: Vec<f64> = (0..6).map(|_| draw()).collect();
            let paper = if is_run { difference + draw() } else { difference };
            let name = Verdict::of(&values, paper, Some(tolerance)).name();
            counts[Verdict::NAMES.iter().position(|known| *known == name).unwrap()] += 1.0 / 2000.0;
        }
        counts
    }

    #[test]
    fn simulated_verdicts_are_as_often_wrong_as_they_say() {
        // A number at the edge of the tolerance is called reproduced in one case of twenty.
        let [reproduced, ..] = shares(2.0, false, 2.0);
        assert!((reproduced - 0.05).abs() < 0.015, "{reproduced}");
        // A run that is drawn like ours contradicts them in one case of twenty.
        let [_, _, contradicts, _] = shares(0.0, true, 0.01);
        assert!((contradicts - 0.05).abs() < 0.015, "{contradicts}");
        // With a tolerance of 1.5 standard deviations, such a run is mostly reproduced or compatible.
        let [reproduced, compatible, contradicts, _] = shares(0.0, true, 1.5);
        assert!(reproduced + compatible > 0.7 && contradicts < 0.05, "{reproduced}, {compatible}, {contradicts}");
        // A number that is 6 standard deviations away contradicts.
        let [.., contradicts, _] = shares(6.0, false, 1.0);
        assert!(contradicts > 0.95, "{contradicts}");
    }

    #[test]
    fn tolerances_have_their_units() {
        let tolerance = BTreeMap::from([("test_error".to_owned(), 0.25), ("test_rmse".to_owned(), 0.01)]);
        assert_eq!(tolerances(&tolerance).unwrap(), "Tolerance: test error 0.25 points, test RMSE 0.01.");
        assert_eq!(tolerances(&BTreeMap::new()), None);
    }
}
