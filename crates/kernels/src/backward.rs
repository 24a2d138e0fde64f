//! The backward pass, delta W^T and W - rate x^T delta, one panel of columns at a time.
//!
//! A row of a panel's weight is read for its products with the deltas and then updated while it is in the nearest
//! cache, so the backward pass reads and writes each weight once. The gradient itself is never stored. The products of
//! a panel cover only its own columns; [`crate::collect`] adds them up over the panels.

mod blocks;
mod dense;
mod listed;
mod transposed;

use crate::floats::LINE;
use crate::forward::{Path, load, store};
use crate::panel::{Panel, row};
use pulp::{Simd, WithSimd};

/// The largest minibatch for which the dense products and the update share one visit to each row: the deltas, packed
/// once for each, must not displace each other from the second-level cache.
const MOST_AT_ONCE: usize = 128;

/// The parts of the backward pass that are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackwardWork {
    /// The products delta W^T and the update of W, in one visit to each row.
    ProductsAndUpdate,
    /// Only the products delta W^T.
    Products,
    /// Only the update of W, as in the first layer, below which no deltas are needed.
    Update,
}

/// The backward pass over the weight of one panel.
pub(crate) struct Backward<'a> {
    /// `[inputs, width]`
    pub(crate) weight: &'a mut [f32],
    pub(crate) width: usize,
    /// The deltas, or the code in the decoder of an auto-encoder, `[batch, width]`.
    pub(crate) d: &'a [f32],
    /// `[batch, inputs]`, rows padded to whole cache lines.
    pub(crate) products: &'a mut [f32],
    pub(crate) below: &'a [Panel],
    /// Returns the matrix of a panel below that serves as x, for [`Path::Dense`].
    pub(crate) x: fn(&Panel) -> &[f32],
    pub(crate) path: Path,
    pub(crate) work: BackwardWork,
    pub(crate) batch: usize,
    pub(crate) rate: f32,
    /// Memory for the repacked deltas and x, and for the transposed deltas, as [`Panel::of`] makes it.
    pub(crate) packed: &'a mut [f32],
    /// Memory for a position in the lists of each example, `[batch]`.
    pub(crate) positions: &'a mut [usize],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let stride = stride(self.below);
        match self.path {
            Path::Sparse => {
                for panel in self.below {
                    for i in 0..panel.columns {
                        self.listed_row(simd, panel, i, stride);
                    }
                }
            }
            Path::Blocks => self.listed_blocks(simd, stride),
            Path::Dense => {
                if self.work != BackwardWork::Products {
                    self.pack_deltas::<S>();
                }
                if self.work != BackwardWork::Update && self.transposes::<S>() {
                    self.transpose_deltas::<S>();
                }
                let works = match self.work {
                    BackwardWork::ProductsAndUpdate if self.batch > MOST_AT_ONCE => {
                        &[BackwardWork::Products, BackwardWork::Update][..]
                    }
                    work => &[work],
                };
                for work in works {
                    for panel in self.below {
                        let mut i = 0;
                        while i < panel.columns {
                            i += self.dense_rows(simd, *work, panel, i, stride);
                        }
                    }
                }
            }
        }
    }
}

/// Number of floats from the products of one example to the products of the next.
pub(crate) fn stride(below: &[Panel]) -> usize {
    let columns: usize = below.iter().map(|panel| panel.columns).sum();
    columns.next_multiple_of(LINE)
}

/// W - rate * gradient for `V` vectors. The gradient is the sum over the whole minibatch, because a separate small step
/// for each example could be lost to rounding.
#[inline(always)]
fn apply_gradient<S: Simd, const V: usize>(simd: S, weight: &mut [f32], gradient: [S::f32s; V], rate: f32) {
    let rate = simd.splat_f32s(-rate);
    let mut updated = load::<S, V>(simd, weight);
    for v in 0..V {
        updated[v] = simd.mul_add_e_f32s(rate, gradient[v], updated[v]);
    }
    store::<S, V>(weight, updated);
}

/// The products of `R` rows of W with the deltas of `M` examples, each summed in `U` parts: enough independent sums to
/// hide the latency of an addition.
#[inline(always)]
fn products<S: Simd, const R: usize, const M: usize, const U: usize>(
    simd: S,
    rows: [&[f32]; R],
    d: &[f32],
    examples: [usize; M],
) -> [[f32; M]; R] {
    let width = rows[0].len();
    let vectors = width / S::F32_LANES;
    let w: [&[S::f32s]; R] = std::array::from_fn(|r| &S::as_simd_f32s(rows[r]).0[..vectors]);
    let d: [&[S::f32s]; M] = std::array::from_fn(|m| &S::as_simd_f32s(row(d, examples[m], width)).0[..vectors]);
    let mut sums = [[[simd.splat_f32s(0.0); U]; M]; R];
    let whole = vectors / U * U;
    let mut v = 0;
    while v < whole {
        for u in 0..U {
            for m in 0..M {
                for r in 0..R {
                    sums[r][m][u] = simd.mul_add_e_f32s(w[r][v + u], d[m][v + u], sums[r][m][u]);
                }
            }
        }
        v += U;
    }
    while v < vectors {
        for m in 0..M {
            for r in 0..R {
                sums[r][m][0] = simd.mul_add_e_f32s(w[r][v], d[m][v], sums[r][m][0]);
            }
        }
        v += 1;
    }
    let mut products = [[0.0; M]; R];
    for r in 0..R {
        for m in 0..M {
            products[r][m] = sum_parts::<S, U>(simd, sums[r][m]);
        }
    }
    products
}

/// The sum of all lanes of all parts.
#[inline(always)]
fn sum_parts<S: Simd, const U: usize>(simd: S, parts: [S::f32s; U]) -> f32 {
    let mut sum = parts[0];
    for u in 1..U {
        sum = simd.add_f32s(sum, parts[u]);
    }
    simd.reduce_sum_f32s(sum)
}
