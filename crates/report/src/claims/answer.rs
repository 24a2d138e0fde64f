//! What the studies say about a claim.

use super::{Claim, ClaimsError, Expected, Source};
use crate::study::verdict::{Deciding, LEVEL, Verdict};
use crate::study::{Compared, Difference, Study};
use crate::text::number::{NONE, fixed, p_value, range};
use crate::text::quantity::{decimals, unit};
use plan::ScaleName;

/// A claim with its answer, in words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answered<'a> {
    pub(crate) claim: &'a Claim,
    /// The paper's result.
    pub(crate) paper: String,
    /// Our result.
    pub(crate) ours: String,
    /// What our result says about the claim.
    pub(crate) judged: Judged,
    /// The title of the study with the answer, and whether one of its runs has finished; `None` for a test of the
    /// program and without an answer.
    pub(crate) study: Option<(&'a str, bool)>,
    /// The command that gives the answer; empty without an answer.
    pub(crate) command: String,
}

/// What our results say about a claim.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Judged {
    /// A verdict, with the number of decimals of differences.
    Verdict(Verdict, usize),
    /// The program's tests show that the claim holds.
    Tested,
    /// The reader has to judge a figure.
    Shown,
    /// No plan asks for it.
    NotAsked,
}

impl Judged {
    /// The judgement in a few words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Verdict(verdict, decimals) => verdict.words(*decimals),
            Self::Tested => "✓ tested".to_owned(),
            Self::Shown => "see the figure".to_owned(),
            Self::NotAsked => "not asked".to_owned(),
        }
    }

    /// The name under which the judgement is counted.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Verdict(verdict, _) => verdict.name(),
            Self::Tested => "tested",
            Self::Shown => "shown as a figure",
            Self::NotAsked => "not asked",
        }
    }

    /// Whether the claim was judged.
    pub(crate) fn is_judged(&self) -> bool {
        match self {
            Self::Verdict(verdict, _) => verdict.reason().is_none(),
            Self::Tested => true,
            Self::Shown | Self::NotAsked => false,
        }
    }
}

/// Answers `claim` from `studies`.
///
/// # Errors
/// [`ClaimsError::NoAnswer`] when the studies do not have what the claim asks for.
pub(crate) fn answered<'a>(claim: &'a Claim, studies: &'a [Study]) -> Result<Answered<'a>, ClaimsError> {
    let missing = |what: String| ClaimsError::NoAnswer { claim: claim.claim.clone(), what };
    let unanswered = Answered {
        claim,
        paper: claim.paper.clone(),
        ours: NONE.to_owned(),
        judged: Judged::NotAsked,
        study: None,
        command: String::new(),
    };
    let Some(source) = &claim.answer else { return Ok(unanswered) };
    if let Source::Test { package, name } = source {
        let (ours, command) = ("holds".to_owned(), format!("cargo test -p {package} {name}"));
        return Ok(Answered { ours, judged: Judged::Tested, command, ..unanswered });
    }
    let study = study_of(source, studies).map_err(missing)?;
    let (paper, ours, judged) = said(source, study).map_err(missing)?;
    Ok(Answered {
        paper: if paper.is_empty() { claim.paper.clone() } else { paper },
        ours,
        judged,
        study: Some((&study.title, study.progress.finished > 0)),
        command: match study.scale {
            ScaleName::Desk => format!("train reproduce {}", study.name),
            scale => format!("train reproduce {} --scale {}", study.name, scale.name()),
        },
        ..unanswered
    })
}

fn study_of<'a>(source: &Source, studies: &'a [Study]) -> Result<&'a Study, String> {
    let (plan, scale) = source.plan().unwrap_or(("", ScaleName::Desk));
    let study = studies.iter().find(|study| study.name == plan && study.scale == scale);
    study.ok_or_else(|| format!("the plan '{plan}' at the scale {}, which there is not", scale.name()))
}

