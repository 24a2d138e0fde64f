//! The zeros engine: a network as kernels, fed with rows as they are stored.

use crate::config::Penalty;
use crate::tally::Tally;
use burn::prelude::Device;
use data::{Examples, Row};
use kernels::{SgdStep, Stack};
use model::{Network, Unsupported};

/// A network on the kernels that make its zeros pay.
#[derive(Debug)]
pub struct Zeros {
    stack: Stack,
    /// What the kernels were made from: shape, signs, device.
    network: Network,
    device: Device,
    /// Width of each hidden layer's outputs.
    units: Vec<usize>,
    labels: Vec<u16>,
    /// L1 coefficient of each hidden layer in the last step.
    l1: Vec<f32>,
    sums: Vec<Tally>,
}

impl Zeros {
    /// `network` for minibatches of up to `room` examples, on as many threads as the process uses
    /// (`RAYON_NUM_THREADS`, or one per core).
    ///
    /// # Errors
    /// [`Unsupported`] when the kernels cannot run it.
    pub fn new(network: &Network, room: usize) -> Result<Self, Unsupported> {
        let device = network.output.weight.device();
        Ok(Self {
            stack: model::stack(network, room, rayon::current_num_threads())?,
            network: network.clone(),
            device,
            units: network.hidden.iter().map(model::Layer::outputs).collect(),
            labels: Vec::with_capacity(room),
            l1: Vec::with_capacity(network.hidden.len()),
            sums: Vec::new(),
        })
    }

    /// A step of gradient descent on the mean nll of the examples `rows`, plus the penalty `l1` of the mean sums
    /// of |h| of each hidden layer.
    ///
    /// # Panics
    /// When there are more `rows` than room, or `l1` lacks a hidden layer.
    pub fn learn(&mut self, examples: &Examples, rows: &[u32], rate: f64, l1: &Penalty) {
        self.load(examples, rows);
        self.l1.clear();
        self.l1.extend((0..self.units.len()).map(|k| l1.of(k) as f32));
        let sums = self.stack.learn(&self.labels, SgdStep { rate: rate as f32, l1: &self.l1 });
        self.sums.push(Tally::of(&self.units, rows.len(), sums));
    }

    /// The sums of the steps since the last call.
    pub fn sums(&mut self) -> Vec<Tally> {
        std::mem::take(&mut self.sums)
    }

    /// Classifies the examples `rows`.
    ///
    /// # Panics
    /// When there are more `rows` than room.
    pub fn measure(&mut self, examples: &Examples, rows: &[u32]) -> Tally {
        self.load(examples, rows);
        Tally::of(&self.units, rows.len(), self.stack.classify(&self.labels))
    }

    /// The kernels, with what they computed last.
    #[must_use]
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// Width of each hidden layer's outputs.
    #[must_use]
    pub fn units(&self) -> &[usize] {
        &self.units
    }

    /// Of each hidden layer, the largest |h| of each output over the last minibatch.
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

    /// The network as it is now, on the device of the one that it was made from.
    #[must_use]
    pub fn network(&self) -> Network {
        model::unstack(&self.stack, &self.network, &self.device)
    }

    fn load(&mut self, examples: &Examples, rows: &[u32]) {
        let inputs = self.stack.inputs();
        inputs.clear();
        self.labels.clear();
        for row in rows {
            match examples.row(*row as usize) {
                Row::Bytes(bytes, values) => inputs.push_bytes(&bytes, values),
                Row::Sparse { columns, values, .. } => inputs.push_sparse(columns, values),
                Row::Numbers(numbers) => inputs.push_values(&numbers),
            }
            self.labels.push(u16::from(examples.label(*row as usize)));
        }
    }
}
