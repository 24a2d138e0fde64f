//! The training objective of auto-encoders.

use model::{Reconstruction, Target};

/// The training objective of a fleet's auto-encoders: the reconstruction target, and the cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutoencoderObjective {
    /// The reconstruction layer and its cost.
    pub reconstruction: Reconstruction,
    /// The reconstruction target, a function of the encoder's uncorrupted inputs.
    pub target: Target,
}
