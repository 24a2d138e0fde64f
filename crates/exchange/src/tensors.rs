//! Tensors and layers that have been read from a file.

use crate::error::Error;
use crate::portable::{Affine, Hidden};
use std::collections::BTreeMap;

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
    /// Phrases for the user: what the reader assumed because the file does not state it.
    pub(crate) notes: Vec<String>,
}

/// The limit on the number of tensors in a file, enough for 99 hidden layers with signs and an output layer.
pub(crate) const TENSORS: usize = 300;

pub(crate) type Tensors = BTreeMap<String, Tensor>;

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

/// The number of values in a tensor with the dimensions `dims`; `None` if the product overflows.
pub(crate) fn count(dims: &[usize]) -> Option<usize> {
    dims.iter().copied().try_fold(1, usize::checked_mul)
}
