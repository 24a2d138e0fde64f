//! Networks as ONNX models.
//!
//! In an exported model, a hidden layer is a `Gemm`, the operators of its formula ([`crate::expression`]), and a `Mul`
//! by its signs, if any; the last layer is a `Gemm`. The same trees of operators are written on export and recognised
//! on import. Before the first layer and after the last, the nodes of [`own`] scale the user's own numbers.

mod answer;
mod chain;
mod limits;
mod messages;
mod node;
mod own;
mod read;
mod scaling;
mod shape;
mod tensor;
#[cfg(test)]
mod tests;
mod value;
mod write;

pub(crate) use read::found;
pub use read::from_onnx;
