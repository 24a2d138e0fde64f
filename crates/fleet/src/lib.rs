//! Many networks of one shape, trained side by side as one program.
//!
//! One 784-1000-1000-1000-10 network at minibatch 10 leaves a GPU idle; the paper's experiments are hundreds of them.
//! A [`Fleet`] holds R networks, each with its own weights, signs, learning rate, L1 coefficients, sharpness of the
//! softplus and order of the examples, and takes one step of all of them at once: `[R, batch, inputs]` times
//! `[R, inputs, units]`.
//!
//! | | |
//! |---|---|
//! | [`Member`] | a network with its own hyperparameters |
//! | [`Fleet`] | all networks in one tensor per layer; [`Fleet::learn`] trains them, [`Fleet::denoise`] pre-trains their last hidden layers as auto-encoders |
//! | [`Store`] | the examples on the device, from which minibatches are gathered there |
//! | [`capacity`] | how many networks fit on a device |
//!
//! What one network computes does not depend on its neighbours: a member that diverges does not affect the others, and
//! [`Fleet::regroup`] removes and adds members without compiling anything again.

mod capacity;
mod fleet;
mod member;
mod objective;
mod passes;
mod step;
mod store;

#[cfg(any(feature = "wgpu", feature = "cuda"))]
mod gpu;

pub use capacity::capacity;
pub use fleet::Fleet;
pub use member::{Member, Mismatch};
pub use objective::AutoencoderObjective;
pub use store::Store;
