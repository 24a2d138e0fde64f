//! Whether a number rises or falls over ordered cells.

use super::seeds::{by_seed, mean, seeds, why_no_rows};
use crate::study::cells::{CellResult, matching};
use crate::study::runs::CellRuns;
use crate::text::number::p_value;
use crate::text::quantity::{shown, title};
use plan::{Direction, Plan, ScaleName, Trend};

/// A question about a trend over ordered cells, with its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Trended {
    /// The question.
    pub question: String,
    /// The name of the number.
    pub metric: String,
    /// Whether the number is expected to rise or to fall.
    pub direction: Direction,
    /// The names of the cells in order, each with its mean over the same seeds; empty if `seeds` is 0.
    pub means: Vec<(String, f64)>,
    /// The number of seeds whose runs in all cells have the number.
    pub seeds: usize,
    /// The one-sided p-value of Page's test, or why there are no means to test.
    pub p: Result<f64, String>,
    /// Why the means are not tested, although they are there: the scale or a cell is not comparable; `None` if they are
    /// tested.
    pub untested: Option<String>,
}

/// Answers the trends of `plan`.
pub(crate) fn answers(plan: &Plan, scale: ScaleName, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Vec<Trended> {
    plan.trend.iter().map(|asked| trend(asked, scale, cells, runs)).collect()
}

fn trend(asked: &Trend, scale: ScaleName, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Trended {
    let places: Vec<Vec<usize>> = asked.cells.iter().map(|name| matching(name, cells)).collect();
    let unmatched = asked.cells.iter().zip(&places).find(|(_, places)| places.is_empty());
    let unmatched = unmatched.map(|(name, _)| format!("this scale has no cell '{name}'"));
    let places = places.concat();
    let columns: Vec<(usize, &str)> = places.iter().map(|&place| (place, &*asked.metric)).collect();
    let rows = by_seed(&columns, cells, runs);
    let means = places.iter().enumerate().map(|(k, &place)| (cells[place].name.clone(), mean(&rows, k)));
    let means = means.filter(|(_, mean)| mean.is_finite());
    let ordered: Vec<Vec<f64>> = match asked.direction {
        Direction::Rising => rows.clone(),
        Direction::Falling => rows.iter().map(|row| row.iter().rev().copied().collect()).collect(),
    };
    let page = || match columns.len() {
        0 | 1 => Err("a trend needs at least two cells".to_owned()),
        _ => stats::page_trend(&ordered).ok_or_else(|| why_no_rows(&columns, cells, runs)),
    };
    Trended {
        question: asked.question.clone(),
        metric: asked.metric.clone(),
        direction: asked.direction,
        means: means.collect(),
        seeds: rows.len(),
        untested: places.iter().find_map(|&place| runs[place].not_judged(scale)).map(ToOwned::to_owned),
        p: unmatched.map_or_else(|| page().map(|trend| trend.p), Err),
    }
}

impl Trended {
    /// The answer in a few sentences.
    #[must_use]
    pub fn sentence(&self) -> String {
        let p = match &self.p {
            Ok(p) => *p,
            Err(reason) => return format!("Not run: {reason}."),
        };
        let means: Vec<String> =
            self.means.iter().map(|(cell, mean)| format!("{cell} {}", shown(&self.metric, Some(*mean)))).collect();
        let direction = match self.direction {
            Direction::Rising => "a rise",
            Direction::Falling => "a fall",
        };
        let test = match &self.untested {
            Some(reason) => format!("No p-value: {reason}."),
            None => format!(
                "Page's test for {direction} over seeds: p {}, one-sided, not corrected for other tests.",
                p_value(p)
            ),
        };
        format!("Mean {} over {}: {}. {test}", title(&self.metric), seeds(self.seeds), means.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::sample::Sample;

    fn trend(mut sample: Sample, cells: &[&str], metric: &str) -> Trended {
        sample.plan.trend = vec![Trend {
            question: "Does it rise?".to_owned(),
            cells: cells.iter().copied().map(ToOwned::to_owned).collect(),
            metric: metric.to_owned(),
            direction: Direction::Rising,
        }];
        sample.study().trends[0].clone()
    }

    #[test]
    fn cells_are_compared_over_the_seeds_that_all_of_them_have() {
        let trend = trend(Sample::new(), &["rectifier", "rectifier"], "test_error");
        assert!(trend.seeds > 1 && trend.means.len() == 2 && trend.means[0].1 == trend.means[1].1);
        assert!(trend.p.as_ref().is_ok_and(|p| *p > 0.5), "expected no rise from a cell to itself: {:?}", trend.p);
    }

    #[test]
    fn a_trend_of_cells_that_are_not_comparable_has_no_p_value() {
        let text = trend(Sample::new(), &["rectifier", "mask"], "test_error").sentence();
        assert!(text.ends_with("No p-value: the paper does not say which layers have the mask."), "{text}");
        let text = trend(Sample::new().at(ScaleName::Smoke), &["softplus/1", "tanh"], "test_error").sentence();
        assert!(text.contains("No p-value: runs at the smoke scale") && !text.contains("p ="), "{text}");
    }

    #[test]
    fn a_trend_without_an_answer_says_why() {
        let text = trend(Sample::new(), &["softplus/1", "softplus/6.0"], "test_error").sentence();
        assert_eq!(text, "Not run: this scale has no cell 'softplus/6.0'.");
        let text = trend(Sample::new(), &["rectifier", "tanh"], "test_eror").sentence();
        assert_eq!(text, "Not run: no finished run of rectifier has the number 'test_eror'.");
        let missing = Sample::new().without(|cell, _, _| cell == "tanh");
        let text = trend(missing, &["rectifier", "tanh"], "test_error").sentence();
        assert_eq!(text, "Not run: no seed has a finished run in every cell.");
    }
}
