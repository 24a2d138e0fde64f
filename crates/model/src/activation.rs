//! The activation functions that the paper compares.

use burn::tensor::{Tensor, activation};
use serde::{Deserialize, Serialize};

/// What a hidden unit computes from its pre-activation x.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// max(0, x), derivative 0 at 0 (section 3.1).
    Rectifier,
    /// ln(1 + exp(alpha x)) / alpha: smooth, and the rectifier as alpha goes to infinity (section 4.1).
    Softplus {
        /// Sharpness, above 0; 1 is the plain softplus.
        alpha: f64,
    },
    /// ln(1 + exp(alpha x)) / alpha - ln 2 / alpha: the softplus moved down to 0 at 0, so that fresh units have no positive
    /// mean. The paper has no such unit; that it needs one is a comment in the first author's code.
    CentredSoftplus {
        /// Sharpness, above 0.
        alpha: f64,
    },
    /// max(0, ln(1 + exp(alpha x)) / alpha - threshold): a softplus with exact zeros, derivative 0 there. Not in the
    /// paper; it tells the effect of zeros from that of the kink.
    ThresholdedSoftplus {
        /// Sharpness, above 0.
        alpha: f64,
        /// What a unit must exceed, at least 0; ln 2 / alpha leaves a fresh unit at zero half of the time.
        threshold: f64,
    },
    /// tanh(x).
    Tanh,
    /// x within [-1, 1], else the nearer end: r(x + 1) - r(x - 1) - 1, an odd pair of rectifiers r with shared weights
    /// (section 3.1); derivative 1 within, both ends included, else 0.
    HardTanh,
    /// 1 / (1 + exp(-x)).
    Logistic,
    /// |x|: what a pair of rectifiers with shared parameters can express (section 3.1); derivative 0 at 0.
    Absolute,
    /// The firing rate of a leaky integrate-and-fire neuron for the input current x (section 2.1),
    /// 1 / (`t_ref` + tau ln((E + R x - `V_r`) / (E + R x - `V_th`))) above threshold, else 0.
    ///
    /// The paper gives no numbers. These are of the first author's code: tau = 7.5, `t_ref` = 1, R = 0.5, E = `V_th`,
    /// `V_th` - `V_r` = 0.025, which make it 1 / (1 + 7.5 ln(1 + 0.05 / x)) for x > 0. The derivative grows without
    /// bound as x falls to 0 from above.
    IntegrateAndFire,
    /// x: an auto-encoder of such units finds the space of the principal components.
    Linear,
    /// max(0, x) and max(0, -x): both rectifiers of a pair with shared weights and bias (section 3.1), as outputs of their
    /// own, next to each other. A layer of n such units has n pre-activations and 2n outputs, of which at least half are
    /// zero; derivatives are 0 at 0.
    Pair,
}

impl Activation {
    /// Outputs of a unit: 1, or 2 of a [`Activation::Pair`].
    #[must_use]
    pub fn outputs_per_unit(self) -> usize {
        if self == Self::Pair { 2 } else { 1 }
    }

    /// Applies the function to each element; the shape stays, but pairs double the last dimension.
    #[must_use]
    pub fn forward<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
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
            Self::IntegrateAndFire => integrate_and_fire(x),
            Self::Linear => x,
            Self::Pair => activation::relu(with_opposites(x)),
        }
    }

    /// Whether f(c x) = c f(x) for every c > 0, which the identity of section 3.1 needs.
    #[must_use]
    pub fn is_positively_homogeneous(self) -> bool {
        matches!(self, Self::Rectifier | Self::Absolute | Self::Linear | Self::Pair)
    }
}

/// x and -x, next to each other in the last dimension.
fn with_opposites<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let mut shape = x.dims();
    let column = x.reshape([shape.iter().product::<usize>(), 1]);
    shape[D - 1] *= 2;
    Tensor::cat(vec![column.clone(), -column], 1).reshape(shape)
}

