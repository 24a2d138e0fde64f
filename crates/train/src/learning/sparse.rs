//! The sparse engine, which runs a network on the kernels that skip exact zeros, and reads rows in the form in which
//! they are stored.

use crate::config::Penalty;
use crate::learning::engine::{Engine, Sums, in_stored_order, one_by_one};
use crate::learning::tally::Tally;
use crate::learning::training::Training;
use burn::prelude::Device;
use data::{Examples, Row};
use kernels::{SgdStep, Stack};
use model::{Network, Unsupported};
use std::ops::{ControlFlow, Range};
use units::Reconstruction;

/// The cost of a predicted number.
const SQUARED_ERROR: Reconstruction = Reconstruction::LinearQuadratic;

/// A network that runs on the kernels that skip exact zeros.
#[derive(Debug)]
pub struct Sparse {
    stack: Stack,
    /// The network from which the kernels were made; it provides the shape and the signs of the units.
    network: Network,
    device: Device,
    /// The number of outputs of each hidden layer.
    units: Vec<usize>,
    labels: Vec<u16>,
    /// Buffer for the inputs of an image whose planes are scaled differently.
    row: Vec<f32>,
    /// The L1 coefficient of each hidden layer.
    l1: Vec<f32>,
    sums: Vec<Tally>,
    /// The number of minibatches completed in the current epoch.
    step: usize,
}

impl Sparse {
    /// Prepares `network` with the L1 penalty `l1` for minibatches of up to `room` examples, on as many threads as
    /// [`kernels::threads`] returns.
    ///
    /// # Errors
    /// [`Unsupported`] if the kernels cannot run the network.
    ///
    /// # Panics
    /// If `room` is 0, or `l1` is a list with fewer entries than the network has hidden layers.
    pub fn new(network: &Network, l1: &Penalty, room: usize) -> Result<Self, Unsupported> {
        let device = network.output.weight.device();
        let stack = model::to_kernels(network, room, kernels::threads())?;
        // A classifier has at least two outputs; a single output predicts a number.
        let [_, outputs] = network.output.weight.dims();
        Ok(Self {
            stack: if outputs == 1 { stack.with_targets() } else { stack },
            network: network.clone(),
            device,
            units: network.hidden.iter().map(model::Layer::outputs).collect(),
            labels: Vec::with_capacity(room),
            row: Vec::new(),
            l1: (0..network.hidden.len()).map(|k| l1.of(k) as f32).collect(),
            sums: Vec::new(),
            step: 0,
        })
    }

    /// Frees the memory that only [`Sparse::learn`] needs, which must not be called afterwards; measuring is faster
    /// without it.
    #[must_use]
    pub fn without_learning(self) -> Self {
        Self { stack: self.stack.without_learning(), ..self }
    }

    /// Takes a step of gradient descent with learning rate `rate`. The cost is the mean nll of the examples `rows` or,
    /// for regression, their mean squared error; to this is added, for each hidden layer, the layer's L1 coefficient
    /// times the sum of |h| over the layer's outputs, averaged over these examples.
    ///
    /// # Panics
    /// If `rows` has more examples than the `room` passed to [`Sparse::new`], or after [`Sparse::without_learning`].
    pub fn learn(&mut self, examples: &Examples, rows: &[u32], rate: f64) {
        self.load(examples, rows);
        let step = SgdStep { rate: rate as f32, l1: &self.l1 };
        self.sums.push(if examples.targets().is_empty() {
            Tally::of(&self.units, rows.len(), self.stack.learn(&self.labels, step))
        } else {
            Tally::of_squares(&self.units, rows.len(), self.stack.learn_reconstruction(SQUARED_ERROR, step))
        });
    }

    /// Takes the sums of all steps since the last call, one tally for each step.
    pub fn sums(&mut self) -> Vec<Tally> {
        std::mem::take(&mut self.sums)
    }

    /// Computes the outputs for the examples `rows` without learning, and returns the sums over these examples.
    ///
    /// # Panics
    /// If `rows` has more examples than the `room` passed to [`Sparse::new`].
    pub fn measure(&mut self, examples: &Examples, rows: &[u32]) -> Tally {
        self.load(examples, rows);
        if examples.targets().is_empty() {
            Tally::of(&self.units, rows.len(), self.stack.classify(&self.labels))
        } else {
            Tally::of_squares(&self.units, rows.len(), self.stack.reconstruct(SQUARED_ERROR))
        }
    }

    /// The kernels, with the outputs of the last minibatch.
    #[must_use]
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The number of outputs of each hidden layer.
    #[must_use]
    pub fn units(&self) -> &[usize] {
        &self.units
    }

    /// The largest |h| of each output of each hidden layer over the last minibatch, `[layers][outputs]`.
    #[must_use]
    pub fn peaks(&self) -> Vec<Vec<f32>> {
        let of_layer = |(layer, units): (usize, &usize)| {
            let mut peaks = vec![0f32; *units];
            for b in 0..self.labels.len() {
                let h = self.stack.hidden_outputs(layer, b);
                peaks.iter_mut().zip(h).for_each(|(peak, h)| *peak = peak.max(h.abs()));
            }
            peaks
        };
        self.units.iter().enumerate().map(of_layer).collect()
    }

    /// The network after the last step, on the device of the network from which the kernels were made.
    #[must_use]
    pub fn network(&self) -> Network {
        model::from_kernels(&self.stack, &self.network, &self.device)
    }

    fn load(&mut self, examples: &Examples, rows: &[u32]) {
        if let Some(targets) = self.stack.targets() {
            targets.clear();
            let numbers = rows.iter().filter_map(|row| examples.targets().get(*row as usize));
            for number in numbers {
                targets.push_values(&[*number]);
            }
        }
        let inputs = self.stack.inputs();
        inputs.clear();
        self.labels.clear();
        for row in rows {
            match examples.row(*row as usize) {
                Row::Bytes(bytes, [table]) => inputs.push_bytes(&bytes, table),
                row @ Row::Bytes(..) => {
                    self.row.clear();
                    row.write(&mut self.row);
                    inputs.push_values(&self.row);
                }
                Row::Sparse { columns, values, .. } => inputs.push_sparse(columns, values),
                Row::Numbers(numbers) => inputs.push_values(&numbers),
            }
            self.labels.push(u16::from(examples.label(*row as usize)));
        }
    }
}

impl Engine for Sparse {
    fn stride(&self) -> usize {
        1
    }

    fn advance(&mut self, trainings: &[&mut Training], orders: &[Vec<u32>], steps: Range<usize>) {
        let job = &trainings[0].job;
        for step in steps {
            self.learn(job.train.examples(), job.train.rows(&orders[0], step), job.learning_rate);
            self.step = step + 1;
        }
    }

    fn sums(&mut self) -> Vec<Sums> {
        one_by_one(self.step, Self::sums(self))
    }

    fn measure(&mut self, trainings: &[&mut Training], each: &mut dyn FnMut(&[Tally]) -> ControlFlow<()>) {
        let validation = &trainings[0].job.validation;
        in_stored_order(validation, |rows| Self::measure(self, validation.examples(), rows), each);
    }

    fn network(&self, _slot: usize) -> Network {
        Self::network(self)
    }
}
