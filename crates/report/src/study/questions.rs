//! Questions beyond those whether one cell is better than another, with their answers.

use super::Study;
use maud::{Markup, html};

/// Each question with its answer as sentences.
pub(crate) fn answered(study: &Study) -> Vec<(&str, String)> {
    let trends = study.trends.iter().map(|trend| (&*trend.question, trend.sentence()));
    let gaps = study.gaps.iter().map(|gap| (&*gap.question, gap.sentence()));
    let shares = study.shares.iter().map(|shares| (&*shares.question, shares.sentence()));
    let decompositions = study.decompositions.iter().map(|parts| (&*parts.question, parts.sentence()));
    trends.chain(gaps).chain(shares).chain(decompositions).collect()
}

/// The same as a part of a page.
pub(crate) fn questions(study: &Study) -> Markup {
    let answered = answered(study);
    html! {
        @if !answered.is_empty() {
            h3 { "Further questions" }
            dl.questions {
                @for (question, sentence) in answered { dt { (question) } dd { (sentence) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::super::{studies_html, study_markdown};
    use super::*;
    use plan::{Combination, Decomposition, Part, Shares};

    #[test]
    fn every_question_is_answered_on_the_page_and_in_markdown() {
        let mut sample = Sample::new();
        let cell = |name: &str| Combination { cell: name.to_owned(), levels: vec![name.to_owned()] };
        sample.plan.shares = vec![Shares {
            question: "How much is the unit's?".to_owned(),
            metric: "test_error".to_owned(),
            factors: vec!["unit".to_owned()],
            cells: vec![cell("rectifier"), cell("tanh")],
        }];
        let number = || "sparsity.1".to_owned();
        sample.plan.decomposition = vec![Decomposition {
            question: "Which layers?".to_owned(),
            from: "tanh".to_owned(),
            to: "rectifier".to_owned(),
            parts: vec![Part { name: "layer 1".to_owned(), from: number(), to: number() }],
        }];
        let study = sample.study();
        let (page, text) = (studies_html(std::slice::from_ref(&study)), study_markdown(&study));
        let answered = answered(&study);
        assert_eq!(answered.len(), 2);
        for (question, sentence) in answered {
            assert!(page.contains(&format!("<dt>{question}</dt><dd>{sentence}</dd>")), "{sentence}");
            assert!(text.contains(&format!("- **{question}** {sentence}\n")), "{text}");
        }
        assert!(!studies_html(&[Sample::new().study()]).contains("Trends, gaps and shares"));
    }
}
