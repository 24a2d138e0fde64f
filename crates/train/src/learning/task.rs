//! What a network is trained to do.

use crate::learning::denoising::Denoising;

/// What a network is trained to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Task {
    /// Classification: the cost is the negative log-likelihood (section 4.1).
    Classify,
    /// Regression: the cost is the squared error of the predicted number, which is standardised by the mean and the
    /// standard deviation of the training targets.
    Regress,
    /// Reconstruction of the inputs, as an auto-encoder (section 3.2).
    Reconstruct(Denoising),
}
