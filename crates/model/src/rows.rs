//! The inputs of a layer.

use burn::nn::Linear;
use burn::prelude::Int;
use burn::tensor::Tensor;

/// The rows x of a minibatch, `[batch, features]`, either with all columns or with only those columns in which at least
/// one row has a nonzero value.
#[derive(Clone, Debug)]
pub struct Rows {
    /// The values of the rows, `[batch, columns]`.
    pub values: Tensor<2>,
    /// The indices of the columns in `values`, ascending, `[columns]`; `None` if `values` has all columns.
    pub columns: Option<Tensor<1, Int>>,
}

impl From<Tensor<2>> for Rows {
    fn from(values: Tensor<2>) -> Self {
        Self { values, columns: None }
    }
}

impl Rows {
    /// The pre-activations x W + b, `[batch, outputs]`. Only the rows of W that belong to the columns of `values` are
    /// read, so the time of this product depends on the words that occur in a minibatch of bags of words, not on the
    /// size of the vocabulary. The gradient of the other rows is 0.
    ///
    /// # Panics
    /// If the columns do not match the inputs of `affine`.
    #[must_use]
    pub fn through(self, affine: &Linear) -> Tensor<2> {
        let Some(columns) = self.columns else { return affine.forward(self.values) };
        let z = self.values.matmul(affine.weight.val().select(0, columns));
        match &affine.bias {
            Some(bias) => z + bias.val().unsqueeze(),
            None => z,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init;
    use burn::module::Param;
    use burn::optim::GradientsParams;
    use burn::prelude::Device;

    #[test]
    fn the_nonzero_columns_give_the_same_outputs_and_gradients_as_all_columns() {
        let device = Device::flex().autodiff();
        let mut affine = init::affine([6, 4], init::Draw { seed: 1, layer: 0, gain: 1.0 }, &device);
        affine.bias = Some(Param::from_data([0.1f32, 0.2, 0.3, 0.4], &device));
        let all = Tensor::from_data([[0.0, 2.0, 0.0, 0.0, -1.0, 0.0], [0.0, 0.5, 0.0, 0.0, 0.0, 0.0]], &device);
        let some = Rows {
            values: Tensor::from_data([[2.0, -1.0], [0.5, 0.0]], &device),
            columns: Some(Tensor::from_data([1, 4], &device)),
        };
        // The outputs, followed by the gradients of the weight and the bias.
        let through = |rows: Rows| -> [Vec<f32>; 3] {
            let z = rows.through(&affine);
            let gradients = GradientsParams::from_grads(z.clone().square().sum().backward(), &affine);
            let of_weight: Option<Tensor<2>> = gradients.get(affine.weight.id);
            let of_bias: Option<Tensor<1>> = affine.bias.as_ref().and_then(|bias| gradients.get(bias.id));
            [Some(z.into_data()), of_weight.map(Tensor::into_data), of_bias.map(Tensor::into_data)]
                .map(|data| data.map(|data| data.iter().collect()).unwrap_or_default())
        };
        let (dense, sparse) = (through(all.into()), through(some));
        assert_eq!(dense, sparse);
        let of_weight = &sparse[1];
        assert!(of_weight[..4].iter().all(|g| *g == 0.0) && of_weight[4..8].iter().any(|g| *g != 0.0));
    }
}
