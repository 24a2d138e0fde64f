//! The products as kernels for GPUs, written for thin minibatches.
//!
//! A thin minibatch does little with a weight that it has read, so the time of a step is that of moving the weights:
//! once forward, and once backward and back. That is what these kernels do. Each weight is read as part of a vector by
//! neighbouring threads, the examples wait in shared memory and registers, and the gradient of a weight is never stored.

use crate::products::Products;
use burn::backend::tensor::FloatTensor;
use burn::tensor::{DType, Shape};
use burn_cubecl::CubeBackend;
use burn_cubecl::cubecl;
use burn_cubecl::cubecl::prelude::*;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;

/// Neighbouring threads that read neighbouring vectors of a row of weights.
const LANES: usize = 32;
/// Such groups of threads in a cube.
const GROUPS: usize = 8;
/// Inputs of a minibatch that wait in shared memory.
const CHUNK: usize = 128;
/// Weights that a thread reads before it uses the first of them.
const AHEAD: usize = 4;
/// Rows of weights of a group going back.
const ROWS: usize = 2;
/// Examples that fit a thread's registers; a fatter minibatch uses each weight often enough for a product of matrices.
const MOST: usize = 16;

/// out = x W + b. A cube has `LANES` vectors of columns; its groups share the inputs among them.
#[cube(launch_unchecked)]
fn affine_kernel<N: Size>(
    x: &[f32],
    weight: &[Vector<f32, N>],
    bias: &[Vector<f32, N>],
    out: &mut [Vector<f32, N>],
    inputs: usize,
    columns: usize,
    #[comptime] batch: usize,
) {
    let member = CUBE_POS_Y as usize;
    let lane = UNIT_POS_X as usize;
    let group = UNIT_POS_Y as usize;
    let column = CUBE_POS_X as usize * LANES + lane;
    // Threads beyond the last column compute it once more, and write nothing.
    let read = min(column, columns - 1);
    let mut staged = Shared::<[f32]>::new_slice(batch * CHUNK);
    let mut sums = Array::<Vector<f32, N>>::new(batch);
    #[unroll]
    for b in 0..batch {
        sums[b] = Vector::new(0.0);
    }
    let chunks = inputs.div_ceil(CHUNK);
    for chunk in 0..chunks {
        let first = chunk * CHUNK;
        let mut k = UNIT_POS as usize;
        while k < batch * CHUNK {
            let (b, i) = (k / CHUNK, k % CHUNK);
            let at = (member * batch + b) * inputs + first + i;
            staged[i * batch + b] = if first + i < inputs { x[at] } else { 0.0f32.runtime() };
            k += LANES * GROUPS;
        }
        sync_cube();
        for part in 0..CHUNK / (GROUPS * AHEAD) {
            let mut weights = Array::<Vector<f32, N>>::new(AHEAD);
            #[unroll]
            for ahead in 0..AHEAD {
                let i = (part * AHEAD + ahead) * GROUPS + group;
                // Beyond the last input the staged example is 0, whatever the weight.
                let row = member * inputs + min(first + i, inputs - 1);
                weights[ahead] = weight[row * columns + read];
            }
            #[unroll]
            for ahead in 0..AHEAD {
                let i = (part * AHEAD + ahead) * GROUPS + group;
                #[unroll]
                for b in 0..batch {
                    sums[b] += weights[ahead] * Vector::new(staged[i * batch + b]);
                }
            }
        }
        sync_cube();
    }
    let mut parts = Shared::<[Vector<f32, N>]>::new_slice(LANES * GROUPS);
    #[unroll]
    for b in 0..batch {
        parts[group * LANES + lane] = sums[b];
        sync_cube();
        if group == b % GROUPS && column < columns {
            let mut total = bias[member * columns + column];
            #[unroll]
            for other in 0..GROUPS {
                total += parts[other * LANES + lane];
            }
            out[(member * batch + b) * columns + column] = total;
        }
        sync_cube();
    }
}

