//! Random initial parameters, drawn on the host so that every backend starts from the same bytes.

use burn::module::Param;
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::TensorData;
use random::{Rng, stream};

/// The seed and index of a layer's streams of random numbers, and the gain of the layer's weights.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draw {
    pub(crate) seed: u64,
    /// The index of the layer, counted from 0.
    pub(crate) layer: u64,
    /// Factor by which the range of the weights is multiplied, above 0; 1 gives the range of Glorot and Bengio (2010).
    pub(crate) gain: f64,
}

/// An affine map x W + b with W `[inputs, outputs]` from U(-r, r), r = gain sqrt(6 / (inputs + outputs)), and b = 0.
///
/// The weights are drawn from the stream "weight" of the seed at the index of the layer. With a gain of 1, this is the
/// initialisation of Glorot and Bengio (2010), which the paper's authors used for hidden and softmax layers.
pub(crate) fn affine(shape: [usize; 2], draw: Draw, device: &Device) -> Linear {
    affine_of("weight", shape, draw, device)
}

/// Like [`affine`], with the weights drawn from the stream `name`.
pub(crate) fn affine_of(name: &str, [inputs, outputs]: [usize; 2], draw: Draw, device: &Device) -> Linear {
    let limit = draw.gain as f32 * (6.0 / (inputs + outputs) as f32).sqrt();
    let mut random = stream(draw.seed, name, &[draw.layer]);
    let weight: Vec<f32> = (0..inputs * outputs).map(|_| limit * (2.0 * unit(&mut random) - 1.0)).collect();
    Linear {
        weight: Param::from_data(TensorData::new(weight, [inputs, outputs]), device),
        bias: Some(Param::from_data(TensorData::new(vec![0f32; outputs], [outputs]), device)),
    }
}

/// A sign for each output: +1 or -1 with equal probability, from the stream "sign" of the seed at the index of the
/// layer.
pub(crate) fn signs(outputs: usize, draw: Draw) -> Vec<f32> {
    let mut random = stream(draw.seed, "sign", &[draw.layer]);
    (0..outputs).map(|_| if random.next_u32() >> 31 == 0 { 1.0 } else { -1.0 }).collect()
}

/// A draw from U[0, 1) with 24 bits, exact in f32. The draw is implemented here so that no update of a library can
/// change results.
fn unit(random: &mut impl Rng) -> f32 {
    const STEPS: f32 = (1 << 24) as f32;
    (random.next_u32() >> 8) as f32 / STEPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_fill_the_interval_of_glorot_and_bengio_and_biases_are_zero() {
        let linear = affine([300, 200], Draw { seed: 1, layer: 0, gain: 1.0 }, &Device::flex());
        let weight = linear.weight.val().into_data().try_into_vec_as::<f32>().unwrap();
        let limit = (6.0f32 / 500.0).sqrt();
        let (low, high) = weight.iter().fold((0f32, 0f32), |(low, high), w| (low.min(*w), high.max(*w)));
        assert!(low >= -limit && low < -0.99 * limit && high <= limit && high > 0.99 * limit);
        // The variance of U(-r, r) is r^2 / 3; 60,000 draws estimate it to within 2 %.
        let variance = weight.iter().map(|w| w * w).sum::<f32>() / weight.len() as f32;
        assert!((variance / (limit * limit / 3.0) - 1.0).abs() < 0.02);
        let bias = linear.bias.unwrap().val().into_data().try_into_vec_as::<f32>().unwrap();
        assert!(bias.iter().all(|b| *b == 0.0));
    }

    #[test]
    fn a_gain_multiplies_the_weights() {
        let weights = |gain| {
            let linear = affine([30, 20], Draw { seed: 1, layer: 2, gain }, &Device::flex());
            linear.weight.val().into_data().try_into_vec_as::<f32>().unwrap()
        };
        assert!(weights(2.0).iter().zip(weights(1.0)).all(|(wide, plain)| *wide == 2.0 * plain));
    }

    #[test]
    fn signs_are_fair_coins_that_differ_by_layer() {
        let signs_of = |layer| signs(10_000, Draw { seed: 1, layer, gain: 1.0 });
        let minus = signs_of(0).iter().filter(|s| **s == -1.0).count();
        assert!((4_800..5_200).contains(&minus), "{minus} signs are -1"); // within 4 standard deviations of 5,000
        assert!(signs_of(0).iter().all(|s| s.abs() == 1.0));
        assert_ne!(signs_of(0), signs_of(1));
    }
}
