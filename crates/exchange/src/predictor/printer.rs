//! Expressions of one number, z, as text in a programming language.

use crate::expression::Expression;

/// How numbers and operators are written in a language.
pub(super) struct Language {
    /// The text of an operator whose inputs are the texts given; `None` if the language has no such operator.
    pub(super) operator: fn(&str, &[String]) -> Option<String>,
}

impl Language {
    /// The text of `expression`, which does not rearrange elements: one of [`of_unit`](crate::of_unit).
    pub(super) fn printed(&self, expression: &Expression) -> String {
        match expression {
            Expression::Apply(operator, inputs) => {
                let inputs: Vec<_> = inputs.iter().map(|input| self.printed(input)).collect();
                infix(operator, &inputs).or_else(|| (self.operator)(operator, &inputs)).unwrap_or_default()
            }
            constant => constant.as_scalar().map_or_else(|| "z".to_owned(), |value| number(f64::from(value))),
        }
    }
}

/// The operators that every language writes alike.
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

/// A finite number in digits that restore it, with a point or an exponent: the same in Python and in C.
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

    fn printed(operator: fn(&str, &[String]) -> Option<String>) -> Vec<String> {
        let language = Language { operator };
        let units = Activation::ALL.into_iter().chain([Activation::Softplus { alpha: 1e-9 }]).flat_map(of_unit);
        units.chain(Reconstruction::ALL.map(of_output)).map(|expression| language.printed(&expression)).collect()
    }

    #[test]
    fn every_operator_of_a_formula_has_a_text() {
        for texts in [printed(python), printed(c)] {
            for text in texts {
                assert!(text.contains('z') && !text.contains("()") && !text.contains(" )"), "{text}");
                let (opened, closed) = (text.matches('(').count(), text.matches(')').count());
                assert_eq!(opened, closed, "{text}");
            }
        }
        assert_eq!(printed(python)[0], "np.maximum(z, 0.0)");
        assert_eq!(
            printed(c)[2],
            "((fmax((z * 2.0), 0.0) + log1p(exp(-fabs((z * 2.0))))) / 2.0) - 0.3465735912322998)"
                .replacen("((", "(((", 1)
        );
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
