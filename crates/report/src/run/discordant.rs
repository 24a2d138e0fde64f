//! Test examples that only one of two networks misclassifies.

use super::outcome::{End, Outcome};
use std::collections::{BTreeMap, BTreeSet};

/// The number of test examples that only the first of two networks misclassifies, and the number that only the second
/// misclassifies, each summed over pairs of networks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Discordant {
    /// The number of pairs of networks.
    pub pairs: usize,
    /// The number of test examples that only the first network of a pair misclassifies.
    pub only_a: usize,
    /// The number of test examples that only the second network of a pair misclassifies.
    pub only_b: usize,
    /// The exact two-sided p-value of McNemar's test, in which each test example is one coin toss, however many pairs
    /// of networks disagree on it.
    pub p: f64,
}

impl Discordant {
    /// Counts discordant examples over those `pairs` in which both runs finished, recorded the test rows that they
    /// misclassify, and were tested on equally many examples from the same files of the same data set; `None` if there
    /// is no such pair. If each seed draws its own test examples, unrelated examples with the same row number share a
    /// coin toss; the test remains valid but loses power.
    #[must_use]
    pub fn of<'a>(pairs: impl IntoIterator<Item = [&'a Outcome; 2]>) -> Option<Self> {
        let (mut counts, mut nets) = (Self::default(), BTreeMap::<usize, i32>::new());
        for [a, b] in pairs.into_iter().filter_map(mistakes_of_both) {
            counts.pairs += 1;
            for row in a.difference(&b) {
                counts.only_a += 1;
                *nets.entry(*row).or_default() += 1;
            }
            for row in b.difference(&a) {
                counts.only_b += 1;
                *nets.entry(*row).or_default() -= 1;
            }
        }
        counts.p = stats::mcnemar(&nets.into_values().collect::<Vec<_>>());
        (counts.pairs > 0).then_some(counts)
    }
}

fn mistakes_of_both([a, b]: [&Outcome; 2]) -> Option<[BTreeSet<usize>; 2]> {
    let set = |outcome| Some(mistakes(outcome)?.iter().copied().collect());
    if same_test_set(a, b) { Some([set(a)?, set(b)?]) } else { None }
}

/// Whether two runs were tested on equally many examples from the same files of the same data set.
pub(crate) fn same_test_set(a: &Outcome, b: &Outcome) -> bool {
    a.run.dataset == b.run.dataset && a.run.checksums == b.run.checksums && a.run.examples.test == b.run.examples.test
}

/// The test rows that a finished run misclassifies, ascending; `None` if the run did not finish or did not record these
/// rows.
pub(crate) fn mistakes(outcome: &Outcome) -> Option<&[usize]> {
    let End::Finished { result, mistakes, .. } = &outcome.end else { return None };
    (!mistakes.is_empty() || result.test_error == 0.0).then_some(mistakes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::sample::outcome;

    fn misclassifying(rows: &[usize]) -> Outcome {
        let mut run = outcome("a", 1.0);
        if let End::Finished { mistakes, .. } = &mut run.end {
            *mistakes = rows.to_vec();
        }
        run
    }

    #[test]
    fn rows_that_one_side_misclassifies_are_counted() {
        let (a, b) = (misclassifying(&[1, 5, 7, 9]), misclassifying(&[2, 5, 9, 11, 12]));
        let counts = Discordant::of([[&a, &b]]).unwrap();
        assert_eq!(counts, Discordant { pairs: 1, only_a: 2, only_b: 3, p: 1.0 });
        let same = Discordant::of([[&a, &a]]).unwrap();
        assert_eq!(same, Discordant { pairs: 1, only_a: 0, only_b: 0, p: 1.0 });
    }

    #[test]
    fn an_example_that_divides_two_pairs_in_the_same_way_is_one_coin() {
        let (none, b) = (misclassifying(&[9]), misclassifying(&[1, 2, 9]));
        let counts = Discordant::of([[&none, &b], [&none, &b]]).unwrap();
        // The p-value is 2 / 2^2, because 2 of the 4 outcomes of two coins are as extreme as this one; with four coins,
        // p would be 2 / 2^4.
        assert_eq!(counts, Discordant { pairs: 2, only_a: 0, only_b: 4, p: 0.5 });
    }

    #[test]
    fn different_test_sets_and_lost_rows_are_not_compared() {
        let (a, mut b) = (misclassifying(&[1]), misclassifying(&[2]));
        b.run.examples.test += 1;
        assert_eq!(Discordant::of([[&a, &b]]), None);
        assert_eq!(Discordant::of([[&a, &misclassifying(&[])]]), None);
        b = misclassifying(&[2]);
        b.end = End::Diverged { reason: "x".to_owned() };
        assert_eq!(Discordant::of([[&a, &b]]), None);
    }
}
