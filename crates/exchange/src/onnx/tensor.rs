//! ONNX tensors as constants.

use super::messages::{BOOLEAN, DOUBLE, EXTERNAL, FLOAT, INT32, INT64, Node, TEXT, Tensor as Message};
use crate::error::Error;
use crate::expression::Expression;
use crate::portable::{Named, check_finite};
use crate::tensors::{Tensor, count, floats};

/// A constant of a graph.
#[derive(Clone, Debug)]
pub(super) enum Constant {
    Floats(Tensor),
    /// 64-bit floating-point numbers: the dimensions and the values.
    Doubles(Vec<usize>, Vec<f64>),
    Integers(Vec<i64>),
    Booleans(Vec<bool>),
    Texts(Vec<String>),
    /// A constant that is already used as the weight of a layer.
    Taken,
}

/// The largest number of values in a constant of a formula.
const SMALL: usize = 8;

impl Constant {
    pub(super) fn of(name: &str, message: Message) -> Result<Self, Error> {
        if message.data_location == EXTERNAL {
            return Err(Error::Elsewhere { name: name.to_owned() });
        }
        let dims = message.dims.iter().map(|dim| usize::try_from(*dim).ok()).collect::<Option<Vec<_>>>();
        let shape = |found: usize| Error::Shape {
            name: name.to_owned(),
            found: message.dims.iter().map(|dim| usize::try_from(*dim).unwrap_or(usize::MAX)).collect(),
            expected: format!("{found} values, as many as the tensor holds"),
        };
        let holds = |count_of_values: usize| match dims.clone().filter(|dims| count(dims) == Some(count_of_values)) {
            Some(dims) => Ok(dims),
            None => Err(shape(count_of_values)),
        };
        match message.data_type {
            FLOAT => {
                let values = if message.raw_data.is_empty() { message.float_data } else { floats(&message.raw_data) };
                let whole = message.raw_data.len().is_multiple_of(size_of::<f32>());
                let dims = dims.filter(|dims| whole && count(dims) == Some(values.len()));
                let dims = dims.ok_or_else(|| shape(values.len()))?;
                Self::floats(name, dims, values)
            }
            DOUBLE => {
                let raw = || message.raw_data.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
                let values: Vec<f64> = if message.raw_data.is_empty() { message.double_data.clone() } else { raw() };
                if let Some(position) = values.iter().position(|value| !value.is_finite()) {
                    let value = values[position].to_string();
                    return Err(Error::NotFinite { name: name.to_owned(), position, value });
                }
                Ok(Self::Doubles(holds(values.len())?, values))
            }
            INT64 => {
                let raw = || message.raw_data.as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect();
                let values: Vec<i64> = if message.raw_data.is_empty() { message.int64_data.clone() } else { raw() };
                holds(values.len()).map(|_| Self::Integers(values))
            }
            INT32 => {
                let raw = message.raw_data.as_chunks().0.iter().map(|bytes| i32::from_le_bytes(*bytes));
                let values: Vec<i64> = raw.chain(message.int32_data.iter().copied()).map(i64::from).collect();
                holds(values.len()).map(|_| Self::Integers(values))
            }
            BOOLEAN => {
                let raw = message.raw_data.iter().map(|byte| *byte != 0);
                let values: Vec<bool> = raw.chain(message.int32_data.iter().map(|value| *value != 0)).collect();
                holds(values.len()).map(|_| Self::Booleans(values))
            }
            TEXT => {
                let values = message.string_data.iter().map(|text| String::from_utf8_lossy(text).into_owned());
                holds(message.string_data.len()).map(|_| Self::Texts(values.collect()))
            }
            other => {
                let (name, found) = (name.to_owned(), type_name(other));
                Err(Error::Type { name, found, expected: "32-bit floating-point" })
            }
        }
    }

    /// The constant in `node`, a `Constant` whose output is called `name`.
    pub(super) fn of_node(name: &str, mut node: Node) -> Result<Self, Error> {
        const FORMS: [&str; 5] = ["value", "value_float", "value_floats", "value_int", "value_ints"];
        node.allow(&FORMS)?;
        let Some(attribute) = node.attribute.pop() else {
            return Err(node.refused("has no tensor", "a tensor in the attribute 'value'"));
        };
        Ok(match (attribute.name.as_str(), attribute.t, attribute.f, attribute.i) {
            ("value", Some(tensor), ..) => Self::of(name, tensor)?,
            ("value_float", _, Some(number), _) => Self::floats(name, Vec::new(), vec![number])?,
            ("value_floats", ..) => Self::floats(name, vec![attribute.floats.len()], attribute.floats)?,
            ("value_int", _, _, Some(number)) => Self::Integers(vec![number]),
            ("value_ints", ..) => Self::Integers(attribute.ints),
            _ => return Err(node.refused("has no tensor", "a tensor in the attribute 'value'")),
        })
    }

