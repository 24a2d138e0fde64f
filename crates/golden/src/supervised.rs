//! Steps of classifiers.

use crate::Matrix;
use serde::Deserialize;

/// A network, a minibatch, and the expected results of 20 steps of gradient descent on that minibatch.
///
/// Layer k maps `layers[k]` inputs to `layers[k + 1]` outputs; the last one gives the logits. The cost of a step is the
/// mean negative log-likelihood plus [`l1`](Self::l1) times the mean over examples of the sum of |h| over all hidden
/// units.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supervised {
    /// What distinguishes the case from the others.
    pub name: String,
    /// Activation of the hidden units: `rectifier`, `softplus`, `tanh`, `logistic` or `absolute`.
    pub activation: String,
    /// The a of ln(1 + exp(a x)) / a; used only by `softplus`.
    pub softplus_alpha: f64,
    /// L1 coefficient of the hidden outputs, the same for each layer.
    pub l1: f64,
    /// Learning rate.
    pub learning_rate: f64,
    /// Inputs, hidden units of each layer, classes.
    pub layers: Vec<usize>,
    /// `[examples, layers[0]]`.
    pub inputs: Matrix,
    /// The class of each example, from 0.
    pub labels: Vec<u16>,
    /// 1 or -1 for each unit of each hidden layer: its output is the sign times the activation.
    pub signs: Vec<Vec<f32>>,
    /// `[layers[k], layers[k + 1]]` for each layer k.
    pub weights: Vec<Matrix>,
    /// `[layers[k + 1]]` for each layer k.
    pub biases: Vec<Vec<f64>>,
    /// The expected results.
    pub expect: SupervisedExpected,
}

/// The expected results of a [`Supervised`] case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupervisedExpected {
    /// `[examples, classes]`, before the first step, like all but the last three fields.
    pub logits: Matrix,
    /// `[examples, classes]`: the softmax of the logits.
    pub probabilities: Matrix,
    /// Mean negative log-likelihood.
    pub nll: f64,
    /// The L1 penalty with its coefficient.
    pub penalty: f64,
    /// Fraction of outputs that are exactly 0, for each hidden layer.
    pub sparsity: Vec<f64>,
    /// Gradients of the cost, shaped like the weights.
    pub weight_gradients: Vec<Matrix>,
    /// Gradients of the cost, shaped like the biases.
    pub bias_gradients: Vec<Vec<f64>>,
    /// Costs, penalty included, before each of the 20 steps.
    pub losses: Vec<f64>,
    /// The weights after 20 steps.
    pub weights_after_20: Vec<Matrix>,
    /// The biases after 20 steps.
    pub biases_after_20: Vec<Vec<f64>>,
}
