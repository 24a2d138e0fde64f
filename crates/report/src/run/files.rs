//! The files in a run's folder as types, with the functions that read and write them.

use super::json::{self, Error};
use super::look::{Look, PredictedColumn};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The number of examples in each split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The number of training examples.
    pub train: usize,
    /// The number of validation examples, on which the epoch is selected.
    pub validation: usize,
    /// The number of test examples, on which only the selected network is evaluated, once, at the end.
    pub test: usize,
}

/// `run.json`: what was run, with which versions, on which data and device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name of the run's folder.
    pub name: String,
    /// The command that repeats the run.
    pub command: String,
    /// Version of this program.
    pub version: String,
    /// The commit of the sources that this program was built from, followed by `, modified` if the sources had changes
    /// that were not committed; `unknown` if the program was built without Git; absent in runs of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Version of Burn.
    pub burn: String,
    /// Name of the data set.
    pub dataset: String,
    /// Source and licence of the data.
    pub credit: String,
    /// SHA-256 of each data file.
    pub checksums: BTreeMap<String, String>,
    /// The number of examples in each split.
    pub examples: Counts,
    /// The names of the classes, in the order of the outputs; empty if the classes have no names, or numbers are
    /// predicted.
    pub classes: Vec<String>,
    /// Further facts about the data, such as how the validation examples were drawn.
    pub facts: BTreeMap<String, String>,
    /// The summary of the user's own data; absent for published data sets, and in runs of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<Look>,
    /// The column whose numbers are predicted; absent for classification, and in runs of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicted: Option<PredictedColumn>,
    /// The seed of all streams of random numbers.
    pub seed: u64,
    /// Name of the backend.
    pub backend: String,
    /// The engine that carried out the training steps: "sparse", "autodiff" or "fleet"; a comma-separated list of
    /// engines if the run was resumed with a different engine.
    pub engine: String,
    /// The CPU instruction set that the kernels used, such as "avx2"; results differ in rounding between instruction
    /// sets.
    pub instruction_set: String,
    /// The name of the processor, as the operating system states it; `unknown` if it states none; absent in runs of
    /// earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processor: Option<String>,
    /// The device that the run was computed on.
    pub device: String,
    /// Number of trained parameters.
    pub parameters: usize,
    /// The number of inputs, the number of outputs of each hidden layer, and the number of outputs of the network.
    pub layers: Vec<usize>,
    /// Name of the activation function.
    pub activation: String,
}

impl Manifest {
    /// The number of outputs of each hidden layer.
    #[must_use]
    pub fn hidden(&self) -> &[usize] {
        self.layers.get(1..self.layers.len().saturating_sub(1)).unwrap_or_default()
    }
}

/// A line of `metrics.jsonl`: one epoch. The line contains no timings, so that a resumed run writes exactly the same
/// bytes.
///
/// For regression, errors and negative log-likelihoods are mean squared errors of the standardised numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// The epoch, counted from 1; 0 for the measurements of an imported network, which was not trained.
    pub epoch: usize,
    /// Mean cost while training: negative log-likelihood plus penalty.
    #[serde(deserialize_with = "json::number")]
    pub train_loss: f64,
    /// Mean negative log-likelihood while training.
    #[serde(deserialize_with = "json::number")]
    pub train_nll: f64,
    /// Fraction of misclassified examples while training.
    #[serde(deserialize_with = "json::number")]
    pub train_error: f64,
    /// Fraction of exact zeros among the outputs of each hidden layer while training.
    #[serde(deserialize_with = "json::numbers")]
    pub train_sparsity: Vec<f64>,
    /// Mean negative log-likelihood on the validation set, after the epoch.
    #[serde(deserialize_with = "json::number")]
    pub validation_nll: f64,
    /// Fraction of misclassified examples in the validation set, after the epoch.
    #[serde(deserialize_with = "json::number")]
    pub validation_error: f64,
    /// Fraction of exact zeros among the outputs of each hidden layer on the validation set.
    #[serde(deserialize_with = "json::numbers")]
    pub validation_sparsity: Vec<f64>,
    /// Whether the epoch is the best so far: its validation error is the lowest, ties are broken by the validation
    /// negative log-likelihood, and this negative log-likelihood is not far above the value for the untrained network.
    pub best: bool,
}

