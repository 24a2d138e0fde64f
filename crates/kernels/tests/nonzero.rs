//! Which outputs of a hidden layer were nonzero for any example.

mod common;

use common::{BATCH, CLASSES, HIDDEN, bytes, labels, push, stack};
use kernels::{Activation, Stack};

#[test]
fn an_output_is_nonzero_if_it_is_for_any_example() {
    for activation in [Activation::Rectifier, Activation::Tanh, Activation::Pair] {
        let prepare: [fn(Stack) -> Stack; 2] = [|stack| stack, Stack::without_learning];
        for prepare in prepare {
            let mut stack = prepare(stack(activation, CLASSES, 1));
            push(stack.inputs(), &bytes(BATCH, 0.05, 1));
            stack.classify(&labels());
            for layer in 0..HIDDEN.len() {
                let outputs: Vec<Vec<f32>> = (0..BATCH).map(|b| stack.hidden_outputs(layer, b).collect()).collect();
                let expected = (0..outputs[0].len()).map(|unit| outputs.iter().any(|row| row[unit] != 0.0));
                assert!(stack.nonzero(layer).eq(expected), "{activation:?}, layer {layer}");
            }
        }
    }
}
