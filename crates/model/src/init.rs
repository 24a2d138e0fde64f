//! Initial parameters, drawn on the host so that every backend starts from the same bytes.

use burn::module::Param;
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::TensorData;
use random::{Rng, stream};

/// An affine map x W + b with W `[inputs, outputs]` from U(-r, r), r = sqrt(6 / (inputs + outputs)), and b = 0.
///
/// The weights come from the stream "weight" of `seed` at `layer` (0 for the first). Source: Glorot and Bengio 2010,
/// as the paper's authors used it for hidden and softmax layers alike.
pub(crate) fn affine(inputs: usize, outputs: usize, seed: u64, layer: u64, device: &Device) -> Linear {
    affine_of("weight", inputs, outputs, seed, layer, device)
}

/// As [`affine`], with the weights from the stream `name`.
pub(crate) fn affine_of(name: &str, inputs: usize, outputs: usize, seed: u64, layer: u64, device: &Device) -> Linear {
    let limit = (6.0 / (inputs + outputs) as f32).sqrt();
    let mut random = stream(seed, name, &[layer]);
    let weight: Vec<f32> = (0..inputs * outputs).map(|_| limit * (2.0 * unit(&mut random) - 1.0)).collect();
    Linear {
        weight: Param::from_data(TensorData::new(weight, [inputs, outputs]), device),
        bias: Some(Param::from_data(TensorData::new(vec![0f32; outputs], [outputs]), device)),
    }
}

/// One fair coin per unit from the stream "sign" of `seed` at `layer`: +1 or -1.
pub(crate) fn signs(units: usize, seed: u64, layer: u64) -> Vec<f32> {
    let mut random = stream(seed, "sign", &[layer]);
    (0..units).map(|_| if random.next_u32() >> 31 == 0 { 1.0 } else { -1.0 }).collect()
}

/// Uniform on [0, 1), 24 bits: exact in f32, and written out so that no library's idea of it can change results.
fn unit(random: &mut impl Rng) -> f32 {
    const STEPS: f32 = (1 << 24) as f32;
    (random.next_u32() >> 8) as f32 / STEPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_fill_the_interval_of_glorot_and_bengio_and_biases_are_zero() {
        let linear = affine(300, 200, 1, 0, &Device::flex());
        let weight = linear.weight.val().into_data().try_into_vec_as::<f32>().unwrap();
        let limit = (6.0f32 / 500.0).sqrt();
        let (low, high) = weight.iter().fold((0f32, 0f32), |(low, high), w| (low.min(*w), high.max(*w)));
        assert!(low >= -limit && low < -0.99 * limit && high <= limit && high > 0.99 * limit);
        // The variance of U(-r, r) is r^2 / 3; 60,000 draws put it within 2 %.
        let variance = weight.iter().map(|w| w * w).sum::<f32>() / weight.len() as f32;
        assert!((variance / (limit * limit / 3.0) - 1.0).abs() < 0.02);
        let bias = linear.bias.unwrap().val().into_data().try_into_vec_as::<f32>().unwrap();
        assert!(bias.iter().all(|b| *b == 0.0));
    }

    #[test]
    fn signs_are_fair_coins_that_differ_by_layer() {
        let signs_of = |layer| signs(10_000, 1, layer);
        let minus = signs_of(0).iter().filter(|s| **s == -1.0).count();
        assert!((4_800..5_200).contains(&minus), "{minus}"); // 4 standard deviations
        assert!(signs_of(0).iter().all(|s| s.abs() == 1.0));
        assert_ne!(signs_of(0), signs_of(1));
    }
}
