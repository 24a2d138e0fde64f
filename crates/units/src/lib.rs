//! The functions that the paper compares: what hidden units compute, and how decoders reconstruct.
//!
//! This crate defines [`Activation`] and [`Reconstruction`] as scalar functions: names, values and derivatives in 32
//! bits, and a few properties. The kernels inline them into their loops; settings use their names, records and exported
//! files their serde form. Their tensor operations are in `model`, and their ONNX operators in `exchange`.
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
//! The standard library's `exp` and `ln` are calls for one number at a time; a dense layer would spend more time in
//! them than in its matrix products. The functions here are straight-line arithmetic that compiles to vector code;
//! tests bound their error to a few units in the last place.

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
