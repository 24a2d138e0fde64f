//! Examples in the memory of NumPy: rows, their weights in the cost, and their order.

use crate::rows::{Matrix, Rows};
use numpy::ndarray::{ArrayView1, Ix1};
use numpy::{PyReadonlyArray1, PyReadonlyArrayDyn};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Rows to learn from, borrowed from Python.
#[derive(Clone, Copy)]
pub(crate) struct Examples<'a> {
    pub(crate) rows: Rows<'a>,
    /// The factor of each row in the cost; `None` where all are 1.
    factors: Option<ArrayView1<'a, f32>>,
    /// The rows in the order in which they are learned.
    pub(crate) order: &'a [u32],
}

impl<'a> Examples<'a> {
    /// # Errors
    /// When arrays are not contiguous or do not fit together, or the order names a row that is not there.
    pub(crate) fn new(
        x: &'a Matrix<'_>,
        order: &'a PyReadonlyArray1<'_, u32>,
        factors: Option<&'a PyReadonlyArrayDyn<'_, f32>>,
    ) -> PyResult<Self> {
        let wrong = |text: &str| PyValueError::new_err(text.to_owned());
        let factors = factors.map(|factors| factors.as_array().into_dimensionality::<Ix1>());
        let factors = factors.transpose().map_err(|_| wrong("each example needs one weight"))?;
        let (rows, order) = (x.rows()?, order.as_slice()?);
        if factors.is_some_and(|factors| factors.len() != rows.len()) {
            return Err(wrong("X, y and the weights of the examples must have the same length"));
        }
        if order.iter().any(|k| *k as usize >= rows.len()) {
            return Err(wrong("the order names a row that X does not have"));
        }
        Ok(Self { rows, factors, order })
    }

    /// # Errors
    /// When the rows are not as wide as a network with `inputs`.
    pub(crate) fn check_width(&self, inputs: usize) -> PyResult<()> {
        if self.rows.width() == inputs {
            return Ok(());
        }
        let text = format!("X has {} columns, but the network has {inputs} inputs", self.rows.width());
        Err(PyValueError::new_err(text))
    }

    /// The factors of the rows `some`, written to `memory`; `None` where all are 1.
    pub(crate) fn factors<'m>(&self, some: &[u32], memory: &'m mut Vec<f32>) -> Option<&'m [f32]> {
        let of_all = self.factors?;
        memory.clear();
        memory.extend(some.iter().map(|k| of_all[*k as usize]));
        Some(memory)
    }
}
