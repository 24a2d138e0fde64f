//! Reconstruction sampling (Dauphin, Glorot and Bengio 2011).

use random::{ChaCha8Rng, RngExt};

/// Chooses the inputs of an example that are reconstructed, and writes the weights of their costs to `sampled`
/// `[inputs]`. On entry, `sampled` is 1 where the clean input is not zero, and 0 elsewhere. Inputs that are not zero in
/// `corrupted` get the weight 1 as well. Of the m remaining inputs, n are drawn at random, where n is `zeros` times the
/// number of inputs with the weight 1, rounded up, and at least 1; each drawn input gets the weight m / n. If n is at
/// least m / 2, all inputs get the weight 1 instead.
///
/// The expected value of the weighted sum of costs is the sum of the costs of all inputs.
pub(crate) fn sample(zeros: f64, corrupted: &[f32], sampled: &mut [f32], rng: &mut ChaCha8Rng) {
    let mut certain = 0;
    for (weight, x) in sampled.iter_mut().zip(corrupted) {
        if *x != 0.0 {
            *weight = 1.0;
        }
        certain += usize::from(*weight != 0.0);
    }
    let others = sampled.len() - certain;
    let drawn = ((zeros * certain as f64).ceil() as usize).max(1);
    if drawn >= others.div_ceil(2) {
        return sampled.fill(1.0);
    }
    let mut wanted = drawn;
    while wanted > 0 {
        let place = &mut sampled[rng.random_range(0..corrupted.len())];
        if *place == 0.0 {
            *place = others as f32 / drawn as f32;
            wanted -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawing_more_than_exist_selects_all_inputs() {
        for zeros in [10.0, 1e18] {
            let mut sampled = [1.0, 0.0, 0.0, 0.0];
            sample(zeros, &[1.0, 0.0, 0.0, 0.0], &mut sampled, &mut random::stream(1, "sampling", &[]));
            assert_eq!(sampled, [1.0; 4]);
        }
    }
}
