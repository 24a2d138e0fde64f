//! The forward pass over lists of the nonzero values.

use super::{Forward, load, store};
use pulp::Simd;

/// Number of rows of W in a block.
const BLOCK: usize = 64;

impl Forward<'_> {
    /// Computes one example from its lists: each weight used is read once, and the sums stay in registers.
    #[inline(always)]
    pub(super) fn listed_example<S: Simd>(&mut self, simd: S, b: usize) {
        let mut column = 0;
        while column < self.width {
            column += match (self.width - column) / S::F32_LANES {
                16.. if S::REGISTER_COUNT >= 32 => self.listed_tile::<S, 16>(simd, b, column),
                8.. => self.listed_tile::<S, 8>(simd, b, column),
                4.. => self.listed_tile::<S, 4>(simd, b, column),
                2.. => self.listed_tile::<S, 2>(simd, b, column),
                _ => self.listed_tile::<S, 1>(simd, b, column),
            };
        }
    }

    #[inline(always)]
    fn listed_tile<S: Simd, const V: usize>(&mut self, simd: S, b: usize, column: usize) -> usize {
        let columns = V * S::F32_LANES;
        let mut sums = load::<S, V>(simd, &self.bias[column..]);
        let mut weight = &self.weight[column..];
        for (k, panel) in self.below.iter().enumerate() {
            let (indices, values) = panel.of_example.get(b);
            for (index, value) in indices.iter().zip(values) {
                let start = *index as usize * self.width;
                let row = &S::as_simd_f32s(&weight[start..start + columns]).0[..V];
                let value = simd.splat_f32s(*value);
                for v in 0..V {
                    sums[v] = simd.mul_add_e_f32s(value, row[v], sums[v]);
                }
            }
            if k + 1 < self.below.len() {
                weight = &weight[panel.columns * self.width..];
            }
        }
        store::<S, V>(&mut self.out[b * self.width + column..], sums);
        columns
    }

    /// Computes `V` vectors of columns for all examples: a block of rows of W serves every example that uses some of
    /// these rows before the next block is read.
    #[inline(always)]
    pub(super) fn listed_columns<S: Simd, const V: usize>(&mut self, simd: S, column: usize) -> usize {
        let columns = V * S::F32_LANES;
        self.pack(column, columns);
        for b in 0..self.batch {
            store::<S, V>(&mut self.out[b * self.width + column..], load::<S, V>(simd, &self.bias[column..]));
        }
        for panel in self.below {
            let weight = &self.tile[panel.first * columns..];
            self.positions[..self.batch].fill(0);
            let mut end = 0;
            while end < panel.columns {
                end += BLOCK;
                for b in 0..self.batch {
                    let out = &mut self.out[b * self.width + column..];
                    let (indices, values) = panel.of_example.get(b);
                    let mut k = self.positions[b];
                    let mut sums = load::<S, V>(simd, out);
                    while k < indices.len() && (indices[k] as usize) < end {
                        let start = indices[k] as usize * columns;
                        let row = &S::as_simd_f32s(&weight[start..start + columns]).0[..V];
                        let value = simd.splat_f32s(values[k]);
                        for v in 0..V {
                            sums[v] = simd.mul_add_e_f32s(value, row[v], sums[v]);
                        }
                        k += 1;
                    }
                    store::<S, V>(out, sums);
                    self.positions[b] = k;
                }
            }
        }
        columns
    }
}
