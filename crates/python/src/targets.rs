//! Targets in the memory of NumPy.

use crate::network::Cost;
use crate::rows::{Row, Rows, push_dense};
use kernels::Stack;
use numpy::ndarray::{ArrayView1, ArrayView2};
use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Targets of all rows, borrowed from Python.
#[derive(FromPyObject)]
pub(crate) enum Targets<'py> {
    /// The class of each row.
    Classes(PyReadonlyArray1<'py, u16>),
    /// The numbers of each row.
    Numbers(PyReadonlyArray2<'py, f32>),
}

/// A view of [`Targets`].
#[derive(Clone, Copy)]
pub(crate) enum Aims<'a> {
    Classes(ArrayView1<'a, u16>),
    Numbers(ArrayView2<'a, f32>),
}

/// Examples to learn from: rows, targets, factors in the cost (none where all are 1), and the order of the rows.
#[derive(Clone, Copy)]
pub(crate) struct Examples<'a> {
    pub(crate) rows: Rows<'a>,
    pub(crate) aims: Aims<'a>,
    pub(crate) factors: Option<ArrayView1<'a, f32>>,
    pub(crate) order: &'a [u32],
}

/// Memory for what a minibatch needs beside the stack.
#[derive(Default)]
pub(crate) struct Minibatch {
    row: Row,
    numbers: Vec<f32>,
    factors: Vec<f32>,
    pub(crate) labels: Vec<u16>,
}

impl Targets<'_> {
    pub(crate) fn view(&self) -> Aims<'_> {
        match self {
            Self::Classes(array) => Aims::Classes(array.as_array()),
            Self::Numbers(array) => Aims::Numbers(array.as_array()),
        }
    }
}

impl Examples<'_> {
    /// # Errors
    /// When lengths, widths or kinds of targets do not fit a network with `inputs` and `outputs`, trained for `cost`.
    pub(crate) fn check(&self, inputs: usize, outputs: usize, cost: Cost) -> PyResult<()> {
        let Self { rows, aims, factors, order } = self;
        let wrong = |text: &str| Err(PyValueError::new_err(text.to_owned()));
        if rows.width() != inputs {
            return wrong(&format!("X has {} columns, but the network has {inputs} inputs", rows.width()));
        }
        let of_aims = match (aims, cost) {
            (Aims::Classes(all), Cost::Softmax) => {
                if all.iter().any(|class| usize::from(*class) >= outputs) {
                    return wrong("a class is not below the number of outputs");
                }
                all.len()
            }
            (Aims::Numbers(all), Cost::Numbers(_)) if all.ncols() == outputs => all.nrows(),
            _ => return wrong("y must hold a class or one number per output for each row"),
        };
        if of_aims != rows.len() || factors.is_some_and(|factors| factors.len() != rows.len()) {
            return wrong("X, y and the weights of the examples must have the same length");
        }
        if order.iter().any(|k| *k as usize >= rows.len()) {
            return wrong("the order names a row that X does not have");
        }
        Ok(())
    }

    /// Makes the rows `some` the minibatch of `stack`.
    pub(crate) fn load(&self, some: &[u32], stack: &mut Stack, minibatch: &mut Minibatch) {
        let Minibatch { row, numbers, factors, labels } = minibatch;
        stack.clear();
        labels.clear();
        for k in some {
            let k = *k as usize;
            self.rows.push(k, row, stack.inputs());
            match (self.aims, stack.targets()) {
                (Aims::Classes(all), _) => labels.push(all[k]),
                (Aims::Numbers(all), Some(targets)) => push_dense(all.row(k), numbers, targets),
                (Aims::Numbers(_), None) => {}
            }
        }
        if let Some(of_all) = self.factors {
            factors.clear();
            factors.extend(some.iter().map(|k| of_all[*k as usize]));
            stack.inputs().weigh(factors);
        }
    }
}
