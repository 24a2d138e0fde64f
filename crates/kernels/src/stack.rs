//! A stack of affine + activation layers under an affine output, and one step of gradient descent on it.

use crate::affine::Affine;
use crate::backward::{Backward, Part};
use crate::batch::{self, Batch};
use crate::cost::{self, Reconstruct, Reconstruction};
use crate::floats::{Floats, LINE};
use crate::forward::{Forward, Path};
use crate::function::{self, Activation};
use crate::panel::{PANEL, Panel};
use crate::team::Team;
use pulp::{Arch, Simd, WithSimd};

/// h = sign * activation(x W + b).
#[derive(Clone, Debug)]
pub struct Layer {
    affine: Affine,
    /// +1 or -1 per unit, and 0 in the padding, whose outputs thus are 0.
    signs: Floats,
    activation: Activation,
}

/// The size of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Descent {
    /// Learning rate.
    pub rate: f32,
    /// L1 coefficient on the hidden outputs: times the mean over the minibatch of the sum over units of |h|.
    pub l1: f32,
}

/// What a pass over a minibatch summed up, over its examples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// Negative log-likelihood, or reconstruction cost.
    pub cost: f64,
    /// Examples whose most probable class is not theirs.
    pub errors: usize,
    /// |h| of each hidden layer.
    pub magnitude: Vec<f64>,
    /// Exact zeros of each hidden layer.
    pub zeros: Vec<usize>,
}

/// Hidden layers and an affine output, with all the memory that a step needs.
#[derive(Debug)]
pub struct Stack {
    hidden: Vec<Layer>,
    output: Affine,
    inputs: Batch,
    targets: Option<Batch>,
    /// Panels of each hidden layer and of the output.
    layers: Vec<Vec<Panel>>,
    /// How the inputs and each hidden layer are read.
    paths: Vec<Path>,
    sums: Sums,
    arch: Arch,
    team: Team,
}

impl Layer {
    /// A layer; `signs` holds +1 or -1 per unit.
    ///
    /// # Panics
    /// When there is not one sign per output of `affine`.
    #[must_use]
    pub fn new(affine: Affine, signs: Option<&[f32]>, activation: Activation) -> Self {
        let mut padded = Floats::zeros(affine.outputs.next_multiple_of(PANEL));
        match signs {
            Some(signs) => padded[..affine.outputs].copy_from_slice(signs),
            None => padded[..affine.outputs].fill(1.0),
        }
        Self { affine, signs: padded, activation }
    }

    /// The affine map.
    #[must_use]
    pub fn affine(&self) -> &Affine {
        &self.affine
    }
}

impl Stack {
    /// A stack for minibatches of up to `batch` examples, computed by `threads`. Nothing is allocated after this, and
    /// results do not depend on the number of threads.
    ///
    /// # Panics
    /// When a layer does not take as many values as the one below gives, or `batch` is 0.
    #[must_use]
    pub fn new(hidden: Vec<Layer>, output: Affine, batch: usize, threads: usize) -> Self {
        assert!(batch > 0, "a minibatch has at least one example");
        let affines: Vec<&Affine> = hidden.iter().map(|layer| &layer.affine).chain([&output]).collect();
        assert!(affines.windows(2).all(|pair| pair[0].outputs == pair[1].inputs), "layers fit one another");
        let inputs = Batch::new(affines[0].inputs, batch);
        let layers: Vec<Vec<Panel>> = affines.iter().map(|affine| Panel::cut(affine.outputs, batch)).collect();
        let depth = hidden.len();
        let sums = Sums { magnitude: vec![0.0; depth], zeros: vec![0; depth], ..Sums::default() };
        Self {
            paths: vec![Path::Dense; depth + 1],
            hidden,
            output,
            inputs,
            targets: None,
            layers,
            sums,
            arch: Arch::new(),
            team: Team::new(threads),
        }
    }

    /// Makes room for targets: a stack that reconstructs.
    #[must_use]
    pub fn with_targets(mut self) -> Self {
        self.targets = Some(Batch::new(self.output.outputs, self.inputs.panels[0].room()));
        self
    }

    /// The hidden layers, the first next to the input.
    #[must_use]
    pub fn hidden(&self) -> &[Layer] {
        &self.hidden
    }

