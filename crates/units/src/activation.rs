//! The activation functions of hidden units.

use crate::integrate_and_fire::integrate_and_fire;
use crate::numbers::Numbers;
use crate::rectifier::{absolute, rectifier};
use crate::softplus::{centred, logistic, sharpened, thresholded};
use crate::tanh::{hard_tanh, tanh};
use serde::{Deserialize, Serialize};
use std::f64::consts::LN_2;
use std::fmt;

/// The function that a hidden unit computes from its pre-activation x. In JSON, an activation is its name, such as
/// `"rectifier"`, or an object with its name and parameters, such as `{"softplus":{"alpha":1.0}}`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// max(0, x), with the derivative 0 at 0 (section 3.1).
    Rectifier,
    /// ln(1 + exp(alpha x)) / alpha: smooth; it approaches the rectifier as alpha goes to infinity (section 4.1).
    Softplus {
        /// Sharpness, above 0; 1 gives the plain softplus.
        alpha: f64,
    },
    /// ln(1 + exp(alpha x)) / alpha - ln 2 / alpha: the softplus shifted to pass through the origin, so that the mean
    /// output is near 0 at initialisation. The paper has no such unit; a comment in the first author's code says that
    /// the softplus needs the shift.
    CentredSoftplus {
        /// Sharpness, above 0.
        alpha: f64,
    },
    /// max(0, ln(1 + exp(alpha x)) / alpha - threshold): a softplus with exact zeros, where the derivative is 0. The
    /// paper has no such unit; here, the unit serves to separate the effect of exact zeros from the effect of the kink.
    ThresholdedSoftplus {
        /// Sharpness, above 0.
        alpha: f64,
        /// The value that the softplus must exceed, at least 0. With ln 2 / alpha, the unit is zero for x <= 0: about
        /// half of the time at initialisation.
        threshold: f64,
    },
    /// tanh(x).
    Tanh,
    /// x clipped to [-1, 1]: r(x + 1) - r(x - 1) - 1, an odd function made of two rectifiers r with shared weights
    /// (section 3.1). The derivative is 1 in the closed interval and 0 outside it.
    HardTanh,
    /// 1 / (1 + exp(-x)).
    Logistic,
    /// |x|, which a pair of rectifiers with shared parameters can express (section 3.1). The derivative is 0 at 0.
    Absolute,
    /// 1 / (1 + 7.5 ln(1 + 0.05 / x)) for x > 0, else 0: the firing rate of a leaky integrate-and-fire neuron for the
    /// input current x (section 2.1). The derivative grows without bound as x falls to 0 from above.
    IntegrateAndFire,
    /// x. With the squared error, an auto-encoder of such units learns the space of the principal components.
    Linear,
    /// max(0, x) and max(0, -x): the two rectifiers of a pair with shared weights and bias (section 3.1), as two
    /// adjacent outputs. A layer of n such units has n pre-activations and 2n outputs, of which at least half are zero.
    /// Both derivatives are 0 at 0.
    Pair,
}

/// An operation on a scalar function f. [`Activation::with`] compiles it separately for each activation, so that the
/// body of a loop that calls f is straight-line code.
pub trait OnFunction {
    /// The result of the operation.
    type Output;

    /// Runs the operation; `f` returns f(x) and f'(x).
    fn run(self, f: impl Fn(f32) -> (f32, f32)) -> Self::Output;
}

/// The name, the formula and other constant properties of an activation.
struct Properties {
    name: &'static str,
    formula: &'static str,
    synonyms: &'static [&'static str],
    silent: bool,
    homogeneous: bool,
    outputs: usize,
    range: (f32, f32),
}

impl Activation {
    /// An example of each activation, with parameters that differ from the defaults.
    pub const ALL: [Self; 11] = [
        Self::Rectifier,
        Self::Softplus { alpha: 3.0 },
        Self::CentredSoftplus { alpha: 2.0 },
        Self::ThresholdedSoftplus { alpha: 2.0, threshold: 0.25 },
        Self::Tanh,
        Self::HardTanh,
        Self::Logistic,
        Self::Absolute,
        Self::IntegrateAndFire,
        Self::Linear,
        Self::Pair,
    ];

    /// Runs `on` with the function that returns f(x) and f'(x). For a pair, f(x) is max(0, x); the second output is the
    /// same function of -x.
    #[inline(always)]
    pub fn with<F: OnFunction>(self, on: F) -> F::Output {
        match self {
            Self::Rectifier | Self::Pair => on.run(rectifier),
            Self::Softplus { alpha } => {
                let alpha = alpha as f32;
                on.run(|x| sharpened(alpha, x))
            }
            Self::CentredSoftplus { alpha } => {
                let alpha = alpha as f32;
                on.run(|x| centred(alpha, x))
            }
            Self::ThresholdedSoftplus { alpha, threshold } => {
                let (alpha, threshold) = (alpha as f32, threshold as f32);
                on.run(|x| thresholded(alpha, threshold, x))
            }
            Self::Tanh => on.run(|x| {
                let y = tanh(x);
                (y, 1.0 - y * y)
            }),
            Self::HardTanh => on.run(hard_tanh),
            Self::Logistic => on.run(|x| {
                let y = logistic(x);
                (y, y * (1.0 - y))
            }),
            Self::Absolute => on.run(absolute),
            Self::IntegrateAndFire => on.run(integrate_and_fire),
            Self::Linear => on.run(|x| (x, 1.0)),
        }
    }

