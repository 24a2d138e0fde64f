//! Test examples that one of two networks misreads and the other does not.

use crate::{End, Outcome};
use std::cmp::Ordering;

/// How many test examples only the first of two networks misreads, and how many only the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Discordant {
    /// Those that only the first misreads.
    pub only_a: u64,
    /// Those that only the second misreads.
    pub only_b: u64,
}

impl Discordant {
    /// Counts what `a` and `b` misread; nothing unless both finished, list what they misread, and were tested on as many
    /// examples of the same files of the same data set.
    #[must_use]
    pub fn of(a: &Outcome, b: &Outcome) -> Option<Self> {
        let same = a.run.dataset == b.run.dataset
            && a.run.checksums == b.run.checksums
            && a.run.examples.test == b.run.examples.test;
        same.then_some(())?;
        let (mut a, mut b) = (mistakes(a)?.iter().peekable(), mistakes(b)?.iter().peekable());
        let mut counts = Self::default();
        // Both ascend: a merge.
        while let (Some(first), Some(second)) = (a.peek(), b.peek()) {
            match first.cmp(second) {
                Ordering::Less => counts.only_a += u64::from(a.next().is_some()),
                Ordering::Greater => counts.only_b += u64::from(b.next().is_some()),
                Ordering::Equal => {
                    a.next();
                    b.next();
                }
            }
        }
        counts.only_a += a.count() as u64;
        counts.only_b += b.count() as u64;
        Some(counts)
    }

    /// The exact two-sided p-value of McNemar's test.
    #[must_use]
    pub fn p(&self) -> f64 {
        stats::mcnemar(self.only_a, self.only_b)
    }
}

/// The rows that a finished run misreads, ascending; nothing when they were not kept.
fn mistakes(outcome: &Outcome) -> Option<&[usize]> {
    let End::Finished { result, mistakes, .. } = &outcome.end else { return None };
    (!mistakes.is_empty() || result.test_error == 0.0).then_some(mistakes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::sample::outcome;

    fn misreading(rows: &[usize]) -> Outcome {
        let mut run = outcome("a", 1.0);
        if let End::Finished { mistakes, .. } = &mut run.end {
            *mistakes = rows.to_vec();
        }
        run
    }

    #[test]
    fn rows_of_one_side_are_counted() {
        let counts = Discordant::of(&misreading(&[1, 5, 7, 9]), &misreading(&[2, 5, 9, 11, 12])).unwrap();
        assert_eq!(counts, Discordant { only_a: 2, only_b: 3 });
        assert_eq!(Discordant::of(&misreading(&[1]), &misreading(&[1])), Some(Discordant::default()));
    }

    #[test]
    fn different_test_sets_and_lost_rows_are_not_compared() {
        let (a, mut b) = (misreading(&[1]), misreading(&[2]));
        b.run.examples.test += 1;
        assert_eq!(Discordant::of(&a, &b), None);
        assert_eq!(Discordant::of(&a, &misreading(&[])), None);
        b = misreading(&[2]);
        b.end = End::Diverged { reason: "x".to_owned() };
        assert_eq!(Discordant::of(&a, &b), None);
    }
}
