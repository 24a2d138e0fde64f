//! How much of the variance of a number is due to each factor of a factorial experiment.

use super::seeds::{TIMES, about_intervals, by_seed, seeds};
use crate::study::cells::{CellResult, single};
use crate::study::runs::CellRuns;
use crate::text::number::{fixed, range};
use crate::text::quantity::title;
use plan::{Plan, Shares};
use stats::{Anova, Draws, Interval};

/// A question about a full factorial experiment, with its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Attributed {
    /// The question.
    pub question: String,
    /// The name of the number.
    pub metric: String,
    /// The number of cells in the experiment.
    pub cells: usize,
    /// The number of seeds whose runs in all cells have the number.
    pub seeds: usize,
    /// The share of each factor, then of each interaction of two factors, of three factors, and so on; empty if no seed
    /// has the number in all cells, or if all numbers are equal.
    pub effects: Vec<Share>,
    /// The share that is due to differences between runs of the same cell; `None` for fewer than two seeds, or if all
    /// numbers are equal.
    pub between_seeds: Option<Share>,
}

/// The share of the variance that is due to one effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The name of the effect: a factor such as `unit`, an interaction such as `unit × mask`, or `between seeds`.
    pub name: String,
    /// The effect's sum of squares divided by the total sum of squares, in percent.
    pub percent: f64,
    /// The 95 % bootstrap interval of the share over seeds; `None` for fewer than two seeds.
    pub interval: Option<Interval>,
}

