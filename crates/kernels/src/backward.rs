//! delta W^T and W - rate x^T delta, one panel of weight rows at a time.
//!
//! A row of W is read for its products with the deltas and then updated while it is in the nearest cache, so a step
//! reads it once more than the forward pass did, and writes it once. The gradient itself is never stored.

use crate::forward::{Path, load, store};
use crate::panel::{PANEL, Panel, member};
use pulp::{Simd, WithSimd};

/// Which part of the backward pass to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Both, in one visit to each row.
    ProductsAndUpdate,
    /// Only delta W^T.
    Products,
    /// Only the update: below the first layer nobody needs the products.
    Update,
}

/// The backward pass over the weight rows of one panel below.
pub(crate) struct Backward<'a> {
    /// Rows of the weight, `[below.columns, stride]`.
    pub(crate) rows: &'a mut [f32],
    pub(crate) stride: usize,
    pub(crate) below: &'a mut Panel,
    pub(crate) above: &'a [Panel],
    /// Which matrix of a panel above stands for the deltas.
    pub(crate) d: fn(&Panel) -> &[f32],
    /// Which matrix of the panel below is x, when all of it is read.
    pub(crate) x: fn(&Panel) -> &[f32],
    pub(crate) path: Path,
    pub(crate) part: Part,
    pub(crate) batch: usize,
    pub(crate) rate: f32,
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        if self.part != Part::Update {
            self.below.delta[..self.batch * PANEL].fill(0.0);
        }
        match self.path {
            Path::Sparse => {
                for i in 0..self.below.columns {
                    self.listed_row(simd, i);
                }
            }
            Path::Dense => {
                let mut i = 0;
                while i < self.below.columns {
                    i += match self.below.columns - i {
                        4.. if S::REGISTER_COUNT >= 32 => self.tile::<S, 4>(simd, i),
                        2.. => self.tile::<S, 2>(simd, i),
                        _ => self.tile::<S, 1>(simd, i),
                    };
                }
            }
        }
    }
}

impl Backward<'_> {
    /// A row of W for the examples in which its unit is not zero.
    #[inline(always)]
    fn listed_row<S: Simd>(&mut self, simd: S, i: usize) {
        let (members, values) = self.below.of_column.get(i);
        if members.is_empty() {
            return;
        }
        let row = &mut self.rows[i * self.stride..(i + 1) * self.stride];
        if self.part != Part::Update {
            let delta = &mut self.below.delta;
            let mut rest = members;
            while let Some(first) = rest.first() {
                let taken = match rest {
                    [a, b, c, d, ..] => {
                        let members = [a, b, c, d].map(|m| *m as usize);
                        put(delta, i, members, products::<S, 1, 4, 2>(simd, [row], self.above, self.d, members)[0])
                    }
                    [a, b, ..] => {
                        let members = [a, b].map(|m| *m as usize);
                        put(delta, i, members, products::<S, 1, 2, 4>(simd, [row], self.above, self.d, members)[0])
                    }
                    _ => {
                        let members = [*first as usize];
                        put(delta, i, members, products::<S, 1, 1, 8>(simd, [row], self.above, self.d, members)[0])
                    }
                };
                rest = &rest[taken..];
            }
        }
        if self.part != Part::Products {
            update_listed(simd, row, self.above, self.d, members, values, self.rate);
        }
    }

    /// `R` rows of W for all examples.
    #[inline(always)]
    fn tile<S: Simd, const R: usize>(&mut self, simd: S, i: usize) -> usize {
        if self.part != Part::Update {
            let mut b = 0;
            while b < self.batch {
                b += match self.batch - b {
                    1 => self.tile_products::<S, R, 1>(simd, i, b),
                    2 => self.tile_products::<S, R, 2>(simd, i, b),
                    3 => self.tile_products::<S, R, 3>(simd, i, b),
                    4 => self.tile_products::<S, R, 4>(simd, i, b),
                    _ => self.tile_products::<S, R, 5>(simd, i, b),
                };
            }
        }
        if self.part != Part::Products {
            self.tile_update::<S, R>(simd, i);
        }
        R
    }

    #[inline(always)]
    fn tile_products<S: Simd, const R: usize, const M: usize>(&mut self, simd: S, i: usize, b: usize) -> usize {
        let members: [usize; M] = std::array::from_fn(|m| b + m);
        let rows: [&[f32]; R] = std::array::from_fn(|r| &self.rows[(i + r) * self.stride..(i + r + 1) * self.stride]);
        let sums = products::<S, R, M, 1>(simd, rows, self.above, self.d, members);
        for (r, sums) in sums.into_iter().enumerate() {
            put(&mut self.below.delta, i + r, members, sums);
        }
        M
    }

    #[inline(always)]
    fn tile_update<S: Simd, const R: usize>(&mut self, simd: S, i: usize) {
        let x = (self.x)(self.below);
        for (k, panel) in self.above.iter().enumerate() {
            let d = (self.d)(panel);
            let mut column = 0;
            while column < panel.width {
                let start = i * self.stride + k * PANEL + column;
                let rows = &mut self.rows[start..];
                let wide = (panel.width - column) / S::F32_LANES >= 4 && S::REGISTER_COUNT >= 32;
                column += if wide {
                    update_tile::<S, R, 4>(simd, rows, self.stride, (x, i), (d, column), self.batch, self.rate)
                } else {
                    update_tile::<S, R, 1>(simd, rows, self.stride, (x, i), (d, column), self.batch, self.rate)
                };
            }
        }
    }
}

