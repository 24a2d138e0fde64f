//! Steps on dense and on half-full values, for widths and minibatches that leave every remainder of a tile, against plain
//! loops in float64.

use kernels::{Activation, Affine, InstructionSet, Layer, Path, SgdStep, Stack};

const INPUTS: usize = 19;
const CLASSES: usize = 3;
const RATE: f64 = 0.5;

/// Numbers from -0.5 to 0.5 that repeat late and are never 0.
fn numbers(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|k| ((k * 37 + seed * 101 + 11) % 997) as f32 / 997.0 - 0.4999).collect()
}

/// A matrix with rows of `columns` numbers.
struct Matrix {
    numbers: Vec<f64>,
    columns: usize,
}

impl Matrix {
    fn of(numbers: &[f32], columns: usize) -> Self {
        Self { numbers: numbers.iter().copied().map(f64::from).collect(), columns }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.numbers[row * self.columns + column]
    }

    fn rows(&self) -> usize {
        self.numbers.len() / self.columns
    }

    /// self + factor * (a^T b)
    fn plus(&self, factor: f64, a: &Self, b: &Self) -> Self {
        let sum = |i: usize, j: usize| (0..a.rows()).map(|k| a.at(k, i) * b.at(k, j)).sum::<f64>();
        let number = |k: usize| self.numbers[k] + factor * sum(k / self.columns, k % self.columns);
        Self { numbers: (0..self.numbers.len()).map(number).collect(), columns: self.columns }
    }

    fn transposed(&self) -> Self {
        let number = |k: usize| self.at(k % self.rows(), k / self.rows());
        Self { numbers: (0..self.numbers.len()).map(number).collect(), columns: self.rows() }
    }

    fn zeros(rows: usize, columns: usize) -> Self {
        Self { numbers: vec![0.0; rows * columns], columns }
    }
}

/// The weights of both layers of a network after one step on the minibatch `x`. The outputs of the hidden layer are its
/// pre-activations, or 0 where these are below `least`.
fn expected(w: &Matrix, v: &Matrix, x: &Matrix, labels: &[u16], least: f64) -> [Matrix; 2] {
    let mut h = Matrix::zeros(x.rows(), w.columns).plus(1.0, &x.transposed(), w);
    h.numbers.iter_mut().filter(|z| **z < least).for_each(|z| *z = 0.0);
    let mut delta = Matrix::zeros(x.rows(), CLASSES).plus(1.0, &h.transposed(), v);
    for (row, label) in delta.numbers.chunks_exact_mut(CLASSES).zip(labels) {
        let sum: f64 = row.iter().map(|logit| logit.exp()).sum();
        for logit in row.iter_mut() {
            *logit = logit.exp() / sum / labels.len() as f64;
        }
        row[usize::from(*label)] -= 1.0 / labels.len() as f64;
    }
    let mut below = Matrix::zeros(x.rows(), w.columns).plus(1.0, &delta.transposed(), &v.transposed());
    below.numbers.iter_mut().zip(&h.numbers).filter(|(_, h)| **h == 0.0).for_each(|(delta, _)| *delta = 0.0);
    [w.plus(-RATE, x, &below), v.plus(-RATE, &h, &delta)]
}

/// Takes a step on `x` with `units` units of `activation`, compares the weights with [`expected`], and returns the paths.
fn check(units: usize, x: &[f32], activation: Activation) -> Vec<Path> {
    let (w, v, batch) = (numbers(INPUTS * units, 1), numbers(units * CLASSES, 2), x.len() / INPUTS);
    let hidden = Layer::new(Affine::new(INPUTS, &w, &vec![0.0; units]), None, activation);
    let mut stack = Stack::new(vec![hidden], Affine::new(units, &v, &[0.0; CLASSES]), batch, 1);
    x.chunks(INPUTS).for_each(|row| stack.inputs().push_values(row));
    let labels: Vec<u16> = (0..batch).map(|b| (b % CLASSES) as u16).collect();
    stack.learn(&labels, SgdStep { rate: RATE as f32, l1: &[0.0] });
    let least = if activation == Activation::Rectifier { 0.0 } else { f64::NEG_INFINITY };
    let [w, v, x] =
        [(&w[..], units), (&v, CLASSES), (x, INPUTS)].map(|(numbers, columns)| Matrix::of(numbers, columns));
    for (k, expected) in expected(&w, &v, &x, &labels, least).iter().enumerate() {
        let affine = stack.affine(k);
        for (found, expected) in affine.weight().iter().zip(&expected.numbers) {
            let close = (f64::from(*found) - expected).abs() < 1e-5;
            assert!(close, "layer {k}, {units} units, {batch} examples: {found} for {expected}");
        }
    }
    stack.paths().to_vec()
}

#[test]
fn steps_of_every_width_and_minibatch_equal_plain_loops() {
    for units in [1, 16, 17, 40, 48, 100, 129, 530] {
        for batch in [1, 2, 5, 6, 7, 12, 13, 25, 48, 131] {
            check(units, &numbers(batch * INPUTS, 3), Activation::Linear);
        }
    }
}

#[test]
fn steps_on_half_full_layers_equal_plain_loops() {
    let has_blocks = InstructionSet::in_use() == InstructionSet::Avx2;
    for units in [16, 17, 48, 129, 260, 530] {
        for batch in [64, 77] {
            // Four of nine inputs are not 0.
            let x: Vec<f32> = numbers(batch * INPUTS, 3).into_iter().enumerate().map(half_full).collect();
            let paths = check(units, &x, Activation::Rectifier);
            assert!(!has_blocks || paths.contains(&Path::Blocks), "{units} units, {batch} examples: {paths:?}");
        }
    }
}

fn half_full((k, number): (usize, f32)) -> f32 {
    if k % 9 < 4 { number } else { 0.0 }
}
