//! Each hidden layer has its own L1 coefficient.

mod common;

use common::{BATCH, CLASSES, bytes, labels, push, stack};
use kernels::{Activation, Affine, SgdStep};

const ACTIVATIONS: [Activation; 3] = [Activation::Rectifier, Activation::Tanh, Activation::Pair];

/// The affine maps of both hidden layers and the output layer after a step with the coefficients `l1`.
fn after_a_step(activation: Activation, l1: [f32; 2]) -> [Affine; 3] {
    let mut stack = stack(activation, CLASSES, 1);
    push(stack.inputs(), &bytes(BATCH, 0.5, 1));
    stack.learn(&labels(), SgdStep { rate: 0.1, l1: &l1 });
    [0, 1, 2].map(|k| stack.affine(k))
}

/// For each layer, whether the bits of the weights in `a` and `b` differ.
fn differ(a: &[Affine; 3], b: &[Affine; 3]) -> [bool; 3] {
    let bits = |affine: &Affine| affine.weight().iter().map(|w| w.to_bits()).collect::<Vec<u32>>();
    [0, 1, 2].map(|k| bits(&a[k]) != bits(&b[k]))
}

#[test]
fn the_penalty_of_a_layer_moves_it_and_those_below_but_never_the_output() {
    for activation in ACTIVATIONS {
        let free = after_a_step(activation, [0.0, 0.0]);
        let of = |l1| differ(&after_a_step(activation, l1), &free);
        assert_eq!(of([0.1, 0.0]), [true, false, false], "{activation:?}");
        assert_eq!(of([0.0, 0.1]), [true, true, false], "{activation:?}");
    }
}

#[test]
fn the_moves_of_two_penalties_add_up() {
    for activation in ACTIVATIONS {
        let [free, lower, upper, both] =
            [[0.0, 0.0], [0.3, 0.0], [0.0, 0.1], [0.3, 0.1]].map(|l1| after_a_step(activation, l1));
        for k in 0..3 {
            let [free, lower, upper, both] = [&free, &lower, &upper, &both].map(|layers| layers[k].weight());
            for (j, free) in free.iter().enumerate() {
                let sum = free + (lower[j] - free) + (upper[j] - free);
                assert!(
                    (both[j] - sum).abs() < 1e-6,
                    "{activation:?}, layer {k}: the weight is {} instead of {sum}",
                    both[j]
                );
            }
        }
    }
}
