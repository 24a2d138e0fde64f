//! The training step of thin, sparse networks on the CPU.
mod affine;
mod backward;
mod batch;
mod cost;
mod floats;
mod forward;
mod function;
mod panel;
mod stack;
mod team;

pub use affine::Affine;
pub use batch::Batch;
pub use cost::Reconstruction;
pub use forward::Path;
pub use function::Activation;
pub use stack::{Descent, Layer, Stack, Sums};
