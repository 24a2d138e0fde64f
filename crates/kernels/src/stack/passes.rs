//! The forward and the backward pass through all layers of a [`Stack`].

use super::{SgdStep, Stack, outputs, value_of};
use crate::backward::{Backward, BackwardWork, stride};
use crate::collect::{Activate, Collect, HiddenDelta, update_bias};
use crate::forward::{Forward, Path};
use crate::momentum::{Momentum, Settle};
use crate::pairs::{Join, Split};
use crate::panel::Panel;
use crate::velocity::Velocity;
use pulp::{Simd, WithSimd};
use units::Activation;

impl Stack {
    /// Computes the outputs of all layers for the minibatch.
    ///
    /// # Panics
    /// When only some rows have noise.
    pub fn forward(&mut self) {
        self.forward_to(self.depth());
    }

    /// Computes the outputs of the layers from the first hidden layer to layer `last`, and leaves the layers above as they
    /// were.
    ///
    /// # Panics
    /// As [`Stack::forward`], and when `last` is above [`Stack::depth`].
    pub fn forward_to(&mut self, last: usize) {
        let (arch, batch) = (self.arch, self.inputs.len);
        self.team.restart_after_fork();
        self.inputs.prepare();
        self.paths[0] = self.inputs.path;
        if let Some(noise) = &mut self.noise {
            assert!([0, batch].contains(&noise.len), "noise must be given for every row of inputs or for no row");
            noise.scatter();
        }
        for k in 0..=last {
            let (below, above) = self.layers.split_at_mut(k);
            let (of_pairs, pairs) = self.pairs.split_at_mut(k);
            let below = below.last().zip(of_pairs.last());
            let below = below.map_or(&*self.inputs.panels, |(panels, pairs)| outputs(panels, pairs));
            let (activation, path) = (self.activations.get(k).copied(), self.paths[k]);
            let at_once = activation.filter(|activation| *activation != Activation::Pair);
            let noise = self.noise.as_ref().filter(|_| k == 0);
            let momentum = self.momentum;
            self.team.each(&mut above[0], |p, panel| {
                if let Some(momentum) = momentum {
                    arch.dispatch(Settle { momentum, panel: &mut *panel, below, path });
                }
                let Panel { weight, bias, width, packed: tile, positions, value: out, .. } = &mut *panel;
                let (x, width) = (value_of, *width);
                arch.dispatch(Forward { weight, bias, width, below, x, path, batch, tile, positions, out });
                if let Some(noise) = noise {
                    noise.add_to(p, out);
                }
                if let Some(activation) = at_once {
                    arch.dispatch(Activate { activation, panel, batch });
                }
            });
            if let Some(activation) = activation {
                let units = &above[0];
                self.team.each(&mut pairs[0], |p, panel| {
                    arch.dispatch(Split { units: &units[p], activate: Activate { activation, panel, batch } });
                });
                let (panels, values) = (outputs(units, &pairs[0]), self.values[k + 1]);
                self.paths[k + 1] =
                    if activation.is_silent() { self.crossover.path(panels, batch, values) } else { Path::Dense };
                self.sums.magnitude[k] = panels.iter().map(|panel| panel.magnitude).sum();
                self.sums.zeros[k] = batch * values - panels.iter().map(|panel| panel.active).sum::<usize>();
            }
        }
    }

    /// Takes a gradient step, given the deltas of the output layer.
    pub(super) fn backward(&mut self, step: SgdStep<'_>) {
        let (arch, batch) = (self.arch, self.inputs.len);
        assert_eq!(step.l1.len(), self.depth(), "each hidden layer needs one L1 coefficient");
        assert!(self.layers.iter().flatten().all(Panel::can_learn), "this stack was made without learning");
        if self.momentum.is_some_and(|momentum| momentum.changes(step.rate, batch)) {
            self.settle();
        }
        let momentum = self.momentum;
        if let Some(momentum) = &mut self.momentum {
            momentum.step(step.rate, batch);
        }
        for k in (0..self.layers.len()).rev() {
            let (below, above) = self.layers.split_at_mut(k);
            let (path, above) = (self.paths[k], &mut above[0]);
            let pairs = &mut self.pairs[..k];
            let panels = below.last().zip(pairs.last());
            let panels = panels.map_or(&*self.inputs.panels, |(panels, pairs)| outputs(panels, pairs));
            let work = if k == 0 { BackwardWork::Update } else { BackwardWork::ProductsAndUpdate };
            self.team.each(above, |_, panel| {
                arch.dispatch(Step { panel, below: panels, path, work, batch, rate: step.rate, momentum });
            });
            let stride = stride(panels);
            let (Some(below), Some(pairs)) = (below.last_mut(), pairs.last_mut()) else { return };
            self.team.each(if pairs.is_empty() { &mut *below } else { &mut *pairs }, |_, panel| {
                let collect = Collect { above, first: panel.first, stride, batch };
                arch.dispatch(HiddenDelta { collect, panel, path, l1: step.l1[k - 1] });
            });
            if !pairs.is_empty() {
                self.team.each(below, |p, units| arch.dispatch(Join { units, outputs: &pairs[p], batch }));
            }
        }
    }
}

impl Stack {
    /// Brings all rows of all weights up to date with the steps of momentum.
    pub(super) fn settle(&mut self) {
        let Some(momentum) = self.momentum else { return };
        let (arch, path) = (self.arch, Path::Dense);
        for k in 0..self.layers.len() {
            let (below, above) = self.layers.split_at_mut(k);
            let below = below.last().zip(self.pairs[..k].last());
            let below = below.map_or(&*self.inputs.panels, |(panels, pairs)| outputs(panels, pairs));
            self.team.each(&mut above[0], |_, panel| arch.dispatch(Settle { momentum, panel, below, path }));
        }
    }
}

/// The backward pass of a panel, including the update of its bias.
struct Step<'a> {
    panel: &'a mut Panel,
    below: &'a [Panel],
    path: Path,
    work: BackwardWork,
    batch: usize,
    rate: f32,
    momentum: Option<Momentum>,
}

impl WithSimd for Step<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { panel, below, path, work, batch, rate, momentum } = self;
        let Panel { weight, velocity, bias, width, delta: d, products, packed, positions, .. } = panel;
        let (x, width) = (value_of, *width);
        let (Some(momentum), Some(velocity)) = (momentum, velocity) else {
            update_bias(bias, d, batch, rate);
            Backward { weight, width, d, products, below, x, path, work, batch, rate, packed, positions }
                .with_simd(simd);
            return;
        };
        let Velocity { weight: of_weight, bias: of_bias, .. } = velocity;
        update_bias(of_bias, d, batch, rate);
        momentum.settle_bias(bias, of_bias);
        let (weights, update) = ([&mut **weight, &mut **of_weight], BackwardWork::Update);
        for (weight, part) in weights.into_iter().zip([BackwardWork::Products, update]) {
            if part == update || work != update {
                let (products, packed, positions) = (&mut **products, &mut **packed, &mut **positions);
                Backward { weight, width, d, products, below, x, path, work: part, batch, rate, packed, positions }
                    .with_simd(simd);
            }
        }
    }
}
