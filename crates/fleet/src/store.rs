//! Storage of examples on a device.

use burn::prelude::Device;
use burn::tensor::{Int, Tensor, TensorData};

/// Labelled examples on a device, with 32-bit values.
#[derive(Clone, Debug)]
pub struct Store {
    /// The inputs of all examples, `[examples, inputs]`.
    pub(crate) inputs: Tensor<2>,
    /// The classes of all examples, `[examples]`.
    pub(crate) labels: Tensor<1, Int>,
    /// One more than the largest label.
    classes: usize,
}

impl Store {
    /// Stores examples with the inputs `inputs`, `[examples, inputs]` in row-major order, and the classes `labels`,
    /// `[examples]`.
    ///
    /// # Panics
    /// If `inputs` does not consist of one row per label, all of the same width, or if a label is negative.
    #[must_use]
    pub fn new(inputs: Vec<f32>, labels: Vec<i32>, device: &Device) -> Self {
        let examples = labels.len();
        let width = inputs.len() / examples.max(1);
        assert_eq!(inputs.len(), examples * width, "the inputs must be one row per label, all of the same width");
        assert!(labels.iter().all(|label| *label >= 0), "labels must not be negative");
        let classes = labels.iter().max().map_or(0, |largest| 1 + largest.cast_unsigned() as usize);
        Self {
            classes,
            inputs: Tensor::from_data(TensorData::new(inputs, [examples, width]), device),
            labels: Tensor::from_data(TensorData::new(labels, [examples]), device),
        }
    }

    /// The number of examples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.dims()[0]
    }

    /// The same order for each of `members` networks, `[members, count]`: `count` examples in the order in which they
    /// are stored, starting at index `first`.
    #[must_use]
    pub fn in_stored_order(&self, members: usize, first: usize, count: usize) -> Tensor<2, Int> {
        let [first, end] = [first, first + count].map(|row| i64::try_from(row).unwrap_or(i64::MAX));
        Tensor::<1, Int>::arange(first..end, &self.labels.device()).unsqueeze::<2>().expand([members, count])
    }

    /// Asserts that networks of `inputs` inputs and `classes` classes can be trained on this store.
    pub(crate) fn check(&self, inputs: usize, classes: usize) {
        assert_eq!(self.inputs.dims()[1], inputs, "the store and the networks must have the same number of inputs");
        assert!(self.classes <= classes, "each label must be a class of the networks");
    }

    /// Whether the store has no examples.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The inputs `[R, batch, inputs]` and classes `[R, batch]` of the examples with the indices `rows` `[R, batch]`,
    /// for each of R networks.
    pub(crate) fn gather(&self, rows: Tensor<2, Int>) -> (Tensor<3>, Tensor<2, Int>) {
        let ([members, batch], width) = (rows.dims(), self.inputs.dims()[1]);
        let rows = rows.reshape([members * batch]);
        let inputs = self.inputs.clone().select(0, rows.clone()).reshape([members, batch, width]);
        (inputs, self.labels.clone().select(0, rows).reshape([members, batch]))
    }
}