/// Answers the questions of `plan` about shares of variance.
pub(crate) fn answers(plan: &Plan, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Vec<Attributed> {
    plan.shares.iter().map(|asked| answer(plan, asked, cells, runs)).collect()
}

fn answer(plan: &Plan, asked: &Shares, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Attributed {
    let names = asked.ordered().unwrap_or_default();
    let columns: Option<Vec<_>> = names.iter().map(|name| Some((single(name, cells).ok()?, &*asked.metric))).collect();
    let rows = by_seed(&columns.unwrap_or_default(), cells, runs);
    let mut shares = shares(plan, asked, &rows);
    let between_seeds = shares.pop().filter(|_| rows.len() > 1);
    Attributed {
        question: asked.question.clone(),
        metric: asked.metric.clone(),
        cells: asked.cells.len(),
        seeds: rows.len(),
        effects: shares,
        between_seeds,
    }
}

/// The shares of all effects and, last, of the differences between seeds; empty without seeds or without variance.
fn shares(plan: &Plan, asked: &Shares, rows: &[Vec<f64>]) -> Vec<Share> {
    let levels: Vec<usize> = asked.levels().iter().map(Vec::len).collect();
    let Some(anova) = decomposed(&levels, rows) else { return Vec::new() };
    let observed = percentages(&anova);
    let none = || vec![f64::NAN; observed.len()];
    let drawn = |rows: &[Vec<f64>]| decomposed(&levels, rows).as_ref().map_or_else(none, percentages);
    let name = format!("{}/shares/{}/{}", plan.name, asked.metric, asked.factors.join("/"));
    let intervals = stats::bootstrap_intervals(rows, drawn, &Draws { seed: 0, name: &name, times: TIMES });
    let factors = |factors: &[usize]| factors.iter().map(|&k| &*asked.factors[k]).collect::<Vec<_>>().join(" × ");
    let names = anova.effects.iter().map(|effect| factors(&effect.factors)).chain(["between seeds".to_owned()]);
    let share = |(k, (name, &percent)): (usize, (String, &f64))| Share {
        name,
        percent,
        interval: intervals.as_ref().map(|intervals| intervals[k]),
    };
    names.zip(&observed).enumerate().map(share).collect()
}

/// The analysis of variance of `rows`, each of which contains the numbers of all cells for one seed; `None` without
/// rows or without variance.
fn decomposed(levels: &[usize], rows: &[Vec<f64>]) -> Option<Anova> {
    let cells = rows.first()?.len();
    let cells: Vec<Vec<f64>> = (0..cells).map(|k| rows.iter().map(|row| row[k]).collect()).collect();
    stats::anova_shares(levels, &cells)
}

/// The shares of the effects and, last, of the residual, in percent.
fn percentages(anova: &Anova) -> Vec<f64> {
    let effects = anova.effects.iter().map(|effect| effect.share);
    effects.chain([anova.residual / anova.total]).map(|share| 100.0 * share).collect()
}

impl Attributed {
    /// The answer in a few sentences.
    #[must_use]
    pub fn sentence(&self) -> String {
        let (metric, cells, seeds) = (title(&self.metric), self.cells, seeds(self.seeds));
        if self.seeds == 0 {
            return format!("Not run: no seed has a finished run with this number in all {cells} cells.");
        }
        if self.effects.is_empty() {
            return format!("All {cells} cells have the same {metric} over {seeds}: there is no variance to divide.");
        }
        let effects: Vec<String> = self.effects.iter().map(Share::words).collect();
        let between = match &self.between_seeds {
            Some(share) => format!("; {}", share.words()),
            None => String::new(),
        };
        format!(
            "Of the variance of the {metric} over {cells} cells and {seeds}: {}{between}. {}",
            effects.join(", "),
            about_intervals(self.seeds)
        )
    }
}

impl Share {
    fn words(&self) -> String {
        let percent = |value| fixed(value, 0);
        let interval = self.interval.map(|interval| format!(" ({})", range(interval, percent)));
        format!("{} {} %{}", self.name, percent(self.percent), interval.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::sample::Sample;
    use plan::{Combination, ScaleName};

    /// The shares of factors with two levels each. `cells` names the cell of each combination of levels; the level of
    /// the last factor varies fastest.
    fn asked(mut sample: Sample, metric: &str, factors: &[&str], cells: &[&str]) -> Attributed {
        let bit = |k: usize, factor: usize| (k >> (factors.len() - 1 - factor) & 1).to_string();
        sample.plan.shares = vec![Shares {
            question: "How much?".to_owned(),
            metric: metric.to_owned(),
            factors: factors.iter().copied().map(ToOwned::to_owned).collect(),
            cells: (cells.iter().enumerate())
                .map(|(k, cell)| Combination {
                    cell: (*cell).to_owned(),
                    levels: (0..factors.len()).map(|factor| bit(k, factor)).collect(),
                })
                .collect(),
        }];
        sample.study().shares[0].clone()
    }

    const FOUR: [&str; 4] = ["rectifier", "tanh", "mask", "softplus/1"];

    #[test]
    fn effects_have_names_and_intervals_around_them() {
        let shares = asked(Sample::new(), "test_error", &["unit", "sign"], &FOUR);
        let names: Vec<&str> = shares.effects.iter().map(|share| &*share.name).collect();
        assert_eq!((names, shares.seeds), (vec!["unit", "sign", "unit × sign"], 5));
        let all = || shares.effects.iter().chain(&shares.between_seeds);
        assert!((all().map(|share| share.percent).sum::<f64>() - 100.0).abs() < 1e-9);
        for share in all().take(2) {
            let Interval { low, high } = share.interval.unwrap();
            assert!(low < share.percent && share.percent < high, "{share:?}");
        }
        let sentence = shares.sentence();
        let start = "Of the variance of the test error over 4 cells and 5 seeds: unit ";
        assert!(sentence.starts_with(start) && sentence.contains("; between seeds "), "{sentence}");
        assert!(
            sentence.ends_with(" to 3). The intervals in parentheses are 95 % bootstrap intervals over seeds."),
            "{sentence}"
        );
    }

    #[test]
    fn a_number_that_depends_on_one_factor_is_due_to_it() {
        let shares = asked(Sample::new(), "sparsity", &["mask", "unit"], &["rectifier", "tanh", "penalty/1", "tanh"]);
        assert_eq!(shares.seeds, 0, "an experiment cannot contain the same cell twice");
        let shares = asked(Sample::new(), "sparsity", &["unit"], &["rectifier", "tanh"]);
        assert_eq!((shares.effects.len(), shares.effects[0].percent.round()), (1, 100.0));
        assert!(shares.between_seeds.unwrap().percent < 1e-9);
    }

    #[test]
    fn one_seed_has_no_interval_and_no_share_between_seeds() {
        let shares = asked(Sample::new().at(ScaleName::Smoke), "test_error", &["unit", "sign"], &FOUR);
        assert_eq!((shares.seeds, &shares.between_seeds), (1, &None));
        assert!(shares.effects.len() == 3 && shares.effects.iter().all(|share| share.interval.is_none()));
        let sentence = shares.sentence();
        assert!(sentence.contains("1 seed: unit ") && sentence.ends_with("One seed is too few for intervals."));
        assert!(!sentence.contains("between seeds"), "{sentence}");
    }

    #[test]
    fn without_runs_or_without_variance_there_are_no_shares() {
        let missing = Sample::new().without(|cell, _, _| cell == "mask");
        let shares = asked(missing, "test_error", &["unit", "sign"], &FOUR);
        assert_eq!(shares.sentence(), "Not run: no seed has a finished run with this number in all 4 cells.");
        let shares = asked(Sample::new(), "sparsity", &["unit"], &["tanh", "softplus/1"]);
        let words = "All 2 cells have the same exact zeros over 5 seeds: there is no variance to divide.";
        assert_eq!((shares.seeds, &*shares.sentence()), (5, words));
    }

    #[test]
    fn a_name_of_several_cells_cannot_be_a_cell_of_an_experiment() {
        assert_eq!(asked(Sample::new(), "test_error", &["unit"], &["rectifier", "softplus/*"]).seeds, 0);
    }
}
