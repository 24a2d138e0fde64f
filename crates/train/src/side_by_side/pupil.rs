//! A network that is trained beside others.

use super::material::Material;
use crate::failure::Failure;
use crate::learning::checkpoint::{Ended, Snapshot};
use crate::learning::denoising::At;
use crate::learning::job::{Lesson, OnEpoch};
use crate::learning::tally::Tally;
use crate::learning::task::Task;
use burn::prelude::Device;
use fleet::Member;
use model::{Layer, Network};
use std::sync::Arc;

/// A network that is trained beside others, and where it stands: a classifier, or the auto-encoder of a layer.
pub(super) struct Pupil {
    pub(super) material: Arc<Material>,
    pub(super) lesson: Lesson,
    /// Of an auto-encoder, the layers that its inputs come through.
    pub(super) below: Vec<Layer>,
    /// On the host.
    pub(super) snapshot: Snapshot,
    /// Its place in the fleet, once it has one.
    pub(super) place: Option<usize>,
    /// Why it cannot go on.
    pub(super) failure: Option<Failure>,
    pub(super) on_epoch: OnEpoch,
}

/// The networks of runs wait here while the fleet has their successors.
pub(super) fn host() -> Device {
    Device::flex().autodiff()
}

impl Pupil {
    /// Minibatches of its epoch that are done.
    pub(super) fn step(&self) -> usize {
        self.snapshot.state.step
    }

    /// Why it is over, if it is.
    pub(super) fn ended(&self) -> Option<Ended> {
        self.snapshot.state.ended(self.lesson.epochs, self.lesson.patience)
    }

    /// It as a member of a fleet.
    pub(super) fn member(&self) -> Member {
        let Network { hidden, output } = self.snapshot.last.clone();
        let penalties = (0..hidden.len()).map(|layer| self.lesson.l1.of(layer));
        let l1 = self.below.iter().map(|_| 0.0).chain(penalties).collect();
        let hidden = self.below.iter().cloned().chain(hidden).collect();
        Member { network: Network { hidden, output }, learning_rate: self.lesson.learning_rate, l1 }
    }

    /// Its own part of `member`, the network of a member of a fleet.
    pub(super) fn own(&self, mut member: Network) -> Network {
        member.hidden.drain(..self.below.len());
        member
    }

    /// Width of each hidden layer's outputs that is its own.
    pub(super) fn units(&self) -> Vec<usize> {
        self.snapshot.last.hidden.iter().map(Layer::outputs).collect()
    }

    /// The order of its examples in its epoch.
    pub(super) fn order(&self) -> Vec<u32> {
        self.lesson.train.order(self.lesson.seed, self.snapshot.state.epoch)
    }

    /// Of an auto-encoder, what is left of its inputs, `width` each, in the minibatches from `step` on that have `sizes`
    /// examples, `[examples, width]`.
    pub(super) fn kept(&self, step: usize, sizes: &[usize], width: usize) -> Vec<f32> {
        let mut kept = Vec::with_capacity(sizes.iter().sum::<usize>() * width);
        if let Task::Reconstruct(denoising) = self.lesson.task {
            for (step, rows) in (step..).zip(sizes) {
                let at = At { epoch: self.snapshot.state.epoch, step };
                denoising.kept(self.lesson.seed, at, [*rows, width], &mut kept);
            }
        }
        kept
    }

    /// Takes in the sums of `steps` minibatches, which took `seconds`.
    pub(super) fn count(&mut self, steps: usize, sums: &Tally, seconds: f64) {
        let state = &mut self.snapshot.state;
        state.step += steps;
        state.training_seconds += seconds;
        state.trained_examples += sums.samples();
        state.tally.add(sums);
        if sums.not_finite().is_some() && self.failure.is_none() {
            let place = format!("steps {} to {}", state.step - steps + 1, state.step);
            self.failure = Some(Failure::Diverged { epoch: state.epoch, place, rate: self.lesson.learning_rate });
        }
    }

    /// Writes down the epoch that is over; whether its network is the best so far.
    pub(super) fn close_epoch(&mut self, validation: &Tally) -> Result<bool, Failure> {
        if let Some(site) = validation.not_finite() {
            let (epoch, rate) = (self.snapshot.state.epoch, self.lesson.learning_rate);
            self.failure =
                Some(Failure::Diverged { epoch, place: format!("on the validation examples, in {site}"), rate });
            return Ok(false);
        }
        let best = self.snapshot.state.close_epoch(validation, &self.lesson.l1);
        (self.on_epoch)(&self.snapshot.state.history)?;
        Ok(best)
    }

    /// Writes its checkpoint.
    pub(super) fn save(&self) -> Result<(), Failure> {
        Ok(self.snapshot.save(&self.lesson.checkpoint)?)
    }
}
