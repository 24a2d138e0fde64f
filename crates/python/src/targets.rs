//! Targets in the memory of NumPy.

use crate::examples::Examples;
use crate::network::Cost;
use crate::rows::{Row, push_dense};
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

impl Aims<'_> {
    /// # Errors
    /// When the number, the width or the kind of the targets does not fit a network with `outputs` that is trained for
    /// `cost` on `examples`.
    pub(crate) fn check(&self, examples: &Examples<'_>, outputs: usize, cost: Cost) -> PyResult<()> {
        let wrong = |text: &str| Err(PyValueError::new_err(text.to_owned()));
        let of_aims = match (self, cost) {
            (Self::Classes(all), Cost::Softmax) => {
                if all.iter().any(|class| usize::from(*class) >= outputs) {
                    return wrong("a class is not below the number of outputs");
                }
                all.len()
            }
            (Self::Numbers(all), Cost::Numbers(_)) if all.ncols() == outputs => all.nrows(),
            _ => return wrong("y must hold a class or one number per output for each row"),
        };
        if of_aims != examples.rows.len() {
            return wrong("X, y and the weights of the examples must have the same length");
        }
        Ok(())
    }

    /// Makes the rows `some` of `examples` the minibatch of `stack`.
    pub(crate) fn load(&self, examples: &Examples<'_>, some: &[u32], stack: &mut Stack, minibatch: &mut Minibatch) {
        let Minibatch { row, numbers, factors, labels } = minibatch;
        stack.clear();
        labels.clear();
        for k in some {
            let k = *k as usize;
            examples.rows.push(k, row, stack.inputs());
            match (self, stack.targets()) {
                (Self::Classes(all), _) => labels.push(all[k]),
                (Self::Numbers(all), Some(targets)) => push_dense(all.row(k), numbers, targets),
                (Self::Numbers(_), None) => {}
            }
        }
        if let Some(factors) = examples.factors(some, factors) {
            stack.inputs().weigh(factors);
        }
    }
}