/// A line of `pretraining.jsonl`: one epoch of pre-training one layer at one learning rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PretrainingEpoch {
    /// The hidden layer, counted from 1.
    pub layer: usize,
    /// The learning rate.
    pub learning_rate: f64,
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// Mean cost while training: reconstruction cost plus penalty.
    #[serde(deserialize_with = "json::number")]
    pub train_loss: f64,
    /// Mean cost of reconstructing corrupted inputs while training, summed over the inputs.
    #[serde(deserialize_with = "json::number")]
    pub train_cost: f64,
    /// Fraction of exact zeros in the codes of corrupted inputs.
    #[serde(deserialize_with = "json::number")]
    pub train_sparsity: f64,
    /// Mean cost of reconstructing the uncorrupted validation set, summed over the inputs.
    #[serde(deserialize_with = "json::number")]
    pub validation_cost: f64,
    /// Fraction of exact zeros in the codes of the uncorrupted validation set.
    #[serde(deserialize_with = "json::number")]
    pub validation_sparsity: f64,
    /// Whether the validation cost is the lowest so far for this layer at this learning rate, and not far above the
    /// cost of the untrained auto-encoder.
    pub best: bool,
}

/// The learning rate and epoch selected for a pre-trained layer, with their results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PretrainedLayer {
    /// The learning rate with the lowest validation cost.
    pub learning_rate: f64,
    /// The epoch with the lowest validation cost at this learning rate.
    pub epoch: usize,
    /// The validation cost after this epoch: the mean cost of reconstructing the uncorrupted validation set, summed
    /// over the inputs.
    #[serde(deserialize_with = "json::number")]
    pub validation_cost: f64,
    /// Fraction of exact zeros in the codes of the validation set.
    #[serde(deserialize_with = "json::number")]
    pub sparsity: f64,
    /// Seconds spent in training steps at this learning rate.
    #[serde(deserialize_with = "json::number")]
    pub training_seconds: f64,
}

/// The network after the last epoch of training, on the test set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastEpoch {
    /// The test error, defined like [`RunResult::test_error`].
    #[serde(deserialize_with = "json::number")]
    pub test_error: f64,
    /// The mean negative log-likelihood on the test set; for regression, the test error.
    #[serde(deserialize_with = "json::number")]
    pub test_nll: f64,
    /// The root mean squared error on the test set; `None` unless the classes are levels or the task is regression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_rmse: Option<f64>,
    /// Fraction of exact zeros among the outputs of each hidden layer on the test set.
    #[serde(deserialize_with = "json::numbers")]
    pub sparsity: Vec<f64>,
}

/// `result.json`: the result of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// Name of the data set.
    pub dataset: String,
    /// The seed of all streams of random numbers.
    pub seed: u64,
    /// Name of the backend.
    pub backend: String,
    /// The number of completed epochs of training.
    pub epochs: usize,
    /// The epoch with the lowest validation error, whose network was tested; 0 for an imported network.
    pub selected_epoch: usize,
    /// The validation error of the selected network: the fraction of misclassified examples or, for regression, the
    /// mean squared error divided by the variance of the training targets.
    #[serde(deserialize_with = "json::number")]
    pub validation_error: f64,
    /// The test error of the selected network, defined like the validation error.
    #[serde(deserialize_with = "json::number")]
    pub test_error: f64,
    /// The mean negative log-likelihood of the selected network on the test set; for regression, the test error.
    #[serde(deserialize_with = "json::number")]
    pub test_nll: f64,
    /// The root mean squared error of the selected network on the validation set; `None` unless the classes are levels,
    /// such as star ratings, or the task is regression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation_rmse: Option<f64>,
    /// The root mean squared error of the selected network on the test set; `None` unless the classes are levels or the
    /// task is regression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_rmse: Option<f64>,
    /// The mean absolute error on the test examples, in the target's units; `None` unless the task is regression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_mae: Option<f64>,
    /// The coefficient of determination R² on the test examples; `None` unless the task is regression and the test
    /// targets vary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_r2: Option<f64>,
    /// The root mean squared error on the test set of always predicting the mean level or target of the training set;
    /// `None` unless the classes are levels or the task is regression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant_rmse: Option<f64>,
    /// The test error, a fraction, of always predicting the most frequent training class; `None` for regression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline_error: Option<f64>,
    /// The learning rate and epoch selected for each pre-trained hidden layer; empty without pre-training.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pretraining: Vec<PretrainedLayer>,
    /// Seconds spent in training steps of pre-training, over all layers and all learning rates that did not diverge;
    /// `None` without pre-training, and in runs of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pretraining_seconds: Option<f64>,
    /// The network after the last epoch, which nothing was selected by; `None` in runs of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<LastEpoch>,
    /// Fraction of exact zeros among the outputs of each hidden layer on the test set.
    #[serde(deserialize_with = "json::numbers")]
    pub sparsity: Vec<f64>,
    /// The number of units in each hidden layer whose output is 0 for every training example.
    pub dead_units: Vec<usize>,
    /// The number of training examples per second of training steps.
    #[serde(deserialize_with = "json::number")]
    pub examples_per_second: f64,
    /// Seconds spent in training steps.
    #[serde(deserialize_with = "json::number")]
    pub training_seconds: f64,
    /// Why training ended: "epochs" if all epochs were trained, "patience" if the validation error had stopped falling,
    /// "imported" if the network was trained elsewhere.
    pub stopped: String,
    /// The number of examples in each split.
    pub examples: Counts,
}

