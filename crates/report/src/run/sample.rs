//! A made-up run, for tests.

use super::files::{Counts, Epoch, Manifest, RunResult};
use super::outcome::{End, Outcome};
use std::collections::BTreeMap;

/// The manifest and the result of the run of [`outcome`].
pub(crate) fn finished(id: &str, test_error: f64) -> (Manifest, RunResult) {
    let Outcome { run, end, .. } = outcome(id, test_error);
    match end {
        End::Finished { result, .. } => (run, *result),
        End::Diverged { reason } => panic!("{reason}"),
    }
}

/// The outcome of a made-up finished run with the id `id` and the test error `test_error`, in percent.
#[expect(clippy::too_many_lines, reason = "it lists every field of the files of a run")]
pub(crate) fn outcome(id: &str, test_error: f64) -> Outcome {
    let examples = Counts { train: 50_000, validation: 10_000, test: 10_000 };
    let run = Manifest {
        name: id.to_owned(),
        command: format!("train --config configs/mnist-rectifier.toml --set training.seed=2 --run-dir runs/{id}"),
        version: "0.1.0".to_owned(),
        commit: None,
        burn: "0.22.1".to_owned(),
        dataset: "mnist".to_owned(),
        credit: String::new(),
        checksums: BTreeMap::new(),
        examples,
        classes: vec![],
        facts: BTreeMap::new(),
        look: None,
        predicted: None,
        seed: 1,
        backend: "flex".to_owned(),
        engine: "sparse".to_owned(),
        instruction_set: "avx2".to_owned(),
        processor: None,
        device: "CPU".to_owned(),
        parameters: 1000,
        layers: vec![784, 1000, 1000, 1000, 10],
        activation: "rectifier".to_owned(),
    };
    let selected = Epoch {
        epoch: 17,
        train_loss: 0.01,
        train_nll: 0.01,
        train_error: 0.001,
        train_sparsity: vec![0.8; 3],
        validation_nll: 0.06,
        validation_error: test_error / 100.0 + 0.001,
        validation_sparsity: vec![0.8; 3],
        best: true,
    };
    let result = RunResult {
        dataset: "mnist".to_owned(),
        seed: 1,
        backend: "flex".to_owned(),
        epochs: 20,
        selected_epoch: 17,
        validation_error: test_error / 100.0 + 0.001,
        test_error: test_error / 100.0,
        test_nll: 0.05 + test_error / 100.0,
        validation_rmse: None,
        test_rmse: None,
        test_mae: None,
        test_r2: None,
        baseline_error: None,
        constant_rmse: None,
        pretraining: vec![],
        pretraining_seconds: None,
        last: None,
        sparsity: vec![0.8; 3],
        dead_units: vec![0; 3],
        examples_per_second: 30_000.0,
        training_seconds: 34.5,
        stopped: "epochs".to_owned(),
        examples,
    };
    let end = End::Finished {
        result: Box::new(result),
        selected: Box::new(selected),
        mistakes: vec![],
        measures: BTreeMap::new(),
    };
    Outcome {
        id: id.to_owned(),
        config: serde_json::json!({ "model": {}, "training": {} }),
        run,
        end,
        curves: None,
        pretraining_curves: vec![],
    }
}
