//! Learning: epochs of gradient steps on a network.

use crate::examples::Examples;
use crate::guard::{Shared, Signals, guarded};
use crate::network::{self, Arrays, Cost, Description, Network};
use crate::rows::Matrix;
use crate::tally::{Tally, Totals};
use crate::targets::{Aims, Minibatch, Targets};
use kernels::{SgdStep, Stack};
use numpy::{PyReadonlyArray1, PyReadonlyArrayDyn};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A network that learns.
#[pyclass(frozen, module = "rectifier._rectifier")]
pub(crate) struct Learner {
    state: Shared<State>,
}

struct State {
    /// The network after the last whole epoch.
    network: Network,
    stack: Stack,
    settings: Settings,
    minibatch: Minibatch,
}

#[derive(Clone)]
struct Settings {
    cost: Cost,
    batch: usize,
    threads: usize,
    momentum: f32,
    alpha: f32,
    l1: Vec<f32>,
}

#[pymethods]
impl Learner {
    /// Makes a learner from a network, which is copied.
    #[new]
    #[pyo3(signature = (network, *, cost, batch, threads, momentum, alpha, l1))]
    #[expect(clippy::too_many_arguments, reason = "Python passes them by name")]
    fn new(
        py: Python<'_>,
        network: Description<'_>,
        cost: &str,
        batch: usize,
        threads: usize,
        momentum: f32,
        alpha: f32,
        l1: Vec<f32>,
    ) -> PyResult<Self> {
        let network = Network::new(&network)?;
        if batch == 0 || threads == 0 || l1.len() + 1 != network.affines.len() {
            return Err(PyValueError::new_err("batch and threads must be at least 1, with one L1 per hidden layer"));
        }
        if !(0.0..1.0).contains(&momentum) || !alpha.is_finite() || alpha < 0.0 {
            return Err(PyValueError::new_err("momentum must be from 0 to below 1, and alpha a number from 0 on"));
        }
        let settings = Settings { cost: Cost::find(cost)?, batch, threads, momentum, alpha, l1 };
        let stack = py.detach(|| guarded(|| Ok(settings.stack(&network))))?;
        Ok(Self { state: Shared::new(State { network, stack, settings, minibatch: Minibatch::default() }) })
    }

    /// Takes a gradient step on each minibatch of an epoch. If that is interrupted, the network stays as it was before.
    #[pyo3(signature = (x, y, order, *, factors, rate))]
    fn epoch(
        &self,
        py: Python<'_>,
        x: Matrix<'_>,
        y: Targets<'_>,
        order: PyReadonlyArray1<'_, u32>,
        factors: Option<PyReadonlyArrayDyn<'_, f32>>,
        rate: f32,
    ) -> PyResult<Totals> {
        self.pass(py, &x, &y, &order, factors.as_ref(), Some(rate))
    }

    /// The same sums as [`Learner::epoch`], without learning.
    #[pyo3(signature = (x, y, order, *, factors))]
    fn evaluate(
        &self,
        py: Python<'_>,
        x: Matrix<'_>,
        y: Targets<'_>,
        order: PyReadonlyArray1<'_, u32>,
        factors: Option<PyReadonlyArrayDyn<'_, f32>>,
    ) -> PyResult<Totals> {
        self.pass(py, &x, &y, &order, factors.as_ref(), None)
    }

    /// The weight and bias of each layer after the last whole epoch.
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Vec<Arrays<'py>>> {
        py.detach(|| Ok(self.state.lock()?.network.affines.clone())).and_then(|affines| network::arrays(py, &affines))
    }
}

impl Learner {
    fn pass(
        &self,
        py: Python<'_>,
        x: &Matrix<'_>,
        y: &Targets<'_>,
        order: &PyReadonlyArray1<'_, u32>,
        factors: Option<&PyReadonlyArrayDyn<'_, f32>>,
        rate: Option<f32>,
    ) -> PyResult<Totals> {
        let (examples, aims) = (Examples::new(x, order, factors)?, y.view());
        py.detach(|| {
            let mut state = self.state.lock()?;
            guarded(|| state.pass(examples, aims, rate))
        })
    }
}

impl State {
    fn pass(&mut self, examples: Examples<'_>, aims: Aims<'_>, rate: Option<f32>) -> PyResult<Totals> {
        examples.check_width(self.network.inputs())?;
        aims.check(&examples, self.network.outputs(), self.settings.cost)?;
        let done = guarded(|| self.minibatches(examples, aims, rate));
        match (&done, rate) {
            (Ok(_), Some(_)) => {
                for (k, affine) in self.network.affines.iter_mut().enumerate() {
                    *affine = self.stack.affine(k);
                }
            }
            (Err(_), _) => self.stack = self.settings.stack(&self.network),
            (Ok(_), None) => {}
        }
        done
    }

    fn minibatches(&mut self, examples: Examples<'_>, aims: Aims<'_>, rate: Option<f32>) -> PyResult<Totals> {
        let Self { network, stack, settings: Settings { cost, batch, l1, .. }, minibatch } = self;
        let mut signals = Signals::new();
        let mut tally = Tally::new(&network.widths());
        for some in examples.order.chunks(*batch) {
            aims.load(&examples, some, stack, minibatch);
            let step = rate.map(|rate| SgdStep { rate, l1 });
            let sums = match (*cost, step) {
                (Cost::Softmax, Some(step)) => stack.learn(&minibatch.labels, step),
                (Cost::Softmax, None) => stack.classify(&minibatch.labels),
                (Cost::Numbers(cost), Some(step)) => stack.learn_reconstruction(cost, step),
                (Cost::Numbers(cost), None) => stack.reconstruct(cost),
            };
            tally.add(sums, some.len());
            (0..stack.depth()).for_each(|layer| tally.note(layer, stack.nonzero(layer)));
            signals.check()?;
        }
        signals.check_now()?;
        Ok(tally.totals())
    }
}

impl Settings {
    /// The stack that learns: plain gradient descent unless there is momentum or a penalty.
    fn stack(&self, network: &Network) -> Stack {
        let stack = network.stack(self.batch, self.threads);
        let stack = match self.cost {
            Cost::Softmax => stack,
            Cost::Numbers(_) => stack.with_targets(),
        };
        if self.momentum == 0.0 && self.alpha == 0.0 { stack } else { stack.with_momentum(self.momentum, self.alpha) }
    }
}
