//! Momentum and an L2 penalty, exact although a step visits only the rows of a weight whose inputs are nonzero.
//!
//! With the learning rate r, the L2 coefficient c, the momentum m and the gradient g of the cost, a step on a weight w
//! with the velocity v is
//!
//! ```text
//! v <- m v - r (g + c w)
//! w <- w + v
//! ```
//!
//! For s = m v, this is an addition, which only rows with a gradient need, followed by a linear map, which is the same
//! for all weights of all rows:
//!
//! ```text
//! s <- s - r g
//! (w, s) <- (w + s - r c w, m (s - r c w))
//! ```
//!
//! So a row that was skipped for k steps needs the k-th power of the map before it is read again. The kernels of the
//! backward pass do the addition: they update s in place of w.

use crate::floats::without_tiny;
use crate::forward::Path;
use crate::panel::Panel;
use crate::velocity::Velocity;
use pulp::{Simd, WithSimd};

/// The momentum and L2 penalty of a stack, and the number of its steps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Momentum {
    /// The momentum m.
    factor: f64,
    /// The cost of a minibatch has the L2 penalty `l2` / 2 times the sum of the squared weights, divided by its size.
    l2: f64,
    /// The linear map of the last step.
    map: Map,
    /// Number of steps.
    steps: u64,
}

/// A linear map on (w, s), as the rows of its matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Map {
    w: [f64; 2],
    s: [f64; 2],
}

impl Momentum {
    pub(crate) fn new(momentum: f32, l2: f32) -> Self {
        Self { factor: f64::from(momentum), l2: f64::from(l2), map: Map::IDENTITY, steps: 0 }
    }

    /// The map of a step with a learning rate on a minibatch of `batch` examples.
    fn map(&self, rate: f32, batch: usize) -> Map {
        let decay = f64::from(rate) * self.l2 / batch as f64;
        Map { w: [1.0 - decay, 1.0], s: [-self.factor * decay, self.factor] }
    }

    /// Whether the map of the next step differs from that of the steps before, so that all rows must settle first.
    pub(crate) fn changes(&self, rate: f32, batch: usize) -> bool {
        self.map != self.map(rate, batch)
    }

    /// Counts a step. Its map reaches a row when the row is next read.
    pub(crate) fn step(&mut self, rate: f32, batch: usize) {
        self.map = self.map(rate, batch);
        self.steps += 1;
    }

    /// The map of the biases, which have no L2 penalty: b <- b + s, s <- m s.
    pub(crate) fn settle_bias(&self, bias: &mut [f32], velocity: &mut [f32]) {
        apply(Map { w: [1.0, 1.0], s: [0.0, self.factor] }, bias, velocity);
    }
}

impl Map {
    const IDENTITY: Self = Self { w: [1.0, 0.0], s: [0.0, 1.0] };

    /// This map after `first`.
    fn after(self, first: Self) -> Self {
        let row = |[w, s]: [f64; 2]| [w * first.w[0] + s * first.s[0], w * first.w[1] + s * first.s[1]];
        Self { w: row(self.w), s: row(self.s) }
    }

    /// This map `times` times, by repeated squaring.
    fn power(self, mut times: u64) -> Self {
        let (mut result, mut square) = (Self::IDENTITY, self);
        while times > 0 {
            if times % 2 == 1 {
                result = result.after(square);
            }
            square = square.after(square);
            times /= 2;
        }
        result
    }
}

/// Applies the maps of the steps that rows of a panel have missed: all rows, or those that the layer reads.
pub(crate) struct Settle<'a> {
    pub(crate) momentum: Momentum,
    pub(crate) panel: &'a mut Panel,
    /// The panels below, whose lists name the rows of [`Path::Sparse`] and [`Path::Blocks`].
    pub(crate) below: &'a [Panel],
    pub(crate) path: Path,
}

impl WithSimd for Settle<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { momentum, panel: Panel { weight, velocity, width, .. }, below, path } = self;
        let Some(Velocity { weight: velocity, settled, .. }) = velocity else { return };
        // Most rows of a minibatch have missed one step.
        let once = momentum.map;
        for panel in below {
            for i in 0..panel.columns {
                let missed = momentum.steps - settled[panel.first + i];
                if missed == 0 || (path != Path::Dense && panel.of_column.get(i).0.is_empty()) {
                    continue;
                }
                let map = if missed == 1 { once } else { once.power(missed) };
                let row = (panel.first + i) * *width..(panel.first + i + 1) * *width;
                apply(map, &mut weight[row.clone()], &mut velocity[row]);
                settled[panel.first + i] = momentum.steps;
            }
        }
    }
}

/// Maps each pair of a weight and its s. What a map adds to a weight keeps its precision: 1 - 5e-7, the decay of an L2
/// penalty, would be rounded by 5 % of 5e-7.
#[inline(always)]
fn apply(map: Map, weight: &mut [f32], velocity: &mut [f32]) {
    let [ww, ws, sw, ss] = [map.w[0] - 1.0, map.w[1], map.s[0], map.s[1]].map(|entry| entry as f32);
    for (w, s) in weight.iter_mut().zip(velocity) {
        (*w, *s) = (without_tiny(*w + (ww * *w + ws * *s)), without_tiny(sw * *w + ss * *s));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_of_the_map_is_so_many_steps() {
        let map = Momentum::new(0.9, 0.1).map(0.2, 4);
        let mut stepped = Map::IDENTITY;
        for times in 0..50 {
            let power = map.power(times);
            for (a, b) in [(power.w, stepped.w), (power.s, stepped.s)] {
                assert!((a[0] - b[0]).abs() < 1e-12 && (a[1] - b[1]).abs() < 1e-12, "{times}");
            }
            stepped = map.after(stepped);
        }
    }

    #[test]
    fn the_map_is_the_step_without_a_gradient() {
        let (momentum, rate, l2, batch) = (0.9, 0.2, 0.1, 4.0);
        let map = Momentum::new(0.9, 0.1).map(0.2, 4);
        let (w, v) = (0.7, -0.3);
        let next_v = momentum * v - rate * l2 / batch * w;
        let s = momentum * v;
        assert!((map.w[0] * w + map.w[1] * s - (w + next_v)).abs() < 1e-7);
        assert!((map.s[0] * w + map.s[1] * s - momentum * next_v).abs() < 1e-7);
    }
}
