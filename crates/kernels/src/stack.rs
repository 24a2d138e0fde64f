//! A stack of affine + activation layers under an affine output, and one step of gradient descent on it.

use crate::affine::Affine;
use crate::backward::{Backward, Part, stride};
use crate::batch::{self, Batch};
use crate::collect::{Activate, Collect, Descend, update_bias};
use crate::cost::{self, Reconstruct};
use crate::forward::{Forward, Path};
use crate::pairs::{self, Join, Split};
use crate::panel::Panel;
use crate::team::Team;
use pulp::{Arch, Simd, WithSimd};
use units::{Activation, Reconstruction};

/// h = sign * activation(x W + b), to build a [`Stack`] of.
#[derive(Clone, Debug)]
pub struct Layer {
    pub(crate) affine: Affine,
    pub(crate) signs: Option<Vec<f32>>,
    pub(crate) activation: Activation,
}

/// The size of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Descent<'a> {
    /// Learning rate.
    pub rate: f32,
    /// L1 coefficient of each hidden layer on its outputs: times the mean over the minibatch of the sum over units of |h|.
    pub l1: &'a [f32],
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
    inputs: Batch,
    targets: Option<Batch>,
    /// What is added to the pre-activations of the first layer.
    noise: Option<Batch>,
    /// Of each hidden layer.
    activations: Vec<Activation>,
    /// Values of the inputs, of each hidden layer, and of the output.
    values: Vec<usize>,
    /// Panels of each hidden layer and of the output.
    layers: Vec<Vec<Panel>>,
    /// Of each hidden layer of pairs the panels of its outputs; none of other layers, whose outputs are in their own.
    pairs: Vec<Vec<Panel>>,
    /// How the inputs and each hidden layer are read.
    paths: Vec<Path>,
    sums: Sums,
    arch: Arch,
    team: Team,
}

impl Layer {
    /// A layer; `signs` holds +1 or -1 per output, of which a unit has two in a layer of [`Activation::Pair`].
    ///
    /// # Panics
    /// When there is not one sign per output.
    #[must_use]
    pub fn new(affine: Affine, signs: Option<&[f32]>, activation: Activation) -> Self {
        let layer = Self { affine, signs: signs.map(<[f32]>::to_vec), activation };
        assert!(layer.signs.as_ref().is_none_or(|signs| signs.len() == layer.outputs()), "a sign for each output");
        layer
    }

    /// Values that the layer gives, one for each unit or two.
    pub(crate) fn outputs(&self) -> usize {
        self.affine.outputs() * self.activation.outputs_per_unit()
    }

    /// Its panels, and those of its outputs when they are pairs.
    fn panels(&self, batch: usize) -> (Vec<Panel>, Vec<Panel>) {
        let signs = self.signs.as_deref();
        match self.activation {
            Activation::Pair => (Panel::of(&self.affine, None, batch), pairs::outputs(&self.affine, signs, batch)),
            _ => (Panel::of(&self.affine, signs, batch), Vec::new()),
        }
    }
}

