//! The examples from which denoising auto-encoders learn (sections 3.2, 4.1 and 4.2).
//!
//! A [`Denoising`] is the task of an auto-encoder. It prepares an input: it draws its [`Corruption`], the [`Target`] of
//! its reconstruction, and the sample of inputs that are reconstructed. The crate is independent of Burn, data sets and
//! kernels.
//!
//! ```
//! use denoising::{At, Corruption, Decoder, Denoising, Prepared, Target};
//! let task = Denoising {
//!     decoder: Decoder::Untied,
//!     reconstruction: units::Reconstruction::SoftplusQuadratic,
//!     corruption: Corruption::Masking(0.25),
//!     target: Target::Same,
//!     sampling: None,
//!     layer: 0,
//! };
//! let mut draws = task.draws(1, At { epoch: 1, step: 0 });
//! let mut prepared = Prepared::default();
//! task.prepare(|row| row.extend([0.5; 100]), Some(&mut draws), 10, &mut prepared);
//! assert!(prepared.corrupted.contains(&0.0) && prepared.corrupted.contains(&0.5));
//! assert_eq!(prepared.target, [0.5; 100]);
//! ```

mod corruption;
mod decoder;
mod sampling;
mod target;
mod task;

pub use corruption::Corruption;
pub use decoder::Decoder;
pub use target::Target;
pub use task::{At, Denoising, Draws, Prepared};
