//! The pre-activations and outputs of hidden layers for a set of examples, and the statistics of these values.

use crate::learning::minibatches::{Minibatches, eval_batch_size};
use burn::prelude::Device;
use burn::tensor::Tensor;
use data::Examples;
use model::{Network, Rows};
use std::sync::Arc;

/// The indices of up to `most` of `len` rows, evenly spaced, because data may be stored class by class.
pub(crate) fn spread(len: usize, most: usize) -> Vec<u32> {
    let count = len.min(most);
    (0..count).map(|k| (k * len / count) as u32).collect()
}

/// The activity of a hidden layer for a minibatch.
pub(crate) struct Activity {
    pub(crate) units: usize,
    /// Pre-activations x W + b, `[batch, units]`, or `[batch, units / 2]` for pairs, row-major.
    pub(crate) z: Vec<f32>,
    /// Outputs, `[batch, units]`, row-major.
    pub(crate) h: Vec<f32>,
}

/// The values of `tensor`, row-major.
pub(crate) fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = tensor.into_data();
    data.as_slice::<f32>().map_or_else(|_| data.iter().collect(), <[f32]>::to_vec)
}

/// The activity of each hidden layer of `network` for `inputs`.
pub(crate) fn activity(network: &Network, inputs: Rows) -> Vec<Activity> {
    let mut rows = inputs;
    let one = |layer: &model::Layer| {
        let z = rows.clone().through(&layer.affine);
        let h = layer.activate(z.clone());
        rows = h.clone().into();
        Activity { units: h.dims()[1], z: numbers(z), h: numbers(h) }
    };
    network.hidden.iter().map(one).collect()
}

/// For each minibatch of the examples with the indices `rows`: the indices of the examples in the minibatch, and the
/// activity of each hidden layer of `network` for these examples.
pub(crate) fn activities<'a>(
    network: &'a Network,
    examples: &Arc<Examples>,
    rows: &'a [u32],
) -> impl Iterator<Item = (&'a [u32], Vec<Activity>)> {
    let together = eval_batch_size(examples.features());
    let minibatches = Minibatches::new(examples.clone(), together, Device::flex());
    rows.chunks(together).map(move |rows| (rows, activity(network, minibatches.batch(rows).inputs)))
}

/// Sums of the activity of a hidden layer over examples.
#[derive(Default)]
pub(crate) struct Sums {
    /// The number of outputs that have been added.
    count: usize,
    zeros: usize,
    /// The number of pre-activations that have been added.
    preactivations: usize,
    z: f64,
    h: f64,
    squares: f64,
    /// Whether each unit has had a nonzero output, `[units]`.
    fired: Vec<bool>,
}

impl Sums {
    /// The sums of each hidden layer over all minibatches of `activities`.
    pub(crate) fn of(activities: impl Iterator<Item = Vec<Activity>>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for layers in activities {
            all.resize_with(layers.len(), Self::default);
            all.iter_mut().zip(&layers).for_each(|(sums, activity)| sums.add(activity));
        }
        all
    }

    fn add(&mut self, activity: &Activity) {
        self.fired.resize(activity.units, false);
        self.count += activity.h.len();
        self.preactivations += activity.z.len();
        self.z += activity.z.iter().map(|z| f64::from(*z)).sum::<f64>();
        for h in activity.h.chunks(activity.units) {
            for (h, fired) in h.iter().zip(&mut self.fired) {
                self.zeros += usize::from(*h == 0.0);
                *fired |= *h != 0.0;
                self.h += f64::from(*h);
                self.squares += f64::from(*h) * f64::from(*h);
            }
        }
    }

    /// The percentage of outputs that are exactly 0.
    pub(crate) fn sparsity(&self) -> f64 {
        100.0 * self.zeros as f64 / self.count as f64
    }

    /// The percentage of units whose output is 0 for every example.
    pub(crate) fn dead(&self) -> f64 {
        100.0 * self.fired.iter().filter(|fired| !**fired).count() as f64 / self.fired.len() as f64
    }

    /// The mean of the pre-activations x W + b.
    pub(crate) fn preactivation(&self) -> f64 {
        self.z / self.preactivations as f64
    }

    /// The mean of the outputs, over units and examples.
    pub(crate) fn mean(&self) -> f64 {
        self.h / self.count as f64
    }

    /// The variance of the outputs, over units and examples.
    pub(crate) fn variance(&self) -> f64 {
        // If all outputs are the same, rounding can make the difference slightly negative.
        (self.squares / self.count as f64 - self.mean() * self.mean()).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_evenly_spread_and_distinct() {
        assert_eq!(spread(3, 10), [0, 1, 2]);
        assert_eq!(spread(10, 4), [0, 2, 5, 7]);
        assert_eq!(spread(0, 4), [0u32; 0]);
    }

    #[test]
    fn sums_over_minibatches_equal_sums_over_all_examples() {
        let minibatch = |z: [f32; 4], h: [f32; 4]| vec![Activity { units: 2, z: z.to_vec(), h: h.to_vec() }];
        let of = [
            minibatch([-1.0, -2.0, 3.0, -4.0], [0.0, -0.0, 3.0, 0.0]),
            minibatch([1.0, -1.0, -3.0, -1.0], [1.0, 0.0, 0.0, 0.0]),
        ];
        let sums = &Sums::of(of.into_iter())[0];
        assert_eq!((sums.sparsity(), sums.dead(), sums.preactivation()), (75.0, 50.0, -1.0));
        assert_eq!((sums.mean(), sums.variance()), (0.5, 10.0 / 8.0 - 0.25));
    }

    #[test]
    fn the_mean_preactivation_of_pairs_is_over_one_preactivation_for_two_outputs() {
        let pairs = Activity { units: 2, z: vec![-1.0, 3.0], h: vec![0.0, 1.0, 3.0, 0.0] };
        assert_eq!(Sums::of([vec![pairs]].into_iter())[0].preactivation(), 1.0);
    }
}
