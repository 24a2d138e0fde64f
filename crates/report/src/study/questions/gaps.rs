//! How much of the gap between two cells a third cell closes.

use super::seeds::{TIMES, by_seed, mean, seeds, why_no_rows};
use crate::study::cells::{CellResult, single};
use crate::study::runs::CellRuns;
use crate::text::number::{fixed, range, signed};
use crate::text::quantity::{decimals, unit};
use plan::{Gap, Plan};
use stats::{Draws, Interval};

/// A question about a gap, with its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Closed {
    /// The question.
    pub question: String,
    /// The names of the cells on the far side and on the near side of the gap, and of the cell that may close it.
    pub cells: [String; 3],
    /// The name of the number.
    pub metric: String,
    /// The number of seeds whose runs in all three cells have the number.
    pub seeds: usize,
    /// The gap (the mean over seeds of the far cell's number minus the near cell's number), or why the gap is unknown.
    pub gap: Result<f64, String>,
    /// The 95 % t interval of the gap over seeds; `None` for fewer than two seeds.
    pub interval: Option<Interval>,
    /// The percentage of the gap that is closed, computed from means over seeds, with its 95 % bootstrap interval over
    /// seeds; `None` unless the t interval of the gap lies above 0.
    pub share: Option<(f64, Interval)>,
}

/// Answers the gaps of `plan`.
pub(crate) fn answers(plan: &Plan, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Vec<Closed> {
    plan.gap.iter().map(|asked| gap(plan, asked, cells, runs)).collect()
}

fn gap(plan: &Plan, asked: &Gap, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Closed {
    let names = [&asked.from, &asked.to, &asked.by];
    let columns: Result<Vec<(usize, &str)>, String> =
        names.iter().map(|name| Ok((single(name, cells)?, &*asked.metric))).collect();
    let rows = columns.as_ref().map_or(Vec::new(), |columns| by_seed(columns, cells, runs));
    let gap = |rows: &[Vec<f64>]| mean(rows, 0) - mean(rows, 1);
    let share = |rows: &[Vec<f64>]| 100.0 * (mean(rows, 0) - mean(rows, 2)) / gap(rows);
    let interval = stats::t_interval(&rows.iter().map(|row| row[0] - row[1]).collect::<Vec<_>>());
    // If the gap may be 0 or negative, a share of the gap is meaningless.
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

impl Closed {
    /// The answer in a sentence. The claim that the gap is closed is "supported" if the share is at least 50 % and its
    /// interval lies above 25 %.
    #[must_use]
    pub fn sentence(&self) -> String {
        let [from, to, by] = &self.cells;
        let gap = match &self.gap {
            Ok(gap) => *gap,
            Err(reason) => return format!("Not run: {reason}."),
        };
        let digits = decimals(&self.metric, gap);
        let (shown, seeds) = (format!("{}{}", fixed(gap, digits), unit(&self.metric)), seeds(self.seeds));
        let Some(interval) = self.interval else {
            return format!("One seed is too few to say what {by} closes: {from} minus {to} is {shown}.");
        };
        let Some((share, closed)) = &self.share else {
            let interval = range(interval, |end| signed(end, digits));
            return format!("A gap is not shown: {from} minus {to} is {shown} (95 % {interval} over seeds; {seeds}).");
        };
        let verdict = if *share >= 50.0 && closed.low > 25.0 { "supported" } else { "not supported" };
        format!(
            "{by} closes {} % of the {shown} between {from} and {to} (95 % bootstrap interval {} %; {seeds}): {verdict} \
             (criterion: at least 50 %, with the interval above 25 %).",
            fixed(*share, 0),
            range(*closed, |end| fixed(end, 0))
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::sample::Sample;

    fn interval(low: f64, high: f64) -> Interval {
        Interval { low, high }
    }

    #[test]
    fn half_of_a_gap_counts_if_the_interval_lies_above_a_quarter() {
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
        assert!(none.ends_with("far minus near is 0.40 points (95 % −0.10 to +0.90 over seeds; 5 seeds)."), "{none}");
        let one = Closed { seeds: 1, share: None, interval: None, ..closed(0.0, 0.0) }.sentence();
        assert_eq!(one, "One seed is too few to say what by closes: far minus near is 0.40 points.");
    }

    #[test]
    fn a_gap_that_is_not_shown_is_not_closed() {
        let mut sample = Sample::new();
        let gap = |from: &str, to: &str| Gap {
            question: String::new(),
            from: from.to_owned(),
            to: to.to_owned(),
            by: "rectifier".to_owned(),
            metric: "test_error".to_owned(),
        };
        sample.plan.gap = vec![gap("tanh", "rectifier"), gap("rectifier", "tanh"), gap("tanh", "tanh")];
        let study = sample.study();
        // In the sample, the rectifier is better than tanh. The rectifier therefore closes the whole gap from tanh to
        // the rectifier, and there is no gap in the opposite direction.
        assert!(study.gaps[0].share.is_some_and(|(share, _)| (share - 100.0).abs() < 1e-9));
        assert_eq!(study.gaps[1].share, None);
        assert!(study.gaps[1].sentence().starts_with("A gap is not shown: rectifier minus tanh is −"));
        assert_eq!((&study.gaps[2].gap, study.gaps[2].share), (&Ok(0.0), None), "a cell has no gap to itself");
    }
}
