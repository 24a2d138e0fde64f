//! The training objective of auto-encoders.

use model::{Reconstruction, Target};

/// What the auto-encoders of a fleet are trained to reconstruct, and by which cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutoencoderObjective {
    /// The reconstruction layer and its cost.
    pub reconstruction: Reconstruction,
    /// The reconstruction target, a function of the encoder's uncorrupted inputs.
    pub target: Target,
}
