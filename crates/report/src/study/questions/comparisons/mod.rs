//! Comparisons of two cells, and of two differences between cells.

mod words;

use super::seeds::TIMES;
use crate::run::{Discordant, Outcome, mistakes, same_test_set};
use crate::study::cells::{CellResult, single};
use crate::study::runs::CellRuns;
use crate::study::verdict::Verdict;
use plan::{Comparison, Plan, ScaleName, Test};
use stats::{Draws, Interval, TwoWay};
use std::collections::BTreeMap;

/// A question that compares two cells, or two differences between cells, with its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The question, such as whether a number of cell `a` is smaller than the same number of cell `b`.
    pub question: String,
    /// The name of the first cell.
    pub a: String,
    /// The name of the second cell.
    pub b: String,
    /// The names of two cells whose difference is subtracted from `a` minus `b`; `None` if two cells are compared.
    pub minus: Option<[String; 2]>,
    /// The name of the number that is compared.
    pub metric: String,
    /// The answer, or the reason why the question is not answered, as a clause without a full stop.
    pub answer: Result<Difference, String>,
    /// The p-value of the answer after Holm's correction over all comparisons of the plan that are tested, including
    /// comparisons whose runs are missing; `None` without a p-value.
    pub holm: Option<f64>,
}

/// The difference between the numbers of two cells or, with [`Compared::minus`], between two such differences, over
/// runs with the same seed or fold.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The difference for each seed or fold; not empty.
    pub values: Vec<f64>,
    /// The mean of the differences.
    pub mean: f64,
    /// The mean of `a` minus `b`, and the mean of the difference that is subtracted; the latter is 0 if two cells are
    /// compared.
    pub sides: [f64; 2],
    /// The 95 % t interval of the mean over seeds, for the same test examples; `None` for fewer than two seeds.
    pub over_seeds: Option<Interval>,
    /// The 95 % bootstrap interval of the mean over seeds and test examples; `None` if the number is not the test error,
    /// for fewer than two seeds, or if the runs have not recorded which of the same test examples they misclassify.
    pub over_both: Option<Interval>,
    /// The two-sided p-value: over seeds and test examples if `over_both` is known, and otherwise that of a t test over
    /// seeds. `None` for fewer than two seeds, or if the comparison is not tested.
    pub p: Option<f64>,
    /// Why the comparison is not tested: the scale or a cell is not comparable; `None` if it is tested.
    pub untested: Option<String>,
    /// A further test.
    pub further: Further,
    /// The difference between the paper's numbers; `None` if the paper does not report all of them.
    pub paper: Option<f64>,
    /// Whether the paper's difference is reproduced; `None` without such a difference, while runs are missing, or if the
    /// comparison is not tested.
    pub verdict: Option<Verdict>,
}

/// A further test of a comparison, which looks at one source of variation only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Further {
    /// The two-sided p-value of Wilcoxon's signed-rank test over seeds; 1 if no pair differs.
    Wilcoxon(f64),
    /// The test examples that only one of two networks misclassifies, with McNemar's test over test examples.
    Mcnemar(Discordant),
    /// There is no further test, because the runs do not have what it needs.
    Nothing,
}

