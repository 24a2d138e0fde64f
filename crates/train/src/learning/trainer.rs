//! The training loop, for one network or several networks side by side. Training that was stopped and resumed gives the
//! same bits as training without a stop.
//!
//! The order of an epoch is a function of (seed, epoch). Sums are added one after the other in f64, however many were
//! read from a device at once. Apart from the settings and the data, a checkpoint holds everything that the rest of a
//! run depends on.

use crate::failure::Failure;
use crate::learning::checkpoint::CheckpointTimer;
use crate::learning::engine::{Engine, Sums};
use crate::learning::state::StopReason;
use crate::learning::tally::Tally;
use crate::learning::training::Training;
use burn::data::dataloader::Progress;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// The smallest number of minibatches between two reads of their sums from the device, except before a checkpoint, at
/// the end of an epoch, or when training stops.
const CHUNK: usize = 32;
/// Minimum time between two reports of training sums to the host, except before a checkpoint, at the end of an epoch,
/// or when training stops. The host's metrics and dashboard take processor time from training.
const PERIOD: Duration = Duration::from_millis(100);

/// The observer of training, which can also stop it.
pub(crate) trait Host {
    /// Whether a stop was requested.
    fn stopping(&self) -> bool;
    /// The failure of the host itself; `None` if the host has not failed.
    fn failed(&self) -> Option<Failure>;
    /// Receives an event about the progress of the first network in `phase`.
    fn report(&mut self, phase: Phase, event: Event);
}

/// A part of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Training,
    Validation,
}

/// An event in a phase of an epoch.
#[derive(Debug)]
pub(crate) enum Event {
    /// A phase begins, which covers `examples` examples.
    Begins { epoch: usize, examples: usize },
    /// The sums since the last event, and the progress of the phase after `step` minibatches.
    Counted { sums: Tally, progress: Progress, step: usize },
    /// The phase has ended.
    Ends { epoch: usize },
}

/// The training loop.
pub(crate) struct Trainer {
    timer: CheckpointTimer,
}

impl Trainer {
    /// A loop whose first checkpoint within an epoch is due when the checkpoint interval has passed.
    pub(crate) fn new() -> Self {
        Self { timer: CheckpointTimer::start() }
    }

    /// Trains the single network of `engine` until training is over or a stop is requested, and returns the
    /// [`StopReason`].
    ///
    /// # Errors
    /// [`Failure::Diverged`] if the network diverged; [`Failure::NothingLearned`] if training ended without a best
    /// epoch; another [`Failure`] if a file cannot be written or the host failed.
    pub(crate) fn train(
        &mut self,
        engine: &mut dyn Engine,
        host: &mut dyn Host,
        training: &mut Training,
    ) -> Result<StopReason, Failure> {
        loop {
            if let Some(reason) = training.ended() {
                return Ok(reason);
            }
            let flow = self.epoch(engine, host, &mut [&mut *training])?;
            if let Some(failure) = training.failure.take() {
                return Err(failure);
            }
            if flow.is_break() {
                return Ok(StopReason::Interrupted);
            }
        }
    }

    /// Trains `trainings`, the networks of `engine`, which are at the same step, to the end of their epochs. If a stop
    /// is requested before that, the checkpoints are written, and [`ControlFlow::Break`] is returned. If a network
    /// diverges, its `failure` is set.
    ///
    /// # Errors
    /// [`Failure`] if a file cannot be written, or the host failed.
    ///
    /// # Panics
    /// If `trainings` is empty.
    pub(crate) fn epoch(
        &mut self,
        engine: &mut dyn Engine,
        host: &mut dyn Host,
        trainings: &mut [&mut Training],
    ) -> Result<ControlFlow<()>, Failure> {
        let interval = trainings.iter().map(|one| one.job.checkpoint_interval).min().unwrap_or(Duration::MAX);
        let mut pass = Pass { engine, host, trainings, interval, timer: &mut self.timer };
        pass.begin();
        pass.train()?;
        if let Some(failure) = pass.host.failed() {
            return Err(failure);
        }
        if pass.all_failed() {
            return Ok(ControlFlow::Continue(()));
        }
        match pass.validate() {
            Some(validation) => pass.close(&validation).map(|()| ControlFlow::Continue(())),
            None => pass.save().map(|()| ControlFlow::Break(())),
        }
    }
}

/// One epoch in the training of networks that are trained side by side.
struct Pass<'a, 'b> {
    engine: &'a mut dyn Engine,
    host: &'a mut dyn Host,
    trainings: &'a mut [&'b mut Training],
    /// Minimum time between checkpoints within the epoch.
    interval: Duration,
    timer: &'a mut CheckpointTimer,
}

impl Pass<'_, '_> {
    fn epoch(&self) -> usize {
        self.trainings[0].snapshot.state.epoch
    }

    fn all_failed(&self) -> bool {
        self.trainings.iter().all(|one| one.failure.is_some())
    }

    /// If a network is still untrained, measures the networks on the validation examples, without reporting events to
    /// the host.
    fn begin(&mut self) {
        if !self.trainings.iter().any(|one| one.snapshot.state.is_unmeasured()) {
            return;
        }
        if let Some(untrained) = self.measure(&mut |_, _, _| {}) {
            self.trainings.iter_mut().zip(&untrained).for_each(|(one, sums)| one.begin(sums));
        }
    }

