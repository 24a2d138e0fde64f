//! The limits of a stack: arguments that it rejects, NaN inputs, and outputs that are too small to matter.

use kernels::{Activation, Affine, Layer, SgdStep, Stack};
use std::panic::{AssertUnwindSafe, catch_unwind};

const STEP: SgdStep<'_> = SgdStep { rate: 0.1, l1: &[0.0] };

/// A stack with 20 inputs, 5 rectifiers that are all active for positive inputs, and 3 classes.
fn stack() -> Stack {
    let hidden = Layer::new(Affine::new(20, &[0.1; 100], &[0.0; 5]), None, Activation::Rectifier);
    Stack::new(vec![hidden], Affine::new(5, &[0.1; 15], &[0.0; 3]), 2, 1)
}

fn rejected(call: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(call)).is_err()
}

#[test]
fn a_label_beyond_the_classes_is_rejected() {
    let mut stack = stack();
    stack.inputs().push_values(&[1.0; 20]);
    assert!(rejected(|| drop(stack.learn(&[3], STEP).clone())));
    assert!(rejected(|| drop(stack.learn(&[0, 0], STEP).clone())));
    assert!(!rejected(|| drop(stack.learn(&[2], STEP).clone())));
}

#[test]
fn a_penalty_without_one_coefficient_per_hidden_layer_is_rejected() {
    let mut stack = stack();
    stack.inputs().push_values(&[1.0; 20]);
    for l1 in [&[][..], &[0.0, 0.0]] {
        assert!(rejected(|| drop(stack.learn(&[2], SgdStep { l1, ..STEP }).clone())));
    }
}

#[test]
fn a_stack_without_learning_rejects_a_step() {
    let mut stack = stack().without_learning();
    stack.inputs().push_values(&[1.0; 20]);
    assert!(!rejected(|| drop(stack.classify(&[2]).clone())));
    assert!(rejected(|| drop(stack.learn(&[2], STEP).clone())));
}

#[test]
fn rows_of_the_wrong_width_are_rejected_and_not_added() {
    let mut stack = stack();
    assert!(rejected(|| stack.inputs().push_values(&[1.0; 19])));
    assert!(rejected(|| stack.inputs().push_bytes(&[1; 21], &[1.0; 256])));
    assert!(rejected(|| stack.inputs().push_sparse(&[3, 20], &[1.0, 1.0])));
    assert!(rejected(|| stack.inputs().push_sparse(&[3, 3], &[1.0, 1.0])));
    assert!(rejected(|| stack.inputs().push_sparse(&[3], &[])));
    assert!(stack.inputs().is_empty());
    stack.inputs().push_sparse(&[3, 19], &[1.0, 1.0]);
    stack.inputs().push_sparse(&[], &[]);
    assert!(rejected(|| stack.inputs().push_sparse(&[], &[])), "a row in a full minibatch must be rejected");
    assert_eq!(stack.inputs().len(), 2);
}

#[test]
fn a_diverged_network_reports_nan_and_no_zeros() {
    let mut stack = stack();
    for _ in 0..2 {
        stack.inputs().clear();
        stack.inputs().push_values(&[f32::NAN; 20]);
        let sums = stack.learn(&[0], STEP);
        assert!(sums.cost.is_nan() && sums.magnitude[0].is_nan());
        assert_eq!(sums.zeros, [0]);
    }
}

/// Far below its threshold a sharp softplus is tiny, and so is its slope.
#[test]
fn a_sharp_unit_far_below_its_threshold_leaves_the_weights_and_the_layer_above_alone() {
    let sharp = Activation::Softplus { alpha: 100.0 };
    let hidden = Layer::new(Affine::new(1, &[1.0, 1.0], &[-1.5, 0.0]), None, sharp);
    let mut stack = Stack::new(vec![hidden], Affine::new(2, &[1.0, -1.0, 0.5, 0.25], &[0.0, 0.0]), 1, 1);
    stack.inputs().push_values(&[1.0]);
    stack.learn(&[0], SgdStep { rate: 0.1, l1: &[0.0] });
    let below: Vec<f32> = stack.hidden_outputs(0, 0).collect();
    assert_eq!(below[0], 0.0, "softplus(-50) / 100 is below 2^-63");
    assert!(below[1] > 0.9);
    assert_eq!(stack.affine(0).weight()[0], 1.0);
    assert_ne!(stack.affine(0).weight()[1], 1.0);
    assert_eq!(stack.affine(1).weight()[..2], [1.0, -1.0]);
}
