//! Activation functions as operations on tensors: values for the forward pass, derivatives for the backward pass.

use burn::tensor::{Tensor, activation};
use units::Activation;

/// The activation function of hidden units, applied to whole tensors.
pub trait Activate {
    /// Applies the function to each element of `x`. Only [`Activation::Pair`] changes the shape: it doubles the last
    /// dimension.
    #[must_use]
    fn forward<const D: usize>(self, x: Tensor<D>) -> Tensor<D>;

    /// The gradient g f'(x) at the pre-activations x `[networks, batch, units]`, given the gradient g at the outputs
    /// h = f(x) `[networks, batch, outputs]`; x and h come from a forward pass. At a kink of f, f' is the derivative
    /// that [`Activation`] documents.
    #[must_use]
    fn backward(self, g: Tensor<3>, x: Tensor<3>, h: Tensor<3>) -> Tensor<3>;
}

impl Activate for Activation {
    fn forward<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Rectifier => activation::relu(x),
            Self::Softplus { alpha } => activation::softplus(x, alpha),
            Self::CentredSoftplus { alpha } => activation::softplus(x, alpha) - std::f64::consts::LN_2 / alpha,
            Self::ThresholdedSoftplus { alpha, threshold } => {
                activation::relu(activation::softplus(x, alpha) - threshold)
            }
            Self::Tanh => activation::tanh(x),
            Self::HardTanh => x.clamp(-1.0, 1.0),
            Self::Logistic => activation::sigmoid(x),
            Self::Absolute => x.abs(),
            Self::IntegrateAndFire => firing_rate(x),
            Self::Linear => x,
            Self::Pair => activation::relu(with_opposites(x)),
        }
    }

    fn backward(self, g: Tensor<3>, x: Tensor<3>, h: Tensor<3>) -> Tensor<3> {
        match self {
            Self::Rectifier => g.mask_fill(h.lower_equal_elem(0.0), 0.0),
            Self::Softplus { alpha } | Self::CentredSoftplus { alpha } => g * activation::sigmoid(x * alpha),
            Self::ThresholdedSoftplus { alpha, .. } => {
                (g * activation::sigmoid(x * alpha)).mask_fill(h.lower_equal_elem(0.0), 0.0)
            }
            Self::Tanh => g * (-(h.clone() * h) + 1.0),
            Self::HardTanh => g.mask_fill(x.abs().greater_elem(1.0), 0.0),
            Self::Logistic => g * h.clone() * (-h + 1.0),
            Self::Absolute => g * x.sign(),
            Self::IntegrateAndFire => firing_rate_backward(g, x, h),
            Self::Linear => g,
            Self::Pair => pair_backward(g, h),
        }
    }
}

/// Each element of x followed by its negative, in the last dimension.
fn with_opposites<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let mut shape = x.dims();
    let column = x.reshape([shape.iter().product::<usize>(), 1]);
    shape[D - 1] *= 2;
    Tensor::cat(vec![column.clone(), -column], 1).reshape(shape)
}

/// The gradient at the pre-activations of pairs. At most one of a pair's two outputs, r(x) and r(-x), contributes: the
/// gradient at r(x) is added, and the gradient at r(-x) is subtracted.
fn pair_backward(g: Tensor<3>, h: Tensor<3>) -> Tensor<3> {
    let [members, batch, outputs] = h.dims();
    let g = g.mask_fill(h.lower_equal_elem(0.0), 0.0).reshape([members, batch, outputs / 2, 2]);
    let [positive, negative] = [0, 1].map(|side| g.clone().narrow(3, side, 1).squeeze_dim::<3>(3));
    positive - negative
}

// The parameters of the leaky integrate-and-fire neuron in the first author's code.
const TAU: f64 = 7.5;
const T_REF: f64 = 1.0;
/// The constant (`V_th` - `V_r`) / R of the neuron.
const GAP: f64 = 0.05;

/// The firing rate of a leaky integrate-and-fire neuron. At and below the threshold 0, where the formula does not
/// apply, the current is replaced by 1 and the result by 0.
fn firing_rate<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let silent = x.clone().lower_equal_elem(0.0);
    let current = x.mask_fill(silent.clone(), 1.0);
    let interval = (current.recip() * GAP).log1p() * TAU + T_REF;
    interval.recip().mask_fill(silent, 0.0)
}