impl RunResult {
    /// Whether the network predicts numbers, so that its errors are mean squared errors divided by a variance.
    #[must_use]
    pub fn is_of_numbers(&self) -> bool {
        self.test_mae.is_some()
    }
}

/// `measures.json`: the values of each measure by its name, such as `pairs.layer1.share`.
pub type Measures = BTreeMap<String, Vec<f64>>;

/// Writes `run.json`.
///
/// # Errors
/// [`Error::File`] when the file cannot be written.
pub fn write_manifest(path: &Path, manifest: &Manifest) -> Result<(), Error> {
    json::write_indented(path, manifest)
}

/// Writes `result.json`.
///
/// # Errors
/// [`Error::File`] when the file cannot be written.
pub fn write_result(path: &Path, result: &RunResult) -> Result<(), Error> {
    json::write_indented(path, result)
}

/// Writes `measures.json`.
///
/// # Errors
/// [`Error::File`] when the file cannot be written.
pub fn write_measures(path: &Path, measures: &Measures) -> Result<(), Error> {
    json::write_indented(path, measures)
}

/// Writes `mistakes.json`: the rows of the test set that were misclassified, in ascending order.
///
/// # Errors
/// [`Error::File`] when the file cannot be written.
pub fn write_mistakes(path: &Path, mistakes: &[usize]) -> Result<(), Error> {
    json::write_line(path, mistakes)
}

/// Writes `predictions.json`: the true and the predicted number of each test example, in the target's units.
///
/// # Errors
/// [`Error::File`] when the file cannot be written.
pub fn write_predictions(path: &Path, predictions: &[[f64; 2]]) -> Result<(), Error> {
    json::write_line(path, predictions)
}

/// Writes `metrics.jsonl`, one line per epoch.
///
/// # Errors
/// [`Error::File`] when the file cannot be written.
pub fn write_epochs(path: &Path, epochs: &[Epoch]) -> Result<(), Error> {
    json::write_lines(path, epochs)
}

/// Writes `pretraining.jsonl`, one line per epoch of each layer and learning rate.
///
/// # Errors
/// [`Error::File`] when the file cannot be written.
pub fn write_pretraining(path: &Path, epochs: &[PretrainingEpoch]) -> Result<(), Error> {
    json::write_lines(path, epochs)
}

/// Reads `run.json`.
///
/// # Errors
/// [`Error`] when the file cannot be read or is not a manifest.
pub fn read_manifest(path: &Path) -> Result<Manifest, Error> {
    json::read(path)
}

/// Reads `result.json`.
///
/// # Errors
/// [`Error`] when the file cannot be read or is not a result.
pub fn read_result(path: &Path) -> Result<RunResult, Error> {
    json::read(path)
}

/// Reads `metrics.jsonl`.
///
/// # Errors
/// [`Error`] when the file cannot be read or a line is not an epoch; the error gives the first such line.
pub fn read_epochs(path: &Path) -> Result<Vec<Epoch>, Error> {
    json::read_lines(path)
}

/// Reads `pretraining.jsonl`.
///
/// # Errors
/// [`Error`] when the file cannot be read or a line is not an epoch; the error gives the first such line.
pub fn read_pretraining(path: &Path) -> Result<Vec<PretrainingEpoch>, Error> {
    json::read_lines(path)
}

#[cfg(test)]
mod tests;
