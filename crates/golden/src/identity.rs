//! The rescaling of a rectifier network.

use crate::Matrix;
use serde::Deserialize;

/// The identity of section 3.1: dividing W\_k by a\_k and b\_k by a\_1 ... a\_k in a rectifier network divides the
/// output by a\_1 ... a\_n. Here this product is 1, so the outputs are the same.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// `[inputs of layer k, outputs of layer k]` for each layer k.
    pub weights: Vec<Matrix>,
    /// `[outputs of layer k]` for each layer k.
    pub biases: Vec<Vec<f64>>,
    /// `[examples, inputs]`.
    pub inputs: Matrix,
    /// The a\_k, one for each layer; their product is 1.
    pub scales: Vec<f64>,
    /// Shaped like the weights.
    pub scaled_weights: Vec<Matrix>,
    /// Shaped like the biases.
    pub scaled_biases: Vec<Vec<f64>>,
    /// `[examples, outputs]`, the same for both networks.
    pub outputs: Matrix,
}
