//! Networks as safetensors files, which the program `train` writes and opens too.

use crate::guard::guarded;
use crate::network::{Arrays, Description, Network, arrays};
use exchange::{Hidden, Notes, Parts, Portable};
use kernels::Affine;
use numpy::{IntoPyArray, PyArray1};
use preprocessing::{Cell, Kind, MISSING, Preprocessing};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Weights and biases, the activation in JSON, the signs of each hidden layer, which are empty where all are +1, and the
/// notes in JSON.
type Read<'py> = (Vec<Arrays<'py>>, String, Vec<Bound<'py, PyArray1<f32>>>, String);

/// The bytes of a safetensors file with `network` and `notes`, in JSON, on its inputs and outputs.
///
/// # Errors
/// When the notes do not fit the network, or a number of the network is not finite.
#[pyfunction]
pub(crate) fn to_safetensors<'py>(
    py: Python<'py>,
    network: Description<'py>,
    notes: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let network = Network::new(&network)?;
    let notes: Notes = serde_json::from_str(notes).map_err(refused)?;
    if let Some(problem) = unreadable(notes.preprocessing.as_ref()) {
        return Err(PyValueError::new_err(problem));
    }
    let bytes = py.detach(|| {
        guarded(|| Portable::new(parts(network, notes)).and_then(|n| n.to_safetensors()).map_err(refused))
    })?;
    Ok(PyBytes::new(py, &bytes))
}

/// The network and the notes in `bytes`, the content of a safetensors file, which is not trusted.
///
/// # Errors
/// When `bytes` is no complete safetensors file, or does not describe its network.
#[pyfunction]
pub(crate) fn from_safetensors<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Read<'py>> {
    let read = || guarded(|| exchange::from_safetensors(bytes, None).map_err(refused));
    let Parts { hidden, output, activation, notes } = py.detach(read)?.into_parts();
    let (layers, signs): (Vec<_>, Vec<_>) =
        hidden.into_iter().map(|layer| (layer.affine, layer.signs.unwrap_or_default())).unzip();
    let affines = layers.iter().chain([&output]);
    let affines: Vec<_> = affines.map(|affine| Affine::new(affine.inputs, &affine.weight, &affine.bias)).collect();
    let signs = signs.into_iter().map(|signs| signs.into_pyarray(py)).collect();
    let [activation, notes] = [serde_json::to_string(&activation), serde_json::to_string(&notes)];
    Ok((arrays(py, &affines)?, activation.map_err(refused)?, signs, notes.map_err(refused)?))
}

/// The terms of `text`, in order, as the program `train` reads texts.
#[pyfunction]
pub(crate) fn tokens(text: &str) -> Vec<String> {
    preprocessing::tokens(text).map(std::borrow::Cow::into_owned).collect()
}

fn refused(problem: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(problem.to_string())
}

fn parts(network: Network, notes: Notes) -> Parts {
    let Network { affines, activation, signs } = network;
    let mut affines = affines.iter().map(|affine| exchange::Affine {
        inputs: affine.inputs(),
        weight: affine.weight().to_vec(),
        bias: affine.bias().to_vec(),
    });
    let signs = signs.into_iter().map(|signs| (!signs.is_empty()).then_some(signs));
    let hidden = signs.zip(&mut affines).map(|(signs, affine)| Hidden { affine, signs }).collect();
    let output = affines.next().unwrap_or(exchange::Affine { inputs: 0, weight: Vec::new(), bias: Vec::new() });
    Parts { hidden, output, activation, notes }
}

/// Why a table that is read from a file would not have the categories that `preprocessing` names; `None` if it would.
fn unreadable(preprocessing: Option<&Preprocessing>) -> Option<String> {
    let Some(Preprocessing::Columns(columns)) = preprocessing else { return None };
    columns.columns.iter().find_map(|column| {
        let Kind::Category { categories, .. } = &column.kind else { return None };
        let other = |text: &&String| *text != MISSING && column.cell(text) != Ok(Cell::Text(text));
        let category = categories.iter().find(other)?;
        let name = &column.name;
        Some(format!(
            "the category '{category}' of the column '{name}' cannot be saved, because in a table it stands for a missing \
             value or loses its spaces; give the category another name"
        ))
    })
}
