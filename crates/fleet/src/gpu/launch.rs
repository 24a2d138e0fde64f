//! The kernels as operations of Burn's backend for GPUs.
#![expect(clippy::too_many_arguments, reason = "what a step is made of")]

use super::Units;
use super::layer::{CHUNK, GROUPS, LANES, ROWS, back_and_descend_kernel, descend_kernel, layer_kernel};
use super::rest::{THREADS, answer_kernel, count_kernel, gather_kernel};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, backend_extension};
use burn::tensor::{self, Tensor};
use burn_cubecl::CubeBackend;
use burn_cubecl::cubecl::prelude::*;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;

/// The sizes of a layer of all networks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    members: usize,
    batch: usize,
    inputs: usize,
    units: usize,
}

impl Shape {
    /// Of a weight `[R, inputs, units]` and minibatches of `batch` examples.
    pub(crate) fn of(weight: &Tensor<3>, batch: usize) -> Self {
        let [members, inputs, units] = weight.dims();
        Self { members, batch, inputs, units }
    }

    fn columns(self) -> usize {
        self.units / vector(self.units)
    }
}

/// Numbers of a vector: as many as divide a row of `width`, up to 16 bytes.
fn vector(width: usize) -> usize {
    [4, 2].into_iter().find(|numbers| width.is_multiple_of(*numbers)).unwrap_or(1)
}

/// The operations. Tensors that are changed are handed over and given back.
#[backend_extension(Cube: cfg(any(feature = "wgpu", feature = "cuda")))]
pub(crate) trait Kernels: Backend {
    /// x `[R, batch, inputs]`: the rows `orders[r, first..first + batch]` of `inputs` `[examples, inputs]`.
    fn gather(inputs: FloatTensor<Self>, orders: IntTensor<Self>, first: usize, batch: usize) -> FloatTensor<Self>;

    /// h = sign f(alpha (x W + b)) / alpha, `[R, batch, units]`; linear units have no sign.
    fn layer(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        signs: FloatTensor<Self>,
        sharpness: FloatTensor<Self>,
        shape: Shape,
        units: Units,
    ) -> FloatTensor<Self>;

    /// Adds |h| and exact zeros to the sums `[R, counted]` at two places.
    fn count(h: FloatTensor<Self>, sums: FloatTensor<Self>, magnitude: usize, zeros: usize) -> FloatTensor<Self>;

