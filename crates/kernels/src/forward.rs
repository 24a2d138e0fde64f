//! The forward pass, z = x W + b, one panel of columns at a time.

mod listed;

use crate::floats::LINE;
use crate::panel::{Panel, row};
use pulp::{Simd, WithSimd};

/// How a layer reads the values below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// The layer reads lists of the nonzero values, one example after the other.
    Sparse,
    /// The layer reads lists of the nonzero values in blocks of its rows, which stay in the nearest cache while all
    /// examples of a large minibatch use them.
    Blocks,
    /// The layer reads all values.
    Dense,
}

/// Computes x W + b for `batch` examples into `out`.
pub(crate) struct Forward<'a> {
    /// `[inputs, width]`
    pub(crate) weight: &'a [f32],
    /// `[width]`
    pub(crate) bias: &'a [f32],
    pub(crate) width: usize,
    pub(crate) below: &'a [Panel],
    /// Returns the matrix of a panel below that serves as x, for [`Path::Dense`].
    pub(crate) x: fn(&Panel) -> &[f32],
    pub(crate) path: Path,
    pub(crate) batch: usize,
    /// Memory for the repacked weights of a tile of columns, of at least inputs * [`WIDEST`](crate::panel::WIDEST)
    /// floats.
    pub(crate) tile: &'a mut [f32],
    /// Memory for a position in the lists of each example, `[batch]`.
    pub(crate) positions: &'a mut [usize],
    /// `[batch, width]`
    pub(crate) out: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        match self.path {
            Path::Sparse => {
                for b in 0..self.batch {
                    self.listed_example(simd, b);
                }
            }
            Path::Blocks => {
                let mut column = 0;
                while column < self.width {
                    column += match (self.width - column) / S::F32_LANES {
                        8.. if S::F32_LANES <= LINE / 2 => self.listed_columns::<S, 8>(simd, column),
                        4.. => self.listed_columns::<S, 4>(simd, column),
                        2.. => self.listed_columns::<S, 2>(simd, column),
                        _ => self.listed_columns::<S, 1>(simd, column),
                    };
                }
            }
            Path::Dense => {
                let mut column = 0;
                while column < self.width {
                    // A tile has up to 6 x V sums, which have to fit into the registers with V weights and a value.
                    column += match (self.width - column) / S::F32_LANES {
                        4.. if S::REGISTER_COUNT >= 32 => self.dense_columns::<S, 4>(simd, column),
                        2.. => self.dense_columns::<S, 2>(simd, column),
                        _ => self.dense_columns::<S, 1>(simd, column),
                    };
                }
            }
        }
    }
}

impl Forward<'_> {
    /// Computes `V` vectors of columns for all examples, in groups of up to six examples, whose sums stay in registers.
    /// For more than two groups, the weights of these columns are first packed.
    #[inline(always)]
    fn dense_columns<S: Simd, const V: usize>(&mut self, simd: S, column: usize) -> usize {
        let columns = V * S::F32_LANES;
        let groups = self.batch.div_ceil(6);
        if groups > 2 {
            self.pack(column, columns);
        }
        let mut b = 0;
        for group in 0..groups {
            b += match (self.batch - b).div_ceil(groups - group) {
                1 => self.dense_tile::<S, 1, V>(simd, b, column, groups),
                2 => self.dense_tile::<S, 2, V>(simd, b, column, groups),
                3 => self.dense_tile::<S, 3, V>(simd, b, column, groups),
                4 => self.dense_tile::<S, 4, V>(simd, b, column, groups),
                5 => self.dense_tile::<S, 5, V>(simd, b, column, groups),
                _ => self.dense_tile::<S, 6, V>(simd, b, column, groups),
            };
        }
        columns
    }

    /// Copies the weights of some columns to one place, because whole rows apart they would displace each other from the
    /// nearest cache.
    #[inline(always)]
    fn pack(&mut self, column: usize, columns: usize) {
        for (to, row) in self.tile.chunks_exact_mut(columns).zip(self.weight.chunks_exact(self.width)) {
            to.copy_from_slice(&row[column..column + columns]);
        }
    }

    /// Computes `V` vectors of columns for the `M` examples from `b` on, and returns `M`.
    #[inline(always)]
    fn dense_tile<S: Simd, const M: usize, const V: usize>(
        &mut self,
        simd: S,
        b: usize,
        column: usize,
        groups: usize,
    ) -> usize {
        let (weight, stride) = match groups {
            ..=2 => (&self.weight[column..], self.width / S::F32_LANES),
            _ => (&*self.tile, V),
        };
        let weight = S::as_simd_f32s(weight).0;
        let mut sums = [load::<S, V>(simd, &self.bias[column..]); M];
        for panel in self.below {
            let x = (self.x)(panel);
            let x: [&[f32]; M] = std::array::from_fn(|m| &row(x, b + m, panel.width)[..panel.columns]);
            for i in 0..panel.columns {
                let row = &weight[(panel.first + i) * stride..][..V];
                for m in 0..M {
                    let value = simd.splat_f32s(x[m][i]);
                    for v in 0..V {
                        sums[m][v] = simd.mul_add_e_f32s(value, row[v], sums[m][v]);
                    }
                }
            }
        }
        for m in 0..M {
            store::<S, V>(&mut self.out[(b + m) * self.width + column..], sums[m]);
        }
        M
    }
}

/// The first `V` vectors of `from`.
///
/// Vector code in this crate avoids closures, which are not compiled for the instruction set of their caller.
#[inline(always)]
pub(crate) fn load<S: Simd, const V: usize>(simd: S, from: &[f32]) -> [S::f32s; V] {
    let from = &S::as_simd_f32s(&from[..V * S::F32_LANES]).0[..V];
    let mut vectors = [simd.splat_f32s(0.0); V];
    vectors.copy_from_slice(from);
    vectors
}

/// Writes `V` vectors to the start of `to`.
#[inline(always)]
pub(crate) fn store<S: Simd, const V: usize>(to: &mut [f32], vectors: [S::f32s; V]) {
    let to = S::as_mut_simd_f32s(&mut to[..V * S::F32_LANES]).0;
    to.copy_from_slice(&vectors);
}
