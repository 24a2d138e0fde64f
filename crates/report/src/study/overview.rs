//! A study in a row of numbers.

use super::{Progress, Study, Verdict};

/// How often each verdict was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// [`Verdict::Reproduced`].
    pub reproduced: usize,
    /// [`Verdict::NotReproduced`].
    pub not_reproduced: usize,
    /// [`Verdict::NotComparable`].
    pub not_comparable: usize,
    /// [`Verdict::NotRun`].
    pub not_run: usize,
}

impl Study {
    /// The verdicts on all numbers of the paper that the plan states for cells.
    #[must_use]
    pub fn verdicts(&self) -> Verdicts {
        let mut verdicts = Verdicts::default();
        for verdict in self.cells.iter().flat_map(|cell| cell.numbers.values()).filter_map(|n| n.verdict.as_ref()) {
            match verdict {
                Verdict::Reproduced => verdicts.reproduced += 1,
                Verdict::NotReproduced { .. } => verdicts.not_reproduced += 1,
                Verdict::NotComparable { .. } => verdicts.not_comparable += 1,
                Verdict::NotRun { .. } => verdicts.not_run += 1,
            }
        }
        verdicts
    }

    /// The runs that the plan needs: all that choose, and those of one point of each cell.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.cells.iter().fold(Progress::default(), |sum, cell| sum.and(cell.choosing()).and(cell.progress))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;

    #[test]
    fn a_study_counts_its_runs_and_verdicts() {
        let study = Sample::new().study();
        let verdicts = study.verdicts();
        assert_eq!((verdicts.reproduced, verdicts.not_reproduced), (2, 1));
        assert_eq!((verdicts.not_comparable, verdicts.not_run), (1, 0));
        // 2 points on 2 seeds to choose; 5 runs of each of 5 cells and 40 drawn ones to report
        assert_eq!(study.progress().total, 4 + 25 + 40);
        assert_eq!(study.progress().missing(), 0);
        assert_eq!(Sample::new().without(|_, _, _| true).study().progress().missing(), 69);
    }
}
