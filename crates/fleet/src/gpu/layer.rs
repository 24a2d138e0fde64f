//! The kernels that read and write weights.
//!
//! Adjacent threads read adjacent vectors of `N` weights; `columns` is the number of vectors in a row of weights.

#![expect(
    clippy::many_single_char_names,
    clippy::too_many_lines,
    reason = "a kernel follows its formula, from top to bottom"
)]

use super::Units;
use burn_cubecl::cubecl;
use burn_cubecl::cubecl::prelude::*;

/// Number of adjacent threads that read adjacent vectors of a row of weights.
pub(crate) const LANES: usize = 32;
/// Number of groups of [`LANES`] threads in a cube.
pub(crate) const GROUPS: usize = 8;
/// Number of inputs of each example that are kept in shared memory at a time.
pub(crate) const CHUNK: usize = 128;
/// Number of vectors of weights that a thread loads before it uses the first one.
const AHEAD: usize = 4;
/// Number of rows of weights that a group handles in the backward pass.
pub(crate) const ROWS: usize = 2;

/// Computes h = sign f(alpha (x W + b)) / alpha. A cube computes `LANES` columns of vectors of units; the inputs are
/// divided among the cube's groups.
#[cube(launch_unchecked)]
#[expect(clippy::too_many_arguments, reason = "the arguments are the tensors of a layer")]
pub(crate) fn layer_kernel<N: Size>(
    x: &[f32],
    weight: &[Vector<f32, N>],
    bias: &[Vector<f32, N>],
    signs: &[Vector<f32, N>],
    sharpness: &[f32],
    h: &mut [Vector<f32, N>],
    inputs: usize,
    columns: usize,
    #[comptime] batch: usize,
    #[comptime] units: Units,
) {
    let member = CUBE_POS_Y as usize;
    let lane = UNIT_POS_X as usize;
    let group = UNIT_POS_Y as usize;
    let column = CUBE_POS_X as usize * LANES + lane;
    // Threads beyond the last column also compute the last column, but do not write it.
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
                // Beyond the last input the staged value is 0, so that the weight does not matter.
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
            let mut output = activate::<N>(total, sharpness[member], units);
            if comptime!(units != Units::Linear) {
                output *= signs[member * columns + column];
            }
            h[(member * batch + b) * columns + column] = output;
        }
        sync_cube();
    }
}

/// The value f(alpha a) / alpha of the activation.
#[cube]
fn activate<N: Size>(a: Vector<f32, N>, alpha: f32, #[comptime] units: Units) -> Vector<f32, N> {
    let zero = Vector::<f32, N>::new(0.0);
    match units {
        Units::Linear => a,
        Units::Rectifier => max(a, zero),
        Units::Softplus => {
            let x = a * Vector::new(alpha);
            // ln(1 + e), corrected for the rounding error of 1 + e.
            let e = (zero - x.abs()).exp();
            let one = Vector::<f32, N>::new(1.0);
            let more = one + e;
            (max(x, zero) + more.ln() + (e - (more - one)) / more) / Vector::new(alpha)
        }
        Units::Tanh => a.tanh(),
    }
}

/// The derivative f'(alpha a), computed from `f`, the output f(alpha a) / alpha.
#[cube]
fn slope(f: f32, alpha: f32, #[comptime] units: Units) -> f32 {
    match units {
        Units::Linear => 1.0f32.runtime(),
        Units::Rectifier => select(f > 0.0, 1.0f32.runtime(), 0.0f32.runtime()),
        Units::Softplus => {
            // 1 - exp(-t), computed by its series for small t, where the subtraction would lose precision.
            let t = alpha * f;
            select(t < 1e-3, t - 0.5 * t * t, 1.0 - (0.0 - t).exp())
        }
        Units::Tanh => 1.0 - f * f,
    }
}

/// Updates W to W - rate x^T delta and b to b - rate sum(delta), in place. A cube updates `CHUNK` rows of `LANES`
/// columns.
#[cube(launch_unchecked)]
#[expect(clippy::too_many_arguments, reason = "the arguments are the tensors of an update")]
pub(crate) fn update_kernel<N: Size>(
    x: &[f32],
    delta: &[Vector<f32, N>],
    rates: &[f32],
    weight: &mut [Vector<f32, N>],
    bias: &mut [Vector<f32, N>],
    inputs: usize,
    columns: usize,
    #[comptime] batch: usize,
) {
    let member = CUBE_POS_Z as usize;
    let lane = UNIT_POS_X as usize;
    let group = UNIT_POS_Y as usize;
    let column = CUBE_POS_X as usize * LANES + lane;
    let read = min(column, columns - 1);
    let first = CUBE_POS_Y as usize * CHUNK;
    let rate = Vector::<f32, N>::new(rates[member]);
    let mut staged = Shared::<[f32]>::new_slice(batch * CHUNK);
    let mut k = UNIT_POS as usize;
    while k < batch * CHUNK {
        let (b, i) = (k / CHUNK, k % CHUNK);
        let row = min(first + i, inputs - 1);
        staged[i * batch + b] = x[(member * batch + b) * inputs + row];
        k += LANES * GROUPS;
    }
    let mut steps = Array::<Vector<f32, N>>::new(batch);
    let mut all = Vector::<f32, N>::new(0.0);
    #[unroll]
    for b in 0..batch {
        steps[b] = delta[(member * batch + b) * columns + read] * rate;
        all += steps[b];
    }
    sync_cube();
    if column < columns {
        if group == 0 && first == 0 {
            let at = member * columns + column;
            bias[at] -= all;
        }
        for part in 0..CHUNK / (GROUPS * AHEAD) {
            let mut weights = Array::<Vector<f32, N>>::new(AHEAD);
            #[unroll]
            for ahead in 0..AHEAD {
                let i = (part * AHEAD + ahead) * GROUPS + group;
                let row = member * inputs + min(first + i, inputs - 1);
                weights[ahead] = weight[row * columns + column];
            }
            #[unroll]
            for ahead in 0..AHEAD {
                let i = (part * AHEAD + ahead) * GROUPS + group;
                if first + i < inputs {
                    let mut w = weights[ahead];
                    #[unroll]
                    for b in 0..batch {
                        w -= steps[b] * Vector::new(staged[i * batch + b]);
                    }
                    weight[(member * inputs + first + i) * columns + column] = w;
                }
            }
        }
    }
}

