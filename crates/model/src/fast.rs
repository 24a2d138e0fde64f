//! Conversion of networks to the CPU kernels that skip exact zeros, and back.

use crate::layer::Layer;
use crate::network::Network;
use burn::module::Param;
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::{DType, TensorData};
use denoising::Decoder;
use kernels::{Affine, AutoEncoder, Stack};

/// Why the kernels cannot run a network.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unsupported {
    /// A layer has no bias, but the kernels add one in every layer.
    #[error("layer {layer} has no bias, which the sparse engine needs; use training.engine = \"autodiff\"")]
    NoBias {
        /// The number of the layer, counted from 1; the output layer has the last number.
        layer: usize,
    },
    /// The weight or bias of a layer is not in 32-bit floating point, in which the kernels compute.
    #[error(
        "layer {layer} has parameters of type {found}, but the sparse engine computes in F32; use training.engine = \
         \"autodiff\""
    )]
    Precision {
        /// The number of the layer, counted from 1; the output layer has the last number.
        layer: usize,
        /// The data type of the weight or bias.
        found: String,
    },
    /// The inputs of a layer do not match the outputs of the layer below.
    #[error("layer {layer} has {expected} inputs, but the layer below has {found} outputs; make them equal")]
    Widths {
        /// The number of the layer, counted from 1; the output layer has the last number.
        layer: usize,
        /// Number of inputs of the layer.
        expected: usize,
        /// Number of outputs of the layer below.
        found: usize,
    },
    /// The code is a layer of pairs. The kernel of an auto-encoder stores the decoder's weight with a row for each
    /// input and a column for each unit, so this kernel needs one output per unit.
    #[error(
        "the sparse engine cannot pretrain pairs with a tied decoder or sampled reconstruction; use training.engine = \
         \"autodiff\" with pretraining.decoder = \"untied\""
    )]
    Pairs,
}

/// `network` as a stack of kernels for minibatches of up to `batch` examples, computed by `threads` threads.
///
/// # Errors
/// [`Unsupported`] if the kernels cannot run `network`; the error names the layer and the reason.
///
/// # Panics
/// If `batch` is 0.
pub fn to_kernels(network: &Network, batch: usize, threads: usize) -> Result<Stack, Unsupported> {
    let mut hidden = Vec::with_capacity(network.hidden.len());
    let mut width = network.inputs();
    for (k, layer) in network.hidden.iter().enumerate() {
        let affine = affine(&layer.affine, k + 1, width)?;
        width = layer.outputs();
        hidden.push(kernels::Layer::new(affine, signs(layer).as_deref(), layer.activation()));
    }
    let output = affine(&network.output, network.hidden.len() + 1, width)?;
    Ok(Stack::new(hidden, output, batch, threads))
}

/// `autoencoder` as one kernel that stores the decoder's weight transposed, for a tied decoder or a decoder that
/// reconstructs only a sample of the inputs. `batch` and `threads` are as in [`to_kernels`].
///
/// # Errors
/// [`Unsupported`] if the kernel cannot run `autoencoder`.
///
/// # Panics
/// If `batch` is 0, or `autoencoder` has no hidden layer.
pub fn to_autoencoder_kernel(
    autoencoder: &Network,
    decoder: Decoder,
    batch: usize,
    threads: usize,
) -> Result<AutoEncoder, Unsupported> {
    let layer = &autoencoder.hidden[0];
    let (inputs, units) = (autoencoder.inputs(), layer.units());
    if layer.outputs() != units {
        return Err(Unsupported::Pairs);
    }
    let code = kernels::Layer::new(affine(&layer.affine, 1, inputs)?, signs(layer).as_deref(), layer.activation());
    let output = affine(&autoencoder.output, 2, units)?;
    Ok(match decoder {
        Decoder::Untied => AutoEncoder::untied(&code, &output, batch, threads),
        Decoder::Tied => AutoEncoder::tied(&code, output.bias(), batch, threads),
    })
}

/// `network` on `device`, with the current weights and biases of `stack`, which [`to_kernels`] made from `network`.
#[must_use]
pub fn from_kernels(stack: &Stack, network: &Network, device: &Device) -> Network {
    let hidden = network.hidden.iter().enumerate().map(|(k, layer)| with_affine(layer, &stack.affine(k), device));
    Network { hidden: hidden.collect(), output: linear(&stack.affine(stack.depth()), device) }
}

