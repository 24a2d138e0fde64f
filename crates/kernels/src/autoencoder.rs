//! An auto-encoder whose decoder is stored transposed, as one row of weights per reconstructed input.
//!
//! A tied decoder then uses the encoder's weight as it is, and reconstructing only a sample of the inputs does not read
//! the rows of the other inputs.

use crate::affine::Affine;
use crate::backward::{Backward, BackwardWork, stride};
use crate::batch::Batch;
use crate::collect::{Activate, Collect, finish_delta, update_bias};
use crate::cost::Reconstruct;
use crate::floats::Floats;
use crate::forward::{Forward, Path};
use crate::instruction_set;
use crate::panel::{PANEL, Panel};
use crate::stack::{Layer, SgdStep, Sums, value_of, values};
use crate::team::Team;
use pulp::{Arch, Simd, WithSimd};
use units::{Activation, Reconstruction};

/// An auto-encoder with code h = sign * activation(x W + b + noise) and reconstruction f = h V^T + c, where V is W
/// (tied) or a separate weight (untied), and with all the memory that a step needs.
#[derive(Debug)]
pub struct AutoEncoder {
    inputs: Batch,
    noise: Batch,
    targets: Batch,
    sampled: Batch,
    activation: Activation,
    visible: usize,
    /// Panels of W, b and V, and of the code h.
    code: Vec<Panel>,
    /// Panels of c and the reconstruction f. Their lists hold the sampled inputs, first with the inputs' weights in the
    /// cost, and then with the derivatives of the cost.
    output: Vec<Panel>,
    /// Whether all inputs are reconstructed ([`Path::Dense`]) or only the listed ones ([`Path::Sparse`]).
    path: Path,
    sums: Sums,
    arch: Arch,
    team: Team,
}

impl AutoEncoder {
    /// Makes an auto-encoder with tied weights from `encoder` and the decoder's `bias` `[inputs]`, for minibatches of
    /// up to `batch` examples. It computes with up to `threads` threads, at most one for each panel of the code or the
    /// output, whichever has more panels. Steps do not allocate memory, and results do not depend on the number of
    /// threads.
    ///
    /// # Panics
    /// When there is not one bias per input, the units of the encoder have two outputs, `batch` is 0, or
    /// [`crate::InstructionSet::in_use`] panics.
    #[must_use]
    pub fn tied(encoder: &Layer, bias: &[f32], batch: usize, threads: usize) -> Self {
        assert!(batch > 0, "the size of a minibatch must be at least 1");
        assert_eq!(encoder.outputs(), encoder.affine.outputs(), "each unit of the encoder must have one output");
        let visible = encoder.affine.inputs();
        assert_eq!(bias.len(), visible, "the decoder needs one bias per input");
        let mut output = Panel::cut(visible, batch);
        for panel in &mut output {
            let bias = &bias[panel.first..panel.first + panel.columns];
            panel.bias[..bias.len()].copy_from_slice(bias);
        }
        let code = Panel::of(&encoder.affine, encoder.signs.as_deref(), batch);
        let most_panels = code.len().max(output.len());
        Self {
            inputs: Batch::new(visible, batch),
            noise: Batch::new(encoder.affine.outputs(), batch),
            targets: Batch::new(visible, batch),
            sampled: Batch::new(visible, batch),
            activation: encoder.activation,
            visible,
            code,
            output,
            path: Path::Dense,
            sums: Sums { magnitude: vec![0.0], zeros: vec![0], ..Sums::default() },
            arch: instruction_set::arch(),
            team: Team::new(threads.min(most_panels)),
        }
    }

    /// Makes an auto-encoder from `encoder` and a separate `decoder`, whose weight is `[units, inputs]`; otherwise like
    /// [`AutoEncoder::tied`].
    ///
    /// # Panics
    /// When `decoder` does not map the code to the inputs, and as [`AutoEncoder::tied`].
    #[must_use]
    pub fn untied(encoder: &Layer, decoder: &Affine, batch: usize, threads: usize) -> Self {
        let visible = encoder.affine.inputs();
        assert_eq!(decoder.inputs(), encoder.affine.outputs(), "the decoder must have one input per unit of the code");
        let mut autoencoder = Self::tied(encoder, decoder.bias(), batch, threads);
        for panel in &mut autoencoder.code {
            let width = panel.width;
            let mut decoder_t = Floats::zeros(visible * width);
            for (j, row) in decoder.weight().chunks(visible).skip(panel.first).take(panel.columns).enumerate() {
                row.iter().enumerate().for_each(|(i, weight)| decoder_t[i * width + j] = *weight);
            }
            panel.decoder_t = Some(decoder_t);
        }
        autoencoder
    }

    /// The encoder's current affine map.
    #[must_use]
    pub fn encoder(&self) -> Affine {
        Panel::affine(&self.code, self.visible)
    }

