//! Hidden layers.

use crate::activation::Activate;
use crate::init::{self, Draw};
use crate::rows::Rows;
use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};
use units::Activation;

/// The fixed signs of a layer's outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignMask {
    /// No mask: every output keeps its sign.
    #[default]
    None,
    /// A fair coin per output decides once whether the output is always multiplied by -1, so that the positive outputs
    /// of rectifiers cancel in the mean (section 4.1). The two outputs of a pair have separate coins. The signs are
    /// saved with the network.
    FairCoin,
}

/// A hidden layer, which maps x `[batch, inputs]` to h = sign * activation(x W + b) `[batch, outputs]`, with one output
/// for each unit, or two for a pair.
#[derive(Module, Debug)]
pub struct Layer {
    /// The affine map x W + b.
    pub affine: Linear,
    /// The sign of each output, +1 or -1, `[outputs]`; never trained, and `None` without a mask.
    pub signs: Option<Param<Tensor<1>>>,
    #[module(skip)]
    activation: Activation,
}

impl Layer {
    /// A layer made of the given parts; `signs` holds +1 or -1 for each output.
    #[must_use]
    pub fn new(affine: Linear, signs: Option<Vec<f32>>, activation: Activation) -> Self {
        let device = affine.weight.device();
        let signs = signs.map(|signs| {
            let units = signs.len();
            Param::<Tensor<1>>::from_data(TensorData::new(signs, [units]), &device).set_require_grad(false)
        });
        Self { affine, signs, activation }
    }

    pub(crate) fn init(
        [inputs, units]: [usize; 2],
        activation: Activation,
        mask: SignMask,
        draw: Draw,
        device: &Device,
    ) -> Self {
        let signs = match mask {
            SignMask::None => None,
            SignMask::FairCoin => Some(init::signs(units * activation.outputs_per_unit(), draw)),
        };
        Self::new(init::affine([inputs, units], draw, device), signs, activation)
    }

    /// The number of units, which is also the number of pre-activations.
    #[must_use]
    pub fn units(&self) -> usize {
        self.affine.weight.dims()[1]
    }

    /// The number of outputs: one for each unit, or two for a pair.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.units() * self.activation.outputs_per_unit()
    }

    /// The activation of the units.
    #[must_use]
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// The same layer with another activation.
    #[must_use]
    pub fn with_activation(self, activation: Activation) -> Self {
        Self { activation, ..self }
    }

    /// The outputs h `[batch, outputs]` for the inputs x `[batch, inputs]`.
    ///
    /// # Panics
    /// If the width of `x` does not match the layer.
    #[must_use]
    pub fn forward(&self, x: impl Into<Rows>) -> Tensor<2> {
        self.activate(x.into().through(&self.affine))
    }

    /// The outputs h `[batch, outputs]` for the pre-activations z = x W + b, `[batch, units]`.
    #[must_use]
    pub fn activate(&self, z: Tensor<2>) -> Tensor<2> {
        let a = self.activation.forward(z);
        match &self.signs {
            Some(signs) => a * signs.val().unsqueeze(),
            None => a,
        }
    }
}
