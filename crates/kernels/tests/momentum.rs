//! Momentum and the L2 penalty are those of dense steps, although the kernels skip rows.
#![expect(clippy::expect_used, reason = "a test may fail by panicking")]

mod common;

use common::{BATCH, CLASSES, HIDDEN, bytes, labels, parameters, push, stack};
use kernels::{Activation, Affine, Layer, SgdStep, Stack};

const STEP: SgdStep<'_> = SgdStep { rate: 0.1, l1: &[0.001; 2] };
const MOMENTUM: f32 = 0.8;
const L2: f32 = 0.5;

/// A minibatch that differs from step to step; every third one is smaller.
fn minibatch(step: u64, density: f32) -> Vec<Vec<u8>> {
    bytes(if step % 3 == 2 { BATCH - 4 } else { BATCH }, density, 100 + step)
}

/// Weights and biases of one layer, and their velocities.
struct Dense {
    of: Affine,
    velocity: Affine,
}

impl Dense {
    /// The step as it is defined, with the gradient from a plain step of the kernels.
    fn step(&mut self, after_plain_step: &Affine, batch: usize) {
        let next = |w: &[f32], plain: &[f32], v: &[f32], l2: f32| -> (Vec<f32>, Vec<f32>) {
            let of = |((w, plain), v): ((&f32, &f32), &f32)| {
                let v = MOMENTUM * v - (w - plain) - STEP.rate * l2 / batch as f32 * w;
                (w + v, v)
            };
            w.iter().zip(plain).zip(v).map(of).unzip()
        };
        let (weight, v_weight) = next(self.of.weight(), after_plain_step.weight(), self.velocity.weight(), L2);
        let (bias, v_bias) = next(self.of.bias(), after_plain_step.bias(), self.velocity.bias(), 0.0);
        self.of = Affine::new(self.of.inputs(), &weight, &bias);
        self.velocity = Affine::new(self.of.inputs(), &v_weight, &v_bias);
    }
}

/// A stack of `affines` without signs.
fn stack_of(affines: &[&Affine], activation: Activation) -> Stack {
    let layer = |affine: &&Affine| Layer::new((*affine).clone(), None, activation);
    let (output, hidden) = affines.split_last().expect("a stack has layers");
    Stack::new(hidden.iter().map(layer).collect(), (*output).clone(), BATCH, 1)
}

#[test]
fn skipped_rows_move_as_if_they_had_been_visited() {
    let start = stack(Activation::Rectifier, CLASSES, 1);
    let of = |k| start.affine(k);
    let zero = |a: &Affine| Affine::new(a.inputs(), &vec![0.0; a.weight().len()], &vec![0.0; a.outputs()]);
    // Of dense rows, rounding moves some pre-activations across the threshold of a rectifier; tanh has none.
    for (density, activation) in [(0.02, Activation::Rectifier), (0.9, Activation::Tanh)] {
        let mut dense: Vec<Dense> = (0..3).map(|k| Dense { of: of(k), velocity: zero(&of(k)) }).collect();
        let affines: Vec<&Affine> = dense.iter().map(|layer| &layer.of).collect();
        let mut lazy = stack_of(&affines, activation).with_momentum(MOMENTUM, L2);
        for step in 0..12 {
            let rows = minibatch(step, density);
            let of_rows = &labels()[..rows.len()];
            lazy.inputs().clear();
            push(lazy.inputs(), &rows);
            lazy.learn(of_rows, STEP);
            let mut plain = stack_of(&dense.iter().map(|layer| &layer.of).collect::<Vec<_>>(), activation);
            push(plain.inputs(), &rows);
            plain.learn(of_rows, STEP);
            for (k, layer) in dense.iter_mut().enumerate() {
                layer.step(&plain.affine(k), rows.len());
            }
        }
        for (k, layer) in dense.iter().enumerate() {
            let lazy = lazy.affine(k);
            let pairs = lazy.weight().iter().zip(layer.of.weight()).chain(lazy.bias().iter().zip(layer.of.bias()));
            let worst = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 2e-6, "density {density}, layer {k}: the largest difference is {worst}");
        }
    }
}

#[test]
fn momentum_does_not_depend_on_the_number_of_threads() {
    let learned = |threads| {
        let mut stack = stack(Activation::Rectifier, CLASSES, threads).with_momentum(MOMENTUM, L2);
        for step in 0..5 {
            let rows = minibatch(step, 0.05);
            stack.inputs().clear();
            push(stack.inputs(), &rows);
            stack.learn(&labels()[..rows.len()], STEP);
        }
        parameters(&stack)
    };
    assert_eq!(learned(1), learned(3));
}

/// The cost of a stack without learning is that of its settled weights.
#[test]
fn a_stack_without_learning_has_the_settled_weights() {
    let mut learned = stack(Activation::Rectifier, CLASSES, 1).with_momentum(MOMENTUM, L2);
    for step in 0..4 {
        let rows = minibatch(step, 0.05);
        learned.inputs().clear();
        push(learned.inputs(), &rows);
        learned.learn(&labels()[..rows.len()], STEP);
    }
    let before = parameters(&learned);
    let after = parameters(&learned.without_learning());
    assert_eq!(before.len(), after.len());
    assert!(before == after, "some of the weights of {HIDDEN:?} units differ");
}

#[test]
#[should_panic(expected = "momentum must be from 0 to below 1")]
fn a_momentum_of_one_is_refused() {
    let _ = stack(Activation::Rectifier, CLASSES, 1).with_momentum(1.0, 0.0);
}
