//! Deep networks: hidden layers and a softmax output (sections 3.1 and 4.1).

use crate::init::{self, Draw};
use crate::layer::{Layer, SignMask};
use crate::rows::Rows;
use burn::module::Module;
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use units::Activation;

/// The widths, activation and sign mask of a network, as stated in the network's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkConfig {
    /// Width of an input row.
    pub inputs: usize,
    /// Number of units of each hidden layer, starting at the input; a pair is one unit with two outputs.
    pub hidden: Vec<usize>,
    /// The number of outputs: the number of classes, or 1 for regression.
    pub outputs: usize,
    /// The activation of all hidden units.
    pub activation: Activation,
    /// The sign mask of all hidden layers.
    pub sign_mask: SignMask,
}

impl NetworkConfig {
    /// A new network on `device` with Glorot-uniform weights, biases of 0 and the signs of the mask. Weights and signs
    /// are drawn from the streams "weight" and "sign" of `seed`, at the index of each layer. Gradients can be computed
    /// only on a device with autodiff.
    #[must_use]
    pub fn init(&self, seed: u64, device: &Device) -> Network {
        self.init_with_gain(seed, 1.0, device)
    }

    /// Like [`NetworkConfig::init`], with the weights of the hidden layers multiplied by `gain`, above 0. The output
    /// layer is not scaled: it is linear, so no activation shrinks or shifts its outputs.
    #[must_use]
    pub fn init_with_gain(&self, seed: u64, gain: f64, device: &Device) -> Network {
        let (shapes, layers) = (self.affines(), self.hidden.len());
        let hidden = shapes[..layers].iter().zip(0..).map(|(shape, layer)| {
            Layer::init(*shape, self.activation, self.sign_mask, Draw { seed, layer, gain }, device)
        });
        let draw = Draw { seed, layer: layers as u64, gain: 1.0 };
        Network { hidden: hidden.collect(), output: init::affine(shapes[layers], draw, device) }
    }

    /// The numbers of inputs, of outputs of each hidden layer, and of outputs of the network. A hidden layer has one
    /// output for each unit, or two for a pair.
    #[must_use]
    pub fn widths(&self) -> Vec<usize> {
        std::iter::once(self.inputs).chain(self.hidden_widths()).chain([self.outputs]).collect()
    }

    /// The number of outputs of each hidden layer: [`NetworkConfig::widths`] without the first and the last number.
    #[must_use]
    pub fn hidden_widths(&self) -> Vec<usize> {
        self.hidden.iter().map(|units| units * self.activation.outputs_per_unit()).collect()
    }

    /// The shape `[inputs, outputs]` of each weight, from the first hidden layer to the output layer.
    #[must_use]
    pub fn affines(&self) -> Vec<[usize; 2]> {
        let outputs = self.hidden.iter().chain([&self.outputs]);
        self.widths().into_iter().zip(outputs).map(|(inputs, outputs)| [inputs, *outputs]).collect()
    }

    /// The number of trained parameters: weights and biases.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.affines().iter().map(|[inputs, outputs]| (inputs + 1) * outputs).sum()
    }
}

/// A stack of hidden layers under a linear output layer. In a classifier, the softmax of the outputs gives the class
/// probabilities.
#[derive(Module, Debug)]
pub struct Network {
    /// The hidden layers, starting at the input.
    pub hidden: Vec<Layer>,
    /// The affine map from the last hidden layer, or from the inputs if there is no hidden layer, to the outputs.
    pub output: Linear,
}

/// The result of a forward pass.
#[derive(Clone, Debug)]
pub struct Forward {
    /// Outputs of each hidden layer, `[batch, outputs]`: one for each unit, or two for a pair.
    pub hidden: Vec<Tensor<2>>,
    /// The outputs of the output layer, `[batch, outputs]`, such as the logits of a classifier.
    pub logits: Tensor<2>,
}

impl Network {
    /// Width of an input row.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.hidden.first().map_or(&self.output, |layer| &layer.affine).weight.dims()[0]
    }

    /// The outputs of all hidden layers and the logits for the inputs x `[batch, inputs]`.
    ///
    /// # Panics
    /// If the width of `x` does not match the network.
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
    fn pairs_have_two_signed_outputs_per_unit_of_which_at_least_half_are_zero() {
        let pairs = NetworkConfig { activation: Activation::Pair, ..config() };
        assert_eq!((pairs.widths(), pairs.hidden_widths()), (vec![6, 100, 80, 3], vec![100, 80]));
        assert_eq!(pairs.affines(), [[6, 50], [100, 40], [80, 3]]);
        assert_eq!(pairs.parameters(), 7 * 50 + 101 * 40 + 81 * 3);
        let network = pairs.init(1, &Device::flex());
        assert_eq!(network.hidden[0].signs.as_ref().unwrap().dims(), [100]);
        let forward = network.forward(Tensor::ones([4, 6], &Device::flex()));
        let h = data(forward.hidden[1].clone());
        assert_eq!((h.len(), forward.logits.dims()), (4 * 80, [4, 3]));
        assert!(h.chunks(2).all(|pair| pair[0] == 0.0 || pair[1] == 0.0));
    }

    #[test]
    fn a_gain_scales_only_hidden_weights_and_a_gain_of_1_changes_no_bit() {
        let weights = |network: Network| {
            let affines = network.hidden.into_iter().map(|layer| layer.affine).chain([network.output]);
            affines.map(|affine| data(affine.weight.val())).collect::<Vec<_>>()
        };
        let with = |gain| weights(config().init_with_gain(1, gain, &Device::flex()));
        let plain = weights(config().init(1, &Device::flex()));
        assert_eq!(with(1.0), plain);
        let wide = with(2.0);
        assert!((0..2).all(|k| wide[k].iter().zip(&plain[k]).all(|(wide, plain)| *wide == 2.0 * plain)));
        assert_eq!(wide[2], plain[2]);
    }

    #[test]
    fn about_half_of_the_rectifiers_are_zero_at_initialisation() {
        // Section 3.1: "50 % of the hidden units' continuous output values are real zeros" after uniform
        // initialisation.
        let device = Device::flex();
        let wide = NetworkConfig { inputs: 100, hidden: vec![1000], ..config() };
        let x = Tensor::<1, burn::tensor::Int>::arange(0..2000, &device).float().sin().reshape([20, 100]);
        let h = data(wide.init(1, &device).forward(x).hidden[0].clone());
        let zeros = h.iter().filter(|h| **h == 0.0).count() as f64 / h.len() as f64;
        assert!((0.45..0.55).contains(&zeros), "the share of zeros is {zeros}");
    }
}
