//! The backward pass, delta W^T and W - rate x^T delta, one panel of columns at a time.
//!
//! A row of a panel's weight is read for its products with the deltas and then updated while it is in the nearest
//! cache, so the backward pass reads and writes each weight once. The gradient itself is never stored. The products of
//! a panel cover only its own columns; [`crate::collect`] adds them up over the panels.

use crate::floats::LINE;
use crate::forward::{Path, load, store};
use crate::panel::{Panel, row};
use pulp::{Simd, WithSimd};

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
    /// Memory for repacked operands, of at least [`packed`] floats.
    pub(crate) packed: &'a mut [f32],
}

/// Number of floats of [`Backward::packed`] for minibatches of up to `batch` examples and a panel of `width`: the deltas
/// and a line of x for each example.
pub(crate) fn packed(batch: usize, width: usize) -> usize {
    batch * (width + LINE)
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let stride = stride(self.below);
        if self.path == Path::Dense && self.work != BackwardWork::Products {
            self.pack_deltas::<S>();
        }
        for panel in self.below {
            let mut i = 0;
            match self.path {
                Path::Sparse => {
                    while i < panel.columns {
                        self.listed_row(simd, panel, i, stride);
                        i += 1;
                    }
                }
                Path::Dense => {
                    while i < panel.columns {
                        i += self.dense_rows(simd, panel, i, stride);
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

impl Backward<'_> {
    /// Processes one row of W, for the examples in which the row's input is nonzero.
    #[inline(always)]
    fn listed_row<S: Simd>(&mut self, simd: S, below: &Panel, i: usize, stride: usize) {
        let (examples, values) = below.of_column.get(i);
        if examples.is_empty() {
            return;
        }
        let at = below.first + i;
        let start = at * self.width;
        let row = &mut self.weight[start..start + self.width];
        if self.work != BackwardWork::Update {
            let mut rest = examples;
            while let Some(one) = rest.first() {
                let taken = match rest {
                    [first, second, third, fourth, ..] => {
                        let examples = [first, second, third, fourth].map(|example| *example as usize);
                        let sums = products::<S, 1, 4, 2>(simd, [row], self.d, examples);
                        store_products(self.products, stride, at, examples, sums[0])
                    }
                    [first, second, ..] => {
                        let examples = [first, second].map(|example| *example as usize);
                        let sums = products::<S, 1, 2, 4>(simd, [row], self.d, examples);
                        store_products(self.products, stride, at, examples, sums[0])
                    }
                    _ => {
                        let examples = [*one as usize];
                        let sums = products::<S, 1, 1, 4>(simd, [row], self.d, examples);
                        store_products(self.products, stride, at, examples, sums[0])
                    }
                };
                rest = &rest[taken..];
            }
        }
        if self.work != BackwardWork::Products {
            update_listed(simd, row, self.d, examples, values, self.rate);
        }
    }

    /// Copies the deltas tile by tile of [`VECTORS`] vectors of columns: `[tiles, batch, columns of a tile]`. Whole rows
    /// apart, the deltas of a tile would displace each other from the nearest cache.
    #[inline(always)]
    fn pack_deltas<S: Simd>(&mut self) {
        let columns = VECTORS * S::F32_LANES;
        for (b, row) in self.d.chunks_exact(self.width).take(self.batch).enumerate() {
            for (t, tile) in row.chunks(columns).enumerate() {
                let start = t * self.batch * columns + b * tile.len();
                self.packed[start..start + tile.len()].copy_from_slice(tile);
            }
        }
    }

    /// Processes a cache line of rows of W from `i` on, for all examples, and returns the number of rows.
    #[inline(always)]
    fn dense_rows<S: Simd>(&mut self, simd: S, below: &Panel, i: usize, stride: usize) -> usize {
        let rows = LINE.min(below.columns - i);
        if self.work != BackwardWork::Update {
            let mut b = 0;
            while b < self.batch {
                b += match self.batch - b {
                    1 => self.dense_products::<S, 1>(simd, below.first + i, rows, b, stride),
                    2 => self.dense_products::<S, 2>(simd, below.first + i, rows, b, stride),
                    3 => self.dense_products::<S, 3>(simd, below.first + i, rows, b, stride),
                    4 => self.dense_products::<S, 4>(simd, below.first + i, rows, b, stride),
                    _ => self.dense_products::<S, 5>(simd, below.first + i, rows, b, stride),
                };
            }
        }
        if self.work != BackwardWork::Products {
            self.dense_update(simd, below, i, rows);
        }
        rows
    }

    /// The products of `rows` rows of W from `at` on with the deltas of the `M` examples from `b` on; returns `M`.
    #[inline(always)]
    fn dense_products<S: Simd, const M: usize>(
        &mut self,
        simd: S,
        at: usize,
        rows: usize,
        b: usize,
        stride: usize,
    ) -> usize {
        let mut r = 0;
        while r < rows {
            r += match rows - r {
                4.. if S::REGISTER_COUNT >= 32 => self.tile_products::<S, 4, M>(simd, at + r, b, stride),
                2.. => self.tile_products::<S, 2, M>(simd, at + r, b, stride),
                _ => self.tile_products::<S, 1, M>(simd, at + r, b, stride),
            };
        }
        M
    }

    #[inline(always)]
    fn tile_products<S: Simd, const R: usize, const M: usize>(
        &mut self,
        simd: S,
        at: usize,
        b: usize,
        stride: usize,
    ) -> usize {
        let examples: [usize; M] = std::array::from_fn(|m| b + m);
        let rows: [&[f32]; R] = std::array::from_fn(|r| row(self.weight, at + r, self.width));
        let sums = products::<S, R, M, 1>(simd, rows, self.d, examples);
        for r in 0..R {
            store_products(self.products, stride, at + r, examples, sums[r]);
        }
        R
    }

    /// W - rate x^T delta for `rows` rows from `i` on, at most a cache line.
    #[inline(always)]
    fn dense_update<S: Simd>(&mut self, simd: S, below: &Panel, i: usize, rows: usize) {
        let (deltas, x) = self.packed.split_at_mut(self.batch * self.width);
        let values = (self.x)(below).chunks_exact(below.width);
        for (line, row) in x.chunks_exact_mut(LINE).zip(values).take(self.batch) {
            line.copy_from_slice(&row[i..i + LINE]);
        }
        let x = &x[..self.batch * LINE];
        let mut column = 0;
        while column < self.width {
            let vectors = VECTORS.min((self.width - column) / S::F32_LANES);
            let columns = vectors * S::F32_LANES;
            let d = &deltas[column * self.batch..(column + columns) * self.batch];
            let mut r = 0;
            while r < rows {
                let tile = &mut self.weight[(below.first + i + r) * self.width + column..];
                let (x, width, rate) = (&x[r..], self.width, self.rate);
                r += match (rows - r, vectors) {
                    (8.., VECTORS) if S::REGISTER_COUNT >= 32 => {
                        update_tile::<S, 8, VECTORS>(simd, tile, width, x, d, rate)
                    }
                    (4.., VECTORS) => update_tile::<S, 4, VECTORS>(simd, tile, width, x, d, rate),
                    (_, VECTORS) => update_tile::<S, 1, VECTORS>(simd, tile, width, x, d, rate),
                    (4.., _) => update_tile::<S, 4, 1>(simd, tile, width, x, d, rate),
                    _ => update_tile::<S, 1, 1>(simd, tile, width, x, d, rate),
                };
            }
            column += columns;
        }
    }
}

/// Number of vectors in a tile of columns of the dense update.
const VECTORS: usize = 2;

/// W - rate x^T delta for a tile of `R` rows and `V` vectors, and returns `R`. `rows` starts at the tile, `x` has the
/// `R` values of an example at the start of each cache line, and `d` the `V` vectors of each example.
#[inline(always)]
fn update_tile<S: Simd, const R: usize, const V: usize>(
    simd: S,
    rows: &mut [f32],
    width: usize,
    x: &[f32],
    d: &[f32],
    rate: f32,
) -> usize {
    let mut sums = [[simd.splat_f32s(0.0); V]; R];
    let d = S::as_simd_f32s(d).0;
    for (x, d) in x.chunks(LINE).zip(d.chunks_exact(V)) {
        let x = &x[..R];
        for r in 0..R {
            let factor = simd.splat_f32s(x[r]);
            for v in 0..V {
                sums[r][v] = simd.mul_add_e_f32s(factor, d[v], sums[r][v]);
            }
        }
    }
    for r in 0..R {
        apply_gradient::<S, V>(simd, &mut rows[r * width..], sums[r], rate);
    }
    R
}

/// W - rate x^T delta for one row, over the listed examples.
#[inline(always)]
fn update_listed<S: Simd>(simd: S, row: &mut [f32], d: &[f32], examples: &[u32], values: &[f32], rate: f32) {
    let width = row.len();
    let mut column = 0;
    while column < width {
        let tile = &mut row[column..];
        let d = (d, width, column);
        column += match (width - column) / S::F32_LANES {
            8.. => update_listed_tile::<S, 8>(simd, tile, d, examples, values, rate),
            4.. => update_listed_tile::<S, 4>(simd, tile, d, examples, values, rate),
            _ => update_listed_tile::<S, 1>(simd, tile, d, examples, values, rate),
        };
    }
}

#[inline(always)]
fn update_listed_tile<S: Simd, const V: usize>(
    simd: S,
    tile: &mut [f32],
    (d, width, column): (&[f32], usize, usize),
    examples: &[u32],
    values: &[f32],
    rate: f32,
) -> usize {
    let mut sums = [simd.splat_f32s(0.0); V];
    for (m, value) in examples.iter().zip(values) {
        let factor = simd.splat_f32s(*value);
        let start = *m as usize * width + column;
        let d = &S::as_simd_f32s(&d[start..start + V * S::F32_LANES]).0[..V];
        for v in 0..V {
            sums[v] = simd.mul_add_e_f32s(factor, d[v], sums[v]);
        }
    }
    apply_gradient::<S, V>(simd, tile, sums, rate);
    V * S::F32_LANES
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
            let mut sum = sums[r][m][0];
            for u in 1..U {
                sum = simd.add_f32s(sum, sums[r][m][u]);
            }
            products[r][m] = simd.reduce_sum_f32s(sum);
        }
    }
    products
}

/// Writes the products at column `at` for `examples`, and returns the number of examples.
#[inline(always)]
fn store_products<const M: usize>(
    products: &mut [f32],
    stride: usize,
    at: usize,
    examples: [usize; M],
    values: [f32; M],
) -> usize {
    for m in 0..M {
        products[examples[m] * stride + at] = values[m];
    }
    M
}
