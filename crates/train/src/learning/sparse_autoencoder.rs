//! The sparse engine for auto-encoders.

use crate::learning::engine::{Engine, Sums, in_stored_order, one_by_one};
use crate::learning::tally::Tally;
use crate::learning::training::Training;
use burn::prelude::Device;
use data::Examples;
use denoising::At;
use denoising::{Denoising, Draws, Prepared};
use kernels::{AutoEncoder, SgdStep, Stack};
use model::{Decoder, Network, Unsupported};
use std::ops::{ControlFlow, Range};

/// An auto-encoder that runs on the kernels that skip exact zeros.
#[derive(Debug)]
pub struct SparseAutoencoder {
    denoising: Denoising,
    form: Form,
    /// The network from which the kernels were made; it provides the shape and the signs of the units.
    network: Network,
    device: Device,
    /// Number of pre-activations.
    units: usize,
    /// Width of the code.
    width: usize,
    prepared: Prepared,
    sums: Vec<Tally>,
    /// The number of minibatches completed in the current epoch.
    step: usize,
}

/// The two ways to store a decoder. With a decoder that is stored as an ordinary layer, the kernels can skip the zeros
/// of the code. With a decoder that is stored transposed, with a row for each input, the kernels can skip the inputs
/// that are not reconstructed. A tied decoder is always stored transposed.
#[derive(Debug)]
enum Form {
    Stack(Box<Stack>),
    Turned(Box<AutoEncoder>),
}

impl SparseAutoencoder {
    /// Prepares the auto-encoder `network` for the task `denoising` and for minibatches of up to `room` examples, on as
    /// many threads as [`kernels::threads`] returns.
    ///
    /// # Errors
    /// [`Unsupported`] if the kernels cannot run the network.
    pub fn new(network: &Network, denoising: Denoising, room: usize) -> Result<Self, Unsupported> {
        let threads = kernels::threads();
        let form = match (denoising.decoder, denoising.sampling) {
            (Decoder::Untied, None) => Form::Stack(Box::new(model::to_kernels(network, room, threads)?.with_targets())),
            (decoder, _) => Form::Turned(Box::new(model::to_autoencoder_kernel(network, decoder, room, threads)?)),
        };
        Ok(Self {
            denoising,
            form,
            network: network.clone(),
            device: network.output.weight.device(),
            units: network.hidden[0].units(),
            width: network.output.weight.dims()[0],
            prepared: Prepared::default(),
            sums: Vec::new(),
            step: 0,
        })
    }

    /// Takes a step of gradient descent on the mean reconstruction cost of the examples `rows`, corrupted with `draws`,
    /// plus the L1 penalty on the code.
    ///
    /// # Panics
    /// If `rows` has more examples than the `room` passed to [`SparseAutoencoder::new`], or `descent` does not have
    /// exactly one L1 coefficient.
    pub fn learn(&mut self, examples: &Examples, rows: &[u32], draws: Draws, descent: SgdStep<'_>) {
        self.load(examples, rows, Some(draws));
        let cost = self.denoising.reconstruction;
        let sums = match &mut self.form {
            Form::Stack(stack) => stack.learn_reconstruction(cost, descent),
            Form::Turned(kernel) => kernel.learn(cost, descent),
        };
        self.sums.push(Tally::of(&[self.width], rows.len(), sums));
    }

    /// The streams of random numbers for the minibatch at the position `at`.
    #[must_use]
    pub fn draws(&self, seed: u64, at: At) -> Draws {
        self.denoising.draws(seed, at)
    }

    /// Takes the sums of all steps since the last call, one tally for each step.
    pub fn sums(&mut self) -> Vec<Tally> {
        std::mem::take(&mut self.sums)
    }

    /// Reconstructs the examples `rows`, uncorrupted and without sampling, and returns the sums over these examples.
    ///
    /// # Panics
    /// If `rows` has more examples than the `room` passed to [`SparseAutoencoder::new`].
    pub fn measure(&mut self, examples: &Examples, rows: &[u32]) -> Tally {
        self.load(examples, rows, None);
        let cost = self.denoising.reconstruction;
        let sums = match &mut self.form {
            Form::Stack(stack) => stack.reconstruct(cost),
            Form::Turned(kernel) => kernel.reconstruct(cost),
        };
        Tally::of(&[self.width], rows.len(), sums)
    }

    /// The auto-encoder after the last step, on the device of the network from which the kernels were made.
    #[must_use]
    pub fn network(&self) -> Network {
        match &self.form {
            Form::Stack(stack) => model::from_kernels(stack, &self.network, &self.device),
            Form::Turned(kernel) => model::from_autoencoder_kernel(kernel, &self.network, &self.device),
        }
    }

    fn load(&mut self, examples: &Examples, rows: &[u32], mut draws: Option<Draws>) {
        let Self { denoising, form, prepared, units, .. } = self;
        match form {
            Form::Stack(stack) => stack.clear(),
            Form::Turned(kernel) => kernel.clear(),
        }
        for row in rows {
            denoising.prepare(|to| examples.row(*row as usize).write(to), draws.as_mut(), *units, prepared);
            let Prepared { corrupted, target, noise, sampled } = &*prepared;
            match form {
                Form::Stack(stack) => stack.push(corrupted, target, noise),
                Form::Turned(kernel) => kernel.push(corrupted, target, noise, sampled),
            }
        }
    }
}

impl Engine for SparseAutoencoder {
    fn stride(&self) -> usize {
        1
    }

    fn advance(&mut self, trainings: &[&mut Training], orders: &[Vec<u32>], steps: Range<usize>) {
        let (job, epoch) = (&trainings[0].job, trainings[0].snapshot.state.epoch);
        let l1 = [job.l1.of(0) as f32];
        for step in steps {
            let draws = self.draws(job.seed, At { epoch, step });
            let descent = SgdStep { rate: job.learning_rate as f32, l1: &l1 };
            self.learn(job.train.examples(), job.train.rows(&orders[0], step), draws, descent);
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
