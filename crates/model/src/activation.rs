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
    /// tanh(x).
    Tanh,
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
}

impl Activation {
    /// Applies the function to each element; the shape stays.
    #[must_use]
    pub fn forward<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Rectifier => activation::relu(x),
            Self::Softplus { alpha } => activation::softplus(x, alpha),
            Self::Tanh => activation::tanh(x),
            Self::Logistic => activation::sigmoid(x),
            Self::Absolute => x.abs(),
            Self::IntegrateAndFire => integrate_and_fire(x),
            Self::Linear => x,
        }
    }

    /// Whether f(c x) = c f(x) for every c > 0, which the identity of section 3.1 needs.
    #[must_use]
    pub fn is_positively_homogeneous(self) -> bool {
        matches!(self, Self::Rectifier | Self::Absolute | Self::Linear)
    }
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

    const ALL: [Activation; 8] = [
        Activation::Rectifier,
        Activation::Softplus { alpha: 1.0 },
        Activation::Softplus { alpha: 3.0 },
        Activation::Tanh,
        Activation::Logistic,
        Activation::Absolute,
        Activation::IntegrateAndFire,
        Activation::Linear,
    ];

    fn at(f: Activation, x: f32) -> f32 {
        f.forward(Tensor::<1>::from_data([x], &Device::flex())).into_scalar()
    }

    /// f and its derivative at x, by autodiff.
    fn slope(f: Activation, x: f32) -> f32 {
        let x = Tensor::<1>::from_data([x], &Device::flex().autodiff()).require_grad();
        let gradients = f.forward(x.clone()).sum().backward();
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
        for f in [Activation::Rectifier, Activation::IntegrateAndFire] {
            assert_eq!(slope(f, -1.0), 0.0);
            assert_eq!(slope(f, 0.0), 0.0);
        }
    }
}
