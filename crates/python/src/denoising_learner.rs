//! Learning of denoising auto-encoders.

use crate::examples::Examples;
use crate::guard::{Shared, Signals, guarded};
use crate::network::{self, Arrays, Description, Network};
use crate::rows::Matrix;
use crate::tally::{Tally, Totals};
use denoising::{At, Corruption, Decoder, Denoising, Prepared, Target};
use kernels::{AutoEncoder, SgdStep};
use numpy::{PyReadonlyArray1, PyReadonlyArrayDyn};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// An auto-encoder that learns.
#[pyclass(frozen, module = "rectifier._rectifier")]
pub(crate) struct DenoisingLearner {
    state: Shared<State>,
}

struct State {
    /// The auto-encoder after the last whole epoch.
    network: Network,
    autoencoder: AutoEncoder,
    settings: Settings,
    prepared: Prepared,
    factors: Vec<f32>,
}

#[derive(Clone, Copy)]
struct Settings {
    task: Denoising,
    seed: u64,
    batch: usize,
    threads: usize,
    l1: f32,
}

/// What learning adds to an evaluation.
#[derive(Clone, Copy)]
struct Step {
    /// Learning rate.
    rate: f32,
    /// The number of the epoch, counted from 1, from which its random numbers follow.
    epoch: usize,
}

#[pymethods]
impl DenoisingLearner {
    /// Makes a learner from an auto-encoder, which is copied. `corruption` is a name and its numbers.
    #[new]
    #[pyo3(signature = (network, *, decoder, reconstruction, corruption, target, sampling, seed, batch, threads, l1))]
    #[expect(clippy::too_many_arguments, reason = "Python passes them by name")]
    fn new(
        py: Python<'_>,
        network: Description<'_>,
        decoder: &str,
        reconstruction: &str,
        corruption: (String, Vec<f64>),
        target: &str,
        sampling: Option<f64>,
        seed: u64,
        batch: usize,
        threads: usize,
        l1: f32,
    ) -> PyResult<Self> {
        let network = Network::new(&network)?;
        if batch == 0 || threads == 0 || sampling.is_some_and(|zeros| !zeros.is_finite() || zeros <= 0.0) {
            return Err(PyValueError::new_err("batch and threads must be at least 1, and sampling None or above 0"));
        }
        let task = Denoising {
            decoder: chosen("decoder", decoder, &[("untied", Decoder::Untied), ("tied", Decoder::Tied)])?,
            reconstruction: network::reconstruction(reconstruction)?,
            corruption: find_corruption(&corruption.0, &corruption.1)?,
            target: chosen("target", target, &TARGETS)?,
            sampling,
            layer: 0,
        };
        let settings = Settings { task, seed, batch, threads, l1 };
        let autoencoder = py.detach(|| guarded(|| settings.autoencoder(&network)))?;
        let (prepared, factors) = (Prepared::default(), Vec::new());
        Ok(Self { state: Shared::new(State { network, autoencoder, settings, prepared, factors }) })
    }

    /// Takes a gradient step on each minibatch of an epoch, counted from 1. If that is interrupted, the auto-encoder
    /// stays as it was before.
    #[pyo3(signature = (x, order, *, factors, rate, epoch))]
    fn epoch(
        &self,
        py: Python<'_>,
        x: Matrix<'_>,
        order: PyReadonlyArray1<'_, u32>,
        factors: Option<PyReadonlyArrayDyn<'_, f32>>,
        rate: f32,
        epoch: usize,
    ) -> PyResult<Totals> {
        self.pass(py, Examples::new(&x, &order, factors.as_ref())?, Some(Step { rate, epoch }))
    }

    /// The same sums as [`DenoisingLearner::epoch`] for inputs without corruption, all of which are reconstructed, and
    /// without learning.
    #[pyo3(signature = (x, order, *, factors))]
    fn evaluate(
        &self,
        py: Python<'_>,
        x: Matrix<'_>,
        order: PyReadonlyArray1<'_, u32>,
        factors: Option<PyReadonlyArrayDyn<'_, f32>>,
    ) -> PyResult<Totals> {
        self.pass(py, Examples::new(&x, &order, factors.as_ref())?, None)
    }

    /// The weight and bias of the encoder and the decoder after the last whole epoch.
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Vec<Arrays<'py>>> {
        py.detach(|| Ok(self.state.lock()?.network.affines.clone())).and_then(|affines| network::arrays(py, &affines))
    }
}

