//! What auto-encoders are trained for, and the derivative of their cost.

use burn::tensor::{Tensor, activation};
use model::{Reconstruction, Target};

/// What the auto-encoders of a fleet are trained to reconstruct, and at which cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutoencoderObjective {
    /// The reconstruction layer and its cost.
    pub reconstruction: Reconstruction,
    /// The reconstruction target, a function of the encoder's uncorrupted inputs.
    pub target: Target,
}

/// The derivative of each unit's cost by its pre-activation f, for targets x.
pub(crate) fn slope(reconstruction: Reconstruction, f: Tensor<3>, x: Tensor<3>) -> Tensor<3> {
    match reconstruction {
        Reconstruction::SoftplusQuadratic => (activation::softplus(f.clone(), 1.0) - x) * activation::sigmoid(f) * 2.0,
        Reconstruction::LinearQuadratic => (f - x) * 2.0,
        Reconstruction::RectifierQuadratic => {
            let below = f.clone().lower_equal_elem(0.0);
            ((activation::relu(f) - x) * 2.0).mask_fill(below, 0.0)
        }
        Reconstruction::LogisticCrossEntropy => activation::sigmoid(f) - x,
        Reconstruction::TanhCrossEntropy => (activation::sigmoid(f * 2.0) - x) * 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::prelude::Device;

    #[test]
    fn every_derivative_is_that_of_automatic_differentiation() {
        let numbers = |tensor: Tensor<3>| tensor.into_data().iter::<f32>().collect::<Vec<f32>>();
        let (plain, taped) = (Device::flex(), Device::flex().autodiff());
        let (f, x) = ([[[-3.0, -0.4, 0.1], [0.7, 1.5, 6.0]]], [[[0.0, 0.3, 1.0], [0.5, 0.0, 0.9]]]);
        for reconstruction in [
            Reconstruction::SoftplusQuadratic,
            Reconstruction::LinearQuadratic,
            Reconstruction::RectifierQuadratic,
            Reconstruction::LogisticCrossEntropy,
            Reconstruction::TanhCrossEntropy,
        ] {
            let at = Tensor::<3>::from_data(f, &taped).require_grad();
            let gradients = reconstruction.of_units(at.clone(), &Tensor::from_data(x, &taped)).sum().backward();
            let expected = numbers(at.grad(&gradients).unwrap());
            let found = slope(reconstruction, Tensor::from_data(f, &plain), Tensor::from_data(x, &plain));
            for (found, expected) in numbers(found).iter().zip(&expected) {
                assert!((found - expected).abs() <= 1e-5, "{reconstruction:?}: {found}, not {expected}");
            }
        }
    }
}
