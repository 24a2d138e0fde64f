//! The decomposition of a difference between two cells into parts.

use super::seeds::{TIMES, about_intervals, by_seed, mean, seeds};
use crate::study::cells::{CellResult, single};
use crate::study::runs::CellRuns;
use crate::text::number::{range, signed};
use crate::text::quantity::{decimals, unit};
use plan::{Decomposition, Part, Plan};
use stats::{Draws, Interval};

/// A question about the parts of a difference, with its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Decomposed {
    /// The question.
    pub question: String,
    /// The name of the first cell, whose numbers are subtracted from the numbers of the second cell.
    pub from: String,
    /// The name of the second cell.
    pub to: String,
    /// The number of seeds whose runs in both cells have the numbers of all parts.
    pub seeds: usize,
    /// The contribution of each part, in the order of the plan; empty if `seeds` is 0.
    pub parts: Vec<Contribution>,
    /// The sum of the contributions: the mean of the parts' numbers in the cell `to` minus their mean in the cell
    /// `from`; `None` if `seeds` is 0.
    pub sum: Option<Contribution>,
}

/// The contribution of a part to a difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// The name of the part.
    pub name: String,
    /// The name of the part's number in the cell `to`; the unit of this number is the unit of the contribution.
    pub metric: String,
    /// The mean over seeds of the part's difference, divided by the number of parts.
    pub mean: f64,
    /// The 95 % bootstrap interval of the contribution over seeds; `None` for fewer than two seeds.
    pub interval: Option<Interval>,
}

/// Answers the decompositions of `plan`.
pub(crate) fn answers(plan: &Plan, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Vec<Decomposed> {
    plan.decomposition.iter().map(|asked| answer(plan, asked, cells, runs)).collect()
}

fn answer(plan: &Plan, asked: &Decomposition, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Decomposed {
    let rows = match (single(&asked.from, cells), single(&asked.to, cells)) {
        (Ok(from), Ok(to)) => {
            let columns = asked.parts.iter().flat_map(|part| [(from, &*part.from), (to, &*part.to)]);
            by_seed(&columns.collect::<Vec<_>>(), cells, runs)
        }
        _ => Vec::new(),
    };
    let mut parts = contributions(plan, asked, &rows);
    Decomposed {
        question: asked.question.clone(),
        from: asked.from.clone(),
        to: asked.to.clone(),
        seeds: rows.len(),
        sum: parts.pop(),
        parts,
    }
}

/// The contribution of each part and, last, their sum. A row of `rows` belongs to a seed and contains two numbers for
/// each part, the number of the cell `from` before the number of the cell `to`.
fn contributions(plan: &Plan, asked: &Decomposition, rows: &[Vec<f64>]) -> Vec<Contribution> {
    let Some(last) = asked.parts.last().filter(|_| !rows.is_empty()) else { return Vec::new() };
    let added = |row: &Vec<f64>| -> Vec<f64> {
        let mut parts: Vec<f64> =
            row.chunks_exact(2).map(|pair| (pair[1] - pair[0]) / asked.parts.len() as f64).collect();
        parts.push(parts.iter().sum());
        parts
    };
    let rows: Vec<Vec<f64>> = rows.iter().map(added).collect();
    let means = |rows: &[Vec<f64>]| -> Vec<f64> { (0..=asked.parts.len()).map(|k| mean(rows, k)).collect() };
    let name = format!("{}/decomposition/{}/{}", plan.name, asked.from, asked.to);
    let intervals = stats::bootstrap_intervals(&rows, means, &Draws { seed: 0, name: &name, times: TIMES });
    let sum = Part { name: "together".to_owned(), ..last.clone() };
    let contribution = |(k, (part, mean)): (usize, (&Part, f64))| Contribution {
        name: part.name.clone(),
        metric: part.to.clone(),
        mean,
        interval: intervals.as_ref().map(|intervals| intervals[k]),
    };
    asked.parts.iter().chain([&sum]).zip(means(&rows)).enumerate().map(contribution).collect()
}

impl Decomposed {
    /// The answer in a few sentences.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Some(sum) = &self.sum else {
            return "No answer: no seed has a finished run with the numbers of all parts in both cells.".to_owned();
        };
        let parts: Vec<String> = self.parts.iter().map(Contribution::words).collect();
        format!(
            "From {} to {}, over {}: {}; {}. {}",
            self.from,
            self.to,
            seeds(self.seeds),
            parts.join(", "),
            sum.words(),
            about_intervals(self.seeds)
        )
    }
}

