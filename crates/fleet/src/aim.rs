//! What the auto-encoders of a fleet are to give back.

use model::{Reconstruction, Target};

/// What the auto-encoders of a fleet are trained for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aim {
    /// The reconstruction layer and its cost.
    pub reconstruction: Reconstruction,
    /// What the encoder's clean inputs are to be reconstructed as.
    pub target: Target,
}
