//! The kernels as operations of Burn's GPU backend.
//!
//! Launches do not check bounds, so each operation asserts the shapes by which its kernel indexes tensors.
#![expect(clippy::too_many_arguments, reason = "the arguments are the tensors of a step")]

use super::Units;
use super::layer::{CHUNK, GROUPS, LANES, ROWS, backward_and_update_kernel, layer_kernel, update_kernel};
use super::limits::MOST_EXAMPLES;
use super::rest::{THREADS, count_kernel, cross_entropy_kernel, gather_kernel};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, backend_extension};
use burn::tensor::{self, Tensor};
use burn_cubecl::CubeBackend;
use burn_cubecl::cubecl::prelude::*;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;

/// The dimensions of a minibatch and of one layer of all networks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    members: usize,
    batch: usize,
    inputs: usize,
    units: usize,
}

impl Shape {
    /// The dimensions for a weight `[R, inputs, units]` and a minibatch of `batch` examples.
    pub(crate) fn of(weight: &Tensor<3>, batch: usize) -> Self {
        let [members, inputs, units] = weight.dims();
        Self { members, batch, inputs, units }
    }

    fn columns(self) -> usize {
        self.units / vector(self.units)
    }

    /// Asserts that every dimension is above 0, and that the kernels support minibatches of this size.
    fn check(self) {
        let Self { members, batch, inputs, units } = self;
        assert!(
            [members, batch, inputs, units].iter().all(|size| *size > 0),
            "every dimension must be above 0: {self:?}"
        );
        assert!(batch <= MOST_EXAMPLES, "minibatches must have at most {MOST_EXAMPLES} examples, not {batch}");
    }

    /// The shape of the layer's inputs.
    fn x(self) -> [usize; 3] {
        [self.members, self.batch, self.inputs]
    }

    fn weight(self) -> [usize; 3] {
        [self.members, self.inputs, self.units]
    }

    /// The shape of the layer's outputs, and of the gradient at its pre-activations.
    fn h(self) -> [usize; 3] {
        [self.members, self.batch, self.units]
    }

    /// The shape of the bias, and of the signs of the outputs.
    fn bias(self) -> [usize; 3] {
        [self.members, 1, self.units]
    }

    /// The shape of the signs of the layer's inputs. These inputs are the outputs of the layer below.
    fn signs_below(self) -> [usize; 3] {
        [self.members, 1, self.inputs]
    }

    /// The shape of a tensor with one value per network.
    fn each(self) -> [usize; 3] {
        [self.members, 1, 1]
    }
}

/// The largest number of values in a vector (4, 2 or 1) such that a row of `width` values divides evenly into vectors.
fn vector(width: usize) -> usize {
    [4, 2].into_iter().find(|length| width.is_multiple_of(*length)).unwrap_or(1)
}

/// The operations that the kernels implement. Tensors that an operation changes are passed in and returned.
#[backend_extension(Cube: cfg(any(feature = "wgpu", feature = "cuda")))]
pub(crate) trait Kernels: Backend {
    /// The inputs x `[R, batch, inputs]` of a minibatch: for each network r, the rows `orders[r, first..first + batch]`
    /// of `inputs` `[examples, inputs]`.
    fn gather(inputs: FloatTensor<Self>, orders: IntTensor<Self>, first: usize, batch: usize) -> FloatTensor<Self>;

    /// The outputs h = sign f(alpha (x W + b)) / alpha, `[R, batch, units]`; linear units ignore `signs`.
    fn layer(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        signs: FloatTensor<Self>,
        sharpness: FloatTensor<Self>,
        shape: Shape,
        units: Units,
    ) -> FloatTensor<Self>;

    /// Adds the sum of |h| and the number of exact zeros of h to the columns `magnitude` and `zeros` of `sums`
    /// `[R, columns]`.
    fn count(h: FloatTensor<Self>, sums: FloatTensor<Self>, magnitude: usize, zeros: usize) -> FloatTensor<Self>;