/// The paper's result, ours, and the judgement.
///
/// # Errors
/// What `source` asks for and `study` does not have, as a clause.
fn said(source: &Source, study: &Study) -> Result<(String, String, Judged), String> {
    let lacks = |what: &str, name: &str| format!("the {what} '{name}', which the plan {} does not have", study.name);
    match source {
        Source::Number { cell, metric, .. } => {
            let found = study.cells.iter().find(|known| known.name == *cell).ok_or_else(|| lacks("cell", cell))?;
            let number = found.numbers.get(metric).ok_or_else(|| lacks("number", metric))?;
            let (Some(paper), Some(verdict)) = (number.paper, &number.verdict) else {
                return Err(format!("the paper's {metric} of '{cell}', which the plan {} does not have", study.name));
            };
            let digits = decimals(metric, number.mean.unwrap_or(paper));
            let percent = if unit(metric) == " points" { " %" } else { "" };
            let text = |value| fixed(value, digits);
            let ours = number.mean.map_or_else(
                || NONE.to_owned(),
                |mean| {
                    let interval = number.interval.map(|interval| format!(" ({})", range(interval, text)));
                    format!("{}{percent}{}", text(mean), interval.unwrap_or_default())
                },
            );
            Ok((format!("{}{percent}", text(paper)), ours, Judged::Verdict(verdict.clone(), digits)))
        }
        Source::Comparison { question, expected, .. } => {
            let compared = study.comparisons.iter().find(|known| known.question == *question);
            let compared = compared.ok_or_else(|| lacks("comparison", question))?;
            let tolerance = study.tolerance.get(&compared.metric).copied();
            if *expected == Some(Expected::Equal) && tolerance.is_none() {
                return Err(lacks("tolerance", &compared.metric));
            }
            Ok(of_comparison(compared, *expected, tolerance.unwrap_or(0.0)))
        }
        Source::Trend { question, .. } => {
            let trend = study.trends.iter().find(|known| known.question == *question);
            let trend = trend.ok_or_else(|| lacks("trend", question))?;
            let (ours, verdict) = match (&trend.p, &trend.untested) {
                (Err(reason), _) => (NONE.to_owned(), Verdict::NotRun { reason: reason.clone() }),
                (Ok(_), Some(reason)) => ("no p-value".to_owned(), Verdict::NotComparable { reason: reason.clone() }),
                (Ok(p), None) if *p < LEVEL => (format!("p {}", p_value(*p)), Verdict::Reproduced),
                (Ok(p), None) => (format!("p {}", p_value(*p)), Verdict::Undecided { runs: Deciding::Unknown }),
            };
            Ok((String::new(), ours, Judged::Verdict(verdict, 2)))
        }
        Source::Figure { number, .. } => {
            let figure = study.figures.get(number.wrapping_sub(1));
            let figure = figure.ok_or_else(|| lacks("figure", &number.to_string()))?;
            let drawn = figure.series.iter().any(|series| !series.points.is_empty());
            let not_run = || Judged::Verdict(Verdict::NotRun { reason: "no run has finished".to_owned() }, 2);
            Ok((String::new(), figure.title.clone(), if drawn { Judged::Shown } else { not_run() }))
        }
        Source::Test { .. } => Ok((String::new(), String::new(), Judged::Tested)),
    }
}

fn of_comparison(compared: &Compared, expected: Option<Expected>, tolerance: f64) -> (String, String, Judged) {
    let found = match &compared.answer {
        Ok(found) => found,
        Err(reason) => {
            let verdict = Verdict::NotRun { reason: reason.clone() };
            return (String::new(), NONE.to_owned(), Judged::Verdict(verdict, 2));
        }
    };
    let interval = compared.interval(found).map(|interval| format!(" ({interval})")).unwrap_or_default();
    let ours = format!("{}{interval}", compared.short(found.mean));
    let paper = found.paper.map(|paper| compared.short(paper)).unwrap_or_default();
    let verdict = match (&found.untested, expected, &found.verdict) {
        (Some(reason), _, _) => Verdict::NotComparable { reason: reason.clone() },
        (None, Some(expected), _) => expected.verdict(compared, found, tolerance),
        (None, None, Some(verdict)) => verdict.clone(),
        (None, None, None) => Verdict::NotRun { reason: "runs or numbers of the paper are missing".to_owned() },
    };
    (paper, ours, Judged::Verdict(verdict, decimals(&compared.metric, found.mean)))
}