    /// The map from the last hidden layer to the output.
    #[must_use]
    pub fn output(&self) -> &Affine {
        &self.output
    }

    /// The next minibatch.
    pub fn inputs(&mut self) -> &mut Batch {
        &mut self.inputs
    }

    /// What the next minibatch is to be reconstructed as, in a stack made [`Stack::with_targets`].
    pub fn targets(&mut self) -> Option<&mut Batch> {
        self.targets.as_mut()
    }

    /// How the inputs and then each hidden layer were read for the last minibatch.
    #[must_use]
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// Outputs of hidden layer `layer` (0 for the first) for example `member` of the last minibatch.
    pub fn hidden_outputs(&self, layer: usize, member: usize) -> impl Iterator<Item = f32> + '_ {
        values(&self.layers[layer], member)
    }

    /// Logits, or the pre-activations of the reconstruction, for example `member` of the last minibatch.
    pub fn outputs(&self, member: usize) -> impl Iterator<Item = f32> + '_ {
        values(&self.layers[self.hidden.len()], member)
    }

    /// Computes the outputs of the minibatch.
    pub fn answer(&mut self) {
        self.forward();
    }

    /// Classifies the minibatch.
    ///
    /// # Panics
    /// When there are not as many `labels` as rows, or a label is no class.
    pub fn classify(&mut self, labels: &[u16]) -> &Sums {
        assert_eq!(labels.len(), self.inputs.len, "a label for each row");
        self.forward();
        let depth = self.hidden.len();
        (self.sums.cost, self.sums.errors) = cost::softmax(&mut self.layers[depth], labels);
        &self.sums
    }

    /// Classifies the minibatch, and takes a step down the gradient of mean nll plus L1 penalty.
    ///
    /// # Panics
    /// As [`Stack::classify`].
    pub fn learn(&mut self, labels: &[u16], descent: Descent) -> &Sums {
        self.classify(labels);
        self.backward(descent);
        &self.sums
    }

    /// Reconstructs the minibatch.
    ///
    /// # Panics
    /// When the stack has no targets, or not as many as inputs.
    pub fn reconstruct(&mut self, cost: Reconstruction) -> &Sums {
        self.forward();
        let (arch, batch, depth) = (self.arch, self.inputs.len, self.hidden.len());
        let targets = self.targets.as_mut().filter(|targets| targets.len == batch);
        assert!(targets.is_some(), "a target for each row");
        let Some(targets) = targets else { return &self.sums };
        targets.spread();
        let targets = &targets.panels;
        self.team.each(self.layers[depth].iter_mut(), |k, panel| {
            panel.magnitude = arch.dispatch(Reconstruct { cost, panel, target: &targets[k], batch });
        });
        self.sums.cost = self.layers[depth].iter().map(|panel| panel.magnitude).sum();
        &self.sums
    }

    /// Reconstructs the minibatch, and takes a step down the gradient of mean cost plus L1 penalty.
    ///
    /// # Panics
    /// As [`Stack::reconstruct`].
    pub fn learn_to_reconstruct(&mut self, cost: Reconstruction, descent: Descent) -> &Sums {
        self.reconstruct(cost);
        self.backward(descent);
        &self.sums
    }

    /// Computes all layers for the minibatch.
    fn forward(&mut self) {
        let (arch, batch) = (self.arch, self.inputs.len);
        self.paths[0] = self.inputs.settle();
        for k in 0..self.layers.len() {
            let (below, above) = self.layers.split_at_mut(k);
            let below = below.last().map_or(&self.inputs.panels, |panels| panels);
            let layer = self.hidden.get(k);
            let affine = layer.map_or(&self.output, |layer| &layer.affine);
            let path = self.paths[k];
            self.team.each(above[0].iter_mut(), |p, panel| {
                let (first, width) = (p * PANEL, panel.width);
                let x = value as fn(&Panel) -> &[f32];
                arch.dispatch(Forward { affine, below, x, path, batch, first, width, out: &mut panel.value });
                if let Some(layer) = layer {
                    let signs = &layer.signs[first..first + PANEL];
                    arch.dispatch(Activate { activation: layer.activation, signs, panel, batch });
                }
            });
            if let Some(layer) = layer {
                let panels = &self.layers[k];
                let units = layer.affine.outputs;
                let silent = layer.activation.is_silent();
                self.paths[k + 1] = if silent { batch::path(panels, batch, units) } else { Path::Dense };
                self.sums.magnitude[k] = panels.iter().map(|panel| panel.magnitude).sum();
                self.sums.zeros[k] = batch * units - panels.iter().map(|panel| panel.active).sum::<usize>();
            }
        }
    }

    /// Takes a step, given the deltas of the output.
    fn backward(&mut self, descent: Descent) {
        let (arch, batch) = (self.arch, self.inputs.len);
        let rate = descent.rate;
        for k in (0..self.layers.len()).rev() {
            let (below, above) = self.layers.split_at_mut(k);
            let above = &above[0];
            let below = below.last_mut().unwrap_or(&mut self.inputs.panels);
            let affine = self.hidden.get_mut(k).map_or(&mut self.output, |layer| &mut layer.affine);
            let part = if k == 0 { Part::Update } else { Part::ProductsAndUpdate };
            let (path, stride) = (self.paths[k], affine.stride);
            arch.dispatch(UpdateBias { bias: &mut affine.bias, above, batch, rate });
            let rows = affine.weight.chunks_mut(PANEL * stride);
            self.team.each(rows.zip(below), |_, (rows, below)| {
                let (d, x) = (delta as fn(&Panel) -> &[f32], value as fn(&Panel) -> &[f32]);
                arch.dispatch(Backward { rows, stride, below, above, d, x, path, part, batch, rate });
                if k > 0 {
                    arch.dispatch(Descend { panel: below, batch, l1: descent.l1 });
                }
            });
        }
    }
}

