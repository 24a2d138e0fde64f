//! The engine with many slots: a fleet that reads its examples from the device.

use super::device_data::DeviceData;
use crate::learning::engine::{Engine, Sums};
use crate::learning::job::TrainingJob;
use crate::learning::tally::Tally;
use crate::learning::task::Task;
use crate::learning::training::Training;
use burn::tensor::{Int, Tensor, TensorData};
use denoising::{At, Denoising};
use fleet::{AutoencoderObjective, Fleet};
use model::Network;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::ops::{ControlFlow, Range};

/// The largest number of minibatches in one call of [`Engine::advance`]. A requested stop takes effect only between two
/// calls.
const STRIDE: usize = 64;

/// The largest number of values in one tensor of masks, unless a single minibatch needs more. The masks mark the inputs
/// that masking noise keeps.
const MOST_KEPT: usize = 1 << 24;

/// A fleet that trains on the examples of `data`.
pub(super) struct FleetEngine<'a> {
    pub(super) fleet: &'a mut Fleet,
    pub(super) data: &'a DeviceData,
    /// The index in `data` of each slot's data set.
    pub(super) places: Vec<usize>,
    /// The number of layers that compute the inputs of the auto-encoders; 0 for auto-encoders of the first layer and
    /// for other networks.
    pub(super) below: usize,
    /// Sums that have not been read from the device yet.
    pub(super) sums: Vec<UnreadSums>,
}

/// Sums over minibatches, still on the device.
pub(super) struct UnreadSums {
    steps: Range<usize>,
    /// The number of examples in the sums of each network.
    samples: usize,
    /// The number of outputs of each hidden layer.
    units: Vec<usize>,
    /// The sums of each network, `[slots, 2 + 2 * layers]`.
    sums: Tensor<2>,
}

impl UnreadSums {
    /// Reads the sums of each network from the device.
    fn read(self) -> Vec<Tally> {
        let sums: Vec<f64> = self.sums.into_data().iter().collect();
        let rows = sums.chunks(2 + 2 * self.units.len());
        rows.map(|row| Tally::from_sums(&self.units, self.samples, row)).collect()
    }
}

impl FleetEngine<'_> {
    /// Converts `rows`, the row numbers in each slot's own data set of `examples` rows, to row numbers in the store,
    /// `[slots, rows]`.
    fn stored<'r>(&self, rows: impl Iterator<Item = &'r [u32]>, examples: usize) -> Tensor<2, Int> {
        let mut all = Vec::new();
        for (rows, place) in rows.zip(&self.places) {
            let before = place * examples;
            all.extend(rows.iter().map(|row| i32::try_from(before + *row as usize).unwrap_or(i32::MAX)));
        }
        let slots = self.places.len();
        let shape = [slots, all.len() / slots];
        Tensor::from_data(TensorData::new(all, shape), &self.data.device)
    }

    /// Trains the auto-encoders on the `rows` `[slots, examples]`, which begin with minibatch `first` of the epoch, and
    /// returns the sums over these examples, `[slots, 4]`. The masks are drawn on the host, for as many minibatches at
    /// a time as [`MOST_KEPT`] allows.
    fn denoise(
        &mut self,
        trainings: &[&mut Training],
        rows: &Tensor<2, Int>,
        first: usize,
        denoising: &Denoising,
    ) -> Tensor<2> {
        let (batch, width) = (trainings[0].job.train.size(), trainings[0].snapshot.last.inputs());
        let [slots, all] = rows.dims();
        let steps = (MOST_KEPT / (slots * batch * width)).max(1);
        let trainings: Vec<&Training> = trainings.iter().map(|one| &**one).collect();
        let mut sums = Tensor::zeros([slots, 4], &self.data.device);
        // The sums of minibatches are added in the same order, into however many parts the rows are divided.
        for done in (0..all).step_by(steps * batch) {
            let taken = (steps * batch).min(all - done);
            let sizes: Vec<usize> = (0..taken).step_by(batch).map(|row| batch.min(taken - row)).collect();
            let step = first + done / batch;
            let kept: Vec<f32> = trainings.par_iter().flat_map_iter(|one| kept(one, step, &sizes, width)).collect();
            let kept = Tensor::from_data(TensorData::new(kept, [slots, taken, width]), &self.data.device);
            let rows = rows.clone().narrow(1, done, taken);
            sums = self.fleet.denoise(&self.data.train, &rows, &kept, objective(denoising), batch, sums);
        }
        sums
    }
}

