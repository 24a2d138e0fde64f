//! The dense products delta W^T of a large minibatch, with an example in each lane of a vector.
//!
//! The sums of a tile are then complete, while [`products`](super::products) has to add up the lanes of a vector for every
//! row and example; `docs/kernels.md` has the times of both.

use super::Backward;
use crate::floats::LINE;
use crate::panel::row;
use pulp::Simd;

/// The largest number of vectors of examples in a tile: 3 where there are 32 registers, and 2 where there are 16.
const VECTORS: usize = 3;

impl Backward<'_> {
    /// Whether the products are computed with an example in each lane. That is faster when the examples fill at least
    /// two thirds of the lanes.
    pub(super) fn transposes<S: Simd>(&self) -> bool {
        3 * self.batch >= 2 * self.batch.next_multiple_of(S::F32_LANES)
    }

    /// Copies the deltas transposed, a tile of examples after the other: `[width, lanes of the tile]`. Lanes without an
    /// example are 0.
    #[inline(always)]
    pub(super) fn transpose_deltas<S: Simd>(&mut self) {
        let (batch, width) = (self.batch, self.width);
        let mut transposed = &mut self.packed[batch * (width + LINE)..];
        let mut b = 0;
        while b < batch {
            let lanes = vectors::<S>(batch - b) * S::F32_LANES;
            let (tile, rest) = std::mem::take(&mut transposed).split_at_mut(width * lanes);
            tile.fill(0.0);
            let deltas = self.d[b * width..batch * width].chunks_exact(width).take(lanes);
            for (l, lines) in tile.chunks_exact_mut(LINE * lanes).enumerate() {
                for (lane, delta) in deltas.clone().enumerate() {
                    for (k, value) in delta[l * LINE..(l + 1) * LINE].iter().enumerate() {
                        lines[k * lanes + lane] = *value;
                    }
                }
            }
            transposed = rest;
            b += lanes;
        }
    }

    /// The products of `rows` rows of W from `at` on, at most a cache line, with the deltas of all examples.
    #[inline(always)]
    pub(super) fn transposed_products<S: Simd>(&mut self, simd: S, at: usize, rows: usize, stride: usize) {
        let mut b = 0;
        while b < self.batch {
            b += match vectors::<S>(self.batch - b) {
                1 => self.products_of_examples::<S, 1>(simd, at, rows, b, stride),
                2 => self.products_of_examples::<S, 2>(simd, at, rows, b, stride),
                _ => self.products_of_examples::<S, VECTORS>(simd, at, rows, b, stride),
            };
        }
    }

    /// The products with the deltas of the examples in the `V` vectors from example `b` on; returns the number of lanes.
    #[inline(always)]
    fn products_of_examples<S: Simd, const V: usize>(
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
                8.. if S::REGISTER_COUNT >= 32 => self.transposed_tile::<S, 8, V>(simd, at + r, b, stride),
                // 16 rows, a whole cache line, are 6 + 5 + 5.
                LINE => self.transposed_tile::<S, 6, V>(simd, at + r, b, stride),
                5.. if S::REGISTER_COUNT < 32 => self.transposed_tile::<S, 5, V>(simd, at + r, b, stride),
                _ => self.transposed_tile::<S, 1, V>(simd, at + r, b, stride),
            };
        }
        V * S::F32_LANES
    }

    #[inline(always)]
    fn transposed_tile<S: Simd, const R: usize, const V: usize>(
        &mut self,
        simd: S,
        at: usize,
        b: usize,
        stride: usize,
    ) -> usize {
        let (batch, width, lanes) = (self.batch, self.width, V * S::F32_LANES);
        let rows: [&[f32]; R] = std::array::from_fn(|r| row(self.weight, at + r, width));
        let d = &self.packed[batch * (width + LINE) + b * width..][..width * lanes];
        let mut sums = [[simd.splat_f32s(0.0); V]; R];
        for (j, d) in S::as_simd_f32s(d).0.chunks_exact(V).enumerate() {
            for r in 0..R {
                let weight = simd.splat_f32s(rows[r][j]);
                for v in 0..V {
                    sums[r][v] = simd.mul_add_e_f32s(weight, d[v], sums[r][v]);
                }
            }
        }
        let mut columns = [[0f32; VECTORS * LINE]; R];
        for r in 0..R {
            S::as_mut_simd_f32s(&mut columns[r]).0[..V].copy_from_slice(&sums[r]);
        }
        for lane in 0..lanes.min(batch - b) {
            let to = &mut self.products[(b + lane) * stride + at..][..R];
            for r in 0..R {
                to[r] = columns[r][lane];
            }
        }
        R
    }
}

/// Number of vectors in the next tile, if `examples` are left: the vectors are spread evenly over the tiles.
fn vectors<S: Simd>(examples: usize) -> usize {
    let vectors = examples.div_ceil(S::F32_LANES);
    vectors.div_ceil(vectors.div_ceil(if S::REGISTER_COUNT >= 32 { VECTORS } else { 2 }))
}
