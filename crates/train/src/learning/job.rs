//! What is to be trained, on what, and for how long.

use crate::config::Penalty;
use crate::config::engine::Engine;
use crate::failure::Failure;
use crate::learning::minibatches::Minibatches;
use crate::learning::task::Task;
use report::Epoch;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What is to be trained, but for the network that it starts from.
pub struct TrainingJob {
    /// Training examples, on a device with autodiff.
    pub train: Arc<Minibatches>,
    /// Validation examples, on the same device without it.
    pub validation: Arc<Minibatches>,
    /// What is learned.
    pub task: Task,
    /// What carries a step; [`Engine::Auto`] counts as [`Engine::Sparse`].
    pub engine: Engine,
    /// Seed of the order.
    pub seed: u64,
    /// Passes over the training set.
    pub epochs: usize,
    /// Epochs without a lower validation error after which to stop; 0: never.
    pub patience: usize,
    /// Rate of plain gradient descent.
    pub learning_rate: f64,
    /// L1 coefficients of the hidden layers; of an auto-encoder the one of its code.
    pub l1: Penalty,
    /// The checkpoint's file.
    pub checkpoint: PathBuf,
    /// Time between checkpoints within an epoch.
    pub every: Duration,
}

/// Called with all epochs so far, whenever one is over.
pub type OnEpoch = Box<dyn Fn(&[Epoch]) -> Result<(), Failure> + Send + Sync>;
