//! An auto-encoder whose decoder is its encoder, transposed.

use crate::activate::Activation;
use crate::affine::Affine;
use crate::backward::{Backward, Part, stride};
use crate::batch::Batch;
use crate::collect::{Activate, Collect, finish_delta, update_bias};
use crate::cost::{Reconstruct, Reconstruction};
use crate::forward::{Forward, Path};
use crate::panel::{PANEL, Panel};
use crate::stack::{Descent, Layer, Sums, value_of, values};
use crate::team::Team;
use pulp::{Arch, Simd, WithSimd};

/// h = sign * activation(x W + b) and f = h W^T + c, with all the memory that a step needs.
#[derive(Debug)]
pub struct Tied {
    inputs: Batch,
    targets: Batch,
    activation: Activation,
    visible: usize,
    /// W and b, and the code.
    code: Vec<Panel>,
    /// c, and the reconstruction.
    output: Vec<Panel>,
    sums: Sums,
    arch: Arch,
    team: Team,
}

impl Tied {
    /// An auto-encoder around `encoder` with the decoder's `bias` `[inputs]`, for minibatches of up to `batch` examples,
    /// computed by `threads`. Nothing is allocated after this, and results do not depend on the number of threads.
    ///
    /// # Panics
    /// When there is not a bias per input, or `batch` is 0.
    #[must_use]
    pub fn new(encoder: &Layer, bias: &[f32], batch: usize, threads: usize) -> Self {
        assert!(batch > 0, "a minibatch has at least one example");
        let visible = encoder.affine.inputs();
        assert_eq!(bias.len(), visible, "a bias for each input");
        let mut output = Panel::cut(visible, batch);
        for panel in &mut output {
            let bias = &bias[panel.first..panel.first + panel.columns];
            panel.bias[..bias.len()].copy_from_slice(bias);
        }
        Self {
            inputs: Batch::new(visible, batch),
            targets: Batch::new(visible, batch),
            activation: encoder.activation,
            visible,
            code: Panel::of(&encoder.affine, encoder.signs.as_deref(), batch),
            output,
            sums: Sums { magnitude: vec![0.0], zeros: vec![0], ..Sums::default() },
            arch: Arch::new(),
            team: Team::new(threads),
        }
    }

    /// The encoder's affine map as it is now.
    #[must_use]
    pub fn encoder(&self) -> Affine {
        Panel::affine(&self.code, self.visible)
    }

    /// The decoder's bias c as it is now, `[inputs]`.
    #[must_use]
    pub fn bias(&self) -> Vec<f32> {
        self.output.iter().flat_map(|panel| &panel.bias[..panel.columns]).copied().collect()
    }

    /// The next minibatch.
    pub fn inputs(&mut self) -> &mut Batch {
        &mut self.inputs
    }

    /// What the next minibatch is to be reconstructed as.
    pub fn targets(&mut self) -> &mut Batch {
        &mut self.targets
    }