/// W - x^T step, in place. A cube has `GROUPS` times `ROWS` rows.
#[cube(launch_unchecked)]
fn descend_kernel<N: Size>(
    x: &[f32],
    step: &[Vector<f32, N>],
    weight: &mut [Vector<f32, N>],
    inputs: usize,
    columns: usize,
    #[comptime] batch: usize,
) {
    let member = CUBE_POS_Z as usize;
    let column = CUBE_POS_X as usize * LANES + UNIT_POS_X as usize;
    let first = (CUBE_POS_Y as usize * GROUPS + UNIT_POS_Y as usize) * CHUNK / GROUPS;
    if column < columns && first < inputs {
        let mut steps = Array::<Vector<f32, N>>::new(batch);
        #[unroll]
        for b in 0..batch {
            steps[b] = step[(member * batch + b) * columns + column];
        }
        let last = min(first + CHUNK / GROUPS, inputs);
        for row in first..last {
            let mut change = Vector::<f32, N>::new(0.0);
            let mut seen = 0.0f32.runtime();
            #[unroll]
            for b in 0..batch {
                let h = x[(member * batch + b) * inputs + row];
                seen += h.abs();
                change += steps[b] * Vector::new(h);
            }
            // An input that is zero in the whole minibatch leaves its row of weights as it is.
            if seen != 0.0 {
                let at = (member * inputs + row) * columns + column;
                weight[at] = weight[at] - change;
            }
        }
    }
}

/// below = delta W^T, and W - x^T step in place. A cube has `GROUPS` times `ROWS` rows, and goes over their columns.
#[cube(launch_unchecked)]
fn back_and_descend_kernel<N: Size>(
    x: &[f32],
    delta: &[Vector<f32, N>],
    step: &[Vector<f32, N>],
    weight: &mut [Vector<f32, N>],
    below: &mut [f32],
    inputs: usize,
    columns: usize,
    #[comptime] batch: usize,
) {
    let member = CUBE_POS_Y as usize;
    let lane = UNIT_POS_X as usize;
    let group = UNIT_POS_Y as usize;
    let first = (CUBE_POS_X as usize * GROUPS + group) * ROWS;
    let mut deltas = Shared::<[Vector<f32, N>]>::new_slice(batch * LANES);
    let mut steps = Shared::<[Vector<f32, N>]>::new_slice(batch * LANES);
    let mut h = Array::<f32>::new(ROWS * batch);
    let mut sums = Array::<Vector<f32, N>>::new(ROWS * batch);
    #[unroll]
    for q in 0..ROWS {
        #[unroll]
        for b in 0..batch {
            let row = min(first + q, inputs - 1);
            h[q * batch + b] = x[(member * batch + b) * inputs + row];
            sums[q * batch + b] = Vector::new(0.0);
        }
    }
    let tiles = columns.div_ceil(LANES);
    for tile in 0..tiles {
        let column = tile * LANES + lane;
        if column < columns {
            let mut b = group;
            while b < batch {
                let at = (member * batch + b) * columns + column;
                deltas[b * LANES + lane] = delta[at];
                steps[b * LANES + lane] = step[at];
                b += GROUPS;
            }
        }
        sync_cube();
        if column < columns {
            #[unroll]
            for q in 0..ROWS {
                if first + q < inputs {
                    let at = (member * inputs + first + q) * columns + column;
                    let w = weight[at];
                    let mut change = Vector::<f32, N>::new(0.0);
                    #[unroll]
                    for b in 0..batch {
                        sums[q * batch + b] += w * deltas[b * LANES + lane];
                        change += steps[b * LANES + lane] * Vector::new(h[q * batch + b]);
                    }
                    weight[at] = w - change;
                }
            }
        }
        sync_cube();
    }
    // One more than lanes: sums of neighbouring rows lie in different banks.
    let mut parts = Shared::<[f32]>::new_slice(GROUPS * batch * (LANES + 1));
    #[unroll]
    for q in 0..ROWS {
        #[unroll]
        for b in 0..batch {
            parts[(group * batch + b) * (LANES + 1) + lane] = sums[q * batch + b].vector_sum();
        }
        sync_cube();
        let unit = UNIT_POS as usize;
        if unit < GROUPS * batch {
            let row = (CUBE_POS_X as usize * GROUPS + unit / batch) * ROWS + q;
            if row < inputs {
                let mut total = 0.0f32.runtime();
                #[unroll]
                for other in 0..LANES {
                    total += parts[unit * (LANES + 1) + other];
                }
                below[(member * batch + unit % batch) * inputs + row] = total;
            }
        }
        sync_cube();
    }
}

/// The sizes of a product, `[R, inputs, units]` and the batch.
struct Sizes {
    members: usize,
    inputs: usize,
    units: usize,
    batch: usize,
}

impl Sizes {
    /// Of x `[R, batch, inputs]` and a weight, when the kernels are for them.
    fn thin(x: &CubeTensor, weight: &CubeTensor) -> Option<Self> {
        let ([_, batch, _], [members, inputs, units]) = (x.meta.shape().dims(), weight.meta.shape().dims());
        let numbers = x.dtype == DType::F32 && weight.dtype == DType::F32;
        (numbers && batch <= MOST && members <= u16::MAX as usize).then_some(Self { members, inputs, units, batch })
    }

