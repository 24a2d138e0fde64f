//! Inference as a library call.

use crate::network::{Network, NetworkConfig};
use crate::record::{Error, Record};
use burn::prelude::Device;
use burn::tensor::{Tensor, TensorData, activation};
use std::path::Path;

/// A trained network that gives class probabilities.
#[derive(Debug)]
pub struct Classifier {
    network: Network,
    config: NetworkConfig,
    device: Device,
}

/// The answer for one input.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The most probable class; the lowest one in a tie.
    pub class: usize,
    /// Probability of each class, summing to 1.
    pub probabilities: Vec<f32>,
}

impl Classifier {
    /// The classifier saved at `path` (`best.bpk` of a run), on `device`.
    ///
    /// # Errors
    /// [`Error`] when the record cannot be read, is not whole, or was altered.
    pub fn load(path: &Path, device: &Device) -> Result<Self, Error> {
        Self::from_record(&Record::load(path)?, device)
    }

    /// The classifier of a record that was loaded before.
    ///
    /// # Errors
    /// [`Error`] when the record does not describe a network or does not fit it.
    pub fn from_record(record: &Record, device: &Device) -> Result<Self, Error> {
        let config = record.config()?;
        let network = record.network("", &config, device)?;
        Ok(Self { network, config, device: device.clone() })
    }

    /// The shape of the network.
    #[must_use]
    pub fn config(&self) -> &NetworkConfig {
        &self.config
    }

    /// The trained network.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// A prediction for each row of `inputs`, row-major `[batch, inputs]`, scaled as in training: [0, 1] for images.
    ///
    /// # Errors
    /// [`Error::InputWidth`] when `inputs` is not made of whole rows.
    pub fn predict(&self, inputs: Vec<f32>) -> Result<Vec<Prediction>, Error> {
        let width = self.config.inputs;
        if !inputs.len().is_multiple_of(width) {
            return Err(Error::InputWidth { expected: width, found: inputs.len() % width });
        }
        if inputs.is_empty() {
            return Ok(Vec::new());
        }
        let rows = inputs.len() / width;
        let x = Tensor::<2>::from_data(TensorData::new(inputs, [rows, width]), &self.device);
        let probabilities = activation::softmax(self.network.forward(x).logits, 1).into_data();
        let probabilities: Vec<f32> = probabilities.iter().collect();
        Ok(probabilities.chunks(self.config.outputs).map(prediction).collect())
    }
}

fn prediction(probabilities: &[f32]) -> Prediction {
    Prediction { class: most_probable(probabilities), probabilities: probabilities.to_vec() }
}

/// The class with the largest probability; the lowest one in a tie.
#[must_use]
pub fn most_probable(probabilities: &[f32]) -> usize {
    let mut class = 0;
    for (k, probability) in probabilities.iter().enumerate() {
        if *probability > probabilities[class] {
            class = k;
        }
    }
    class
}
