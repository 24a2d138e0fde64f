//! Many networks of one shape, trained side by side as one program.
//!
//! One 784-1000-1000-1000-10 network at minibatch 10 leaves a GPU idle; the paper's experiments are hundreds of them.
//! A [`Fleet`] holds R networks, each with its own weights, signs, learning rate, L1 coefficients, sharpness of the
//! softplus and order of the examples, and takes one step of all of them at once: `[R, batch, inputs]` times
//! `[R, inputs, units]`.
//!
//! | | |
//! |---|---|
//! | [`Member`] | a network with what it has of its own |
//! | [`Fleet`] | all of them in one tensor per layer; [`Fleet::learn`] goes on with all of them, [`Fleet::denoise`] with their last hidden layers as auto-encoders |
//! | [`Store`] | the examples on the device, and the minibatches that are gathered there |
//! | [`room`] | how many networks a device holds |
//!
//! What one network computes does not depend on its neighbours: a member that diverges stays alone with it, and
//! [`Fleet::regroup`] lets members go and others come without building anything anew.

mod aim;
mod fleet;
mod member;
mod room;
mod step;
mod store;

#[cfg(any(feature = "wgpu", feature = "cuda"))]
mod gpu;

pub use aim::Aim;
pub use fleet::Fleet;
pub use member::{Member, Mismatch};
pub use room::room;
pub use store::Store;
