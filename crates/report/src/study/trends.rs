//! Questions to cells in an order, and to the gap between two cells.

use super::seeds::{TIMES, by_seed, seeds, why_no_rows};
use super::{CellResult, CellRuns, matching, single};
use crate::quantity::{decimals, fixed, label, p_value, shown, signed, unit};
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
    /// The one-sided p-value of Page's test, or why there is none.
    pub p: Result<f64, String>,
}

/// How much of a gap a cell closes.
#[derive(Clone, Debug, PartialEq)]
pub struct Closed {
    /// What is asked.
    pub question: String,
    /// The cells on the far side, on the near side, and the one that is to close the gap.
    pub cells: [String; 3],
    /// The name of the number.
    pub metric: String,
    /// How many seeds all three have.
    pub seeds: usize,
    /// The mean of the gap, or why there is none.
    pub gap: Result<f64, String>,
    /// The 95 % t interval of the gap over seeds, of two seeds or more.
    pub interval: Option<Interval>,
    /// The percentage of it that is closed, of means over seeds, with its 95 % bootstrap interval over seeds; nothing
    /// when it is not sure that there is a gap.
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
    let places: Vec<Vec<usize>> = asked.cells.iter().map(|name| matching(name, cells)).collect();
    let unmatched = asked.cells.iter().zip(&places).find(|(_, places)| places.is_empty());
    let unmatched = unmatched.map(|(name, _)| format!("this scale does not have the cell '{name}'"));
    let places = places.concat();
    let columns: Vec<(usize, &str)> = places.iter().map(|&place| (place, &*asked.metric)).collect();
    let rows = by_seed(&columns, cells, runs);
    let mean = |k: usize| stats::mean(&rows.iter().map(|row| row[k]).collect::<Vec<_>>());
    let means = places.iter().enumerate().filter_map(|(k, &place)| Some((cells[place].name.clone(), mean(k)?)));
    let ordered: Vec<Vec<f64>> = match asked.direction {
        Direction::Rising => rows.clone(),
        Direction::Falling => rows.iter().map(|row| row.iter().rev().copied().collect()).collect(),
    };
    let page = || match columns.len() {
        0 | 1 => Err("a trend is one of two cells or more".to_owned()),
        _ => stats::page_trend(&ordered).ok_or_else(|| why_no_rows(&columns, cells, runs)),
    };
    Trended {
        question: asked.question.clone(),
        metric: asked.metric.clone(),
        direction: asked.direction,
        means: means.collect(),
        seeds: rows.len(),
        p: unmatched.map_or_else(|| page().map(|trend| trend.p), Err),
    }
}

