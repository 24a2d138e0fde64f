//! The task of a denoising auto-encoder: corrupted inputs, their targets, and the streams of random numbers for
//! corruption and sampling.

use crate::corruption::Corruption;
use crate::decoder::Decoder;
use crate::sampling::sample;
use crate::target::Target;
use random::ChaCha8Rng;
use units::Reconstruction;

/// The task of a denoising auto-encoder: to reconstruct the clean input from a corrupted input (section 3.2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Denoising {
    /// Whether the decoder has separate weights or the transposed weights of the encoder.
    pub decoder: Decoder,
    /// The reconstruction layer and its cost.
    pub reconstruction: Reconstruction,
    /// The corruption of the inputs, or the noise added to the pre-activations, in training. Neither is used in
    /// validation.
    pub corruption: Corruption,
    /// The target with which the reconstruction of an input is compared.
    pub target: Target,
    /// In training, the number of zeros that are reconstructed per nonzero value; `None` if all zeros are
    /// reconstructed.
    ///
    /// Reconstruction sampling (Dauphin, Glorot and Bengio 2011): every input that is nonzero before or after
    /// corruption is reconstructed with weight 1. Of the other inputs, only a random sample is reconstructed; the
    /// weight of a sampled input is the inverse of the sampling fraction. In expectation, the cost and its gradient are
    /// therefore the same as if all inputs were reconstructed. If the sample would contain at least half of the other
    /// inputs, all inputs are reconstructed with weight 1.
    pub sampling: Option<f64>,
    /// Index of the auto-encoder's layer in the network, counted from 0.
    pub layer: usize,
}

/// A position in training: an epoch and a minibatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Epoch, counted from 1.
    pub epoch: usize,
    /// Minibatch of the epoch, counted from 0.
    pub step: usize,
}

/// The streams of random numbers for a minibatch: one for corruption and one for reconstruction sampling.
#[derive(Debug)]
pub struct Draws {
    corruption: ChaCha8Rng,
    sampling: ChaCha8Rng,
}

/// One example, prepared for an auto-encoder.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// The corrupted input, `[inputs]`.
    pub corrupted: Vec<f32>,
    /// The target of the reconstruction, `[inputs]`.
    pub target: Vec<f32>,
    /// Noise added to the pre-activations, `[units]`; empty for no noise.
    pub noise: Vec<f32>,
    /// The weight of each input in the cost, `[inputs]`, if only a sample is reconstructed; otherwise empty.
    pub sampled: Vec<f32>,
}

impl Denoising {
    /// The streams of random numbers for the minibatch at the position `at`. They depend only on `seed`, the layer and
    /// `at`.
    #[must_use]
    pub fn draws(&self, seed: u64, At { epoch, step }: At) -> Draws {
        let stream = |name| random::stream(seed, name, &[self.layer as u64, epoch as u64, step as u64]);
        Draws { corruption: stream("corruption"), sampling: stream("reconstruction sampling") }
    }

    /// Appends to `kept` the mask of masking noise for the minibatch at the position `at`, `[rows, width]`: 1 for each
    /// value that [`Denoising::prepare`] keeps and 0 for each value that the function sets to zero. The mask does not
    /// depend on the values.
    ///
    /// # Panics
    /// If `width` is 0.
    pub fn kept(&self, seed: u64, at: At, [rows, width]: [usize; 2], kept: &mut Vec<f32>) {
        let Draws { mut corruption, .. } = self.draws(seed, at);
        let first = kept.len();
        kept.resize(first + rows * width, 1.0);
        kept[first..].chunks_mut(width).for_each(|row| self.corruption.corrupt(row, &mut corruption));
    }

