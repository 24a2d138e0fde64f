//! The runs of a fleet: who comes, who goes, and an epoch of all of them.

use super::seats::Seats;
use super::shelf::Shelf;
use super::trainee::Trainee;
use super::words::{Invitation, Word, say};
use crate::failure::Failure;
use crate::interrupt;
use crate::minibatches::looked_at_together;
use crate::sweep::store::note_divergence;
use crate::tally::Tally;
use crate::terminal;
use burn::prelude::Device;
use burn::tensor::Tensor;
use fleet::Fleet;
use std::time::{Duration, Instant};

/// Minibatches between two looks at what they summed up to, which is when a stop is noticed.
const CHUNK: usize = 64;

/// Runs that are trained side by side. Those with a place in the fleet come first, in its order.
pub(super) struct Crew {
    trainees: Vec<Trainee>,
    fleet: Option<Fleet>,
    shelf: Option<Shelf>,
    offline: bool,
    saved: Instant,
}

impl Crew {
    /// Nobody yet.
    pub(super) fn new(offline: bool) -> Self {
        Self { trainees: Vec::new(), fleet: None, shelf: None, offline, saved: Instant::now() }
    }

    /// Whether there is nobody.
    pub(super) fn is_empty(&self) -> bool {
        self.trainees.is_empty()
    }

    /// How many could join.
    pub(super) fn free(&self, seats: Seats) -> usize {
        let room = || {
            // Of what `auto` means one can judge when a network is there.
            self.trainees.first().map_or(1, |one| {
                let run = &one.run;
                let taken = 4 * run.train.features() * (run.train.len() + run.validation.len());
                fleet::room(&run.network, &run.device, taken as u64).unwrap_or(Seats::WITHOUT_A_WORD)
            })
        };
        let most = match seats {
            Seats::Number(number) => number,
            Seats::Auto => room(),
        };
        most.saturating_sub(self.trainees.len())
    }

    /// Lets `invited` in. Whoever cannot be trained here, whatever the reason, is refused: alone it either can, or says why.
    pub(super) fn join(&mut self, invited: Vec<Invitation>) {
        for invitation in invited {
            let run = invitation.run.clone();
            let there = self.trainees.iter().map(|one| &one.material);
            match Trainee::new(invitation, there, self.offline).and_then(|one| self.fitting(one)) {
                Ok(trainee) => self.trainees.push(trainee),
                Err(failure) => {
                    terminal::notice(&format!("{run}: {failure}"));
                    say(&Word::Refused { run });
                }
            }
        }
    }

    /// `newcomer`, if it goes with the others.
    fn fitting(&self, newcomer: Trainee) -> Result<Trainee, Failure> {
        let Some(first) = self.trainees.first() else { return Ok(newcomer) };
        let sizes = |one: &Trainee| (one.run.train.len(), one.run.validation.len(), one.run.config.training.batch_size);
        newcomer.member().fits(&first.member(), self.trainees.len())?;
        if sizes(&newcomer) != sizes(first) {
            return Err(Failure::Usage("as many examples and minibatches as the others have are needed".to_owned()));
        }
        Ok(newcomer)
    }

    /// Lets those go that are over, or cannot go on: how many those are.
    ///
    /// # Errors
    /// [`Failure`] when what they have reached cannot be written.
    pub(super) fn settle(&mut self) -> Result<(), Failure> {
        let mut staying = Vec::new();
        for mut one in std::mem::take(&mut self.trainees) {
            let ended = one.ended();
            let failure = one.failure.take();
            if ended.is_none() && failure.is_none() {
                staying.push(one);
                continue;
            }
            let run = one.id.clone();
            if let Some(failure) = failure {
                note_divergence(&one.run.folder, &failure)?;
                drop(one);
            } else if let Some(ended) = ended {
                let last = self.network(&one);
                one.finish(last, ended)?;
            }
            say(&Word::Ended { run });
        }
        self.trainees = staying;
        Ok(())
    }

    fn network(&self, one: &Trainee) -> model::Network {
        let place = one.place.and_then(|place| Some(self.fleet.as_ref()?.network(place)));
        place.unwrap_or_else(|| one.snapshot.last.clone())
    }

