//! A stack of hidden layers under an affine output layer, and gradient steps on it.

mod passes;

use crate::affine::Affine;
use crate::batch::Batch;
use crate::cost::{self, Reconstruct};
use crate::crossover::Crossover;
use crate::forward::Path;
use crate::instruction_set::{InstructionSet, arch};
use crate::momentum::{Momentum, Settle};
use crate::pairs;
use crate::panel::Panel;
use crate::team::Team;
use crate::velocity::Velocity;
use pulp::Arch;
use units::{Activation, Reconstruction};

/// A hidden layer h = sign * activation(x W + b) of a [`Stack`].
#[derive(Clone, Debug)]
pub struct Layer {
    pub(crate) affine: Affine,
    pub(crate) signs: Option<Vec<f32>>,
    pub(crate) activation: Activation,
}

/// The settings of a step of stochastic gradient descent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SgdStep<'a> {
    /// Learning rate.
    pub rate: f32,
    /// L1 coefficient of each hidden layer. It multiplies the sum of |h| over the outputs of the layer, averaged over
    /// the minibatch.
    pub l1: &'a [f32],
}

/// Sums over the examples of a minibatch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// Negative log-likelihood, or reconstruction cost.
    pub cost: f64,
    /// Number of examples whose most probable class is not their label.
    pub errors: usize,
    /// Sum of |h| over the outputs of each hidden layer.
    pub magnitude: Vec<f64>,
    /// Number of outputs of each hidden layer that are exactly zero.
    pub zeros: Vec<usize>,
}

/// Hidden layers under an affine output layer, with all the memory that a step needs.
#[derive(Debug)]
pub struct Stack {
    inputs: Batch,
    targets: Option<Batch>,
    /// Noise added to the pre-activations of the first layer.
    noise: Option<Batch>,
    /// Activation function of each hidden layer.
    activations: Vec<Activation>,
    /// The numbers of inputs, of outputs of each hidden layer, and of outputs of the stack.
    values: Vec<usize>,
    /// Panels of each hidden layer and of the output layer.
    layers: Vec<Vec<Panel>>,
    /// For each hidden layer, the panels of the outputs of its pairs; empty for other activations, whose outputs are in
    /// the panels of the layer itself.
    pairs: Vec<Vec<Panel>>,
    /// How the layer above reads the inputs and each hidden layer.
    paths: Vec<Path>,
    crossover: Crossover,
    /// `None` in plain gradient descent.
    momentum: Option<Momentum>,
    sums: Sums,
    arch: Arch,
    team: Team,
}

impl Layer {
    /// Makes a layer from its affine map, activation and fixed signs. `signs` holds +1 or -1 for each output, so two
    /// signs per unit of [`Activation::Pair`]; `None` means that all signs are +1.
    ///
    /// # Panics
    /// When `signs` does not hold one sign per output.
    #[must_use]
    pub fn new(affine: Affine, signs: Option<&[f32]>, activation: Activation) -> Self {
        let layer = Self { affine, signs: signs.map(<[f32]>::to_vec), activation };
        assert!(
            layer.signs.as_ref().is_none_or(|signs| signs.len() == layer.outputs()),
            "a layer needs one sign per output"
        );
        layer
    }

    /// Number of outputs, one or two per unit.
    pub(crate) fn outputs(&self) -> usize {
        self.affine.outputs() * self.activation.outputs_per_unit()
    }

    /// The panels of the layer, and those of the outputs of its pairs (empty for other activations).
    fn panels(&self, batch: usize) -> (Vec<Panel>, Vec<Panel>) {
        let signs = self.signs.as_deref();
        match self.activation {
            Activation::Pair => (Panel::of(&self.affine, None, batch), pairs::outputs(&self.affine, signs, batch)),
            _ => (Panel::of(&self.affine, signs, batch), Vec::new()),
        }
    }
}

impl Stack {
    /// Makes a stack for minibatches of up to `batch` examples. It computes with up to `threads` threads, at most one
    /// for each panel of its widest layer. Steps do not allocate memory, and results do not depend on the number of
    /// threads.
    ///
    /// # Panics
    /// When a layer does not have as many inputs as the layer below has outputs, `batch` is 0, or
    /// [`crate::InstructionSet::in_use`] panics.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "the weights are moved in, so that the caller keeps no copy")]
    pub fn new(hidden: Vec<Layer>, output: Affine, batch: usize, threads: usize) -> Self {
        assert!(batch > 0, "the size of a minibatch must be at least 1");
        let affines = hidden.iter().map(|layer| &layer.affine).chain([&output]);
        let inputs: Vec<usize> = affines.map(Affine::inputs).collect();
        assert!(
            hidden.iter().zip(&inputs[1..]).all(|(below, of)| below.outputs() == *of),
            "a layer must have as many inputs as the layer below has outputs"
        );
        let (mut layers, pairs): (Vec<_>, Vec<_>) = hidden.iter().map(|layer| layer.panels(batch)).unzip();
        layers.push(Panel::of(&output, None, batch));
        let most_panels = layers.iter().map(Vec::len).max().unwrap_or(1);
        let depth = hidden.len();
        Self {
            inputs: Batch::new(inputs[0], batch),
            targets: None,
            noise: None,
            activations: hidden.iter().map(|layer| layer.activation).collect(),
            values: inputs.into_iter().chain([output.outputs()]).collect(),
            layers,
            pairs,
            paths: vec![Path::Dense; depth + 1],
            crossover: Crossover::of(InstructionSet::in_use()),
            momentum: None,
            sums: Sums { magnitude: vec![0.0; depth], zeros: vec![0; depth], ..Sums::default() },
            arch: arch(),
            team: Team::new(threads.min(most_panels)),
        }
    }

