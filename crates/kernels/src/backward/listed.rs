//! The backward pass over lists of the nonzero values, one row at a time.

use super::{Backward, BackwardWork, products, sum_parts};
use crate::panel::{Panel, row};
use pulp::Simd;

impl Backward<'_> {
    /// Processes one row of W, for the examples in which the row's input is nonzero. Where they are few, the products
    /// and the update share one pass over the row.
    #[inline(always)]
    pub(super) fn listed_row<S: Simd>(&mut self, simd: S, below: &Panel, i: usize, stride: usize) {
        let (examples, values) = below.of_column.get(i);
        let at = below.first + i;
        let weight = &mut self.weight[at * self.width..(at + 1) * self.width];
        let listed = Listed { examples, values, d: self.d, rate: self.rate };
        let products = &mut self.products[at..];
        match (self.work, examples.len()) {
            (BackwardWork::ProductsAndUpdate, 1) => listed.both::<S, 1, 4>(simd, weight, products, stride),
            (BackwardWork::ProductsAndUpdate, 2) => listed.both::<S, 2, 4>(simd, weight, products, stride),
            (BackwardWork::ProductsAndUpdate, 4) => listed.both::<S, 4, 2>(simd, weight, products, stride),
            (BackwardWork::ProductsAndUpdate, _) => {
                listed.products(simd, weight, products, stride);
                listed.update(simd, weight);
            }
            (BackwardWork::Products, _) => listed.products(simd, weight, products, stride),
            (BackwardWork::Update, _) => listed.update(simd, weight),
        }
    }
}

/// The examples in which the input of a row of W is nonzero.
struct Listed<'a> {
    examples: &'a [u32],
    /// The values of the input in these examples.
    values: &'a [f32],
    /// The deltas of all examples, `[batch, width]`.
    d: &'a [f32],
    rate: f32,
}

