//! Filters whose two-dimensional weights are products of the same one-dimensional weights.

use crate::SIDE;

/// The maximum number of weights in one dimension, reached by the widest kernel of [`Smoothing`](crate::Smoothing).
pub(crate) const MOST: usize = 31;

/// Filters a square grid g of side 31 + n with n weights w: out(r, c) = sum over i, j of w(i) w(j) g(r + i, c + j).
/// `fill(k, row)` writes row k of g to `row`.
pub(crate) fn weighted(weights: &[f32], mut fill: impl FnMut(usize, &mut [f32])) -> [[f32; SIDE]; SIDE] {
    let side = SIDE - 1 + weights.len();
    let mut grid_row = [0.0; SIDE - 1 + MOST];
    let mut along_rows = [[0.0; SIDE]; SIDE - 1 + MOST];
    for (k, row) in along_rows[..side].iter_mut().enumerate() {
        fill(k, &mut grid_row[..side]);
        *row = sum(weights, grid_row[..side].array_windows());
    }
    let mut out = [[0.0; SIDE]; SIDE];
    for (r, row) in out.iter_mut().enumerate() {
        *row = sum(weights, &along_rows[r..]);
    }
    out
}

/// The sum over k of `weights[k]` times line k of `lines`, value by value.
fn sum<'a>(weights: &[f32], lines: impl IntoIterator<Item = &'a [f32; SIDE]>) -> [f32; SIDE] {
    let mut total = [0.0; SIDE];
    for (weight, line) in weights.iter().zip(lines) {
        for (sum, value) in total.iter_mut().zip(line) {
            *sum += weight * value;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_passes_equal_the_sum_over_the_square() {
        let weights = [0.1, 0.5, 0.3, -0.2];
        let grid = |row: usize, column: usize| ((row * 7 + column * 13) % 11) as f32 / 11.0;
        let fill = |k: usize, row: &mut [f32]| {
            assert_eq!(row.len(), SIDE + 3);
            row.iter_mut().enumerate().for_each(|(column, value)| *value = grid(k, column));
        };
        let out = weighted(&weights, fill);
        for (r, c) in [(0, 0), (5, 30), (31, 31), (17, 2)] {
            let mut direct = 0.0;
            for (i, vertical) in weights.iter().enumerate() {
                for (j, horizontal) in weights.iter().enumerate() {
                    direct += vertical * horizontal * grid(r + i, c + j);
                }
            }
            assert!((out[r][c] - direct).abs() < 1e-6, "row {r}, column {c}: {} instead of {direct}", out[r][c]);
        }
    }

    #[test]
    fn a_single_weight_scales_the_grid() {
        let out = weighted(&[2.0], |k, row| row.fill(k as f32));
        assert_eq!(out[31], [124.0; SIDE]);
    }
}
