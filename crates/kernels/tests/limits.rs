//! What a stack refuses, and what it makes of numbers that are none.

use kernels::{Activation, Affine, Descent, Layer, Stack};
use std::panic::{AssertUnwindSafe, catch_unwind};

const DESCENT: Descent<'_> = Descent { rate: 0.1, l1: &[0.0] };

/// 20 inputs, 5 rectifiers that all fire, 3 classes.
fn stack() -> Stack {
    let hidden = Layer::new(Affine::new(20, &[0.1; 100], &[0.0; 5]), None, Activation::Rectifier);
    Stack::new(vec![hidden], Affine::new(5, &[0.1; 15], &[0.0; 3]), 2, 1)
}

fn refused(call: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(call)).is_err()
}

#[test]
fn a_label_that_is_no_class_is_refused() {
    let mut stack = stack();
    stack.inputs().push_values(&[1.0; 20]);
    assert!(refused(|| drop(stack.learn(&[3], DESCENT).clone())));
    assert!(refused(|| drop(stack.learn(&[0, 0], DESCENT).clone())));
    assert!(!refused(|| drop(stack.learn(&[2], DESCENT).clone())));
}

#[test]
fn a_penalty_that_is_not_one_coefficient_for_each_hidden_layer_is_refused() {
    let mut stack = stack();
    stack.inputs().push_values(&[1.0; 20]);
    for l1 in [&[][..], &[0.0, 0.0]] {
        assert!(refused(|| drop(stack.learn(&[2], Descent { l1, ..DESCENT }).clone())));
    }
}

#[test]
fn rows_that_do_not_fit_are_refused_and_leave_nothing_behind() {
    let mut stack = stack();
    assert!(refused(|| stack.inputs().push_values(&[1.0; 19])));
    assert!(refused(|| stack.inputs().push_bytes(&[1; 21], &[1.0; 256])));
    assert!(refused(|| stack.inputs().push_sparse(&[3, 20], &[1.0, 1.0])));
    assert!(refused(|| stack.inputs().push_sparse(&[3, 3], &[1.0, 1.0])));
    assert!(refused(|| stack.inputs().push_sparse(&[3], &[])));
    assert!(stack.inputs().is_empty());
    stack.inputs().push_sparse(&[3, 19], &[1.0, 1.0]);
    stack.inputs().push_sparse(&[], &[]);
    assert!(refused(|| stack.inputs().push_sparse(&[], &[])), "the minibatch is full");
    assert_eq!(stack.inputs().len(), 2);
}

#[test]
fn a_network_that_stopped_computing_numbers_shows_it_and_counts_only_its_units() {
    let mut stack = stack();
    for _ in 0..2 {
        stack.inputs().clear();
        stack.inputs().push_values(&[f32::NAN; 20]);
        let sums = stack.learn(&[0], DESCENT);
        assert!(sums.cost.is_nan() && sums.magnitude[0].is_nan());
        assert_eq!(sums.zeros, [0]);
    }
}
