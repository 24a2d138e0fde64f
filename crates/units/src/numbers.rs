//! The numbers that some activations have.

/// The numbers that some activations have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbers {
    /// Sharpness of a softplus, above 0.
    pub alpha: f64,
    /// What a thresholded softplus must exceed, at least 0.
    pub threshold: f64,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { alpha: 1.0, threshold: 0.0 }
    }
}
