//! Reconstruction units of decoders and their costs (section 3.2).

use crate::rectifier::rectifier;
use crate::softplus::{logistic, softplus};
use crate::tanh::tanh;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The function that turns a decoder's pre-activation f into a reconstruction y, and the cost of y for the target x.
/// Cross-entropies are computed from f, so that they cannot overflow. In JSON and in settings, a reconstruction is its
/// name, such as "softplus-quadratic".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reconstruction {
    /// y = ln(1 + exp(f)) with the cost (x - y)^2: the paper's choice for images.
    SoftplusQuadratic,
    /// y = 1 / (1 + exp(-f)) with the cross-entropy as the cost, for x in [0, 1]: the paper's choice for text.
    LogisticCrossEntropy,
    /// y = (tanh(f) + 1) / 2 with the cross-entropy as the cost, for x in [0, 1]: a choice for tanh units.
    TanhCrossEntropy,
    /// y = f with the cost (x - y)^2.
    LinearQuadratic,
    /// y = max(0, f) with the cost (x - y)^2. The gradient is 0 where f <= 0, so the paper does not use this cost.
    RectifierQuadratic,
}

/// An operation on a scalar cost. [`Reconstruction::with`] compiles it separately for each cost, so that the body of a
/// loop that calls the cost is straight-line code.
pub trait OnCost {
    /// The result of the operation.
    type Output;

    /// Runs the operation; `cost` maps a pre-activation f and a target x to the cost and its derivative with respect to
    /// f.
    fn run(self, cost: impl Fn(f32, f32) -> (f32, f32)) -> Self::Output;
}

impl Reconstruction {
    /// Every reconstruction, in the order of the enum.
    pub const ALL: [Self; 5] = [
        Self::SoftplusQuadratic,
        Self::LogisticCrossEntropy,
        Self::TanhCrossEntropy,
        Self::LinearQuadratic,
        Self::RectifierQuadratic,
    ];

    /// Runs `on` with the function that returns the cost and its derivative.
    #[inline(always)]
    pub fn with<F: OnCost>(self, on: F) -> F::Output {
        match self {
            Self::SoftplusQuadratic => on.run(|f, x| quadratic(softplus(f), logistic(f), x)),
            Self::LogisticCrossEntropy => on.run(|f, x| (softplus(f) - x * f, logistic(f) - x)),
            // (tanh(f) + 1) / 2 is the logistic function of 2 f.
            Self::TanhCrossEntropy => on.run(|f, x| (softplus(2.0 * f) - 2.0 * x * f, 2.0 * (logistic(2.0 * f) - x))),
            Self::LinearQuadratic => on.run(|f, x| quadratic(f, 1.0, x)),
            Self::RectifierQuadratic => on.run(|f, x| {
                let (y, slope) = rectifier(f);
                quadratic(y, slope, x)
            }),
        }
    }

    /// The name of the reconstruction in settings, such as "softplus-quadratic".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SoftplusQuadratic => "softplus-quadratic",
            Self::LogisticCrossEntropy => "logistic-cross-entropy",
            Self::TanhCrossEntropy => "tanh-cross-entropy",
            Self::LinearQuadratic => "linear-quadratic",
            Self::RectifierQuadratic => "rectifier-quadratic",
        }
    }

    /// The reconstruction y of a pre-activation f.
    #[inline(always)]
    #[must_use]
    pub fn output(self, f: f32) -> f32 {
        match self {
            Self::SoftplusQuadratic => softplus(f),
            Self::LogisticCrossEntropy => logistic(f),
            Self::TanhCrossEntropy => f32::midpoint(tanh(f), 1.0),
            Self::LinearQuadratic => f,
            Self::RectifierQuadratic => rectifier(f).0,
        }
    }

    /// The cost of the pre-activation f for the target x, and its derivative with respect to f.
    #[inline(always)]
    #[must_use]
    pub fn at(self, f: f32, x: f32) -> (f32, f32) {
        self.with(At(f, x))
    }

    /// The range of targets that the reconstruction y can equal or approach, both ends included.
    #[must_use]
    pub const fn reachable(self) -> (f32, f32) {
        match self {
            Self::SoftplusQuadratic | Self::RectifierQuadratic => (0.0, f32::INFINITY),
            Self::LogisticCrossEntropy | Self::TanhCrossEntropy => (0.0, 1.0),
            Self::LinearQuadratic => (f32::NEG_INFINITY, f32::INFINITY),
        }
    }
}

/// (y - x)^2 and its derivative with respect to f, where `slope` is the derivative of y.
#[inline(always)]
fn quadratic(y: f32, slope: f32, x: f32) -> (f32, f32) {
    ((y - x) * (y - x), 2.0 * (y - x) * slope)
}

impl fmt::Display for Reconstruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Computes the cost and its derivative for a pre-activation and a target.
struct At(f32, f32);

impl OnCost for At {
    type Output = (f32, f32);

    #[inline(always)]
    fn run(self, cost: impl Fn(f32, f32) -> (f32, f32)) -> (f32, f32) {
        cost(self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lists_each_once_under_the_name_that_serde_gives_it() {
        let message = serde_json::from_str::<Reconstruction>("\"none of them\"").unwrap_err().to_string();
        let names: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        assert_eq!(names, Reconstruction::ALL.map(Reconstruction::name), "add the new variant to Reconstruction::ALL");
    }

    #[test]
    fn slopes_agree_with_central_differences() {
        for reconstruction in Reconstruction::ALL {
            for (f, x) in [(-1.3f32, 0.2), (0.4, 0.9), (1.7, 0.0)] {
                let cost = |f| reconstruction.at(f, x).0;
                let (numeric, slope) = ((cost(f + 0.01) - cost(f - 0.01)) / 0.02, reconstruction.at(f, x).1);
                assert!((numeric - slope).abs() < 2e-3, "{reconstruction} at {f}: the slope is {slope}, not {numeric}");
            }
        }
    }

    #[test]
    fn no_cost_has_a_slope_where_the_output_is_its_target() {
        for reconstruction in Reconstruction::ALL {
            for f in [-2.0, -0.1, 0.6, 3.0] {
                let slope = reconstruction.at(f, reconstruction.output(f)).1;
                assert!(slope.abs() < 1e-6, "{reconstruction} at {f}: {slope}");
            }
        }
    }

    #[test]
    fn outputs_stay_where_targets_can_be_reached_and_costs_do_not_overflow() {
        for reconstruction in Reconstruction::ALL {
            let (lowest, highest) = reconstruction.reachable();
            for f in [-1e4, -88.0, -1.0, 0.0, 1.0, 88.0, 1e4] {
                assert!((lowest..=highest).contains(&reconstruction.output(f)), "{reconstruction} at {f}");
                let (cost, slope) = reconstruction.at(f, 0.5);
                assert!(cost.is_finite() && slope.is_finite(), "{reconstruction} at {f}");
            }
        }
    }
}
