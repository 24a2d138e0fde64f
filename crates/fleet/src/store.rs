//! The examples on the device.

use burn::prelude::Device;
use burn::tensor::{Int, Tensor, TensorData};

/// Labelled examples on a device, in 32 bits.
#[derive(Clone, Debug)]
pub struct Store {
    /// `[examples, inputs]`.
    pub(crate) inputs: Tensor<2>,
    /// `[examples]`.
    pub(crate) labels: Tensor<1, Int>,
    /// One more than the largest label.
    classes: usize,
}

impl Store {
    /// Examples with `inputs`, row-major `[examples, inputs]`, and the classes `labels` `[examples]`.
    ///
    /// # Panics
    /// When `inputs` is not one row of the same width per label, or a label is negative.
    #[must_use]
    pub fn new(inputs: Vec<f32>, labels: Vec<i32>, device: &Device) -> Self {
        let examples = labels.len();
        let width = inputs.len() / examples.max(1);
        assert_eq!(inputs.len(), examples * width, "rows of one width");
        assert!(labels.iter().all(|label| *label >= 0), "labels from 0 on");
        let classes = labels.iter().max().map_or(0, |largest| 1 + largest.cast_unsigned() as usize);
        Self {
            classes,
            inputs: Tensor::from_data(TensorData::new(inputs, [examples, width]), device),
            labels: Tensor::from_data(TensorData::new(labels, [examples]), device),
        }
    }

    /// Number of examples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.dims()[0]
    }

    /// The same order for each of `members` networks, `[members, count]`: the `count` examples from `first` on as they are
    /// stored.
    #[must_use]
    pub fn in_stored_order(&self, members: usize, first: usize, count: usize) -> Tensor<2, Int> {
        let [first, end] = [first, first + count].map(|row| i64::try_from(row).unwrap_or(i64::MAX));
        Tensor::<1, Int>::arange(first..end, &self.labels.device()).unsqueeze::<2>().expand([members, count])
    }

    /// Asserts that networks of `inputs` inputs and `classes` classes can read it.
    pub(crate) fn check(&self, inputs: usize, classes: usize) {
        assert_eq!(self.inputs.dims()[1], inputs, "the store has as many inputs as the networks");
        assert!(self.classes <= classes, "each label is a class of the networks");
    }

    /// Whether there are no examples.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The examples `rows` `[R, batch]` for each of R networks: inputs `[R, batch, inputs]` and classes `[R, batch]`.
    pub(crate) fn gather(&self, rows: Tensor<2, Int>) -> (Tensor<3>, Tensor<2, Int>) {
        let ([members, batch], width) = (rows.dims(), self.inputs.dims()[1]);
        let rows = rows.reshape([members * batch]);
        let inputs = self.inputs.clone().select(0, rows.clone()).reshape([members, batch, width]);
        (inputs, self.labels.clone().select(0, rows).reshape([members, batch]))
    }
}
