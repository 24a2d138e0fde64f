//! Epochs of networks side by side.

use super::pupil::Pupil;
use super::shelf::Shelf;
use crate::denoising::Denoising;
use crate::failure::Failure;
use crate::interrupt;
use crate::tally::Tally;
use crate::task::Task;
use burn::prelude::Device;
use burn::tensor::{Int, Tensor, TensorData};
use fleet::{AutoencoderObjective, Fleet, Store};
use model::Network;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Minibatches between two looks at what they summed up to, which is when a stop is noticed.
const CHUNK: usize = 64;

/// The most numbers that say what is kept of the inputs of auto-encoders, in one tensor.
const MOST_KEPT: usize = 1 << 24;

/// Networks that go through epochs side by side; who takes part may change from epoch to epoch.
pub(super) struct Course {
    device: Device,
    fleet: Option<Fleet>,
    shelf: Option<Shelf>,
    saved: Instant,
}

impl Course {
    /// One that has not begun, on `device`.
    pub(super) fn new(device: Device) -> Self {
        Self { device, fleet: None, shelf: None, saved: Instant::now() }
    }

    /// The network of `pupil` as it is now.
    pub(super) fn network(&self, pupil: &Pupil) -> Network {
        let there = pupil.place.and_then(|place| Some(self.fleet.as_ref()?.network(place)));
        there.map_or_else(|| pupil.snapshot.last.clone(), |network| pupil.own(network))
    }

