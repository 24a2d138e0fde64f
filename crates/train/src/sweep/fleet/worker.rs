//! The runs of a fleet: how they join and leave the fleet, and how they are trained for an epoch.

use super::pretraining::pretrain;
use super::run::FleetRun;
use crate::failure::Failure;
use crate::interrupt;
use crate::learning::fleet::{FleetMember, FleetTrainer};
use crate::learning::minibatches::eval_batch_size;
use crate::run::folder::note_divergence;
use crate::sweep::fleet_size::FleetSize;
use crate::sweep::protocol::{Assignment, WorkerMessage};
use crate::terminal;
use data::Access;
use model::NetworkConfig;
use std::ops::ControlFlow;

/// A worker that trains runs side by side. In `runs`, the runs with a slot in the fleet come first, in the order of the
/// slots.
pub(super) struct FleetWorker {
    runs: Vec<FleetRun>,
    trainer: Option<FleetTrainer>,
    access: Access,
}

impl FleetWorker {
    /// A worker without runs.
    pub(super) fn new(access: Access) -> Self {
        Self { runs: Vec::new(), trainer: None, access }
    }

    /// Whether the worker has no runs.
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The number of runs that can join this worker, which trains up to `size` runs. Pre-trained runs start together,
    /// so no other run can join them later.
    pub(super) fn free(&self, size: FleetSize) -> usize {
        if self.runs.iter().any(|one| one.pretrained.is_some()) {
            return 0;
        }
        let most = match size {
            FleetSize::Fixed(number) => number,
            // The capacity depends on the network, so it is computed from the first run; until then, one run can join.
            FleetSize::Auto => self.runs.first().map_or(1, room),
        };
        most.saturating_sub(self.runs.len())
    }

    /// Adds the `assigned` runs. A run that cannot be trained in this fleet, for whatever reason, is refused; the sweep
    /// then trains the run alone, and reports a reason if that fails too.
    pub(super) fn join(&mut self, assigned: Vec<Assignment>) {
        for assignment in assigned {
            let run = assignment.run.clone();
            let there = self.runs.iter().map(|one| &one.shared);
            let joined = FleetRun::new(assignment, there, self.access).and_then(|one| self.fitting(one));
            let joined = joined.and_then(|mut one| one.join().map(|()| one));
            match joined {
                Ok(run) => self.runs.push(run),
                Err(failure) => {
                    terminal::notice(&format!("{run}: {failure}"));
                    WorkerMessage::Refused { run }.send();
                }
            }
        }
    }

    /// Returns `newcomer` if it has the same widths of layers, numbers of training and validation examples, and batch
    /// size as the other runs.
    ///
    /// # Errors
    /// [`Failure::Usage`] if one of these numbers differs.
    fn fitting(&self, newcomer: FleetRun) -> Result<FleetRun, Failure> {
        let sizes = |FleetRun { run, .. }: &FleetRun| {
            (run.network.widths(), run.train.len(), run.validation.len(), run.config.training.batch_size)
        };
        match self.runs.first() {
            Some(first) if sizes(first) != sizes(&newcomer) => Err(Failure::Usage(
                "the batch size or the number of inputs, units, classes or examples differs from that of the fleet"
                    .to_owned(),
            )),
            _ => Ok(newcomer),
        }
    }

    /// Finishes and removes the runs whose training is over, and removes the runs that failed.
    ///
    /// # Errors
    /// [`Failure::Interrupted`] if a stop was requested; the state is then saved. Another [`Failure`] if a run cannot
    /// be tested, or if a file cannot be written.
    pub(super) fn settle(&mut self) -> Result<(), Failure> {
        let mut staying = Vec::new();
        for mut one in std::mem::take(&mut self.runs) {
            // Finishing many runs takes long, so the request for a stop is checked before each run.
            if interrupt::requested() {
                staying.push(one);
                continue;
            }
            let failure = one.failure.take().or_else(|| one.member.as_mut()?.training.failure.take());
            let run = one.id.clone();
            match (failure, one.ended()) {
                (None, None) => {
                    staying.push(one);
                    continue;
                }
                // The lock is released before the sweep is told that the run has ended.
                (Some(failure), _) => note_divergence(&{ one }.run.folder, &failure)?,
                (None, Some(reason)) => one.finish(reason)?,
            }
            WorkerMessage::Ended { run }.send();
        }
        self.runs = staying;
        if self.runs.is_empty() {
            self.trainer = None;
        } else if interrupt::requested() {
            if let Some(trainer) = &self.trainer {
                trainer.save(&mut members(&mut self.runs))?;
            }
            return Err(self.interrupted());
        }
        Ok(())
    }

    fn interrupted(&self) -> Failure {
        let FleetRun { member, run, .. } = &self.runs[0];
        let state = member.as_ref().map(|one| &one.training.snapshot.state);
        let (epoch, step) = state.map_or((1, 0), |state| (state.epoch, state.step));
        Failure::Interrupted { epoch, step, resume: run.folder.resume_command() }
    }

    /// Trains all runs for one epoch or, if there are runs to pre-train, pre-trains these runs completely.
    ///
    /// # Errors
    /// [`Failure::Interrupted`] if a stop was requested; the state is then saved. Another [`Failure`] if a network
    /// cannot be trained beside the others, or if a file cannot be written.
    ///
    /// # Panics
    /// If the worker has no runs.
    pub(super) fn epoch(&mut self) -> Result<(), Failure> {
        let device = self.runs[0].run.device.clone();
        let flow = if self.runs.iter().any(FleetRun::is_to_be_pretrained) {
            pretrain(&mut self.runs, &device)?
        } else {
            let trainer = self.trainer.get_or_insert_with(|| FleetTrainer::new(device));
            trainer.epoch(&mut members(&mut self.runs))?
        };
        match flow {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(self.interrupted()),
        }
    }
}

fn members(runs: &mut [FleetRun]) -> Vec<&mut FleetMember> {
    runs.iter_mut().filter_map(|one| one.member.as_mut()).collect()
}

/// The number of runs like `one` that are estimated to fit into the memory of the GPU, at most [`FleetSize::MAX`];
/// [`FleetSize::DEFAULT`] if the device is not a GPU.
fn room(one: &FleetRun) -> usize {
    let run = &one.run;
    let bytes = 4 * run.train.features() as u64 * (run.train.len() + run.validation.len()) as u64;
    // A data set that depends on the seed is shared only by the runs with the same seed: in the worst case, every run
    // has a data set of its own.
    let [shared, own] = if one.shared.is_drawn() { [0, bytes] } else { [bytes, 0] };
    let rows = run.config.training.batch_size.max(eval_batch_size(run.train.features()));
    let mut shape = run.network.clone();
    if run.config.pretraining.is_some() {
        // The output of the largest decoder is as wide as the widest layer.
        shape = NetworkConfig { outputs: shape.widths().into_iter().max().unwrap_or(1), ..shape };
    }
    let room = fleet::capacity(&shape, rows, &run.device, [shared, own]);
    room.unwrap_or(FleetSize::DEFAULT).min(FleetSize::MAX)
}
