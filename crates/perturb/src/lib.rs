//! The perturbed characters of NISTP and P07: endless examples from a finite set of characters.
//!
//! NISTP is the largest set of the paper's image experiments: characters of 32x32 pixels, each deformed by a chain of
//! random modules, each with its own complexity. An image is a function of a seed and an index: image `index` can be
//! made alone, in any order and on any number of threads. The random bits are the same everywhere, but distributions
//! and deformations use `exp`, `ln`, `cbrt`, `sin_cos` and similar functions of the platform's mathematical library: on
//! another platform the last bit of a value, and thus occasionally a byte of an image, may differ.
//!
//! ```
//! use perturb::{Image, PinchVariant, Pipeline};
//! let bar = Image::from_fn(|row, column| f32::from((4..28).contains(&row) && (15..17).contains(&column)));
//! let nistp = Pipeline::nistp(PinchVariant::Report);
//! let third = nistp.apply(&bar, perturb::MAX_COMPLEXITY, 1, 3);
//! assert_eq!(third, nistp.apply(&bar, perturb::MAX_COMPLEXITY, 1, 3));
//! assert_ne!(third, nistp.apply(&bar, perturb::MAX_COMPLEXITY, 1, 4));
//! assert_eq!(bar, nistp.apply(&bar, 0.0, 1, 3));
//! ```
//!
//! # Sources
//! * The report: Bastien, Bengio, ..., Glorot et al., "Deep Self-Taught Learning for Handwritten Character
//!   Recognition", 2010, arXiv 1009.3589.
//! * The published code: the authors' generator in Python (IFT6266, winter 2010). Where the report and the code differ,
//!   this crate follows the code, because the code made the images. Each module names its source, and states where it
//!   differs from the code.
//!
//! # Left out
//! Scratches, occlusion and background pictures are left out. They belong to P07 but not to NISTP, and need collections
//! of other pictures.

#![forbid(unsafe_code)]

mod complexity;
mod distributions;
mod image;
mod module;
mod pipeline;
mod sampling;
mod separable;

mod affine;
mod elastic;
mod pinch;
mod slant;
mod thickness;

mod contrast;
mod gaussian_noise;
mod motion_blur;
mod permute_pixels;
mod salt_and_pepper;
mod smoothing;

#[cfg(test)]
mod testing;

pub use affine::Affine;
pub use complexity::{Complexity, MAX_COMPLEXITY};
pub use contrast::{Contrast, Polarity};
pub use elastic::Elastic;
pub use gaussian_noise::GaussianNoise;
pub use image::{Image, PIXELS, SIDE, SMALLER};
pub use module::{Module, Perturbation};
pub use motion_blur::MotionBlur;
pub use permute_pixels::PermutePixels;
pub use pinch::Pinch;
pub use pipeline::{PinchVariant, Pipeline};
pub use salt_and_pepper::SaltAndPepper;
pub use slant::{Direction, Slant};
pub use smoothing::Smoothing;
pub use thickness::{Operation, Thickness};
