//! A plan with made-up runs, for tests.

use super::gather::study;
use super::results::Study;
use super::runs::{CellRuns, PlannedRun, PointRuns};
use crate::run::sample::outcome;
use crate::run::{End, Outcome};
use plan::{Expanded, Plan, RunSettings, ScaleName};
use std::collections::BTreeMap;
use std::path::Path;

const PLAN: &str = r#"
    title = "Rectifiers, tanh and softplus on MNIST"
    about = "Table 1 of section 4.1 without pre-training: networks of three hidden layers, with the learning rate of each unit type chosen on validation data. The runs of this page are made up."
    tolerance = { test_error = 0.1, sparsity = 2.0 }
    [scale.smoke]
    seeds = [2]
    choose_on = [1]
    draws = 2
    [scale.desk]
    choose_on = [1, 7]
    seeds = [2, 3, 4, 5, 6]
    exception = "small numbers are easier to follow in tests"
    draws = 40
    [[cell]]
    name = "rectifier"
    settings = { "model.activation" = "rectifier" }
    grid = { "training.learning_rate" = [0.1, 0.01] }
    paper = { test_error = 1.43, sparsity = 83.4 }
    [[cell]]
    name = "tanh"
    settings = { "model.activation" = "tanh" }
    paper = { test_error = 1.57 }
    [[cell]]
    name = "mask"
    not_comparable = "the paper does not say which layers have the mask"
    paper = { sparsity = 80 }
    [[cell]]
    name = "softplus"
    settings = { "model.activation" = "softplus" }
    vary = { "model.softplus_alpha" = [1, 6] }
    [[cell]]
    name = "penalty"
    draw = { "training.l1" = { law = "log-uniform", low = 1e-5, high = 1e-2 } }
    [[table]]
    title = "Error and sparsity"
    columns = ["test_error", "sparsity"]
    cells = ["rectifier", "tanh", "mask"]
    [[table]]
    title = "Softplus of several sharpnesses"
    columns = ["test_error", "test_nll"]
    cells = ["softplus/*"]
    [[figure]]
    title = "Error and the sharpness of softplus"
    caption = "The rectifier is the limit of a sharp softplus."
    kind = "line"
    x = "setting:model.softplus_alpha"
    y = "test_error"
    series = [{ label = "softplus", cells = ["softplus/*", "rectifier"], paper = [[1, 1.77], [6, 1.6]] }]
    [[figure]]
    title = "Error and sparsity of 40 networks"
    kind = "scatter"
    x = "sparsity"
    y = "test_error"
    series = [{ label = "L1 drawn", cells = ["penalty/*"] }, { label = "tanh", cells = ["tanh"] }]
    [[figure]]
    title = "Error of each unit"
    kind = "bars"
    y = "test_error"
    series = [{ label = "three layers", cells = ["rectifier", "tanh", "mask"] }, { label = "softplus", cells = ["softplus/*"] }]
    [[figure]]
    title = "Error and penalty"
    kind = "line"
    x = "setting:training.l1"
    y = "test_error"
    log_x = true
    series = [{ label = "L1 drawn", cells = ["penalty/*"] }]
    [[comparison]]
    question = "Is the rectifier better than tanh?"
    a = "rectifier"
    b = "tanh"
    metric = "test_error"
    test = "paired"
    [[comparison]]
    question = "Do the rectifier and tanh misclassify the same digits?"
    a = "rectifier"
    b = "tanh"
    metric = "test_error"
    test = "mcnemar"
"#;

/// The sample plan.
pub(crate) fn plan() -> Plan {
    Plan::parse(Path::new("sample.toml"), PLAN).unwrap()
}

/// A predicate on the name of a run's cell, its role (`choosing` or `reported`) and its seed.
type Which = fn(&str, &str, i64) -> bool;

/// The sample plan with its made-up runs.
pub(crate) struct Sample {
    /// The plan, which a test may change.
    pub(crate) plan: Plan,
    scale: ScaleName,
    missing: Which,
    diverged: Which,
    improving: fn(&str, i64) -> bool,
}

impl Sample {
    /// The sample with all runs at the scale `desk`.
    pub(crate) fn new() -> Self {
        Self {
            plan: plan(),
            scale: ScaleName::Desk,
            missing: |_, _, _| false,
            diverged: |_, _, _| false,
            improving: |_, _| false,
        }
    }

    /// The sample at another scale.
    pub(crate) fn at(self, scale: ScaleName) -> Self {
        Self { scale, ..self }
    }

    /// The sample without the runs for which `missing` is true.
    pub(crate) fn without(self, missing: Which) -> Self {
        Self { missing, ..self }
    }

