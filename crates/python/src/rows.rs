//! Rows of inputs in the memory of `NumPy` and `SciPy`.

use kernels::Batch;
use numpy::ndarray::{ArrayView1, ArrayView2};
use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A matrix of inputs, borrowed from Python.
#[derive(FromPyObject)]
pub(crate) enum Matrix<'py> {
    Dense32(PyReadonlyArray2<'py, f32>),
    Dense64(PyReadonlyArray2<'py, f64>),
    /// Number of columns, row pointers, columns and values of a CSR matrix.
    Csr32((usize, Indices<'py>, Indices<'py>, PyReadonlyArray1<'py, f32>)),
    Csr64((usize, Indices<'py>, Indices<'py>, PyReadonlyArray1<'py, f64>)),
}

/// The integers of a CSR matrix: `SciPy` uses 64 bits where 32 are too few.
#[derive(FromPyObject)]
pub(crate) enum Indices<'py> {
    Short(PyReadonlyArray1<'py, i32>),
    Long(PyReadonlyArray1<'py, i64>),
}

/// A view of a [`Matrix`], which can be read with the GIL released.
#[derive(Clone, Copy)]
pub(crate) enum Rows<'a> {
    Dense32(ArrayView2<'a, f32>),
    Dense64(ArrayView2<'a, f64>),
    Csr { width: usize, starts: Integers<'a>, columns: Integers<'a>, values: Values<'a> },
}

#[derive(Clone, Copy)]
pub(crate) enum Integers<'a> {
    Short(&'a [i32]),
    Long(&'a [i64]),
}

#[derive(Clone, Copy)]
pub(crate) enum Values<'a> {
    Single(&'a [f32]),
    Double(&'a [f64]),
}

/// Memory for one row.
#[derive(Default)]
pub(crate) struct Row {
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Indices<'_> {
    fn view(&self) -> PyResult<Integers<'_>> {
        Ok(match self {
            Self::Short(array) => Integers::Short(array.as_slice()?),
            Self::Long(array) => Integers::Long(array.as_slice()?),
        })
    }
}

impl Integers<'_> {
    fn len(self) -> usize {
        match self {
            Self::Short(all) => all.len(),
            Self::Long(all) => all.len(),
        }
    }

    /// The integer at `k`; a negative one becomes the largest number, which no length reaches.
    fn at(self, k: usize) -> usize {
        match self {
            Self::Short(all) => usize::try_from(all[k]),
            Self::Long(all) => usize::try_from(all[k]),
        }
        .unwrap_or(usize::MAX)
    }
}

impl Values<'_> {
    fn at(self, k: usize) -> f32 {
        match self {
            Self::Single(all) => all[k],
            Self::Double(all) => all[k] as f32,
        }
    }
}

impl Matrix<'_> {
    /// # Errors
    /// When the arrays of a CSR matrix are not contiguous or do not fit together.
    pub(crate) fn rows(&self) -> PyResult<Rows<'_>> {
        let (width, starts, columns, values) = match self {
            Self::Dense32(array) => return Ok(Rows::Dense32(array.as_array())),
            Self::Dense64(array) => return Ok(Rows::Dense64(array.as_array())),
            Self::Csr32((width, starts, columns, values)) => {
                (width, starts, columns, Values::Single(values.as_slice()?))
            }
            Self::Csr64((width, starts, columns, values)) => {
                (width, starts, columns, Values::Double(values.as_slice()?))
            }
        };
        let (width, starts, columns) = (*width, starts.view()?, columns.view()?);
        let stored = match values {
            Values::Single(all) => all.len(),
            Values::Double(all) => all.len(),
        };
        let ascend = (1..starts.len()).all(|k| starts.at(k - 1) <= starts.at(k));
        if starts.len() == 0 || !ascend || starts.at(starts.len() - 1) > stored.min(columns.len()) {
            return Err(PyValueError::new_err("the row pointers of a sparse matrix must ascend within its values"));
        }
        Ok(Rows::Csr { width, starts, columns, values })
    }
}

impl Rows<'_> {
    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Dense32(array) => array.nrows(),
            Self::Dense64(array) => array.nrows(),
            Self::Csr { starts, .. } => starts.len() - 1,
        }
    }

    /// Number of columns.
    pub(crate) fn width(&self) -> usize {
        match self {
            Self::Dense32(array) => array.ncols(),
            Self::Dense64(array) => array.ncols(),
            Self::Csr { width, .. } => *width,
        }
    }

    /// Appends row `k` to `to`, with its zeros.
    ///
    /// # Panics
    /// When a column of a CSR matrix is not below its width.
    pub(crate) fn write(&self, k: usize, to: &mut Vec<f32>) {
        match self {
            Self::Dense32(array) => to.extend(array.row(k)),
            Self::Dense64(array) => to.extend(array.row(k).iter().map(|value| *value as f32)),
            Self::Csr { width, starts, columns, values } => {
                let first = to.len();
                to.resize(first + width, 0.0);
                for place in starts.at(k)..starts.at(k + 1) {
                    let column = columns.at(place);
                    assert!(column < *width, "columns must lie within the width of the matrix");
                    to[first + column] = values.at(place);
                }
            }
        }
    }

    /// Adds row `k` to a minibatch.
    pub(crate) fn push(&self, k: usize, row: &mut Row, to: &mut Batch) {
        row.columns.clear();
        row.values.clear();
        match self {
            Self::Dense32(array) => push_dense(array.row(k), &mut row.values, to),
            Self::Dense64(array) => {
                row.values.extend(array.row(k).iter().map(|value| *value as f32));
                to.push_values(&row.values);
            }
            Self::Csr { starts, columns, values, .. } => {
                let range = starts.at(k)..starts.at(k + 1);
                match columns {
                    Integers::Short(all) => row.columns.extend(all[range.clone()].iter().map(|column| *column as u32)),
                    Integers::Long(all) => row.columns.extend(all[range.clone()].iter().map(|column| *column as u32)),
                }
                match values {
                    Values::Single(all) => to.push_sparse(&row.columns, &all[range]),
                    Values::Double(all) => {
                        row.values.extend(all[range].iter().map(|value| *value as f32));
                        to.push_sparse(&row.columns, &row.values);
                    }
                }
            }
        }
    }
}

/// Adds a row of floats, which need not be adjacent in memory, to a minibatch.
pub(crate) fn push_dense(from: ArrayView1<'_, f32>, copy: &mut Vec<f32>, to: &mut Batch) {
    if let Some(values) = from.as_slice() {
        return to.push_values(values);
    }
    copy.clear();
    copy.extend(from.iter());
    to.push_values(copy);
}
