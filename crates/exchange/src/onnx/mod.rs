//! Networks as ONNX models.
//!
//! A layer is a `Gemm`, the operators of its formula ([`crate::expression`]), and a `Mul` by its signs, if any. The
//! same trees of operators are written on export and recognised on import. Nodes in [`own`] scale the user's own numbers.

mod chain;
mod limits;
mod messages;
mod own;
mod read;
mod tensor;
#[cfg(test)]
mod tests;
mod write;

pub use read::from_onnx;