/// Below threshold the logarithm is undefined: those elements take a harmless current first, and 0 last.
fn integrate_and_fire<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    const TAU: f64 = 7.5;
    const T_REF: f64 = 1.0;
    const GAP: f64 = 0.05; // (V_th - V_r) / R
    let silent = x.clone().lower_equal_elem(0.0);
    let current = x.mask_fill(silent.clone(), 1.0);
    let interval = (current.recip() * GAP).log1p() * TAU + T_REF;
    interval.recip().mask_fill(silent, 0.0)
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

    /// f at x; of a pair the first output.
    fn at(f: Activation, x: f32) -> f32 {
        f.forward(Tensor::<1>::from_data([x], &Device::flex())).narrow(0, 0, 1).into_scalar()
    }

    /// f and its derivative at x, by autodiff.
    fn slope(f: Activation, x: f32) -> f32 {
        let x = Tensor::<1>::from_data([x], &Device::flex().autodiff()).require_grad();
        let gradients = f.forward(x.clone()).narrow(0, 0, 1).sum().backward();
        x.grad(&gradients).unwrap().into_scalar()
    }

    #[test]
    fn integrate_and_fire_has_the_values_of_its_formula() {
        // 1 / (1 + 7.5 ln(1 + 0.05 / x)), worked out by hand
        for (x, rate) in [(0.1, 0.2475), (1.0, 0.7321), (5.0, 0.9306), (0.0, 0.0), (-1.0, 0.0)] {
            assert!((at(Activation::IntegrateAndFire, x) - rate).abs() < 1e-4);
        }
    }

    #[test]
    fn rescaled_softplus_exceeds_the_rectifier_by_ln_2_over_alpha_at_0_and_stays_finite() {
        for alpha in [1.0, 1.3, 2.0, 3.0, 6.0] {
            let softplus = Activation::Softplus { alpha };
            assert!((f64::from(at(softplus, 0.0)) - 2f64.ln() / alpha).abs() < 1e-6);
            assert_eq!(at(softplus, 1e4), 1e4);
            assert_eq!(at(softplus, -1e4), 0.0);
        }
    }

    #[test]
    fn derivatives_agree_with_central_differences() {
        for f in ALL {
            for x in [-2.0, -0.3, 0.4, 1.7f32] {
                let step = 1e-2f32;
                let numeric = (at(f, x + step) - at(f, x - step)) / (2.0 * step);
                let analytic = slope(f, x);
                assert!((numeric - analytic).abs() < 2e-3, "{f:?} at {x}: {numeric} against {analytic}");
            }
        }
    }

    #[test]
    fn gradients_are_finite_everywhere_and_zero_where_the_unit_is_silent() {
        for f in ALL {
            for x in [-1e4, -1.0, 0.0, 1.0, 1e4] {
                assert!(slope(f, x).is_finite(), "{f:?} at {x}");
            }
        }
        let thresholded = Activation::ThresholdedSoftplus { alpha: 1.0, threshold: 2.0 };
        for f in [Activation::Rectifier, Activation::IntegrateAndFire, Activation::Pair, thresholded] {
            assert_eq!(slope(f, -1.0), 0.0);
            assert_eq!(slope(f, 0.0), 0.0);
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
    fn a_pair_gives_both_rectifiers_next_to_each_other_and_a_gradient_to_what_they_share() {
        let x = Tensor::<2>::from_data([[2.0, -3.0], [0.0, 0.5]], &Device::flex().autodiff()).require_grad();
        let h = Activation::Pair.forward(x.clone());
        let values = |tensor: Tensor<2>| tensor.into_data().iter().collect::<Vec<f32>>();
        assert_eq!(h.dims(), [2, 4]);
        assert_eq!(values(h.clone()), [2.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.5, 0.0]);
        let weights = Tensor::<2>::from_data([[1.0, 10.0, 2.0, 20.0]], &Device::flex().autodiff());
        let gradients = (h * weights).sum().backward();
        assert_eq!(values(x.grad(&gradients).unwrap()), [1.0, -20.0, 0.0, 2.0]);
    }
}