impl Contribution {
    fn words(&self) -> String {
        let shown = |value| signed(value, decimals(&self.metric, self.mean));
        let interval = self.interval.map(|interval| format!(" ({})", range(interval, shown)));
        format!("{} {}{}{}", self.name, shown(self.mean), unit(&self.metric), interval.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::sample::Sample;
    use plan::ScaleName;

    /// The decomposition of the difference between tanh and the rectifier into `parts`; each part names a number of
    /// tanh and a number of the rectifier.
    fn asked(mut sample: Sample, parts: &[[&str; 2]]) -> Decomposed {
        sample.plan.decomposition = vec![Decomposition {
            question: "How much?".to_owned(),
            from: "tanh".to_owned(),
            to: "rectifier".to_owned(),
            parts: (parts.iter())
                .map(|[from, to]| Part {
                    name: format!("{to} against {from}"),
                    from: (*from).to_owned(),
                    to: (*to).to_owned(),
                })
                .collect(),
        }];
        sample.study().decompositions[0].clone()
    }

    /// Two parts, which compare layer 1 of tanh with layer 1 and with layer 2 of the rectifier. The rectifier's layers
    /// have 82 % exact zeros; the layers of tanh have no zeros.
    const LAYERS: [[&str; 2]; 2] = [["sparsity.1", "sparsity.1"], ["sparsity.1", "sparsity.2"]];

    #[test]
    fn parts_add_up_to_the_difference_of_means() {
        let decomposed = asked(Sample::new(), &LAYERS);
        assert_eq!(decomposed.parts.iter().map(|part| part.mean).collect::<Vec<_>>(), [41.0, 41.0]);
        assert_eq!(decomposed.sum.as_ref().unwrap().mean, 82.0);
        let words = "From tanh to rectifier, over 5 seeds: sparsity.1 against sparsity.1 +41.00 points (+41.00 to +41.00), \
                     sparsity.2 against sparsity.1 +41.00 points (+41.00 to +41.00); together +82.00 points (+82.00 to \
                     +82.00). The intervals in parentheses are 95 % bootstrap intervals over seeds.";
        assert_eq!(decomposed.sentence(), words);
    }

    #[test]
    fn runs_with_the_same_seed_are_paired() {
        let decomposed = asked(Sample::new(), &[["test_error", "test_error"]]);
        let part = &decomposed.parts[0];
        let Interval { low, high } = part.interval.unwrap();
        assert!(low < part.mean && part.mean < high, "{part:?}");
        assert_eq!((part.mean, part.interval), decomposed.sum.map(|sum| (sum.mean, sum.interval)).unwrap());
        let odd =
            Sample::new().without(|cell, role, seed| role == "reported" && (cell == "tanh") == (seed < 5) && seed != 3);
        assert_eq!(
            asked(odd, &LAYERS).seeds,
            1,
            "tanh has seeds 3, 5 and 6, and the rectifier has 2, 3 and 4, so only seed 3 is paired"
        );
    }

    #[test]
    fn one_seed_has_no_interval() {
        let decomposed = asked(Sample::new().at(ScaleName::Smoke), &LAYERS);
        assert_eq!((decomposed.seeds, decomposed.parts[0].interval), (1, None));
        let sentence = decomposed.sentence();
        assert!(sentence.contains("together +82.00 points. One seed is too few for intervals."), "{sentence}");
    }

    #[test]
    fn missing_runs_and_numbers_give_no_answer() {
        let missing = Sample::new().without(|cell, _, _| cell == "tanh");
        let no_layer = asked(Sample::new(), &[["sparsity.1", "sparsity.7"]]);
        for decomposed in [asked(missing, &LAYERS), no_layer] {
            assert_eq!((decomposed.seeds, decomposed.parts.len(), &decomposed.sum), (0, 0, &None));
            assert!(decomposed.sentence().starts_with("No answer: no seed has a finished run"));
        }
    }
}
