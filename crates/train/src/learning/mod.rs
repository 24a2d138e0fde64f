//! Training a network: minibatches, the cost, the engines that carry a step, and the loop around them.
//!
//! | file | concept |
//! |---|---|
//! | `job.rs`, `task.rs` | what is to be trained, on what, for how long |
//! | `minibatches.rs`, `denoising.rs` | examples on a device; corrupted inputs and their targets |
//! | `objective.rs`, `tally.rs` | the cost with its gradients; sums over examples |
//! | `engine.rs`, `sparse.rs`, `sparse_autoencoder.rs` | what carries a training step |
//! | `trainer.rs`, `checkpoint.rs`, `dashboard.rs` | the loop on Burn's Learner; where it stands; how it is shown |

pub mod checkpoint;
pub mod dashboard;
pub mod denoising;
pub mod engine;
pub mod job;
pub mod minibatches;
pub mod objective;
pub mod sparse;
pub mod sparse_autoencoder;
pub mod tally;
pub mod task;
pub mod trainer;
