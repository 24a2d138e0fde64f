//! Sparsity as the paper defines it: the share of outputs that are exactly 0. There is no threshold.

use burn::tensor::Tensor;

/// The number of outputs h `[batch, units]` that are exactly zero, `[1]`. The count is exact up to 2^24 outputs.
#[must_use]
pub fn zeros(h: Tensor<2>) -> Tensor<1> {
    h.equal_elem(0.0).float().sum()
}

/// The largest |h| of each unit over the minibatch, `[units]`, for the outputs h `[batch, units]`. A value of 0 means
/// that the unit fires for no example of the minibatch. A unit that fires for no training example is dead.
#[must_use]
pub fn peaks(h: Tensor<2>) -> Tensor<1> {
    h.abs().max_dim(0).squeeze_dim::<1>(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::prelude::Device;

    fn h() -> Tensor<2> {
        // The first unit never fires (a sign mask turns 0 into -0.0); the last unit has a tiny output, but is alive.
        Tensor::from_data([[0.0, -2.0, 1e-30], [-0.0, 0.0, 0.0]], &Device::flex())
    }

    #[test]
    fn only_exact_zeros_count() {
        assert_eq!(zeros(h()).into_scalar::<f32>(), 4.0);
    }

    #[test]
    fn a_dead_unit_has_no_peak() {
        let peaks: Vec<f32> = peaks(h()).into_data().try_into_vec_as().unwrap();
        assert_eq!(peaks, [0.0, 2.0, 1e-30]);
    }
}
