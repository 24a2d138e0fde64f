//! Steps of denoising auto-encoders.

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
    /// What distinguishes the case from the others.
    pub name: String,
    /// Activation of the code: `rectifier`, `softplus`, `tanh` or `logistic`.
    pub activation: String,
    /// The a of ln(1 + exp(a x)) / a; used only by `softplus`.
    pub softplus_alpha: f64,
    /// How the decoder's output is compared with the clean input: `softplus_quadratic`, `logistic_cross_entropy`,
    /// `tanh_cross_entropy`, `linear_quadratic` or `rectifier_quadratic`.
    pub strategy: String,
    /// Whether the decoder's weight is the encoder's transpose.
    pub tied: bool,
    /// L1 coefficient of the code.
    pub l1: f64,
    /// Learning rate.
    pub learning_rate: f64,
    /// `[examples, inputs]`, in [0, 1]: what is to be reconstructed.
    pub clean: Matrix,
    /// `[examples, inputs]`: what the encoder reads, the clean inputs with some set to 0.
    pub corrupted: Matrix,
    /// 1 or -1 for each unit of the code: its output is the sign times the activation.
    pub signs: Vec<f32>,
    /// The parameters before the first step.
    pub parameters: AutoEncoderParameters,
    /// The expected results.
    pub expect: AutoEncoderExpected,
}

/// The parameters of an auto-encoder, or numbers of the same shapes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoEncoderParameters {
    /// `[inputs, code]`.
    pub encoder_weight: Matrix,
    /// `[code]`.
    pub encoder_bias: Vec<f64>,
    /// `[code, inputs]`; `None` if the decoder is tied.
    pub decoder_weight: Option<Matrix>,
    /// `[inputs]`.
    pub decoder_bias: Vec<f64>,
}

/// The expected results of an [`AutoEncoder`] case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoEncoderExpected {
    /// `[examples, code]`, before the first step, like all but the last two fields.
    pub code: Matrix,
    /// `[examples, inputs]`: the decoder's output before its output function.
    pub output: Matrix,
    /// `[examples, inputs]`: the output function of the decoder's output.
    pub reconstruction: Matrix,
    /// The mean cost without the penalty.
    pub cost: f64,
    /// The L1 penalty with its coefficient.
    pub penalty: f64,
    /// Gradients of cost and penalty.
    pub gradient: AutoEncoderParameters,
    /// Costs, penalty included, before each of the 20 steps.
    pub costs: Vec<f64>,
    /// The parameters after 20 steps.
    pub parameters_after_20: AutoEncoderParameters,
}
