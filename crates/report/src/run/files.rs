//! The files of a run's folder, as types.

use super::json::{self, Error};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Examples of each split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Training examples.
    pub train: usize,
    /// Validation examples, which choose the epoch.
    pub validation: usize,
    /// Test examples, evaluated once, at the end.
    pub test: usize,
}

/// `run.json`: what was run, with which versions, on which data and device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name of the run's folder.
    pub name: String,
    /// The command that repeats the run.
    pub command: String,
    /// Version of this program.
    pub version: String,
    /// Version of Burn.
    pub burn: String,
    /// Name of the data set.
    pub dataset: String,
    /// Source and licence of the data.
    pub credit: String,
    /// SHA-256 of each data file.
    pub checksums: BTreeMap<String, String>,
    /// Examples of each split.
    pub examples: Counts,
    /// The names of the classes, in the order of the outputs.
    pub classes: Vec<String>,
    /// Further facts about the data, such as how the validation examples were drawn.
    pub facts: BTreeMap<String, String>,
    /// Seed of every random stream.
    pub seed: u64,
    /// Name of the backend.
    pub backend: String,
    /// The engine that carried out the training steps: "sparse", "autodiff" or "fleet"; several, where a run went on with
    /// another one.
    pub engine: String,
    /// The CPU's instruction set that the kernels used, such as "avx2"; runs of a machine with another one differ in
    /// rounding.
    pub instruction_set: String,
    /// The device that computed it.
    pub device: String,
    /// Number of trained parameters.
    pub parameters: usize,
    /// Inputs, hidden units of each layer, outputs.
    pub layers: Vec<usize>,
    /// Name of the activation function.
    pub activation: String,
}

/// A line of `metrics.jsonl`: one epoch. It holds no times, so that a resumed run writes the very same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// From 1.
    pub epoch: usize,
    /// Mean cost while training: nll plus penalty.
    #[serde(deserialize_with = "json::number")]
    pub train_loss: f64,
    /// Mean negative log-likelihood while training.
    #[serde(deserialize_with = "json::number")]
    pub train_nll: f64,
    /// Fraction of wrong answers while training.
    #[serde(deserialize_with = "json::number")]
    pub train_error: f64,
    /// Fraction of exact zeros of each hidden layer while training.
    #[serde(deserialize_with = "json::numbers")]
    pub train_sparsity: Vec<f64>,
    /// Mean negative log-likelihood on the validation set, after the epoch.
    #[serde(deserialize_with = "json::number")]
    pub validation_nll: f64,
    /// Fraction of wrong answers on the validation set.
    #[serde(deserialize_with = "json::number")]
    pub validation_error: f64,
    /// Fraction of exact zeros of each hidden layer on the validation set.
    #[serde(deserialize_with = "json::numbers")]
    pub validation_sparsity: Vec<f64>,
    /// Whether its validation error is the lowest so far; equal errors are ranked by their nll.
    pub best: bool,
}

/// A line of `pretraining.jsonl`: one epoch of one layer at one rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PretrainingEpoch {
    /// The hidden layer, from 1.
    pub layer: usize,
    /// The learning rate.
    pub learning_rate: f64,
    /// From 1.
    pub epoch: usize,
    /// Mean cost while training: reconstruction cost plus penalty.
    #[serde(deserialize_with = "json::number")]
    pub train_loss: f64,
    /// Mean cost of reconstructing corrupted inputs while training, summed over the inputs.
    #[serde(deserialize_with = "json::number")]
    pub train_cost: f64,
    /// Fraction of exact zeros of the code of corrupted inputs.
    #[serde(deserialize_with = "json::number")]
    pub train_sparsity: f64,
    /// Mean cost of reconstructing the validation set, uncorrupted.
    #[serde(deserialize_with = "json::number")]
    pub validation_cost: f64,
    /// Fraction of exact zeros of its code.
    #[serde(deserialize_with = "json::number")]
    pub validation_sparsity: f64,
    /// Whether its validation cost is the lowest so far at this rate.
    pub best: bool,
}

/// What was chosen for a pre-trained layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PretrainedLayer {
    /// The learning rate with the lowest validation cost.
    pub learning_rate: f64,
    /// The epoch with the lowest validation cost at that rate.
    pub epoch: usize,
    /// That cost: of reconstructing the validation set, uncorrupted, summed over the inputs.
    #[serde(deserialize_with = "json::number")]
    pub validation_cost: f64,
    /// Fraction of exact zeros of the code of the validation set.
    #[serde(deserialize_with = "json::number")]
    pub sparsity: f64,
    /// Seconds of training steps at this rate.
    #[serde(deserialize_with = "json::number")]
    pub training_seconds: f64,
}

/// `result.json`: the result of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// Name of the data set.
    pub dataset: String,
    /// Seed of every random stream.
    pub seed: u64,
    /// Name of the backend.
    pub backend: String,
    /// Epochs trained.
    pub epochs: usize,
    /// The epoch with the lowest validation error, whose network was tested.
    pub selected_epoch: usize,
    /// Its validation error, a fraction.
    #[serde(deserialize_with = "json::number")]
    pub validation_error: f64,
    /// Its test error, a fraction.
    #[serde(deserialize_with = "json::number")]
    pub test_error: f64,
    /// Its mean negative log-likelihood on the test set.
    #[serde(deserialize_with = "json::number")]
    pub test_nll: f64,
    /// If classes are levels, such as stars: its root mean squared error on the validation set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation_rmse: Option<f64>,
    /// The same on the test set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_rmse: Option<f64>,
    /// The root mean squared error of always answering the mean level of the training set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant_rmse: Option<f64>,
    /// What was chosen for each pre-trained hidden layer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pretraining: Vec<PretrainedLayer>,
    /// Fraction of exact zeros of each hidden layer on the test set.
    #[serde(deserialize_with = "json::numbers")]
    pub sparsity: Vec<f64>,
    /// Units of each hidden layer that are 0 for every training example.
    pub dead_units: Vec<usize>,
    /// Examples per second, training steps only.
    #[serde(deserialize_with = "json::number")]
    pub examples_per_second: f64,
    /// Seconds of training steps.
    #[serde(deserialize_with = "json::number")]
    pub training_seconds: f64,
    /// "epochs" when all were trained, "patience" when the validation error had stopped falling, "imported" when the network
    /// was trained elsewhere.
    pub stopped: String,
    /// Examples of each split.
    pub examples: Counts,
}

