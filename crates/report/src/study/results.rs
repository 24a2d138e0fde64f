//! The [`Study`] type: all results of a plan's runs at one scale.

use super::cells::{CellResult, Progress};
use super::deviations::DeviationRow;
use super::figures::FigureResult;
use super::paths::ActivePaths;
use super::questions::{Attributed, Closed, Compared, Decomposed, Trended};
use super::rows::RunRow;
use super::tables::TableResult;
use super::verdict::Verdict;
use plan::ScaleName;
use std::collections::BTreeMap;

/// The results of a plan at one scale, as far as its runs have ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// The name of the plan.
    pub name: String,
    /// The title of the plan.
    pub title: String,
    /// The question and the method of the experiment, in a paragraph.
    pub about: String,
    /// The scale of the runs.
    pub scale: ScaleName,
    /// Why the numbers at this scale are not comparable with the paper's numbers; `None` if the plan gives no such
    /// reason for the scale.
    pub not_comparable: Option<String>,
    /// The name of the number by which the points of a grid are compared: the point with the smallest mean is chosen.
    pub choose_by: String,
    /// The setting that differs between the runs of a point: a seed, or a fold.
    pub repeat: String,
    /// The tolerance of each number, by name: the largest difference between our mean and the paper's number that still
    /// counts as reproduced.
    pub tolerance: BTreeMap<String, f64>,
    /// The names of all numbers that the study shows, each once.
    pub numbers: Vec<String>,
    /// The progress of the runs that the plan needs.
    pub progress: Progress,
    /// The cells, in the order of the plan.
    pub cells: Vec<CellResult>,
    /// The ways in which the plan differs from the paper, in the order of the plan.
    pub deviations: Vec<DeviationRow>,
    /// The tables of the plan or, if the plan has cells but no tables, one table of all cells.
    pub tables: Vec<TableResult>,
    /// The figures, in the order of the plan.
    pub figures: Vec<FigureResult>,
    /// The active paths of the cells; cells without a run that measured active paths are left out.
    pub paths: Vec<ActivePaths>,
    /// The comparisons of two cells.
    pub comparisons: Vec<Compared>,
    /// The trends over ordered cells.
    pub trends: Vec<Trended>,
    /// How much of the gap between two cells a third cell closes.
    pub gaps: Vec<Closed>,
    /// The shares of the variance that are due to each effect of a factorial experiment.
    pub shares: Vec<Attributed>,
    /// The decompositions of differences between two cells into parts.
    pub decompositions: Vec<Decomposed>,
    /// The runs: all selection runs, all reported runs of chosen points, and the reported runs of other points that
    /// have an outcome.
    pub runs: Vec<RunRow>,
}

impl Study {
    /// The names of the verdicts, each with the number of times that it was given to a number of the paper that the plan
    /// states for its cells.
    #[must_use]
    pub fn verdicts(&self) -> [(&'static str, usize); 6] {
        let numbers = || self.cells.iter().flat_map(|cell| cell.numbers.values());
        let count = |name| numbers().filter(|number| number.verdict.as_ref().is_some_and(|v| v.name() == name)).count();
        Verdict::NAMES.map(|name| (name, count(name)))
    }

    /// The questions of the plan other than comparisons, each with its answer in sentences.
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
        let given: Vec<(&str, usize)> = verdicts.into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(given, [("reproduced", 2), ("contradicts", 1), ("not comparable", 1)]);
    }
}
