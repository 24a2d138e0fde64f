//! Comparisons of two cells.

use super::seeds::TIMES;
use crate::run::Discordant;
use crate::study::cells::{CellResult, single};
use crate::study::runs::{CellRuns, PlannedRun};
use crate::text::number::{count, counted, fixed, p_value, range, signed};
use crate::text::quantity::{decimals, title, unit};
use plan::{Comparison, Plan, Test};
use stats::{Draws, Interval};

/// A question that compares two cells, with its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The question, such as whether a number of cell `a` is smaller than the same number of cell `b`.
    pub question: String,
    /// The name of the first cell.
    pub a: String,
    /// The name of the second cell.
    pub b: String,
    /// The name of the number that is compared.
    pub metric: String,
    /// The answer.
    pub answer: Answer,
    /// The p-value of the answer after Holm's correction over all comparisons of the plan, including comparisons
    /// without an answer; `None` without an answer.
    pub holm: Option<f64>,
}

/// The answer to a comparison of two cells, from their runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The mean difference of a number over pairs of runs with the same seed or fold.
    Paired {
        /// The number of pairs.
        pairs: usize,
        /// The mean over pairs of the number in cell `a` minus the number in cell `b`.
        difference: f64,
        /// The 95 % t interval of the mean difference; `None` for fewer than two pairs.
        interval: Option<Interval>,
        /// The 95 % bootstrap interval of the mean difference, resampled over pairs; `None` for fewer than two pairs.
        bootstrap: Option<Interval>,
        /// The two-sided p-value of Wilcoxon's signed-rank test; 1 if no pair differs.
        p: f64,
    },
    /// The numbers of test examples that only one of two runs with the same seed or fold misclassifies, summed over
    /// these pairs of runs.
    Mcnemar(Discordant),
    /// The runs do not answer the question.
    NotRun {
        /// Why the runs do not answer the question, as a clause without a full stop.
        reason: String,
    },
}

/// The significance level, the same as for Table 1 in section 4.1 of the paper.
const LEVEL: f64 = 0.05;