/// Answers the comparisons of `plan` at `scale`.
pub(crate) fn answers(plan: &Plan, scale: ScaleName, cells: &[CellResult], runs: &[CellRuns<'_>]) -> Vec<Compared> {
    let answer = |question: &Comparison| answer(plan, question, scale, cells, runs);
    let answers: Vec<Result<Difference, String>> = plan.comparison.iter().map(answer).collect();
    // A question whose runs are missing was still asked, so Holm's correction counts it; a question that is never
    // tested does not count.
    let p = |answer: &Result<Difference, String>| match answer {
        Ok(difference) if difference.untested.is_some() => None,
        Ok(difference) => Some(difference.p.unwrap_or(f64::NAN)),
        Err(_) => Some(f64::NAN),
    };
    let mut holm = stats::holm(&answers.iter().filter_map(p).collect::<Vec<_>>()).into_iter();
    let mut compared = |(asked, answer): (&Comparison, Result<Difference, String>)| Compared {
        question: asked.question.clone(),
        a: asked.a.clone(),
        b: asked.b.clone(),
        minus: asked.minus.as_ref().map(|minus| [minus.a.clone(), minus.b.clone()]),
        metric: asked.metric.clone(),
        holm: p(&answer).and_then(|_| holm.next()).filter(|p| !p.is_nan()),
        answer,
    };
    plan.comparison.iter().zip(answers).map(&mut compared).collect()
}

/// A cell of a comparison: its index, and the sign of its number in the difference.
type Term = (usize, i32);

fn answer(
    plan: &Plan,
    asked: &Comparison,
    scale: ScaleName,
    cells: &[CellResult],
    runs: &[CellRuns<'_>],
) -> Result<Difference, String> {
    let term = |(name, sign): (&str, i32)| -> Result<Term, String> {
        let place = single(name, cells)?;
        match cells[place].chosen {
            Some(_) => Ok((place, sign)),
            None => Err(format!("no point of the grid of {name} is chosen yet")),
        }
    };
    let terms: Vec<Term> = asked.terms().into_iter().map(term).collect::<Result<_, _>>()?;
    let matched = matched(&terms, &asked.metric, cells, runs)?;
    let signs: Vec<i32> = terms.iter().map(|&(_, sign)| sign).collect();
    let number = |run: &&Outcome| run.listed(&asked.metric).unwrap_or(f64::NAN);
    let signed = |runs: &[&Outcome], signs: &[i32]| -> f64 {
        runs.iter().zip(signs).map(|(run, &sign)| f64::from(sign) * number(run)).sum()
    };
    let values: Vec<f64> = matched.iter().map(|runs| signed(runs, &signs)).collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let first = mean(&matched.iter().map(|runs| signed(&runs[..2], &signs[..2])).collect::<Vec<_>>());
    let untested = terms.iter().find_map(|&(place, _)| runs[place].not_judged(scale)).map(ToOwned::to_owned);
    let both = (asked.metric == "test_error").then(|| over_both(plan, asked, &matched, &signs)).flatten();
    let paper = terms.iter().map(|&(place, sign)| Some(f64::from(sign) * cells[place].numbers[&asked.metric].paper?));
    let paper: Option<f64> = paper.sum();
    let complete = terms.iter().all(|&(place, _)| cells[place].progress.total == values.len());
    let verdict = |paper| Verdict::of(&values, paper, plan.tolerance.get(&asked.metric).copied());
    Ok(Difference {
        mean: mean(&values),
        sides: [first, first - mean(&values)],
        over_seeds: stats::t_interval(&values),
        over_both: both.map(|both| both.interval),
        p: match (&untested, both) {
            (Some(_), _) => None,
            (None, Some(both)) => Some(both.p),
            (None, None) => stats::paired_t(&values).map(|test| test.p),
        },
        further: further(asked.test, &values, &matched),
        paper,
        verdict: paper.filter(|_| complete && untested.is_none()).map(verdict),
        untested,
        values,
    })
}

/// For each seed or fold that has a finished run with the number `metric` in every cell, these runs, in the order of
/// `terms`.
///
/// # Errors
/// Why there is no such seed, as a clause without a full stop.
fn matched<'a>(
    terms: &[Term],
    metric: &str,
    cells: &[CellResult],
    runs: &'a [CellRuns<'_>],
) -> Result<Vec<Vec<&'a Outcome>>, String> {
    let of = |&(place, _): &Term| -> BTreeMap<i64, &'a Outcome> {
        let reported = cells[place].chosen.into_iter().flat_map(|point| runs[place].reported(point));
        reported.filter_map(|(settings, run)| Some((settings.repeat, run.finished()?))).collect()
    };
    let all: Vec<BTreeMap<i64, &Outcome>> = terms.iter().map(of).collect();
    let seeds = all.first().into_iter().flat_map(BTreeMap::keys);
    let finished: Vec<Vec<&Outcome>> =
        seeds.filter_map(|seed| all.iter().map(|runs| runs.get(seed).copied()).collect()).collect();
    let has = |run: &&Outcome| run.listed(metric).is_some_and(f64::is_finite);
    let matched: Vec<Vec<&Outcome>> = finished.iter().filter(|runs| runs.iter().all(has)).cloned().collect();
    match (matched.is_empty(), finished.is_empty()) {
        (false, _) => Ok(matched),
        (true, true) => Err("no two finished runs can be paired".to_owned()),
        (true, false) => Err(format!("no finished run has the number '{metric}'")),
    }
}

/// The mean difference in the test error over seeds and test examples, in percent; `None` for fewer than two seeds, or
/// if the runs have not recorded which of the same test examples they misclassify.
fn over_both(plan: &Plan, asked: &Comparison, matched: &[Vec<&Outcome>], signs: &[i32]) -> Option<TwoWay> {
    let first = matched.first()?.first()?;
    if !matched.iter().flatten().all(|run| same_test_set(first, run)) {
        return None;
    }
    let differing = |runs: &Vec<&Outcome>| -> Option<Vec<(usize, i32)>> {
        let mut rows = BTreeMap::new();
        for (run, sign) in runs.iter().zip(signs) {
            for &row in mistakes(run)? {
                *rows.entry(row).or_insert(0) += sign;
            }
        }
        Some(rows.into_iter().filter(|&(_, difference)| difference != 0).collect())
    };
    let seeds: Vec<Vec<(usize, i32)>> = matched.iter().map(differing).collect::<Option<_>>()?;
    let names: Vec<&str> = asked.terms().into_iter().map(|(name, _)| name).collect();
    let name = format!("{}/{}/{}", plan.name, names.join("/"), asked.metric);
    let draws = Draws { seed: 0, name: &name, times: TIMES };
    let both = stats::two_way(&seeds, first.run.examples.test, &draws)?;
    let interval = Interval { low: 100.0 * both.interval.low, high: 100.0 * both.interval.high };
    Some(TwoWay { difference: 100.0 * both.difference, error: 100.0 * both.error, interval, ..both })
}

