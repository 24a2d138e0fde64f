//! The parameters of activations.

/// The parameters of the softplus and its variants; other activations have no parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbers {
    /// Sharpness of the softplus and its variants, above 0.
    pub alpha: f64,
    /// Threshold of the thresholded softplus, max(0, softplus - threshold); at least 0.
    pub threshold: f64,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { alpha: 1.0, threshold: 0.0 }
    }
}
