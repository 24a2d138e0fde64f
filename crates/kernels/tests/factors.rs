//! Factors of the cost of each example: a factor counts an example as often as it says.

mod common;

use common::{BATCH, CLASSES, INPUTS, bytes, labels, numbers, parameters, push, stack};
use kernels::{Activation, AutoEncoder, Layer, Reconstruction, SgdStep, Stack};

const L1: [f32; 2] = [0.0; 2];

/// Asserts that the weights of `a` and `b` are equal up to rounding.
fn assert_close(a: &Stack, b: &Stack) {
    for k in 0..=2 {
        let (a, b) = (a.affine(k), b.affine(k));
        let pairs = a.weight().iter().zip(b.weight()).chain(a.bias().iter().zip(b.bias()));
        let worst = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-6, "layer {k}: the largest difference is {worst}");
    }
}

#[test]
fn factors_of_one_change_no_bit() {
    let [plain, weighed] = [false, true].map(|weigh| {
        let mut stack = stack(Activation::Rectifier, CLASSES, 1);
        push(stack.inputs(), &bytes(BATCH, 0.2, 1));
        if weigh {
            stack.inputs().weigh(&[1.0; BATCH]);
        }
        let cost = stack.learn(&labels(), SgdStep { rate: 0.1, l1: &L1 }).cost;
        (cost.to_bits(), parameters(&stack))
    });
    assert_eq!(plain, weighed);
}

/// One row twice, and two rows not at all, are a minibatch of another size with the rate in proportion.
#[test]
fn a_factor_of_two_is_the_row_twice_and_a_factor_of_zero_is_no_row() {
    let (rows, of_rows) = (bytes(5, 0.2, 1), [3, 1, 4, 0, 2]);
    let mut weighed = stack(Activation::Rectifier, CLASSES, 1);
    push(weighed.inputs(), &rows);
    weighed.inputs().weigh(&[2.0, 1.0, 0.0, 1.0, 0.0]);
    let cost = weighed.learn(&of_rows, SgdStep { rate: 0.1, l1: &L1 }).cost;
    let mut repeated = stack(Activation::Rectifier, CLASSES, 1);
    push(repeated.inputs(), &[rows[0].clone(), rows[0].clone(), rows[1].clone(), rows[3].clone()]);
    let expected = repeated.learn(&[3, 3, 1, 0], SgdStep { rate: 0.1 * 4.0 / 5.0, l1: &L1 }).cost;
    assert!((cost - expected).abs() < 1e-5, "{cost} and {expected}");
    assert_close(&weighed, &repeated);
}

#[test]
fn reconstructions_have_factors_too() {
    let rows = numbers(&bytes(3, 0.2, 1));
    let learned = |rows: &[&Vec<f32>], factors: &[f32], rate: f32| {
        let mut stack = stack(Activation::Rectifier, INPUTS, 1).with_targets();
        for row in rows {
            stack.push(row, row, &[]);
        }
        stack.inputs().weigh(factors);
        let cost = stack.learn_reconstruction(Reconstruction::LogisticCrossEntropy, SgdStep { rate, l1: &L1 }).cost;
        (cost, stack)
    };
    let (cost, weighed) = learned(&[&rows[0], &rows[1], &rows[2]], &[2.0, 0.0, 1.0], 0.01);
    let (expected, repeated) = learned(&[&rows[0], &rows[0], &rows[2]], &[1.0; 3], 0.01);
    assert!((cost - expected).abs() < 1e-6 * expected, "{cost} and {expected}");
    assert_close(&weighed, &repeated);
}

#[test]
fn auto_encoders_have_factors_whether_they_reconstruct_all_inputs_or_a_sample() {
    let rows = numbers(&bytes(3, 0.2, 1));
    for sampled in [vec![], vec![1.5; INPUTS]] {
        let learned = |rows: &[&Vec<f32>], factors: &[f32]| {
            let encoder = Layer::new(common::affine(INPUTS, 40, 0.0, 4), None, Activation::Rectifier);
            let mut autoencoder = AutoEncoder::tied(&encoder, &[0.0; INPUTS], 3, 1);
            for row in rows {
                autoencoder.push(row, row, &[], &sampled);
            }
            autoencoder.weigh(factors);
            autoencoder.learn(Reconstruction::LogisticCrossEntropy, SgdStep { rate: 0.01, l1: &[0.0] });
            autoencoder.encoder()
        };
        let weighed = learned(&[&rows[0], &rows[1], &rows[2]], &[2.0, 0.0, 1.0]);
        let repeated = learned(&[&rows[0], &rows[0], &rows[2]], &[1.0; 3]);
        let worst = weighed.weight().iter().zip(repeated.weight()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-6, "the largest difference is {worst}");
    }
}

#[test]
#[should_panic(expected = "each row needs one factor")]
fn rows_added_after_the_factors_are_refused() {
    let mut stack = stack(Activation::Rectifier, CLASSES, 1);
    let rows = bytes(2, 0.2, 1);
    push(stack.inputs(), &rows[..1]);
    stack.inputs().weigh(&[1.0]);
    push(stack.inputs(), &rows[1..]);
    stack.classify(&[0, 0]);
}
