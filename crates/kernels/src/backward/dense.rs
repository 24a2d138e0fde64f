//! The backward pass over all values, for a cache line of rows at a time.

use super::{Backward, BackwardWork, apply_gradient, products};
use crate::floats::LINE;
use crate::panel::{Panel, row};
use pulp::Simd;

impl Backward<'_> {
    /// Copies the deltas tile by tile: `[batch, columns of the tile]` for each tile. Whole rows apart, the deltas of a
    /// tile would displace each other from the nearest cache.
    #[inline(always)]
    pub(super) fn pack_deltas<S: Simd>(&mut self) {
        let mut column = 0;
        while column < self.width {
            let columns = vectors::<S>(self.width - column) * S::F32_LANES;
            let tile = self.packed[column * self.batch..].chunks_exact_mut(columns);
            for (to, row) in tile.zip(self.d.chunks_exact(self.width)).take(self.batch) {
                to.copy_from_slice(&row[column..column + columns]);
            }
            column += columns;
        }
    }

    /// Processes a cache line of rows of W from `i` on, for all examples, and returns the number of rows.
    #[inline(always)]
    pub(super) fn dense_rows<S: Simd>(
        &mut self,
        simd: S,
        work: BackwardWork,
        below: &Panel,
        i: usize,
        stride: usize,
    ) -> usize {
        let rows = LINE.min(below.columns - i);
        if work != BackwardWork::Update {
            if self.transposes::<S>() {
                self.transposed_products(simd, below.first + i, rows, stride);
            } else {
                self.products_by_column(simd, below.first + i, rows, stride);
            }
        }
        if work != BackwardWork::Products {
            self.dense_update(simd, below, i, rows);
        }
        rows
    }

    /// The products of `rows` rows of W from `at` on with the deltas of all examples, with a column in each lane of a
    /// vector.
    #[inline(always)]
    fn products_by_column<S: Simd>(&mut self, simd: S, at: usize, rows: usize, stride: usize) {
        let mut b = 0;
        while b < self.batch {
            b += match self.batch - b {
                1 => self.dense_products::<S, 1>(simd, at, rows, b, stride),
                2 => self.dense_products::<S, 2>(simd, at, rows, b, stride),
                3 => self.dense_products::<S, 3>(simd, at, rows, b, stride),
                4 => self.dense_products::<S, 4>(simd, at, rows, b, stride),
                _ => self.dense_products::<S, 5>(simd, at, rows, b, stride),
            };
        }
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
            for m in 0..M {
                self.products[examples[m] * stride + at + r] = sums[r][m];
            }
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
            let vectors = vectors::<S>(self.width - column);
            let columns = vectors * S::F32_LANES;
            let d = &deltas[column * self.batch..(column + columns) * self.batch];
            let mut r = 0;
            while r < rows {
                let tile = &mut self.weight[(below.first + i + r) * self.width + column..];
                let (x, width, rate) = (&x[r..], self.width, self.rate);
                r += match (rows - r, vectors) {
                    (4.., 4) if S::REGISTER_COUNT >= 32 => update_tile::<S, 4, 4>(simd, tile, width, x, d, rate),
                    (_, 4) if S::REGISTER_COUNT >= 32 => update_tile::<S, 1, 4>(simd, tile, width, x, d, rate),
                    (4.., 2) => update_tile::<S, 4, 2>(simd, tile, width, x, d, rate),
                    (_, 2) => update_tile::<S, 1, 2>(simd, tile, width, x, d, rate),
                    (4.., _) => update_tile::<S, 4, 1>(simd, tile, width, x, d, rate),
                    _ => update_tile::<S, 1, 1>(simd, tile, width, x, d, rate),
                };
            }
            column += columns;
        }
    }
}

/// Number of vectors in the next tile of columns of the dense update, if `columns` are left: as many as the registers
/// can hold for four rows, beside the deltas and x.
fn vectors<S: Simd>(columns: usize) -> usize {
    match columns / S::F32_LANES {
        4.. if S::REGISTER_COUNT >= 32 => 4,
        2.. => 2,
        _ => 1,
    }
}

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
