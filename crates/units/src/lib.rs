//! The functions that the paper compares: activations of hidden units, and reconstructions of decoders.
//!
//! This crate defines [`Activation`] and [`Reconstruction`] as scalar functions: names, values and derivatives in 32
//! bits, and a few properties. The kernels inline these functions into their loops; settings use their names, and
//! records and exported files use their serde form. The tensor operations of both types are in `model`, and their ONNX
//! operators are in `exchange`.
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
//! The standard library's `exp` and `ln` compute one number per call; a dense layer would spend more time in them than
//! in its matrix products. The functions here are straight-line arithmetic that compiles to vector code; tests check
//! that their error is at most a few units in the last place.

#![forbid(unsafe_code)]
#![expect(
    clippy::inline_always,
    reason = "vector code is compiled for the instruction set of its caller only if it is inlined"
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
