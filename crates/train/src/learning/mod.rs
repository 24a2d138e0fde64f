//! Training a network: minibatches, the cost, the engines that carry a step, and the loop around them.
//!
//! | file | concept |
//! |---|---|
//! | `job.rs`, `task.rs` | what is to be trained, on what, for how long |
//! | `minibatches.rs`, `denoising.rs` | examples on a device; corrupted inputs and their targets |
//! | `objective.rs`, `tally.rs` | the cost with its gradients; sums over examples |
//! | `engine.rs`, `sparse.rs`, `sparse_autoencoder.rs`, `autodiff.rs`, `fleet/` | what carries a training step |
//! | `trainer.rs`, `training.rs`, `checkpoint.rs` | the training loop; a network in training; the file it goes on from |
//! | `learner.rs`, `dashboard.rs` | Burn's Learner as its host; what its dashboard shows |

pub(crate) mod autodiff;
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