/// Computes the gradient `below` at the pre-activations of the layer below, from delta W^T and the gradient of the
/// penalty, and updates W and b as [`update_kernel`] does. A cube handles `GROUPS` times `ROWS` rows of W, with all
/// columns.
#[cube(launch_unchecked)]
#[expect(clippy::too_many_arguments, reason = "the arguments are the tensors of a step")]
pub(crate) fn backward_and_update_kernel<N: Size>(
    x: &[f32],
    delta: &[Vector<f32, N>],
    rates: &[f32],
    signs: &[f32],
    l1: &[f32],
    sharpness: &[f32],
    weight: &mut [Vector<f32, N>],
    bias: &mut [Vector<f32, N>],
    below: &mut [f32],
    inputs: usize,
    columns: usize,
    #[comptime] batch: usize,
    #[comptime] units: Units,
) {
    let member = CUBE_POS_Y as usize;
    let lane = UNIT_POS_X as usize;
    let group = UNIT_POS_Y as usize;
    let first = (CUBE_POS_X as usize * GROUPS + group) * ROWS;
    let rate = rates[member];
    let mut staged = Shared::<[Vector<f32, N>]>::new_slice(batch * LANES);
    let mut steps = Array::<f32>::new(ROWS * batch);
    let mut sums = Array::<f32>::new(ROWS * batch);
    #[unroll]
    for q in 0..ROWS {
        #[unroll]
        for b in 0..batch {
            let row = min(first + q, inputs - 1);
            steps[q * batch + b] = x[(member * batch + b) * inputs + row] * rate;
            sums[q * batch + b] = 0.0;
        }
    }
    let tiles = columns.div_ceil(LANES);
    for tile in 0..tiles {
        let column = tile * LANES + lane;
        let read = min(column, columns - 1);
        let mut weights = Array::<Vector<f32, N>>::new(ROWS);
        #[unroll]
        for q in 0..ROWS {
            let row = member * inputs + min(first + q, inputs - 1);
            weights[q] = weight[row * columns + read];
        }
        let mut b = group;
        while b < batch {
            staged[b * LANES + lane] = delta[(member * batch + b) * columns + read];
            b += GROUPS;
        }
        sync_cube();
        if column < columns {
            let mut changes = Array::<Vector<f32, N>>::new(ROWS);
            #[unroll]
            for q in 0..ROWS {
                changes[q] = Vector::new(0.0);
            }
            let mut all = Vector::<f32, N>::new(0.0);
            #[unroll]
            for b in 0..batch {
                let d = staged[b * LANES + lane];
                all += d;
                #[unroll]
                for q in 0..ROWS {
                    sums[q * batch + b] += (weights[q] * d).vector_sum();
                    changes[q] += d * Vector::new(steps[q * batch + b]);
                }
            }
            #[unroll]
            for q in 0..ROWS {
                if first + q < inputs {
                    weight[(member * inputs + first + q) * columns + column] = weights[q] - changes[q];
                }
            }
            if first == 0 {
                let at = member * columns + column;
                bias[at] -= all * Vector::new(rate);
            }
        }
        sync_cube();
    }
    // The stride is one more than `LANES`, so that the sums of adjacent rows lie in different banks of shared memory.
    let mut parts = Shared::<[f32]>::new_slice(GROUPS * batch * (LANES + 1));
    #[unroll]
    for q in 0..ROWS {
        #[unroll]
        for b in 0..batch {
            parts[(group * batch + b) * (LANES + 1) + lane] = sums[q * batch + b];
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
                let at = (member * batch + unit % batch) * inputs + row;
                let (h, sign, alpha) = (x[at], signs[member * inputs + row], sharpness[member]);
                let direction = select(h > 0.0, 1.0f32.runtime(), select(h < 0.0, -1.0f32.runtime(), 0.0f32.runtime()));
                let g = total + l1[member] * direction / f32::cast_from(batch);
                below[at] = g * sign * slope(h * sign, alpha, units);
            }
        }
        sync_cube();
    }
}