    /// The sample in which the runs for which `diverged` is true have diverged.
    pub(crate) fn diverged(self, diverged: Which) -> Self {
        Self { diverged, ..self }
    }

    /// The sample in which the last epoch is the best one of the runs, given by cell and seed, for which `improving` is
    /// true.
    pub(crate) fn improving(self, improving: fn(&str, i64) -> bool) -> Self {
        Self { improving, ..self }
    }

    /// The study of the sample's runs.
    pub(crate) fn study(&self) -> Study {
        let cells = self.plan.cells(self.scale);
        let outcomes: BTreeMap<String, Outcome> =
            cells.iter().flat_map(|cell| self.runs(cell)).filter_map(|(id, outcome)| Some((id, outcome?))).collect();
        let planned = |cell: &Expanded, k: usize, role: &str, runs: &[RunSettings]| {
            let run = |run: &RunSettings| {
                let id = id(cell, k, role, run.repeat);
                let outcome = outcomes.get(&id);
                PlannedRun { page: outcome.map(|_| format!("{id}/report.html")), outcome, id }
            };
            runs.iter().map(run).collect()
        };
        let runs: Vec<CellRuns<'_>> = cells
            .iter()
            .map(|cell| CellRuns {
                expanded: cell,
                points: (cell.points.iter().enumerate())
                    .map(|(k, point)| PointRuns {
                        choosing: planned(cell, k, "choosing", &point.choosing),
                        reported: planned(cell, k, "reported", &point.reported),
                    })
                    .collect(),
            })
            .collect();
        study(&self.plan, self.scale, &runs)
    }

    fn runs(&self, cell: &Expanded) -> Vec<(String, Option<Outcome>)> {
        let mut runs = Vec::new();
        for (k, point) in cell.points.iter().enumerate() {
            for (role, of_role) in [("choosing", &point.choosing), ("reported", &point.reported)] {
                for run in of_role {
                    let id = id(cell, k, role, run.repeat);
                    let outcome = (!(self.missing)(&cell.name, role, run.repeat)).then(|| {
                        let mut outcome = made_up(cell, k, run, &id);
                        if let End::Finished { result, .. } = &mut outcome.end
                            && (self.improving)(&cell.name, run.repeat)
                        {
                            result.selected_epoch = result.epochs;
                        }
                        if (self.diverged)(&cell.name, role, run.repeat) {
                            outcome.end = End::Diverged { reason: "The loss was not a number.".to_owned() };
                        }
                        outcome
                    });
                    runs.push((id, outcome));
                }
            }
        }
        runs
    }
}

fn id(cell: &Expanded, point: usize, role: &str, repeat: i64) -> String {
    format!("{}-{point}-{role}-{repeat}", cell.name.replace('/', "-"))
}

fn made_up(cell: &Expanded, point: usize, run: &RunSettings, id: &str) -> Outcome {
    let number = |key: &str| {
        let value = run.settings.get(key)?;
        value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
    };
    let family = cell.name.split('/').next().unwrap_or_default();
    let l1 = number("training.l1").unwrap_or(3e-4);
    let zeros = 0.6 + 0.1 * (l1 / 1e-5).log10();
    let (error, zeros) = match family {
        "rectifier" => (1.38, 0.82),
        "tanh" => (1.71, 0.0),
        "mask" => (1.42, 0.81),
        "softplus" => (1.9 - 0.05 * number("model.softplus_alpha").unwrap_or_default(), 0.0),
        _ => (1.4 + 40.0 * (zeros - 0.82_f64).max(0.0).powi(2), zeros),
    };
    let letter = i64::from(cell.name.as_bytes()[0]);
    let noise = (run.repeat * (run.repeat + letter) % 5) as f64 * 0.03 + point as f64 * 0.2;
    let mut outcome = outcome(id, error + noise);
    let End::Finished { result, mistakes, .. } = &mut outcome.end else { return outcome };
    result.sparsity = vec![zeros; 3];
    // The misclassified rows are the first multiples of 50, except that every seventh row is shifted by 1. The name of
    // the cell determines the first shifted row.
    let row = |k: usize| k * 50 + usize::from(k % 7 == usize::from(cell.name.as_bytes()[0]) % 7);
    *mistakes = (0..(100.0 * (error + noise)) as usize).map(row).collect();
    outcome.run.seed = run.repeat.unsigned_abs();
    for (key, value) in &run.settings {
        let (table, key) = key.split_once('.').unwrap_or(("", key));
        outcome.config[table][key] = serde_json::to_value(value).unwrap();
    }
    outcome
}
