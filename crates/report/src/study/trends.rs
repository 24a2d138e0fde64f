//! Questions to cells in an order, and to the gap between two cells.

use super::seeds::{TIMES, by_seed, seeds};
use super::{CellResult, CellRuns, matching, single};
use crate::quantity::{fixed, label, p_value, shown};
use plan::{Direction, Gap, Plan, Trend};
use stats::{Draws, Interval};

/// A question to cells in an order, with its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Trended {
    /// What is asked.
    pub question: String,
    /// The name of the number.
    pub metric: String,
    /// Which way it is to go.
    pub direction: Direction,
    /// The cells in their order with the means over the seeds that all of them have.
    pub means: Vec<(String, f64)>,
    /// How many seeds these are.
    pub seeds: usize,
    /// The one-sided p-value of Page's test; nothing without seeds that all cells have.
    pub p: Option<f64>,
}

/// How much of a gap a cell closes.
#[derive(Clone, Debug, PartialEq)]
pub struct Closed {
    /// What is asked.
    pub question: String,
    /// The cells on the far side, on the near side, and the one that is to close the gap.
    pub cells: [String; 3],
    /// How many seeds all three have.
    pub seeds: usize,
    /// The mean of the gap.
    pub gap: Option<f64>,
    /// The percentage of it that is closed, of means over seeds, with its 95 % bootstrap interval over seeds; nothing
    /// when there is no gap to close.
    pub share: Option<(f64, Interval)>,
}

