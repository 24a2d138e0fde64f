//! Costs of output layers, and their derivatives by the pre-activations.

use crate::activate::{exp, logistic, softplus};
use crate::floats::LINE;
use crate::forward::Path;
use crate::panel::{Panel, row};
use pulp::{Simd, WithSimd};

/// The cost of a reconstruction y against its target x, per unit, with f the decoder's pre-activation (section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reconstruction {
    /// y = ln(1 + exp(f)), (x - y)^2: the paper's choice for images.
    SoftplusQuadratic,
    /// y = 1 / (1 + exp(-f)), cross-entropy, x in [0, 1]: the paper's choice for text.
    LogisticCrossEntropy,
    /// y = (tanh(f) + 1) / 2 read as a probability, cross-entropy, x in [0, 1].
    TanhCrossEntropy,
    /// y = f, (x - y)^2.
    LinearQuadratic,
    /// y = max(0, f), (x - y)^2.
    RectifierQuadratic,
}

impl Reconstruction {
    /// The cost of a unit and its derivative by f; cross-entropies are computed from f, which cannot overflow.
    #[inline(always)]
    fn of(self, f: f32, x: f32) -> (f32, f32) {
        let quadratic = |y: f32, slope: f32| ((y - x) * (y - x), 2.0 * (y - x) * slope);
        match self {
            Self::SoftplusQuadratic => quadratic(softplus(f), logistic(f)),
            Self::LogisticCrossEntropy => (softplus(f) - x * f, logistic(f) - x),
            Self::TanhCrossEntropy => (softplus(2.0 * f) - 2.0 * x * f, 2.0 * (logistic(2.0 * f) - x)),
            Self::RectifierQuadratic if f <= 0.0 => quadratic(0.0, 0.0),
            Self::LinearQuadratic | Self::RectifierQuadratic => quadratic(f, 1.0),
        }
    }
}

/// Sums the cost of a panel of reconstructions, and writes the derivative of its mean over the minibatch to `delta`. With
/// [`Path::Sparse`] only of the listed units, weighted by the listed values, which the derivatives then replace.
pub(crate) struct Reconstruct<'a> {
    pub(crate) cost: Reconstruction,
    pub(crate) panel: &'a mut Panel,
    pub(crate) target: &'a Panel,
    pub(crate) path: Path,
    pub(crate) batch: usize,
}

impl WithSimd for Reconstruct<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        // One arm per cost, so that each loop is straight-line code.
        match self.cost {
            Reconstruction::SoftplusQuadratic => self.sum(|f, x| Reconstruction::SoftplusQuadratic.of(f, x)),
            Reconstruction::LogisticCrossEntropy => self.sum(|f, x| Reconstruction::LogisticCrossEntropy.of(f, x)),
            Reconstruction::TanhCrossEntropy => self.sum(|f, x| Reconstruction::TanhCrossEntropy.of(f, x)),
            Reconstruction::LinearQuadratic => self.sum(|f, x| Reconstruction::LinearQuadratic.of(f, x)),
            Reconstruction::RectifierQuadratic => self.sum(|f, x| Reconstruction::RectifierQuadratic.of(f, x)),
        }
    }
}

impl Reconstruct<'_> {
    #[inline(always)]
    fn sum(self, cost: impl Fn(f32, f32) -> (f32, f32)) -> f64 {
        match self.path {
            Path::Dense => self.all(cost),
            Path::Sparse => self.listed(cost),
        }
    }

    #[inline(always)]
    fn listed(self, cost: impl Fn(f32, f32) -> (f32, f32)) -> f64 {
        let Panel { value, width, of_example, .. } = &mut *self.panel;
        let share = 1.0 / self.batch as f32;
        let mut total = 0.0;
        for b in 0..self.batch {
            let (columns, weights) = of_example.get_mut(b);
            for (column, weight) in columns.iter().zip(weights) {
                let at = b * *width + *column as usize;
                let (cost, derivative) = cost(value[at], self.target.value[at]);
                total += f64::from(*weight * cost);
                *weight *= derivative * share;
            }
        }
        self.panel.list_columns(self.batch);
        total
    }

    #[inline(always)]
    fn all(self, cost: impl Fn(f32, f32) -> (f32, f32)) -> f64 {
        let Panel { value, delta, columns, width, .. } = self.panel;
        let share = 1.0 / self.batch as f32;
        let mut total = 0.0;
        for b in 0..self.batch {
            let row = b * *width..b * *width + *columns;
            let mut sums = [0f32; LINE];
            let lines = value[row.clone()].chunks(LINE).zip(self.target.value[row.clone()].chunks(LINE));
            for ((f, x), delta) in lines.zip(delta[row].chunks_mut(LINE)) {
                for (((f, x), delta), sum) in f.iter().zip(x).zip(delta).zip(&mut sums) {
                    let (cost, derivative) = cost(*f, *x);
                    *sum += cost;
                    *delta = derivative * share;
                }
            }
            total += sums.iter().copied().map(f64::from).sum::<f64>();
        }
        total
    }
}

/// The cross-entropy of an output layer's softmax: sums of -log P(label) and of wrong classes. Writes the derivative of
/// the mean to the deltas.
pub(crate) fn softmax(panels: &mut [Panel], labels: &[u16]) -> (f64, usize) {
    let (mut nll, mut errors) = (0.0, 0);
    let share = 1.0 / labels.len() as f32;
    for (b, label) in labels.iter().enumerate() {
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
                *delta *= share / sum;
            }
        }
        // All panels but the last are as wide as the first.
        let most = panels[0].columns;
        let of_label = &mut panels[label / most];
        let j = b * of_label.width + label % most;
        of_label.delta[j] -= share;
        nll += f64::from(sum).ln() - f64::from(of_label.value[j] - largest);
        errors += usize::from(best != label);
    }
    (nll, errors)
}
