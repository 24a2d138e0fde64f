//! The files of a run's folder, as types.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A run's folder that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] files::Error),
    /// A file is not what this program writes.
    #[error("{}, line {line}: {reason}; restore the file from a copy, or train again", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

/// Examples of each split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// What the network learns from.
    pub train: usize,
    /// What chooses the epoch.
    pub validation: usize,
    /// What is looked at once, at the end.
    pub test: usize,
}

/// `run.json`: what was run, with which versions, on what.
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
    /// Seed of every random stream.
    pub seed: u64,
    /// Name of the backend.
    pub backend: String,
    /// What it computed on.
    pub device: String,
    /// Trained numbers.
    pub parameters: usize,
    /// Inputs, hidden units of each layer, outputs.
    pub layers: Vec<usize>,
    /// Name of the activation function.
    pub activation: String,
}

/// A line of `metrics.jsonl`. It holds no times, so that a resumed run writes the very same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// From 1.
    pub epoch: usize,
    /// Mean cost while training: nll plus penalty.
    pub train_loss: f64,
    /// Mean negative log-likelihood while training.
    pub train_nll: f64,
    /// Fraction of wrong answers while training.
    pub train_error: f64,
    /// Fraction of exact zeros of each hidden layer while training.
    pub train_sparsity: Vec<f64>,
    /// Mean negative log-likelihood on the validation set, after the epoch.
    pub validation_nll: f64,
    /// Fraction of wrong answers on the validation set.
    pub validation_error: f64,
    /// Fraction of exact zeros of each hidden layer on the validation set.
    pub validation_sparsity: Vec<f64>,
    /// Whether its validation error is the lowest so far; of equal errors the lower nll is the lowest.
    pub best: bool,
}

/// `result.json`.
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
    pub validation_error: f64,
    /// Its test error, a fraction.
    pub test_error: f64,
    /// Its mean negative log-likelihood on the test set.
    pub test_nll: f64,
    /// Fraction of exact zeros of each hidden layer on the test set.
    pub sparsity: Vec<f64>,
    /// Units of each hidden layer that no training example makes fire.
    pub dead_units: Vec<usize>,
    /// Examples per second, training steps only.
    pub examples_per_second: f64,
    /// Seconds of training steps.
    pub training_seconds: f64,
    /// "epochs" when all were trained, "patience" when the validation error had stopped falling.
    pub stopped: String,
    /// Examples of each split.
    pub examples: Counts,
}

/// Writes `run.json`.
///
/// # Errors
/// [`Error::File`] when it cannot be written.
pub fn write_manifest(path: &Path, manifest: &Manifest) -> Result<(), Error> {
    write_json(path, manifest)
}

/// Writes `result.json`.
///
/// # Errors
/// [`Error::File`] when it cannot be written.
pub fn write_result(path: &Path, result: &RunResult) -> Result<(), Error> {
    write_json(path, result)
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default(); // plain structs always serialise
    text.push('\n');
    Ok(files::write(path, text.as_bytes())?)
}

/// Reads `result.json`.
///
/// # Errors
/// [`Error`] when it cannot be read or is no result.
pub fn read_result(path: &Path) -> Result<RunResult, Error> {
    serde_json::from_str(&files::read_text(path)?).map_err(|e| malformed(path, e.line(), &e))
}

/// Writes `metrics.jsonl`, a line per epoch.
///
/// # Errors
/// [`Error::File`] when it cannot be written.
pub fn write_epochs(path: &Path, epochs: &[Epoch]) -> Result<(), Error> {
    let lines = epochs.iter().map(|epoch| serde_json::to_string(epoch).unwrap_or_default() + "\n");
    Ok(files::write(path, lines.collect::<String>().as_bytes())?)
}

/// Reads `metrics.jsonl`.
///
/// # Errors
/// [`Error`] when it cannot be read, with the line that is no epoch.
pub fn read_epochs(path: &Path) -> Result<Vec<Epoch>, Error> {
    let text = files::read_text(path)?;
    let lines = text.lines().enumerate();
    lines.map(|(k, line)| serde_json::from_str(line).map_err(|e| malformed(path, k + 1, &e))).collect()
}

fn malformed(path: &Path, line: usize, reason: &serde_json::Error) -> Error {
    Error::Malformed { path: path.to_owned(), line, reason: reason.to_string() }
}
