//! The training of networks: minibatches, the cost, the engines that carry out training steps, and the training loop.
//!
//! | file | concept |
//! |---|---|
//! | `job.rs`, `task.rs` | the task, its examples and the settings of training |
//! | `minibatches.rs` | examples on a device, for auto-encoders corrupted and with their targets |
//! | `tally.rs` | sums over examples |
//! | `engine.rs` | the interface of the engines, which carry out training steps |
//! | `sparse.rs`, `sparse_autoencoder.rs`, `autodiff/`, `fleet/` | the engines |
//! | `trainer.rs` | the training loop |
//! | `training.rs`, `state.rs` | a network in training; the network's position in training, and its measurements |
//! | `checkpoint.rs` | what a checkpoint contains, and when it is written |
//! | `best_epoch.rs` | which epoch is best, and how long training waits for a better one |
//! | `learner.rs`, `dashboard.rs` | Burn's Learner as the host of training; the metrics on its dashboard |

pub mod autodiff;
mod best_epoch;
pub mod checkpoint;
pub mod dashboard;
pub(crate) mod engine;
pub(crate) mod fleet;
pub mod job;
pub(crate) mod learner;
pub mod minibatches;
pub mod sparse;
pub mod sparse_autoencoder;
pub mod state;
pub mod tally;
pub mod task;
pub(crate) mod trainer;
pub(crate) mod training;
