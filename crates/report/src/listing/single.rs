//! A single run in full, as text and as CSV.

use super::layout::{aligned, names};
use crate::run::settings::{flatten, plain};
use crate::run::{End, Outcome};
use crate::text::csv::{self, Csv};
use crate::text::quantity::{label, shown};

/// A run as aligned lines for a terminal: its id, command, settings and numbers, including its measures. For a run that
/// diverged, the last line gives the reason.
#[must_use]
pub fn run_text(outcome: &Outcome) -> String {
    let mut rows =
        vec![vec!["run".to_owned(), outcome.id.clone()], vec!["command".to_owned(), outcome.run.command.clone()]];
    rows.extend(settings(outcome));
    rows.extend(numbers(outcome).map(|(name, value)| vec![label(&name), shown(&name, Some(value))]));
    if let End::Diverged { reason } = &outcome.end {
        rows.push(vec!["diverged".to_owned(), reason.clone()]);
    }
    aligned(&rows, &[0, 1])
}

/// A run as CSV, with a name and a value in each row: its id, settings and numbers, including its measures. For a run
/// that diverged, the last row gives the reason. Numbers are not rounded.
#[must_use]
pub fn run_csv(outcome: &Outcome) -> String {
    let mut csv = Csv::new();
    csv.row(["name", "value"]);
    csv.row(["id", outcome.id.as_str()]);
    for row in settings(outcome) {
        csv.row(row);
    }
    for (name, value) in numbers(outcome) {
        csv.row([name, csv::number(Some(value))]);
    }
    if let End::Diverged { reason } = &outcome.end {
        csv.row(["diverged", reason.as_str()]);
    }
    csv.text()
}

fn settings(outcome: &Outcome) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    flatten("", &outcome.config, &mut |key, value| rows.push(vec![key, plain(value)]));
    rows
}

fn numbers(outcome: &Outcome) -> impl Iterator<Item = (String, f64)> {
    names(&[outcome]).into_iter().filter_map(|name| outcome.listed(&name).map(|value| (name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::sample::outcome;

    #[test]
    fn settings_numbers_and_a_divergence_are_shown() {
        let mut run = outcome("abc", 1.43);
        let text = run_text(&run);
        assert!(text.starts_with("run") && text.contains("abc") && text.contains("1.43"), "{text}");
        assert!(run_csv(&run).contains("test_error,1.43"), "{}", run_csv(&run));
        run.end = End::Diverged { reason: "it went, away".to_owned() };
        assert!(run_text(&run).contains("it went, away"));
        assert!(run_csv(&run).ends_with("diverged,\"it went, away\"\n"));
    }
}
