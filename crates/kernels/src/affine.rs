//! The weights and biases of a layer, as they enter and leave a stack.

/// An affine map x W + b with a row-major weight W `[inputs, outputs]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    inputs: usize,
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Affine {
    /// Makes an affine map from row-major `weight` `[inputs, outputs]` and `bias` `[outputs]`.
    ///
    /// # Panics
    /// When `weight` does not hold `inputs` rows of `bias.len()` values, or `inputs` or `bias.len()` is 0.
    #[must_use]
    pub fn new(inputs: usize, weight: &[f32], bias: &[f32]) -> Self {
        assert!(inputs > 0 && !bias.is_empty(), "an affine map must have at least one input and one output");
        assert_eq!(weight.len(), inputs * bias.len(), "the weight must have the shape [inputs, outputs]");
        Self { inputs, weight: weight.to_vec(), bias: bias.to_vec() }
    }

    /// Number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// The weight, row-major `[inputs, outputs]`.
    #[must_use]
    pub fn weight(&self) -> &[f32] {
        &self.weight
    }

    /// The bias, `[outputs]`.
    #[must_use]
    pub fn bias(&self) -> &[f32] {
        &self.bias
    }
}
