//! The three products of a step, for R networks at once. They are nearly all of its time.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, Flex, backend_extension};
use burn::tensor::Tensor;

/// What a backend may compute better than by the operations that it has: the bodies here are what is to be computed.
///
/// Shapes: x `[R, batch, inputs]`, weight `[R, inputs, units]`, bias `[R, 1, units]`, delta and step
/// `[R, batch, units]`.
#[backend_extension(Flex, Cube: cfg(any(feature = "wgpu", feature = "cuda")))]
pub(crate) trait Products: Backend {
    /// x W + b, `[R, batch, units]`.
    fn affine(x: FloatTensor<Self>, weight: FloatTensor<Self>, bias: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::float_add(Self::float_matmul(x, weight), bias)
    }

    /// W - x^T step.
    fn descend(weight: FloatTensor<Self>, x: FloatTensor<Self>, step: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::float_sub(weight, Self::float_matmul(Self::float_swap_dims(x, 1, 2), step))
    }

    /// delta W^T `[R, batch, inputs]`, and W - x^T step.
    fn back_and_descend(
        weight: FloatTensor<Self>,
        x: FloatTensor<Self>,
        delta: FloatTensor<Self>,
        step: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let below = Self::float_matmul(delta, Self::float_swap_dims(weight.clone(), 1, 2));
        (below, Self::descend(weight, x, step))
    }
}

impl Products for Flex {}

/// x W + b: `[R, batch, inputs]` to `[R, batch, units]`, for W `[R, inputs, units]` and b `[R, 1, units]`.
pub(crate) fn affine(x: Tensor<3>, weight: Tensor<3>, bias: Tensor<3>) -> Tensor<3> {
    Tensor::from_dispatch(Dispatch::affine(x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch()))
}

/// W - x^T step, `[R, inputs, units]`, for x `[R, batch, inputs]` and the step `[R, batch, units]`.
pub(crate) fn descend(weight: Tensor<3>, x: Tensor<3>, step: Tensor<3>) -> Tensor<3> {
    Tensor::from_dispatch(Dispatch::descend(weight.into_dispatch(), x.into_dispatch(), step.into_dispatch()))
}

/// delta W^T, the gradient at the inputs `[R, batch, inputs]`, and [`descend`]: both read W, so they go together.
pub(crate) fn back_and_descend(weight: Tensor<3>, x: Tensor<3>, delta: Tensor<3>, step: Tensor<3>) -> [Tensor<3>; 2] {
    let [weight, x, delta, step] = [weight, x, delta, step].map(Tensor::into_dispatch);
    let (below, weight) = Dispatch::back_and_descend(weight, x, delta, step);
    [below, weight].map(Tensor::from_dispatch)
}
