//! The statistics of an experiment: what a few runs say about a number, and about the difference of two.
//!
//! | question | functions |
//! |---|---|
//! | How large is it, and how certain is that? | [`mean`], [`standard_deviation`], [`t_interval`], [`bootstrap_interval`] |
//! | Do runs with the same seeds differ? | [`paired_t`], [`wilcoxon_signed_rank`] |
//! | Do two networks misclassify different test examples? | [`mcnemar`], or [`two_proportion_z`] where only rates are known |
//! | Does it rise over ordered settings? | [`page_trend`] |
//! | Which of several settings matters? | [`anova_shares`] |
//! | How does asking many questions change the answers? | [`holm`] |
//!
//! All p-values are two-sided except that of Page's test, whose direction is part of the question. A function that
//! cannot answer, because there are too few numbers or one is not finite, returns `None`. The same input gives the same
//! bytes.

mod bootstrap;
mod factorial;
mod holm;
mod proportions;
mod sample;
mod tails;
mod trend;
mod wilcoxon;

pub use bootstrap::{Draws, bootstrap_interval, bootstrap_interval_of_two, bootstrap_intervals};
pub use factorial::{Anova, Effect, anova_shares};
pub use holm::holm;
pub use proportions::{ZTest, mcnemar, two_proportion_z};
pub use sample::{Interval, TTest, mean, paired_t, standard_deviation, t_interval};
pub use trend::{Trend, page_trend};
pub use wilcoxon::{Distribution, SignedRank, wilcoxon_signed_rank};
