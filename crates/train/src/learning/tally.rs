//! Sums of the cost, the errors, |h| and the zeros over examples. The means that are computed from these sums weight
//! each example equally.

use crate::config::Penalty;
use burn::tensor::ExecutionError;
use burn::tensor::Tensor;
use burn::train::ItemLazy;
use serde::{Deserialize, Serialize};

/// Sums of the cost, the errors, |h| and the zeros over examples.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// The number of outputs of each hidden layer: one for each unit, or two for each unit that is a pair.
    units: Vec<usize>,
    /// The number of examples in the sums.
    samples: usize,
    nll: f64,
    errors: f64,
    /// Sum of |h| over the outputs of each hidden layer.
    magnitude: Vec<f64>,
    /// Number of exact zeros among the outputs of each hidden layer.
    zeros: Vec<f64>,
}

/// The sums of one minibatch, still on the device. Reading from a device is slow, so the sums of many minibatches are
/// read at once.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The sums over the minibatch, `[2 + 2 * layers]`: cost without penalties, errors, |h| of each hidden layer, and
    /// zeros of each hidden layer.
    pub sums: Tensor<1>,
    /// The number of examples in the minibatch.
    pub samples: usize,
}

/// The first of a network's layers for which a sum over examples is NaN or infinite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// A hidden layer, counted from 1, with a sum of |h| that is NaN or infinite.
    Hidden(usize),
    /// The output layer: the cost is NaN or infinite, but the sum of |h| of every hidden layer is finite.
    Output,
}

impl std::fmt::Display for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hidden(k) => write!(f, "hidden layer {k}"),
            Self::Output => f.write_str("the output layer"),
        }
    }
}

impl Tally {
    /// An empty tally, for hidden layers with `units` outputs.
    #[must_use]
    pub fn new(units: &[usize]) -> Self {
        let layers = units.len();
        Self { units: units.to_vec(), magnitude: vec![0.0; layers], zeros: vec![0.0; layers], ..Self::default() }
    }

    /// Reads the sums of several minibatches from the device at once, and returns a tally for each minibatch.
    ///
    /// The tallies, added in order in f64, give the same bits however many minibatches are read at once.
    #[must_use]
    pub fn read(units: &[usize], measured: &[Measured]) -> Vec<Self> {
        if measured.is_empty() {
            return Vec::new();
        }
        let layers = units.len();
        let sums = Tensor::cat(measured.iter().map(|m| m.sums.clone()).collect(), 0).into_data();
        let sums: Vec<f64> = sums.iter().collect();
        let rows = sums.chunks(2 + 2 * layers).zip(measured);
        rows.map(|(row, m)| Self::from_sums(units, m.samples, row)).collect()
    }

    /// The tally of the sums `[2 + 2 * layers]` over `samples` examples: cost without penalties, errors, |h| of each
    /// hidden layer, and zeros of each hidden layer.
    ///
    /// # Panics
    /// If `sums` has fewer than 2 + layers entries.
    #[must_use]
    pub fn from_sums(units: &[usize], samples: usize, sums: &[f64]) -> Self {
        let (hidden, layers) = (&sums[2..], units.len());
        let (magnitude, zeros) = (hidden[..layers].to_vec(), hidden[layers..].to_vec());
        Self { units: units.to_vec(), samples, nll: sums[0], errors: sums[1], magnitude, zeros }
    }

