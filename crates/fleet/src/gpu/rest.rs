//! The kernels for small tensors: minibatches, the cost and the sums.

use burn_cubecl::cubecl;
use burn_cubecl::cubecl::prelude::*;

/// Number of threads in a cube.
pub(crate) const THREADS: usize = 256;

/// Gathers x `[R, batch, inputs]`: for each network r, the rows `orders[r, first..first + batch]` of `inputs`
/// `[examples, inputs]`.
#[cube(launch_unchecked)]
pub(crate) fn gather_kernel<N: Size>(
    inputs: &[Vector<f32, N>],
    orders: &[i32],
    x: &mut [Vector<f32, N>],
    columns: usize,
    ordered: usize,
    first: usize,
    #[comptime] batch: usize,
) {
    let member = CUBE_POS_Y as usize;
    let at = CUBE_POS_X as usize * THREADS + UNIT_POS as usize;
    if at < batch * columns {
        let example = orders[member * ordered + first + at / columns];
        let last = inputs.len() / columns - 1;
        x[member * batch * columns + at] = inputs[min(example as usize, last) * columns + at % columns];
    }
}

/// Computes the gradient of the mean nll at the logits, (softmax - one-hot label) / batch, `[R, batch, classes]`, and
/// adds nll and errors to the first two columns of `sums` `[R, counted]`. There is a cube for each network, with a
/// thread for each example.
#[cube(launch_unchecked)]
#[expect(clippy::too_many_arguments, reason = "the arguments are the tensors of a cost")]
pub(crate) fn cross_entropy_kernel(
    logits: &[f32],
    labels: &[i32],
    orders: &[i32],
    delta: &mut [f32],
    sums: &mut [f32],
    classes: usize,
    ordered: usize,
    first: usize,
    counted: usize,
    #[comptime] batch: usize,
) {
    let member = CUBE_POS_X as usize;
    let b = UNIT_POS as usize;
    let mut nll = Shared::<[f32]>::new_slice(batch);
    let mut errors = Shared::<[f32]>::new_slice(batch);
    if b < batch {
        let row = (member * batch + b) * classes;
        let example = min(orders[member * ordered + first + b] as usize, labels.len() - 1);
        let label = labels[example] as usize;
        let mut largest = logits[row];
        let mut best = 0usize.runtime();
        for class in 1..classes {
            let logit = logits[row + class];
            if logit > largest {
                largest = logit;
                best = class;
            }
        }
        let mut total = 0.0f32.runtime();
        for class in 0..classes {
            total += (logits[row + class] - largest).exp();
        }
        for class in 0..classes {
            let p = (logits[row + class] - largest).exp() / total;
            let indicator = select(class == label, 1.0f32.runtime(), 0.0f32.runtime());
            delta[row + class] = (p - indicator) / f32::cast_from(batch);
        }
        nll[b] = largest + total.ln() - logits[row + label];
        errors[b] = select(best == label, 0.0f32.runtime(), 1.0f32.runtime());
    }
    sync_cube();
    if b == 0 {
        let at = member * counted;
        #[unroll]
        for other in 0..batch {
            sums[at] += nll[other];
            sums[at + 1] += errors[other];
        }
    }
}

/// Adds the sum of |h| and the number of exact zeros of h `[R, batch, outputs]` to the columns `magnitude` and `zeros`
/// of `sums` `[R, counted]`. There is a cube for each network.
#[cube(launch_unchecked)]
pub(crate) fn count_kernel(h: &[f32], sums: &mut [f32], each: usize, counted: usize, magnitude: usize, zeros: usize) {
    let member = CUBE_POS_X as usize;
    let unit = UNIT_POS as usize;
    let mut magnitudes = Shared::<[f32]>::new_slice(THREADS);
    let mut zero_counts = Shared::<[f32]>::new_slice(THREADS);
    let mut total = 0.0f32.runtime();
    let mut exact_zeros = 0.0f32.runtime();
    let mut k = unit;
    while k < each {
        let output = h[member * each + k];
        total += output.abs();
        exact_zeros += select(output == 0.0, 1.0f32.runtime(), 0.0f32.runtime());
        k += THREADS;
    }
    magnitudes[unit] = total;
    zero_counts[unit] = exact_zeros;
    sync_cube();
    let mut half = (THREADS / 2).runtime();
    while half > 0 {
        if unit < half {
            magnitudes[unit] += magnitudes[unit + half];
            zero_counts[unit] += zero_counts[unit + half];
        }
        sync_cube();
        half /= 2;
    }
    if unit == 0 {
        let at = member * counted;
        sums[at + magnitude] += magnitudes[0];
        sums[at + zeros] += zero_counts[0];
    }
}
