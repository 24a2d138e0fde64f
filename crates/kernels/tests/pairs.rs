//! A layer of pairs computes the same outputs as a layer of twice as many rectifiers with weights w and -w, and the
//! step of each shared weight is the step of w minus the step of -w.

use kernels::{Activation, Affine, Layer, SgdStep, Stack, Sums};

const INPUTS: usize = 5;
const UNITS: usize = 600; // two panels
const CLASSES: usize = 3;
const LABELS: [u16; 2] = [1, 2];

fn number(k: usize) -> f32 {
    ((k * 7919 + 13) % 2003) as f32 / 1001.5 - 1.0
}

fn weights() -> Vec<f32> {
    (0..INPUTS * UNITS).map(number).collect()
}

fn biases() -> Vec<f32> {
    (0..UNITS).map(|j| 0.1 * number(3 * j)).collect()
}

fn signs() -> Vec<f32> {
    (0..2 * UNITS).map(|j| number(5 * j).signum()).collect()
}

/// The output layer, with the weight `[2 * UNITS, CLASSES]`.
fn output() -> Affine {
    let weight: Vec<f32> = (0..2 * UNITS * CLASSES).map(|k| 0.1 * number(11 * k)).collect();
    Affine::new(2 * UNITS, &weight, &[0.0; CLASSES])
}

fn pairs() -> Stack {
    let layer = Layer::new(Affine::new(INPUTS, &weights(), &biases()), Some(&signs()), Activation::Pair);
    Stack::new(vec![layer], output(), 2, 1)
}

/// A stack that computes the same function with twice as many rectifiers.
fn rectifiers() -> Stack {
    let both = |values: Vec<f32>| -> Vec<f32> { values.iter().flat_map(|v| [*v, -*v]).collect() };
    let affine = Affine::new(INPUTS, &both(weights()), &both(biases()));
    Stack::new(vec![Layer::new(affine, Some(&signs()), Activation::Rectifier)], output(), 2, 1)
}

/// A step on one minibatch of two examples.
fn step(stack: &mut Stack, sgd: SgdStep<'_>) -> Sums {
    for b in 0..2 {
        let row: Vec<f32> = (0..INPUTS).map(|i| number(17 * i + b)).collect();
        stack.inputs().push_values(&row);
    }
    stack.learn(&LABELS, sgd).clone()
}

fn close(a: impl IntoIterator<Item = f32>, b: impl IntoIterator<Item = f32>) -> bool {
    a.into_iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5 * b.abs().max(1.0))
}

#[test]
fn a_pair_computes_and_counts_what_two_rectifiers_with_opposite_weights_do() {
    let (mut pairs, mut rectifiers) = (pairs(), rectifiers());
    let still = SgdStep { rate: 0.0, l1: &[0.0] };
    let (found, expected) = (step(&mut pairs, still), step(&mut rectifiers, still));
    assert_eq!(found.zeros, expected.zeros);
    assert!(found.zeros[0] >= 2 * UNITS, "at least half of the outputs must be zero");
    assert!((found.cost - expected.cost).abs() < 1e-5 && (found.magnitude[0] - expected.magnitude[0]).abs() < 1e-3);
    for b in 0..2 {
        let of = |stack: &Stack| stack.hidden_outputs(0, b).collect::<Vec<f32>>();
        assert_eq!(of(&pairs).len(), 2 * UNITS);
        assert!(close(of(&pairs), of(&rectifiers)));
    }
    assert_eq!((pairs.affine(0).outputs(), pairs.affine(1).inputs()), (UNITS, 2 * UNITS));
}

#[test]
fn a_pair_takes_the_difference_of_the_steps_of_its_rectifiers() {
    let (mut pairs, mut rectifiers) = (pairs(), rectifiers());
    let sgd = SgdStep { rate: 0.5, l1: &[0.01] };
    step(&mut pairs, sgd);
    step(&mut rectifiers, sgd);
    let (shared, apart) = (pairs.affine(0), rectifiers.affine(0));
    // The rectifiers are r(w x) and r(w' x), where w' started at -w. The step of the shared weight is the step of w
    // minus the step of w'.
    let together = |old: Vec<f32>, new: &[f32]| {
        old.into_iter().zip(new.chunks(2)).map(|(w, moved)| w + (moved[0] - w) - (moved[1] + w)).collect::<Vec<f32>>()
    };
    assert!(close(shared.weight().to_vec(), together(weights(), apart.weight())));
    assert!(close(shared.bias().to_vec(), together(biases(), apart.bias())));
    assert!(!close(shared.weight().to_vec(), weights()), "the step must change the shared weights");
    assert!(close(pairs.affine(1).weight().to_vec(), rectifiers.affine(1).weight().to_vec()));
}

#[test]
fn weights_of_outputs_at_zero_are_not_counted_as_used() {
    let mut pairs = pairs();
    pairs.inputs().push_values(&[0.3, -0.1, 0.2, 0.9, -0.7]);
    pairs.learn(&LABELS[..1], SgdStep { rate: 0.1, l1: &[0.0] });
    let fire = pairs.hidden_outputs(0, 0).filter(|h| *h != 0.0).count();
    assert!(fire < 2 * UNITS);
    // A single example is read from its lists.
    assert_eq!(pairs.paths()[1], kernels::Path::Sparse);
    assert_eq!(pairs.weights_used(), INPUTS * UNITS + fire * CLASSES);
}
