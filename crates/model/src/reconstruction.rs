//! Reconstruction layers of auto-encoders as operations on tensors (section 3.2).

use burn::tensor::{Tensor, activation};
use units::Reconstruction;

/// Reconstruction costs and their derivatives for whole tensors. [`Reconstruct::cost`] sums over the units, as the
/// authors' code does.
pub trait Reconstruct {
    /// The cost of each example, `[batch]`, for pre-activations f and targets x, both `[batch, units]`.
    #[must_use]
    fn cost(self, f: Tensor<2>, x: &Tensor<2>) -> Tensor<1>;

    /// The cost of each unit for pre-activations f and targets x, all of the same shape, such as `[batch, units]`.
    #[must_use]
    fn of_units<const D: usize>(self, f: Tensor<D>, x: &Tensor<D>) -> Tensor<D>;

    /// The derivative of the cost of each unit with respect to f, for pre-activations f and targets x, all of the same
    /// shape.
    #[must_use]
    fn slope<const D: usize>(self, f: Tensor<D>, x: Tensor<D>) -> Tensor<D>;
}

impl Reconstruct for Reconstruction {
    fn cost(self, f: Tensor<2>, x: &Tensor<2>) -> Tensor<1> {
        self.of_units(f, x).sum_dim(1).squeeze_dim::<1>(1)
    }

    fn of_units<const D: usize>(self, f: Tensor<D>, x: &Tensor<D>) -> Tensor<D> {
        let quadratic = |y: Tensor<D>| (x.clone() - y).square();
        let cross_entropy = |f: Tensor<D>| activation::softplus(f.clone(), 1.0) - f * x.clone();
        match self {
            Self::SoftplusQuadratic => quadratic(activation::softplus(f, 1.0)),
            Self::LinearQuadratic => quadratic(f),
            Self::RectifierQuadratic => quadratic(activation::relu(f)),
            Self::LogisticCrossEntropy => cross_entropy(f),
            // (tanh(f) + 1) / 2 is the logistic of 2 f.
            Self::TanhCrossEntropy => cross_entropy(f * 2.0),
        }
    }

    fn slope<const D: usize>(self, f: Tensor<D>, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::SoftplusQuadratic => (activation::softplus(f.clone(), 1.0) - x) * activation::sigmoid(f) * 2.0,
            Self::LinearQuadratic => (f - x) * 2.0,
            Self::RectifierQuadratic => {
                let below = f.clone().lower_equal_elem(0.0);
                ((activation::relu(f) - x) * 2.0).mask_fill(below, 0.0)
            }
            Self::LogisticCrossEntropy => activation::sigmoid(f) - x,
            Self::TanhCrossEntropy => (activation::sigmoid(f * 2.0) - x) * 2.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::prelude::Device;

    fn cost(reconstruction: Reconstruction, f: f32, x: f32) -> f32 {
        let tensor = |value| Tensor::<2>::from_data([[value]], &Device::flex());
        reconstruction.cost(tensor(f), &tensor(x)).into_scalar()
    }

    #[test]
    fn an_untrained_logistic_decoder_of_5000_units_costs_5000_ln_2() {
        let device = Device::flex();
        let f = Tensor::<2>::zeros([3, 5000], &device);
        let cost = Reconstruction::LogisticCrossEntropy.cost(f.clone(), &f).mean().into_scalar::<f32>();
        assert!((cost - 5000.0 * 2f32.ln()).abs() < 1e-2, "the cost is {cost}");
    }

    #[test]
    fn costs_match_their_formulas() {
        let (f, x) = (0.3f64, 0.8f64);
        let p = 1.0 / (1.0 + (-f).exp());
        let q = f64::midpoint(f.tanh(), 1.0);
        let entropy = |p: f64| -x * p.ln() - (1.0 - x) * (1.0 - p).ln();
        let expected = [(x - (1.0 + f.exp()).ln()).powi(2), entropy(p), entropy(q), (x - f).powi(2), (x - f).powi(2)];
        for (reconstruction, expected) in Reconstruction::ALL.into_iter().zip(expected) {
            let found = f64::from(cost(reconstruction, f as f32, x as f32));
            assert!((found - expected).abs() < 1e-6, "{reconstruction}: the cost is {found}, not {expected}");
        }
        assert_eq!(cost(Reconstruction::RectifierQuadratic, -3.0, 0.5), 0.25);
    }

    #[test]
    fn quadratic_costs_match_their_formula_and_cross_entropies_are_least_at_the_target() {
        for (f, x) in [(0.3f32, 0.8f32), (-1.2, 0.1)] {
            for reconstruction in Reconstruction::ALL {
                let y = reconstruction.output(f);
                let at_its_own_output = cost(reconstruction, f, y.clamp(0.0, 1.0));
                match reconstruction {
                    Reconstruction::LogisticCrossEntropy | Reconstruction::TanhCrossEntropy => {
                        let nearby = [-0.01, 0.01].map(|step| cost(reconstruction, f + step, y));
                        assert!(nearby.iter().all(|cost| *cost > at_its_own_output), "{reconstruction}");
                    }
                    _ => assert!((cost(reconstruction, f, x) - (x - y).powi(2)).abs() < 1e-6, "{reconstruction}"),
                }
            }
        }
    }

    #[test]
    fn huge_pre_activations_do_not_overflow() {
        for reconstruction in Reconstruction::ALL {
            for f in [-1e4, 1e4] {
                assert!(cost(reconstruction, f, 0.5).is_finite(), "{reconstruction} at {f}");
            }
        }
    }

    #[test]
    fn costs_match_the_scalar_functions_and_the_kernels() {
        for reconstruction in Reconstruction::ALL {
            for (f, x) in [(-1.5, 0.0), (0.2, 1.0), (2.5, 0.4)] {
                let hidden =
                    kernels::Layer::new(kernels::Affine::new(1, &[0.0], &[0.0]), None, kernels::Activation::Rectifier);
                let mut stack =
                    kernels::Stack::new(vec![hidden], kernels::Affine::new(1, &[0.0], &[f]), 1, 1).with_targets();
                stack.inputs().push_values(&[1.0]);
                stack.targets().unwrap().push_values(&[x]);
                let found = [stack.reconstruct(reconstruction).cost, f64::from(reconstruction.at(f, x).0)];
                let expected = f64::from(cost(reconstruction, f, x));
                assert!(found.iter().all(|found| (found - expected).abs() < 1e-5), "{reconstruction}: {found:?}");
            }
        }
    }

    #[test]
    fn derivatives_match_automatic_differentiation() {
        let numbers = |tensor: Tensor<2>| tensor.into_data().iter::<f32>().collect::<Vec<f32>>();
        let (plain, taped) = (Device::flex(), Device::flex().autodiff());
        let (f, x) = ([[-3.0, -0.4, 0.1], [0.7, 1.5, 6.0]], [[0.0, 0.3, 1.0], [0.5, 0.0, 0.9]]);
        for reconstruction in Reconstruction::ALL {
            let at = Tensor::<2>::from_data(f, &taped).require_grad();
            let gradients = reconstruction.of_units(at.clone(), &Tensor::from_data(x, &taped)).sum().backward();
            let expected = numbers(at.grad(&gradients).unwrap());
            let found = numbers(reconstruction.slope(Tensor::from_data(f, &plain), Tensor::from_data(x, &plain)));
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() <= 1e-5, "{reconstruction}: the slope is {found}, not {expected}");
            }
        }
    }
}
