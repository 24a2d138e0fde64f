//! What a network is trained to do.

use crate::denoising::Denoising;

/// What a network is trained to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Task {
    /// To tell classes: nll (section 4.1).
    Classify,
    /// To give back its inputs: an auto-encoder (section 3.2).
    Reconstruct(Denoising),
}

/// A place in training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// From 1.
    pub epoch: usize,
    /// Minibatch of the epoch, from 0.
    pub step: usize,
}
