//! Activations and reconstructions as ONNX operators. An ONNX export writes the operators to a file, and an ONNX import
//! recognises them in a file. The exports to Python and C write the operators of activations as code, and the script in
//! the page of `train explore` evaluates the operators of activations and reconstructions.

use crate::error::Error;
use crate::expression::Expression::{self, Z};
use std::f64::consts::LN_2;
use units::{Activation, Reconstruction};

/// Checks that the parameters of `activation` are in range.
pub(crate) fn check(activation: Activation) -> Result<(), Error> {
    let wrong = |parameter, value, range| Err(Error::Parameter { activation, parameter, value, range });
    match activation {
        Activation::Softplus { alpha }
        | Activation::CentredSoftplus { alpha }
        | Activation::ThresholdedSoftplus { alpha, .. }
            if !in_single_precision(alpha) =>
        {
            wrong("alpha", alpha, "a finite 32-bit number above 0")
        }
        Activation::ThresholdedSoftplus { threshold, .. } if threshold != 0.0 && !in_single_precision(threshold) => {
            wrong("threshold", threshold, "a finite 32-bit number of at least 0")
        }
        _ => Ok(()),
    }
}

/// The outputs of a unit as expressions of its pre-activation z: one expression, or two for a pair.
#[must_use]
pub fn of_unit(activation: Activation) -> Vec<Expression> {
    let whole = of_layer(activation, 1);
    (0..activation.outputs_per_unit()).map(|output| whole.part(output)).collect()
}

/// The reconstruction as an expression of a decoder's pre-activation z.
#[must_use]
pub fn of_output(reconstruction: Reconstruction) -> Expression {
    match reconstruction {
        Reconstruction::SoftplusQuadratic => softplus(1.0),
        Reconstruction::LogisticCrossEntropy => Z.then("Sigmoid", []),
        Reconstruction::TanhCrossEntropy => {
            Z.then("Tanh", []).then("Add", [Expression::scalar(1.0)]).then("Div", [Expression::scalar(2.0)])
        }
        Reconstruction::LinearQuadratic => Z,
        Reconstruction::RectifierQuadratic => Z.then("Relu", []),
    }
}

/// The outputs of a layer with the given number of units, as an expression of the layer's pre-activations.
pub(crate) fn of_layer(activation: Activation, units: usize) -> Expression {
    match activation {
        Activation::Rectifier => Z.then("Relu", []),
        Activation::Softplus { alpha } => softplus(alpha),
        Activation::CentredSoftplus { alpha } => softplus(alpha).then("Sub", [Expression::scalar(LN_2 / alpha)]),
        Activation::ThresholdedSoftplus { alpha, threshold } => {
            softplus(alpha).then("Sub", [Expression::scalar(threshold)]).then("Relu", [])
        }
        Activation::Tanh => Z.then("Tanh", []),
        Activation::HardTanh => Z.then("Clip", [Expression::scalar(-1.0), Expression::scalar(1.0)]),
        Activation::Logistic => Z.then("Sigmoid", []),
        Activation::Absolute => Z.then("Abs", []),
        Activation::IntegrateAndFire => integrate_and_fire(),
        Activation::Linear => Z,
        Activation::Pair => pair(units),
    }
}

/// The activation that `expression` computes; `None` if it computes no known activation. Of several activations with
/// the same expression, `stated`, the one that the file states, is preferred: its parameters have 64 bits, while the
/// constants of the expression have 32.
pub(crate) fn recognised(expression: &Expression, units: usize, stated: Option<Activation>) -> Option<Activation> {
    let expression = without_ramp(expression).unwrap_or(expression);
    let candidates = stated.into_iter().chain(softplus_of(expression)).chain(Activation::ALL);
    candidates.into_iter().find(|activation| of_layer(*activation, units) == *expression)
}

/// Whether `value`, rounded to 32 bits, is above 0 and finite.
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

/// The formula of a pair: each pre-activation and its negative are placed along a third dimension, which is merged into
/// the second; then all values are rectified.
fn pair(units: usize) -> Expression {
    let both = Expression::Floats { dims: vec![2], values: vec![1.0, -1.0] };
    let folded = Expression::Integers(vec![0, 2 * units.cast_signed() as i64]); // 0 keeps the batch dimension
    Z.then("Unsqueeze", [Expression::Integers(vec![2])]).then("Mul", [both]).then("Reshape", [folded]).then("Relu", [])
}

