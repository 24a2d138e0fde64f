//! ONNX tensors as constants.

use super::messages::{EXTERNAL, FLOAT, INT64, Tensor as Message};
use crate::error::Error;
use crate::expression::Expression;
use crate::names::{Tensor, count, floats};
use crate::portable::{Named, check_finite};

/// A constant of a graph.
#[derive(Clone, Debug)]
pub(super) enum Constant {
    Floats(Tensor),
    Integers(Vec<i64>),
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
        match message.data_type {
            FLOAT => {
                let values = if message.raw_data.is_empty() { message.float_data } else { floats(&message.raw_data) };
                let whole = message.raw_data.len().is_multiple_of(size_of::<f32>());
                let dims = dims.filter(|dims| whole && count(dims) == Some(values.len()));
                let dims = dims.ok_or_else(|| shape(values.len()))?;
                check_finite(name, &values)?;
                Ok(Self::Floats(Tensor { dims, values }))
            }
            INT64 => {
                let raw = || message.raw_data.as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect();
                let values: Vec<i64> = if message.raw_data.is_empty() { message.int64_data.clone() } else { raw() };
                match dims.filter(|dims| count(dims) == Some(values.len())) {
                    Some(_) => Ok(Self::Integers(values)),
                    None => Err(shape(values.len())),
                }
            }
            other => {
                let (name, found) = (name.to_owned(), type_name(other));
                Err(Error::Type { name, found, expected: "32-bit floating-point" })
            }
        }
    }

    /// The constant as part of a formula; `None` if it is too large.
    pub(super) fn expression(&self) -> Option<Expression> {
        match self {
            Self::Floats(Tensor { values, .. }) if values.len() == 1 => {
                Some(Expression::Floats { dims: Vec::new(), values: values.clone() })
            }
            Self::Floats(Tensor { dims, values }) if values.len() <= SMALL => {
                Some(Expression::Floats { dims: dims.clone(), values: values.clone() })
            }
            Self::Integers(values) if values.len() <= SMALL => Some(Expression::Integers(values.clone())),
            _ => None,
        }
    }

    /// The values of a row, `[width]` or `[1, width]`; `None` for any other constant.
    pub(super) fn row(&self, width: usize) -> Option<&[f32]> {
        match self {
            Self::Floats(Tensor { dims, values }) if dims[..] == [width] || dims[..] == [1, width] => Some(values),
            _ => None,
        }
    }
}

/// The name of a number type.
///
/// # Source
/// `TensorProto.DataType`.
fn type_name(number: i32) -> String {
    let name = match number {
        2 => "uint8",
        3 => "int8",
        4 => "uint16",
        5 => "int16",
        6 => "int32",
        8 => "string",
        9 => "bool",
        10 => "float16",
        11 => "float64",
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