impl Listed<'_> {
    /// The products of a row of W with the deltas, written `stride` apart from the start of `to` on.
    #[inline(always)]
    fn products<S: Simd>(&self, simd: S, weight: &[f32], to: &mut [f32], stride: usize) {
        let mut rest = self.examples;
        while !rest.is_empty() {
            let taken = match rest.len() {
                4.. => some_products::<S, 4, 2>(simd, weight, self.d, rest, to, stride),
                2.. => some_products::<S, 2, 4>(simd, weight, self.d, rest, to, stride),
                _ => some_products::<S, 1, 4>(simd, weight, self.d, rest, to, stride),
            };
            rest = &rest[taken..];
        }
    }

    /// Updates a row of W to W - rate x^T delta. Up to 10 examples, the size of the paper's minibatch, the compiler knows
    /// the number of examples; otherwise, the end of the short loop would be mispredicted for most rows.
    #[inline(always)]
    fn update<S: Simd>(&self, simd: S, weight: &mut [f32]) {
        match self.examples.len() {
            0 => {}
            1 => self.update_few::<S, 1>(simd, weight),
            2 => self.update_few::<S, 2>(simd, weight),
            3 => self.update_few::<S, 3>(simd, weight),
            4 => self.update_few::<S, 4>(simd, weight),
            5 => self.update_few::<S, 5>(simd, weight),
            6 => self.update_few::<S, 6>(simd, weight),
            7 => self.update_few::<S, 7>(simd, weight),
            8 => self.update_few::<S, 8>(simd, weight),
            9 => self.update_few::<S, 9>(simd, weight),
            10 => self.update_few::<S, 10>(simd, weight),
            _ => self.update_many(simd, weight),
        }
    }

    #[inline(always)]
    fn update_many<S: Simd>(&self, simd: S, weight: &mut [f32]) {
        let mut column = 0;
        while column < weight.len() {
            column += match (weight.len() - column) / S::F32_LANES {
                8.. => self.update_tile::<S, 8>(simd, weight, column),
                4.. => self.update_tile::<S, 4>(simd, weight, column),
                2.. => self.update_tile::<S, 2>(simd, weight, column),
                _ => self.update_tile::<S, 1>(simd, weight, column),
            };
        }
    }

    /// W - rate x^T delta for the `V` vectors of a row from `column` on; returns their number of columns.
    #[inline(always)]
    fn update_tile<S: Simd, const V: usize>(&self, simd: S, weight: &mut [f32], column: usize) -> usize {
        let (width, columns) = (weight.len(), V * S::F32_LANES);
        let mut sums = [simd.splat_f32s(0.0); V];
        for (example, value) in self.examples.iter().zip(self.values) {
            let factor = simd.splat_f32s(*value);
            let d = &row(self.d, *example as usize, width)[column..column + columns];
            let d = &S::as_simd_f32s(d).0[..V];
            for v in 0..V {
                sums[v] = simd.mul_add_e_f32s(factor, d[v], sums[v]);
            }
        }
        super::apply_gradient::<S, V>(simd, &mut weight[column..], sums, self.rate);
        columns
    }

    /// W - rate x^T delta for a row and exactly `M` examples.
    #[inline(always)]
    fn update_few<S: Simd, const M: usize>(&self, simd: S, weight: &mut [f32]) {
        let weight = S::as_mut_simd_f32s(weight).0;
        let (factors, d) = self.vectors::<S, M>(simd, weight.len());
        let rate = simd.splat_f32s(-self.rate);
        for v in 0..weight.len() {
            let mut gradient = simd.splat_f32s(0.0);
            for m in 0..M {
                gradient = simd.mul_add_e_f32s(factors[m], d[m][v], gradient);
            }
            weight[v] = simd.mul_add_e_f32s(rate, gradient, weight[v]);
        }
    }

    /// The products of a row with the deltas of exactly `M` examples, each summed in `U` parts, and the update of the
    /// row, for which the deltas are not read again.
    #[inline(always)]
    fn both<S: Simd, const M: usize, const U: usize>(
        &self,
        simd: S,
        weight: &mut [f32],
        to: &mut [f32],
        stride: usize,
    ) {
        let weight = S::as_mut_simd_f32s(weight).0;
        let (factors, d) = self.vectors::<S, M>(simd, weight.len());
        let rate = simd.splat_f32s(-self.rate);
        let mut sums = [[simd.splat_f32s(0.0); U]; M];
        let whole = weight.len() / U * U;
        let mut v = 0;
        while v < weight.len() {
            // What is left after the whole groups of U vectors belongs to the first part of the sums.
            let parts = if v < whole { U } else { 1 };
            for u in 0..parts {
                let w = weight[v + u];
                let mut gradient = simd.splat_f32s(0.0);
                for m in 0..M {
                    let d = d[m][v + u];
                    sums[m][u] = simd.mul_add_e_f32s(w, d, sums[m][u]);
                    gradient = simd.mul_add_e_f32s(factors[m], d, gradient);
                }
                weight[v + u] = simd.mul_add_e_f32s(rate, gradient, w);
            }
            v += parts;
        }
        for m in 0..M {
            to[self.examples[m] as usize * stride] = sum_parts::<S, U>(simd, sums[m]);
        }
    }

    /// For the first `M` examples, the value of the input in all lanes, and the deltas, `vectors` vectors wide.
    #[inline(always)]
    fn vectors<S: Simd, const M: usize>(&self, simd: S, vectors: usize) -> ([S::f32s; M], [&[S::f32s]; M]) {
        let mut factors = [simd.splat_f32s(0.0); M];
        let mut d: [&[S::f32s]; M] = [&[]; M];
        for m in 0..M {
            factors[m] = simd.splat_f32s(self.values[m]);
            d[m] = &S::as_simd_f32s(row(self.d, self.examples[m] as usize, vectors * S::F32_LANES)).0[..vectors];
        }
        (factors, d)
    }
}

/// Writes the products of a row with the deltas of the first `M` of `examples`, and returns `M`.
#[inline(always)]
fn some_products<S: Simd, const M: usize, const U: usize>(
    simd: S,
    weight: &[f32],
    d: &[f32],
    examples: &[u32],
    to: &mut [f32],
    stride: usize,
) -> usize {
    let mut of = [0; M];
    for m in 0..M {
        of[m] = examples[m] as usize;
    }
    let sums = products::<S, 1, M, U>(simd, [weight], d, of);
    for m in 0..M {
        to[of[m] * stride] = sums[0][m];
    }
    M
}
