//! The runs of a fleet: who comes, who goes, and an epoch of all of them.

use super::course::Course;
use super::pretraining::pretrain;
use super::pupil::Pupil;
use super::trainee::Trainee;
use crate::failure::Failure;
use crate::interrupt;
use crate::learning::minibatches::looked_at_together;
use crate::run::folder::note_divergence;
use crate::sweep::fleet_size::FleetSize;
use crate::sweep::protocol::{Assignment, WorkerMessage};
use crate::terminal;
use model::NetworkConfig;
use std::ops::ControlFlow;

/// Runs that are trained side by side. Those with a place in the fleet come first, in its order.
pub(super) struct Crew {
    trainees: Vec<Trainee>,
    course: Option<Course>,
    offline: bool,
}

impl Crew {
    /// Nobody yet.
    pub(super) fn new(offline: bool) -> Self {
        Self { trainees: Vec::new(), course: None, offline }
    }

    /// Whether there is nobody.
    pub(super) fn is_empty(&self) -> bool {
        self.trainees.is_empty()
    }

    /// How many could join. Those that are pre-trained begin together: nobody joins who is behind.
    pub(super) fn free(&self, size: FleetSize) -> usize {
        if self.trainees.iter().any(|one| one.pretrained.is_some()) {
            return 0;
        }
        let most = match size {
            FleetSize::Fixed(number) => number,
            // Of what it means one can judge when a network is there.
            FleetSize::Auto => self.trainees.first().map_or(1, room),
        };
        most.saturating_sub(self.trainees.len())
    }

    /// Lets `assigned` in. Whoever cannot be trained here, whatever the reason, is refused: alone it either can, or says why.
    pub(super) fn join(&mut self, assigned: Vec<Assignment>) {
        for assignment in assigned {
            let run = assignment.run.clone();
            let there = self.trainees.iter().map(|one| &one.material);
            let joined = Trainee::new(assignment, there, self.offline).and_then(|one| self.fitting(one));
            let joined = joined.and_then(|mut one| one.join().map(|()| one));
            match joined {
                Ok(trainee) => self.trainees.push(trainee),
                Err(failure) => {
                    terminal::notice(&format!("{run}: {failure}"));
                    WorkerMessage::Refused { run }.send();
                }
            }
        }
    }

    /// `newcomer`, if it goes with the others.
    fn fitting(&self, newcomer: Trainee) -> Result<Trainee, Failure> {
        let sizes = |Trainee { run, .. }: &Trainee| {
            (run.network.widths(), run.train.len(), run.validation.len(), run.config.training.batch_size)
        };
        match self.trainees.first() {
            Some(first) if sizes(first) != sizes(&newcomer) => Err(Failure::Usage(
                "the others have another number of inputs, units, classes, examples or minibatches".to_owned(),
            )),
            _ => Ok(newcomer),
        }
    }

    /// Lets those go that are over, or cannot go on.
    ///
    /// # Errors
    /// [`Failure::Interrupted`] when a stop was asked for, everything being saved; any other when something cannot be written.
    pub(super) fn settle(&mut self) -> Result<(), Failure> {
        let mut staying = Vec::new();
        for mut one in std::mem::take(&mut self.trainees) {
            // To finish many runs takes its time.
            if interrupt::requested() {
                staying.push(one);
                continue;
            }
            let failure = one.failure.take().or_else(|| one.pupil.as_mut()?.failure.take());
            let ended = one.ended();
            let run = one.id.clone();
            match (failure, ended) {
                (None, None) => {
                    staying.push(one);
                    continue;
                }
                // Its lock goes before the sweep hears of it.
                (Some(failure), _) => note_divergence(&{ one }.run.folder, &failure)?,
                (None, Some(ended)) => {
                    if let Some(last) = one.pupil.as_ref().map(|pupil| self.network(pupil)) {
                        one.finish(last, ended)?;
                    }
                }
            }
            WorkerMessage::Ended { run }.send();
        }
        self.trainees = staying;
        if self.trainees.is_empty() {
            self.course = None;
        } else if interrupt::requested() {
            if let Some(course) = &mut self.course {
                course.save(&mut pupils(&mut self.trainees))?;
            }
            return Err(self.interrupted());
        }
        Ok(())
    }

    fn interrupted(&self) -> Failure {
        let Trainee { pupil, run, .. } = &self.trainees[0];
        let (epoch, step) = pupil.as_ref().map_or((1, 0), |one| (one.snapshot.state.epoch, one.step()));
        Failure::Interrupted { epoch, step, resume: run.folder.resume_command() }
    }

    fn network(&self, pupil: &Pupil) -> model::Network {
        self.course.as_ref().map_or_else(|| pupil.snapshot.last.clone(), |course| course.network(pupil))
    }

    /// An epoch of everybody; or all of pre-training, of those that are to be pre-trained.
    ///
    /// # Errors
    /// [`Failure::Interrupted`] when a stop was asked for, everything being saved; any other when something cannot be written.
    pub(super) fn epoch(&mut self) -> Result<(), Failure> {
        let device = self.trainees[0].run.device.clone();
        let flow = if self.trainees.iter().any(Trainee::is_to_be_pretrained) {
            pretrain(&mut self.trainees, &device)?
        } else {
            self.course.get_or_insert_with(|| Course::new(device)).epoch(&mut pupils(&mut self.trainees))?
        };
        match flow {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(self.interrupted()),
        }
    }
}

fn pupils(trainees: &mut [Trainee]) -> Vec<&mut Pupil> {
    trainees.iter_mut().filter_map(|one| one.pupil.as_mut()).collect()
}

/// How many runs like `one` its device holds.
fn room(one: &Trainee) -> usize {
    let run = &one.run;
    let bytes = 4 * run.train.features() as u64 * (run.train.len() + run.validation.len()) as u64;
    // Of a set that is drawn there is one for each seed, and so for each run at worst.
    let [shared, own] = if one.material.is_drawn() { [0, bytes] } else { [bytes, 0] };
    let rows = run.config.training.batch_size.max(looked_at_together(run.train.features()));
    let mut shape = run.network.clone();
    if run.config.pretraining.is_some() {
        // A decoder gives back what the widest layer reads.
        shape = NetworkConfig { outputs: shape.widths().into_iter().max().unwrap_or(1), ..shape };
    }
    let room = fleet::room(&shape, rows, &run.device, [shared, own]);
    room.unwrap_or(FleetSize::DEFAULT).min(FleetSize::MAX)
}
