//! A study: everything that the runs of a plan say.

use super::cells::{CellResult, Progress};
use super::figures::FigureResult;
use super::paths::ActivePaths;
use super::questions::{Attributed, Closed, Compared, Decomposed, Trended};
use super::rows::RunRow;
use super::tables::TableResult;
use super::verdict::Verdict;
use plan::ScaleName;
use std::collections::BTreeMap;

/// An experiment at one scale, as far as it has been run.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Name of the plan.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The question and the method.
    pub about: String,
    /// The scale of the runs.
    pub scale: ScaleName,
    /// Why none of it is comparable with the paper, if none of it is.
    pub not_comparable: Option<String>,
    /// The number that chooses among the points of a grid by its smallest mean.
    pub choose_by: String,
    /// The setting that differs between the runs of a point: a seed, or a fold.
    pub repeat: String,
    /// The largest distance at which a mean still reproduces the paper's number, by the names of the numbers.
    pub tolerance: BTreeMap<String, f64>,
    /// The names of all numbers that are shown anywhere, each once.
    pub numbers: Vec<String>,
    /// How many of the runs that the plan needs have ended.
    pub progress: Progress,
    /// The cells, in the order of the plan.
    pub cells: Vec<CellResult>,
    /// The tables.
    pub tables: Vec<TableResult>,
    /// The figures.
    pub figures: Vec<FigureResult>,
    /// Active paths, where they were measured.
    pub paths: Vec<ActivePaths>,
    /// Comparisons of two cells.
    pub comparisons: Vec<Compared>,
    /// Trends over cells in an order.
    pub trends: Vec<Trended>,
    /// How much of a difference between two cells a third one closes.
    pub gaps: Vec<Closed>,
    /// How the variance of factorial experiments is shared out.
    pub shares: Vec<Attributed>,
    /// The parts of differences.
    pub decompositions: Vec<Decomposed>,
    /// The runs: all that choose and all of chosen points; of other points, those that have an outcome.
    pub runs: Vec<RunRow>,
}

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

    /// The questions apart from comparisons, each with its answer as sentences.
    pub(crate) fn answered(&self) -> Vec<(&str, String)> {
        let trends = self.trends.iter().map(|trend| (&*trend.question, trend.sentence()));
        let gaps = self.gaps.iter().map(|gap| (&*gap.question, gap.sentence()));
        let shares = self.shares.iter().map(|shares| (&*shares.question, shares.sentence()));
        let decompositions = self.decompositions.iter().map(|parts| (&*parts.question, parts.sentence()));
        trends.chain(gaps).chain(shares).chain(decompositions).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;

    #[test]
    fn verdicts_are_counted() {
        let verdicts = Sample::new().study().verdicts();
        assert_eq!((verdicts.reproduced, verdicts.not_reproduced), (2, 1));
        assert_eq!((verdicts.not_comparable, verdicts.not_run), (1, 0));
    }
}
