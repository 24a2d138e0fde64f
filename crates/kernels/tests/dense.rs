//! Steps on dense values, for widths and minibatches that leave every remainder of a tile, against plain loops in
//! float64.

use kernels::{Activation, Affine, Layer, SgdStep, Stack};

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

/// The weights of both layers of a linear network after one step on the minibatch `x`.
fn expected(w: &Matrix, v: &Matrix, x: &Matrix, labels: &[u16]) -> [Matrix; 2] {
    let h = Matrix::zeros(x.rows(), w.columns).plus(1.0, &x.transposed(), w);
    let mut delta = Matrix::zeros(x.rows(), CLASSES).plus(1.0, &h.transposed(), v);
    for (row, label) in delta.numbers.chunks_exact_mut(CLASSES).zip(labels) {
        let sum: f64 = row.iter().map(|logit| logit.exp()).sum();
        for logit in row.iter_mut() {
            *logit = logit.exp() / sum / labels.len() as f64;
        }
        row[usize::from(*label)] -= 1.0 / labels.len() as f64;
    }
    let below = Matrix::zeros(x.rows(), w.columns).plus(1.0, &delta.transposed(), &v.transposed());
    [w.plus(-RATE, x, &below), v.plus(-RATE, &h, &delta)]
}

#[test]
fn steps_of_every_width_and_minibatch_equal_plain_loops() {
    for units in [1, 16, 17, 40, 48, 100, 129, 530] {
        for batch in [1, 2, 5, 6, 7, 12, 13, 25] {
            let (w, v) = (numbers(INPUTS * units, 1), numbers(units * CLASSES, 2));
            let hidden = Layer::new(Affine::new(INPUTS, &w, &vec![0.0; units]), None, Activation::Linear);
            let mut stack = Stack::new(vec![hidden], Affine::new(units, &v, &[0.0; CLASSES]), batch, 1);
            let x = numbers(batch * INPUTS, 3);
            x.chunks(INPUTS).for_each(|row| stack.inputs().push_values(row));
            let labels: Vec<u16> = (0..batch).map(|b| (b % CLASSES) as u16).collect();
            stack.learn(&labels, SgdStep { rate: RATE as f32, l1: &[0.0] });
            let expected = expected(&Matrix::of(&w, units), &Matrix::of(&v, CLASSES), &Matrix::of(&x, INPUTS), &labels);
            for (k, expected) in expected.iter().enumerate() {
                let affine = stack.affine(k);
                for (found, expected) in affine.weight().iter().zip(&expected.numbers) {
                    let close = (f64::from(*found) - expected).abs() < 1e-5;
                    assert!(close, "layer {k}, {units} units, {batch} examples: {found} for {expected}");
                }
            }
        }
    }
}