/// Answers the comparisons of `plan`.
pub(crate) fn answers(plan: &Plan, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Vec<Compared> {
    let answers: Vec<Answer> = plan.comparison.iter().map(|question| answer(plan, question, cells, runs)).collect();
    // A question without an answer was still asked, so Holm's correction counts it.
    let p: Vec<f64> = answers.iter().map(|answer| answer.p().unwrap_or(f64::NAN)).collect();
    let compared = plan.comparison.iter().zip(answers).zip(stats::holm(&p));
    let compared = compared.map(|((question, answer), holm)| Compared {
        question: question.question.clone(),
        a: question.a.clone(),
        b: question.b.clone(),
        metric: question.metric.clone(),
        holm: answer.p().map(|_| holm),
        answer,
    });
    compared.collect()
}

fn answer(plan: &Plan, asked: &Comparison, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Answer {
    let reported = |name: &str| -> Result<Vec<(i64, &PlannedRun<'_>)>, String> {
        let place = single(name, cells)?;
        let point = cells[place].chosen.ok_or_else(|| format!("no point of the grid of {name} is chosen yet"))?;
        Ok(runs[place].reported(point).map(|(settings, run)| (settings.repeat, run)).collect())
    };
    let (a, b) = match (reported(&asked.a), reported(&asked.b)) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(reason), _) | (_, Err(reason)) => return Answer::NotRun { reason },
    };
    let partner = |repeat: i64| b.iter().find(|(other, _)| *other == repeat).map(|(_, run)| *run);
    let pairs: Vec<[&PlannedRun<'_>; 2]> =
        a.into_iter().filter_map(|(repeat, run)| Some([run, partner(repeat)?])).collect();
    match asked.test {
        Test::Paired => paired(plan, asked, &pairs),
        Test::Mcnemar => mcnemar(&pairs),
    }
}

fn paired(plan: &Plan, asked: &Comparison, pairs: &[[&PlannedRun<'_>; 2]]) -> Answer {
    let difference = |[a, b]: &[&PlannedRun<'_>; 2]| Some(a.number(&asked.metric)? - b.number(&asked.metric)?);
    let differences: Vec<f64> = pairs.iter().filter_map(difference).collect();
    let Some(difference) = stats::mean(&differences) else {
        let finished = pairs.iter().flatten().find_map(|run| run.finished());
        return match finished.filter(|run| run.number(&asked.metric).is_none()) {
            Some(_) => Answer::NotRun { reason: format!("no finished run has the number '{}'", asked.metric) },
            None => no_pairs(),
        };
    };
    let name = format!("{}/{}/{}/{}", plan.name, asked.a, asked.b, asked.metric);
    let draws = Draws { seed: 0, name: &name, times: TIMES };
    Answer::Paired {
        pairs: differences.len(),
        difference,
        interval: stats::t_interval(&differences),
        bootstrap: stats::bootstrap_interval(&differences, |drawn| stats::mean(drawn).unwrap_or(f64::NAN), &draws),
        p: stats::wilcoxon_signed_rank(&differences).map_or(1.0, |test| test.p),
    }
}

fn mcnemar(pairs: &[[&PlannedRun<'_>; 2]]) -> Answer {
    let finished = pairs.iter().filter_map(|[a, b]| Some([a.finished()?, b.finished()?]));
    Discordant::of(finished).map_or_else(no_pairs, Answer::Mcnemar)
}

fn no_pairs() -> Answer {
    Answer::NotRun { reason: "no two finished runs can be paired".to_owned() }
}

impl Answer {
    /// The p-value before Holm's correction; `None` without an answer.
    #[must_use]
    pub fn p(&self) -> Option<f64> {
        match self {
            Self::Paired { p, .. } => Some(*p),
            Self::Mcnemar(counts) => Some(counts.p),
            Self::NotRun { .. } => None,
        }
    }
}

impl Compared {
    /// The answer in a few sentences.
    #[must_use]
    pub fn sentence(&self) -> String {
        let (a, b) = (&self.a, &self.b);
        match &self.answer {
            Answer::NotRun { reason } => format!("Not run: {reason}."),
            Answer::Paired { pairs, difference, interval, bootstrap, p } => format!(
                "The {} of {a} is {} that of {b} ({}; {}). Wilcoxon p {}{}{}",
                title(&self.metric),
                self.order(*difference),
                self.intervals(*difference, *interval, *bootstrap),
                counted(*pairs, "pair"),
                p_value(*p),
                self.judgement(),
                floor(*pairs)
            ),
            Answer::Mcnemar(Discordant { pairs, only_a, only_b, p }) => format!(
                "Over {} of runs, {a} alone misclassifies {} test examples and {b} alone {}. McNemar p {}{}",
                counted(*pairs, "pair"),
                count(*only_a),
                count(*only_b),
                p_value(*p),
                self.judgement()
            ),
        }
    }

    /// A difference in words, such as `0.20 points lower than`.
    fn order(&self, difference: f64) -> String {
        let size = fixed(difference.abs(), decimals(&self.metric, difference));
        let unit = unit(&self.metric);
        match difference {
            below if below < 0.0 => format!("{size}{unit} lower than"),
            above if above > 0.0 => format!("{size}{unit} higher than"),
            _ => "equal to".to_owned(),
        }
    }

    fn intervals(&self, difference: f64, t: Option<Interval>, drawn: Option<Interval>) -> String {
        let shown = decimals(&self.metric, difference);
        let text = |interval| range(interval, |end| signed(end, shown));
        match (t, drawn) {
            (Some(t), Some(drawn)) => format!("95 % t interval {}, bootstrap {}", text(t), text(drawn)),
            _ => "too few pairs for an interval".to_owned(),
        }
    }

    /// The end of the sentence after the p-value: the p-value after Holm's correction, and whether it is significant.
    fn judgement(&self) -> String {
        let corrected = self.holm.unwrap_or(1.0);
        let judgement = if corrected < LEVEL { "significant" } else { "not significant" };
        format!(", after Holm p {}: {judgement} at {LEVEL}.", p_value(corrected))
    }
}

/// A sentence on the smallest p-value that Wilcoxon's test can give for this number of pairs, if that p-value is above
/// [`LEVEL`]; otherwise empty.
fn floor(pairs: usize) -> String {
    let least = 2.0 * 0.5_f64.powi(i32::try_from(pairs).unwrap_or(i32::MAX));
    if least <= LEVEL {
        return String::new();
    }
    format!(" With {}, this test cannot give a p below {least}.", counted(pairs, "pair"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::sample::Sample;

    #[test]
    fn runs_of_the_same_seed_are_paired() {
        let study = Sample::new().study();
        let Answer::Paired { pairs, difference, interval, bootstrap, p } = &study.comparisons[0].answer else {
            panic!()
        };
        assert_eq!((*pairs, *p), (5, 2.0 / 32.0));
        assert!(
            *difference < 0.0 && interval.unwrap().contains(*difference) && bootstrap.unwrap().contains(*difference)
        );
        let sentence = study.comparisons[0].sentence();
        assert!(sentence.starts_with("The test error of rectifier is 0."), "{sentence}");
        assert!(sentence.contains(" points lower than that of tanh (95 % t interval −0."), "{sentence}");
        assert!(sentence.contains("Wilcoxon p = 0.062, after Holm p = 0.062: not significant at 0.05."), "{sentence}");
        assert!(sentence.ends_with("With 5 pairs, this test cannot give a p below 0.0625."), "{sentence}");
    }

    #[test]
    fn mistakes_of_the_same_seed_are_compared_and_summed() {
        let study = Sample::new().study();
        let Answer::Mcnemar(counts) = &study.comparisons[1].answer else { panic!() };
        assert_eq!(counts.pairs, 5);
        assert!(counts.only_a < counts.only_b);
        assert!(study.comparisons[1].sentence().contains("after Holm"));
    }

    #[test]
    fn a_question_without_an_answer_says_why_and_counts_in_the_correction() {
        let study = Sample::new().without(|cell, _, seed| cell == "tanh" && seed > 2).study();
        assert_eq!(study.comparisons[0].holm, Some(1.0));
        let study = Sample::new().without(|cell, _, _| cell == "tanh").study();
        assert_eq!(study.comparisons[0].sentence(), "Not run: no two finished runs can be paired.");
        assert_eq!(study.comparisons[0].holm, None);
        let study = Sample::new().without(|cell, role, _| cell == "rectifier" && role == "choosing").study();
        assert_eq!(study.comparisons[0].sentence(), "Not run: no point of the grid of rectifier is chosen yet.");
    }
}