fn further(test: Test, values: &[f64], matched: &[Vec<&Outcome>]) -> Further {
    match test {
        Test::Paired => Further::Wilcoxon(stats::wilcoxon_signed_rank(values).map_or(1.0, |test| test.p)),
        Test::Mcnemar => {
            let pairs = matched.iter().filter_map(|runs| Some([*runs.first()?, *runs.get(1)?]));
            Discordant::of(pairs).map_or(Further::Nothing, Further::Mcnemar)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Study;
    use crate::study::sample::Sample;
    use plan::Minus;

    fn difference(study: &Study, k: usize) -> &Difference {
        study.comparisons[k].answer.as_ref().unwrap()
    }

    #[test]
    fn runs_of_the_same_seed_are_subtracted() {
        let study = Sample::new().study();
        let found = difference(&study, 0);
        assert_eq!(found.values.len(), 5);
        assert!(found.mean < 0.0 && found.sides == [found.mean, 0.0]);
        assert!(found.over_seeds.unwrap().contains(found.mean) && found.over_both.unwrap().contains(found.mean));
        assert!(matches!(found.further, Further::Wilcoxon(p) if p == 2.0 / 32.0), "{:?}", found.further);
        assert!(matches!(difference(&study, 1).further, Further::Mcnemar(counts) if counts.only_a < counts.only_b));
        // Both comparisons are of the same cells.
        assert_eq!((found.over_both, found.p), (difference(&study, 1).over_both, difference(&study, 1).p));
    }

    #[test]
    fn the_interval_over_test_examples_needs_the_same_examples_and_their_rows() {
        let mut sample = Sample::new();
        sample.plan.comparison[0].metric = "test_nll".to_owned();
        let study = sample.study();
        let found = difference(&study, 0);
        assert!(found.over_both.is_none() && found.over_seeds.is_some());
        assert_eq!(found.p, stats::paired_t(&found.values).map(|test| test.p));
    }

    #[test]
    fn a_difference_of_differences_is_taken_for_each_seed() {
        let mut sample = Sample::new();
        let minus = Minus { a: "rectifier".to_owned(), b: "softplus/6".to_owned() };
        sample.plan.comparison[0].minus = Some(minus);
        let study = sample.study();
        let [first, second] = difference(&study, 0).sides;
        let error = |cell: usize| study.cells[cell].numbers["test_error"].mean.unwrap();
        let names: Vec<&str> = study.cells.iter().map(|cell| &*cell.name).collect();
        assert_eq!(names[..5], ["rectifier", "tanh", "mask", "softplus/1", "softplus/6"]);
        assert!((first - (error(0) - error(1))).abs() < 1e-9 && (second - (error(0) - error(4))).abs() < 1e-9);
        assert!((difference(&study, 0).mean - (error(4) - error(1))).abs() < 1e-9);
        assert!(difference(&study, 0).over_both.unwrap().contains(error(4) - error(1)));
        assert_eq!(difference(&study, 0).paper, None, "the paper has no number of softplus/6");
    }

    #[test]
    fn the_paper_s_difference_is_judged_like_its_numbers() {
        let study = Sample::new().study();
        let found = difference(&study, 0);
        assert!((found.paper.unwrap() + 0.14).abs() < 1e-9);
        assert!(matches!(found.verdict, Some(Verdict::Contradicts { .. })), "{:?}", found.verdict);
        let missing = Sample::new().without(|cell, _, seed| cell == "tanh" && seed == 3).study();
        assert_eq!((difference(&missing, 0).values.len(), &difference(&missing, 0).verdict), (4, &None));
    }

    #[test]
    fn cells_that_are_not_comparable_have_no_p_value() {
        let mut sample = Sample::new();
        sample.plan.comparison[0].a = "mask".to_owned();
        let study = sample.study();
        let found = difference(&study, 0);
        assert_eq!((found.p, found.verdict.as_ref(), study.comparisons[0].holm), (None, None, None));
        assert_eq!(found.untested.as_deref(), Some("the paper does not say which layers have the mask"));
        // The other comparison is now the only one that is tested.
        assert_eq!(study.comparisons[1].holm, difference(&study, 1).p);
        let smoke = Sample::new().at(ScaleName::Smoke).study();
        assert!(smoke.comparisons.iter().all(|compared| compared.holm.is_none()));
    }

    #[test]
    fn a_question_without_an_answer_says_why_and_counts_in_the_correction() {
        let study = Sample::new().without(|cell, _, _| cell == "tanh").study();
        assert_eq!(study.comparisons[0].answer, Err("no two finished runs can be paired".to_owned()));
        let study = Sample::new().without(|cell, role, _| cell == "rectifier" && role == "choosing").study();
        let reason = "no point of the grid of rectifier is chosen yet".to_owned();
        assert_eq!((&study.comparisons[0].answer, study.comparisons[0].holm), (&Err(reason), None));
        let mut sample = Sample::new();
        sample.plan.comparison[1].a = "unknown".to_owned();
        let study = sample.study();
        let p = difference(&study, 0).p.unwrap();
        assert_eq!(study.comparisons[0].holm, Some((2.0 * p).min(1.0)));
    }
}
