//! Functions of a layer's pre-activations as trees of ONNX operators: written out as nodes, and compared with nodes.

use serde::ser::{Serialize, SerializeSeq, Serializer};
use std::fmt;

/// A function of the pre-activations z, `[batch, units]`, as operators of ONNX. In JSON z is `"z"`, a number is itself, and an
/// operator stands before its inputs: `["Relu",["Sub","z",0.5]]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
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

    /// The expression of output `k` of each unit, of a function that gives several outputs by moving elements: the moves are
    /// left out, and of each constant of several numbers the one for this output is taken.
    pub(crate) fn part(&self, k: usize) -> Self {
        match self {
            Self::Apply("Unsqueeze" | "Reshape", inputs) => inputs.first().map_or(Self::Z, |input| input.part(k)),
            Self::Apply(operator, inputs) => Self::Apply(operator, inputs.iter().map(|input| input.part(k)).collect()),
            Self::Floats { values, .. } if values.len() > k => {
                Self::Floats { dims: Vec::new(), values: vec![values[k]] }
            }
            other => other.clone(),
        }
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

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Z => serializer.serialize_str("z"),
            Self::Floats { values, .. } if values.len() == 1 => serializer.serialize_f32(values[0]),
            Self::Floats { values, .. } => values.serialize(serializer),
            Self::Integers(values) => values.serialize(serializer),
            Self::Apply(operator, inputs) => {
                let mut all = serializer.serialize_seq(Some(1 + inputs.len()))?;
                all.serialize_element(operator)?;
                inputs.iter().try_for_each(|input| all.serialize_element(input))?;
                all.end()
            }
        }
    }
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
