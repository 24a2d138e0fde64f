//! The private module `_rectifier` of the Python package `rectifier`: learning and prediction by the crate `kernels`,
//! on arrays that `NumPy` and `SciPy` own. The estimators are in `python/rectifier`.

mod denoising_learner;
mod examples;
mod guard;
mod learner;
mod network;
mod predictor;
mod record;
mod rows;
mod tally;
mod targets;

use numpy::{IntoPyArray, PyArray2, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// The private module `_rectifier`.
#[pymodule]
fn _rectifier(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<learner::Learner>()?;
    module.add_class::<denoising_learner::DenoisingLearner>()?;
    module.add_class::<predictor::Predictor>()?;
    module.add_function(wrap_pyfunction!(denoising_learner::target_of_codes, module)?)?;
    module.add_function(wrap_pyfunction!(reconstructions, module)?)?;
    module.add_function(wrap_pyfunction!(reachable, module)?)?;
    module.add_function(wrap_pyfunction!(record::from_safetensors, module)?)?;
    module.add_function(wrap_pyfunction!(record::to_safetensors, module)?)?;
    module.add_function(wrap_pyfunction!(record::tokens, module)?)?;
    module.add_function(wrap_pyfunction!(threads, module)?)?;
    module.add_function(wrap_pyfunction!(instruction_set, module)?)
}

/// The number of threads that a computation should use: `RAYON_NUM_THREADS`, or the number of cores.
#[pyfunction]
fn threads() -> usize {
    kernels::threads()
}

/// The vector instructions that computations use: the widest of the processor, or those of `RECTIFIER_INSTRUCTION_SET`.
///
/// # Errors
/// When the variable names none, or one that the processor lacks.
#[pyfunction]
fn instruction_set() -> PyResult<String> {
    let set = kernels::InstructionSet::from_environment();
    set.map(|set| set.to_string()).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// The reconstructions of the pre-activations `f`, by the function that `name` names.
#[pyfunction]
fn reconstructions<'py>(
    py: Python<'py>,
    name: &str,
    f: PyReadonlyArray2<'py, f32>,
) -> PyResult<Bound<'py, PyArray2<f32>>> {
    let reconstruction = network::reconstruction(name)?;
    Ok(f.as_array().mapv(|f| reconstruction.output(f)).into_pyarray(py))
}

/// The least and the greatest target that a reconstruction can reach.
#[pyfunction]
fn reachable(name: &str) -> PyResult<(f32, f32)> {
    Ok(network::reconstruction(name)?.reachable())
}