/// Adds -rate x^T delta to a tile of `R` rows and `V` vectors; `rows` starts at it.
#[inline(always)]
fn update_tile<S: Simd, const R: usize, const V: usize>(
    simd: S,
    rows: &mut [f32],
    stride: usize,
    (x, i): (&[f32], usize),
    (d, column): (&[f32], usize),
    batch: usize,
    rate: f32,
) -> usize {
    let mut tile = [[simd.splat_f32s(0.0); V]; R];
    for r in 0..R {
        tile[r] = load::<S, V>(simd, &rows[r * stride..]);
    }
    for (x, d) in x.chunks_exact(PANEL).zip(d.chunks_exact(PANEL)).take(batch) {
        let d = load::<S, V>(simd, &d[column..]);
        let x = &x[i..i + R];
        for r in 0..R {
            let factor = simd.splat_f32s(-rate * x[r]);
            for v in 0..V {
                tile[r][v] = simd.mul_add_e_f32s(factor, d[v], tile[r][v]);
            }
        }
    }
    for (r, vectors) in tile.into_iter().enumerate() {
        store::<S, V>(&mut rows[r * stride..], vectors);
    }
    V * S::F32_LANES
}

/// Adds -rate x delta of the listed examples to a row.
#[inline(always)]
fn update_listed<S: Simd>(
    simd: S,
    row: &mut [f32],
    above: &[Panel],
    d: fn(&Panel) -> &[f32],
    members: &[u32],
    values: &[f32],
    rate: f32,
) {
    for (k, panel) in above.iter().enumerate() {
        let d = d(panel);
        let row = &mut row[k * PANEL..][..panel.width];
        let mut column = 0;
        while column < panel.width {
            let tile = &mut row[column..];
            column += match (panel.width - column) / S::F32_LANES {
                8.. => update_listed_tile::<S, 8>(simd, tile, (d, column), members, values, rate),
                4.. => update_listed_tile::<S, 4>(simd, tile, (d, column), members, values, rate),
                _ => update_listed_tile::<S, 1>(simd, tile, (d, column), members, values, rate),
            };
        }
    }
}

#[inline(always)]
fn update_listed_tile<S: Simd, const V: usize>(
    simd: S,
    tile: &mut [f32],
    (d, column): (&[f32], usize),
    members: &[u32],
    values: &[f32],
    rate: f32,
) -> usize {
    let mut sums = load::<S, V>(simd, tile);
    for (m, value) in members.iter().zip(values) {
        let factor = simd.splat_f32s(-rate * value);
        let d = load::<S, V>(simd, &d[*m as usize * PANEL + column..]);
        for v in 0..V {
            sums[v] = simd.mul_add_e_f32s(factor, d[v], sums[v]);
        }
    }
    store::<S, V>(tile, sums);
    V * S::F32_LANES
}

/// The products of `R` rows of W with the deltas of `M` examples, each summed in `U` parts: enough independent sums to
/// hide the latency of an addition.
#[inline(always)]
fn products<S: Simd, const R: usize, const M: usize, const U: usize>(
    simd: S,
    rows: [&[f32]; R],
    above: &[Panel],
    d: fn(&Panel) -> &[f32],
    members: [usize; M],
) -> [[f32; M]; R] {
    let mut sums = [[[simd.splat_f32s(0.0); U]; M]; R];
    for (k, panel) in above.iter().enumerate() {
        let w: [&[S::f32s]; R] = std::array::from_fn(|r| S::as_simd_f32s(&rows[r][k * PANEL..][..panel.width]).0);
        let matrix = d(panel);
        let d: [&[S::f32s]; M] = std::array::from_fn(|m| S::as_simd_f32s(&member(matrix, members[m])[..panel.width]).0);
        let vectors = panel.width / S::F32_LANES;
        let w: [&[S::f32s]; R] = w.map(|w| &w[..vectors]);
        let d: [&[S::f32s]; M] = d.map(|d| &d[..vectors]);
        let whole = vectors / U * U;
        for v in (0..whole).step_by(U) {
            for u in 0..U {
                for m in 0..M {
                    for r in 0..R {
                        sums[r][m][u] = simd.mul_add_e_f32s(w[r][v + u], d[m][v + u], sums[r][m][u]);
                    }
                }
            }
        }
        for v in whole..vectors {
            for m in 0..M {
                for r in 0..R {
                    sums[r][m][0] = simd.mul_add_e_f32s(w[r][v], d[m][v], sums[r][m][0]);
                }
            }
        }
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

/// Writes the products of row `i` for `members`, and says how many there were.
#[inline(always)]
fn put<const M: usize>(delta: &mut [f32], i: usize, members: [usize; M], products: [f32; M]) -> usize {
    for (m, product) in members.into_iter().zip(products) {
        delta[m * PANEL + i] = product;
    }
    M
}
