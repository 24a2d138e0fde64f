//! Functions of a layer's pre-activations as trees of ONNX operators: written out as nodes, and compared with nodes.

use std::fmt;

/// A function of the pre-activations z, `[batch, units]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    /// The pre-activations themselves.
    Z,
    /// A constant of 32-bit numbers; one number has no dimensions.
    Floats {
        /// Its shape.
        dims: Vec<usize>,
        /// Its numbers, row-major.
        values: Vec<f32>,
    },
    /// A constant of integers, of one dimension: an axis or a shape.
    Integers(Vec<i64>),
    /// An operator of ONNX, without attributes, and its inputs.
    Apply(&'static str, Vec<Expression>),
}

/// The operators that may occur in an expression: all are functions of single elements, or move them.
const OPERATORS: [&str; 16] = [
    "Abs",
    "Add",
    "Clip",
    "Div",
    "Greater",
    "Log",
    "Mul",
    "Reciprocal",
    "Relu",
    "Reshape",
    "Sigmoid",
    "Softplus",
    "Sub",
    "Tanh",
    "Unsqueeze",
    "Where",
];

impl Expression {
    pub(crate) fn scalar(value: f64) -> Self {
        Self::Floats { dims: Vec::new(), values: vec![value as f32] }
    }

    /// `operator` of this and `others`.
    pub(crate) fn then(self, operator: &'static str, others: impl IntoIterator<Item = Self>) -> Self {
        Self::Apply(operator, std::iter::once(self).chain(others).collect())
    }

    /// Operators and operands of the tree.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Apply(_, inputs) => 1 + inputs.iter().map(Self::size).sum::<usize>(),
            _ => 1,
        }
    }

    /// The value of a constant of one number.
    pub(crate) fn as_scalar(&self) -> Option<f32> {
        match self {
            Self::Floats { values, .. } if values.len() == 1 => Some(values[0]),
            _ => None,
        }
    }
}

/// `name` as the operator of an expression, if it can be one.
pub(crate) fn operator(name: &str) -> Option<&'static str> {
    OPERATORS.into_iter().find(|operator| *operator == name)
}

/// As a formula, such as `Relu(Sub(z, 0.5))`.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Z => write!(f, "z"),
            Self::Floats { values, .. } if values.len() == 1 => write!(f, "{}", values[0]),
            Self::Floats { values, .. } => write!(f, "{values:?}"),
            Self::Integers(values) => write!(f, "{values:?}"),
            Self::Apply(operator, inputs) => {
                let inputs: Vec<_> = inputs.iter().map(Self::to_string).collect();
                write!(f, "{operator}({})", inputs.join(", "))
            }
        }
    }
}