    /// Numbers of a vector: as many as divide a row, up to 16 bytes.
    fn vector(&self) -> usize {
        [4, 2].into_iter().find(|numbers| self.units % numbers == 0).unwrap_or(1)
    }

    fn columns(&self) -> usize {
        self.units / self.vector()
    }
}

const CUBE: CubeDim = CubeDim { x: LANES as u32, y: GROUPS as u32, z: 1 };

fn count(x: usize, y: usize, z: usize) -> CubeCount {
    CubeCount::Static(x as u32, y as u32, z as u32)
}

fn empty(like: &CubeTensor, shape: [usize; 3]) -> CubeTensor {
    empty_device_contiguous_dtype(like.client.clone(), like.device.clone(), Shape::from(shape), like.dtype)
}

/// A tensor that nobody else holds: `tensor` itself, or a copy of it.
fn owned(tensor: CubeTensor) -> CubeTensor {
    let tensor = into_contiguous(tensor);
    if tensor.can_mut() { tensor } else { tensor.copy() }
}

impl Products for CubeBackend {
    fn affine(x: FloatTensor<Self>, weight: FloatTensor<Self>, bias: FloatTensor<Self>) -> FloatTensor<Self> {
        let Some(sizes) = Sizes::thin(&x, &weight) else {
            return Self::float_add(Self::float_matmul(x, weight), bias);
        };
        let [x, weight, bias] = [x, weight, bias].map(into_contiguous);
        let out = empty(&x, [sizes.members, sizes.batch, sizes.units]);
        let cubes = count(sizes.columns().div_ceil(LANES), sizes.members, 1);
        // SAFETY: all indices are within the shapes above.
        #[expect(unsafe_code, reason = "no bounds checks in the hot loop; every index is clamped or compared")]
        unsafe {
            affine_kernel::launch_unchecked(
                &out.client,
                cubes,
                CUBE,
                sizes.vector(),
                x.into_buffer_arg(),
                weight.into_buffer_arg(),
                bias.into_buffer_arg(),
                out.clone().into_buffer_arg(),
                sizes.inputs,
                sizes.columns(),
                sizes.batch,
            );
        }
        out
    }

    fn descend(weight: FloatTensor<Self>, x: FloatTensor<Self>, step: FloatTensor<Self>) -> FloatTensor<Self> {
        let Some(sizes) = Sizes::thin(&x, &weight) else {
            return Self::float_sub(weight, Self::float_matmul(Self::float_swap_dims(x, 1, 2), step));
        };
        let ([x, step], weight) = ([x, step].map(into_contiguous), owned(weight));
        let cubes = count(sizes.columns().div_ceil(LANES), sizes.inputs.div_ceil(CHUNK), sizes.members);
        // SAFETY: as above; nobody else holds the weight.
        #[expect(unsafe_code, reason = "no bounds checks in the hot loop; every index is clamped or compared")]
        unsafe {
            descend_kernel::launch_unchecked(
                &weight.client,
                cubes,
                CUBE,
                sizes.vector(),
                x.into_buffer_arg(),
                step.into_buffer_arg(),
                weight.clone().into_buffer_arg(),
                sizes.inputs,
                sizes.columns(),
                sizes.batch,
            );
        }
        weight
    }

    fn back_and_descend(
        weight: FloatTensor<Self>,
        x: FloatTensor<Self>,
        delta: FloatTensor<Self>,
        step: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let Some(sizes) = Sizes::thin(&x, &weight) else {
            let below = Self::float_matmul(delta, Self::float_swap_dims(weight.clone(), 1, 2));
            return (below, Self::descend(weight, x, step));
        };
        let ([x, delta, step], weight) = ([x, delta, step].map(into_contiguous), owned(weight));
        let below = empty(&x, [sizes.members, sizes.batch, sizes.inputs]);
        let cubes = count(sizes.inputs.div_ceil(GROUPS * ROWS), sizes.members, 1);
        // SAFETY: as above; nobody else holds the weight.
        #[expect(unsafe_code, reason = "no bounds checks in the hot loop; every index is clamped or compared")]
        unsafe {
            back_and_descend_kernel::launch_unchecked(
                &below.client,
                cubes,
                CUBE,
                sizes.vector(),
                x.into_buffer_arg(),
                delta.into_buffer_arg(),
                step.into_buffer_arg(),
                weight.clone().into_buffer_arg(),
                below.clone().into_buffer_arg(),
                sizes.inputs,
                sizes.columns(),
                sizes.batch,
            );
        }
        (below, weight)
    }
}