    /// Adds memory for the targets and the noise of reconstruction; [`Stack::reconstruct`] needs it.
    #[must_use]
    pub fn with_targets(mut self) -> Self {
        let batch = self.inputs.panels[0].capacity();
        self.targets = Some(Batch::new(self.values[self.layers.len()], batch));
        self.noise = Some(Batch::new(units(&self.layers[0]), batch));
        self
    }

    /// Adds momentum and an L2 penalty to the steps, and a velocity in memory to each weight and bias. With the learning
    /// rate r, a step on a minibatch of n examples with the gradient g of its mean cost is v <- `momentum` v - r (g +
    /// `l2` w / n), w <- w + v. Biases have no penalty. So the cost of a minibatch is the mean over its examples plus
    /// `l2` / 2n times the sum of the squared weights.
    ///
    /// # Panics
    /// When `momentum` is not in [0, 1), or `l2` is not a number from 0 on.
    #[must_use]
    pub fn with_momentum(mut self, momentum: f32, l2: f32) -> Self {
        assert!((0.0..1.0).contains(&momentum), "momentum must be from 0 to below 1");
        assert!(l2 >= 0.0 && l2.is_finite(), "the L2 coefficient must be a number from 0 on");
        self.momentum = Some(Momentum::new(momentum, l2));
        for (panels, rows) in self.layers.iter_mut().zip(&self.values) {
            for panel in panels {
                panel.velocity = Some(Velocity::zeros(*rows, panel.width));
            }
        }
        self
    }

    /// Frees the memory that only learning needs. A stack without it computes outputs faster, because it does not list
    /// for each unit the examples in which the unit is nonzero. It cannot learn.
    #[must_use]
    pub fn without_learning(mut self) -> Self {
        self.settle();
        self.momentum = None;
        let Self { inputs, layers, pairs, .. } = &mut self;
        let of_layers = layers.iter_mut().chain(pairs).flatten();
        inputs.panels.iter_mut().chain(of_layers).for_each(Panel::forget_backward);
        self
    }

