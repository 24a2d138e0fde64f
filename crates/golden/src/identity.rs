//! The rescaling of a rectifier network.

use crate::Matrix;
use serde::Deserialize;

/// Section 3.1: a rectifier network whose layers are divided by numbers with a product of 1 has the same outputs.
///
/// W\_k / a\_k and b\_k / (a\_1 ... a\_k) leave the output scaled by 1 / (a\_1 ... a\_n).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// `[inputs of layer k, outputs of layer k]` for each layer k.
    pub weights: Vec<Matrix>,
    /// A number for each output of each layer.
    pub biases: Vec<Vec<f64>>,
    /// `[examples, inputs]`.
    pub inputs: Matrix,
    /// The a\_k, one for each layer, with a product of 1.
    pub scales: Vec<f64>,
    /// Shaped like the weights.
    pub scaled_weights: Vec<Matrix>,
    /// Shaped like the biases.
    pub scaled_biases: Vec<Vec<f64>>,
    /// `[examples, outputs]`, of either network.
    pub outputs: Matrix,
}