    /// The numbers `values` with the dimensions `dims`.
    pub(super) fn floats(name: &str, dims: Vec<usize>, values: Vec<f32>) -> Result<Self, Error> {
        check_finite(name, &values)?;
        Ok(Self::Floats(Tensor { dims, values }))
    }

    /// The constant as an operand of a formula; `None` if it is too large for a formula or of an unsuitable type.
    pub(super) fn expression(&self) -> Option<Expression> {
        match self {
            Self::Floats(Tensor { values, .. }) if values.len() == 1 => {
                Some(Expression::Floats { dims: Vec::new(), values: values.clone() })
            }
            Self::Floats(Tensor { dims, values }) if values.len() <= SMALL => {
                Some(Expression::Floats { dims: dims.clone(), values: values.clone() })
            }
            Self::Doubles(_, values) if values.len() == 1 => Some(Expression::scalar(values[0])),
            Self::Integers(values) if values.len() <= SMALL => Some(Expression::Integers(values.clone())),
            _ => None,
        }
    }

    /// The values of a row, `[width]` or `[1, width]`, in 32 bits; `None` for any other constant.
    pub(super) fn row(&self, width: usize) -> Option<Vec<f32>> {
        let is_row = |dims: &[usize]| dims == [width] || dims == [1, width];
        match self {
            Self::Floats(Tensor { dims, values }) if is_row(dims) => Some(values.clone()),
            Self::Doubles(dims, values) if is_row(dims) => Some(values.iter().map(|value| *value as f32).collect()),
            _ => None,
        }
    }

    /// The number of values; 0 if the constant is already the weight of a layer.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Floats(tensor) => tensor.values.len(),
            Self::Doubles(_, values) => values.len(),
            Self::Integers(values) => values.len(),
            Self::Booleans(values) => values.len(),
            Self::Texts(values) => values.len(),
            Self::Taken => 0,
        }
    }

    /// The dimensions and the values of a constant of floating-point numbers; `None` for any other constant.
    pub(super) fn numbers(&self) -> Option<(Vec<usize>, Vec<f64>)> {
        match self {
            Self::Floats(Tensor { dims, values }) => {
                Some((dims.clone(), values.iter().map(|value| f64::from(*value)).collect()))
            }
            Self::Doubles(dims, values) => Some((dims.clone(), values.clone())),
            _ => None,
        }
    }

    /// The values as names of classes; `None` for Booleans, and if the constant is already the weight of a layer.
    pub(super) fn names(&self) -> Option<Vec<String>> {
        match self {
            Self::Texts(values) => Some(values.clone()),
            Self::Integers(values) => Some(values.iter().map(i64::to_string).collect()),
            Self::Floats(tensor) => Some(tensor.values.iter().map(f32::to_string).collect()),
            Self::Doubles(_, values) => Some(values.iter().map(f64::to_string).collect()),
            Self::Booleans(_) | Self::Taken => None,
        }
    }
}

/// The name of the type with this number in `TensorProto.DataType`, such as "float16".
fn type_name(number: i32) -> String {
    let name = match number {
        2 => "uint8",
        3 => "int8",
        4 => "uint16",
        5 => "int16",
        10 => "float16",
        16 => "bfloat16",
        _ => return format!("type {number}"),
    };
    name.to_owned()
}

/// A tensor of a network as an initialiser.
impl From<&Named<'_>> for Message {
    fn from(tensor: &Named<'_>) -> Self {
        Self {
            dims: tensor.dims.iter().map(|dim| dim.cast_signed() as i64).collect(),
            data_type: FLOAT,
            name: tensor.name.clone(),
            raw_data: tensor.bytes(),
            ..Self::default()
        }
    }
}

/// A constant of a formula as an initialiser called `name`; `None` if the expression is not a constant.
pub(super) fn initialiser(name: &str, constant: &Expression) -> Option<Message> {
    match constant {
        Expression::Floats { dims, values } => {
            Some(Message::from(&Named { name: name.to_owned(), dims: dims.clone(), values }))
        }
        Expression::Integers(values) => Some(Message {
            dims: vec![values.len().cast_signed() as i64],
            data_type: INT64,
            name: name.to_owned(),
            raw_data: values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            ..Message::default()
        }),
        Expression::Z | Expression::Apply(..) => None,
    }
}
