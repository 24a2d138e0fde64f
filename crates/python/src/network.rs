//! Networks as Python describes them: a list of weights, a list of biases, and the names of functions.

use denoising::Decoder;
use kernels::{Activation, Affine, AutoEncoder, Layer, Reconstruction, Stack};
use numpy::{
    IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use units::{ActivationName, Numbers};

/// A weight `[inputs, outputs]` and a bias `[outputs]` as NumPy arrays.
pub(crate) type Arrays<'py> = (Bound<'py, PyArray2<f32>>, Bound<'py, PyArray1<f32>>);

/// The layers of a network: weights, biases, the activation of the hidden layers, by name or in JSON, and the fixed signs of the outputs of
/// each hidden layer, which are empty where all are +1.
pub(crate) type Description<'py> =
    (Vec<PyReadonlyArray2<'py, f32>>, Vec<PyReadonlyArray1<'py, f32>>, String, Vec<PyReadonlyArray1<'py, f32>>);

/// The affine maps, activation and signs of a network.
pub(crate) struct Network {
    pub(crate) affines: Vec<Affine>,
    pub(crate) activation: Activation,
    pub(crate) signs: Vec<Vec<f32>>,
}

impl Network {
    /// # Errors
    /// When the shapes do not fit together, or there is no such activation.
    pub(crate) fn new(description: &Description<'_>) -> PyResult<Self> {
        let (weights, biases, activation, signs) = description;
        let activation = self::activation(activation)?;
        if weights.is_empty() || weights.len() != biases.len() || weights.len() != signs.len() + 1 {
            return Err(PyValueError::new_err("each layer needs one weight and one bias, and each hidden layer signs"));
        }
        let affines = weights.iter().zip(biases).map(affine).collect::<PyResult<Vec<_>>>()?;
        let signs: Vec<Vec<f32>> = signs.iter().map(|signs| signs.as_array().to_vec()).collect();
        let outputs = |k: usize| affines[k].outputs() * activation.outputs_per_unit();
        if !(1..affines.len()).all(|k| affines[k].inputs() == outputs(k - 1)) {
            return Err(PyValueError::new_err("a layer must have as many inputs as the layer below has outputs"));
        }
        if !signs.iter().enumerate().all(|(k, signs)| signs.is_empty() || signs.len() == outputs(k)) {
            return Err(PyValueError::new_err("a hidden layer must have no signs or one sign for each output"));
        }
        Ok(Self { affines, activation, signs })
    }

    /// Number of inputs.
    pub(crate) fn inputs(&self) -> usize {
        self.affines[0].inputs()
    }

    /// Number of outputs.
    pub(crate) fn outputs(&self) -> usize {
        self.affines[self.affines.len() - 1].outputs()
    }

    /// Number of outputs of each hidden layer.
    pub(crate) fn widths(&self) -> Vec<usize> {
        let hidden = &self.affines[..self.affines.len() - 1];
        hidden.iter().map(|affine| affine.outputs() * self.activation.outputs_per_unit()).collect()
    }

    /// An auto-encoder whose hidden layer is the code, for minibatches of up to `batch` examples, that computes with up to
    /// `threads` threads.
    ///
    /// # Errors
    /// When the network does not have exactly one hidden layer, or not as many outputs as inputs, or its units have two
    /// outputs.
    pub(crate) fn autoencoder(&self, decoder: Decoder, batch: usize, threads: usize) -> PyResult<AutoEncoder> {
        let ([encoder, output], [signs]) = (&self.affines[..], &self.signs[..]) else {
            return Err(PyValueError::new_err("an auto-encoder must have exactly one hidden layer"));
        };
        if output.outputs() != encoder.inputs() || self.activation.outputs_per_unit() != 1 {
            return Err(PyValueError::new_err(
                "an auto-encoder must have one output for each input, and units with one output",
            ));
        }
        let signs = (!signs.is_empty()).then_some(&signs[..]);
        let layer = Layer::new(encoder.clone(), signs, self.activation);
        Ok(match decoder {
            Decoder::Tied => AutoEncoder::tied(&layer, output.bias(), batch, threads),
            Decoder::Untied => AutoEncoder::untied(&layer, output, batch, threads),
        })
    }

    /// A stack for minibatches of up to `batch` examples that computes with up to `threads` threads.
    pub(crate) fn stack(&self, batch: usize, threads: usize) -> Stack {
        let mut affines = self.affines.iter().cloned();
        let signs = self.signs.iter().map(|signs| (!signs.is_empty()).then_some(&signs[..]));
        let hidden = signs.zip(&mut affines).map(|(signs, affine)| Layer::new(affine, signs, self.activation));
        let hidden: Vec<Layer> = hidden.collect();
        Stack::new(hidden, self.affines[self.affines.len() - 1].clone(), batch, threads)
    }
}

/// Weights and biases as new arrays.
pub(crate) fn arrays<'py>(py: Python<'py>, affines: &[Affine]) -> PyResult<Vec<Arrays<'py>>> {
    let arrays = |affine: &Affine| {
        let weight = affine.weight().to_vec().into_pyarray(py).reshape([affine.inputs(), affine.outputs()])?;
        Ok((weight, affine.bias().to_vec().into_pyarray(py)))
    };
    affines.iter().map(arrays).collect()
}

fn affine((weight, bias): (&PyReadonlyArray2<'_, f32>, &PyReadonlyArray1<'_, f32>)) -> PyResult<Affine> {
    let [inputs, outputs] = [0, 1].map(|axis| weight.shape()[axis]);
    if inputs == 0 || outputs == 0 || bias.len() != outputs {
        return Err(PyValueError::new_err("a layer must have inputs, outputs, and one bias for each output"));
    }
    let weight: Vec<f32> = weight.as_array().iter().copied().collect();
    let bias: Vec<f32> = bias.as_array().iter().copied().collect();
    Ok(Affine::new(inputs, &weight, &bias))
}

/// What the outputs are compared with: classes, or numbers.
#[derive(Clone, Copy)]
pub(crate) enum Cost {
    /// The negative log-likelihood of the classes under a softmax.
    Softmax,
    /// The cost of numbers.
    Numbers(Reconstruction),
}

impl Cost {
    /// # Errors
    /// When there is no such cost.
    pub(crate) fn find(name: &str) -> PyResult<Self> {
        if name == "softmax" {
            return Ok(Self::Softmax);
        }
        reconstruction(name).map(Self::Numbers)
    }
}

/// The activation with the name `text`, or that of a network's record as JSON, which has numbers where the activation has.
///
/// # Errors
/// When there is no such activation.
pub(crate) fn activation(text: &str) -> PyResult<Activation> {
    match ActivationName::find(text) {
        Some(name) => Ok(name.with(Numbers::default())),
        None => serde_json::from_str(text).map_err(|error| {
            let names = ActivationName::ALL;
            PyValueError::new_err(format!("activation is '{text}'; it must be one of {names:?}, or JSON: {error}"))
        }),
    }
}

/// # Errors
/// When there is no such reconstruction.
pub(crate) fn reconstruction(name: &str) -> PyResult<Reconstruction> {
    let cost = Reconstruction::ALL.into_iter().find(|cost| cost.name() == name);
    cost.ok_or_else(|| PyValueError::new_err(format!("there is no cost '{name}'")))
}
