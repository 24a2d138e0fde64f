//! Benchmarks of the operations of a [`Stack`]: `cargo bench -p kernels`.
//!
//! All benchmarks run on one thread. A fifth of the values of the synthetic images is nonzero, as in MNIST.

use divan::Bencher;
use divan::counter::ItemsCount;
use kernels::{Activation, Affine, Layer, Reconstruction, SgdStep, Stack};
use std::hint::black_box;

const INPUTS: usize = 784;
const HIDDEN: usize = 1000;
const CLASSES: usize = 10;
const WORDS: usize = 5000;
const WORDS_PER_EXAMPLE: usize = 30;
/// A step so small that the weights hardly change in the many steps of a benchmark.
const STEP: SgdStep<'_> = SgdStep { rate: 1e-6, l1: &[1e-3; 3] };

fn main() {
    divan::main();
}

/// The activation of the hidden layers and, for rectifiers, the share of outputs that are zero.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Tanh,
    /// Rectifiers; about half of their outputs are zero.
    Half,
    /// Rectifiers; about nine in ten of their outputs are zero.
    Ninety,
}

const STEPS: [(Kind, usize); 6] =
    [(Kind::Tanh, 10), (Kind::Tanh, 100), (Kind::Half, 10), (Kind::Half, 100), (Kind::Ninety, 10), (Kind::Ninety, 100)];

#[divan::bench(args = STEPS)]
fn learn(bencher: Bencher, (kind, batch): (Kind, usize)) {
    let (mut stack, labels) = loaded(kind, batch);
    bencher.counter(ItemsCount::new(batch)).bench_local(|| black_box(stack.learn(&labels, STEP)).cost);
}

#[divan::bench(args = STEPS)]
fn classify(bencher: Bencher, (kind, batch): (Kind, usize)) {
    let (mut stack, labels) = loaded(kind, batch);
    bencher.counter(ItemsCount::new(batch)).bench_local(|| black_box(stack.classify(&labels)).cost);
}

#[divan::bench(args = [Kind::Tanh, Kind::Half, Kind::Ninety])]
fn forward(bencher: Bencher, kind: Kind) {
    let (mut stack, _) = loaded(kind, 1);
    let image = image(0);
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| {
        stack.inputs().clear();
        stack.inputs().push_values(&image);
        stack.forward();
        stack.outputs(0).fold(f32::NEG_INFINITY, f32::max)
    });
}

#[divan::bench(args = [10, 100])]
fn learn_reconstruction(bencher: Bencher, batch: usize) {
    let encoder = Layer::new(affine(INPUTS, HIDDEN, 0.0, 0), None, Activation::Rectifier);
    let mut stack = Stack::new(vec![encoder], affine(HIDDEN, INPUTS, 0.0, 1), batch, 1).with_targets();
    for member in 0..batch {
        stack.inputs().push_values(&image(member));
        if let Some(targets) = stack.targets() {
            targets.push_values(&image(member));
        }
    }
    let (cost, sgd) = (Reconstruction::SoftplusQuadratic, SgdStep { l1: &[1e-3], ..STEP });
    bencher.counter(ItemsCount::new(batch)).bench_local(|| black_box(stack.learn_reconstruction(cost, sgd)).cost);
}

/// Steps of one layer on rows of a CSR matrix with 0.6 % nonzero values; the targets are the same rows.
#[divan::bench(args = [10])]
fn words(bencher: Bencher, batch: usize) {
    let mut stack = Stack::new(Vec::new(), affine(WORDS, WORDS, 0.0, 0), batch, 1).with_targets();
    let bag = |member: usize| -> Vec<u32> {
        let step = WORDS / WORDS_PER_EXAMPLE;
        (0..WORDS_PER_EXAMPLE).map(|k| (k * step + member) as u32).collect()
    };
    let bags: Vec<Vec<u32>> = (0..batch).map(bag).collect();
    let ones = [1.0; WORDS_PER_EXAMPLE];
    let sgd = SgdStep { l1: &[], ..STEP };
    bencher.counter(ItemsCount::new(batch)).bench_local(|| {
        stack.inputs().clear();
        for bag in &bags {
            stack.inputs().push_sparse(bag, &ones);
        }
        if let Some(targets) = stack.targets() {
            targets.clear();
            for bag in &bags {
                targets.push_sparse(bag, &ones);
            }
        }
        black_box(stack.learn_reconstruction(Reconstruction::LinearQuadratic, sgd)).cost
    });
}

/// A 784-1000-1000-1000-10 network loaded with a minibatch, and the labels of the minibatch.
fn loaded(kind: Kind, batch: usize) -> (Stack, Vec<u16>) {
    let activation = if matches!(kind, Kind::Tanh) { Activation::Tanh } else { Activation::Rectifier };
    let layer = |k: usize| {
        let inputs = if k == 0 { INPUTS } else { HIDDEN };
        // The bias determines the share of zeros. For nine zeros in ten outputs, it has to be about -1.3 standard
        // deviations of the pre-activations; these standard deviations shrink from layer to layer.
        let bias = if matches!(kind, Kind::Ninety) { NINETY[k] } else { 0.0 };
        let signs: Vec<f32> = (0..HIDDEN).map(|unit| if unit % 2 == 0 { 1.0 } else { -1.0 }).collect();
        Layer::new(affine(inputs, HIDDEN, bias, k as u32), Some(&signs), activation)
    };
    let mut stack = Stack::new((0..3).map(layer).collect(), affine(HIDDEN, CLASSES, 0.0, 3), batch, 1);
    (0..batch).for_each(|member| stack.inputs().push_values(&image(member)));
    let labels: Vec<u16> = (0..batch).map(|member| (member % CLASSES) as u16).collect();
    let sums = stack.classify(&labels);
    let expected = match kind {
        Kind::Tanh => 0.0..0.01,
        Kind::Half => 0.4..0.6,
        Kind::Ninety => 0.85..0.95,
    };
    let shares: Vec<f64> = sums.zeros.iter().map(|zeros| *zeros as f64 / (batch * HIDDEN) as f64).collect();
    assert!(
        shares.iter().all(|share| expected.contains(share)),
        "{kind:?}: the share of zeros of each layer must lie in {expected:?}, but the shares are {shares:?}"
    );
    (stack, labels)
}

/// For each hidden layer, the bias that leaves one unit in ten active.
const NINETY: [f32; 3] = [-0.31, -0.061, -0.012];

/// An affine map with weights from U(-r, r), r = sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010), and with every
/// bias equal to `bias`.
fn affine(inputs: usize, outputs: usize, bias: f32, seed: u32) -> Affine {
    let limit = (6.0 / (inputs + outputs) as f32).sqrt();
    let mut random = Uniform(seed << 28);
    let weight: Vec<f32> = (0..inputs * outputs).map(|_| limit * (2.0 * random.next() - 1.0)).collect();
    Affine::new(inputs, &weight, &vec![bias; outputs])
}

fn image(member: usize) -> Vec<f32> {
    let mut random = Uniform(member as u32);
    (0..INPUTS).map(|_| if random.next() < 0.2 { random.next() } else { 0.0 }).collect()
}

/// Pseudo-random numbers in [0, 1): a counter hashed with the finaliser of `MurmurHash3`, which is good enough for
/// synthetic data.
struct Uniform(u32);

impl Uniform {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9);
        let mut bits = self.0;
        for (shift, factor) in [(16, 0x85eb_ca6b), (13, 0xc2b2_ae35)] {
            bits = (bits ^ bits >> shift).wrapping_mul(factor);
        }
        (bits >> 16) as f32 / 65_536.0
    }
}
