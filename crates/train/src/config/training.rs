//! `[training]`: how a network is trained.

use super::backend::Backend;
use super::engine::Engine;
use super::names;
use super::penalty::Penalty;
use super::setting::{Choice, Kind, Number, UNBOUNDED, choice, choices, table};
use serde::{Deserialize, Serialize};

table! {
    /// `[training]`
    pub struct TrainingConfig {
        /// What computes.
        backend: Backend = Backend::Flex, Kind::Choice(backends), also: &["device"];
        /// What carries out a training step.
        engine: Engine = Engine::Auto, Kind::Choice(engines);
        /// Seed of every random stream: weights, signs, order, split.
        seed: u64 = 1, Kind::Whole(0, UNBOUNDED), also: &["random_state", "random_seed"];
        /// Passes over the training set.
        epochs: usize = 30, Kind::Whole(1, 1_000_000), also: &["max_iter", "num_epochs", "n_epochs", "iterations"];
        /// Examples per minibatch.
        batch_size: usize = 10, Kind::Whole(1, 100_000), also: &["batch", "minibatch", "minibatch_size"];
        /// Rate of plain gradient descent, constant.
        learning_rate: f64 = 0.1, Kind::Number(Number::Positive),
            also: &["lr", "rate", "eta", "step_size", "learning_rate_init"];
        /// Coefficient of the L1 penalty on the hidden outputs, times the mean over the minibatch of the sum of |h|: one,
        /// or a list with one for each hidden layer.
        l1: Penalty = Penalty::Same(0.0001), Kind::PerLayer(Number::NotNegative),
            example: Some("[0.0001, 0.0, 0.0]"), also: &["l1_penalty", "penalty", "sparsity"];
        /// Stop after this many epochs without a lower validation error; 0: never.
        patience: usize = 0, Kind::Whole(0, UNBOUNDED), also: &["early_stopping"];
        /// Seconds between checkpoints within an epoch; one is always written after each epoch.
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
        choice("sparse", "kernels that skip exact zeros and update in place; on the CPU backends").alias("zeros"),
        choice("autodiff", "Burn's automatic differentiation and optimizer").also(&["burn", "dense"]),
    ];
    choices(names::of::<Engine>(), NOTES)
}
