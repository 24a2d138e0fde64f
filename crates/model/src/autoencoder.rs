//! Auto-encoders (section 3.2).

use crate::init;
use crate::layer::Layer;
use crate::network::Network;
use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::{Tensor, TensorData};

/// The auto-encoder of a layer: a network whose only hidden layer is the encoder and whose output layer is the decoder,
/// with weights of its own, `[units, inputs]`. Its "logits" are the pre-activations f of the reconstruction, `[batch,
/// inputs]`.
///
/// The decoder begins like any other layer, from the stream "decoder weight" of `seed` at `index`, the layer's place.
#[must_use]
pub fn autoencoder(encoder: &Layer, seed: u64, index: u64) -> Network {
    let [inputs, units] = encoder.affine.weight.dims();
    let device = encoder.affine.weight.device();
    let decoder = init::affine_of("decoder weight", units, inputs, seed, index, &device);
    Network { hidden: vec![encoder.clone()], output: decoder }
}

/// `layer` with the outputs of unit j divided by `scale[j]`, `[units]`: weights and bias are. The function is that only
/// for activations with f(c x) = c f(x). Units of scale 0 never fired, and stay as they are.
///
/// # Panics
/// When there is not one scale per unit.
#[must_use]
pub fn rescaled_code(layer: &Layer, scale: &[f32]) -> Layer {
    let [_, units] = layer.affine.weight.dims();
    assert_eq!(scale.len(), units, "a scale for each unit");
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
    fn a_decoder_has_weights_of_its_own_the_shape_of_the_encoders_turned() {
        let network = autoencoder(&layer(), 1, 0);
        assert_eq!(network.output.weight.dims(), [4, 5]);
        let weights = |network: &Network| network.output.weight.val().into_data().iter().collect::<Vec<f32>>();
        assert_ne!(weights(&network), weights(&autoencoder(&layer(), 1, 1)));
        assert_ne!(weights(&network), weights(&autoencoder(&layer(), 2, 0)));
        assert_eq!(network.forward(Tensor::ones([3, 5], &Device::flex())).logits.dims(), [3, 5]);
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
