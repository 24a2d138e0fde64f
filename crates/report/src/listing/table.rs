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
    baseline_error: Option<f64>,
    test_rmse: Option<f64>,
    constant_rmse: Option<f64>,
    test_mae: Option<f64>,
    test_r2: Option<f64>,
    sparsity: Option<f64>,
    selected_epoch: Option<usize>,
    training_seconds: Option<f64>,
}

impl<'a> Line<'a> {
    fn of(outcome: &'a Outcome) -> Self {
        let (run, number) = (&outcome.run, |name| outcome.listed(name));
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
            baseline_error: number("baseline_error"),
            test_rmse: number("test_rmse"),
            constant_rmse: number("constant_rmse"),
            test_mae: number("test_mae"),
            test_r2: number("test_r2"),
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

/// A column that is left out if no run has a value for it: the column's head, the name of the number, and the function
/// that returns the number of a run.
type Column = (&'static str, &'static str, fn(&Line<'_>) -> Option<f64>);

/// The columns between `state` and `epoch`, in order.
const COLUMNS: [Column; 7] = [
    ("validation %", "validation_error", |line| line.validation_error),
    ("test %", "test_error", |line| line.test_error),
    ("most frequent %", "baseline_error", |line| line.baseline_error),
    ("zeros %", "sparsity", |line| line.sparsity),
    ("test RMSE", "test_rmse", |line| line.test_rmse),
    ("RMSE of the mean", "constant_rmse", |line| line.constant_rmse),
    ("test R²", "test_r2", |line| line.test_r2),
];

/// A table with a header and a row for each run, in the given order; the columns are aligned, and numbers are flush
/// right. `most frequent %` is the test error of always predicting the most frequent class. Each column between `state` and `epoch` is left out if no
/// run has a value for it.
#[must_use]
pub fn runs_table(outcomes: &[Outcome]) -> String {
    let lines: Vec<Line<'_>> = outcomes.iter().map(Line::of).collect();
    let present = |(.., number): &&Column| lines.iter().any(|line| number(line).is_some());
    let columns: Vec<&Column> = COLUMNS.iter().filter(present).collect();
    let head = ["id", "data set", "unit", "layers", "seed", "state"].into_iter();
    let head = head.chain(columns.iter().map(|(head, ..)| *head)).chain(["epoch", "time"]);
    let mut rows = vec![head.map(ToOwned::to_owned).collect::<Vec<String>>()];
    rows.extend(lines.iter().map(|line| {
        let mut row = vec![
            line.id.to_owned(),
            line.dataset.to_owned(),
            line.activation.to_owned(),
            line.layers(),
            line.seed.to_string(),
            line.state.to_owned(),
        ];
        row.extend(columns.iter().map(|(_, name, number)| shown(name, number(line))));
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
        "baseline_error",
        "test_rmse",
        "constant_rmse",
        "test_mae",
        "test_r2",
        "sparsity",
        "selected_epoch",
        "training_seconds",
    ]);
    for line in outcomes.iter().map(Line::of) {
        let facts = [line.id, line.name, line.dataset, line.activation].map(ToOwned::to_owned);
        let more = [line.layers(), line.seed.to_string(), line.state.to_owned()];
        let errors = [line.validation_error, line.test_error, line.baseline_error];
        let of_numbers = [line.test_rmse, line.constant_rmse, line.test_mae, line.test_r2];
        let numbers = errors.into_iter().chain(of_numbers).chain([line.sparsity]).map(csv::number);
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
        assert!(!text.contains("RMSE") && !text.contains("most frequent"));
    }

    #[test]
    fn a_baseline_stands_beside_each_error() {
        let mut runs = vec![outcome("classes", 1.5), outcome("numbers", 48.6)];
        for (k, run) in runs.iter_mut().enumerate() {
            let End::Finished { result, .. } = &mut run.end else { panic!() };
            if k == 0 {
                result.baseline_error = Some(0.9);
            } else {
                (result.test_rmse, result.constant_rmse) = (Some(53.5), Some(77.25));
                (result.test_mae, result.test_r2) = (Some(43.0), Some(0.5125));
            }
        }
        let text = runs_table(&runs);
        let fields =
            |line: usize| text.lines().nth(line).unwrap().split_whitespace().collect::<Vec<_>>()[6..].join(" ");
        assert_eq!(fields(1), "1.60 1.50 90.00 80.00 – – – 17 34.5\u{a0}s".replace('\u{a0}', " "));
        // The errors of a network that predicts numbers are not percentages of misclassified examples.
        assert_eq!(fields(2), "– – – 80.00 53.5000 77.2500 0.5125 17 34.5 s");
        let csv = runs_csv(&runs);
        assert!(csv.contains(",finished,1.6,1.5,90,,,,,80,17,34.5\n"), "{csv}");
        assert!(csv.contains(",finished,,,,53.5,77.25,43,0.5125,80,17,34.5\n"), "{csv}");
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
            csv.contains("\n\"run-10,b\",\"run-10,b\",mnist,rectifier,784-1000-1000-1000-10,1,diverged,,,,,,,,,,\n"),
            "{csv}"
        );
        assert!(
            csv.contains("\nrun-9,run-9,mnist,rectifier,784-1000-1000-1000-10,1,finished,1.6,1.5,,,,,,80,17,34.5\n"),
            "{csv}"
        );
    }
}
