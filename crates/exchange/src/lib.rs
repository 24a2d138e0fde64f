//! Networks and training curves in the formats of other programs.
//!
//! A [`Portable`] network consists of affine layers, the activation of the hidden units, and notes. It is written to
//! safetensors, NumPy's `.npz` and ONNX files, with the same names and layouts of tensors in all three formats, and
//! read back from these files. [`Portable::to_python`] and [`Portable::to_c`] write it as a stand-alone program. Files
//! that other programs wrote, such as PyTorch's safetensors files and ONNX models, are read if they hold such a
//! network. [`EventWriter`] writes the event files of TensorBoard.
//!
//! This crate does not depend on Burn. Networks are read from byte slices, whose content is not trusted.
//!
//! ```
//! use exchange::{Affine, Hidden, Notes, Parts, Portable};
//! use units::Activation;
//!
//! let hidden = Affine { inputs: 2, weight: vec![1.0, -1.0, 0.5, 2.0, 0.0, -2.0], bias: vec![0.0, 0.1, 0.2] };
//! let output = Affine { inputs: 3, weight: vec![1.0; 6], bias: vec![0.0; 2] };
//! let network = Portable::new(Parts {
//!     hidden: vec![Hidden { affine: hidden, signs: None }],
//!     output,
//!     activation: Activation::Rectifier,
//!     notes: Notes::default(),
//! })?;
//! assert_eq!(exchange::from_onnx(&network.to_onnx()?)?, network);
//! # Ok::<(), exchange::Error>(())
//! ```

mod error;
mod events;
mod expression;
mod foreign;
mod formula;
mod found;
mod label;
mod names;
mod notes;
mod npz;
mod onnx;
mod order;
mod own;
mod portable;
mod predictor;
mod read;
mod safetensors;
mod scale;
mod statement;
mod tensors;
#[cfg(test)]
mod testing;

pub use error::Error;
pub use events::{EventWriter, Scalar, events};
pub use expression::Expression;
pub use formula::{of_output, of_unit};
pub use found::Found;
pub use notes::{Labels, Notes};
pub use npz::from_npz;
pub use onnx::from_onnx;
pub use portable::{Affine, Hidden, Parts, Portable};
pub use read::Format;
pub use safetensors::from_safetensors;
pub use scale::Scale;
pub use units::{Activation, Reconstruction};