    /// The decoder's current affine map, with the weight `[units, inputs]`.
    #[must_use]
    pub fn decoder(&self) -> Affine {
        let row = |panel: &Panel, j: usize| -> Vec<f32> {
            let decoder_t = panel.decoder_t.as_ref().unwrap_or(&panel.weight);
            decoder_t.iter().skip(j).step_by(panel.width).copied().collect()
        };
        let units = self.code.iter().flat_map(|panel| (0..panel.columns).map(move |j| row(panel, j)));
        let weight: Vec<f32> = units.flatten().collect();
        let bias: Vec<f32> = self.output.iter().flat_map(|panel| &panel.bias[..panel.columns]).copied().collect();
        Affine::new(self.code.iter().map(|panel| panel.columns).sum(), &weight, &bias)
    }

    /// Starts a new minibatch.
    pub fn clear(&mut self) {
        let Self { inputs, noise, targets, sampled, .. } = self;
        [inputs, noise, targets, sampled].into_iter().for_each(Batch::clear);
    }

    /// Adds an example to the minibatch: the `input` and the `target` `[inputs]`, the `noise` `[units]` added to the
    /// pre-activations (empty for no noise), and in `sampled` `[inputs]` the weight of each input in the cost (empty
    /// for weights of 1). Inputs of weight 0 are not reconstructed.
    ///
    /// # Panics
    /// When the minibatch is full, a row has the wrong width, or the example has noise or weights that an earlier one
    /// lacks.
    pub fn push(&mut self, input: &[f32], target: &[f32], noise: &[f32], sampled: &[f32]) {
        let Self { inputs, targets, .. } = self;
        for (batch, row) in [(inputs, input), (targets, target)] {
            batch.push_values(row);
        }
        for (batch, row) in [(&mut self.noise, noise), (&mut self.sampled, sampled)] {
            if !row.is_empty() {
                batch.push_values(row);
                assert_eq!(
                    batch.len, self.inputs.len,
                    "noise must be given for every example or for no example, and so must weights"
                );
            }
        }
    }

    /// Multiplies the cost of each example of the minibatch by a factor, as [`Batch::weigh`] does.
    ///
    /// # Panics
    /// When there is not one factor per example.
    pub fn weigh(&mut self, factors: &[f32]) {
        self.inputs.weigh(factors);
    }

    /// The code of `example` of the last minibatch.
    pub fn code(&self, example: usize) -> impl Iterator<Item = f32> + '_ {
        values(&self.code, example)
    }

    /// The pre-activations f of the reconstruction for `example` of the last minibatch. If the example has weights,
    /// only the values of inputs with nonzero weights are valid.
    pub fn outputs(&self, example: usize) -> impl Iterator<Item = f32> + '_ {
        values(&self.output, example)
    }

    /// Reconstructs the minibatch, and sums its cost.
    ///
    /// # Panics
    /// When only some examples have noise, or only some have weights.
    pub fn reconstruct(&mut self, cost: Reconstruction) -> &Sums {
        let len = self.inputs.len;
        assert!(
            [0, len].contains(&self.noise.len) && [0, len].contains(&self.sampled.len),
            "noise must be given for every example or for no example, and so must weights"
        );
        self.encode();
        self.path = if self.sampled.is_empty() { Path::Dense } else { Path::Sparse };
        if self.path == Path::Sparse {
            for (panel, sampled) in self.output.iter_mut().zip(&self.sampled.panels) {
                panel.copy_lists(sampled, len);
            }
        }
        self.decode();
        self.targets.scatter();
        let (arch, path, targets, factors) = (self.arch, self.path, &self.targets.panels, self.inputs.factors());
        self.team.each(&mut self.output, |k, panel| {
            let target = &targets[k];
            panel.magnitude = arch.dispatch(Reconstruct { cost, panel, target, factors, path, batch: len });
        });
        self.sums.cost = self.output.iter().map(|panel| panel.magnitude).sum();
        &self.sums
    }

    /// Reconstructs the minibatch, and takes a gradient step on the mean cost plus the L1 penalty.
    ///
    /// # Panics
    /// As [`AutoEncoder::reconstruct`], and when `l1` does not hold exactly one coefficient, for the code.
    pub fn learn(&mut self, cost: Reconstruction, SgdStep { rate, l1 }: SgdStep<'_>) -> &Sums {
        assert_eq!(l1.len(), 1, "the code needs exactly one L1 coefficient");
        let l1 = l1[0];
        self.reconstruct(cost);
        let (arch, batch, path) = (self.arch, self.inputs.len, self.path);
        let (inputs, output) = (&self.inputs, &self.output);
        self.team.each(&mut self.code, |_, panel| {
            arch.dispatch(Step { panel, inputs, output, path, batch, rate, l1 });
        });
        self.team.each(&mut self.output, |_, panel| match path {
            Path::Dense => update_bias(&mut panel.bias, &panel.delta, batch, rate),
            Path::Sparse | Path::Blocks => panel.update_listed_bias(rate),
        });
        &self.sums
    }

    fn encode(&mut self) {
        let (arch, batch, activation) = (self.arch, self.inputs.len, self.activation);
        self.team.restart_after_fork();
        self.inputs.prepare();
        self.noise.scatter();
        let (below, path, noise) = (&self.inputs.panels, self.inputs.path, &self.noise);
        self.team.each(&mut self.code, |k, panel| {
            let Panel { weight, bias, width, packed: tile, positions, value: out, .. } = &mut *panel;
            let (x, width) = (value_of, *width);
            arch.dispatch(Forward { weight, bias, width, below, x, path, batch, tile, positions, out });
            noise.add_to(k, out);
            arch.dispatch(Activate { activation, panel, batch });
        });
        let units: usize = self.code.iter().map(|panel| panel.columns).sum();
        self.sums.magnitude[0] = self.code.iter().map(|panel| panel.magnitude).sum();
        self.sums.zeros[0] = batch * units - self.code.iter().map(|panel| panel.active).sum::<usize>();
    }

    /// Computes f = h V^T + c. The kernel of the backward pass computes the products h V^T, with the code in place of
    /// the deltas.
    fn decode(&mut self) {
        let (arch, batch, path) = (self.arch, self.inputs.len, self.path);
        let below = &self.output;
        self.team.each(&mut self.code, |_, panel| {
            let Panel { weight, decoder_t, width, value: d, products, packed, positions, .. } = panel;
            let weight = decoder_t.as_mut().unwrap_or(weight);
            let (x, work, rate, width) = (value_of, BackwardWork::Products, 0.0, *width);
            arch.dispatch(Backward {
                weight,
                width,
                d,
                products,
                below,
                x,
                path,
                work,
                batch,
                rate,
                packed,
                positions,
            });
        });
        let (above, stride) = (&self.code, stride(&self.output));
        self.team.each(&mut self.output, |_, panel| {
            let collect = Collect { above, first: panel.first, stride, batch };
            arch.dispatch(Decode { collect, panel, path });
        });
    }
}

