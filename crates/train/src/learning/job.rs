//! A training job: the task, its examples and its settings.

use crate::config::Penalty;
use crate::config::engine::Engine;
use crate::failure::Failure;
use crate::learning::minibatches::Minibatches;
use crate::learning::task::Task;
use report::Epoch;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Everything that training needs, except the network that it starts from.
pub struct TrainingJob {
    /// Training minibatches, on a device with autodiff.
    pub train: Arc<Minibatches>,
    /// Validation minibatches, on the same device without autodiff.
    pub validation: Arc<Minibatches>,
    /// The task for which the network is trained.
    pub task: Task,
    /// The engine that carries out the steps; [`Engine::Auto`] means [`Engine::Sparse`] here.
    pub engine: Engine,
    /// Seed of the order of the examples, of corruption and of reconstruction sampling.
    pub seed: u64,
    /// The number of passes over the training set.
    pub epochs: usize,
    /// Epochs without improvement on the validation set after which training stops; 0: no limit.
    pub patience: usize,
    /// Learning rate of plain stochastic gradient descent.
    pub learning_rate: f64,
    /// L1 coefficients of the hidden layers; for an auto-encoder, the coefficient of its code.
    pub l1: Penalty,
    /// The path of the checkpoint.
    pub checkpoint: PathBuf,
    /// Minimum time between checkpoints within an epoch.
    pub checkpoint_interval: Duration,
}

/// A function that is called after each epoch with all completed epochs. If the function returns an error, training
/// ends.
pub type OnEpoch = Box<dyn Fn(&[Epoch]) -> Result<(), Failure> + Send + Sync>;
