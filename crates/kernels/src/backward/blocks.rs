//! The backward pass over lists of the nonzero values, for minibatches so large that their deltas exceed the nearest cache.

use super::{Backward, BackwardWork, apply_gradient, products};
use crate::panel::{Panel, row};
use pulp::Simd;

/// Number of rows of W whose products with the deltas of an example are computed before those of the next example.
const ROWS: usize = 8;

impl Backward<'_> {
    /// The products for all rows, and then the update for all rows.
    #[inline(always)]
    pub(super) fn listed_blocks<S: Simd>(&mut self, simd: S, stride: usize) {
        if self.work != BackwardWork::Update {
            for panel in self.below {
                self.block_products(simd, panel, stride);
            }
        }
        if self.work != BackwardWork::Products {
            let mut column = 0;
            while column < self.width {
                column += match (self.width - column) / S::F32_LANES {
                    8.. => self.block_update::<S, 8>(simd, column),
                    4.. => self.block_update::<S, 4>(simd, column),
                    2.. => self.block_update::<S, 2>(simd, column),
                    _ => self.block_update::<S, 1>(simd, column),
                };
            }
        }
    }

    /// The products of the rows of W from a panel below with the deltas, a block of rows at a time.
    #[inline(always)]
    fn block_products<S: Simd>(&mut self, simd: S, below: &Panel, stride: usize) {
        self.positions[..self.batch].fill(0);
        let mut end = 0;
        while end < below.columns {
            end += ROWS;
            for b in 0..self.batch {
                let of_example = below.of_example.get(b).0;
                let mut k = self.positions[b];
                let mut last = k;
                while last < of_example.len() && (of_example[last] as usize) < end {
                    last += 1;
                }
                self.positions[b] = last;
                while k < last {
                    let rows = &of_example[k..last];
                    k += match rows.len() {
                        4.. => self.row_products::<S, 4, 2>(simd, below.first, rows, b, stride),
                        2.. => self.row_products::<S, 2, 4>(simd, below.first, rows, b, stride),
                        _ => self.row_products::<S, 1, 4>(simd, below.first, rows, b, stride),
                    };
                }
            }
        }
    }

    /// The products of the first `R` of `rows` of W, which count from `first` on, with the delta of example `b`; returns
    /// `R`.
    #[inline(always)]
    fn row_products<S: Simd, const R: usize, const U: usize>(
        &mut self,
        simd: S,
        first: usize,
        rows: &[u32],
        b: usize,
        stride: usize,
    ) -> usize {
        let mut weights: [&[f32]; R] = [&[]; R];
        for r in 0..R {
            weights[r] = row(self.weight, first + rows[r] as usize, self.width);
        }
        let sums = products::<S, R, 1, U>(simd, weights, self.d, [b]);
        for r in 0..R {
            self.products[b * stride + first + rows[r] as usize] = sums[r][0];
        }
        R
    }

    /// W - rate x^T delta for `V` vectors of columns, whose deltas are first copied to one place; returns the number of
    /// columns.
    #[inline(always)]
    fn block_update<S: Simd, const V: usize>(&mut self, simd: S, column: usize) -> usize {
        let columns = V * S::F32_LANES;
        let deltas = self.packed.chunks_exact_mut(columns).zip(self.d.chunks_exact(self.width));
        for (to, row) in deltas.take(self.batch) {
            to.copy_from_slice(&row[column..column + columns]);
        }
        let d = S::as_simd_f32s(&self.packed[..self.batch * columns]).0;
        for panel in self.below {
            for i in 0..panel.columns {
                let (examples, values) = panel.of_column.get(i);
                if examples.is_empty() {
                    continue;
                }
                let mut sums = [simd.splat_f32s(0.0); V];
                for (example, value) in examples.iter().zip(values) {
                    let factor = simd.splat_f32s(*value);
                    let d = &d[*example as usize * V..][..V];
                    for v in 0..V {
                        sums[v] = simd.mul_add_e_f32s(factor, d[v], sums[v]);
                    }
                }
                let start = (panel.first + i) * self.width + column;
                apply_gradient::<S, V>(simd, &mut self.weight[start..], sums, self.rate);
            }
        }
        columns
    }
}
