//! Training steps of classifiers.

use crate::Matrix;
use serde::Deserialize;

/// A network, a minibatch, and the expected results of 20 steps of gradient descent on that minibatch.
///
/// Layer k maps `layers[k]` inputs to `layers[k + 1]` outputs; the last layer gives the logits. The cost of a step is
/// the mean negative log-likelihood plus [`l1`](Self::l1) times the mean over examples of the sum of |h| over all
/// hidden units.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supervised {
    /// The name of the case, composed of the settings that distinguish it from other cases.
    pub name: String,
    /// The activation of the hidden units: `rectifier`, `softplus`, `tanh`, `logistic` or `absolute`.
    pub activation: String,
    /// The parameter a of the softplus, ln(1 + exp(a x)) / a; other activations ignore it.
    pub softplus_alpha: f64,
    /// The L1 coefficient of the hidden units' outputs, the same for each layer.
    pub l1: f64,
    /// The learning rate of gradient descent.
    pub learning_rate: f64,
    /// The number of inputs, the numbers of units in the hidden layers, and the number of classes.
    pub layers: Vec<usize>,
    /// The inputs of the minibatch, `[examples, layers[0]]`.
    pub inputs: Matrix,
    /// The class of each example, counted from 0.
    pub labels: Vec<u16>,
    /// The sign of each unit of each hidden layer, 1 or -1; the output of the unit is this sign times the activation.
    pub signs: Vec<Vec<f32>>,
    /// The weights before the first step, `[layers[k], layers[k + 1]]` for each layer k.
    pub weights: Vec<Matrix>,
    /// The biases before the first step, `[layers[k + 1]]` for each layer k.
    pub biases: Vec<Vec<f64>>,
    /// The expected results.
    pub expect: SupervisedExpected,
}

/// The expected results of a [`Supervised`] case. The fields up to [`bias_gradients`](Self::bias_gradients) are
/// computed before the first step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupervisedExpected {
    /// The logits, `[examples, classes]`.
    pub logits: Matrix,
    /// The class probabilities, which are the softmax of the logits, `[examples, classes]`.
    pub probabilities: Matrix,
    /// The mean negative log-likelihood.
    pub nll: f64,
    /// The L1 penalty, multiplied by its coefficient.
    pub penalty: f64,
    /// The sparsity of each hidden layer: the fraction of its outputs that are exactly 0.
    pub sparsity: Vec<f64>,
    /// The gradients of the cost with respect to the weights, in the shapes of the weights.
    pub weight_gradients: Vec<Matrix>,
    /// The gradients of the cost with respect to the biases, in the shapes of the biases.
    pub bias_gradients: Vec<Vec<f64>>,
    /// The costs before each of the 20 steps, penalty included.
    pub losses: Vec<f64>,
    /// The weights after 20 steps.
    pub weights_after_20: Vec<Matrix>,
    /// The biases after 20 steps.
    pub biases_after_20: Vec<Vec<f64>>,
}