    /// An empty tally for the same layers.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self::new(&self.units)
    }

    /// The tally of the kernels' `sums` over a minibatch of `samples` examples.
    #[must_use]
    pub fn of(units: &[usize], samples: usize, sums: &kernels::Sums) -> Self {
        Self {
            units: units.to_vec(),
            samples,
            nll: sums.cost,
            errors: sums.errors as f64,
            magnitude: sums.magnitude.clone(),
            zeros: sums.zeros.iter().map(|zeros| *zeros as f64).collect(),
        }
    }

    /// The tally of the kernels' `sums` over a minibatch of `samples` examples of regression: the squared error is both
    /// the cost and the error.
    #[must_use]
    pub fn of_squares(units: &[usize], samples: usize, sums: &kernels::Sums) -> Self {
        Self { errors: sums.cost, ..Self::of(units, samples, sums) }
    }

    /// Reads the sums of several minibatches from the device, and adds them up.
    #[must_use]
    pub fn total(units: &[usize], measured: &[Measured]) -> Self {
        let mut total = Self::new(units);
        for step in Self::read(units, measured) {
            total.add(&step);
        }
        total
    }

    /// The first hidden layer whose sum of |h| is NaN or infinite; otherwise the output layer, if the cost is NaN or
    /// infinite. `None` if these sums are finite.
    #[must_use]
    pub fn not_finite(&self) -> Option<Site> {
        let hidden = self.magnitude.iter().position(|sum| !sum.is_finite()).map(|k| Site::Hidden(k + 1));
        hidden.or_else(|| (!self.nll.is_finite()).then_some(Site::Output))
    }

    /// Adds the sums of `other`, a tally for the same layers.
    pub fn add(&mut self, other: &Self) {
        self.samples += other.samples;
        self.nll += other.nll;
        self.errors += other.errors;
        for k in 0..self.units.len() {
            self.magnitude[k] += other.magnitude[k];
            self.zeros[k] += other.zeros[k];
        }
    }

    /// The number of examples in the sums.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Mean cost without penalties: negative log-likelihood, squared error or reconstruction cost. NaN for an empty
    /// tally.
    #[must_use]
    pub fn nll(&self) -> f64 {
        self.nll / self.samples as f64
    }

    /// The cost: [`Tally::nll`] plus, for each hidden layer, the penalty `l1` on the sum of |h|, averaged over the
    /// examples.
    #[must_use]
    pub fn loss(&self, l1: &Penalty) -> f64 {
        self.nll() + l1.total(&self.magnitude) / self.samples as f64
    }

    /// Fraction of misclassified examples; for regression, the mean squared error.
    #[must_use]
    pub fn error(&self) -> f64 {
        self.errors / self.samples as f64
    }

    /// Fraction of exact zeros among the outputs of each hidden layer; NaN for an empty tally.
    #[must_use]
    pub fn sparsity(&self) -> Vec<f64> {
        self.zeros.iter().zip(&self.units).map(|(zeros, units)| zeros / (self.samples * units) as f64).collect()
    }
}

impl ItemLazy for Tally {
    fn sync(self) -> Result<Self, ExecutionError> {
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::prelude::Device;

    fn measured(sums: [f32; 6], samples: usize) -> Measured {
        Measured { sums: Tensor::from_data(sums, &Device::flex()), samples }
    }

    fn total(steps: &[Measured]) -> Tally {
        Tally::total(&[4, 2], steps)
    }

    #[test]
    fn a_short_minibatch_is_weighted_by_its_examples() {
        // The mean nll is 2.0 over 10 examples and 5.0 over 2 further examples. The mean over all 12 examples is 2.5;
        // equally weighted minibatches would give 3.5.
        let steps = [measured([20.0, 1.0, 8.0, 0.0, 20.0, 10.0], 10), measured([10.0, 1.0, 4.0, 0.0, 4.0, 2.0], 2)];
        let tally = total(&steps);
        assert_eq!(tally.samples(), 12);
        assert_eq!(tally.nll(), 2.5);
        assert_eq!(tally.error(), 2.0 / 12.0);
        assert_eq!(tally.loss(&Penalty::Same(0.5)), 2.5 + 0.5 * 12.0 / 12.0);
        assert_eq!(tally.loss(&Penalty::Each(vec![0.25, 3.0])), 2.5 + 0.25 * 12.0 / 12.0);
        assert_eq!(tally.sparsity(), [24.0 / 48.0, 12.0 / 24.0]);
    }

    #[test]
    fn reading_in_parts_gives_the_same_bits() {
        let steps: Vec<_> = (1..8).map(|k| measured([0.1 * k as f32, 1.0, 0.3, 1e-3, 1.0, 0.0], 3)).collect();
        for cut in 0..=steps.len() {
            let mut pieces = Tally::new(&[4, 2]);
            for piece in [&steps[..cut], &steps[cut..]] {
                for step in Tally::read(&[4, 2], piece) {
                    pieces.add(&step);
                }
            }
            assert_eq!(pieces, total(&steps));
        }
    }

    #[test]
    fn the_first_layer_that_is_not_finite_is_named() {
        let site = |sums| Tally::read(&[4, 2], &[measured(sums, 1)])[0].not_finite();
        assert_eq!(site([1.0; 6]), None);
        assert_eq!(site([f32::NAN, 1.0, 3.0, f32::INFINITY, 1.0, 1.0]), Some(Site::Hidden(2)));
        assert_eq!(site([f32::NAN, 1.0, 3.0, 1.0, 1.0, 1.0]), Some(Site::Output));
    }
}
