//! Greedy pre-training of runs side by side: layer by layer and rate by rate, as each is pre-trained alone.

use super::course::Course;
use super::pupil::{Pupil, host};
use super::trainee::{Trainee, saying};
use crate::failure::Failure;
use crate::run::pretrain::{self, Candidate, Pretrained, Pretraining};
use crate::run::progress::Watch;
use crate::terminal::{self, Renderer};
use burn::prelude::Device;
use model::Layer;
use std::ops::ControlFlow;

/// A run whose layers are pre-trained.
struct Scholar<'a> {
    trainee: &'a mut Trainee,
    /// Its hidden layers before.
    fresh: Vec<Layer>,
    so_far: Pretrained,
    /// Of the current layer, the best of the rates so far.
    best: Option<Candidate>,
    /// Of the current layer, how a rate failed.
    diverged: Option<Failure>,
}

/// Pre-trains those of `trainees` that are to be, on `device`; they agree in layers and number of rates. Breaks when a stop was
/// asked for, everything being saved.
///
/// # Errors
/// [`Failure`] when something cannot be read or written.
pub(super) fn pretrain(trainees: &mut [Trainee], device: &Device) -> Result<ControlFlow<()>, Failure> {
    let learning = trainees.iter_mut().filter(|one| one.is_to_be_pretrained());
    let mut all: Vec<Scholar<'_>> = learning.map(Scholar::new).collect();
    let Some(first) = all.first() else { return Ok(ControlFlow::Continue(())) };
    let (layers, rates) = (first.fresh.len(), first.rates().len());
    for k in 0..layers {
        for j in 0..rates {
            let mut pupils = all.iter().map(|one| one.pupil(k, j)).collect::<Result<Vec<Pupil>, Failure>>()?;
            if train(&mut pupils, device)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            all.iter_mut().zip(pupils).for_each(|(one, pupil)| one.compare(k, pupil));
        }
        all.iter_mut().try_for_each(|one| one.choose(k))?;
        all.retain(|one| one.trainee.failure.is_none());
    }
    all.into_iter().try_for_each(Scholar::graduate)?;
    Ok(ControlFlow::Continue(()))
}

/// Trains `pupils` to their ends, and saves them there.
fn train(pupils: &mut [Pupil], device: &Device) -> Result<ControlFlow<()>, Failure> {
    let mut course = Course::new(device.clone());
    loop {
        let going = |one: &&mut Pupil| one.failure.is_none() && one.ended().is_none();
        let mut going: Vec<&mut Pupil> = pupils.iter_mut().filter(going).collect();
        if going.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        if course.epoch(&mut going)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        for one in going.into_iter().filter(|one| one.failure.is_none() && one.ended().is_some()) {
            one.snapshot.last = course.network(one);
            one.save()?;
        }
    }
}

impl<'a> Scholar<'a> {
    fn new(trainee: &'a mut Trainee) -> Self {
        let fresh = trainee.run.fresh_on(&host()).hidden;
        Self { trainee, fresh, so_far: Pretrained::default(), best: None, diverged: None }
    }

    fn pretraining(&self) -> Result<Pretraining<'_>, Failure> {
        let Trainee { id, run, .. } = &*self.trainee;
        let none = || Failure::Usage(format!("the run {id} is not to be pre-trained"));
        run.pretraining(&Watch::through(Renderer::Tui))?.ok_or_else(none)
    }

    fn rates(&self) -> &[f64] {
        self.trainee.run.config.pretraining.as_ref().map_or(&[], |pretraining| &pretraining.learning_rates)
    }

    /// The auto-encoder of layer `k` at the `j`-th rate, from its checkpoint when it has one.
    fn pupil(&self, k: usize, j: usize) -> Result<Pupil, Failure> {
        let (Trainee { id, run, material, .. }, layer) = (&*self.trainee, &self.fresh[k]);
        let pretraining = self.pretraining()?;
        let denoising = pretraining.denoising(k, layer);
        let lesson = pretraining.lesson(denoising, self.rates()[j], &run.train, &run.validation);
        let snapshot = pretraining.starting_point(layer, denoising, &lesson, &host())?;
        let on_epoch = saying(id, Some(k + 1), pretraining.on_epoch(k, &lesson, &self.so_far.history));
        let (material, below) = (material.clone(), self.so_far.layers.clone());
        Ok(Pupil { material, lesson, below, snapshot, place: None, failure: None, on_epoch })
    }

    /// Takes in what became of layer `k` at a rate.
    fn compare(&mut self, k: usize, pupil: Pupil) {
        let learning_rate = pupil.lesson.learning_rate;
        if let Some(failure) = pupil.failure {
            // Another rate may do.
            terminal::notice(&format!("{}, layer {}, rate {learning_rate}: {failure}", self.trainee.id, k + 1));
            self.diverged = Some(failure);
            return;
        }
        let history = &pupil.snapshot.state.history;
        self.so_far.history.extend(history.iter().map(|epoch| pretrain::line(k, learning_rate, epoch)));
        let candidate = Candidate { learning_rate, snapshot: pupil.snapshot };
        if self.best.as_ref().is_none_or(|best| candidate.cost() < best.cost()) {
            self.best = Some(candidate);
        }
    }

    /// Takes the best rate of layer `k`; when none is left, the run cannot go on.
    fn choose(&mut self, k: usize) -> Result<(), Failure> {
        let (best, diverged) = (self.best.take(), self.diverged.take());
        let denoising = self.pretraining()?.denoising(k, &self.fresh[k]);
        if best.and_then(|best| self.so_far.take(denoising, &best)).is_none() {
            self.trainee.failure = diverged;
        }
        Ok(())
    }

    /// Turns to the classes.
    fn graduate(self) -> Result<(), Failure> {
        report::write_pretraining(&self.trainee.run.folder.pretraining(), &self.so_far.history)?;
        self.trainee.pretrained = Some(self.so_far);
        self.trainee.begin()
    }
}