impl Engine for FleetEngine<'_> {
    fn stride(&self) -> usize {
        STRIDE
    }

    fn advance(&mut self, trainings: &[&mut Training], orders: &[Vec<u32>], steps: Range<usize>) {
        let TrainingJob { train, task, .. } = &trainings[0].job;
        let (batch, examples) = (train.size(), train.examples().len());
        let taken = steps.start * batch..(steps.end * batch).min(examples);
        let rows = self.stored(orders.iter().map(|order| &order[taken.clone()]), examples);
        let sums = match task {
            Task::Classify | Task::Regress { .. } => self.fleet.learn(&self.data.train, &rows, batch),
            Task::Reconstruct(denoising) => self.denoise(trainings, &rows, steps.start, denoising),
        };
        self.sums.push(UnreadSums { steps, samples: taken.len(), units: trainings[0].units(), sums });
    }

    fn sums(&mut self) -> Vec<Sums> {
        let unread = std::mem::take(&mut self.sums).into_iter();
        unread.map(|unread| Sums { steps: unread.steps.clone(), tallies: unread.read() }).collect()
    }

    fn measure(&mut self, trainings: &[&mut Training], each: &mut dyn FnMut(&[Tally]) -> ControlFlow<()>) {
        let TrainingJob { validation, task, .. } = &trainings[0].job;
        let (batch, samples) = (validation.size(), validation.examples().len());
        let all: Vec<u32> = (0..samples as u32).collect();
        let rows = self.stored(self.places.iter().map(|_| &all[..]), samples);
        let sums = match task {
            Task::Classify | Task::Regress { .. } => self.fleet.measure(&self.data.validation, &rows, batch),
            Task::Reconstruct(denoising) => {
                self.fleet.reconstruct(&self.data.validation, &rows, objective(denoising), batch)
            }
        };
        let sums = UnreadSums { steps: 0..0, samples, units: trainings[0].units(), sums };
        let _ = each(&sums.read());
    }

    fn network(&self, slot: usize) -> Network {
        own(self.fleet, slot, self.below)
    }
}

/// The network in `slot` of `fleet`, without its first `below` layers.
pub(super) fn own(fleet: &Fleet, slot: usize, below: usize) -> Network {
    let mut network = fleet.network(slot);
    network.hidden.drain(..below);
    network
}

/// The masks of the auto-encoder of `training`, `[examples, width]`, for consecutive minibatches, which begin with
/// minibatch `step` of the epoch and whose numbers of examples are `sizes`. A mask is 1 for each input that masking
/// noise keeps and 0 for each input that it sets to zero. The result is empty if the task is not reconstruction.
fn kept(training: &Training, step: usize, sizes: &[usize], width: usize) -> Vec<f32> {
    let mut kept = Vec::with_capacity(sizes.iter().sum::<usize>() * width);
    if let Task::Reconstruct(denoising) = training.job.task {
        for (step, rows) in (step..).zip(sizes) {
            let at = At { epoch: training.snapshot.state.epoch, step };
            denoising.kept(training.job.seed, at, [*rows, width], &mut kept);
        }
    }
    kept
}

fn objective(denoising: &Denoising) -> AutoencoderObjective {
    AutoencoderObjective { reconstruction: denoising.reconstruction, target: denoising.target }
}
