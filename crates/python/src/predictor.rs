//! Outputs of a network that no longer learns.

use crate::guard::{Shared, Signals, guarded};
use crate::network::{Description, Network};
use crate::rows::{Matrix, Row};
use kernels::Stack;
use numpy::{IntoPyArray, PyArray2, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// The largest number of rows that are computed at once. Dense products need many rows, and the memory of a stack grows
/// with their number.
const MOST_ROWS: usize = 256;

/// A network that predicts.
#[pyclass(frozen, module = "rectifier._rectifier")]
pub(crate) struct Predictor {
    stack: Shared<(Stack, Row)>,
    /// Numbers of outputs of the hidden layers and of the network.
    widths: Vec<usize>,
    inputs: usize,
}

#[pymethods]
impl Predictor {
    /// Makes a predictor from a network, which is copied.
    #[new]
    fn new(py: Python<'_>, network: Description<'_>, threads: usize) -> PyResult<Self> {
        let network = Network::new(&network)?;
        let mut widths = network.widths();
        widths.push(network.outputs());
        let make = || guarded(|| Ok(network.stack(MOST_ROWS, threads.max(1)).without_learning()));
        let stack = Shared::new((py.detach(make)?, Row::default()));
        Ok(Self { stack, widths, inputs: network.inputs() })
    }

    /// The outputs of `layer` for each row of `x`: 0 is the first hidden layer, and the number of hidden layers is the
    /// output layer, whose outputs are given before the softmax or the logistic function.
    fn outputs<'py>(&self, py: Python<'py>, x: Matrix<'py>, layer: usize) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let rows = x.rows()?;
        if rows.width() != self.inputs || layer >= self.widths.len() {
            let text = format!("X has {} columns, but the network has {} inputs", rows.width(), self.inputs);
            return Err(PyValueError::new_err(text));
        }
        let outputs = py.detach(|| {
            let mut shared = self.stack.lock()?;
            let (stack, row) = &mut *shared;
            guarded(|| {
                let mut outputs = Vec::with_capacity(rows.len() * self.widths[layer]);
                let mut signals = Signals::new();
                for first in (0..rows.len()).step_by(MOST_ROWS) {
                    let last = rows.len().min(first + MOST_ROWS);
                    stack.clear();
                    (first..last).for_each(|k| rows.push(k, row, stack.inputs()));
                    stack.forward_to(layer);
                    for k in 0..last - first {
                        if layer < stack.depth() {
                            outputs.extend(stack.hidden_outputs(layer, k));
                        } else {
                            outputs.extend(stack.outputs(k));
                        }
                    }
                    signals.check()?;
                }
                Ok(outputs)
            })
        })?;
        outputs.into_pyarray(py).reshape([rows.len(), self.widths[layer]])
    }
}
