//! Derivatives of the activation functions, from the results of a forward pass.

use burn::tensor::{Tensor, activation::sigmoid};
use model::Activation;

/// g f'(x): the gradient at the pre-activations x `[R, batch, units]`, for the gradient g at the outputs h = f(x)
/// `[R, batch, outputs]`. Where f has a kink, f' is the derivative that `model::Activation` documents.
pub(crate) fn through(units: Activation, g: Tensor<3>, x: Tensor<3>, h: Tensor<3>) -> Tensor<3> {
    match units {
        Activation::Rectifier => g.mask_fill(h.lower_equal_elem(0.0), 0.0),
        Activation::Softplus { alpha } | Activation::CentredSoftplus { alpha } => g * sigmoid(x * alpha),
        Activation::ThresholdedSoftplus { alpha, .. } => {
            (g * sigmoid(x * alpha)).mask_fill(h.lower_equal_elem(0.0), 0.0)
        }
        Activation::Tanh => g * (-(h.clone() * h) + 1.0),
        Activation::HardTanh => g.mask_fill(x.abs().greater_elem(1.0), 0.0),
        Activation::Logistic => g * h.clone() * (-h + 1.0),
        Activation::Absolute => g * x.sign(),
        Activation::IntegrateAndFire => integrate_and_fire(g, x, h),
        Activation::Linear => g,
        Activation::Pair => pair(g, h),
    }
}

/// d/dx 1 / (1 + tau ln(1 + c / x)) = tau c h^2 / (x (x + c)) above threshold, with the constants of the paper's code.
fn integrate_and_fire(g: Tensor<3>, x: Tensor<3>, h: Tensor<3>) -> Tensor<3> {
    const TAU: f64 = 7.5;
    const C: f64 = 0.05;
    let silent = x.clone().lower_equal_elem(0.0);
    let current = x.mask_fill(silent.clone(), 1.0);
    (g * h.clone() * h * (TAU * C) / (current.clone() * (current + C))).mask_fill(silent, 0.0)
}

/// Of the two outputs of a pair, r(x) and r(-x), at most one lets g through, the second with the opposite sign.
fn pair(g: Tensor<3>, h: Tensor<3>) -> Tensor<3> {
    let [members, batch, outputs] = h.dims();
    let g = g.mask_fill(h.lower_equal_elem(0.0), 0.0).reshape([members, batch, outputs / 2, 2]);
    let [positive, negative] = [0, 1].map(|side| g.clone().narrow(3, side, 1).squeeze_dim::<3>(3));
    positive - negative
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::prelude::Device;

    const ALL: [Activation; 12] = [
        Activation::Rectifier,
        Activation::Softplus { alpha: 1.0 },
        Activation::Softplus { alpha: 3.0 },
        Activation::CentredSoftplus { alpha: 2.0 },
        Activation::ThresholdedSoftplus { alpha: 2.0, threshold: 0.25 },
        Activation::Tanh,
        Activation::HardTanh,
        Activation::Logistic,
        Activation::Absolute,
        Activation::IntegrateAndFire,
        Activation::Linear,
        Activation::Pair,
    ];

    #[test]
    fn every_derivative_is_that_of_automatic_differentiation() {
        let numbers = |tensor: Tensor<3>| tensor.into_data().iter::<f32>().collect::<Vec<f32>>();
        let (plain, taped) = (Device::flex(), Device::flex().autodiff());
        let values = [[[-2.0, -1.0, -0.3, 0.0], [0.02, 0.4, 1.0, 1.7]]];
        for units in ALL {
            let x = Tensor::<3>::from_data(values, &taped).require_grad();
            let h = units.forward(x.clone());
            let outputs = h.dims()[2];
            let g = Tensor::<1, burn::tensor::Int>::arange(1..1 + 2 * i64::try_from(outputs).unwrap(), &plain).float();
            let g: Tensor<3> = g.reshape([1, 2, outputs]);
            let taped_g = Tensor::from_data(g.clone().into_data(), &taped);
            let gradients = (h * taped_g).sum().backward();
            let expected = numbers(x.grad(&gradients).unwrap());
            let x = Tensor::<3>::from_data(values, &plain);
            let found = numbers(through(units, g, x.clone(), units.forward(x)));
            for (found, expected) in found.iter().zip(&expected) {
                let close = (found - expected).abs() <= 2e-5 * expected.abs().max(1.0);
                assert!(close, "{units:?}: {found} against {expected}");
            }
        }
    }
}
