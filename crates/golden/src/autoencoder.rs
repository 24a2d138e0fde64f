//! Training steps of denoising auto-encoders.

use crate::Matrix;
use serde::Deserialize;

/// A denoising auto-encoder with one hidden layer, a minibatch, and the expected results of 20 steps of gradient
/// descent on that minibatch.
///
/// The cost of a step is the mean over examples of the reconstruction cost summed over inputs, plus [`l1`](Self::l1)
/// times the mean over examples of the sum of |h| over the code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoEncoder {
    /// The name of the case, composed of the settings that distinguish it from other cases.
    pub name: String,
    /// The activation of the code: `rectifier`, `softplus`, `tanh` or `logistic`.
    pub activation: String,
    /// The parameter a of the softplus, ln(1 + exp(a x)) / a; other activations ignore it.
    pub softplus_alpha: f64,
    /// The output function and cost of the decoder: `softplus_quadratic`, `logistic_cross_entropy`,
    /// `tanh_cross_entropy`, `linear_quadratic` or `rectifier_quadratic`.
    pub strategy: String,
    /// Whether the decoder's weight is tied, that is, the transpose of the encoder's weight.
    pub tied: bool,
    /// The L1 coefficient of the code.
    pub l1: f64,
    /// The learning rate of gradient descent.
    pub learning_rate: f64,
    /// The clean inputs in [0, 1], which are to be reconstructed, `[examples, inputs]`.
    pub clean: Matrix,
    /// The corrupted inputs of the encoder: the clean inputs with some values set to 0, `[examples, inputs]`.
    pub corrupted: Matrix,
    /// The sign of each unit of the code, 1 or -1, `[code]`; the output of the unit is this sign times the activation.
    pub signs: Vec<f32>,
    /// The parameters before the first step.
    pub parameters: AutoEncoderParameters,
    /// The expected results.
    pub expect: AutoEncoderExpected,
}

/// The parameters of an auto-encoder, or their gradients.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoEncoderParameters {
    /// The weight of the encoder, `[inputs, code]`.
    pub encoder_weight: Matrix,
    /// The bias of the encoder, `[code]`.
    pub encoder_bias: Vec<f64>,
    /// The weight of the decoder, `[code, inputs]`; `None` if it is tied to the encoder's weight.
    pub decoder_weight: Option<Matrix>,
    /// The bias of the decoder, `[inputs]`.
    pub decoder_bias: Vec<f64>,
}

/// The expected results of an [`AutoEncoder`] case. The fields up to [`gradient`](Self::gradient) are computed before
/// the first step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoEncoderExpected {
    /// The code of the corrupted inputs, `[examples, code]`.
    pub code: Matrix,
    /// The decoder's output before the output function, `[examples, inputs]`.
    pub output: Matrix,
    /// The reconstruction: the decoder's output after the output function, `[examples, inputs]`.
    pub reconstruction: Matrix,
    /// The mean over examples of the reconstruction cost, without the penalty.
    pub cost: f64,
    /// The L1 penalty, multiplied by its coefficient.
    pub penalty: f64,
    /// The gradients of the cost, penalty included, with respect to the parameters.
    pub gradient: AutoEncoderParameters,
    /// The costs before each of the 20 steps, penalty included.
    pub costs: Vec<f64>,
    /// The parameters after 20 steps.
    pub parameters_after_20: AutoEncoderParameters,
}
