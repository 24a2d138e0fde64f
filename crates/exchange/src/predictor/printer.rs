//! Expressions of one number, z, as text in a programming language.

use crate::expression::Expression;

/// Writes `operator`, applied to the operands `inputs`, in one language; `None` if the language lacks the operator.
pub(super) type Language = fn(operator: &str, inputs: &[String]) -> Option<String>;

/// The text of `expression`, which must contain no operator that rearranges elements; the expressions of
/// [`of_unit`](crate::of_unit) contain none.
pub(super) fn printed(expression: &Expression, language: Language) -> String {
    match expression {
        Expression::Apply(operator, inputs) => {
            let inputs: Vec<_> = inputs.iter().map(|input| printed(input, language)).collect();
            infix(operator, &inputs).or_else(|| language(operator, &inputs)).unwrap_or_default()
        }
        constant => constant.as_scalar().map_or_else(|| "z".to_owned(), |value| number(f64::from(value))),
    }
}

/// The text of an operator that is written in the same way in Python and in C; `None` for any other operator.
fn infix(operator: &str, inputs: &[String]) -> Option<String> {
    Some(match (operator, inputs) {
        ("Add", [a, b]) => format!("({a} + {b})"),
        ("Sub", [a, b]) => format!("({a} - {b})"),
        ("Mul", [a, b]) => format!("({a} * {b})"),
        ("Div", [a, b]) => format!("({a} / {b})"),
        ("Greater", [a, b]) => format!("({a} > {b})"),
        ("Reciprocal", [a]) => format!("(1.0 / {a})"),
        _ => return None,
    })
}

/// A finite number with enough digits to restore it, and with a decimal point or an exponent, so that Python and C read
/// a floating-point number.
pub(super) fn number(value: f64) -> String {
    format!("{value:?}")
}

pub(super) fn python(operator: &str, inputs: &[String]) -> Option<String> {
    Some(match (operator, inputs) {
        ("Abs", [a]) => format!("np.abs({a})"),
        ("Clip", [a, low, high]) => format!("np.clip({a}, {low}, {high})"),
        ("Log", [a]) => format!("np.log({a})"),
        ("Relu", [a]) => format!("np.maximum({a}, 0.0)"),
        ("Sigmoid", [a]) => format!("np.exp(-np.logaddexp(0.0, -{a}))"),
        ("Softplus", [a]) => format!("np.logaddexp(0.0, {a})"),
        ("Tanh", [a]) => format!("np.tanh({a})"),
        ("Where", [condition, a, b]) => format!("np.where({condition}, {a}, {b})"),
        _ => return None,
    })
}

pub(super) fn c(operator: &str, inputs: &[String]) -> Option<String> {
    Some(match (operator, inputs) {
        ("Abs", [a]) => format!("fabs({a})"),
        ("Clip", [a, low, high]) => format!("fmin(fmax({a}, {low}), {high})"),
        ("Log", [a]) => format!("log({a})"),
        ("Relu", [a]) => format!("fmax({a}, 0.0)"),
        ("Sigmoid", [a]) => format!("(1.0 / (1.0 + exp(-{a})))"),
        ("Softplus", [a]) => format!("(fmax({a}, 0.0) + log1p(exp(-fabs({a}))))"),
        ("Tanh", [a]) => format!("tanh({a})"),
        ("Where", [condition, a, b]) => format!("({condition} ? {a} : {b})"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::{of_output, of_unit};
    use units::{Activation, Reconstruction};

    fn texts(language: Language) -> Vec<String> {
        let units = Activation::ALL.into_iter().chain([Activation::Softplus { alpha: 1e-9 }]).flat_map(of_unit);
        units.chain(Reconstruction::ALL.map(of_output)).map(|expression| printed(&expression, language)).collect()
    }

    #[test]
    fn every_operator_of_a_formula_has_a_text() {
        for text in [texts(python), texts(c)].concat() {
            assert!(text.contains('z') && !text.contains("()") && !text.contains(" )"), "{text}");
            assert_eq!(text.matches('(').count(), text.matches(')').count(), "{text}");
        }
        assert_eq!(texts(python)[0], "np.maximum(z, 0.0)");
        assert_eq!(texts(c)[1], "((fmax((z * 3.0), 0.0) + log1p(exp(-fabs((z * 3.0))))) / 3.0)");
    }

    #[test]
    fn numbers_are_restored_and_are_of_floating_point() {
        for value in [0.0, -0.0, 1.0, 1e16, 1e300, 5e-324, f64::MAX, 0.1 + 0.2] {
            let text = number(value);
            assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()));
            assert!(text.contains(['.', 'e']), "{text}");
        }
    }
}