/// Answers the trends of `plan`.
pub(crate) fn trends(plan: &Plan, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Vec<Trended> {
    plan.trend.iter().map(|asked| trend(asked, cells, runs)).collect()
}

/// Answers the gaps of `plan`.
pub(crate) fn gaps(plan: &Plan, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Vec<Closed> {
    plan.gap.iter().map(|asked| gap(plan, asked, cells, runs)).collect()
}

fn trend(asked: &Trend, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Trended {
    let places: Vec<usize> = asked.cells.iter().flat_map(|name| matching(name, cells)).collect();
    let columns: Vec<(usize, &str)> = places.iter().map(|&place| (place, &*asked.metric)).collect();
    let rows = by_seed(&columns, cells, runs);
    let mean = |k: usize| stats::mean(&rows.iter().map(|row| row[k]).collect::<Vec<_>>());
    let means = places.iter().enumerate().filter_map(|(k, &place)| Some((cells[place].name.clone(), mean(k)?)));
    let ordered: Vec<Vec<f64>> = match asked.direction {
        Direction::Rising => rows.clone(),
        Direction::Falling => rows.iter().map(|row| row.iter().rev().copied().collect()).collect(),
    };
    Trended {
        question: asked.question.clone(),
        metric: asked.metric.clone(),
        direction: asked.direction,
        means: means.collect(),
        seeds: rows.len(),
        p: stats::page_trend(&ordered).map(|trend| trend.p),
    }
}

fn gap(plan: &Plan, asked: &Gap, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Closed {
    let names = [&asked.from, &asked.to, &asked.by];
    let columns: Option<Vec<_>> = names.iter().map(|name| Some((single(name, cells)?, &*asked.metric))).collect();
    let rows = by_seed(&columns.unwrap_or_default(), cells, runs);
    let mean = |rows: &[Vec<f64>], k: usize| rows.iter().map(|row| row[k]).sum::<f64>() / rows.len() as f64;
    let share = |rows: &[Vec<f64>]| {
        let [from, to, by] = [0, 1, 2].map(|k| mean(rows, k));
        100.0 * (from - by) / (from - to)
    };
    let name = format!("{}/gap/{}/{}/{}", plan.name, asked.from, asked.to, asked.by);
    let interval = stats::bootstrap_interval(&rows, share, &Draws { seed: 0, name: &name, times: TIMES });
    let gap = (!rows.is_empty()).then(|| mean(&rows, 0) - mean(&rows, 1));
    Closed {
        question: asked.question.clone(),
        cells: names.map(ToOwned::to_owned),
        seeds: rows.len(),
        gap,
        share: interval.filter(|_| gap.is_some_and(|gap| gap > 0.0)).map(|interval| (share(&rows), interval)),
    }
}

impl Trended {
    /// The answer as a sentence or two.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Some(p) = self.p else { return "Not run: no seed has finished in all of its cells.".to_owned() };
        let means: Vec<String> =
            self.means.iter().map(|(cell, mean)| format!("{cell} {}", shown(&self.metric, Some(*mean)))).collect();
        let direction = match self.direction {
            Direction::Rising => "a rise",
            Direction::Falling => "a fall",
        };
        format!(
            "Mean {} over {}: {}. Page's test for {direction}: p {}, one-sided, not corrected for other tests.",
            label(&self.metric).trim_end_matches(", %"),
            seeds(self.seeds),
            means.join(", "),
            p_value(p)
        )
    }
}

impl Closed {
    /// The answer as a sentence or two, with the verdict of the rule that half of the gap counts, if at least a quarter is
    /// sure.
    #[must_use]
    pub fn sentence(&self) -> String {
        let [from, to, by] = &self.cells;
        let Some(gap) = self.gap else { return "Not run: no seed has finished in all three cells.".to_owned() };
        let seeds = seeds(self.seeds);
        let Some((share, Interval { low, high })) = self.share else {
            let gap = fixed(gap, 2);
            return if self.seeds < 2 {
                format!("One seed is too few to say what {by} closes: {from} minus {to} is {gap}.")
            } else {
                format!("There is no gap to close over {seeds}: {from} minus {to} is {gap}.")
            };
        };
        let verdict = if share >= 50.0 && low > 25.0 { "supported" } else { "not supported" };
        format!(
            "{by} closes {share:.0} % of the {gap:.2} between {from} and {to} (95 % bootstrap interval {low:.0} to {high:.0} %; \
             {seeds}): {verdict}, as at least half, and surely more than a quarter, was asked for."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    fn interval(low: f64, high: f64) -> Interval {
        Interval { low, high }
    }

    #[test]
    fn half_of_a_gap_counts_if_a_quarter_is_sure() {
        let closed = |share, low| Closed {
            question: String::new(),
            cells: ["far", "near", "by"].map(ToOwned::to_owned),
            seeds: 5,
            gap: Some(0.4),
            share: Some((share, interval(low, 90.0))),
        };
        assert!(closed(60.0, 30.0).sentence().contains(": supported"));
        assert!(closed(60.0, 20.0).sentence().contains("not supported"));
        assert!(closed(40.0, 30.0).sentence().contains("not supported"));
        assert!(Closed { share: None, ..closed(0.0, 0.0) }.sentence().contains("no gap to close over 5 seeds"));
        let one = Closed { seeds: 1, share: None, ..closed(0.0, 0.0) }.sentence();
        assert_eq!(one, "One seed is too few to say what by closes: far minus near is 0.40.");
    }

    #[test]
    fn cells_are_compared_over_the_seeds_that_all_of_them_have() {
        let mut sample = Sample::new();
        let name = sample.plan.cell[0].name.clone();
        sample.plan.trend = vec![Trend {
            question: "Does it rise?".to_owned(),
            cells: vec![name.clone(), name.clone()],
            metric: "test_error".to_owned(),
            direction: Direction::Rising,
        }];
        sample.plan.gap = vec![Gap {
            question: "How much?".to_owned(),
            from: name.clone(),
            to: name.clone(),
            by: name,
            metric: "test_error".to_owned(),
        }];
        let study = sample.study();
        let trend = &study.trends[0];
        assert!(trend.seeds > 1 && trend.means.len() == 2 && trend.means[0].1 == trend.means[1].1);
        assert!(trend.p.is_some_and(|p| p > 0.5), "no rise from a cell to itself: {:?}", trend.p);
        assert_eq!((study.gaps[0].gap, study.gaps[0].share), (Some(0.0), None));
    }
}