impl DenoisingLearner {
    fn pass(&self, py: Python<'_>, examples: Examples<'_>, step: Option<Step>) -> PyResult<Totals> {
        py.detach(|| {
            let mut state = self.state.lock()?;
            guarded(|| state.pass(examples, step))
        })
    }
}

impl State {
    fn pass(&mut self, examples: Examples<'_>, step: Option<Step>) -> PyResult<Totals> {
        examples.check_width(self.network.inputs())?;
        let done = guarded(|| self.minibatches(examples, step));
        match (&done, step) {
            (Ok(_), Some(_)) => self.network.affines = vec![self.autoencoder.encoder(), self.autoencoder.decoder()],
            (Err(_), _) => self.autoencoder = self.settings.autoencoder(&self.network)?,
            (Ok(_), None) => {}
        }
        done
    }

    fn minibatches(&mut self, examples: Examples<'_>, step: Option<Step>) -> PyResult<Totals> {
        let Self { network, autoencoder, settings: Settings { task, seed, batch, l1, .. }, prepared, factors } = self;
        let (mut signals, widths) = (Signals::new(), network.widths());
        let mut tally = Tally::new(&widths);
        for (k, some) in examples.order.chunks(*batch).enumerate() {
            let mut draws = step.map(|Step { epoch, .. }| task.draws(*seed, At { epoch, step: k }));
            autoencoder.clear();
            for row in some {
                task.prepare(|to| examples.rows.write(*row as usize, to), draws.as_mut(), widths[0], prepared);
                autoencoder.push(&prepared.corrupted, &prepared.target, &prepared.noise, &prepared.sampled);
            }
            if let Some(factors) = examples.factors(some, factors) {
                autoencoder.weigh(factors);
            }
            let sums = match step {
                Some(Step { rate, .. }) => autoencoder.learn(task.reconstruction, SgdStep { rate, l1: &[*l1] }),
                None => autoencoder.reconstruct(task.reconstruction),
            };
            tally.add(sums, some.len());
            (0..some.len()).for_each(|example| tally.note(0, autoencoder.code(example).map(|h| h != 0.0)));
            signals.check()?;
        }
        signals.check_now()?;
        Ok(tally.totals())
    }
}

impl Settings {
    fn autoencoder(&self, network: &Network) -> PyResult<AutoEncoder> {
        network.autoencoder(self.task.decoder, self.batch, self.threads)
    }
}

const TARGETS: [(&str, Target); 3] =
    [("same", Target::Same), ("magnitude", Target::Magnitude), ("halved", Target::Halved)];

/// The name of the target for codes of `activation` under `reconstruction`.
#[pyfunction]
pub(crate) fn target_of_codes(activation: &str, reconstruction: &str) -> PyResult<&'static str> {
    let target = Target::for_code(network::activation(activation)?, network::reconstruction(reconstruction)?);
    Ok(TARGETS.into_iter().find(|(_, of_name)| *of_name == target).map_or("same", |(name, _)| name))
}

/// The choice that `name` names.
fn chosen<T: Copy>(setting: &str, name: &str, choices: &[(&str, T)]) -> PyResult<T> {
    let found = choices.iter().find(|(of_choice, _)| *of_choice == name);
    let names: Vec<&str> = choices.iter().map(|(of_choice, _)| *of_choice).collect();
    found
        .map(|(_, choice)| *choice)
        .ok_or_else(|| PyValueError::new_err(format!("{setting} is '{name}'; it must be one of {}", names.join(", "))))
}

/// # Errors
/// When there is no such corruption, or its numbers are not valid.
fn find_corruption(name: &str, numbers: &[f64]) -> PyResult<Corruption> {
    let corruption = match (name, numbers) {
        ("masking", [probability]) => Corruption::Masking(*probability),
        ("salt-and-pepper", [to_zero, to_one]) => Corruption::SaltAndPepper { to_zero: *to_zero, to_one: *to_one },
        ("gaussian", [deviation]) => Corruption::Gaussian(*deviation),
        ("gaussian-before-activation", [deviation]) => Corruption::GaussianBeforeActivation(*deviation),
        _ => {
            return Err(PyValueError::new_err(format!(
                "corruption is '{name}' with {} numbers; it must be ('masking', probability), ('salt-and-pepper', \
                 probability of zero, probability of one), ('gaussian', deviation) or ('gaussian-before-activation', \
                 deviation)",
                numbers.len()
            )));
        }
    };
    if corruption.is_possible() {
        return Ok(corruption);
    }
    Err(PyValueError::new_err(format!(
        "the numbers of the corruption '{name}' are {numbers:?}; a probability must be from 0 to 1, and a deviation a \
         number from 0 on"
    )))
}