/// The gradient at x, from d/dx 1 / (1 + tau ln(1 + c / x)) = tau c h^2 / (x (x + c)) for x > 0; it is 0 for other x.
fn firing_rate_backward(g: Tensor<3>, x: Tensor<3>, h: Tensor<3>) -> Tensor<3> {
    let silent = x.clone().lower_equal_elem(0.0);
    let current = x.mask_fill(silent.clone(), 1.0);
    (g * h.clone() * h * (TAU * GAP) / (current.clone() * (current + GAP))).mask_fill(silent, 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::prelude::Device;

    /// The value of f at x; for a pair, its first output.
    fn at(f: Activation, x: f32) -> f32 {
        f.forward(Tensor::<1>::from_data([x], &Device::flex())).narrow(0, 0, 1).into_scalar()
    }

    /// The derivative of f at x, by automatic differentiation; for a pair, the derivative of its first output.
    fn slope(f: Activation, x: f32) -> f32 {
        let x = Tensor::<1>::from_data([x], &Device::flex().autodiff()).require_grad();
        let gradients = f.forward(x.clone()).narrow(0, 0, 1).sum().backward();
        x.grad(&gradients).unwrap().into_scalar()
    }

    #[test]
    fn values_and_derivatives_match_the_scalar_functions() {
        for f in Activation::ALL {
            for x in [-30.0, -2.0, -1.0, -0.3, 0.0, 0.02, 0.4, 1.0, 1.7, 30.0] {
                let ((value, derivative), found) = (f.at(x), (at(f, x), slope(f, x)));
                let close = |a: f32, b: f32| (a - b).abs() <= 2e-6 * b.abs().max(1.0);
                assert!(close(found.0, value) && close(found.1, derivative), "{f} at {x}: {found:?}");
            }
        }
    }

    #[test]
    fn a_softplus_exceeds_the_rectifier_by_ln_2_over_alpha_at_0_and_stays_finite() {
        for alpha in [1.0, 1.3, 2.0, 3.0, 6.0] {
            let softplus = Activation::Softplus { alpha };
            assert!((f64::from(at(softplus, 0.0)) - 2f64.ln() / alpha).abs() < 1e-6);
            assert_eq!(at(softplus, 1e4), 1e4);
            assert_eq!(at(softplus, -1e4), 0.0);
        }
    }

    #[test]
    fn derivatives_agree_with_central_differences() {
        for f in Activation::ALL {
            for x in [-2.0, -0.3, 0.4, 1.7f32] {
                let step = 1e-2f32;
                let numeric = (at(f, x + step) - at(f, x - step)) / (2.0 * step);
                let analytic = slope(f, x);
                assert!((numeric - analytic).abs() < 2e-3, "{f} at {x}: the slope is {analytic}, not {numeric}");
            }
        }
    }

    #[test]
    fn gradients_are_finite_everywhere_and_zero_where_the_unit_is_silent() {
        for f in Activation::ALL {
            for x in [-1e4, -1.0, 0.0, 1.0, 1e4] {
                assert!(slope(f, x).is_finite(), "{f} at {x}");
                assert!(!f.is_silent() || at(f, x) != 0.0 || slope(f, x) == 0.0, "{f} at {x}");
            }
        }
        assert_eq!([-1.5, -1.0, 0.0, 1.0, 1.5].map(|x| slope(Activation::HardTanh, x)), [0.0, 1.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn a_centred_softplus_rests_at_zero_and_a_thresholded_one_below_its_threshold() {
        for alpha in [0.5, 1.0, 3.0] {
            assert!(at(Activation::CentredSoftplus { alpha }, 0.0).abs() < 1e-6);
            let threshold = 2f64.ln() / alpha;
            let thresholded = Activation::ThresholdedSoftplus { alpha, threshold };
            assert_eq!(at(thresholded, -0.01), 0.0);
            let excess = at(Activation::Softplus { alpha }, 1.5) - threshold as f32;
            assert!((at(thresholded, 1.5) - excess).abs() < 1e-6);
        }
    }

    #[test]
    fn a_pair_outputs_both_rectifiers_side_by_side_and_adds_their_gradients() {
        let x = Tensor::<2>::from_data([[2.0, -3.0], [0.0, 0.5]], &Device::flex().autodiff()).require_grad();
        let h = Activation::Pair.forward(x.clone());
        let values = |tensor: Tensor<2>| tensor.into_data().iter().collect::<Vec<f32>>();
        assert_eq!(h.dims(), [2, 4]);
        assert_eq!(values(h.clone()), [2.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.5, 0.0]);
        let weights = Tensor::<2>::from_data([[1.0, 10.0, 2.0, 20.0]], &Device::flex().autodiff());
        let gradients = (h * weights).sum().backward();
        assert_eq!(values(x.grad(&gradients).unwrap()), [1.0, -20.0, 0.0, 2.0]);
    }

    #[test]
    fn derivatives_match_automatic_differentiation() {
        let numbers = |tensor: Tensor<3>| tensor.into_data().iter::<f32>().collect::<Vec<f32>>();
        let (plain, taped) = (Device::flex(), Device::flex().autodiff());
        let values = [[[-2.0, -1.0, -0.3, 0.0], [0.02, 0.4, 1.0, 1.7]]];
        for units in Activation::ALL.into_iter().chain([Activation::Softplus { alpha: 1.0 }]) {
            let x = Tensor::<3>::from_data(values, &taped).require_grad();
            let h = units.forward(x.clone());
            let outputs = h.dims()[2];
            let g = Tensor::<1, burn::tensor::Int>::arange(1..1 + 2 * i64::try_from(outputs).unwrap(), &plain).float();
            let g: Tensor<3> = g.reshape([1, 2, outputs]);
            let taped_g = Tensor::from_data(g.clone().into_data(), &taped);
            let gradients = (h * taped_g).sum().backward();
            let expected = numbers(x.grad(&gradients).unwrap());
            let x = Tensor::<3>::from_data(values, &plain);
            let found = numbers(units.backward(g, x.clone(), units.forward(x)));
            for (found, expected) in found.iter().zip(&expected) {
                let close = (found - expected).abs() <= 2e-5 * expected.abs().max(1.0);
                assert!(close, "{units}: the gradient is {found}, not {expected}");
            }
        }
    }
}
