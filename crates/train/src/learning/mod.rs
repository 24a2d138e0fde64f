//! The training of networks: minibatches, the cost, the engines that carry out training steps, and the training loop.
//!
//! | file | concept |
//! |---|---|
//! | `job.rs`, `task.rs` | the task, its examples and the settings of training |
//! | `minibatches.rs`, `denoising.rs` | examples on a device; corrupted inputs and their targets |
//! | `objective.rs`, `tally.rs` | the cost with its gradients; sums over examples |
//! | `engine.rs`, `sparse.rs`, `sparse_autoencoder.rs`, `autodiff.rs`, `fleet/` | the engines, which carry out training steps |
//! | `trainer.rs`, `training.rs`, `checkpoint.rs` | the training loop; a network in training; its checkpoint |
//! | `best_epoch.rs` | which epoch is best, and how long training waits for a better one |
//! | `learner.rs`, `dashboard.rs` | Burn's Learner as the host of training; the metrics on its dashboard |

pub(crate) mod autodiff;
mod best_epoch;
pub mod checkpoint;
pub mod dashboard;
pub mod denoising;
pub(crate) mod engine;
pub(crate) mod fleet;
pub mod job;
pub(crate) mod learner;
pub mod minibatches;
pub mod objective;
pub mod sparse;
pub mod sparse_autoencoder;
pub mod tally;
pub mod task;
pub(crate) mod trainer;
pub(crate) mod training;