    const fn properties(self) -> Properties {
        match self {
            Self::Rectifier => Properties {
                silent: true,
                homogeneous: true,
                ..Properties::of("rectifier", "max(0, x)", &["relu", "rectified-linear"], POSITIVE)
            },
            Self::Softplus { .. } => Properties::of("softplus", "ln(1 + exp(alpha x)) / alpha", &[], POSITIVE),
            Self::CentredSoftplus { alpha } => Properties::of(
                "centred-softplus",
                "softplus - ln 2 / alpha, which is 0 at x = 0",
                &["centered-softplus", "shifted-softplus"],
                ((-LN_2 / alpha) as f32, f32::INFINITY),
            ),
            Self::ThresholdedSoftplus { .. } => Properties {
                silent: true,
                ..Properties::of("thresholded-softplus", "max(0, softplus - threshold)", &[], POSITIVE)
            },
            Self::Tanh => Properties::of("tanh", "tanh(x)", &["hyperbolic-tangent"], (-1.0, 1.0)),
            Self::HardTanh => Properties::of("hard-tanh", "x clipped to [-1, 1]", &["hardtanh"], (-1.0, 1.0)),
            Self::Logistic => Properties::of("logistic", "1 / (1 + exp(-x))", &["sigmoid"], (0.0, 1.0)),
            Self::Absolute => Properties {
                silent: true,
                homogeneous: true,
                ..Properties::of("absolute", "|x|", &["abs", "absolute-value"], POSITIVE)
            },
            Self::IntegrateAndFire => Properties {
                silent: true,
                ..Properties::of(
                    "integrate-and-fire",
                    "the firing rate of a leaky integrate-and-fire neuron (section 2.1)",
                    &["lif"],
                    (0.0, 1.0),
                )
            },
            Self::Linear => Properties {
                homogeneous: true,
                ..Properties::of("linear", "x", &["identity"], (f32::NEG_INFINITY, f32::INFINITY))
            },
            Self::Pair => Properties {
                silent: true,
                homogeneous: true,
                outputs: 2,
                ..Properties::of("pair", "max(0, x) and max(0, -x), two outputs per unit", &["crelu"], POSITIVE)
            },
        }
    }

    /// The name of the activation in settings, such as "centred-softplus".
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.properties().name
    }

    /// The formula, or a description of the function, such as "max(0, x)".
    #[must_use]
    pub const fn formula(self) -> &'static str {
        self.properties().formula
    }

    /// Other names of the activation, such as "relu" for the rectifier.
    #[must_use]
    pub const fn synonyms(self) -> &'static [&'static str] {
        self.properties().synonyms
    }

    /// The parameters by their names in records: "alpha", or "alpha" and "threshold"; empty if the activation has no
    /// parameters.
    #[must_use]
    pub fn numbers(self) -> Vec<(&'static str, f64)> {
        match self {
            Self::Softplus { alpha } | Self::CentredSoftplus { alpha } => vec![("alpha", alpha)],
            Self::ThresholdedSoftplus { alpha, threshold } => vec![("alpha", alpha), ("threshold", threshold)],
            _ => Vec::new(),
        }
    }

    /// The same activation with the given parameters; parameters that the activation lacks are ignored.
    #[must_use]
    pub fn with_numbers(self, Numbers { alpha, threshold }: Numbers) -> Self {
        match self {
            Self::Softplus { .. } => Self::Softplus { alpha },
            Self::CentredSoftplus { .. } => Self::CentredSoftplus { alpha },
            Self::ThresholdedSoftplus { .. } => Self::ThresholdedSoftplus { alpha, threshold },
            plain => plain,
        }
    }

    /// The value f(x) and the derivative f'(x), where f is max(0, x), the first output, for a pair.
    #[inline(always)]
    #[must_use]
    pub fn at(self, x: f32) -> (f32, f32) {
        self.with(At(x))
    }

    /// The number of outputs of a unit: 2 for [`Activation::Pair`], 1 for every other activation.
    #[must_use]
    pub const fn outputs_per_unit(self) -> usize {
        self.properties().outputs
    }

    /// Whether the function has exact zeros, over a range of inputs or at a kink, and the derivative is 0 at each zero.
    /// The backward pass can then skip units with the output 0; for other functions, it does not look for zeros.
    #[must_use]
    pub const fn is_silent(self) -> bool {
        self.properties().silent
    }

    /// Whether f(c x) = c f(x) for every c > 0, which the identity of section 3.1 needs.
    #[must_use]
    pub const fn is_positively_homogeneous(self) -> bool {
        self.properties().homogeneous
    }

    /// The least and the greatest output, or the limits that the outputs approach.
    #[must_use]
    pub const fn range(self) -> (f32, f32) {
        self.properties().range
    }
}

