//! The training step of thin, sparse networks on the CPU.
mod activate;
mod affine;
mod backward;
mod batch;
mod collect;
mod cost;
mod floats;
mod forward;
mod panel;
mod stack;
mod team;

pub use activate::Activation;
pub use affine::Affine;
pub use batch::Batch;
pub use cost::Reconstruction;
pub use forward::Path;
pub use stack::{Descent, Layer, Stack, Sums};
