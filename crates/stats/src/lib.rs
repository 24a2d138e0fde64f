//! The statistics of an experiment: estimates and tests of a measurement, and of differences between measurements, from
//! a few runs.
//!
//! | Question | Functions |
//! |---|---|
//! | What is the mean and its error? | [`mean`], [`standard_deviation`], [`t_interval`], [`bootstrap_interval`] |
//! | Is the mean within a tolerance of a given number? | [`equivalence`] |
//! | What will one more run give? | [`prediction_interval`] |
//! | How many runs decide? | [`runs_for_equivalence`], [`runs_for_exclusion`], [`runs_for_prediction`], [`runs_for_difference`] |
//! | Do two methods differ over runs with the same seeds? | [`paired_t`], [`wilcoxon_signed_rank`] |
//! | Do two methods differ in error, for other seeds and other test examples? | [`two_way`] |
//! | Do two networks differ in error rate? | [`mcnemar`], or [`two_proportion_z`] if only the rates are known |
//! | Does a measurement rise over ordered settings? | [`page_trend`] |
//! | Which settings does a measurement depend on? | [`anova_shares`] |
//! | What are the p-values of several tests, corrected for their number? | [`holm`] |
//!
//! The tests give two-sided p-values, except Page's test, which tests for a rise only, and the test of equivalence. For
//! an interaction, such as whether one unit gains more than another, take the differences of the differences with the
//! same seed as values. A function returns `None` when
//! its result is not defined, for instance because there are too few numbers, a number is not finite, or all numbers
//! are equal. Equal inputs give equal results, bit for bit.

mod bootstrap;
mod equivalence;
mod factorial;
mod holm;
mod planning;
mod prediction;
mod proportions;
mod sample;
#[cfg(test)]
mod simulation;
mod tails;
mod trend;
mod two_way;
mod wilcoxon;

pub use bootstrap::{Draws, bootstrap_interval, bootstrap_interval_of_two, bootstrap_intervals};
pub use equivalence::{Equivalence, equivalence};
pub use factorial::{Anova, Effect, anova_shares};
pub use holm::holm;
pub use planning::{runs_for_difference, runs_for_equivalence, runs_for_exclusion, runs_for_prediction};
pub use prediction::prediction_interval;
pub use proportions::{ZTest, mcnemar, two_proportion_z};
pub use sample::{Interval, TTest, mean, paired_t, standard_deviation, t_interval};
pub use trend::{Trend, page_trend};
pub use two_way::{TwoWay, two_way};
pub use wilcoxon::{Distribution, SignedRank, wilcoxon_signed_rank};