/// The range of non-negative functions that grow without bound.
const POSITIVE: (f32, f32) = (0.0, f32::INFINITY);

impl Properties {
    /// The properties of a function that has one output and is neither silent nor positively homogeneous.
    const fn of(
        name: &'static str,
        formula: &'static str,
        synonyms: &'static [&'static str],
        range: (f32, f32),
    ) -> Self {
        Self { name, formula, synonyms, silent: false, homogeneous: false, outputs: 1, range }
    }
}

/// Writes the name, with the parameters that differ from [`Numbers::default`]: `tanh`, `softplus (alpha 3)`.
impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        let defaults = self.with_numbers(Numbers::default()).numbers();
        let unusual = self.numbers().into_iter().filter(|number| !defaults.contains(number));
        let numbers: Vec<String> = unusual.map(|(name, value)| format!("{name} {value}")).collect();
        if numbers.is_empty() { Ok(()) } else { write!(f, " ({})", numbers.join(", ")) }
    }
}

/// Computes the value and the derivative of a function at a number.
struct At(f32);

impl OnFunction for At {
    type Output = (f32, f32);

    #[inline(always)]
    fn run(self, f: impl Fn(f32) -> (f32, f32)) -> (f32, f32) {
        f(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::EXTREMES;

    /// Inputs from -8 to 8, including 0.
    fn inputs() -> impl Iterator<Item = f32> {
        (-1600..=1600).map(|k| k as f32 / 200.0)
    }

    #[test]
    fn slopes_agree_with_central_differences() {
        for f in Activation::ALL {
            for x in [-2.0, -0.3, 0.4, 1.7f32] {
                let numeric = (f.at(x + 0.01).0 - f.at(x - 0.01).0) / 0.02;
                assert!((numeric - f.at(x).1).abs() < 2e-3, "{f} at {x}: the slope is {}, not {numeric}", f.at(x).1);
            }
        }
    }

    #[test]
    fn extreme_inputs_do_not_give_nan_and_nan_is_not_silence() {
        for f in Activation::ALL {
            for x in EXTREMES {
                let (y, slope) = f.at(x);
                assert!(!y.is_nan() && !slope.is_nan(), "{f} at {x}: {y}, {slope}");
            }
            // The firing rate is 0 unless the current is above 0, so it is 0 for NaN, too.
            assert!(f.at(f32::NAN).0.is_nan() || f == Activation::IntegrateAndFire, "{f}");
        }
    }

    #[test]
    fn silent_units_have_zeros_with_a_derivative_of_zero() {
        for f in Activation::ALL {
            let zeros: Vec<f32> = inputs().filter(|x| f.at(*x).0 == 0.0).collect();
            let still = zeros.iter().all(|x| f.at(*x).1 == 0.0);
            assert_eq!(f.is_silent(), still && !zeros.is_empty(), "{f}");
        }
    }

    #[test]
    fn a_positively_homogeneous_unit_scales_with_its_input() {
        for f in Activation::ALL {
            let scales = |c: f32| inputs().all(|x| (f.at(c * x).0 - c * f.at(x).0).abs() <= 1e-5 * (c * x).abs());
            assert_eq!(f.is_positively_homogeneous(), [0.25, 3.0].into_iter().all(scales), "{f}");
        }
    }

    #[test]
    fn outputs_lie_in_the_range_and_come_close_to_its_ends() {
        for f in Activation::ALL {
            let (least, greatest) = f.range();
            let outputs: Vec<f32> = inputs().chain([-1e6, 1e6]).map(|x| f.at(x).0).collect();
            assert!(outputs.iter().all(|y| (least..=greatest).contains(y)), "{f}");
            let close =
                |end: f32, y: f32| if end.is_finite() { (y - end).abs() < 1e-3 } else { y * end.signum() > 1e5 };
            for end in [least, greatest] {
                assert!(outputs.iter().any(|y| close(end, *y)), "{f} does not come close to {end}");
            }
        }
    }

    #[test]
    fn integrate_and_fire_has_the_values_of_its_formula() {
        // The values of 1 / (1 + 7.5 ln(1 + 0.05 / x)) were computed by hand.
        for (x, rate) in [(0.1, 0.2475), (1.0, 0.7321), (5.0, 0.9306), (0.0, 0.0), (-1.0, 0.0)] {
            assert!((Activation::IntegrateAndFire.at(x).0 - rate).abs() < 1e-4);
        }
    }

    #[test]
    fn display_names_parameters_that_differ_from_the_defaults() {
        let texts = [
            Activation::HardTanh,
            Activation::Softplus { alpha: 1.0 },
            Activation::CentredSoftplus { alpha: 0.5 },
            Activation::ThresholdedSoftplus { alpha: 1.0, threshold: 0.25 },
        ];
        let expected =
            ["hard-tanh", "softplus", "centred-softplus (alpha 0.5)", "thresholded-softplus (threshold 0.25)"];
        assert_eq!(texts.map(|unit| unit.to_string()), expected);
    }
}
