//! The reconstruction targets of auto-encoders as operations on tensors.

use burn::tensor::Tensor;
use denoising::Target;

/// The targets of whole tensors.
pub trait Targets {
    /// The targets of all elements of `x`; the shape does not change.
    #[must_use]
    fn of_all<const D: usize>(self, x: Tensor<D>) -> Tensor<D>;
}

impl Targets for Target {
    fn of_all<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Same => x,
            Self::Magnitude => x.abs(),
            Self::Halved => (x + 1.0) / 2.0,
        }
    }
}
