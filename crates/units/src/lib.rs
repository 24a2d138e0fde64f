//! The functions that the paper compares: activations of hidden units, and reconstructions of decoders.
//!
//! This crate defines [`Activation`] and [`Reconstruction`] as scalar functions, with their names, their values and
//! derivatives in 32-bit floats, and a few properties. The kernels inline these functions into their loops; settings
//! use the names, and records and exported files use the serde form. The tensor operations of both types are in
//! `model`, and their ONNX operators are in `exchange`.
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
//! The standard library's `exp` and `ln` compute one number per call, which is slow for a whole layer. The functions of
//! this crate are straight-line arithmetic that compiles to vector code; tests check that their error is at most a few
//! units in the last place.

#![forbid(unsafe_code)]
#![expect(
    clippy::inline_always,
    reason = "a function is compiled for the instruction set of its caller only if the function is inlined"
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