/// `autoencoder` on `device`, with the current weights and biases of `kernel`, which [`to_autoencoder_kernel`] made
/// from `autoencoder`. A tied decoder becomes a copy of the encoder's transposed weight.
#[must_use]
pub fn from_autoencoder_kernel(kernel: &AutoEncoder, autoencoder: &Network, device: &Device) -> Network {
    let hidden = autoencoder.hidden.iter().map(|layer| with_affine(layer, &kernel.encoder(), device));
    Network { hidden: hidden.collect(), output: linear(&kernel.decoder(), device) }
}

fn with_affine(layer: &Layer, affine: &Affine, device: &Device) -> Layer {
    Layer::new(linear(affine, device), signs(layer), layer.activation())
}

fn signs(layer: &Layer) -> Option<Vec<f32>> {
    layer.signs.as_ref().map(|signs| signs.val().into_data().iter().collect())
}

fn affine(linear: &Linear, layer: usize, width: usize) -> Result<Affine, Unsupported> {
    let [inputs, _] = linear.weight.dims();
    if inputs != width {
        return Err(Unsupported::Widths { layer, expected: inputs, found: width });
    }
    let (weight, bias) = (linear.weight.val(), linear.bias.as_ref().ok_or(Unsupported::NoBias { layer })?.val());
    if let Some(found) = [weight.dtype(), bias.dtype()].into_iter().find(|dtype| *dtype != DType::F32) {
        return Err(Unsupported::Precision { layer, found: format!("{found:?}") });
    }
    let [weight, bias]: [Vec<f32>; 2] = [weight.into_data(), bias.into_data()].map(|data| data.iter().collect());
    Ok(Affine::new(inputs, &weight, &bias))
}

fn linear(affine: &Affine, device: &Device) -> Linear {
    let (inputs, outputs) = (affine.inputs(), affine.outputs());
    Linear {
        weight: Param::from_data(TensorData::new(affine.weight().to_vec(), [inputs, outputs]), device),
        bias: Some(Param::from_data(TensorData::new(affine.bias().to_vec(), [outputs]), device)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, NetworkConfig, SignMask};

    fn network_of(activation: Activation) -> Network {
        let (hidden, sign_mask) = (vec![7, 6], SignMask::FairCoin);
        NetworkConfig { inputs: 5, hidden, outputs: 3, activation, sign_mask }.init(1, &Device::flex())
    }

    fn network() -> Network {
        network_of(Activation::Tanh)
    }

    #[test]
    fn a_network_survives_its_kernels_bit_for_bit() {
        for network in [network(), network_of(Activation::Pair)] {
            let again = from_kernels(&to_kernels(&network, 4, 1).unwrap(), &network, &Device::flex());
            let bytes = |n: &Network| crate::Record::empty().with("", n).unwrap().into_bytes().unwrap();
            assert_eq!(bytes(&again), bytes(&network));
        }
    }

    #[test]
    fn an_autoencoder_kernel_of_pairs_is_rejected_naming_an_engine_that_has_one() {
        let pairs = crate::autoencoder(&network_of(Activation::Pair).hidden[0], Decoder::Untied, 1, 0);
        let refused = to_autoencoder_kernel(&pairs, Decoder::Untied, 4, 1).unwrap_err();
        assert_eq!(refused, Unsupported::Pairs);
        assert!(refused.to_string().contains("training.engine = \"autodiff\""), "{refused}");
    }

    #[test]
    fn an_autoencoder_survives_its_kernel_bit_for_bit() {
        let bytes = |n: &Network| crate::Record::empty().with("", n).unwrap().into_bytes().unwrap();
        for decoder in [Decoder::Untied, Decoder::Tied] {
            let network = crate::autoencoder(&network().hidden[0], decoder, 1, 0);
            let again = from_autoencoder_kernel(
                &to_autoencoder_kernel(&network, decoder, 4, 1).unwrap(),
                &network,
                &Device::flex(),
            );
            assert_eq!(bytes(&again), bytes(&network));
        }
    }

    #[test]
    fn unsupported_layers_are_named() {
        let mut bare = network();
        bare.output.bias = None;
        assert_eq!(to_kernels(&bare, 1, 1).unwrap_err(), Unsupported::NoBias { layer: 3 });

        let mut misfit = network();
        misfit.hidden.remove(0);
        misfit.hidden.push(network().hidden[1].clone());
        assert_eq!(to_kernels(&misfit, 1, 1).unwrap_err(), Unsupported::Widths { layer: 2, expected: 7, found: 6 });

        let mut half = network();
        let weight = half.hidden[1].affine.weight.val().cast(burn::tensor::FloatDType::F16);
        half.hidden[1].affine.weight = Param::from_tensor(weight);
        assert_eq!(to_kernels(&half, 1, 1).unwrap_err(), Unsupported::Precision { layer: 2, found: "F16".to_owned() });
    }
}