    /// The sums of each network over the whole validation set; `None` if a stop was requested before the end. `counted`
    /// receives the sums of the first network over each minibatch, and the number of examples so far.
    fn measure(&mut self, counted: &mut dyn FnMut(&mut dyn Host, &Tally, usize)) -> Option<Vec<Tally>> {
        let mut sums: Vec<Tally> = self.trainings.iter().map(|one| Tally::new(&one.units())).collect();
        let host = &mut *self.host;
        self.engine.measure(self.trainings, &mut |tallies: &[Tally]| {
            sums.iter_mut().zip(tallies).for_each(|(sum, tally)| sum.add(tally));
            counted(&mut *host, &tallies[0], sums[0].samples());
            if host.stopping() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        (!self.host.stopping()).then_some(sums)
    }

    /// Trains on the remaining minibatches of the epoch, until a stop is requested or every network has diverged.
    fn train(&mut self) -> Result<(), Failure> {
        let train = &self.trainings[0].job.train;
        let (examples, steps) = (train.examples().len(), train.count());
        let (epoch, orders) = (self.epoch(), self.trainings.iter().map(|one| one.order()).collect::<Vec<_>>());
        self.host.report(Phase::Training, Event::Begins { epoch, examples });
        let mut step = self.trainings[0].step();
        let (mut uncounted, mut since) = (0, Instant::now());
        while step < steps && !self.host.stopping() && !self.all_failed() {
            let stride = self.engine.stride();
            let end = steps.min((step / stride + 1) * stride);
            self.engine.advance(self.trainings, &orders, step..end);
            uncounted += end - step;
            step = end;
            let due = self.timer.is_due(self.interval);
            if due || uncounted >= CHUNK && since.elapsed() >= PERIOD {
                self.count(since.elapsed());
                if due {
                    self.save()?;
                }
                (uncounted, since) = (0, Instant::now());
            }
        }
        self.count(since.elapsed());
        self.host.report(Phase::Training, Event::Ends { epoch });
        Ok(())
    }

    /// Adds the sums over the minibatches since the last call, and equal shares of their training time `elapsed`, to
    /// the states of the networks. Reports the sums of the first network to the host.
    fn count(&mut self, elapsed: Duration) {
        let sums = self.engine.sums();
        let Some(last) = sums.last() else { return };
        let (step, mut chunk) = (last.steps.end, Tally::new(&self.trainings[0].units()));
        for Sums { steps, tallies } in &sums {
            chunk.add(&tallies[0]);
            self.trainings.iter_mut().zip(tallies).for_each(|(one, tally)| one.count(steps, tally));
        }
        let seconds = elapsed.as_secs_f64() / self.trainings.len() as f64;
        self.trainings.iter_mut().for_each(|one| one.snapshot.state.training_seconds += seconds);
        let first = &self.trainings[0];
        if first.failure.is_none() {
            let done = first.snapshot.state.tally.samples();
            let progress = progress(done, first.job.train.examples().len());
            self.host.report(Phase::Training, Event::Counted { sums: chunk, progress, step });
        }
    }

    /// The sums of each network over the whole validation set; `None` if a stop was requested before the end.
    fn validate(&mut self) -> Option<Vec<Tally>> {
        if self.host.stopping() {
            return None;
        }
        let (epoch, examples) = (self.epoch(), self.trainings[0].job.validation.examples().len());
        self.host.report(Phase::Validation, Event::Begins { epoch, examples });
        let mut step = 0;
        let sums = self.measure(&mut |host, sums, done| {
            step += 1;
            let (sums, progress) = (sums.clone(), progress(done, examples));
            host.report(Phase::Validation, Event::Counted { sums, progress, step });
        })?;
        self.host.report(Phase::Validation, Event::Ends { epoch });
        Some(sums)
    }

    /// Closes the epoch of every network with the sums `validation`, and keeps each network for which the epoch is the
    /// best so far. A single network is saved after each epoch. Saving many small networks can take longer than an
    /// epoch, so one of several networks is saved only when a checkpoint is due or the training of that network is
    /// over.
    fn close(&mut self, validation: &[Tally]) -> Result<(), Failure> {
        let all = self.trainings.len() == 1 || self.timer.is_due(self.interval);
        for (slot, (one, sums)) in self.trainings.iter_mut().zip(validation).enumerate() {
            if one.failure.is_none() && one.close_epoch(sums) {
                one.snapshot.best = Some(self.engine.network(slot));
            }
            if all || one.ended().is_some() {
                one.save(self.engine.network(slot))?;
            }
            if one.failure.is_none() {
                (one.on_epoch)(&one.snapshot.state.history)?;
            }
        }
        if all {
            self.timer.restart();
        }
        Ok(())
    }

    /// Writes the checkpoint of every network that has not failed.
    fn save(&mut self) -> Result<(), Failure> {
        for (slot, one) in self.trainings.iter_mut().enumerate() {
            one.save(self.engine.network(slot))?;
        }
        self.timer.restart();
        Ok(())
    }
}

fn progress(done: usize, total: usize) -> Progress {
    Progress::new(done, total, Some("examples".to_owned()))
}
