//! Results have the same bits for any number of threads, and for the same rows given as bytes, numbers or CSR rows.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{BATCH, CLASSES, HIDDEN, INPUTS, bytes, labels, numbers, parameters, push, sparse, stack};
use kernels::{Activation, Reconstruction, SgdStep, Stack, Sums};

const THREADS: [usize; 4] = [1, 2, 3, 5];
const STEP: SgdStep<'_> = SgdStep { rate: 0.1, l1: &[0.001, 0.002] };

/// The sums of each of six steps, and the bits of the parameters after them; the last minibatch is short.
fn trained(mut stack: Stack, mut step: impl FnMut(&mut Stack, &[Vec<u8>], &[u16]) -> Sums) -> (Vec<Sums>, Vec<u32>) {
    let steps = (0..6).map(|k| {
        let rows = bytes(if k == 5 { 4 } else { BATCH }, if k % 2 == 0 { 0.2 } else { 0.9 }, 10 + k);
        stack.inputs().clear();
        step(&mut stack, &rows, &labels()[..rows.len()])
    });
    let sums = steps.collect();
    (sums, parameters(&stack))
}

/// Trains a classifier, and returns the result of [`trained`] and the share of hidden outputs that were zero.
fn classifier(activation: Activation, threads: usize) -> ((Vec<Sums>, Vec<u32>), f64) {
    let outcome = trained(stack(activation, CLASSES, threads), |stack, rows, labels| {
        push(stack.inputs(), rows);
        stack.learn(labels, STEP).clone()
    });
    let zeros: usize = outcome.0.iter().flat_map(|sums| &sums.zeros).sum();
    let outputs = (5 * BATCH + 4) * HIDDEN.iter().sum::<usize>();
    (outcome, zeros as f64 / outputs as f64)
}

fn autoencoder(activation: Activation, threads: usize) -> (Vec<Sums>, Vec<u32>) {
    trained(stack(activation, INPUTS, threads).with_targets(), |stack, rows, _| {
        let targets = stack.targets().unwrap();
        targets.clear();
        push(targets, rows);
        push(stack.inputs(), rows);
        stack.learn_reconstruction(Reconstruction::LogisticCrossEntropy, STEP).clone()
    })
}

#[test]
fn a_sparse_stack_learns_the_same_bits_on_any_number_of_threads() {
    let (alone, zeros) = classifier(Activation::Rectifier, 1);
    assert!(zeros > 0.5, "the stack must be sparse, but its share of zeros is {zeros}");
    for threads in THREADS {
        assert!(classifier(Activation::Rectifier, threads).0 == alone, "threads: {threads}");
    }
}

#[test]
fn a_dense_stack_learns_the_same_bits_on_any_number_of_threads() {
    let (alone, zeros) = classifier(Activation::Tanh, 1);
    assert!(zeros < 0.5, "the stack must be dense, but its share of zeros is {zeros}");
    for threads in THREADS {
        assert!(classifier(Activation::Tanh, threads).0 == alone, "threads: {threads}");
    }
}

#[test]
fn a_reconstructing_stack_learns_the_same_bits_on_any_number_of_threads() {
    for activation in [Activation::Rectifier, Activation::Tanh, Activation::Pair] {
        let alone = autoencoder(activation, 1);
        for threads in THREADS {
            assert!(autoencoder(activation, threads) == alone, "{activation:?}, threads: {threads}");
        }
    }
}

#[test]
fn bytes_numbers_and_csr_rows_of_the_same_values_give_the_same_bits() {
    let from = |push: fn(&mut Stack, &[Vec<u8>])| {
        trained(stack(Activation::Rectifier, CLASSES, 2), |stack, rows, labels| {
            push(stack, rows);
            stack.learn(labels, STEP).clone()
        })
    };
    let of_bytes = from(|stack, rows| push(stack.inputs(), rows));
    let of_numbers = from(|stack, rows| {
        for row in numbers(rows) {
            stack.inputs().push_values(&row);
        }
    });
    let of_csr = from(|stack, rows| {
        for (columns, row) in sparse(rows) {
            stack.inputs().push_sparse(&columns, &row);
        }
    });
    let of_csr_with_zeros = from(|stack, rows| {
        let columns: Vec<u32> = (0..INPUTS as u32).collect();
        for row in numbers(rows) {
            stack.inputs().push_sparse(&columns, &row);
        }
    });
    assert!(of_numbers == of_bytes, "rows of numbers must give the same bits as rows of bytes");
    assert!(of_csr == of_bytes, "CSR rows must give the same bits as rows of bytes");
    assert!(of_csr_with_zeros == of_bytes, "CSR rows with explicit zeros must give the same bits as rows of bytes");
}

#[test]
fn neither_an_earlier_minibatch_nor_the_memory_of_the_backward_pass_affects_the_outputs() {
    let outputs = |stack: &mut Stack, rows: &[Vec<u8>]| {
        stack.inputs().clear();
        push(stack.inputs(), rows);
        let sums = stack.classify(&labels()[..rows.len()]).clone();
        let bits: Vec<u32> = (0..rows.len()).flat_map(|b| stack.outputs(b)).map(f32::to_bits).collect();
        (sums, bits)
    };
    for activation in [Activation::Rectifier, Activation::Tanh, Activation::Pair] {
        let mut used = stack(activation, CLASSES, 1);
        outputs(&mut used, &bytes(BATCH, 0.9, 1));
        outputs(&mut used, &bytes(BATCH, 0.1, 2));
        for (rows, density) in [(5, 0.1), (5, 0.9), (1, 0.0)] {
            let rows = bytes(rows, density, 3);
            assert_eq!(outputs(&mut used, &rows), outputs(&mut stack(activation, CLASSES, 1), &rows));
            let mut without_learning = stack(activation, CLASSES, 1).without_learning();
            assert_eq!(outputs(&mut used, &rows), outputs(&mut without_learning, &rows));
        }
    }
}
