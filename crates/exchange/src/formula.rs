//! What hidden units compute, by the names that records use.

use crate::error::Error;
use crate::expression::Expression::{self, Z};
use serde::{Deserialize, Serialize};
use std::f64::consts::LN_2;
use std::fmt;

/// What a hidden unit computes from its pre-activation x. In JSON it is its name, or its name with its numbers:
/// `"rectifier"`, `{"softplus":{"alpha":1.0}}`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Formula {
    /// max(0, x).
    Rectifier,
    /// ln(1 + exp(alpha x)) / alpha.
    Softplus {
        /// Sharpness, above 0.
        alpha: f64,
    },
    /// ln(1 + exp(alpha x)) / alpha - ln 2 / alpha.
    CentredSoftplus {
        /// Sharpness, above 0.
        alpha: f64,
    },
    /// max(0, ln(1 + exp(alpha x)) / alpha - threshold).
    ThresholdedSoftplus {
        /// Sharpness, above 0.
        alpha: f64,
        /// What a unit must exceed, at least 0.
        threshold: f64,
    },
    /// tanh(x).
    Tanh,
    /// x within [-1, 1], else the nearer end.
    HardTanh,
    /// 1 / (1 + exp(-x)).
    Logistic,
    /// |x|.
    Absolute,
    /// 1 / (1 + 7.5 ln(1 + 0.05 / x)) for x > 0, else 0.
    IntegrateAndFire,
    /// x.
    Linear,
    /// max(0, x) and max(0, -x), next to each other: a layer of n units has 2n outputs.
    Pair,
}

/// The formulas that have no numbers.
const PLAIN: [Formula; 8] = [
    Formula::Rectifier,
    Formula::Tanh,
    Formula::HardTanh,
    Formula::Logistic,
    Formula::Absolute,
    Formula::IntegrateAndFire,
    Formula::Linear,
    Formula::Pair,
];

impl Formula {
    /// Outputs of a unit: 1, or 2 of a [`Formula::Pair`].
    #[must_use]
    pub fn outputs_per_unit(self) -> usize {
        if self == Self::Pair { 2 } else { 1 }
    }

    pub(crate) fn check(self) -> Result<(), Error> {
        let wrong =
            |parameter, value, range| Err(Error::Parameter { formula: self.to_string(), parameter, value, range });
        match self {
            Self::Softplus { alpha } | Self::CentredSoftplus { alpha } | Self::ThresholdedSoftplus { alpha, .. }
                if !in_single_precision(alpha) =>
            {
                wrong("alpha", alpha, "above 0 and a finite 32-bit number")
            }
            Self::ThresholdedSoftplus { threshold, .. } if threshold != 0.0 && !in_single_precision(threshold) => {
                wrong("threshold", threshold, "at least 0 and a finite 32-bit number")
            }
            _ => Ok(()),
        }
    }

    /// The formula in operators of ONNX, of a layer of `units` units.
    pub(crate) fn expression(self, units: usize) -> Expression {
        match self {
            Self::Rectifier => Z.then("Relu", []),
            Self::Softplus { alpha } => softplus(alpha),
            Self::CentredSoftplus { alpha } => softplus(alpha).then("Sub", [Expression::scalar(LN_2 / alpha)]),
            Self::ThresholdedSoftplus { alpha, threshold } => {
                softplus(alpha).then("Sub", [Expression::scalar(threshold)]).then("Relu", [])
            }
            Self::Tanh => Z.then("Tanh", []),
            Self::HardTanh => Z.then("Clip", [Expression::scalar(-1.0), Expression::scalar(1.0)]),
            Self::Logistic => Z.then("Sigmoid", []),
            Self::Absolute => Z.then("Abs", []),
            Self::IntegrateAndFire => integrate_and_fire(),
            Self::Linear => Z,
            Self::Pair => pair(units),
        }
    }