    /// An epoch of everybody. Newcomers that stopped in the middle of one first come to its end.
    ///
    /// # Errors
    /// [`Failure::Interrupted`] when a stop was asked for, everything being saved; any other when something cannot be written.
    pub(super) fn epoch(&mut self) -> Result<(), Failure> {
        let device = self.trainees[0].run.device.clone();
        let shelf = match self.shelf.take().filter(|shelf| shelf.fits(&self.trainees)) {
            Some(shelf) => shelf,
            None => Shelf::of(&self.trainees, &device),
        };
        while let Some(step) = self.trainees.iter().filter(|one| one.place.is_none()).map(Trainee::step).max()
            && step > 0
        {
            let late = |one: &&mut Trainee| one.place.is_none() && one.step() == step;
            let mut late: Vec<&mut Trainee> = self.trainees.iter_mut().filter(late).collect();
            let fleet = Fleet::new(late.iter().map(|one| one.member()).collect(), &device)?;
            let fleet = advance(fleet, &mut late, &shelf)?;
            for (place, one) in late.iter_mut().enumerate() {
                one.snapshot.last = fleet.network(place);
            }
        }
        let fleet = self.assembled(&device)?;
        let mut all: Vec<&mut Trainee> = self.trainees.iter_mut().collect();
        let fleet = advance(fleet, &mut all, &shelf)?;
        let every = all.iter().map(|one| one.run.config.training.checkpoint_seconds).fold(f64::INFINITY, f64::min);
        if self.saved.elapsed() >= Duration::from_secs_f64(every) {
            save(&fleet, &mut all)?;
            self.saved = Instant::now();
        }
        (self.fleet, self.shelf) = (Some(fleet), Some(shelf));
        Ok(())
    }

    /// The fleet of everybody.
    fn assembled(&mut self, device: &Device) -> Result<Fleet, Failure> {
        let staying: Vec<usize> = self.trainees.iter().filter_map(|one| one.place).collect();
        let newcomers: Vec<_> = self.trainees[staying.len()..].iter().map(Trainee::member).collect();
        let fleet = match self.fleet.take() {
            Some(fleet) if newcomers.is_empty() && staying.len() == fleet.size() => fleet,
            Some(fleet) => fleet.regroup(&staying, newcomers)?,
            None => Fleet::new(newcomers, device)?,
        };
        for (place, one) in self.trainees.iter_mut().enumerate() {
            one.place = Some(place);
        }
        Ok(fleet)
    }
}

/// Brings `trainees`, the members of `fleet`, all at the same step, to the end of their epochs.
fn advance(mut fleet: Fleet, trainees: &mut [&mut Trainee], shelf: &Shelf) -> Result<Fleet, Failure> {
    let run = &trainees[0].run;
    let (examples, batch, units) = (run.train.len(), run.config.training.batch_size, fleet.outputs());
    let looked_at = looked_at_together(run.train.features());
    let orders = shelf.orders(trainees);
    let mut step = trainees[0].step();
    while step * batch < examples && !interrupt::requested() {
        let begun = Instant::now();
        // Chunks end where they always do, wherever the run was stopped: sums of 32 bits are of the same steps.
        let end = (step / CHUNK + 1) * CHUNK;
        let (first, last) = (step * batch, (end * batch).min(examples));
        let (learned, sums) = fleet.learn(&shelf.train, &orders.clone().narrow(1, first, last - first), batch);
        fleet = learned;
        let (steps, sums) = ((last - first).div_ceil(batch), tallies(&units, last - first, sums));
        let seconds = begun.elapsed().as_secs_f64() / trainees.len() as f64;
        trainees.iter_mut().zip(&sums).for_each(|(one, sums)| one.count(steps, sums, seconds));
        step += steps;
    }
    if interrupt::requested() {
        return Err(stopped(&fleet, trainees)?);
    }
    let rows = shelf.validation(trainees);
    let measured = tallies(&units, rows.dims()[1], fleet.measure(&shelf.validation, &rows, looked_at));
    for (place, (one, validation)) in trainees.iter_mut().zip(&measured).enumerate() {
        if one.failure.is_none() {
            if one.close_epoch(validation)? {
                one.snapshot.best = Some(fleet.network(place));
            }
            let (run, epoch) = (one.id.clone(), one.snapshot.state.history.len());
            say(&Word::Epoch { run, epoch, validation_error: validation.error() });
        }
    }
    Ok(fleet)
}

/// The sums `[R, 2 + 2 layers]` of each network over `samples` examples.
fn tallies(units: &[usize], samples: usize, sums: Tensor<2>) -> Vec<Tally> {
    let sums: Vec<f64> = sums.into_data().iter().collect();
    sums.chunks(2 + 2 * units.len()).map(|row| Tally::from_sums(units, samples, row)).collect()
}

fn save(fleet: &Fleet, trainees: &mut [&mut Trainee]) -> Result<(), Failure> {
    trainees.iter_mut().enumerate().try_for_each(|(place, one)| one.save(fleet.network(place)))
}

/// Saves everybody, and says where that was.
fn stopped(fleet: &Fleet, trainees: &mut [&mut Trainee]) -> Result<Failure, Failure> {
    save(fleet, trainees)?;
    let first = &trainees[0];
    let (state, resume) = (&first.snapshot.state, first.run.folder.resume_command());
    Ok(Failure::Interrupted { epoch: state.epoch, step: state.step, resume })
}
