//! What a denoising auto-encoder is given: corrupted inputs, targets, and its draws.

use data::Row;
use model::{Corruption, Decoder, Reconstruction, Target};
use random::ChaCha8Rng;

/// A denoising auto-encoder's task: from a corrupted input to the clean one (section 3.2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Denoising {
    /// Where the decoder's weights come from.
    pub decoder: Decoder,
    /// The reconstruction layer and its cost.
    pub reconstruction: Reconstruction,
    /// What is done to the inputs while training; looking at validation examples is clean.
    pub corruption: Corruption,
    /// What an input is to be reconstructed as.
    pub target: Target,
    /// While training, how many of the zeros are reconstructed for each value that is not zero; absent: all.
    ///
    /// Reconstruction sampling (Dauphin, Glorot and Bengio 2011): all inputs count that are not zero, clean or corrupted,
    /// and of the others as many as this says, drawn at random, each for as many as it was drawn from. So cost and
    /// gradient are those of the whole reconstruction in expectation.
    pub sampling: Option<f64>,
    /// The place of the layer in its network, from 0.
    pub layer: usize,
}

/// A place in training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// From 1.
    pub epoch: usize,
    /// Minibatch of the epoch, from 0.
    pub step: usize,
}

/// The random draws of a minibatch.
#[derive(Debug)]
pub struct Draws {
    corruption: ChaCha8Rng,
    sampling: ChaCha8Rng,
}

/// One example as an auto-encoder gets it.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// `[inputs]`.
    pub corrupted: Vec<f32>,
    /// `[inputs]`.
    pub target: Vec<f32>,
    /// What is added before the activation, `[units]`, if anything is; else empty.
    pub noise: Vec<f32>,
    /// How much the cost of each input counts, `[inputs]`, if only some are reconstructed; else empty.
    pub sampled: Vec<f32>,
}

impl Denoising {
    /// The draws of minibatch `at`: streams of their own.
    #[must_use]
    pub fn draws(&self, seed: u64, At { epoch, step }: At) -> Draws {
        let stream = |name| random::stream(seed, name, &[self.layer as u64, epoch as u64, step as u64]);
        Draws { corruption: stream("corruption"), sampling: stream("reconstruction sampling") }
    }

    /// What masking noise leaves of the `rows` rows of `width` values of minibatch `at`, 1 or 0 for each value: what
    /// [`Denoising::prepare`] does to them, whatever they are. Written to the end of `kept`.
    pub fn kept(&self, seed: u64, at: At, [rows, width]: [usize; 2], kept: &mut Vec<f32>) {
        let Draws { mut corruption, .. } = self.draws(seed, at);
        let first = kept.len();
        kept.resize(first + rows * width, 1.0);
        kept[first..].chunks_mut(width).for_each(|row| self.corruption.corrupt(row, &mut corruption));
    }

    /// The clean `row` as an auto-encoder of `units` gets it; without `draws` nothing is corrupted, and all is
    /// reconstructed.
    pub fn prepare(&self, row: &Row<'_>, draws: Option<&mut Draws>, units: usize, prepared: &mut Prepared) {
        let Prepared { corrupted, target, noise, sampled } = prepared;
        [&mut *corrupted, target, noise, sampled].into_iter().for_each(Vec::clear);
        row.write(corrupted);
        target.extend(corrupted.iter().map(|x| self.target.of(*x)));
        let Some(draws) = draws else { return };
        let Draws { corruption, sampling } = draws;
        if let Some(zeros) = self.sampling {
            sampled.extend(corrupted.iter().map(|x| f32::from(*x != 0.0)));
            self.corruption.corrupt(corrupted, corruption);
            model::sample(zeros, corrupted, sampled, sampling);
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
        let row = Row::Sparse { columns: &[3, 17, 40], values: &[1.0; 3], width: LEN };
        let mut prepared = Prepared::default();
        denoising.prepare(&row, Some(&mut denoising.draws(1, At { epoch, step: 0 })), 4, &mut prepared);
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
            "{mean} +- {deviation}, not {whole}"
        );
    }

    #[test]
    fn what_is_not_zero_clean_or_corrupted_always_counts_once() {
        for epoch in 1..100 {
            let Prepared { corrupted, target, sampled, noise } = prepared(1.0, epoch);
            let certain = |k: &usize| corrupted[*k] != 0.0 || target[*k] != 0.0;
            assert!((0..LEN).filter(certain).all(|k| sampled[k] == 1.0) && noise.is_empty());
            let drawn = (0..LEN).filter(|k| !certain(k) && sampled[*k] > 0.0).count();
            assert_eq!(drawn, (0..LEN).filter(certain).count());
        }
    }

    #[test]
    fn what_is_kept_is_what_masking_leaves() {
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
            masking.prepare(&Row::Numbers(values[..].into()), Some(&mut draws), 4, &mut prepared);
            left.extend(prepared.corrupted.iter().map(|x| 2.0 * x));
        }
        let mut kept = vec![7.0];
        masking.kept(3, at, [3, LEN], &mut kept);
        assert_eq!(kept[1..], left);
        assert!(left.contains(&0.0) && left.contains(&1.0));
    }

    #[test]
    fn a_large_sample_is_the_whole() {
        assert_eq!(prepared(20.0, 1).sampled, [1.0; LEN]);
    }
}