    /// The formula whose expression is `expression`, tried first with that which the file states: what is computed
    /// decides, and a statement adds only the digits that a 32-bit constant has lost.
    pub(crate) fn of(expression: &Expression, units: usize, stated: Option<Self>) -> Option<Self> {
        let expression = without_ramp(expression).unwrap_or(expression);
        let candidates = stated.into_iter().chain(PLAIN).chain(softplus_of(expression));
        candidates.into_iter().find(|formula| formula.expression(units) == *expression)
    }
}

/// As in JSON, without the quotes of a name.
impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(json.trim_matches('"'))
    }
}

/// Whether `value` is above 0 and stays so, and finite, as a 32-bit number.
fn in_single_precision(value: f64) -> bool {
    let value = value as f32;
    value > 0.0 && value.is_finite()
}

fn softplus(alpha: f64) -> Expression {
    if alpha == 1.0 {
        return Z.then("Softplus", []);
    }
    Z.then("Mul", [Expression::scalar(alpha)]).then("Softplus", []).then("Div", [Expression::scalar(alpha)])
}

/// Both signs of each pre-activation in a third dimension, which is then folded into the second.
fn pair(units: usize) -> Expression {
    let both = Expression::Floats { dims: vec![2], values: vec![1.0, -1.0] };
    let folded = Expression::Integers(vec![0, 2 * units.cast_signed() as i64]); // 0 keeps the size of the batch
    Z.then("Unsqueeze", [Expression::Integers(vec![2])]).then("Mul", [both]).then("Reshape", [folded]).then("Relu", [])
}

/// The softplus of ln y is ln(1 + y) without the loss of digits that 1 + y has for small y: ONNX has no log1p. Below the
/// threshold the logarithm is undefined: those units take a harmless current first, and 0 last.
fn integrate_and_fire() -> Expression {
    let number = Expression::scalar;
    let fires = Z.then("Greater", [number(0.0)]);
    let current = fires.clone().then("Where", [Z, number(1.0)]);
    let logarithm = number(0.05).then("Div", [current]).then("Log", []).then("Softplus", []);
    let interval = logarithm.then("Mul", [number(7.5)]).then("Add", [number(1.0)]);
    fires.then("Where", [interval.then("Reciprocal", []), number(0.0)])
}

/// The softplus of an expression that takes z in its place where alpha z is above 20, as PyTorch does: there the two are
/// the same number in 32 bits.
fn without_ramp(expression: &Expression) -> Option<&Expression> {
    let Expression::Apply("Where", inputs) = expression else { return None };
    let [Expression::Apply("Greater", compared), Z, softplus] = &inputs[..] else { return None };
    let inner = match softplus {
        Expression::Apply("Div", inputs) => inputs.first()?,
        softplus => softplus,
    };
    let Expression::Apply("Softplus", inner) = inner else { return None };
    (compared.first() == inner.first() && compared.get(1)?.as_scalar() == Some(20.0)).then_some(softplus)
}

