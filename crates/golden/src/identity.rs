//! A rescaling of a rectifier network that leaves the outputs of the network unchanged.

use crate::Matrix;
use serde::Deserialize;

/// The identity in section 3.1 of the paper: dividing each W\_k by a\_k and each b\_k by a\_1 ... a\_k in a rectifier
/// network divides the output by a\_1 ... a\_n. Here this product is 1, so that both networks have the same outputs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The weights, `[inputs of layer k, outputs of layer k]` for each layer k.
    pub weights: Vec<Matrix>,
    /// The biases, `[outputs of layer k]` for each layer k.
    pub biases: Vec<Vec<f64>>,
    /// The inputs, `[examples, inputs]`.
    pub inputs: Matrix,
    /// The factor a\_k of each layer; the product of the factors is 1.
    pub scales: Vec<f64>,
    /// The weights of the rescaled network, in the shapes of [`weights`](Self::weights).
    pub scaled_weights: Vec<Matrix>,
    /// The biases of the rescaled network, in the shapes of [`biases`](Self::biases).
    pub scaled_biases: Vec<Vec<f64>>,
    /// The outputs, which are the same for both networks, `[examples, outputs]`.
    pub outputs: Matrix,
}
