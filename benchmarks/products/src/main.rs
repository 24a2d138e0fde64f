//! Times a step of gradient descent of a network 784-1000-1000-1000-10 of tanh units on inputs without zeros: on the
//! kernels, and its matrix products alone on the crates gemm and faer, in turn.
//!
//!     cargo run --release [ROUNDS]
//!
//! A step of the kernels includes biases, activations, softmax and cost, which the other two leave out. Prints the
//! median milliseconds of each, and how many times as long gemm and faer take. `RECTIFIER_INSTRUCTION_SET` limits the
//! kernels alone; gemm uses AVX2 at most, faer AVX-512 where there is one.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use kernels::{Activation, Affine, Layer, SgdStep, Stack};
use std::time::Instant;

const WIDTHS: [usize; 5] = [784, 1000, 1000, 1000, 10];
/// A step so small that the weights hardly change.
const RATE: f32 = 1e-6;

/// The matrices of the layers of a network, row-major.
struct Network {
    batch: usize,
    /// `[inputs, outputs]` of each layer.
    weights: Vec<Vec<f32>>,
    /// `[batch, width]` of the inputs and of each layer.
    values: Vec<Vec<f32>>,
    deltas: Vec<Vec<f32>>,
}

/// A row-major matrix `[rows, columns]`, perhaps transposed.
#[derive(Clone, Copy)]
struct Matrix<'a> {
    values: &'a [f32],
    columns: usize,
    transposed: bool,
}

/// into = keep into + factor a b, where `into` is row-major `[rows, columns]` and `inner` is the number of columns of a.
type Product = fn(into: &mut [f32], shape: [usize; 3], a: Matrix, b: Matrix, keep: f32, factor: f32, threads: usize);

impl Network {
    fn new(batch: usize) -> Self {
        let rows = |rows: usize| WIDTHS.iter().map(|width| numbers(rows * width)).collect::<Vec<_>>();
        let weights = WIDTHS.windows(2).map(|w| numbers(w[0] * w[1])).collect();
        Self { batch, weights, values: rows(batch), deltas: rows(batch) }
    }

    /// x W of each layer, then, from the last layer on, delta W^T (not into the inputs) and W - rate x^T delta.
    fn step(&mut self, product: Product, threads: usize) {
        let batch = self.batch;
        for k in 0..self.weights.len() {
            let (inputs, outputs) = (WIDTHS[k], WIDTHS[k + 1]);
            let (below, above) = self.values.split_at_mut(k + 1);
            let (x, w) = (plain(&below[k], inputs), plain(&self.weights[k], outputs));
            product(&mut above[0], [batch, outputs, inputs], x, w, 0.0, 1.0, threads);
        }
        for k in (0..self.weights.len()).rev() {
            let (inputs, outputs) = (WIDTHS[k], WIDTHS[k + 1]);
            let (below, above) = self.deltas.split_at_mut(k + 1);
            let delta = plain(&above[0], outputs);
            if k > 0 {
                let w = plain(&self.weights[k], outputs).transposed();
                product(&mut below[k], [batch, inputs, outputs], delta, w, 0.0, 1.0, threads);
            }
            let x = plain(&self.values[k], inputs).transposed();
            product(&mut self.weights[k], [inputs, outputs, batch], x, delta, 1.0, -RATE, threads);
        }
    }
}

fn plain(values: &[f32], columns: usize) -> Matrix<'_> {
    Matrix { values, columns, transposed: false }
}

impl Matrix<'_> {
    fn transposed(self) -> Self {
        Self { transposed: true, ..self }
    }

    /// The strides from one column to the next and from one row to the next.
    fn strides(self) -> [isize; 2] {
        let [column, row] = [1, self.columns as isize];
        if self.transposed { [row, column] } else { [column, row] }
    }
}

