//! Deep networks: hidden layers and a softmax output (sections 3.1 and 4.1).

use crate::activation::Activation;
use crate::init;
use crate::layer::{Layer, SignMask};
use crate::rows::Rows;
use burn::module::Module;
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// The shape of a network; stored in its record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkConfig {
    /// Width of an input row.
    pub inputs: usize,
    /// Units per hidden layer, the first next to the input.
    pub hidden: Vec<usize>,
    /// Classes.
    pub outputs: usize,
    /// Function of all hidden units.
    pub activation: Activation,
    /// Fixed signs of all hidden layers.
    pub sign_mask: SignMask,
}

impl NetworkConfig {
    /// A fresh network on `device`: Glorot-uniform weights, zero biases and fair signs from the streams "weight" and
    /// "sign" of `seed`, one index per layer. Training needs a device with autodiff.
    #[must_use]
    pub fn init(&self, seed: u64, device: &Device) -> Network {
        let widths = self.widths();
        let hidden = (0..self.hidden.len())
            .map(|k| Layer::init([widths[k], widths[k + 1]], self.activation, self.sign_mask, seed, k as u64, device))
            .collect();
        let k = self.hidden.len();
        Network { hidden, output: init::affine(widths[k], widths[k + 1], seed, k as u64, device) }
    }

    /// Inputs, hidden units of each layer, outputs.
    #[must_use]
    pub fn widths(&self) -> Vec<usize> {
        std::iter::once(self.inputs).chain(self.hidden.iter().copied()).chain([self.outputs]).collect()
    }

    /// Trained numbers: weights and biases.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.widths().windows(2).map(|w| (w[0] + 1) * w[1]).sum()
    }
}

/// A stack of hidden layers under a linear output, whose softmax gives the class probabilities.
#[derive(Module, Debug)]
pub struct Network {
    /// Hidden layers, the first next to the input.
    pub hidden: Vec<Layer>,
    /// From the last hidden layer to the logits.
    pub output: Linear,
}

/// What a forward pass computes.
#[derive(Clone, Debug)]
pub struct Forward {
    /// Outputs of each hidden layer, `[batch, units]`.
    pub hidden: Vec<Tensor<2>>,
    /// Scores before the softmax, `[batch, classes]`.
    pub logits: Tensor<2>,
}

impl Network {
    /// Width of an input row.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.hidden.first().map_or(&self.output, |layer| &layer.affine).weight.dims()[0]
    }

    /// Activations and logits for the inputs x `[batch, inputs]`.
    ///
    /// # Panics
    /// When the width of `x` is not the network's.
    #[must_use]
    pub fn forward(&self, x: impl Into<Rows>) -> Forward {
        let mut hidden = Vec::with_capacity(self.hidden.len());
        let mut rows: Rows = x.into();
        for layer in &self.hidden {
            let h = layer.forward(rows);
            hidden.push(h.clone());
            rows = h.into();
        }
        Forward { hidden, logits: rows.through(&self.output) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> NetworkConfig {
        NetworkConfig {
            inputs: 6,
            hidden: vec![50, 40],
            outputs: 3,
            activation: Activation::Rectifier,
            sign_mask: SignMask::FairCoin,
        }
    }

    fn data<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_into_vec_as().unwrap()
    }

    #[test]
    fn a_forward_pass_has_the_documented_shapes() {
        let forward = config().init(1, &Device::flex()).forward(Tensor::ones([4, 6], &Device::flex()));
        let shapes: Vec<_> = forward.hidden.iter().map(Tensor::dims).collect();
        assert_eq!(shapes, [[4, 50], [4, 40]]);
        assert_eq!(forward.logits.dims(), [4, 3]);
        assert_eq!(config().parameters(), 7 * 50 + 51 * 40 + 41 * 3);
    }

    #[test]
    fn the_same_seed_gives_the_same_network_and_another_seed_another() {
        let first = |seed| data(config().init(seed, &Device::flex()).hidden[1].affine.weight.val());
        assert_eq!(first(1), first(1));
        assert_ne!(first(1), first(2));
    }

    #[test]
    fn signs_follow_the_mask() {
        let network = config().init(1, &Device::flex());
        let h = data(network.forward(Tensor::ones([1, 6], &Device::flex())).hidden[0].clone());
        let signs = data(network.hidden[0].signs.as_ref().unwrap().val());
        assert!(h.iter().zip(&signs).all(|(h, sign)| h * sign >= 0.0));
        assert!(h.iter().any(|h| *h < 0.0));
        let plain = NetworkConfig { sign_mask: SignMask::None, ..config() }.init(1, &Device::flex());
        assert!(plain.hidden[0].signs.is_none());
    }

    #[test]
    fn about_half_of_the_rectifiers_are_zero_at_initialisation() {
        // Section 3.1: "50 % of the hidden units' continuous output values are real zeros" after a uniform start.
        let device = Device::flex();
        let wide = NetworkConfig { inputs: 100, hidden: vec![1000], ..config() };
        let x = Tensor::<1, burn::tensor::Int>::arange(0..2000, &device).float().sin().reshape([20, 100]);
        let h = data(wide.init(1, &device).forward(x).hidden[0].clone());
        let zeros = h.iter().filter(|h| **h == 0.0).count() as f64 / h.len() as f64;
        assert!((0.45..0.55).contains(&zeros), "{zeros}");
    }
}