    /// An epoch of all `pupils`, none of which is over: those with a place first, in the order of their places. When there are
    /// newcomers that stopped in the middle of one, only those at the latest step go on, to its end: they may be over then.
    /// Breaks when a stop was asked for, everything being saved.
    ///
    /// # Errors
    /// [`Failure`] when something cannot be written.
    pub(super) fn epoch(&mut self, pupils: &mut [&mut Pupil]) -> Result<ControlFlow<()>, Failure> {
        let shelf = match self.shelf.take().filter(|shelf| shelf.fits(pupils)) {
            Some(shelf) => shelf,
            None => Shelf::of(pupils, &self.device),
        };
        let latest = pupils.iter().filter(|one| one.place.is_none()).map(|one| one.step()).max();
        if let Some(step) = latest.filter(|step| *step > 0) {
            let all = pupils.iter_mut().map(|one| &mut **one);
            let mut late: Vec<&mut Pupil> = all.filter(|one| one.place.is_none() && one.step() == step).collect();
            let fleet = Fleet::new(late.iter().map(|one| one.member()).collect(), &self.device)?;
            let fleet = advance(fleet, &mut late, &shelf)?;
            late.iter_mut().enumerate().for_each(|(place, one)| one.snapshot.last = one.own(fleet.network(place)));
        } else {
            let fleet = self.assembled(pupils)?;
            self.fleet = Some(advance(fleet, pupils, &shelf)?);
        }
        self.shelf = Some(shelf);
        let every = pupils.iter().map(|one| one.lesson.every).min().unwrap_or(Duration::MAX);
        let stop = interrupt::requested();
        if stop || self.saved.elapsed() >= every {
            self.save(pupils)?;
        }
        Ok(if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    /// Writes the checkpoints of `pupils`. What is no number is not gone on with: the checkpoint before leads there again.
    ///
    /// # Errors
    /// [`Failure`] when one cannot be written.
    pub(super) fn save(&mut self, pupils: &mut [&mut Pupil]) -> Result<(), Failure> {
        for one in pupils.iter_mut().filter(|one| one.failure.is_none()) {
            one.snapshot.last = self.network(one);
            one.save()?;
        }
        self.saved = Instant::now();
        Ok(())
    }

    /// The fleet of `pupils`.
    fn assembled(&mut self, pupils: &mut [&mut Pupil]) -> Result<Fleet, Failure> {
        let staying: Vec<usize> = pupils.iter().filter_map(|one| one.place).collect();
        let newcomers: Vec<_> = pupils[staying.len()..].iter().map(|one| one.member()).collect();
        let fleet = match self.fleet.take() {
            Some(fleet) if newcomers.is_empty() && staying.len() == fleet.size() => fleet,
            Some(fleet) => fleet.regroup(&staying, newcomers)?,
            None => Fleet::new(newcomers, &self.device)?,
        };
        for (place, one) in pupils.iter_mut().enumerate() {
            one.place = Some(place);
        }
        Ok(fleet)
    }
}

/// Brings `pupils`, the members of `fleet`, all at the same step, to the end of their epochs, or to where a stop was asked for.
fn advance(mut fleet: Fleet, pupils: &mut [&mut Pupil], shelf: &Shelf) -> Result<Fleet, Failure> {
    let lesson = &pupils[0].lesson;
    let (examples, batch, looked_at) = (lesson.train.examples().len(), lesson.train.size(), lesson.validation.size());
    let (task, units, orders) = (lesson.task, pupils[0].units(), shelf.orders(pupils));
    let mut step = pupils[0].step();
    while step * batch < examples && !interrupt::requested() {
        let begun = Instant::now();
        // Chunks end where they always do, wherever the run was stopped: sums of 32 bits are of the same steps.
        let chunk = step..examples.div_ceil(batch).min((step / CHUNK + 1) * CHUNK);
        let rows = (chunk.end * batch).min(examples) - step * batch;
        let taken = orders.clone().narrow(1, step * batch, rows);
        let (learned, sums) = match task {
            Task::Classify => fleet.learn(&shelf.train, &taken, batch),
            Task::Reconstruct(denoising) => denoise(fleet, pupils, &shelf.train, &taken, (aim(denoising), step, batch)),
        };
        fleet = learned;
        let sums = tallies(&units, rows, sums);
        let seconds = begun.elapsed().as_secs_f64() / pupils.len() as f64;
        pupils.iter_mut().zip(&sums).for_each(|(one, sums)| one.count(chunk.len(), sums, seconds));
        step = chunk.end;
    }
    if interrupt::requested() {
        return Ok(fleet);
    }
    let rows = shelf.validation(pupils);
    let measured = match task {
        Task::Classify => fleet.measure(&shelf.validation, &rows, looked_at),
        Task::Reconstruct(denoising) => fleet.reconstruct(&shelf.validation, &rows, aim(denoising), looked_at),
    };
    let measured = tallies(&units, rows.dims()[1], measured);
    for (place, (one, validation)) in pupils.iter_mut().zip(&measured).enumerate() {
        if one.failure.is_none() && one.close_epoch(validation)? {
            one.snapshot.best = Some(one.own(fleet.network(place)));
        }
    }
    Ok(fleet)
}

/// What [`Fleet::denoise`] does, with what is kept drawn for as many minibatches at once as are not too many numbers. `rows` begin
/// with minibatch `first`.
fn denoise(
    mut fleet: Fleet,
    pupils: &[&mut Pupil],
    store: &Store,
    rows: &Tensor<2, Int>,
    (aim, first, batch): (AutoencoderObjective, usize, usize),
) -> (Fleet, Tensor<2>) {
    let ([members, all], width, device) = (rows.dims(), pupils[0].snapshot.last.inputs(), rows.device());
    let steps = (MOST_KEPT / (members * batch * width)).max(1);
    let drawing: Vec<&Pupil> = pupils.iter().map(|one| &**one).collect();
    let mut sums = Tensor::zeros([members, 4], &device);
    // Added up in the one order, in however many parts.
    for done in (0..all).step_by(steps * batch) {
        let taken = (steps * batch).min(all - done);
        let sizes: Vec<usize> = (0..taken).step_by(batch).map(|row| batch.min(taken - row)).collect();
        let step = first + done / batch;
        let kept: Vec<f32> = drawing.par_iter().flat_map_iter(|one| one.kept(step, &sizes, width)).collect();
        let kept = Tensor::from_data(TensorData::new(kept, [members, taken, width]), &device);
        (fleet, sums) = fleet.denoise(store, &rows.clone().narrow(1, done, taken), &kept, aim, batch, sums);
    }
    (fleet, sums)
}

fn aim(denoising: Denoising) -> AutoencoderObjective {
    AutoencoderObjective { reconstruction: denoising.reconstruction, target: denoising.target }
}

/// The sums `[R, 2 + 2 layers]` of each network over `samples` examples.
fn tallies(units: &[usize], samples: usize, sums: Tensor<2>) -> Vec<Tally> {
    let sums: Vec<f64> = sums.into_data().iter().collect();
    sums.chunks(2 + 2 * units.len()).map(|row| Tally::from_sums(units, samples, row)).collect()
}
