//! The functions that the paper compares: what hidden units compute, and how decoders reconstruct.
//!
//! An [`Activation`] and a [`Reconstruction`] are data with a name; all that the workspace knows of them as numbers is
//! here: value and derivative in 32 bits, and a few properties. The kernels inline them into their loops, the settings
//! have their names, records and exported files their serde form. Their forms as tensors of Burn are in `model`, those
//! as operators of ONNX in `exchange`.
//!
//! ```
//! use units::Activation;
//! let (value, slope) = Activation::Softplus { alpha: 1.0 }.at(0.0);
//! assert!((value - 2f32.ln()).abs() < 1e-7);
//! assert_eq!(slope, 0.5);
//! assert_eq!(Activation::HardTanh.name(), "hard-tanh");
//! ```
//!
//! # Arithmetic
//! The standard library's `exp` and `ln` are calls, one number at a time; a dense layer would spend more time in them
//! than in its products. Functions here are straight-line arithmetic that compiles to vector code; tests hold them to a
//! few units in the last place.

#![forbid(unsafe_code)]
#![expect(
    clippy::inline_always,
    reason = "vector code is compiled for the instruction set of its caller only if inlined"
)]

mod activation;
mod name;
mod numbers;
mod reconstruction;

mod elementary;
mod integrate_and_fire;
mod rectifier;
mod softplus;
mod tanh;

#[cfg(test)]
mod testing;

pub use activation::{Activation, OnFunction};
pub use elementary::exp;
pub use name::ActivationName;
pub use numbers::Numbers;
pub use reconstruction::{OnCost, Reconstruction};
pub use rectifier::sign;
