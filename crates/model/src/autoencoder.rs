//! Auto-encoders as networks with one hidden layer (section 3.2).

use crate::init::{self, Draw};
use crate::layer::Layer;
use crate::network::{Forward, Network};
use crate::rows::Rows;
use burn::module::Param;
use burn::nn::Linear;
use burn::prelude::Int;
use burn::tensor::{Tensor, TensorData};
use denoising::Decoder;

/// The auto-encoder of a layer: a network whose only hidden layer is the encoder and whose output layer is the decoder,
/// with weights `[outputs, inputs]`. The "logits" of this network are the pre-activations f of the reconstruction,
/// `[batch, inputs]`.
///
/// An untied decoder is initialised like any other layer, from the stream "decoder weight" of `seed` at `index`, the
/// layer's index, counted from 0. A tied decoder holds a copy of the encoder's transposed weight; see [`tied`]. A layer
/// of pairs cannot have a tied decoder, because each column of the layer's weight has two outputs.
///
/// # Panics
/// If `decoder` is tied and `encoder` is a layer of pairs.
#[must_use]
pub fn autoencoder(encoder: &Layer, decoder: Decoder, seed: u64, index: u64) -> Network {
    assert!(decoder == Decoder::Untied || encoder.outputs() == encoder.units(), "pairs cannot have a tied decoder");
    let [inputs, _] = encoder.affine.weight.dims();
    let device = encoder.affine.weight.device();
    let draw = Draw { seed, layer: index, gain: 1.0 };
    let output = init::affine_of("decoder weight", [encoder.outputs(), inputs], draw, &device);
    let network = Network { hidden: vec![encoder.clone()], output };
    match decoder {
        Decoder::Untied => network,
        Decoder::Tied => tied(network),
    }
}

/// `autoencoder` with the transpose of its encoder's weight copied into its decoder, so that the result can be used and
/// saved like any network. For a tied decoder, [`reconstruct`] reads the encoder's weight and not this copy.
#[must_use]
pub fn tied(autoencoder: Network) -> Network {
    let Some(encoder) = autoencoder.hidden.first() else { return autoencoder };
    let turned = encoder.affine.weight.val().detach().transpose();
    let weight = autoencoder.output.weight.clone().map(|_| turned);
    Network { output: Linear { weight, ..autoencoder.output }, ..autoencoder }
}

/// The code of x, with `noise` `[batch, units]` added before the activation, and the pre-activations f of the
/// reconstruction of x, `[batch, inputs]`. If `columns` lists the indices of some inputs, in ascending order, only
/// these inputs are reconstructed, and f is `[batch, columns]`.
///
/// # Panics
/// If `autoencoder` has no hidden layer, or shapes do not match.
#[must_use]
pub fn reconstruct(
    autoencoder: &Network,
    decoder: Decoder,
    x: Rows,
    noise: Option<Tensor<2>>,
    columns: Option<&Tensor<1, Int>>,
) -> Forward {
    let (encoder, output) = (&autoencoder.hidden[0], &autoencoder.output);
    let z = x.through(&encoder.affine);
    let h = encoder.activate(match noise {
        Some(noise) => z + noise,
        None => z,
    });
    let bias = output.bias.as_ref().map(Param::val);
    let some = |dim: usize, weight: Tensor<2>| match columns {
        Some(columns) => weight.select(dim, columns.clone()),
        None => weight,
    };
    let weight = match decoder {
        Decoder::Untied => some(1, output.weight.val()),
        Decoder::Tied => some(0, encoder.affine.weight.val()).transpose(),
    };
    let bias = match columns {
        Some(columns) => bias.map(|bias| bias.select(0, columns.clone())),
        None => bias,
    };
    let f = h.clone().matmul(weight);
    let logits = match bias {
        Some(bias) => f + bias.unsqueeze(),
        None => f,
    };
    Forward { hidden: vec![h], logits }
}

