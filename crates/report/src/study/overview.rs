//! A study in a row of numbers.

use super::{CellResult, CellRuns, PlannedRun, Progress, Study, Verdict};
use std::collections::BTreeMap;

/// How often each verdict was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// [`Verdict::Reproduced`].
    pub reproduced: usize,
    /// [`Verdict::NotReproduced`] and [`Verdict::Diverged`].
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
                Verdict::NotReproduced { .. } | Verdict::Diverged { .. } => verdicts.not_reproduced += 1,
                Verdict::NotComparable { .. } => verdicts.not_comparable += 1,
                Verdict::NotRun { .. } => verdicts.not_run += 1,
            }
        }
        verdicts
    }
}

/// The runs that are needed, equal ones of several cells once: all that choose, and those of one point of each cell, of the
/// first while none is chosen. A cell of which every point diverged has none to report.
pub(crate) fn progress(cells: &[CellResult], runs: &[CellRuns<'_>]) -> Progress {
    let mut needed: BTreeMap<&str, &PlannedRun<'_>> = BTreeMap::new();
    for (cell, runs) in cells.iter().zip(runs) {
        let pending = (cell.choosing().missing() > 0).then_some(0);
        let reported = cell.chosen.or(pending).map_or(&[][..], |point| &runs.points[point].reported);
        let all = runs.points.iter().flat_map(|point| &point.choosing).chain(reported);
        needed.extend(all.map(|run| (&*run.id, run)));
    }
    Progress::of(needed.into_values())
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
        assert_eq!(study.progress.total, 4 + 25 + 40);
        assert_eq!(study.progress.missing(), 0);
        let diverged = Sample::new().diverged(|cell, role, _| cell == "rectifier" && role == "choosing").study();
        assert_eq!((diverged.progress.total, diverged.progress.missing()), (64, 0), "nothing is left to report");
        assert_eq!(Sample::new().without(|_, _, _| true).study().progress.missing(), 69);
    }
}
