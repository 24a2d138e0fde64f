//! The distribution of the hidden activations at a stage of a run: the fraction of exact zeros and a histogram of the
//! nonzero activations.

use crate::svg::Bin;

/// The hidden activations of a network at one stage of its run, over a sample of validation examples.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// The name of the stage, such as "initialisation", "after pre-training" or "after fine-tuning".
    pub name: String,
    /// The activations of each hidden layer, from the first to the last.
    pub layers: Vec<Activations>,
}

/// The distribution of the outputs of one hidden layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Activations {
    /// The fraction of exact zeros, in [0, 1]; NaN when no output was counted.
    pub sparsity: f64,
    /// For each bin, the fraction of all outputs that lie in the bin and are not 0; the bins divide the range from
    /// `least` to `largest` into equal parts. The fractions add up to 1 - `sparsity`.
    pub shares: Vec<f64>,
    /// The smallest output; 0 when no output is negative.
    pub least: f64,
    /// The largest output; 0 when no output is positive.
    pub largest: f64,
}

/// The number of bins of a histogram, chosen so that each bin is a few pixels wide.
const BINS: usize = 40;

impl Activations {
    /// The distribution of `outputs`, in any order. Outputs that are not finite are left out.
    #[must_use]
    pub fn of(outputs: &[f32]) -> Self {
        let finite = || outputs.iter().map(|&h| f64::from(h)).filter(|h| h.is_finite());
        // The range includes 0, so that its width is positive as soon as one output is not 0.
        let nonzero = || finite().filter(|&h| h != 0.0);
        let (least, largest) = (nonzero().fold(0.0, f64::min), nonzero().fold(0.0, f64::max));
        let mut counts = [0_usize; BINS];
        for h in nonzero() {
            let bin = (h - least) / (largest - least) * BINS as f64;
            counts[(bin as usize).min(BINS - 1)] += 1; // the last bin includes its upper end
        }
        let all = finite().count() as f64;
        let zeros = finite().filter(|&h| h == 0.0).count();
        Self {
            sparsity: zeros as f64 / all,
            shares: counts.iter().map(|&count| if count == 0 { 0.0 } else { count as f64 / all }).collect(),
            least,
            largest,
        }
    }

    /// The bins that contain nonzero outputs, in ascending order.
    pub(crate) fn bins(&self) -> impl Iterator<Item = Bin> {
        let width = (self.largest - self.least) / self.shares.len() as f64;
        let filled = self.shares.iter().enumerate().filter(|&(_, &share)| share > 0.0);
        let bins = filled.map(move |(bin, share)| {
            let from = self.least + bin as f64 * width;
            Bin { from, to: from + width, density: share / width }
        });
        bins.filter(|bin| bin.density.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_sparsity_add_up_to_1() {
        for outputs in [&[0.0, 0.0, 0.1, 2.0, 7.5][..], &[-1.0, -0.3, 0.0, 1.0], &[3.0, 3.0], &[1e-45, 3e38, -3e38]] {
            let layer = Activations::of(outputs);
            let sum = layer.sparsity + layer.shares.iter().sum::<f64>();
            assert!((sum - 1.0).abs() < 1e-12, "the shares and the sparsity of {outputs:?} add up to {sum}, not 1");
        }
    }

    #[test]
    fn outputs_are_counted_in_the_bin_they_lie_in() {
        let layer = Activations::of(&[0.0, 0.0, 0.05, 1.05, 4.0]);
        assert_eq!((layer.sparsity, layer.least, layer.largest), (0.4, 0.0, 4.0));
        let filled: Vec<usize> = (0..layer.shares.len()).filter(|&bin| layer.shares[bin] > 0.0).collect();
        // Bins are 0.1 wide.
        assert_eq!(filled, [0, 10, 39]);
    }

    #[test]
    fn negative_outputs_extend_the_range_below_0_and_negative_zeros_do_not() {
        let layer = Activations::of(&[-1.0, 0.5]);
        assert_eq!((layer.least, layer.largest), (-1.0, 0.5));
        let layer = Activations::of(&[-0.0, 0.5]);
        assert_eq!(layer.sparsity, 0.5);
        assert!(layer.least.is_sign_positive());
    }

    #[test]
    fn a_layer_of_zeros_has_an_empty_range() {
        let layer = Activations::of(&[0.0; 8]);
        assert_eq!((layer.sparsity, layer.least, layer.largest), (1.0, 0.0, 0.0));
        assert_eq!(layer.shares.iter().sum::<f64>(), 0.0);
        assert_eq!(layer.bins().count(), 0);
    }

    #[test]
    fn outputs_that_are_not_finite_are_left_out() {
        let layer = Activations::of(&[f32::NAN, 0.0, f32::INFINITY, 2.0, f32::NEG_INFINITY]);
        assert_eq!(layer, Activations::of(&[0.0, 2.0]));
    }
}