    /// The gradient at the logits, and the sums with nll and errors added to the first two.
    fn answer(
        logits: FloatTensor<Self>,
        labels: IntTensor<Self>,
        orders: IntTensor<Self>,
        sums: FloatTensor<Self>,
        first: usize,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// W - rate x^T delta and b - rate sum(delta).
    fn descend(
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        x: FloatTensor<Self>,
        delta: FloatTensor<Self>,
        rates: FloatTensor<Self>,
        shape: Shape,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// The same, and the gradient at the pre-activations of the layer below, whose outputs are x `[R, batch, inputs]`.
    fn back_and_descend(
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        x: FloatTensor<Self>,
        delta: FloatTensor<Self>,
        rates: FloatTensor<Self>,
        signs: FloatTensor<Self>,
        l1: FloatTensor<Self>,
        sharpness: FloatTensor<Self>,
        shape: Shape,
        units: Units,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}

fn layer_cube() -> CubeDim {
    CubeDim::new_2d(LANES as u32, GROUPS as u32)
}

fn cubes(x: usize, y: usize, z: usize) -> CubeCount {
    CubeCount::Static(x as u32, y as u32, z as u32)
}

fn empty(like: &CubeTensor, shape: [usize; 3]) -> CubeTensor {
    empty_device_contiguous_dtype(like.client.clone(), like.device.clone(), tensor::Shape::from(shape), like.dtype)
}

/// A tensor that nobody else holds: `tensor` itself, or a copy of it.
fn owned(tensor: CubeTensor) -> CubeTensor {
    let tensor = into_contiguous(tensor);
    if tensor.can_mut() { tensor } else { tensor.copy() }
}

// SAFETY of all launches below: the kernels index within the shapes that are stated here, which `Fleet` asserts, comparing or
// clamping where a cube reaches beyond them and where an order says which example; what they write is owned. A clamped thread
// may read what another one is writing, and does not use it.
#[expect(unsafe_code, reason = "no bounds checks in the hot loops; see above")]
impl Kernels for CubeBackend {
    fn gather(inputs: CubeTensor, orders: CubeTensor, first: usize, batch: usize) -> CubeTensor {
        let [inputs, orders] = [inputs, orders].map(into_contiguous);
        let ([_, width], [members, ordered]) = (inputs.meta.shape().dims(), orders.meta.shape().dims());
        let columns = width / vector(width);
        let x = empty(&inputs, [members, batch, width]);
        let count = cubes((batch * columns).div_ceil(THREADS), members, 1);
        unsafe {
            gather_kernel::launch_unchecked(
                &x.client,
                count,
                CubeDim::new_1d(THREADS as u32),
                vector(width),
                inputs.into_buffer_arg(),
                orders.into_buffer_arg(),
                x.clone().into_buffer_arg(),
                columns,
                ordered,
                first,
                batch,
            );
        }
        x
    }

    fn layer(
        x: CubeTensor,
        weight: CubeTensor,
        bias: CubeTensor,
        signs: CubeTensor,
        sharpness: CubeTensor,
        shape: Shape,
        units: Units,
    ) -> CubeTensor {
        let [x, weight, bias, signs, sharpness] = [x, weight, bias, signs, sharpness].map(into_contiguous);
        let h = empty(&x, [shape.members, shape.batch, shape.units]);
        unsafe {
            layer_kernel::launch_unchecked(
                &h.client,
                cubes(shape.columns().div_ceil(LANES), shape.members, 1),
                layer_cube(),
                vector(shape.units),
                x.into_buffer_arg(),
                weight.into_buffer_arg(),
                bias.into_buffer_arg(),
                signs.into_buffer_arg(),
                sharpness.into_buffer_arg(),
                h.clone().into_buffer_arg(),
                shape.inputs,
                shape.columns(),
                shape.batch,
                units,
            );
        }
        h
    }

    fn count(h: CubeTensor, sums: CubeTensor, magnitude: usize, zeros: usize) -> CubeTensor {
        let (h, sums) = (into_contiguous(h), owned(sums));
        let ([members, batch, outputs], [_, counted]) = (h.meta.shape().dims(), sums.meta.shape().dims());
        unsafe {
            count_kernel::launch_unchecked(
                &sums.client,
                cubes(members, 1, 1),
                CubeDim::new_1d(THREADS as u32),
                h.into_buffer_arg(),
                sums.clone().into_buffer_arg(),
                batch * outputs,
                counted,
                magnitude,
                zeros,
            );
        }
        sums
    }

    fn answer(
        logits: CubeTensor,
        labels: CubeTensor,
        orders: CubeTensor,
        sums: CubeTensor,
        first: usize,
    ) -> (CubeTensor, CubeTensor) {
        let ([logits, labels, orders], sums) = ([logits, labels, orders].map(into_contiguous), owned(sums));
        let [members, batch, classes] = logits.meta.shape().dims();
        let ([_, ordered], [_, counted]) = (orders.meta.shape().dims::<2>(), sums.meta.shape().dims::<2>());
        let delta = empty(&logits, [members, batch, classes]);
        unsafe {
            answer_kernel::launch_unchecked(
                &delta.client,
                cubes(members, 1, 1),
                CubeDim::new_1d(LANES as u32),
                logits.into_buffer_arg(),
                labels.into_buffer_arg(),
                orders.into_buffer_arg(),
                delta.clone().into_buffer_arg(),
                sums.clone().into_buffer_arg(),
                classes,
                ordered,
                first,
                counted,
                batch,
            );
        }
        (delta, sums)
    }

    fn descend(
        weight: CubeTensor,
        bias: CubeTensor,
        x: CubeTensor,
        delta: CubeTensor,
        rates: CubeTensor,
        shape: Shape,
    ) -> (CubeTensor, CubeTensor) {
        let ([x, delta, rates], [weight, bias]) = ([x, delta, rates].map(into_contiguous), [weight, bias].map(owned));
        let count = cubes(shape.columns().div_ceil(LANES), shape.inputs.div_ceil(CHUNK), shape.members);
        unsafe {
            descend_kernel::launch_unchecked(
                &weight.client,
                count,
                layer_cube(),
                vector(shape.units),
                x.into_buffer_arg(),
                delta.into_buffer_arg(),
                rates.into_buffer_arg(),
                weight.clone().into_buffer_arg(),
                bias.clone().into_buffer_arg(),
                shape.inputs,
                shape.columns(),
                shape.batch,
            );
        }
        (weight, bias)
    }

    fn back_and_descend(
        weight: CubeTensor,
        bias: CubeTensor,
        x: CubeTensor,
        delta: CubeTensor,
        rates: CubeTensor,
        signs: CubeTensor,
        l1: CubeTensor,
        sharpness: CubeTensor,
        shape: Shape,
        units: Units,
    ) -> (CubeTensor, CubeTensor, CubeTensor) {
        let [x, delta, rates, signs, l1, sharpness] = [x, delta, rates, signs, l1, sharpness].map(into_contiguous);
        let [weight, bias] = [weight, bias].map(owned);
        let below = empty(&x, [shape.members, shape.batch, shape.inputs]);
        unsafe {
            back_and_descend_kernel::launch_unchecked(
                &below.client,
                cubes(shape.inputs.div_ceil(GROUPS * ROWS), shape.members, 1),
                layer_cube(),
                vector(shape.units),
                x.into_buffer_arg(),
                delta.into_buffer_arg(),
                rates.into_buffer_arg(),
                signs.into_buffer_arg(),
                l1.into_buffer_arg(),
                sharpness.into_buffer_arg(),
                weight.clone().into_buffer_arg(),
                bias.clone().into_buffer_arg(),
                below.clone().into_buffer_arg(),
                shape.inputs,
                shape.columns(),
                shape.batch,
                units,
            );
        }
        (weight, bias, below)
    }
}