    /// Number of hidden layers.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.activations.len()
    }

    /// The current affine map of layer `k`: 0 is the first hidden layer, [`Stack::depth`] the output layer.
    ///
    /// # Panics
    /// When `k` is above [`Stack::depth`].
    #[must_use]
    pub fn affine(&self, k: usize) -> Affine {
        let Some(momentum) = self.momentum else { return Panel::affine(&self.layers[k], self.values[k]) };
        let mut settled = self.layers[k].clone();
        let (below, path) = (self.below(k), Path::Dense);
        for panel in &mut settled {
            self.arch.dispatch(Settle { momentum, panel, below, path });
        }
        Panel::affine(&settled, self.values[k])
    }

    /// The inputs of the minibatch.
    pub fn inputs(&mut self) -> &mut Batch {
        &mut self.inputs
    }

    /// The reconstruction targets of the minibatch; `None` in a stack made without [`Stack::with_targets`].
    pub fn targets(&mut self) -> Option<&mut Batch> {
        self.targets.as_mut()
    }

    /// Starts a new minibatch, with its targets and noise.
    pub fn clear(&mut self) {
        self.inputs.clear();
        [&mut self.targets, &mut self.noise].into_iter().flatten().for_each(Batch::clear);
    }

    /// Adds an example to the minibatch of a stack made by [`Stack::with_targets`]: the `input`, the reconstruction
    /// `target`, and the `noise` added to the pre-activations of the first layer (empty for no noise).
    ///
    /// # Panics
    /// When the minibatch is full, or a row has the wrong width.
    pub fn push(&mut self, input: &[f32], target: &[f32], noise: &[f32]) {
        self.inputs.push_values(input);
        if let Some(targets) = &mut self.targets {
            targets.push_values(target);
        }
        if let Some(of_noise) = self.noise.as_mut().filter(|_| !noise.is_empty()) {
            of_noise.push_values(noise);
        }
    }

    /// How the inputs and each hidden layer were read for the last minibatch.
    #[must_use]
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// Number of weights that the last minibatch used. Where lists of values were read, weights from values
    /// that were zero in every example do not count. A step reads the used weights in the forward pass, and reads and
    /// writes them in the backward pass.
    ///
    /// # Panics
    /// In a stack [without learning](Stack::without_learning).
    #[must_use]
    pub fn weights_used(&self) -> usize {
        let below = std::iter::once(&*self.inputs.panels).chain((0..self.depth()).map(|k| self.hidden(k)));
        let rows = below.zip(&self.paths).map(|(panels, path)| match path {
            Path::Sparse | Path::Blocks => panels.iter().map(Panel::used).sum(),
            Path::Dense => units(panels),
        });
        rows.zip(&self.layers).map(|(rows, panels): (usize, _)| rows * units(panels)).sum()
    }

    /// Outputs of hidden layer `layer` (0 for the first) for `example` of the last minibatch; the two outputs of a pair
    /// are adjacent.
    pub fn hidden_outputs(&self, layer: usize, example: usize) -> impl Iterator<Item = f32> + '_ {
        values(self.hidden(layer), example)
    }

    /// Whether each output of hidden layer `layer` (0 for the first) was nonzero for any example of the last minibatch.
    pub fn nonzero(&self, layer: usize) -> impl Iterator<Item = bool> + '_ {
        let (listed, batch) = (self.activations[layer].is_silent(), self.inputs.len);
        let panels = self.hidden(layer).iter();
        panels.flat_map(move |panel| (0..panel.columns).map(move |column| panel.nonzero(column, listed, batch)))
    }

    /// The panels with the outputs of hidden layer `k`.
    fn hidden(&self, k: usize) -> &[Panel] {
        outputs(&self.layers[k], &self.pairs[k])
    }

    /// The panels with the inputs of layer `k`.
    fn below(&self, k: usize) -> &[Panel] {
        if k == 0 { &self.inputs.panels } else { self.hidden(k - 1) }
    }

    /// Logits, or the pre-activations of the reconstruction, for `example` of the last minibatch.
    pub fn outputs(&self, example: usize) -> impl Iterator<Item = f32> + '_ {
        values(&self.layers[self.depth()], example)
    }

    /// Classifies the minibatch, and sums its cost and errors.
    ///
    /// # Panics
    /// As [`Stack::forward`], and when there is not one label per row, or a label is not below the number of classes.
    pub fn classify(&mut self, labels: &[u16]) -> &Sums {
        assert_eq!(labels.len(), self.inputs.len, "each row needs one label");
        let classes = self.values[self.layers.len()];
        assert!(
            labels.iter().all(|label| usize::from(*label) < classes),
            "each label must be below the number of classes"
        );
        self.forward();
        let depth = self.depth();
        (self.sums.cost, self.sums.errors) = cost::softmax(&mut self.layers[depth], labels, self.inputs.factors());
        &self.sums
    }

    /// Classifies the minibatch, and takes a gradient step on the mean negative log-likelihood plus the L1 penalty.
    ///
    /// # Panics
    /// As [`Stack::classify`], when there is not one L1 coefficient per hidden layer, and in a stack
    /// [without learning](Stack::without_learning).
    pub fn learn(&mut self, labels: &[u16], step: SgdStep<'_>) -> &Sums {
        self.classify(labels);
        self.backward(step);
        &self.sums
    }

    /// Reconstructs the minibatch, and sums its cost.
    ///
    /// # Panics
    /// As [`Stack::forward`], and when there is not one target per row of inputs.
    pub fn reconstruct(&mut self, cost: Reconstruction) -> &Sums {
        self.forward();
        let (arch, batch, depth) = (self.arch, self.inputs.len, self.depth());
        let targets = self.targets.as_mut().filter(|targets| targets.len == batch);
        assert!(targets.is_some(), "each row of inputs needs one target");
        let Some(targets) = targets else { return &self.sums };
        targets.scatter();
        let (targets, factors) = (&targets.panels, self.inputs.factors());
        self.team.each(&mut self.layers[depth], |k, panel| {
            let (target, path) = (&targets[k], Path::Dense);
            panel.magnitude = arch.dispatch(Reconstruct { cost, panel, target, factors, path, batch });
        });
        self.sums.cost = self.layers[depth].iter().map(|panel| panel.magnitude).sum();
        &self.sums
    }

    /// Reconstructs the minibatch, and takes a gradient step on the mean cost plus the L1 penalty.
    ///
    /// # Panics
    /// As [`Stack::reconstruct`], when there is not one L1 coefficient per hidden layer, and in a stack
    /// [without learning](Stack::without_learning).
    pub fn learn_reconstruction(&mut self, cost: Reconstruction, step: SgdStep<'_>) -> &Sums {
        self.reconstruct(cost);
        self.backward(step);
        &self.sums
    }
}

/// The panels with the outputs of a layer: `pairs` in a layer of pairs, else `layer`.
fn outputs<'a>(layer: &'a [Panel], pairs: &'a [Panel]) -> &'a [Panel] {
    if pairs.is_empty() { layer } else { pairs }
}

/// Number of units of a layer.
fn units(panels: &[Panel]) -> usize {
    panels.iter().map(|panel| panel.columns).sum()
}

pub(crate) fn value_of(panel: &Panel) -> &[f32] {
    &panel.value
}

/// The values of one example, without padding.
pub(crate) fn values(panels: &[Panel], example: usize) -> impl Iterator<Item = f32> + '_ {
    panels.iter().flat_map(move |panel| &panel.value[example * panel.width..][..panel.columns]).copied()
}
