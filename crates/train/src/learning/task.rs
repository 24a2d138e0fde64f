//! What a network is trained to do.

use crate::learning::denoising::Denoising;

/// What a network is trained to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Task {
    /// To tell classes: nll (section 4.1).
    Classify,
    /// To give back its inputs: an auto-encoder (section 3.2).
    Reconstruct(Denoising),
}
