//! The ways in which a plan differs from the paper, with their measured effects.

use super::cells::{CellResult, single};
use crate::text::number::signed;
use crate::text::quantity::{decimals, shown, title, unit};
use plan::{Deviation, Effect};

/// A way in which the plan differs from the paper, as a row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviationRow {
    /// What the plan does.
    pub ours: String,
    /// What the paper or, where the paper is silent, the authors' code does.
    pub paper: String,
    /// Why the plan differs.
    pub why: String,
    /// The effect in words: a difference of means with both means, or the reason why it was not measured.
    pub effect: String,
}

impl DeviationRow {
    /// The headers of the columns, in the order of [`DeviationRow::fields`].
    pub(crate) const HEADERS: [&str; 4] = ["here", "paper or authors' code", "why", "effect of following the paper"];

    pub(crate) fn of(deviation: &Deviation, cells: &[CellResult]) -> Self {
        let effect = deviation.effect.as_ref().map(|effect| words(effect, cells));
        Self {
            ours: deviation.ours.clone(),
            paper: deviation.paper.clone(),
            why: deviation.why.clone(),
            effect: effect.unwrap_or_else(|| "not measured".to_owned()),
        }
    }

    pub(crate) fn fields(&self) -> [&str; 4] {
        [&self.ours, &self.paper, &self.why, &self.effect]
    }
}

/// The effect in words: the difference of the means, and each mean with its cell.
fn words(effect: &Effect, cells: &[CellResult]) -> String {
    let mean = |name: &str| cells[single(name, cells).ok()?].numbers.get(&effect.metric)?.mean;
    let (Some(paper), Some(ours)) = (mean(&effect.paper), mean(&effect.ours)) else {
        return "not measured at this scale yet".to_owned();
    };
    let metric = &*effect.metric;
    format!(
        "{} {}{}: {} of {} against {} of {}",
        title(metric),
        signed(paper - ours, decimals(metric, ours)),
        unit(metric),
        shown(metric, Some(paper)),
        effect.paper,
        shown(metric, Some(ours)),
        effect.ours
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::super::{page, study_markdown};
    use plan::{Deviation, Effect};

    /// The sample with a deviation whose effect is the difference between the cells `tanh` and `mask`.
    fn sample() -> Sample {
        let mut sample = Sample::new();
        let effect = Effect { paper: "tanh".to_owned(), ours: "mask".to_owned(), metric: "test_error".to_owned() };
        let deviation = Deviation {
            ours: "15 epochs".to_owned(),
            paper: "30 epochs".to_owned(),
            why: "half the time".to_owned(),
            effect: Some(effect),
        };
        sample.plan.deviation = vec![Deviation { effect: None, ..deviation.clone() }, deviation];
        sample
    }

    #[test]
    fn an_effect_is_the_difference_of_two_cells() {
        let study = sample().study();
        let mean = |name: &str| study.cells.iter().find(|cell| cell.name == name).unwrap().numbers["test_error"].mean;
        let (tanh, mask) = (mean("tanh").unwrap(), mean("mask").unwrap());
        let expected = format!("test error +{:.2} points: {tanh:.2} of tanh against {mask:.2} of mask", tanh - mask);
        assert_eq!(study.deviations[1].effect, expected);
        assert_eq!(study.deviations[0].effect, "not measured");
        let without = sample().without(|cell, _, _| cell == "mask").study();
        assert_eq!(without.deviations[1].effect, "not measured at this scale yet");
    }

    #[test]
    fn the_page_and_markdown_have_a_table_of_deviations() {
        let study = sample().study();
        let text = study_markdown(&study);
        assert!(
            text.contains("**Where it differs from the paper**\n\n| here | paper or authors' code | why |"),
            "{text}"
        );
        assert!(text.contains("| 15 epochs | 30 epochs | half the time | not measured |\n"), "{text}");
        assert!(page::studies_html(std::slice::from_ref(&study)).contains("<td>half the time</td>"));
        assert!(!study_markdown(&Sample::new().study()).contains("differs from the paper"));
    }
}