/// Computes f = c + h V^T for a panel of the output, given the products of each panel of the code.
struct Decode<'a> {
    collect: Collect<'a>,
    panel: &'a mut Panel,
    path: Path,
}

impl WithSimd for Decode<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Panel { value, bias, width, columns, of_example, .. } = self.panel;
        match self.path {
            Path::Dense => {
                for row in value[..self.collect.batch * *width].chunks_exact_mut(*width) {
                    row.copy_from_slice(bias);
                }
                self.collect.all(value, *width, *columns);
            }
            Path::Sparse | Path::Blocks => {
                self.collect.listed(of_example, value, *width);
                for b in 0..self.collect.batch {
                    for i in of_example.get(b).0 {
                        value[b * *width + *i as usize] += bias[*i as usize];
                    }
                }
            }
        }
    }
}

/// The gradient step of a panel of the code, where df and dz are the deltas of f and of the code's pre-activations:
/// dz = (df V + l1 sign(h) / batch) * slope, then the updates of b, of W by -rate x^T dz, and of V by -rate df^T h.
struct Step<'a> {
    panel: &'a mut Panel,
    inputs: &'a Batch,
    output: &'a [Panel],
    path: Path,
    batch: usize,
    rate: f32,
    l1: f32,
}

impl WithSimd for Step<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { panel, inputs, output: below, path, batch, rate, l1 } = self;
        let Panel { weight, decoder_t, width, delta, packed: tile, positions, .. } = &mut *panel;
        let (width, bias, weight) = (*width, &ZEROS[..*width], decoder_t.as_ref().unwrap_or(weight));
        let (x, out) = (delta_of as fn(&Panel) -> &[f32], delta);
        Forward { weight, bias, width, below, x, path, batch, tile, positions, out }.with_simd(simd);
        finish_delta(panel, batch, l1);
        let Panel { weight, decoder_t, bias, delta, value, products, packed, positions, .. } = panel;
        update_bias(bias, delta, batch, rate);
        let (of_inputs, input_path, work) = (&inputs.panels[..], inputs.path, BackwardWork::Update);
        let (x, d) = (value_of, &**delta);
        Backward {
            weight,
            width,
            d,
            products,
            below: of_inputs,
            x,
            path: input_path,
            work,
            batch,
            rate,
            packed,
            positions,
        }
        .with_simd(simd);
        let (weight, x, d) = (decoder_t.as_mut().unwrap_or(weight), delta_of, &**value);
        Backward { weight, width, d, products, below, x, path, work, batch, rate, packed, positions }.with_simd(simd);
    }
}

/// A zero bias, for [`Forward`] without a bias.
static ZEROS: [f32; PANEL] = [0.0; PANEL];

fn delta_of(panel: &Panel) -> &[f32] {
    &panel.delta
}
