//! The work on a panel between the matrix products: sums over panels, activations, slopes and deltas.

use crate::activate::activate;
use crate::floats::{LINE, without_tiny};
use crate::forward::Path;
use crate::panel::{Lists, Panel};
use pulp::{Simd, WithSimd};
use units::{Activation, sign};

/// Turns pre-activations into outputs, sums their magnitudes, counts the nonzero outputs, and lists these if the
/// activation has exact zeros. Outputs and slopes that are [tiny](without_tiny) then become 0.
pub(crate) struct Activate<'a> {
    pub(crate) activation: Activation,
    pub(crate) panel: &'a mut Panel,
    pub(crate) batch: usize,
}

impl WithSimd for Activate<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { activation, panel, batch } = self;
        let Panel { value, slope, signs, width, columns, .. } = panel;
        panel.magnitude = 0.0;
        let mut active = 0;
        for b in 0..batch {
            let row = b * *width..(b + 1) * *width;
            activate(activation, &mut value[row.clone()], &mut slope[row.clone()], signs);
            // The sign of the padding is 0, but NaN times 0 is not 0.
            value[row.clone()][*columns..].fill(0.0);
            slope[row.clone()][*columns..].fill(0.0);
            let (mut sums, mut counts) = ([0f32; LINE], [0u32; LINE]);
            for line in value[row.clone()].chunks_exact(LINE) {
                for l in 0..LINE {
                    sums[l] += line[l].abs();
                    counts[l] += u32::from(line[l] != 0.0);
                }
            }
            let mut sum = 0.0;
            for l in 0..LINE {
                sum += f64::from(sums[l]);
                active += counts[l] as usize;
            }
            panel.magnitude += sum;
            for numbers in [&mut value[row.clone()], &mut slope[row]] {
                for number in numbers {
                    *number = without_tiny(*number);
                }
            }
        }
        if activation.is_silent() {
            panel.list_values(batch);
        }
        panel.active = active;
    }
}

/// Adds up delta W^T over the panels above, for the units of one panel.
pub(crate) struct Collect<'a> {
    pub(crate) above: &'a [Panel],
    /// Index of the panel's first unit in the layer.
    pub(crate) first: usize,
    pub(crate) stride: usize,
    pub(crate) batch: usize,
}

impl Collect<'_> {
    /// Writes the sums for the units listed in `of_example` to `into` `[batch, width]`.
    #[inline(always)]
    pub(crate) fn listed(&self, of_example: &Lists, into: &mut [f32], width: usize) {
        for b in 0..self.batch {
            let start = b * self.stride + self.first;
            for i in of_example.get(b).0 {
                let mut sum = 0.0;
                for above in self.above {
                    sum += above.products[start + *i as usize];
                }
                into[b * width + *i as usize] = sum;
            }
        }
    }

    /// Adds the sums for all units to `into` `[batch, width]`.
    #[inline(always)]
    pub(crate) fn all(&self, into: &mut [f32], width: usize, columns: usize) {
        for b in 0..self.batch {
            let into = &mut into[b * width..b * width + columns];
            for above in self.above {
                let start = b * self.stride + self.first;
                let share = &above.products[start..start + columns];
                for (sum, share) in into.iter_mut().zip(share) {
                    *sum += share;
                }
            }
        }
    }
}

/// Computes the delta of a hidden layer, (delta W^T + l1 sign(h) / batch) * slope, from the delta and the weight W of
/// the layer above.
pub(crate) struct HiddenDelta<'a> {
    pub(crate) collect: Collect<'a>,
    pub(crate) panel: &'a mut Panel,
    pub(crate) path: Path,
    pub(crate) l1: f32,
}

impl WithSimd for HiddenDelta<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { collect, panel, path, l1 } = self;
        let Panel { of_example, delta, width, columns, .. } = &mut *panel;
        delta[..collect.batch * *width].fill(0.0);
        match path {
            Path::Sparse | Path::Blocks => collect.listed(of_example, delta, *width),
            Path::Dense => collect.all(delta, *width, *columns),
        }
        finish_delta(panel, collect.batch, l1);
    }
}

/// Turns the derivative of the cost with respect to a panel's outputs into the panel's delta, with the L1 penalty.
#[inline(always)]
pub(crate) fn finish_delta(panel: &mut Panel, batch: usize, l1: f32) {
    let Panel { value, slope, delta, width, .. } = panel;
    let all = batch * *width;
    let l1 = l1 / batch as f32;
    for ((delta, value), slope) in delta[..all].iter_mut().zip(&value[..all]).zip(&slope[..all]) {
        *delta = without_tiny((*delta + l1 * sign(*value)) * slope);
    }
}

/// Subtracts from each bias `rate` times the sum of its deltas over the minibatch. The deltas are summed first, because
/// a separate small step for each example could be lost to rounding.
#[inline(always)]
pub(crate) fn update_bias(bias: &mut [f32], delta: &[f32], batch: usize, rate: f32) {
    let width = bias.len();
    for (k, bias) in bias.chunks_exact_mut(LINE).enumerate() {
        let mut sums = [0f32; LINE];
        for row in delta[..batch * width].chunks_exact(width) {
            for (sum, delta) in sums.iter_mut().zip(&row[k * LINE..(k + 1) * LINE]) {
                *sum += delta;
            }
        }
        for (bias, sum) in bias.iter_mut().zip(sums) {
            *bias -= rate * sum;
        }
    }
}