fn on_gemm(
    into: &mut [f32],
    [rows, columns, inner]: [usize; 3],
    a: Matrix,
    b: Matrix,
    keep: f32,
    factor: f32,
    threads: usize,
) {
    let parallel = if threads == 1 { gemm::Parallelism::None } else { gemm::Parallelism::Rayon(threads) };
    let ([a_column, a_row], [b_column, b_row]) = (a.strides(), b.strides());
    assert!(into.len() == rows * columns && a.values.len() == rows * inner && b.values.len() == inner * columns);
    // SAFETY: the matrices have the lengths that their shapes and strides ask for, and `into` overlaps neither.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            inner,
            into.as_mut_ptr(),
            1,
            columns as isize,
            keep != 0.0,
            a.values.as_ptr(),
            a_column,
            a_row,
            b.values.as_ptr(),
            b_column,
            b_row,
            keep,
            factor,
            false,
            false,
            false,
            parallel,
        );
    }
}

fn on_faer(
    into: &mut [f32],
    [rows, columns, _]: [usize; 3],
    a: Matrix,
    b: Matrix,
    keep: f32,
    factor: f32,
    threads: usize,
) {
    let of = |m: Matrix| -> (usize, usize) { (m.values.len() / m.columns, m.columns) };
    let [a, b] = [a, b].map(|m| {
        let (rows, columns) = of(m);
        let matrix = MatRef::from_row_major_slice(m.values, rows, columns);
        if m.transposed { matrix.transpose() } else { matrix }
    });
    let into = MatMut::from_row_major_slice_mut(into, rows, columns);
    let accumulate = if keep == 0.0 { Accum::Replace } else { Accum::Add };
    matmul(into, accumulate, a, b, factor, if threads == 1 { Par::Seq } else { Par::rayon(threads) });
}

fn kernels(batch: usize, threads: usize) -> (Stack, Vec<u16>) {
    let affine = |k: usize| Affine::new(WIDTHS[k], &numbers(WIDTHS[k] * WIDTHS[k + 1]), &vec![0.0; WIDTHS[k + 1]]);
    let hidden = (0..3).map(|k| Layer::new(affine(k), None, Activation::Tanh)).collect();
    let mut stack = Stack::new(hidden, affine(3), batch, threads);
    numbers(batch * WIDTHS[0]).chunks(WIDTHS[0]).for_each(|row| stack.inputs().push_values(row));
    (stack, (0..batch).map(|example| (example % 10) as u16).collect())
}

/// Numbers in (0, 0.03), none of which is zero.
fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|k| ((k * 7919) % 1009 + 1) as f32 / 33_700.0).collect()
}

fn main() {
    let rounds: usize = std::env::args().nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(15);
    println!("instruction set of the kernels: {}", kernels::InstructionSet::in_use().name());
    println!("| minibatch | threads | kernels, ms | gemm, ms | faer, ms | gemm / kernels | faer / kernels |");
    println!("|---|---|---|---|---|---|---|");
    for threads in [1, 2] {
        for batch in [1, 10, 50, 100, 500] {
            let ((mut stack, labels), mut network) = (kernels(batch, threads), Network::new(batch));
            let step = SgdStep { rate: RATE, l1: &[0.0; 3] };
            let mut times = [const { Vec::new() }; 3];
            for round in 0..=rounds {
                for (which, times) in times.iter_mut().enumerate() {
                    // The first run of the round warms the caches for the two that are timed.
                    for run in 0..3 {
                        let began = Instant::now();
                        match which {
                            0 => drop(stack.learn(&labels, step).cost),
                            1 => network.step(on_gemm, threads),
                            _ => network.step(on_faer, threads),
                        }
                        if round > 0 && run > 0 {
                            times.push(began.elapsed().as_secs_f64() * 1e3);
                        }
                    }
                }
            }
            let [ours, gemm, faer] = times.map(|mut times| {
                times.sort_by(f64::total_cmp);
                times[times.len() / 2]
            });
            println!("| {batch} | {threads} | {ours:.2} | {gemm:.2} | {faer:.2} | {:.2} | {:.2} |", gemm / ours, faer / ours);
        }
    }
}
