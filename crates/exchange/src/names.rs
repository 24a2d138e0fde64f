//! Networks from named tensors, under this project's names or PyTorch's.

use crate::error::Error;
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

pub(crate) type Tensors = BTreeMap<String, Tensor>;

/// Makes a network of `tensors`, where `statement` is the file's entry `network`. `unstated` is the activation of the
/// hidden units if the file does not state it.
pub(crate) fn network(
    mut tensors: Tensors,
    statement: Option<&str>,
    unstated: Option<Activation>,
) -> Result<Portable, Error> {
    let statement = statement.map(Statement::parse).transpose()?;
    let (hidden, output) = if tensors.contains_key("output.weight") { ours(&mut tensors)? } else { torch(tensors)? };
    let activation = match (statement.as_ref().map(|statement| statement.activation), unstated) {
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
    Portable::new(parts)
}

/// Takes the layers under this project's names: `hidden.0.affine.weight`, `hidden.0.affine.bias`, `hidden.0.signs`, ..,
/// `output.weight`, `output.bias`. Weights are `[inputs, units]`.
fn ours(tensors: &mut Tensors) -> Result<(Vec<Hidden>, Affine), Error> {
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
        None => Ok((hidden, output)),
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

/// Takes the layers under PyTorch's names, such as `0.weight`, `0.bias`, `2.weight`, .. of an `nn.Sequential`, or
/// `fc1.weight`, ..: names that differ only in their last number, which gives the order. Weights are `[units, inputs]`;
/// a missing bias is zero.
fn torch(mut tensors: Tensors) -> Result<(Vec<Hidden>, Affine), Error> {
    let mut numbers = BTreeMap::new();
    let mut around = None;
    for name in tensors.keys() {
        let unexpected = |reason: &str| Error::Unexpected { name: name.clone(), reason: reason.to_owned() };
        let stem = name.strip_suffix("weight").or_else(|| name.strip_suffix("bias"));
        let stem = stem.filter(|stem| stem.is_empty() || stem.ends_with('.'));
        let stem = stem.ok_or_else(|| unexpected("it is neither a weight nor a bias"))?;
        let (before, number, after) = around_number(stem).ok_or_else(|| unexpected("its number is too large"))?;
        if *around.get_or_insert((before, after)) != (before, after) {
            return Err(unexpected("its name differs from the others in more than the last number"));
        }
        if *numbers.entry(number).or_insert(stem) != stem {
            return Err(unexpected("another layer has the same number"));
        }
    }
    let stems: Vec<String> = numbers.into_values().map(str::to_owned).collect();
    let mut layers = stems.iter().map(|stem| torch_affine(&mut tensors, stem)).collect::<Result<Vec<_>, _>>()?;
    let needed = || "the file holds no tensors".to_owned();
    let output = layers.pop().ok_or_else(|| Error::Missing { name: "output.weight".to_owned(), needed: needed() })?;
    Ok((layers.into_iter().map(|affine| Hidden { affine, signs: None }).collect(), output))
}

/// Splits `text` into the text before its last number, the number, and the text after it; `None` if the number is too
/// large.
fn around_number(text: &str) -> Option<(&str, Option<u32>, &str)> {
    let Some(last) = text.rfind(|c: char| c.is_ascii_digit()) else { return Some((text, None, "")) };
    let start = text[..last]
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |end| end + text[end..].chars().next().map_or(0, char::len_utf8));
    Some((&text[..start], Some(text[start..=last].parse().ok()?), &text[last + 1..]))
}

fn torch_affine(tensors: &mut Tensors, stem: &str) -> Result<Affine, Error> {
    let (name, needed) = (format!("{stem}weight"), format!("'{stem}bias' is present"));
    let weight = tensors.remove(&name).ok_or_else(|| Error::Missing { name: name.clone(), needed })?;
    let [units, inputs] = matrix(&name, &weight)?;
    let name = format!("{stem}bias");
    let bias = match tensors.remove(&name) {
        Some(bias) => vector(&name, bias)?,
        None => vec![0.0; units],
    };
    Ok(Affine { inputs, weight: transposed(&weight.values, units, inputs), bias })
}

/// The numbers of rows and columns of `tensor`, which must be a matrix.
pub(crate) fn matrix(name: &str, tensor: &Tensor) -> Result<[usize; 2], Error> {
    match tensor.dims[..] {
        [rows, columns] => Ok([rows, columns]),
        _ => Err(shape(name, tensor, "a matrix [inputs, units], or [units, inputs] from PyTorch")),
    }
}

fn vector(name: &str, tensor: Tensor) -> Result<Vec<f32>, Error> {
    if tensor.dims.len() == 1 { Ok(tensor.values) } else { Err(shape(name, &tensor, "a vector")) }
}

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
