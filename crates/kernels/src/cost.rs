//! Costs of output layers, and their derivatives with respect to the pre-activations.

use crate::floats::{LINE, without_tiny};
use crate::forward::Path;
use crate::panel::{Panel, row};
use pulp::{Simd, WithSimd};
use units::{OnCost, Reconstruction, exp};

/// Sums the cost of a panel of reconstructions over the minibatch, and computes the derivatives of the mean cost.
/// [`Path::Dense`] covers all units and writes the derivatives to `delta`. [`Path::Sparse`] covers only the listed
/// units, weights their costs with the listed values, and replaces these values with the derivatives.
pub(crate) struct Reconstruct<'a> {
    pub(crate) cost: Reconstruction,
    pub(crate) panel: &'a mut Panel,
    pub(crate) target: &'a Panel,
    /// The factor of each example in the cost; empty when all factors are 1.
    pub(crate) factors: &'a [f32],
    pub(crate) path: Path,
    pub(crate) batch: usize,
}

impl WithSimd for Reconstruct<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        self.cost.with(self)
    }
}

impl OnCost for Reconstruct<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self, cost: impl Fn(f32, f32) -> (f32, f32)) -> f64 {
        match self.path {
            Path::Dense => self.all(cost),
            Path::Sparse | Path::Blocks => self.listed(cost),
        }
    }
}

impl Reconstruct<'_> {
    #[inline(always)]
    fn listed(self, cost: impl Fn(f32, f32) -> (f32, f32)) -> f64 {
        let Panel { value, width, of_example, .. } = &mut *self.panel;
        let share = 1.0 / self.batch as f32;
        let mut total = 0.0;
        for b in 0..self.batch {
            let factor = factor(self.factors, b);
            let (columns, weights) = of_example.get_mut(b);
            for (column, weight) in columns.iter().zip(weights) {
                let at = b * *width + *column as usize;
                let (cost, derivative) = cost(value[at], self.target.value[at]);
                total += f64::from(factor * (*weight * cost));
                *weight *= derivative * (share * factor);
            }
        }
        self.panel.list_columns(self.batch);
        total
    }

    #[inline(always)]
    fn all(self, cost: impl Fn(f32, f32) -> (f32, f32)) -> f64 {
        let Panel { value, delta, columns, width, .. } = self.panel;
        let mut total = 0.0;
        for b in 0..self.batch {
            let row = b * *width..b * *width + *columns;
            let factor = factor(self.factors, b);
            let share = factor / self.batch as f32;
            let mut sums = [0f32; LINE];
            let lines = value[row.clone()].chunks(LINE).zip(self.target.value[row.clone()].chunks(LINE));
            for ((f, x), delta) in lines.zip(delta[row].chunks_mut(LINE)) {
                for (((f, x), delta), sum) in f.iter().zip(x).zip(delta).zip(&mut sums) {
                    let (cost, derivative) = cost(*f, *x);
                    *sum += cost;
                    *delta = without_tiny(derivative * share);
                }
            }
            total += f64::from(factor) * sums.iter().copied().map(f64::from).sum::<f64>();
        }
        total
    }
}

/// The factor of example `b` in the cost: 1 unless there are factors.
#[inline(always)]
fn factor(factors: &[f32], b: usize) -> f32 {
    factors.get(b).copied().unwrap_or(1.0)
}

/// Computes the softmax of an output layer, and returns the sum of -log P(label) over the minibatch and the number of
/// misclassified examples. Writes the derivative of the mean of -log P(label) to the deltas. `factors` holds the factor of
/// each example in the cost; it is empty when all factors are 1.
pub(crate) fn softmax(panels: &mut [Panel], labels: &[u16], factors: &[f32]) -> (f64, usize) {
    let (mut nll, mut errors) = (0.0, 0);
    for (b, label) in labels.iter().enumerate() {
        let factor = factor(factors, b);
        let share = factor / labels.len() as f32;
        let label = usize::from(*label);
        let (mut best, mut largest) = (0, f32::NEG_INFINITY);
        for panel in panels.iter() {
            for (j, logit) in row(&panel.value, b, panel.width)[..panel.columns].iter().enumerate() {
                if *logit > largest {
                    (best, largest) = (panel.first + j, *logit);
                }
            }
        }
        let mut sum = 0.0;
        for panel in &mut *panels {
            for j in b * panel.width..b * panel.width + panel.columns {
                let e = exp(panel.value[j] - largest);
                panel.delta[j] = e;
                sum += e;
            }
        }
        for panel in &mut *panels {
            for delta in &mut panel.delta[b * panel.width..][..panel.columns] {
                *delta = without_tiny(*delta * (share / sum));
            }
        }
        // All panels but the last are as wide as the first.
        let most = panels[0].columns;
        let of_label = &mut panels[label / most];
        let j = b * of_label.width + label % most;
        of_label.delta[j] -= share;
        nll += f64::from(factor) * (f64::from(sum).ln() - f64::from(of_label.value[j] - largest));
        errors += usize::from(best != label);
    }
    (nll, errors)
}
