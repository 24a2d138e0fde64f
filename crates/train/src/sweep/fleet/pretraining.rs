//! Greedy pre-training of runs side by side, layer by layer and learning rate by learning rate. Apart from rounding,
//! the result is the same as if each run were pre-trained alone.

use super::run::FleetRun;
use crate::failure::Failure;
use crate::learning::fleet::{FleetMember, FleetTrainer, host};
use crate::run::pretrain::{Pretraining, PretrainingRun};
use crate::terminal;
use burn::prelude::Device;
use std::ops::ControlFlow;

/// A run whose layers are being pre-trained.
struct Pretrainee<'a> {
    run: &'a mut FleetRun,
    pretraining: PretrainingRun,
}

/// Pre-trains, on `device`, the runs in `runs` that are still to be pre-trained. These runs must have the same numbers
/// of layers and of learning rates. Returns [`ControlFlow::Break`] if a stop was requested; the state is then saved.
///
/// # Errors
/// [`Failure`] if a file cannot be read or written, or an auto-encoder cannot be trained beside the others.
pub(super) fn pretrain(runs: &mut [FleetRun], device: &Device) -> Result<ControlFlow<()>, Failure> {
    let mut all: Vec<Pretrainee<'_>> =
        runs.iter_mut().filter(|run| run.is_to_be_pretrained()).map(Pretrainee::new).collect();
    let Some(first) = all.first() else { return Ok(ControlFlow::Continue(())) };
    let (layers, rates) = (first.pretraining.layers(), first.settings()?.config.learning_rates.len());
    for k in 0..layers {
        for j in 0..rates {
            let mut members = all.iter().map(|one| one.member(k, j)).collect::<Result<Vec<FleetMember>, Failure>>()?;
            if train(&mut members, device)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            all.iter_mut().zip(members).for_each(|(one, member)| one.compare(k, member));
        }
        all.iter_mut().try_for_each(|one| one.choose(k))?;
        all.retain(|one| one.run.failure.is_none());
    }
    all.into_iter().try_for_each(Pretrainee::finish)?;
    Ok(ControlFlow::Continue(()))
}

/// Trains `members` until the training of each is over or has failed. Returns [`ControlFlow::Break`] if a stop was
/// requested.
fn train(members: &mut [FleetMember], device: &Device) -> Result<ControlFlow<()>, Failure> {
    let mut trainer = FleetTrainer::new(device.clone());
    loop {
        let going = |one: &&mut FleetMember| one.training.failure.is_none() && one.training.ended().is_none();
        let mut going: Vec<&mut FleetMember> = members.iter_mut().filter(going).collect();
        if going.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        if trainer.epoch(&mut going)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

impl<'a> Pretrainee<'a> {
    fn new(run: &'a mut FleetRun) -> Self {
        let pretraining = PretrainingRun::new(run.run.fresh_on(&host()));
        Self { run, pretraining }
    }

    fn settings(&self) -> Result<Pretraining<'_>, Failure> {
        self.run.pretraining()
    }

    /// The auto-encoder of layer `k` at the learning rate with the index `j`, both counted from 0.
    fn member(&self, k: usize, j: usize) -> Result<FleetMember, Failure> {
        let FleetRun { run, shared, .. } = &*self.run;
        let examples = (&run.train, &run.validation);
        let training = self.pretraining.training(&self.settings()?, (k, j), examples, &host())?;
        Ok(FleetMember::new(training, shared.data.clone(), self.pretraining.so_far.layers.clone()))
    }

    /// Compares layer `k`, counted from 0, after its training in `member` with the same layer trained at other learning
    /// rates.
    fn compare(&mut self, k: usize, member: FleetMember) {
        let rate = member.training.job.learning_rate;
        if let Some(failure) = &member.training.failure {
            terminal::notice(&format!("{}, layer {}, rate {rate}: {failure}", self.run.id, k + 1));
        }
        self.pretraining.compare(k, member.training);
    }

    /// Chooses the best learning rate for layer `k`, counted from 0. If the layer diverged at every learning rate, the
    /// run fails.
    fn choose(&mut self, k: usize) -> Result<(), Failure> {
        let Self { run, pretraining } = self;
        let chosen = pretraining.choose(&run.pretraining()?, k);
        run.failure = chosen.err();
        Ok(())
    }

    /// Finishes pre-training, and begins supervised training.
    fn finish(self) -> Result<(), Failure> {
        self.run.pretrained = Some(self.pretraining.finish(&self.run.run.folder)?);
        self.run.begin()
    }
}