/// `measures.json`: numbers and lists of numbers by name, such as `pairs.layer1.share`.
pub type Measures = BTreeMap<String, Vec<f64>>;

/// Writes `run.json`.
///
/// # Errors
/// [`Error::File`] when it cannot be written.
pub fn write_manifest(path: &Path, manifest: &Manifest) -> Result<(), Error> {
    json::write_indented(path, manifest)
}

/// Writes `result.json`.
///
/// # Errors
/// [`Error::File`] when it cannot be written.
pub fn write_result(path: &Path, result: &RunResult) -> Result<(), Error> {
    json::write_indented(path, result)
}

/// Writes `measures.json`.
///
/// # Errors
/// [`Error::File`] when it cannot be written.
pub fn write_measures(path: &Path, measures: &Measures) -> Result<(), Error> {
    json::write_indented(path, measures)
}

/// Writes `mistakes.json`: the rows of the test set that were misclassified, in ascending order.
///
/// # Errors
/// [`Error::File`] when it cannot be written.
pub fn write_mistakes(path: &Path, mistakes: &[usize]) -> Result<(), Error> {
    json::write_line(path, mistakes)
}

/// Writes `metrics.jsonl`, a line per epoch.
///
/// # Errors
/// [`Error::File`] when it cannot be written.
pub fn write_epochs(path: &Path, epochs: &[Epoch]) -> Result<(), Error> {
    json::write_lines(path, epochs)
}

/// Writes `pretraining.jsonl`, a line per epoch of each layer and rate.
///
/// # Errors
/// [`Error::File`] when it cannot be written.
pub fn write_pretraining(path: &Path, epochs: &[PretrainingEpoch]) -> Result<(), Error> {
    json::write_lines(path, epochs)
}

/// Reads `run.json`.
///
/// # Errors
/// [`Error`] when it cannot be read or is not a manifest.
pub fn read_manifest(path: &Path) -> Result<Manifest, Error> {
    json::read(path)
}

/// Reads `result.json`.
///
/// # Errors
/// [`Error`] when it cannot be read or is not a result.
pub fn read_result(path: &Path) -> Result<RunResult, Error> {
    json::read(path)
}

/// Reads `metrics.jsonl`.
///
/// # Errors
/// [`Error`] when it cannot be read, or with the first line that is not an epoch.
pub fn read_epochs(path: &Path) -> Result<Vec<Epoch>, Error> {
    json::read_lines(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(number: usize) -> Epoch {
        Epoch {
            epoch: number,
            train_loss: 0.1 + 0.2,
            train_nll: 1.0 / 3.0,
            train_error: 0.5,
            train_sparsity: vec![0.25, 0.75],
            validation_nll: 2.5e-17,
            validation_error: 0.125,
            validation_sparsity: vec![0.5, 1.0],
            best: number == 1,
        }
    }

    #[test]
    fn epochs_are_read_back_bit_for_bit_and_take_one_line_each() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        let epochs = [epoch(1), epoch(2)];
        write_epochs(&path, &epochs).unwrap();
        assert_eq!(files::read_text(&path).unwrap().lines().count(), 2);
        assert_eq!(read_epochs(&path).unwrap(), epochs);
    }

    #[test]
    fn no_epochs_are_an_empty_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        write_epochs(&path, &[]).unwrap();
        assert_eq!(read_epochs(&path).unwrap(), []);
    }

    #[test]
    fn a_bad_line_is_named_with_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        write_epochs(&path, &[epoch(1), epoch(2), epoch(3)]).unwrap();
        let text = files::read_text(&path).unwrap().replace("\"epoch\":2", "\"epoch\":\"two\"");
        files::write(&path, text.as_bytes()).unwrap();
        let message = read_epochs(&path).unwrap_err().to_string();
        assert!(message.contains("metrics.jsonl, line 2, column "), "{message}");
        assert!(message.contains("invalid type: string"), "{message}");
        assert!(!message.contains("at line 1"), "{message}");
    }

    #[test]
    fn numbers_that_are_not_finite_are_read_back_as_nan() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        let diverged = Epoch { train_nll: f64::INFINITY, validation_sparsity: vec![f64::NAN, 0.5], ..epoch(1) };
        write_epochs(&path, &[diverged]).unwrap();
        let read = read_epochs(&path).unwrap().remove(0);
        assert!(read.train_nll.is_nan() && read.validation_sparsity[0].is_nan());
        assert_eq!(read.validation_sparsity[1].to_bits(), 0.5_f64.to_bits());
    }

    #[test]
    fn a_missing_number_is_an_error_and_not_nan() {
        let text = serde_json::to_string(&epoch(1)).unwrap().replace("\"train_nll\":", "\"other\":");
        let error = serde_json::from_str::<Epoch>(&text).unwrap_err().to_string();
        assert!(error.contains("missing field `train_nll`"), "{error}");
    }
}