    /// Prepares the clean input that `write` appends to an empty vector, for an auto-encoder with `units` hidden units,
    /// and writes the result to `prepared`. If `draws` is `None`, the input is not corrupted, no noise is added, and the
    /// whole input is reconstructed.
    pub fn prepare(
        &self,
        write: impl FnOnce(&mut Vec<f32>),
        draws: Option<&mut Draws>,
        units: usize,
        prepared: &mut Prepared,
    ) {
        let Prepared { corrupted, target, noise, sampled } = prepared;
        [&mut *corrupted, target, noise, sampled].into_iter().for_each(Vec::clear);
        write(corrupted);
        target.extend(corrupted.iter().map(|x| self.target.of(*x)));
        let Some(draws) = draws else { return };
        let Draws { corruption, sampling } = draws;
        if let Some(zeros) = self.sampling {
            sampled.extend(corrupted.iter().map(|x| f32::from(*x != 0.0)));
            self.corruption.corrupt(corrupted, corruption);
            sample(zeros, corrupted, sampled, sampling);
        } else {
            self.corruption.corrupt(corrupted, corruption);
        }
        noise.resize(units, 0.0);
        if !self.corruption.disturb(noise, corruption) {
            noise.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEN: usize = 60;

    fn prepared(sampling: f64, epoch: usize) -> Prepared {
        let denoising = Denoising {
            decoder: Decoder::Untied,
            reconstruction: Reconstruction::LogisticCrossEntropy,
            corruption: Corruption::SaltAndPepper { to_zero: 0.5, to_one: 0.05 },
            target: Target::Same,
            sampling: Some(sampling),
            layer: 0,
        };
        let write = |row: &mut Vec<f32>| row.extend((0..LEN).map(|k| f32::from([3, 17, 40].contains(&k))));
        let mut prepared = Prepared::default();
        denoising.prepare(write, Some(&mut denoising.draws(1, At { epoch, step: 0 })), 4, &mut prepared);
        prepared
    }

    #[test]
    fn a_sampled_cost_is_the_whole_cost_in_expectation() {
        const ROUNDS: usize = 20_000;
        let cost = |k: usize| (k as f64 * 0.7).sin() + 2.0;
        let whole: f64 = (0..LEN).map(cost).sum();
        let mut sums = Vec::with_capacity(ROUNDS);
        for epoch in 1..=ROUNDS {
            let of_inputs = prepared(1.0, epoch).sampled.into_iter().enumerate();
            sums.push(of_inputs.map(|(k, weight)| f64::from(weight) * cost(k)).sum::<f64>());
        }
        let mean = sums.iter().sum::<f64>() / ROUNDS as f64;
        let variance = sums.iter().map(|sum| (sum - mean).powi(2)).sum::<f64>() / (ROUNDS - 1) as f64;
        let deviation = (variance / ROUNDS as f64).sqrt();
        assert!(
            (mean - whole).abs() < 4.0 * deviation && deviation < 0.01 * whole,
            "the mean cost is {mean} +- {deviation}, not {whole}"
        );
    }

    #[test]
    fn inputs_that_are_nonzero_clean_or_corrupted_have_weight_one() {
        for epoch in 1..100 {
            let Prepared { corrupted, target, sampled, noise } = prepared(1.0, epoch);
            let certain = |k: &usize| corrupted[*k] != 0.0 || target[*k] != 0.0;
            assert!((0..LEN).filter(certain).all(|k| sampled[k] == 1.0) && noise.is_empty());
            let drawn = (0..LEN).filter(|k| !certain(k) && sampled[*k] > 0.0).count();
            assert_eq!(drawn, (0..LEN).filter(certain).count());
        }
    }

    #[test]
    fn the_mask_marks_the_values_that_masking_keeps() {
        let masking = Denoising {
            decoder: Decoder::Untied,
            reconstruction: Reconstruction::SoftplusQuadratic,
            corruption: Corruption::Masking(0.25),
            target: Target::Same,
            sampling: None,
            layer: 1,
        };
        let (at, values) = (At { epoch: 2, step: 5 }, [0.5f32; LEN]);
        let mut draws = masking.draws(3, at);
        let mut prepared = Prepared::default();
        let mut left = Vec::new();
        for _ in 0..3 {
            masking.prepare(|row| row.extend(values), Some(&mut draws), 4, &mut prepared);
            left.extend(prepared.corrupted.iter().map(|x| 2.0 * x));
        }
        let mut kept = vec![7.0];
        masking.kept(3, at, [3, LEN], &mut kept);
        assert_eq!(kept[1..], left);
        assert!(left.contains(&0.0) && left.contains(&1.0));
    }

    #[test]
    fn a_large_sample_has_every_input() {
        assert_eq!(prepared(20.0, 1).sampled, [1.0; LEN]);
    }
}
