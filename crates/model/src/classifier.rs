//! Class predictions from a trained network.

use crate::fast::to_kernels;
use crate::network::NetworkConfig;
use crate::record::{Error, Record};
use burn::prelude::Device;
use kernels::Stack;
use std::path::Path;

/// A trained network that predicts class probabilities or, for regression, a number. The kernels that skip exact zeros
/// compute the predictions.
#[derive(Debug)]
pub struct Classifier {
    stack: Stack,
    config: NetworkConfig,
}

/// The prediction for one input.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The most probable class; in a tie, the lowest of the most probable classes.
    pub class: usize,
    /// The probability of each class; the probabilities sum to 1.
    pub probabilities: Vec<f32>,
}

/// The largest number of examples in one forward pass.
const BATCH: usize = 256;

impl Classifier {
    /// The classifier saved at `path` (`best.bpk` of a run).
    ///
    /// # Errors
    /// [`Error`] if the record cannot be read, is incomplete or was altered, or if [`Classifier::from_record`] fails.
    pub fn load(path: &Path) -> Result<Self, Error> {
        Self::from_record(&Record::load(path)?)
    }

    /// The classifier in a loaded record.
    ///
    /// # Errors
    /// [`Error`] if the record does not describe a network, its tensors do not fit the description, or the kernels
    /// cannot run the network.
    pub fn from_record(record: &Record) -> Result<Self, Error> {
        let config = record.config()?;
        let network = record.network("", &config, &Device::flex())?;
        // One thread is enough, because a prediction takes little time.
        Ok(Self { stack: to_kernels(&network, BATCH, 1)?.without_learning(), config })
    }

    /// The shape of the network: its widths, its activation and its sign mask.
    #[must_use]
    pub fn config(&self) -> &NetworkConfig {
        &self.config
    }

    /// A prediction for each row of `inputs`, which is `[batch, inputs]` in row-major order. The values must be scaled
    /// as in training, such as to [0, 1] for images.
    ///
    /// # Errors
    /// [`Error::InputWidth`] if the length of `inputs` is not a multiple of the input width.
    pub fn predict(&mut self, inputs: &[f32]) -> Result<Vec<Prediction>, Error> {
        let mut predictions = Vec::with_capacity(inputs.len() / self.config.inputs);
        self.outputs(inputs, |logits| predictions.push(prediction(softmax(logits.iter().copied()))))?;
        Ok(predictions)
    }

    /// Calls `each` with the outputs for each row of `inputs`, `[outputs]`: the logits of the classes, or the number
    /// that a regression predicts. `inputs` is as for [`predict`](Self::predict).
    ///
    /// # Errors
    /// The errors of [`predict`](Self::predict).
    pub fn outputs(&mut self, inputs: &[f32], mut each: impl FnMut(&[f32])) -> Result<(), Error> {
        let width = self.config.inputs;
        if !inputs.len().is_multiple_of(width) {
            return Err(Error::InputWidth { expected: width, found: inputs.len() % width });
        }
        let mut outputs = Vec::with_capacity(self.config.outputs);
        for rows in inputs.chunks(BATCH * width) {
            self.stack.inputs().clear();
            rows.chunks(width).for_each(|row| self.stack.inputs().push_values(row));
            self.stack.forward();
            for example in 0..rows.len() / width {
                outputs.clear();
                outputs.extend(self.stack.outputs(example));
                each(&outputs);
            }
        }
        Ok(())
    }
}

fn prediction(probabilities: Vec<f32>) -> Prediction {
    Prediction { class: most_probable(&probabilities), probabilities }
}

/// The softmax of `logits`, which gives the class probabilities.
pub fn softmax(logits: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut p: Vec<f32> = logits.collect();
    let largest = p.iter().fold(f32::NEG_INFINITY, |m, logit| m.max(*logit));
    for logit in &mut p {
        *logit = (*logit - largest).exp();
    }
    let sum: f32 = p.iter().sum();
    for p in &mut p {
        *p /= sum;
    }
    p
}

/// The class with the largest probability; in a tie, the lowest of the classes with this probability.
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