/// `layer` with the weights and bias of unit j divided by `scale[j]`, for `scale` `[units]`. This divides the output of
/// the unit by `scale[j]` only if its activation satisfies f(c x) = c f(x) for c > 0. A unit whose scale is not above 0
/// is not changed.
///
/// # Panics
/// If the number of scales is not the number of units.
#[must_use]
pub fn rescaled_code(layer: &Layer, scale: &[f32]) -> Layer {
    let [_, units] = layer.affine.weight.dims();
    assert_eq!(scale.len(), units, "there must be one scale for each unit");
    let device = layer.affine.weight.device();
    let factors: Vec<f32> = scale.iter().map(|scale| if *scale > 0.0 { scale.recip() } else { 1.0 }).collect();
    let factors = Tensor::<1>::from_data(TensorData::new(factors, [units]), &device);
    let weight = Param::from_tensor(layer.affine.weight.val().without_autodiff() * factors.clone().unsqueeze());
    let bias = layer.affine.bias.as_ref();
    let bias = bias.map(|bias| Param::from_tensor(bias.val().without_autodiff() * factors));
    let mut scaled = layer.clone();
    scaled.affine = Linear { weight, bias };
    scaled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, NetworkConfig, SignMask};
    use burn::prelude::Device;

    fn layer() -> Layer {
        let config = NetworkConfig {
            inputs: 5,
            hidden: vec![4],
            outputs: 2,
            activation: Activation::Rectifier,
            sign_mask: SignMask::FairCoin,
        };
        config.init(3, &Device::flex()).hidden.remove(0)
    }

    #[test]
    fn an_untied_decoder_has_separate_weights_of_the_transposed_shape() {
        let network = autoencoder(&layer(), Decoder::Untied, 1, 0);
        assert_eq!(network.output.weight.dims(), [4, 5]);
        let weights = |network: &Network| network.output.weight.val().into_data().iter().collect::<Vec<f32>>();
        assert_ne!(weights(&network), weights(&autoencoder(&layer(), Decoder::Untied, 1, 1)));
        assert_ne!(weights(&network), weights(&autoencoder(&layer(), Decoder::Untied, 2, 0)));
        assert_eq!(network.forward(Tensor::ones([3, 5], &Device::flex())).logits.dims(), [3, 5]);
    }

    #[test]
    fn a_tied_decoder_written_out_reconstructs_like_the_transposed_encoder() {
        let network = autoencoder(&layer(), Decoder::Tied, 1, 0);
        let x = Tensor::<2>::from_data([[0.3, -0.2, 0.9, -1.0, 0.5], [1.0, 0.1, -0.4, 0.2, 0.0]], &Device::flex());
        let f = |forward: Forward| forward.logits.into_data().iter().collect::<Vec<f32>>();
        let written_out = f(network.forward(x.clone()));
        assert_eq!(f(reconstruct(&network, Decoder::Tied, x.clone().into(), None, None)), written_out);
        assert_eq!(f(reconstruct(&network, Decoder::Untied, x.into(), None, None)), written_out);
    }

    #[test]
    fn selected_columns_equal_those_of_the_full_reconstruction() {
        let x = Tensor::<2>::from_data([[0.3, -0.2, 0.9, -1.0, 0.5]], &Device::flex());
        for decoder in [Decoder::Untied, Decoder::Tied] {
            let network = autoencoder(&layer(), decoder, 1, 0);
            let f = |columns: Option<Tensor<1, Int>>| {
                let f = reconstruct(&network, decoder, x.clone().into(), None, columns.as_ref()).logits.into_data();
                f.iter().collect::<Vec<f32>>()
            };
            let (all, some) = (f(None), f(Some(Tensor::from_data([0, 3], &Device::flex()))));
            assert_eq!(some, [all[0], all[3]]);
        }
    }

    #[test]
    fn noise_is_added_before_the_activation() {
        let network = autoencoder(&layer(), Decoder::Untied, 1, 0);
        let x = Tensor::<2>::zeros([1, 5], &Device::flex());
        let noise = Tensor::<2>::from_data([[1.0, -1.0, 2.0, -2.0]], &Device::flex());
        let code = reconstruct(&network, Decoder::Untied, x.into(), Some(noise), None).hidden.remove(0);
        let code: Vec<f32> = code.into_data().iter().map(f32::abs).collect();
        assert_eq!(code, [1.0, 0.0, 2.0, 0.0]);
    }

    #[test]
    fn a_rescaled_code_is_divided_and_a_unit_that_never_fired_stays() {
        let x = Tensor::<2>::from_data([[0.3, -0.2, 0.9, -1.0, 0.5], [1.0, 0.1, -0.4, 0.2, 0.0]], &Device::flex());
        let code = |layer: &Layer| layer.forward(x.clone()).into_data().iter().collect::<Vec<f32>>();
        let (before, after) = (code(&layer()), code(&rescaled_code(&layer(), &[2.0, 0.5, 0.0, 4.0])));
        for (k, (before, after)) in before.iter().zip(after).enumerate() {
            let scale = [2.0, 0.5, 1.0, 4.0][k % 4];
            assert!((before / scale - after).abs() < 1e-6);
        }
    }
}