    /// The gradient of the mean nll at the logits, and `sums` with nll and errors added to its first two columns.
    fn cross_entropy(
        logits: FloatTensor<Self>,
        labels: IntTensor<Self>,
        orders: IntTensor<Self>,
        sums: FloatTensor<Self>,
        first: usize,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// The updated parameters W - rate x^T delta and b - rate sum(delta).
    fn update(
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        x: FloatTensor<Self>,
        delta: FloatTensor<Self>,
        rates: FloatTensor<Self>,
        shape: Shape,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// The results of [`Kernels::update`], and the gradient at the pre-activations of the layer below, whose outputs
    /// are x `[R, batch, inputs]`.
    fn backward_and_update(
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

/// `tensor` in contiguous memory: the tensor itself if it has no other owner, otherwise a copy.
fn owned(tensor: CubeTensor) -> CubeTensor {
    let tensor = into_contiguous(tensor);
    if tensor.can_mut() { tensor } else { tensor.copy() }
}

/// Asserts that `tensor` has the shape by which a kernel indexes it, and 32-bit values.
fn check<const D: usize>(what: &str, tensor: &CubeTensor, shape: [usize; D]) {
    assert_eq!(tensor.meta.shape().as_slice(), shape, "unexpected shape of {what}");
    assert_eq!(tensor.dtype.size(), size_of::<f32>(), "the values of {what} must have 32 bits");
}

/// Asserts that `orders` has the shape `[members, examples]` and that the minibatch `first..first + batch` lies within
/// it. Returns the number of examples per order.
fn check_orders(orders: &CubeTensor, members: usize, first: usize, batch: usize) -> usize {
    let [_, ordered] = orders.meta.shape().dims();
    check("orders", orders, [members, ordered]);
    assert!(first + batch <= ordered, "the minibatch {first}..{} exceeds orders of {ordered} examples", first + batch);
    ordered
}

// SAFETY of all launches below: the kernels index within the shapes that each operation asserts. Where a cube reaches
// beyond a shape, and where an index of an example is read from an order, the kernels compare or clamp the index.
// Labels are below the number of classes, as `Store::check` asserts. The tensors that the kernels write have no other
// owner. A thread with a clamped index may read a value that another thread is writing, but does not use it.
#[expect(unsafe_code, reason = "bounds checks would slow the hot loops and, as explained above, are not needed")]
impl Kernels for CubeBackend {
    fn gather(inputs: CubeTensor, orders: CubeTensor, first: usize, batch: usize) -> CubeTensor {
        let [inputs, orders] = [inputs, orders].map(into_contiguous);
        let ([examples, width], [members, _]) = (inputs.meta.shape().dims(), orders.meta.shape().dims());
        assert!(examples > 0 && width > 0, "the inputs must not be empty: [{examples}, {width}]");
        check("inputs", &inputs, [examples, width]);
        let ordered = check_orders(&orders, members, first, batch);
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
        shape.check();
        check("x", &x, shape.x());
        check("weight", &weight, shape.weight());
        check("bias", &bias, shape.bias());
        check("signs", &signs, shape.bias());
        check("sharpness", &sharpness, shape.each());
        let h = empty(&x, shape.h());
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
        let ([members, batch, outputs], [_, columns]) = (h.meta.shape().dims(), sums.meta.shape().dims());
        check("h", &h, [members, batch, outputs]);
        check("sums", &sums, [members, columns]);
        assert!(magnitude < columns && zeros < columns, "columns {magnitude} and {zeros} must be below {columns}");
        unsafe {
            count_kernel::launch_unchecked(
                &sums.client,
                cubes(members, 1, 1),
                CubeDim::new_1d(THREADS as u32),
                h.into_buffer_arg(),
                sums.clone().into_buffer_arg(),
                batch * outputs,
                columns,
                magnitude,
                zeros,
            );
        }
        sums
    }

    fn cross_entropy(
        logits: CubeTensor,
        labels: CubeTensor,
        orders: CubeTensor,
        sums: CubeTensor,
        first: usize,
    ) -> (CubeTensor, CubeTensor) {
        let ([logits, labels, orders], sums) = ([logits, labels, orders].map(into_contiguous), owned(sums));
        let [members, batch, classes] = logits.meta.shape().dims();
        let ([examples], [_, columns]) = (labels.meta.shape().dims(), sums.meta.shape().dims());
        Shape { members, batch, inputs: examples, units: classes }.check();
        check("logits", &logits, [members, batch, classes]);
        check("labels", &labels, [examples]);
        let ordered = check_orders(&orders, members, first, batch);
        check("sums", &sums, [members, columns]);
        assert!(columns >= 2, "the sums must have columns for nll and errors");
        let delta = empty(&logits, [members, batch, classes]);
        unsafe {
            cross_entropy_kernel::launch_unchecked(
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
                columns,
                batch,
            );
        }
        (delta, sums)
    }

    fn update(
        weight: CubeTensor,
        bias: CubeTensor,
        x: CubeTensor,
        delta: CubeTensor,
        rates: CubeTensor,
        shape: Shape,
    ) -> (CubeTensor, CubeTensor) {
        let ([x, delta, rates], [weight, bias]) = ([x, delta, rates].map(into_contiguous), [weight, bias].map(owned));
        shape.check();
        check("weight", &weight, shape.weight());
        check("bias", &bias, shape.bias());
        check("x", &x, shape.x());
        check("delta", &delta, shape.h());
        check("rates", &rates, shape.each());
        let count = cubes(shape.columns().div_ceil(LANES), shape.inputs.div_ceil(CHUNK), shape.members);
        unsafe {
            update_kernel::launch_unchecked(
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

    fn backward_and_update(
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
        shape.check();
        check("weight", &weight, shape.weight());
        check("bias", &bias, shape.bias());
        check("x", &x, shape.x());
        check("delta", &delta, shape.h());
        check("signs", &signs, shape.signs_below());
        for (what, tensor) in [("rates", &rates), ("l1", &l1), ("sharpness", &sharpness)] {
            check(what, tensor, shape.each());
        }
        let below = empty(&x, shape.x());
        unsafe {
            backward_and_update_kernel::launch_unchecked(
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
