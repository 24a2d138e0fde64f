//! The ill-conditioned parametrisation of section 3.1.

use crate::network::Network;
use burn::module::Param;
use burn::nn::Linear;

/// Why a network cannot be rescaled.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum RescaleError {
    /// The number of scales is not the number of layers.
    #[error("the number of scales is {found}, not {expected}; give one for each hidden layer and one for the output")]
    Count {
        /// Number of layers of the network, including the output layer.
        expected: usize,
        /// Number of scales given.
        found: usize,
    },
    /// A scale is not a positive, finite number.
    #[error("scale {0} is not a positive, finite number; give a scale above 0")]
    NotPositive(f64),
    /// The activation f of a layer lacks the property f(c x) = c f(x) for c > 0, which the rescaling needs.
    #[error("the units of layer {0} are not positively homogeneous; use rectifier, absolute, linear or pair units")]
    Activation(usize),
}

/// `network` with the weights `W_i / a_i` and the biases `b_i / (a_1 ... a_i)`. The scales `a_i > 0` belong to the
/// hidden layers, starting at the input; the last scale belongs to the output layer.
///
/// The logits of the result are the logits of `network` divided by the product of all scales. If the product is 1, both
/// networks compute the same function, at different points in parameter space.
///
/// # Errors
/// [`RescaleError`] if the number of scales is wrong, a scale is not positive and finite, or an activation is not
/// positively homogeneous.
pub fn rescaled(network: &Network, scales: &[f64]) -> Result<Network, RescaleError> {
    let layers = network.hidden.len() + 1;
    if scales.len() != layers {
        return Err(RescaleError::Count { expected: layers, found: scales.len() });
    }
    if let Some(scale) = scales.iter().find(|scale| !(scale.is_finite() && **scale > 0.0)) {
        return Err(RescaleError::NotPositive(*scale));
    }
    if let Some(k) = network.hidden.iter().position(|layer| !layer.activation().is_positively_homogeneous()) {
        return Err(RescaleError::Activation(k + 1));
    }
    let mut product = 1.0;
    let mut network = network.clone();
    let affines = network.hidden.iter_mut().map(|layer| &mut layer.affine).chain([&mut network.output]);
    for (affine, scale) in affines.zip(scales) {
        product *= scale;
        *affine = divided(affine, *scale, product);
    }
    Ok(network)
}

fn divided(affine: &Linear, weight: f64, bias: f64) -> Linear {
    Linear {
        weight: Param::from_tensor(affine.weight.val() / weight),
        bias: affine.bias.as_ref().map(|b| Param::from_tensor(b.val() / bias)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, NetworkConfig, SignMask};
    use burn::prelude::Device;
    use burn::tensor::Tensor;

    fn network(activation: Activation) -> Network {
        let config =
            NetworkConfig { inputs: 5, hidden: vec![7, 6], outputs: 3, activation, sign_mask: SignMask::FairCoin };
        config.init(1, &Device::flex())
    }

    fn logits(network: &Network) -> Vec<f32> {
        let x = Tensor::<2>::from_data([[0.3, -0.2, 0.9, -1.0, 0.5], [1.0, 0.1, -0.4, 0.2, 0.0]], &Device::flex());
        network.forward(x).logits.into_data().try_into_vec_as().unwrap()
    }

    #[test]
    fn logits_are_divided_by_the_product_of_the_scales() {
        for activation in [Activation::Rectifier, Activation::Absolute] {
            let original = network(activation);
            let scales = [2.0, 0.3, 1.7];
            let product: f64 = scales.iter().product();
            let scaled = logits(&rescaled(&original, &scales).unwrap());
            for (a, b) in logits(&original).iter().zip(scaled) {
                assert!((f64::from(*a) / product - f64::from(b)).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn networks_without_the_identity_are_rejected() {
        let plain = network(Activation::Rectifier);
        assert_eq!(rescaled(&plain, &[1.0]).unwrap_err(), RescaleError::Count { expected: 3, found: 1 });
        assert_eq!(rescaled(&plain, &[1.0, 0.0, 1.0]).unwrap_err(), RescaleError::NotPositive(0.0));
        let tanh = network(Activation::Tanh);
        assert_eq!(rescaled(&tanh, &[1.0, 1.0, 1.0]).unwrap_err(), RescaleError::Activation(1));
    }
}
