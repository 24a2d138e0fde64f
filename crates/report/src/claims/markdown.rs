//! The claims with their answers as Markdown.

use super::answer::{Answered, answered};
use super::{Claims, ClaimsError};
use crate::study::Study;
use crate::study::markdown::pipes;
use crate::text::number::counted;

/// The claims with the paper's results, ours, the verdicts, where the results are and the commands that give them: a
/// table for each theme. The plans at `results.md` are linked to from there.
///
/// # Errors
/// [`ClaimsError::NoAnswer`] when `studies` do not have what a claim asks for.
pub fn claims_markdown(claims: &Claims, studies: &[Study]) -> Result<String, ClaimsError> {
    let answered = all(claims, studies)?;
    let mut text = format!("{}\n\n", summary(&answered));
    let head = ["claim", "section", "paper", "ours", "verdict", "results", "command"].map(ToOwned::to_owned);
    for of_theme in answered.chunk_by(|a, b| a.claim.theme == b.claim.theme) {
        let rows = of_theme.iter().map(|answered| {
            let command = Some(&answered.command).filter(|command| !command.is_empty());
            vec![
                answered.claim.claim.clone(),
                answered.claim.section.clone(),
                answered.paper.clone(),
                answered.ours.clone(),
                answered.judged.words(),
                place(answered),
                command.map(|command| format!("`{command}`")).unwrap_or_default(),
            ]
        });
        text.push_str(&pipes(&of_theme[0].claim.theme, &head, rows));
    }
    Ok(text.trim_end().to_owned() + "\n")
}

/// The claims that are judged, with the paper's results, ours and the verdicts, in one table, below the number of claims
/// of each verdict.
///
/// # Errors
/// [`ClaimsError::NoAnswer`] when `studies` do not have what a claim asks for.
pub fn claims_short(claims: &Claims, studies: &[Study]) -> Result<String, ClaimsError> {
    let answered = all(claims, studies)?;
    let head = ["claim", "paper", "ours", "verdict"].map(ToOwned::to_owned);
    let judged = answered.iter().filter(|answered| answered.judged.is_judged());
    let rows = judged.map(|answered| {
        vec![answered.claim.claim.clone(), answered.paper.clone(), answered.ours.clone(), answered.judged.words()]
    });
    let table = pipes("Claims with a verdict", &head, rows);
    Ok(format!("{}\n\n{}\n", summary(&answered), table.trim_end()))
}

fn all<'a>(claims: &'a Claims, studies: &'a [Study]) -> Result<Vec<Answered<'a>>, ClaimsError> {
    claims.claim.iter().map(|claim| answered(claim, studies)).collect()
}

/// The order in which [`summary`] counts judgements.
const ORDER: [&str; 9] = [
    "reproduced",
    "tested",
    "compatible",
    "contradicts",
    "undecided",
    "not comparable",
    "not run",
    "shown as a figure",
    "not asked",
];

/// The number of claims, and of those with each judgement.
fn summary(answered: &[Answered<'_>]) -> String {
    let count = |name: &str| answered.iter().filter(|answered| answered.judged.name() == name).count();
    let counts = ORDER.map(|name| (count(name), name));
    let each: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect();
    format!("{}: {}.", counted(answered.len(), "claim"), each.join(", "))
}

/// The title of the study with the answer, as a link to its results if there are any.
fn place(answered: &Answered<'_>) -> String {
    match answered.study {
        Some((title, true)) => format!("[{title}](results.md#{})", anchor(title)),
        Some((title, false)) => title.to_owned(),
        None => String::new(),
    }
}

/// The anchor that GitHub gives to the heading `title`.
fn anchor(title: &str) -> String {
    let kept = title.to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

#[cfg(test)]
mod tests {
    use super::super::answer::Judged;
    use super::*;
    use crate::study::Verdict;
    use crate::study::sample::Sample;
    use std::path::Path;

    const CLAIMS: &str = r#"
        [[claim]]
        theme = "Errors"
        claim = "Rectifiers are good."
        section = "4.1, Table 1"
        answer = { number = { plan = "sample", cell = "rectifier", metric = "test_error" } }
        [[claim]]
        theme = "Errors"
        claim = "Masks are sparse."
        section = "4.1"
        answer = { number = { plan = "sample", cell = "mask", metric = "sparsity" } }
        [[claim]]
        theme = "Text"
        claim = "Words | stars."
        section = "4.2"
        paper = "many"
    "#;

    fn claims() -> Claims {
        Claims::parse(Path::new("claims.toml"), CLAIMS).unwrap()
    }

    #[test]
    fn each_theme_has_a_table_with_links_and_commands() {
        let text = claims_markdown(&claims(), &[Sample::new().study()]).unwrap();
        assert!(text.starts_with("3 claims: 1 reproduced, 1 not comparable, 1 not asked.\n\n**Errors**\n\n"), "{text}");
        let row = "| Rectifiers are good. | 4.1, Table 1 | 1.43 % | 1.41 % (1.37 to 1.45) | ✓ reproduced | [Rectifiers, \
                   tanh and softplus on MNIST](results.md#rectifiers-tanh-and-softplus-on-mnist) | `train reproduce sample` |";
        assert!(text.contains(row), "{text}");
        assert!(text.contains("\n**Text**\n\n"), "{text}");
        assert!(text.contains("| Words \\| stars. | 4.2 | many | – | not asked |  |  |"), "{text}");
    }

    #[test]
    fn every_judgement_is_counted() {
        let judged = [Verdict::Reproduced, Verdict::Compatible, Verdict::Contradicts { difference: 0.0 }];
        let names = judged.map(|verdict| Judged::Verdict(verdict, 2).name());
        let others = [Judged::Tested, Judged::Shown, Judged::NotAsked].map(|judged| judged.name());
        assert!(names.into_iter().chain(others).all(|name| ORDER.contains(&name)));
    }

    #[test]
    fn the_short_table_has_the_claims_with_a_verdict() {
        let text = claims_short(&claims(), &[Sample::new().study()]).unwrap();
        assert!(text.contains("| Rectifiers are good. | 1.43 % |"), "{text}");
        assert!(!text.contains("Masks") && !text.contains("Words"), "{text}");
    }

    #[test]
    fn claims_without_runs_are_not_linked() {
        let text = claims_markdown(&claims(), &[Sample::new().without(|_, _, _| true).study()]).unwrap();
        assert!(!text.contains("](results.md"), "{text}");
        assert!(text.contains("| not run | Rectifiers, tanh and softplus on MNIST |"), "{text}");
    }

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(anchor("Table 1: MNIST, what the misses are"), "table-1-mnist-what-the-misses-are");
    }
}
