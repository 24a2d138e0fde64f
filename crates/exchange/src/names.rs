//! Networks from named tensors, under this program's names or those of other programs.

use crate::error::Error;
use crate::foreign;
use crate::found::Found;
use crate::notes::Notes;
use crate::portable::{Affine, Hidden, Parts, Portable};
use crate::statement::Statement;
use std::collections::BTreeMap;
use units::Activation;

/// A tensor read from a file; the number of values matches its shape.
#[derive(Clone, Debug)]
pub(crate) struct Tensor {
    pub(crate) dims: Vec<usize>,
    /// The values, row-major.
    pub(crate) values: Vec<f32>,
}

/// The layers of a file.
pub(crate) struct Layers {
    pub(crate) hidden: Vec<Hidden>,
    pub(crate) output: Affine,
    /// What was assumed where the file leaves it open.
    pub(crate) notes: Vec<String>,
}

/// The limit on the number of tensors in a file, those of more layers than any configuration has.
pub(crate) const TENSORS: usize = 300;

pub(crate) type Tensors = BTreeMap<String, Tensor>;

/// Makes a network of `tensors`, where `statement` is the file's entry `network`, by which this program marks its files.
/// `unstated` is the activation of the hidden units if the file does not state it.
pub(crate) fn network(
    mut tensors: Tensors,
    statement: Option<&str>,
    unstated: Option<Activation>,
) -> Result<Found, Error> {
    let statement = statement.map(Statement::parse).transpose()?;
    let stated = statement.as_ref().map(|statement| statement.activation);
    let Layers { hidden, output, notes: found } = match stated {
        Some(_) if tensors.contains_key("output.weight") => ours(&mut tensors)?,
        _ => foreign::layers(tensors, stated.or(unstated).map_or(1, Activation::outputs_per_unit))?,
    };
    let activation = match (stated, unstated) {
        (Some(stated), Some(given)) if stated != given => return Err(Error::Contradicted { stated, given }),
        (Some(activation), _) | (None, Some(activation)) => activation,
        (None, None) if hidden.is_empty() => Activation::Linear, // no hidden units
        (None, None) => return Err(Error::Unstated),
    };
    let notes = statement.as_ref().map_or_else(Notes::default, |statement| statement.notes.clone());
    let parts = Parts { hidden, output, activation, notes };
    if let Some(statement) = statement {
        statement.check(&parts)?;
    }
    Ok(Found { network: Portable::new(parts)?, notes: found })
}

/// Takes the layers under this project's names: `hidden.0.affine.weight`, `hidden.0.affine.bias`, `hidden.0.signs`, ..,
/// `output.weight`, `output.bias`. Weights are `[inputs, units]`.
fn ours(tensors: &mut Tensors) -> Result<Layers, Error> {
    let mut hidden = Vec::new();
    while tensors.contains_key(&format!("hidden.{}.affine.weight", hidden.len())) {
        let k = hidden.len();
        let affine = take_affine(tensors, &format!("hidden.{k}.affine"))?;
        let signs = format!("hidden.{k}.signs");
        let signs = tensors.remove(&signs).map(|tensor| vector(&signs, tensor)).transpose()?;
        hidden.push(Hidden { affine, signs });
    }
    let output = take_affine(tensors, "output")?;
    match tensors.pop_first() {
        Some((name, _)) => {
            Err(Error::Unexpected { name, reason: format!("number of hidden layers found: {}", hidden.len()) })
        }
        None => Ok(Layers { hidden, output, notes: Vec::new() }),
    }
}

fn take_affine(tensors: &mut Tensors, layer: &str) -> Result<Affine, Error> {
    let mut take = |part: &str| {
        let name = format!("{layer}.{part}");
        let needed = || format!("the {part} of layer '{layer}'");
        let tensor = tensors.remove(&name).ok_or_else(|| Error::Missing { name: name.clone(), needed: needed() })?;
        Ok::<_, Error>((name, tensor))
    };
    let (name, weight) = take("weight")?;
    let [inputs, _] = matrix(&name, &weight)?;
    let (name, bias) = take("bias")?;
    Ok(Affine { inputs, weight: weight.values, bias: vector(&name, bias)? })
}

/// The numbers of rows and columns of `tensor`, which must be a matrix.
pub(crate) fn matrix(name: &str, tensor: &Tensor) -> Result<[usize; 2], Error> {
    match tensor.dims[..] {
        [rows, columns] => Ok([rows, columns]),
        _ => Err(shape(name, tensor, "a matrix")),
    }
}

pub(crate) fn vector(name: &str, tensor: Tensor) -> Result<Vec<f32>, Error> {
    if tensor.dims.len() == 1 { Ok(tensor.values) } else { Err(shape(name, &tensor, "a vector")) }
}

/// The error for `tensor`, whose shape is not `expected`.
pub(crate) fn shape(name: &str, tensor: &Tensor, expected: &str) -> Error {
    Error::Shape { name: name.to_owned(), found: tensor.dims.clone(), expected: expected.to_owned() }
}

/// The transpose, `[columns, rows]`, of the matrix `values`, `[rows, columns]`.
pub(crate) fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|column| (0..rows).map(move |row| values[row * columns + column])).collect()
}

/// 32-bit floating-point numbers from little-endian bytes.
pub(crate) fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// The number of values in a tensor with the dimensions `dims`; `None` if it overflows.
pub(crate) fn count(dims: &[usize]) -> Option<usize> {
    dims.iter().copied().try_fold(1, usize::checked_mul)
}
