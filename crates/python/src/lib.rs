//! The private module `_rectifier` of the Python package `rectifier`: learning and prediction by the crate `kernels`,
//! on arrays that `NumPy` and `SciPy` own. The estimators are in `python/rectifier`.

mod guard;
mod learner;
mod network;
mod predictor;
mod record;
mod rows;
mod targets;

use pyo3::prelude::*;

/// The private module `_rectifier`.
#[pymodule]
fn _rectifier(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<learner::Learner>()?;
    module.add_class::<predictor::Predictor>()?;
    module.add_function(wrap_pyfunction!(record::from_safetensors, module)?)?;
    module.add_function(wrap_pyfunction!(record::to_safetensors, module)?)?;
    module.add_function(wrap_pyfunction!(record::tokens, module)?)?;
    module.add_function(wrap_pyfunction!(threads, module)?)
}

/// The number of threads that a computation should use: `RAYON_NUM_THREADS`, or the number of cores.
#[pyfunction]
fn threads() -> usize {
    kernels::threads()
}