impl Stack {
    /// A stack for minibatches of up to `batch` examples, computed by up to `threads`, a panel at least for each. Nothing
    /// is allocated after this, and results do not depend on the number of threads.
    ///
    /// # Panics
    /// When a layer does not take as many values as the one below gives, or `batch` is 0.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "the weights move in: nobody keeps them twice")]
    pub fn new(hidden: Vec<Layer>, output: Affine, batch: usize, threads: usize) -> Self {
        assert!(batch > 0, "a minibatch has at least one example");
        let affines = hidden.iter().map(|layer| &layer.affine).chain([&output]);
        let inputs: Vec<usize> = affines.map(Affine::inputs).collect();
        assert!(hidden.iter().zip(&inputs[1..]).all(|(below, of)| below.outputs() == *of), "layers fit one another");
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
            sums: Sums { magnitude: vec![0.0; depth], zeros: vec![0; depth], ..Sums::default() },
            arch: Arch::new(),
            team: Team::new(threads.min(most_panels)),
        }
    }

    /// Makes room for targets and noise: a stack that reconstructs.
    #[must_use]
    pub fn with_targets(mut self) -> Self {
        let room = self.inputs.panels[0].room();
        self.targets = Some(Batch::new(self.values[self.layers.len()], room));
        self.noise = Some(Batch::new(units(&self.layers[0]), room));
        self
    }

    /// Hidden layers.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.activations.len()
    }

    /// The affine map of layer `k` as it is now, 0 for the first hidden one, [`Stack::depth`] for the output.
    ///
    /// # Panics
    /// When there is no such layer.
    #[must_use]
    pub fn affine(&self, k: usize) -> Affine {
        Panel::affine(&self.layers[k], self.values[k])
    }

    /// The next minibatch.
    pub fn inputs(&mut self) -> &mut Batch {
        &mut self.inputs
    }

    /// What the next minibatch is to be reconstructed as, in a stack made [`Stack::with_targets`].
    pub fn targets(&mut self) -> Option<&mut Batch> {
        self.targets.as_mut()
    }

    /// Begins a new minibatch, of targets and noise as well.
    pub fn clear(&mut self) {
        self.inputs.clear();
        [&mut self.targets, &mut self.noise].into_iter().flatten().for_each(Batch::clear);
    }

    /// Adds an example to the minibatch of a stack made [`Stack::with_targets`]: what it reads, what it is to be
    /// reconstructed as, and what is added to the pre-activations of its first layer, or nothing.
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

    /// How the inputs and then each hidden layer were read for the last minibatch.
    #[must_use]
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// Weights that the last minibatch used: all but those of units that were zero in each of its examples. A step reads
    /// them forward, and reads and writes them backward.
    #[must_use]
    pub fn weights_used(&self) -> usize {
        let below = std::iter::once(&*self.inputs.panels).chain((0..self.depth()).map(|k| self.hidden(k)));
        let rows = below.zip(&self.paths).map(|(panels, path)| match path {
            Path::Sparse => panels.iter().map(Panel::used).sum(),
            Path::Dense => units(panels),
        });
        rows.zip(&self.layers).map(|(rows, panels): (usize, _)| rows * units(panels)).sum()
    }

    /// Outputs of hidden layer `layer` (0 for the first) for example `member` of the last minibatch; those of a pair next
    /// to each other.
    pub fn hidden_outputs(&self, layer: usize, member: usize) -> impl Iterator<Item = f32> + '_ {
        values(self.hidden(layer), member)
    }

    /// The panels with the outputs of hidden layer `k`.
    fn hidden(&self, k: usize) -> &[Panel] {
        outputs(&self.layers[k], &self.pairs[k])
    }

    /// Logits, or the pre-activations of the reconstruction, for example `member` of the last minibatch.
    pub fn outputs(&self, member: usize) -> impl Iterator<Item = f32> + '_ {
        values(&self.layers[self.depth()], member)
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
        let classes = self.values[self.layers.len()];
        assert!(labels.iter().all(|label| usize::from(*label) < classes), "each label is a class");
        self.forward();
        let depth = self.depth();
        (self.sums.cost, self.sums.errors) = cost::softmax(&mut self.layers[depth], labels);
        &self.sums
    }

    /// Classifies the minibatch, and takes a step down the gradient of mean nll plus L1 penalty.
    ///
    /// # Panics
    /// As [`Stack::classify`], and when there is not an L1 coefficient for each hidden layer.
    pub fn learn(&mut self, labels: &[u16], descent: Descent<'_>) -> &Sums {
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
        let (arch, batch, depth) = (self.arch, self.inputs.len, self.depth());
        let targets = self.targets.as_mut().filter(|targets| targets.len == batch);
        assert!(targets.is_some(), "a target for each row");
        let Some(targets) = targets else { return &self.sums };
        targets.spread();
        let targets = &targets.panels;
        self.team.each(&mut self.layers[depth], |k, panel| {
            panel.magnitude = arch.dispatch(Reconstruct { cost, panel, target: &targets[k], path: Path::Dense, batch });
        });
        self.sums.cost = self.layers[depth].iter().map(|panel| panel.magnitude).sum();
        &self.sums
    }

    /// Reconstructs the minibatch, and takes a step down the gradient of mean cost plus L1 penalty.
    ///
    /// # Panics
    /// As [`Stack::reconstruct`], and when there is not an L1 coefficient for each hidden layer.
    pub fn learn_to_reconstruct(&mut self, cost: Reconstruction, descent: Descent<'_>) -> &Sums {
        self.reconstruct(cost);
        self.backward(descent);
        &self.sums
    }

    /// Computes all layers for the minibatch.
    fn forward(&mut self) {
        let (arch, batch) = (self.arch, self.inputs.len);
        self.inputs.settle();
        self.paths[0] = self.inputs.path;
        if let Some(noise) = &mut self.noise {
            assert!([0, batch].contains(&noise.len), "a row of noise for each row");
            noise.spread();
        }
        for k in 0..self.layers.len() {
            let (below, above) = self.layers.split_at_mut(k);
            let (of_pairs, pairs) = self.pairs.split_at_mut(k);
            let below = below.last().zip(of_pairs.last());
            let below = below.map_or(&*self.inputs.panels, |(panels, pairs)| outputs(panels, pairs));
            let (activation, path) = (self.activations.get(k).copied(), self.paths[k]);
            let at_once = activation.filter(|activation| *activation != Activation::Pair);
            let noise = self.noise.as_ref().filter(|_| k == 0);
            self.team.each(&mut above[0], |p, panel| {
                let Panel { weight, bias, width, value, .. } = &mut *panel;
                arch.dispatch(Forward { weight, bias, width: *width, below, x: value_of, path, batch, out: value });
                if let Some(noise) = noise {
                    noise.add_to(p, value);
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
                    if activation.is_silent() { batch::path(panels, batch, values) } else { Path::Dense };
                self.sums.magnitude[k] = panels.iter().map(|panel| panel.magnitude).sum();
                self.sums.zeros[k] = batch * values - panels.iter().map(|panel| panel.active).sum::<usize>();
            }
        }
    }

    /// Takes a step, given the deltas of the output.
    fn backward(&mut self, descent: Descent<'_>) {
        let (arch, batch) = (self.arch, self.inputs.len);
        assert_eq!(descent.l1.len(), self.depth(), "an L1 coefficient for each hidden layer");
        for k in (0..self.layers.len()).rev() {
            let (below, above) = self.layers.split_at_mut(k);
            let (path, above) = (self.paths[k], &mut above[0]);
            let pairs = &mut self.pairs[..k];
            let panels = below.last().zip(pairs.last());
            let panels = panels.map_or(&*self.inputs.panels, |(panels, pairs)| outputs(panels, pairs));
            let part = if k == 0 { Part::Update } else { Part::ProductsAndUpdate };
            self.team.each(above, |_, panel| {
                arch.dispatch(Step { panel, below: panels, path, part, batch, rate: descent.rate });
            });
            let stride = stride(panels);
            let (Some(below), Some(pairs)) = (below.last_mut(), pairs.last_mut()) else { return };
            self.team.each(if pairs.is_empty() { &mut *below } else { &mut *pairs }, |_, panel| {
                let collect = Collect { above, first: panel.first, stride, batch };
                arch.dispatch(Descend { collect, panel, path, l1: descent.l1[k - 1] });
            });
            if !pairs.is_empty() {
                self.team.each(below, |p, units| arch.dispatch(Join { units, outputs: &pairs[p], batch }));
            }
        }
    }
}

/// Of the panels of a layer and those of its pairs, if it has any, the ones with its outputs.
fn outputs<'a>(layer: &'a [Panel], pairs: &'a [Panel]) -> &'a [Panel] {
    if pairs.is_empty() { layer } else { pairs }
}

/// Units of a layer.
fn units(panels: &[Panel]) -> usize {
    panels.iter().map(|panel| panel.columns).sum()
}

/// The backward pass of a panel, whose bias it updates as well.
struct Step<'a> {
    panel: &'a mut Panel,
    below: &'a [Panel],
    path: Path,
    part: Part,
    batch: usize,
    rate: f32,
}

impl WithSimd for Step<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { panel, below, path, part, batch, rate } = self;
        let Panel { weight, bias, width, delta, products, .. } = panel;
        update_bias(bias, delta, batch, rate);
        Backward { weight, width: *width, d: delta, products, below, x: value_of, path, part, batch, rate }
            .with_simd(simd);
    }
}

pub(crate) fn value_of(panel: &Panel) -> &[f32] {
    &panel.value
}

/// The values of an example, without padding.
pub(crate) fn values(panels: &[Panel], member: usize) -> impl Iterator<Item = f32> + '_ {
    panels.iter().flat_map(move |panel| &panel.value[member * panel.width..][..panel.columns]).copied()
}
