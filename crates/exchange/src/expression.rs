//! Functions of a layer's pre-activations as trees of ONNX operators. An export writes the trees as nodes; an import
//! compares them with the nodes of a file.

use serde::ser::{Serialize, SerializeSeq, Serializer};
use std::fmt;

/// A function of the pre-activations z, `[batch, units]`, as ONNX operators. In JSON, z is `"z"`, a constant is a
/// number or an array of numbers, and an operator is an array of its name and its inputs: `["Relu",["Sub","z",0.5]]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// The pre-activations themselves.
    Z,
    /// A constant of 32-bit floating-point numbers; a scalar has no dimensions.
    Floats {
        /// The shape of the constant.
        dims: Vec<usize>,
        /// The values of the constant, row-major.
        values: Vec<f32>,
    },
    /// A one-dimensional constant of integers: an axis or a shape.
    Integers(Vec<i64>),
    /// An ONNX operator without attributes, and its inputs.
    Apply(&'static str, Vec<Expression>),
}

/// The operators in the formulas of activations and reconstructions: each is elementwise or only rearranges elements.
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

    /// `operator` applied to this expression and `others`.
    pub(crate) fn then(self, operator: &'static str, others: impl IntoIterator<Item = Self>) -> Self {
        Self::Apply(operator, std::iter::once(self).chain(others).collect())
    }

    /// The expression for output `k` of each unit, for units with several outputs: operators that only rearrange
    /// elements are left out, and each constant of several numbers is replaced by its number at index `k`.
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

    /// The number of operators and operands in the tree.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Apply(_, inputs) => 1 + inputs.iter().map(Self::size).sum::<usize>(),
            _ => 1,
        }
    }

    /// The value of a constant of one number; `None` for any other expression.
    pub(crate) fn as_scalar(&self) -> Option<f32> {
        match self {
            Self::Floats { values, .. } if values.len() == 1 => Some(values[0]),
            _ => None,
        }
    }
}

/// The operator called `name`; `None` if no formula contains such an operator.
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

/// Writes the expression as a formula, such as `Relu(Sub(z, 0.5))`.
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
