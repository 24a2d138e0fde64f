//! The parameters of activations.

/// The parameters of those activations that have some.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbers {
    /// Sharpness of a softplus, above 0.
    pub alpha: f64,
    /// What the softplus must exceed in a thresholded softplus, at least 0.
    pub threshold: f64,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { alpha: 1.0, threshold: 0.0 }
    }
}