/// The formula of the integrate-and-fire unit. ONNX has no log1p, but the softplus of ln y is ln(1 + y) without the
/// rounding error of 1 + y for small y. Where z <= 0, the unit does not fire and the logarithm is undefined: there, the
/// current is replaced by 1 and the result by 0.
fn integrate_and_fire() -> Expression {
    let number = Expression::scalar;
    let fires = Z.then("Greater", [number(0.0)]);
    let current = fires.clone().then("Where", [Z, number(1.0)]);
    let logarithm = number(0.05).then("Div", [current]).then("Log", []).then("Softplus", []);
    let interval = logarithm.then("Mul", [number(7.5)]).then("Add", [number(1.0)]);
    fires.then("Where", [interval.then("Reciprocal", []), number(0.0)])
}

/// The softplus inside an expression that, like PyTorch's softplus, returns z itself where alpha z > 20. There, z and
/// the softplus are equal in 32 bits. `None` for any other expression.
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

/// The activations of the softplus family that `expression` could compute, with parameters from its constants.
fn softplus_of(expression: &Expression) -> Vec<Activation> {
    match expression {
        Expression::Apply("Softplus" | "Div", _) => {
            alpha_of(expression).map(|alpha| Activation::Softplus { alpha }).into_iter().collect()
        }
        Expression::Apply("Sub", inputs) => {
            inputs.first().and_then(alpha_of).map(|alpha| Activation::CentredSoftplus { alpha }).into_iter().collect()
        }
        Expression::Apply("Relu", inputs) => {
            let Some(Expression::Apply("Sub", inputs)) = inputs.first() else { return Vec::new() };
            let [softplus, threshold] = &inputs[..] else { return Vec::new() };
            let numbers = alpha_of(softplus).zip(threshold.as_scalar().and_then(shortest));
            numbers.map(|(alpha, threshold)| Activation::ThresholdedSoftplus { alpha, threshold }).into_iter().collect()
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

/// The shortest decimal number that rounds to `value` in 32 bits: 0.1 rather than 0.10000000149.
fn shortest(value: f32) -> Option<f64> {
    value.to_string().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of the expression at z, with the operators as ONNX defines them.
    fn at(expression: &Expression, z: f64) -> f64 {
        let Expression::Apply(operator, inputs) = expression else {
            return expression.as_scalar().map_or(z, f64::from);
        };
        let inputs: Vec<f64> = inputs.iter().map(|input| at(input, z)).collect();
        match (*operator, &inputs[..]) {
            ("Abs", [a]) => a.abs(),
            ("Log", [a]) => a.ln(),
            ("Reciprocal", [a]) => a.recip(),
            ("Relu", [a]) => a.max(0.0),
            ("Sigmoid", [a]) => 1.0 / (1.0 + (-a).exp()),
            ("Softplus", [a]) => a.max(0.0) + (-a.abs()).exp().ln_1p(),
            ("Tanh", [a]) => a.tanh(),
            ("Add", [a, b]) => a + b,
            ("Sub", [a, b]) => a - b,
            ("Mul", [a, b]) => a * b,
            ("Div", [a, b]) => a / b,
            ("Greater", [a, b]) => f64::from(a > b),
            ("Clip", [a, low, high]) => a.clamp(*low, *high),
            ("Where", [condition, a, b]) => {
                if *condition > 0.0 {
                    *a
                } else {
                    *b
                }
            }
            (other, _) => panic!("{other} is not an operator on single numbers"),
        }
    }

    const INPUTS: [f32; 9] = [-30.0, -4.0, -0.5, 0.0, 0.01, 0.7, 1.5, 6.0, 30.0];

    #[test]
    fn expressions_have_the_values_of_their_units() {
        for activation in Activation::ALL.into_iter().chain([Activation::Softplus { alpha: 1.0 }]) {
            let expressions = of_unit(activation);
            assert_eq!(expressions.len(), activation.outputs_per_unit());
            for z in INPUTS {
                // The second output of a pair for z is its first output for -z.
                for (expression, z_of_output) in expressions.iter().zip([z, -z]) {
                    let (found, expected) = (at(expression, f64::from(z)), f64::from(activation.at(z_of_output).0));
                    assert!((found - expected).abs() < 2e-6 * expected.abs().max(1.0), "{activation} at {z}: {found}");
                }
            }
        }
    }

    #[test]
    fn expressions_have_the_values_of_their_reconstructions() {
        for reconstruction in Reconstruction::ALL {
            for z in INPUTS {
                let (found, expected) = (at(&of_output(reconstruction), f64::from(z)), reconstruction.output(z));
                assert!((found - f64::from(expected)).abs() < 2e-6 * found.abs().max(1.0), "{reconstruction} at {z}");
            }
        }
    }

    #[test]
    fn every_unit_is_recognised_by_its_expression() {
        for activation in Activation::ALL.into_iter().chain([Activation::Softplus { alpha: 0.1 }]) {
            assert_eq!(recognised(&of_layer(activation, 7), 7, None), Some(activation));
        }
    }
}
