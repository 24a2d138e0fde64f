//! Reconstruction layers of auto-encoders and what they cost (section 3.2).

use burn::tensor::{Tensor, activation};
use serde::{Deserialize, Serialize};

/// How a decoder's pre-activations f become a reconstruction y, and the cost of y against the target x: summed over the
/// units, as the authors' code has it. Cross-entropies are taken from f, where they cannot overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reconstruction {
    /// y = ln(1 + exp(f)), (x - y)^2: the paper's choice for images.
    SoftplusQuadratic,
    /// y = 1 / (1 + exp(-f)), cross-entropy: the paper's choice for text.
    LogisticCrossEntropy,
    /// y = (tanh(f) + 1) / 2 read as a probability, cross-entropy: for tanh units.
    TanhCrossEntropy,
    /// y = f, (x - y)^2.
    LinearQuadratic,
    /// y = max(0, f), (x - y)^2: no gradient where f < 0, which is why the paper does not use it.
    RectifierQuadratic,
}

impl Reconstruction {
    /// The cost of each example, `[batch]`, for pre-activations f and targets x, both `[batch, units]`.
    #[must_use]
    pub fn cost(self, f: Tensor<2>, x: &Tensor<2>) -> Tensor<1> {
        self.of_units(f, x).sum_dim(1).squeeze_dim::<1>(1)
    }

    /// The cost of each unit for pre-activations f and targets x, all in one shape, `[batch, units]` or another.
    #[must_use]
    pub fn of_units<const D: usize>(self, f: Tensor<D>, x: &Tensor<D>) -> Tensor<D> {
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

    /// The reconstruction y of a pre-activation f.
    #[must_use]
    pub fn output(self, f: f32) -> f32 {
        match self {
            Self::SoftplusQuadratic => f.max(0.0) + (-f.abs()).exp().ln_1p(),
            Self::LogisticCrossEntropy => (1.0 + (-f).exp()).recip(),
            Self::TanhCrossEntropy => f32::midpoint(f.tanh(), 1.0),
            Self::LinearQuadratic => f,
            Self::RectifierQuadratic => f.max(0.0),
        }
    }

    /// The targets that it can reach, both ends included.
    #[must_use]
    pub fn reachable(self) -> (f32, f32) {
        match self {
            Self::SoftplusQuadratic | Self::RectifierQuadratic => (0.0, f32::INFINITY),
            Self::LogisticCrossEntropy | Self::TanhCrossEntropy => (0.0, 1.0),
            Self::LinearQuadratic => (f32::NEG_INFINITY, f32::INFINITY),
        }
    }

    /// The same in the kernels.
    #[must_use]
    pub fn kernel(self) -> kernels::Reconstruction {
        match self {
            Self::SoftplusQuadratic => kernels::Reconstruction::SoftplusQuadratic,
            Self::LogisticCrossEntropy => kernels::Reconstruction::LogisticCrossEntropy,
            Self::TanhCrossEntropy => kernels::Reconstruction::TanhCrossEntropy,
            Self::LinearQuadratic => kernels::Reconstruction::LinearQuadratic,
            Self::RectifierQuadratic => kernels::Reconstruction::RectifierQuadratic,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::prelude::Device;

    const ALL: [Reconstruction; 5] = [
        Reconstruction::SoftplusQuadratic,
        Reconstruction::LogisticCrossEntropy,
        Reconstruction::TanhCrossEntropy,
        Reconstruction::LinearQuadratic,
        Reconstruction::RectifierQuadratic,
    ];

    fn cost(reconstruction: Reconstruction, f: f32, x: f32) -> f32 {
        let tensor = |value| Tensor::<2>::from_data([[value]], &Device::flex());
        reconstruction.cost(tensor(f), &tensor(x)).into_scalar()
    }

    #[test]
    fn an_untrained_logistic_decoder_of_5000_units_costs_5000_ln_2() {
        let device = Device::flex();
        let f = Tensor::<2>::zeros([3, 5000], &device);
        let cost = Reconstruction::LogisticCrossEntropy.cost(f.clone(), &f).mean().into_scalar::<f32>();
        assert!((cost - 5000.0 * 2f32.ln()).abs() < 1e-2, "{cost}");
    }

    #[test]
    fn costs_are_those_of_their_formulas() {
        let (f, x) = (0.3f64, 0.8f64);
        let p = 1.0 / (1.0 + (-f).exp());
        let q = f64::midpoint(f.tanh(), 1.0);
        let entropy = |p: f64| -x * p.ln() - (1.0 - x) * (1.0 - p).ln();
        let expected = [(x - (1.0 + f.exp()).ln()).powi(2), entropy(p), entropy(q), (x - f).powi(2), (x - f).powi(2)];
        for (reconstruction, expected) in ALL.into_iter().zip(expected) {
            let found = f64::from(cost(reconstruction, f as f32, x as f32));
            assert!((found - expected).abs() < 1e-6, "{reconstruction:?}: {found}, not {expected}");
        }
        assert_eq!(cost(Reconstruction::RectifierQuadratic, -3.0, 0.5), 0.25);
    }

    #[test]
    fn a_quadratic_cost_is_that_of_its_output_and_an_entropy_is_least_there() {
        for (f, x) in [(0.3f32, 0.8f32), (-1.2, 0.1)] {
            for reconstruction in ALL {
                let y = reconstruction.output(f);
                let at_its_own_output = cost(reconstruction, f, y.clamp(0.0, 1.0));
                match reconstruction {
                    Reconstruction::LogisticCrossEntropy | Reconstruction::TanhCrossEntropy => {
                        let nearby = [-0.01, 0.01].map(|step| cost(reconstruction, f + step, y));
                        assert!(nearby.iter().all(|cost| *cost > at_its_own_output), "{reconstruction:?}");
                    }
                    _ => assert!((cost(reconstruction, f, x) - (x - y).powi(2)).abs() < 1e-6, "{reconstruction:?}"),
                }
            }
        }
    }

    #[test]
    fn huge_pre_activations_cost_no_overflow() {
        for reconstruction in ALL {
            for f in [-1e4, 1e4] {
                assert!(cost(reconstruction, f, 0.5).is_finite(), "{reconstruction:?} at {f}");
            }
        }
    }

    #[test]
    fn the_kernels_compute_the_same() {
        for reconstruction in ALL {
            for (f, x) in [(-1.5, 0.0), (0.2, 1.0), (2.5, 0.4)] {
                let hidden =
                    kernels::Layer::new(kernels::Affine::new(1, &[0.0], &[0.0]), None, kernels::Activation::Rectifier);
                let mut stack =
                    kernels::Stack::new(vec![hidden], kernels::Affine::new(1, &[0.0], &[f]), 1, 1).with_targets();
                stack.inputs().push_values(&[1.0]);
                stack.targets().unwrap().push_values(&[x]);
                let found = stack.reconstruct(reconstruction.kernel()).cost;
                let expected = f64::from(cost(reconstruction, f, x));
                assert!((found - expected).abs() < 1e-5, "{reconstruction:?}: {found}, not {expected}");
            }
        }
    }
}
