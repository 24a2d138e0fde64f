//! One hidden layer.

use crate::activation::Activation;
use crate::init;
use crate::rows::Rows;
use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

/// The fixed signs of a layer's outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignMask {
    /// Every output keeps its sign.
    #[default]
    None,
    /// One fair coin per unit decides, once, whether its output is multiplied by -1: it cancels the mean activation
    /// of a rectifier layer (section 4.1). Saved with the record.
    FairCoin,
}

/// h = sign * activation(x W + b), `[batch, inputs]` to `[batch, units]`.
#[derive(Module, Debug)]
pub struct Layer {
    /// x W + b.
    pub affine: Linear,
    /// +1 or -1 per unit, `[units]`, never trained; absent without a mask.
    pub signs: Option<Param<Tensor<1>>>,
    #[module(skip)]
    activation: Activation,
}

impl Layer {
    /// A layer around given parts; `signs` holds +1 or -1 per unit.
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
        seed: u64,
        layer: u64,
        device: &Device,
    ) -> Self {
        let signs = match mask {
            SignMask::None => None,
            SignMask::FairCoin => Some(init::signs(units, seed, layer)),
        };
        Self::new(init::affine(inputs, units, seed, layer, device), signs, activation)
    }

    /// The function of the units.
    #[must_use]
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// The same layer of units that compute another function.
    #[must_use]
    pub fn with_activation(self, activation: Activation) -> Self {
        Self { activation, ..self }
    }

    /// The outputs h `[batch, units]` for the inputs x `[batch, inputs]`.
    ///
    /// # Panics
    /// When the width of `x` is not the layer's.
    #[must_use]
    pub fn forward(&self, x: impl Into<Rows>) -> Tensor<2> {
        self.outputs(x.into().through(&self.affine))
    }

    /// The outputs h for the pre-activations z = x W + b, both `[batch, units]`.
    #[must_use]
    pub fn outputs(&self, z: Tensor<2>) -> Tensor<2> {
        let a = self.activation.forward(z);
        match &self.signs {
            Some(signs) => a * signs.val().unsqueeze(),
            None => a,
        }
    }
}
