//! Many networks of one shape, trained side by side as one program.
//!
//! A single 784-1000-1000-1000-10 network with minibatches of 10 examples leaves a GPU mostly idle, but the paper's
//! experiments train hundreds of such networks. A [`Fleet`] holds R networks, each with its own weights, signs,
//! learning rate, L1 coefficients, sharpness of the softplus and order of the examples, and takes one training step for
//! all networks at once: `[R, batch, inputs]` times `[R, inputs, units]`.
//!
//! | item | purpose |
//! |---|---|
//! | [`Member`] | holds a network with its own hyperparameters |
//! | [`Fleet`] | holds all networks, in one tensor per layer; [`Fleet::learn`] trains them, [`Fleet::denoise`] pre-trains their last hidden layers as auto-encoders |
//! | [`Store`] | holds the examples on the device, where minibatches are gathered |
//! | [`capacity`] | estimates how many networks fit on a device |
//!
//! What a network computes does not depend on the other members: if a member diverges, the other members are not
//! affected. [`Fleet::regroup`] removes and adds members without compiling anything again.

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
