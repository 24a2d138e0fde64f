//! The training cost of section 4.1: negative log-likelihood plus an L1 penalty on the activations.

use burn::tensor::{Int, Tensor, activation};

/// -log P(correct class | input) for each example, `[batch]`.
///
/// `logits` is `[batch, classes]`, and `labels` is `[batch]` with values in `0..classes`. The training cost contains
/// the mean over the minibatch.
#[must_use]
pub fn nll(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    activation::log_softmax(logits, 1).gather(1, labels.unsqueeze_dim(1)).squeeze_dim::<1>(1).neg()
}

/// The sum of |h| over the outputs of a layer for each example, `[batch]`.
///
/// The penalty of a layer is its L1 coefficient times the mean of this sum over the minibatch; the training cost
/// contains the penalty of every hidden layer. Fixed signs do not change |h|, so the penalty does not depend on the
/// sign mask.
#[must_use]
pub fn l1(h: Tensor<2>) -> Tensor<1> {
    h.abs().sum_dim(1).squeeze_dim::<1>(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::prelude::Device;

    #[test]
    fn equal_logits_cost_ln_classes() {
        let device = Device::flex();
        let labels = Tensor::<1, Int>::from_data([0, 9], &device);
        let cost: Vec<f32> = nll(Tensor::zeros([2, 10], &device), labels).into_data().try_into_vec_as().unwrap();
        assert!(cost.iter().all(|c| (c - 10f32.ln()).abs() < 1e-6));
    }

    #[test]
    fn huge_logits_do_not_overflow() {
        let device = Device::flex();
        let logits = Tensor::<2>::from_data([[1e4, -1e4]], &device);
        let labels = Tensor::<1, Int>::from_data([1], &device);
        assert_eq!(nll(logits, labels).into_scalar::<f32>(), 2e4);
    }

    #[test]
    fn the_penalty_of_a_thousand_ones_at_a_thousandth_is_one() {
        let h = Tensor::<2>::ones([3, 1000], &Device::flex());
        let penalty: f32 = (l1(h).mean() * 0.001).into_scalar();
        assert!((penalty - 1.0).abs() < 1e-6);
    }
}
