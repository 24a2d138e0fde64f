//! Tables of runs as text, JSON and CSV.

use super::layout::{aligned, json};
use crate::run::{End, Outcome};
use crate::text::csv::{self, Csv};
use crate::text::number::{NONE, duration};
use crate::text::quantity::shown;
use serde::Serialize;

/// A run as a row of the table. Errors and the sparsity are in percent; a value that the run lacks is `null` in JSON
/// and empty in CSV.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    name: &'a str,
    dataset: &'a str,
    activation: &'a str,
    layers: &'a [usize],
    seed: u64,
    state: &'static str,
    validation_error: Option<f64>,
    test_error: Option<f64>,
    test_rmse: Option<f64>,
    sparsity: Option<f64>,
    selected_epoch: Option<usize>,
    training_seconds: Option<f64>,
}

impl<'a> Line<'a> {
    fn of(outcome: &'a Outcome) -> Self {
        let (run, number) = (&outcome.run, |name| outcome.number(name));
        let (state, selected_epoch) = match &outcome.end {
            End::Finished { result, .. } => ("finished", Some(result.selected_epoch)),
            End::Diverged { .. } => ("diverged", None),
        };
        Self {
            id: &outcome.id,
            name: &run.name,
            dataset: &run.dataset,
            activation: &run.activation,
            layers: &run.layers,
            seed: run.seed,
            state,
            validation_error: number("validation_error"),
            test_error: number("test_error"),
            test_rmse: number("test_rmse"),
            sparsity: number("sparsity"),
            selected_epoch,
            training_seconds: number("training_seconds"),
        }
    }

    /// The widths of all layers, such as `784-1000-10`.
    fn layers(&self) -> String {
        self.layers.iter().map(ToString::to_string).collect::<Vec<_>>().join("-")
    }
}

/// A text table of the runs in the given order, with one run per line below the header. The column of the test RMSE is
/// present only if at least one run has a test RMSE.
#[must_use]
pub fn runs_table(outcomes: &[Outcome]) -> String {
    let lines: Vec<Line<'_>> = outcomes.iter().map(Line::of).collect();
    let rmse = lines.iter().any(|line| line.test_rmse.is_some());
    let mut head = vec!["id", "data set", "unit", "layers", "seed", "state", "validation %", "test %", "zeros %"];
    head.extend(rmse.then_some("test RMSE"));
    head.extend(["epoch", "time"]);
    let mut rows = vec![head.into_iter().map(ToOwned::to_owned).collect::<Vec<String>>()];
    rows.extend(lines.iter().map(|line| {
        let mut row = vec![
            line.id.to_owned(),
            line.dataset.to_owned(),
            line.activation.to_owned(),
            line.layers(),
            line.seed.to_string(),
            line.state.to_owned(),
            shown("validation_error", line.validation_error),
            shown("test_error", line.test_error),
            shown("sparsity", line.sparsity),
        ];
        row.extend(rmse.then(|| shown("test_rmse", line.test_rmse)));
        row.push(line.selected_epoch.map_or_else(|| NONE.to_owned(), |epoch| epoch.to_string()));
        row.push(line.training_seconds.map_or_else(|| NONE.to_owned(), duration));
        row
    }));
    aligned(&rows, &[0, 1, 2, 3, 5])
}

/// The runs as a JSON array of objects.
#[must_use]
pub fn runs_json(outcomes: &[Outcome]) -> String {
    json(&outcomes.iter().map(Line::of).collect::<Vec<_>>())
}

/// The runs as CSV (RFC 4180): a header row, then a row for each run.
#[must_use]
pub fn runs_csv(outcomes: &[Outcome]) -> String {
    let mut csv = Csv::new();
    csv.row([
        "id",
        "name",
        "dataset",
        "activation",
        "layers",
        "seed",
        "state",
        "validation_error",
        "test_error",
        "test_rmse",
        "sparsity",
        "selected_epoch",
        "training_seconds",
    ]);
    for line in outcomes.iter().map(Line::of) {
        let facts = [line.id, line.name, line.dataset, line.activation].map(ToOwned::to_owned);
        let more = [line.layers(), line.seed.to_string(), line.state.to_owned()];
        let numbers = [line.validation_error, line.test_error, line.test_rmse, line.sparsity].map(csv::number);
        let epoch = line.selected_epoch.map(|epoch| epoch.to_string()).unwrap_or_default();
        let last = [epoch, csv::number(line.training_seconds)];
        csv.row(facts.into_iter().chain(more).chain(numbers).chain(last));
    }
    csv.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::sample::outcome;

    fn runs() -> Vec<Outcome> {
        let mut diverged = outcome("run-10,b", 2.0);
        diverged.end = End::Diverged { reason: "x".to_owned() };
        vec![outcome("run-9", 1.5), diverged]
    }

    #[test]
    fn columns_are_aligned() {
        let text = runs_table(&runs()).replace('\u{a0}', " ");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0].find("seed").unwrap() + 3, lines[1].find(" 1  finished").unwrap() + 1, "{text}");
        assert!(lines[1].starts_with("run-9     mnist     rectifier  784-1000-1000-1000-10"), "{text}");
        assert!(lines[1].ends_with("1.60    1.50    80.00     17  34.5 s"), "{text}");
        assert!(lines[2].contains("diverged") && lines[2].ends_with("–"), "{text}");
        assert!(!text.contains("RMSE"));
    }

    #[test]
    fn without_runs_there_is_only_a_header() {
        assert_eq!(runs_table(&[]).lines().count(), 1);
        assert_eq!(runs_json(&[]), "[]\n");
        assert_eq!(runs_csv(&[]).lines().count(), 1);
    }

    #[test]
    fn json_and_csv_keep_every_digit_and_leave_missing_values_empty() {
        let json: serde_json::Value = serde_json::from_str(&runs_json(&runs())).unwrap();
        assert_eq!(json[0]["test_error"].as_f64(), runs()[0].number("test_error"));
        assert!(json[1]["test_error"].is_null() && json[1]["state"] == "diverged");
        let csv = runs_csv(&runs());
        assert!(
            csv.contains("\n\"run-10,b\",\"run-10,b\",mnist,rectifier,784-1000-1000-1000-10,1,diverged,,,,,,\n"),
            "{csv}"
        );
        assert!(
            csv.contains("\nrun-9,run-9,mnist,rectifier,784-1000-1000-1000-10,1,finished,1.6,1.5,,80,17,34.5\n"),
            "{csv}"
        );
    }
}