/// The formulas of the softplus family that `expression` could be, by the numbers in it.
fn softplus_of(expression: &Expression) -> Vec<Formula> {
    match expression {
        Expression::Apply("Softplus" | "Div", _) => {
            alpha_of(expression).map(|alpha| Formula::Softplus { alpha }).into_iter().collect()
        }
        Expression::Apply("Sub", inputs) => {
            inputs.first().and_then(alpha_of).map(|alpha| Formula::CentredSoftplus { alpha }).into_iter().collect()
        }
        Expression::Apply("Relu", inputs) => {
            let Some(Expression::Apply("Sub", inputs)) = inputs.first() else { return Vec::new() };
            let [softplus, threshold] = &inputs[..] else { return Vec::new() };
            let numbers = alpha_of(softplus).zip(threshold.as_scalar().and_then(shortest));
            numbers.map(|(alpha, threshold)| Formula::ThresholdedSoftplus { alpha, threshold }).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn alpha_of(softplus: &Expression) -> Option<f64> {
    match softplus {
        Expression::Apply("Softplus", _) => Some(1.0),
        Expression::Apply("Div", inputs) => inputs.get(1)?.as_scalar().and_then(shortest),
        _ => None,
    }
}

/// The shortest decimal that is `value` in 32 bits: what somebody wrote, 0.1 and not 0.10000000149.
fn shortest(value: f32) -> Option<f64> {
    value.to_string().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expression at `x`, of a single unit, as ONNX defines its operators.
    fn at(expression: &Expression, x: f64) -> Vec<f64> {
        let Expression::Apply(operator, inputs) = expression else {
            return match expression {
                Expression::Floats { values, .. } => values.iter().map(|value| f64::from(*value)).collect(),
                _ => vec![x],
            };
        };
        let inputs: Vec<_> = inputs.iter().map(|input| at(input, x)).collect();
        let each = |f: fn(f64) -> f64| inputs[0].iter().copied().map(f).collect();
        let both = |f: fn(f64, f64) -> f64| {
            let length = inputs[0].len().max(inputs[1].len());
            (0..length).map(|k| f(inputs[0][k % inputs[0].len()], inputs[1][k % inputs[1].len()])).collect()
        };
        match *operator {
            "Abs" => each(f64::abs),
            "Log" => each(f64::ln),
            "Reciprocal" => each(f64::recip),
            "Relu" => each(|x| x.max(0.0)),
            "Sigmoid" => each(|x| 1.0 / (1.0 + (-x).exp())),
            "Softplus" => each(|x| x.exp().ln_1p()),
            "Tanh" => each(f64::tanh),
            "Reshape" | "Unsqueeze" => inputs[0].clone(),
            "Add" => both(|a, b| a + b),
            "Sub" => both(|a, b| a - b),
            "Mul" => both(|a, b| a * b),
            "Div" => both(|a, b| a / b),
            "Greater" => both(|a, b| f64::from(a > b)),
            "Clip" => vec![inputs[0][0].clamp(inputs[1][0], inputs[2][0])],
            "Where" => inputs[if inputs[0][0] > 0.0 { 1 } else { 2 }].clone(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn expressions_have_the_values_of_their_formulas() {
        type Function = fn(f64) -> Vec<f64>;
        let cases: [(Formula, Function); 11] = [
            (Formula::Rectifier, |x| vec![x.max(0.0)]),
            (Formula::Softplus { alpha: 1.0 }, |x| vec![(1.0 + x.exp()).ln()]),
            (Formula::Softplus { alpha: 3.0 }, |x| vec![(1.0 + (3.0 * x).exp()).ln() / 3.0]),
            (Formula::CentredSoftplus { alpha: 3.0 }, |x| vec![((1.0 + (3.0 * x).exp()).ln() - 2f64.ln()) / 3.0]),
            (Formula::ThresholdedSoftplus { alpha: 3.0, threshold: 0.25 }, |x| {
                vec![((1.0 + (3.0 * x).exp()).ln() / 3.0 - 0.25).max(0.0)]
            }),
            (Formula::Tanh, |x| vec![x.tanh()]),
            (Formula::HardTanh, |x| vec![x.clamp(-1.0, 1.0)]),
            (Formula::Logistic, |x| vec![1.0 / (1.0 + (-x).exp())]),
            (Formula::Absolute, |x| vec![x.abs()]),
            (Formula::IntegrateAndFire, |x| {
                vec![if x > 0.0 { 1.0 / (1.0 + 7.5 * (1.0 + 0.05 / x).ln()) } else { 0.0 }]
            }),
            (Formula::Pair, |x| vec![x.max(0.0), (-x).max(0.0)]),
        ];
        for (formula, function) in cases {
            for x in [-4.0, -0.5, 0.0, 0.01, 0.7, 1.5, 6.0] {
                let (found, expected) = (at(&formula.expression(1), x), function(x));
                let near = found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-6);
                assert!(near && found.len() == expected.len(), "{formula} at {x}: {found:?}, not {expected:?}");
            }
        }
    }
}
