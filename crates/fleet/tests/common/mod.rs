//! Conversion of the values of golden cases to and from Burn's types.
#![allow(clippy::allow_attributes, dead_code, reason = "each test file uses only some of the functions")]

use burn::module::Param;
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::{Tensor, TensorData};
use golden::Matrix;

/// The affine map x W + b, with a weight `[inputs, outputs]`.
pub(crate) fn affine(weight: &Matrix, bias: &[f64], device: &Device) -> Linear {
    let values = TensorData::new(single(&weight.values), weight.shape);
    Linear { weight: Param::from_tensor(Tensor::from_data(values, device)), bias: Some(Param::from_data(bias, device)) }
}

/// `values` converted to 32 bits.
pub(crate) fn single(values: &[f64]) -> Vec<f32> {
    values.iter().map(|value| *value as f32).collect()
}

/// The entries of `tensor` in row-major order.
pub(crate) fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter().collect()
}
