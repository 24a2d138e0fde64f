//! Learning curves for outcomes: the numbers of every epoch, column by column, each rounded to seven significant digits.

use super::files::{Epoch, PretrainingEpoch};
use super::json;
use serde::{Deserialize, Serialize};

/// The learning curves of supervised training: the numbers of [`Epoch`], each as a list over the epochs from the first
/// to the last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Curves {
    /// Mean cost while training.
    #[serde(deserialize_with = "json::numbers")]
    pub train_loss: Vec<f64>,
    /// Mean negative log-likelihood while training.
    #[serde(deserialize_with = "json::numbers")]
    pub train_nll: Vec<f64>,
    /// Fraction of misclassified examples while training.
    #[serde(deserialize_with = "json::numbers")]
    pub train_error: Vec<f64>,
    /// Fraction of exact zeros among the outputs of each hidden layer while training, `[layers][epochs]`.
    pub train_sparsity: Vec<Vec<f64>>,
    /// Mean negative log-likelihood on the validation set.
    #[serde(deserialize_with = "json::numbers")]
    pub validation_nll: Vec<f64>,
    /// Fraction of misclassified examples in the validation set.
    #[serde(deserialize_with = "json::numbers")]
    pub validation_error: Vec<f64>,
    /// Fraction of exact zeros among the outputs of each hidden layer on the validation set, `[layers][epochs]`.
    pub validation_sparsity: Vec<Vec<f64>>,
}

/// The learning curves of one layer, pre-trained at one learning rate: the numbers of [`PretrainingEpoch`], each as a
/// list over the epochs from the first to the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PretrainingCurves {
    /// The hidden layer, counted from 1.
    pub layer: usize,
    /// The learning rate.
    pub learning_rate: f64,
    /// Mean cost while training: reconstruction cost plus penalty.
    #[serde(deserialize_with = "json::numbers")]
    pub train_loss: Vec<f64>,
    /// Mean cost of reconstructing corrupted inputs while training, summed over the inputs.
    #[serde(deserialize_with = "json::numbers")]
    pub train_cost: Vec<f64>,
    /// Fraction of exact zeros in the codes of corrupted inputs.
    #[serde(deserialize_with = "json::numbers")]
    pub train_sparsity: Vec<f64>,
    /// Mean cost of reconstructing the uncorrupted validation set, summed over the inputs.
    #[serde(deserialize_with = "json::numbers")]
    pub validation_cost: Vec<f64>,
    /// Fraction of exact zeros in the codes of the uncorrupted validation set.
    #[serde(deserialize_with = "json::numbers")]
    pub validation_sparsity: Vec<f64>,
}

impl Curves {
    /// The curves of `epochs`.
    #[must_use]
    pub fn of(epochs: &[Epoch]) -> Self {
        let layers = epochs.first().map_or(0, |epoch| epoch.train_sparsity.len());
        let zeros = |of: fn(&Epoch) -> &[f64]| {
            let layer = |k: usize| column(epochs, |epoch| of(epoch).get(k).copied().unwrap_or(f64::NAN));
            (0..layers).map(layer).collect()
        };
        Self {
            train_loss: column(epochs, |epoch| epoch.train_loss),
            train_nll: column(epochs, |epoch| epoch.train_nll),
            train_error: column(epochs, |epoch| epoch.train_error),
            train_sparsity: zeros(|epoch| &epoch.train_sparsity),
            validation_nll: column(epochs, |epoch| epoch.validation_nll),
            validation_error: column(epochs, |epoch| epoch.validation_error),
            validation_sparsity: zeros(|epoch| &epoch.validation_sparsity),
        }
    }
}

impl PretrainingCurves {
    /// The curves of `epochs`, one entry for each layer and learning rate, in the order of training.
    #[must_use]
    pub fn of(epochs: &[PretrainingEpoch]) -> Vec<Self> {
        let trainings = epochs.chunk_by(|a, b| (a.layer, a.learning_rate) == (b.layer, b.learning_rate));
        let curves = |epochs: &[PretrainingEpoch]| Self {
            layer: epochs[0].layer,
            learning_rate: epochs[0].learning_rate,
            train_loss: column(epochs, |epoch| epoch.train_loss),
            train_cost: column(epochs, |epoch| epoch.train_cost),
            train_sparsity: column(epochs, |epoch| epoch.train_sparsity),
            validation_cost: column(epochs, |epoch| epoch.validation_cost),
            validation_sparsity: column(epochs, |epoch| epoch.validation_sparsity),
        };
        trainings.map(curves).collect()
    }
}

/// The number `of` each of `epochs`, rounded to seven significant digits: single precision has no more.
fn column<E>(epochs: &[E], of: impl Fn(&E) -> f64) -> Vec<f64> {
    epochs.iter().map(|epoch| rounded(of(epoch))).collect()
}

fn rounded(value: f64) -> f64 {
    format!("{value:.6e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(number: usize) -> Epoch {
        let x = number as f64;
        Epoch {
            epoch: number,
            train_loss: 1.0 / (3.0 * x),
            train_nll: f64::NAN,
            train_error: 0.0154,
            train_sparsity: vec![0.1 * x, 0.2],
            validation_nll: 2.0 / 3e7,
            validation_error: 0.02,
            validation_sparsity: vec![0.5, 0.25 * x],
            best: true,
        }
    }

    #[test]
    fn curves_have_a_number_for_each_epoch_with_seven_digits() {
        let curves = Curves::of(&[epoch(1), epoch(2)]);
        assert_eq!(curves.train_loss, [0.333_333_3, 0.166_666_7]);
        assert_eq!(curves.validation_nll, [6.666_667e-8; 2]);
        assert_eq!(curves.train_error, [0.0154; 2]);
        assert_eq!(curves.train_sparsity, [[0.1, 0.2], [0.2, 0.2]]);
        assert_eq!(curves.validation_sparsity, [[0.5, 0.5], [0.25, 0.5]]);
        let read: Curves = serde_json::from_str(&serde_json::to_string(&curves).unwrap()).unwrap();
        assert!(read.train_nll.iter().all(|nll| nll.is_nan()) && read.train_loss == curves.train_loss);
        assert_eq!(Curves::of(&[]), Curves::default());
    }

    #[test]
    fn each_layer_and_rate_of_pretraining_has_its_own_curves() {
        let line = |layer, learning_rate, epoch| PretrainingEpoch {
            layer,
            learning_rate,
            epoch,
            train_loss: 2.0,
            train_cost: 1.0 + epoch as f64,
            train_sparsity: 0.5,
            validation_cost: learning_rate,
            validation_sparsity: 0.25,
            best: true,
        };
        let curves = PretrainingCurves::of(&[line(1, 0.1, 1), line(1, 0.1, 2), line(1, 0.01, 1), line(2, 0.1, 1)]);
        let trainings: Vec<(usize, f64)> = curves.iter().map(|one| (one.layer, one.learning_rate)).collect();
        assert_eq!(trainings, [(1, 0.1), (1, 0.01), (2, 0.1)]);
        assert_eq!(curves[0].train_cost, [2.0, 3.0]);
        assert_eq!(PretrainingCurves::of(&[]), []);
    }
}