    /// The code of example `member` of the last minibatch.
    pub fn code(&self, member: usize) -> impl Iterator<Item = f32> + '_ {
        values(&self.code, member)
    }

    /// f for example `member` of the last minibatch.
    pub fn outputs(&self, member: usize) -> impl Iterator<Item = f32> + '_ {
        values(&self.output, member)
    }

    /// Reconstructs the minibatch.
    ///
    /// # Panics
    /// When there are not as many targets as inputs.
    pub fn reconstruct(&mut self, cost: Reconstruction) -> &Sums {
        assert_eq!(self.targets.len, self.inputs.len, "a target for each row");
        self.encode();
        self.decode();
        self.targets.spread();
        let (arch, batch, targets) = (self.arch, self.inputs.len, &self.targets.panels);
        self.team.each(&mut self.output, |k, panel| {
            panel.magnitude = arch.dispatch(Reconstruct { cost, panel, target: &targets[k], batch });
        });
        self.sums.cost = self.output.iter().map(|panel| panel.magnitude).sum();
        &self.sums
    }

    /// Reconstructs the minibatch, and takes a step down the gradient of mean cost plus L1 penalty.
    ///
    /// # Panics
    /// As [`Tied::reconstruct`].
    pub fn learn(&mut self, cost: Reconstruction, descent: Descent) -> &Sums {
        self.reconstruct(cost);
        let (arch, batch) = (self.arch, self.inputs.len);
        let (inputs, output) = (&self.inputs, &self.output);
        self.team.each(&mut self.code, |_, panel| {
            arch.dispatch(Step { panel, inputs, output, batch, descent });
        });
        self.team.each(&mut self.output, |_, panel| update_bias(&mut panel.bias, &panel.delta, batch, descent.rate));
        &self.sums
    }

    fn encode(&mut self) {
        let (arch, batch, activation) = (self.arch, self.inputs.len, self.activation);
        self.inputs.settle();
        let (below, path) = (&self.inputs.panels, self.inputs.path);
        self.team.each(&mut self.code, |_, panel| {
            let Panel { weight, bias, width, value, .. } = &mut *panel;
            arch.dispatch(Forward { weight, bias, width: *width, below, x: value_of, path, batch, out: value });
            arch.dispatch(Activate { activation, panel, batch });
        });
        let units: usize = self.code.iter().map(|panel| panel.columns).sum();
        self.sums.magnitude[0] = self.code.iter().map(|panel| panel.magnitude).sum();
        self.sums.zeros[0] = batch * units - self.code.iter().map(|panel| panel.active).sum::<usize>();
    }

    /// f = h W^T + c: the products of the rows of W with the code, as a backward pass has them with the deltas.
    fn decode(&mut self) {
        let (arch, batch) = (self.arch, self.inputs.len);
        let below = &self.output;
        self.team.each(&mut self.code, |_, panel| {
            let Panel { weight, width, value, products, .. } = panel;
            let (part, path) = (Part::Products, Path::Dense);
            let (width, d) = (*width, &**value);
            arch.dispatch(Backward { weight, width, d, products, below, x: value_of, path, part, batch, rate: 0.0 });
        });
        let (above, stride) = (&self.code, stride(&self.output));
        self.team.each(&mut self.output, |_, panel| {
            let collect = Collect { above, first: panel.first, stride, batch };
            arch.dispatch(Decode { collect, panel });
        });
    }
}

/// f = c + the shares of h W^T.
struct Decode<'a> {
    collect: Collect<'a>,
    panel: &'a mut Panel,
}

impl WithSimd for Decode<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Panel { value, bias, width, columns, .. } = self.panel;
        for row in value[..self.collect.batch * *width].chunks_exact_mut(*width) {
            row.copy_from_slice(bias);
        }
        self.collect.all(value, *width, *columns);
    }
}

/// dz = (df W + l1 sign(h) / batch) * slope, and then W - rate (x^T dz + df^T h), for a panel of the code.
struct Step<'a> {
    panel: &'a mut Panel,
    inputs: &'a Batch,
    output: &'a [Panel],
    batch: usize,
    descent: Descent,
}

impl WithSimd for Step<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { panel, inputs, output, batch, descent: Descent { rate, l1 } } = self;
        let Panel { weight, width, delta, .. } = &mut *panel;
        let width = *width;
        let (below, path, bias) = (output, Path::Dense, &ZEROS[..width]);
        Forward { weight, bias, width, below, x: delta_of, path, batch, out: delta }.with_simd(simd);
        finish_delta(panel, batch, l1);
        let Panel { weight, bias, delta, value, products, .. } = panel;
        update_bias(bias, delta, batch, rate);
        let (below, path, part) = (&inputs.panels[..], inputs.path, Part::Update);
        Backward { weight, width, d: delta, products, below, x: value_of, path, part, batch, rate }.with_simd(simd);
        let (below, path) = (output, Path::Dense);
        Backward { weight, width, d: value, products, below, x: delta_of, path, part, batch, rate }.with_simd(simd);
    }
}

/// The bias of a map that has none.
static ZEROS: [f32; PANEL] = [0.0; PANEL];

fn delta_of(panel: &Panel) -> &[f32] {
    &panel.delta
}
