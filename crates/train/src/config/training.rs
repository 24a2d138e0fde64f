//! `[training]`: how a network is trained.

use super::backend::Backend;
use super::engine::Engine;
use super::names;
use super::penalty::Penalty;
use super::setting::{Choice, Kind, Number, UNBOUNDED, choice, choices, table};
use serde::{Deserialize, Serialize};

table! {
    /// The settings of `[training]`.
    pub struct TrainingConfig {
        /// The backend to compute on.
        backend: Backend = Backend::Flex, Kind::Choice(backends), also: &["device"];
        /// The engine that carries out training steps.
        engine: Engine = Engine::Auto, Kind::Choice(engines);
        /// Seed of all random numbers, such as those for the weights, the signs, the order of the examples and the
        /// splits of the data.
        seed: u64 = 1, Kind::Whole(0, UNBOUNDED), also: &["random_state", "random_seed"];
        /// Passes over the training set.
        epochs: usize = 30, Kind::Whole(1, 1_000_000), also: &["max_iter", "num_epochs", "n_epochs", "iterations"];
        /// Examples per minibatch.
        batch_size: usize = 10, Kind::Whole(1, 100_000), also: &["batch", "minibatch", "minibatch_size"];
        /// Constant learning rate of plain stochastic gradient descent.
        learning_rate: f64 = 0.1, Kind::Number(Number::Positive),
            also: &["lr", "rate", "eta", "step_size", "learning_rate_init"];
        /// Coefficient of the L1 penalty, the mean over the minibatch of the sum of |h| over the hidden outputs: a
        /// number for all hidden layers, or a list with a number for each layer.
        l1: Penalty = Penalty::Same(0.0001), Kind::PerLayer(Number::NotNegative),
            example: Some("[0.0001, 0.0, 0.0]"), also: &["l1_penalty", "penalty", "sparsity"];
        /// Stop after this many epochs without a lower validation error; 0 means never.
        patience: usize = 0, Kind::Whole(0, UNBOUNDED), also: &["early_stopping"];
        /// Seconds between checkpoints within an epoch; a checkpoint is also written after each epoch.
        checkpoint_seconds: f64 = 30.0, Kind::Number(Number::PositiveUpTo(1e9));
    }
}

/// The choices of `training.backend`.
fn backends() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("flex", "Burn's maintained CPU backend").also(&["cpu"]),
        choice("ndarray", "Burn's old CPU backend; deprecated upstream").also(&["cpu"]),
        choice("wgpu", "any GPU with Vulkan, Metal, DirectX 12 or OpenGL").also(&["gpu", "vulkan", "metal", "webgpu"]),
        choice("cuda", "NVIDIA GPUs; needs a build with `--features cuda`").also(&["gpu", "nvidia"]),
    ];
    choices(names::of::<Backend>(), NOTES)
}

fn engines() -> Vec<Choice> {
    const NOTES: &[Choice] = &[
        choice("auto", "sparse on the CPU backends, autodiff elsewhere"),
        choice("sparse", "kernels that skip exact zeros and update the parameters in place; only on the CPU backends")
            .alias("zeros"),
        choice("autodiff", "Burn's automatic differentiation and optimiser").also(&["burn", "dense"]),
    ];
    choices(names::of::<Engine>(), NOTES)
}