impl Expected {
    /// The verdict on a claim about a difference. A claim of a direction is reproduced if the difference has this
    /// direction and a p-value below [`LEVEL`] after Holm's correction, and contradicted if it has the other direction
    /// and such a p-value. A claim of equality is reproduced if the 95 % interval of the difference lies within the
    /// tolerance, and contradicted if it lies outside.
    fn verdict(self, compared: &Compared, found: &Difference, tolerance: f64) -> Verdict {
        let (p, corrected) = (found.p.unwrap_or(1.0), compared.holm.unwrap_or(1.0));
        let deviation = stats::standard_deviation(&found.values);
        let (Some(interval), Some(deviation)) = (found.over_both.or(found.over_seeds), deviation) else {
            return Verdict::Undecided { runs: Deciding::AtLeast(3) };
        };
        let contradicts = Verdict::Contradicts { difference: found.mean };
        // The distance of the mean from the end of what is claimed, and the p-value of a difference that is shown.
        let (distance, level) = match self {
            Self::Lower | Self::Higher if corrected < LEVEL => {
                return if (self == Self::Lower) == (found.mean < 0.0) { Verdict::Reproduced } else { contradicts };
            }
            Self::Equal if -tolerance <= interval.low && interval.high <= tolerance => return Verdict::Reproduced,
            Self::Equal if interval.high < -tolerance || tolerance < interval.low => return contradicts,
            Self::Lower | Self::Higher => (found.mean, LEVEL * p / corrected),
            Self::Equal => (found.mean.abs() - tolerance, LEVEL),
        };
        let runs = stats::runs_for_difference(distance, deviation, level).map(|runs| runs.max(found.values.len() + 1));
        Verdict::Undecided { runs: runs.map_or(Deciding::TooMany, Deciding::About) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Claims;
    use crate::study::sample::Sample;
    use std::path::Path;

    fn claim(answer: &str) -> Claim {
        let text = format!("[[claim]]\ntheme = 't'\nclaim = 'c'\nsection = '4.1'\npaper = 'all'\nanswer = {answer}\n");
        Claims::parse(Path::new("claims.toml"), &text).unwrap().claim.remove(0)
    }

    fn words(answer: &str, studies: &[Study]) -> [String; 4] {
        let claim = claim(answer);
        let answered = answered(&claim, studies).unwrap();
        [answered.paper, answered.ours, answered.judged.words(), answered.command]
    }

    #[test]
    fn a_number_has_the_paper_s_value_ours_and_the_verdict_on_it() {
        let studies = [Sample::new().study()];
        let cell = "{ number = { plan = 'sample', cell = 'rectifier', metric = 'test_error' } }";
        let expected = ["1.43 %", "1.41 % (1.37 to 1.45)", "✓ reproduced", "train reproduce sample"];
        assert_eq!(words(cell, &studies), expected);
    }

    #[test]
    fn a_comparison_is_judged_by_the_paper_s_difference_or_by_what_is_expected() {
        let studies = [Sample::new().study()];
        let of = |more: &str| {
            let question = "Is the rectifier better than tanh?";
            let [paper, ours, verdict, _] =
                words(&format!("{{ comparison = {{ plan = 'sample', question = '{question}'{more} }} }}"), &studies);
            assert_eq!(paper, "0.14 points lower");
            assert!(ours.starts_with("0.33 points lower (0."), "{ours}");
            verdict
        };
        assert_eq!(of(""), "✗ contradicts (−0.19)");
        assert_eq!(of(", expected = 'lower'"), "✓ reproduced");
        assert_eq!(of(", expected = 'higher'"), "✗ contradicts (−0.33)");
        assert_eq!(of(", expected = 'equal'"), "✗ contradicts (−0.33)");
    }

    #[test]
    fn a_difference_near_the_end_of_what_is_claimed_is_undecided() {
        let study = Sample::new().study();
        let compared = Compared { holm: Some(0.3), ..study.comparisons[0].clone() };
        let found = study.comparisons[0].answer.as_ref().unwrap();
        let values = vec![-0.1, 0.2, 0.3, -0.2, 0.15];
        let over_seeds = stats::t_interval(&values);
        let near = Difference { mean: 0.07, values, over_seeds, over_both: None, p: Some(0.1), ..found.clone() };
        for expected in [Expected::Lower, Expected::Higher, Expected::Equal] {
            let verdict = expected.verdict(&compared, &near, 0.1);
            let Verdict::Undecided { runs: Deciding::About(runs) } = verdict else { panic!("{verdict:?}") };
            assert!(runs > 5, "{expected:?}: {runs}");
        }
        assert_eq!(Expected::Equal.verdict(&compared, &near, 1.0), Verdict::Reproduced);
    }

    #[test]
    fn figures_tests_and_claims_that_nothing_answers_say_so() {
        let studies = [Sample::new().study()];
        let figure = words("{ figure = { plan = 'sample', number = 1 } }", &studies);
        assert_eq!(figure, ["all", "Error and the sharpness of softplus", "see the figure", "train reproduce sample"]);
        let test = words("{ test = { package = 'model', name = 'it_holds' } }", &[]);
        assert_eq!(test, ["all", "holds", "✓ tested", "cargo test -p model it_holds"]);
        let none = Claim { answer: None, ..claim("{ test = { package = 'model', name = 'it_holds' } }") };
        assert_eq!(answered(&none, &[]).unwrap().judged, Judged::NotAsked);
    }

    #[test]
    fn a_claim_that_asks_for_what_is_not_there_is_refused() {
        let studies = [Sample::new().study()];
        for (answer, expected) in [
            ("{ figure = { plan = 'other', number = 1 } }", "the plan 'other' at the scale desk, which there is not"),
            ("{ figure = { plan = 'sample', number = 9 } }", "the figure '9', which the plan sample does not have"),
            ("{ trend = { plan = 'sample', question = 'q' } }", "the trend 'q'"),
            ("{ comparison = { plan = 'sample', question = 'q' } }", "the comparison 'q'"),
            ("{ number = { plan = 'sample', cell = 'x', metric = 'test_error' } }", "the cell 'x'"),
            ("{ number = { plan = 'sample', cell = 'tanh', metric = 'sparsity' } }", "the paper's sparsity of 'tanh'"),
        ] {
            let refused = answered(&claim(answer), &studies).unwrap_err().to_string();
            assert!(refused.contains(expected) && refused.ends_with("correct its answer"), "{refused}");
        }
    }
}