fn gap(plan: &Plan, asked: &Gap, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Closed {
    let names = [&asked.from, &asked.to, &asked.by];
    let place = |name: &String| single(name, cells).ok_or(format!("this scale does not have one cell '{name}'"));
    let columns: Result<Vec<(usize, &str)>, String> =
        names.iter().map(|name| Ok((place(name)?, &*asked.metric))).collect();
    let rows = columns.as_ref().map_or(Vec::new(), |columns| by_seed(columns, cells, runs));
    let mean = |rows: &[Vec<f64>], k: usize| rows.iter().map(|row| row[k]).sum::<f64>() / rows.len() as f64;
    let gap = |rows: &[Vec<f64>]| mean(rows, 0) - mean(rows, 1);
    let share = |rows: &[Vec<f64>]| 100.0 * (mean(rows, 0) - mean(rows, 2)) / gap(rows);
    let interval = stats::t_interval(&rows.iter().map(|row| row[0] - row[1]).collect::<Vec<_>>());
    // A part of a gap that may be none, or point the other way, is no part of anything.
    let sure = interval.is_some_and(|interval| interval.low > 0.0);
    let name = format!("{}/gap/{}/{}/{}", plan.name, asked.from, asked.to, asked.by);
    let drawn = || stats::bootstrap_interval(&rows, share, &Draws { seed: 0, name: &name, times: TIMES });
    Closed {
        question: asked.question.clone(),
        cells: names.map(ToOwned::to_owned),
        metric: asked.metric.clone(),
        seeds: rows.len(),
        gap: columns.and_then(|columns| match rows.len() {
            0 => Err(why_no_rows(&columns, cells, runs)),
            _ => Ok(gap(&rows)),
        }),
        interval,
        share: sure.then(drawn).flatten().map(|interval| (share(&rows), interval)),
    }
}

impl Trended {
    /// The answer as a sentence or two.
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
        let gap = match &self.gap {
            Ok(gap) => *gap,
            Err(reason) => return format!("Not run: {reason}."),
        };
        let digits = decimals(&self.metric, gap);
        let (shown, seeds) = (format!("{}{}", fixed(gap, digits), unit(&self.metric)), seeds(self.seeds));
        let Some(Interval { low, high }) = self.interval else {
            return format!("One seed is too few to say what {by} closes: {from} minus {to} is {shown}.");
        };
        let Some((share, closed)) = &self.share else {
            let interval = format!("{} to {}", signed(low, digits), signed(high, digits));
            return format!(
                "There is no sure gap to close: {from} minus {to} is {shown} (95 % t interval {interval}; {seeds})."
            );
        };
        let verdict = if *share >= 50.0 && closed.low > 25.0 { "supported" } else { "not supported" };
        format!(
            "{by} closes {} % of the {shown} between {from} and {to} (95 % bootstrap interval {} to {} %; {seeds}): {verdict}, \
             as at least half, and surely more than a quarter, was asked for.",
            fixed(*share, 0),
            fixed(closed.low, 0),
            fixed(closed.high, 0)
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
            metric: "test_error".to_owned(),
            seeds: 5,
            gap: Ok(0.4),
            interval: Some(interval(-0.1, 0.9)),
            share: Some((share, interval(low, 90.0))),
        };
        assert!(closed(60.0, 30.0).sentence().contains(": supported"));
        assert!(closed(60.0, 20.0).sentence().contains("not supported"));
        assert!(closed(40.0, 30.0).sentence().contains("not supported"));
        assert!(
            closed(60.0, -20.0)
                .sentence()
                .contains("of the 0.40 points between far and near (95 % bootstrap interval −20 to 90 %;")
        );
        let none = Closed { share: None, ..closed(0.0, 0.0) }.sentence();
        assert!(none.ends_with("far minus near is 0.40 points (95 % t interval −0.10 to +0.90; 5 seeds)."), "{none}");
        let one = Closed { seeds: 1, share: None, interval: None, ..closed(0.0, 0.0) }.sentence();
        assert_eq!(one, "One seed is too few to say what by closes: far minus near is 0.40 points.");
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
        assert!(trend.p.as_ref().is_ok_and(|p| *p > 0.5), "no rise from a cell to itself: {:?}", trend.p);
        assert_eq!((&study.gaps[0].gap, study.gaps[0].share), (&Ok(0.0), None), "a cell is as good as itself");
    }
    #[test]
    fn no_part_of_a_gap_that_is_not_sure_is_closed() {
        let mut sample = Sample::new();
        let gap = |from: &str, to: &str| Gap {
            question: String::new(),
            from: from.to_owned(),
            to: to.to_owned(),
            by: "rectifier".to_owned(),
            metric: "test_error".to_owned(),
        };
        sample.plan.gap = vec![gap("tanh", "rectifier"), gap("rectifier", "tanh")];
        let study = sample.study();
        // The rectifier is better in the sample: it closes all of its own gap, and there is none the other way.
        assert!(study.gaps[0].share.is_some_and(|(share, _)| (share - 100.0).abs() < 1e-9));
        assert_eq!(study.gaps[1].share, None);
        assert!(study.gaps[1].sentence().starts_with("There is no sure gap to close: rectifier minus tanh is −"));
    }

    #[test]
    fn what_has_no_answer_says_why() {
        let asked = |mut sample: Sample, cells: [&str; 2], metric: &str| {
            sample.plan.trend = vec![Trend {
                question: String::new(),
                cells: cells.map(ToOwned::to_owned).to_vec(),
                metric: metric.to_owned(),
                direction: Direction::Rising,
            }];
            sample.study().trends[0].sentence()
        };
        let text = asked(Sample::new(), ["softplus/1", "softplus/6.0"], "test_error");
        assert_eq!(text, "Not run: this scale does not have the cell 'softplus/6.0'.");
        let text = asked(Sample::new(), ["rectifier", "tanh"], "test_eror");
        assert_eq!(text, "Not run: no finished run of rectifier has the number 'test_eror'.");
        let text = asked(Sample::new().without(|cell, _, _| cell == "tanh"), ["rectifier", "tanh"], "test_error");
        assert_eq!(text, "Not run: no seed has finished in all of its cells.");
    }
}