fn value(panel: &Panel) -> &[f32] {
    &panel.value
}

fn delta(panel: &Panel) -> &[f32] {
    &panel.delta
}

fn values(panels: &[Panel], member: usize) -> impl Iterator<Item = f32> + '_ {
    panels.iter().flat_map(move |panel| &panel.value[member * PANEL..member * PANEL + panel.columns]).copied()
}

/// Pre-activations become outputs, are counted, and listed where they may be zero.
struct Activate<'a> {
    activation: Activation,
    signs: &'a [f32],
    panel: &'a mut Panel,
    batch: usize,
}

impl WithSimd for Activate<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { activation, signs, panel, batch } = self;
        let Panel { value, slope, width, .. } = panel;
        panel.magnitude = 0.0;
        let mut active = 0;
        for b in 0..batch {
            let row = b * PANEL..b * PANEL + *width;
            activation.apply(&mut value[row.clone()], &mut slope[row.clone()], signs);
            let (mut sums, mut counts) = ([0f32; LINE], [0u32; LINE]);
            for line in value[row].chunks_exact(LINE) {
                for l in 0..LINE {
                    sums[l] += line[l].abs();
                    counts[l] += u32::from(line[l] != 0.0);
                }
            }
            panel.magnitude += sums.iter().copied().map(f64::from).sum::<f64>();
            active += counts.iter().sum::<u32>() as usize;
        }
        if activation.is_silent() {
            panel.list_values(batch);
        }
        panel.active = active;
    }
}

/// (delta W^T + l1 sign(h) / batch) * slope, given the products.
struct Descend<'a> {
    panel: &'a mut Panel,
    batch: usize,
    l1: f32,
}

impl WithSimd for Descend<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Panel { value, slope, delta, .. } = self.panel;
        let all = self.batch * PANEL;
        let l1 = self.l1 / self.batch as f32;
        for ((delta, value), slope) in delta[..all].iter_mut().zip(&value[..all]).zip(&slope[..all]) {
            *delta = (*delta + l1 * function::sign(*value)) * slope;
        }
    }
}

/// b - rate * sum over the minibatch of delta.
struct UpdateBias<'a> {
    bias: &'a mut [f32],
    above: &'a [Panel],
    batch: usize,
    rate: f32,
}

impl WithSimd for UpdateBias<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (bias, panel) in self.bias.chunks_mut(PANEL).zip(self.above) {
            for row in panel.delta[..self.batch * PANEL].chunks_exact(PANEL) {
                for (bias, delta) in bias.iter_mut().zip(row).take(panel.columns) {
                    *bias -= self.rate * delta;
                }
            }
        }
    }
}
