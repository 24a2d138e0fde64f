//! Converts between the numbers of golden cases and Burn's types.
#![allow(clippy::allow_attributes, dead_code, reason = "each test file uses only some of the functions")]

use burn::module::Param;
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::{Tensor, TensorData};
use golden::Matrix;

pub(crate) fn matrix(matrix: &Matrix, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(single(&matrix.values), matrix.shape), device)
}

pub(crate) fn vector(values: &[f64], device: &Device) -> Tensor<1> {
    Tensor::from_data(TensorData::new(single(values), [values.len()]), device)
}

/// The affine map x W + b, with a weight of shape `[inputs, outputs]`.
pub(crate) fn linear(weight: &Matrix, bias: &[f64], device: &Device) -> Linear {
    let (weight, bias) = (matrix(weight, device), vector(bias, device));
    Linear { weight: Param::from_tensor(weight), bias: Some(Param::from_tensor(bias)) }
}

/// `values` as 32-bit numbers.
pub(crate) fn single(values: &[f64]) -> Vec<f32> {
    values.iter().map(|value| *value as f32).collect()
}

/// The entries of `tensor` in row-major order.
pub(crate) fn numbers<const D: usize>(tensor: &Tensor<D>) -> Vec<f64> {
    tensor.to_data().iter().collect()
}
