//! Weights and biases in the layout that the kernels read.

use crate::floats::{Floats, LINE};

/// x W + b with W `[inputs, outputs]`, one row per input unit.
///
/// A row is what one input unit sends upwards: a unit at zero leaves its row unread, forward and backward.
#[derive(Clone, Debug)]
pub struct Affine {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// Floats from one row to the next.
    pub(crate) stride: usize,
    pub(crate) weight: Floats,
    pub(crate) bias: Floats,
}

impl Affine {
    /// An affine map from row-major `weight` `[inputs, outputs]` and `bias` `[outputs]`.
    ///
    /// # Panics
    /// When `weight` is not `inputs` rows of `bias.len()` values, or one of the sizes is 0.
    #[must_use]
    pub fn new(inputs: usize, weight: &[f32], bias: &[f32]) -> Self {
        let outputs = bias.len();
        assert!(inputs > 0 && outputs > 0, "an affine map has at least one input and one output");
        assert_eq!(weight.len(), inputs * outputs, "the weight is [inputs, outputs]");
        let stride = stride(outputs);
        let mut padded = Floats::zeros(inputs * stride);
        for (to, from) in padded.chunks_mut(stride).zip(weight.chunks(outputs)) {
            to[..outputs].copy_from_slice(from);
        }
        let mut padded_bias = Floats::zeros(stride);
        padded_bias[..outputs].copy_from_slice(bias);
        Self { inputs, outputs, stride, weight: padded, bias: padded_bias }
    }

    /// Input units.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Output units.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The weight, row-major `[inputs, outputs]`.
    #[must_use]
    pub fn weight(&self) -> Vec<f32> {
        self.weight.chunks(self.stride).flat_map(|row| &row[..self.outputs]).copied().collect()
    }

    /// The bias, `[outputs]`.
    #[must_use]
    pub fn bias(&self) -> &[f32] {
        &self.bias[..self.outputs]
    }
}

/// Whole cache lines, and never a multiple of 8 of them: rows at a large power of two would all fall into the same few
/// sets of the cache.
fn stride(outputs: usize) -> usize {
    let lines = outputs.div_ceil(LINE);
    LINE * if lines.is_multiple_of(8) { lines + 1 } else { lines }
}
