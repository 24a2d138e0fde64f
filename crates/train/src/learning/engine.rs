//! `training.engine`: what carries a training step.

use crate::config::engine::Engine;
use crate::failure::Failure;
use crate::learning::denoising::At;
use crate::learning::job::Lesson;
use crate::learning::minibatches::Minibatches;
use crate::learning::objective::Objective;
use crate::learning::sparse::Zeros;
use crate::learning::sparse_autoencoder::Denoiser;
use crate::learning::tally::{Measured, Tally};
use crate::learning::task::Task;
use burn::module::Module;
use burn::train::Learner;
use kernels::Descent;
use model::Network;

/// An engine at work on a network.
pub(crate) enum Stepper {
    Zeros(Box<Zeros>),
    Denoiser(Box<Denoiser>),
    Autodiff {
        learner: Box<Learner<Objective>>,
        /// Sums that are still on the device.
        measured: Vec<Measured>,
        units: Vec<usize>,
    },
}

impl Stepper {
    /// `learner`'s network on the engine of `lesson`.
    pub(crate) fn new(learner: Learner<Objective>, lesson: &Lesson) -> Result<Self, Failure> {
        let network = learner.model().network;
        Ok(match lesson.engine {
            Engine::Autodiff => {
                let units = learner.model().units();
                Self::Autodiff { learner: Box::new(learner), measured: Vec::new(), units }
            }
            Engine::Zeros | Engine::Auto => {
                let room = lesson.train.largest().max(lesson.validation.largest());
                match lesson.task {
                    Task::Classify => Self::Zeros(Box::new(Zeros::new(&network, room)?)),
                    Task::Reconstruct(denoising) => Self::Denoiser(Box::new(Denoiser::new(&network, denoising, room)?)),
                }
            }
        })
    }

    /// Forward, backward and update on the examples `rows`, the minibatch `at`.
    pub(crate) fn step(&mut self, lesson: &Lesson, rows: &[u32], at: At) {
        let Lesson { train, task, seed, learning_rate, l1, .. } = lesson;
        match self {
            Self::Zeros(zeros) => zeros.learn(train.examples(), rows, *learning_rate, l1),
            Self::Denoiser(denoiser) => {
                let descent = Descent { rate: *learning_rate as f32, l1: &[l1.of(0) as f32] };
                denoiser.learn(train.examples(), rows, denoiser.draws(*seed, at), descent);
            }
            Self::Autodiff { learner, measured, .. } => {
                let objective = learner.model();
                let batch = match task {
                    Task::Classify => train.batch(rows),
                    Task::Reconstruct(denoising) => {
                        let units = objective.network.hidden[0].units();
                        train.denoising(rows, denoising, Some(denoising.draws(*seed, at)), units)
                    }
                };
                let (gradients, sums) = objective.gradients(batch);
                learner.optimizer_step(gradients);
                measured.push(sums);
            }
        }
    }

    /// Takes the sums of the steps since the last call, one by one.
    pub(crate) fn sums(&mut self) -> Vec<Tally> {
        match self {
            Self::Zeros(zeros) => zeros.sums(),
            Self::Denoiser(denoiser) => denoiser.sums(),
            Self::Autodiff { measured, units, .. } => Tally::read(units, &std::mem::take(measured)),
        }
    }

    /// Calls `each` with the sums of every minibatch, uncorrupted, until it returns false.
    pub(crate) fn measure(&mut self, minibatches: &Minibatches, task: Task, mut each: impl FnMut(Tally) -> bool) {
        let examples = minibatches.examples();
        let all: Vec<u32> = (0..examples.len() as u32).collect();
        for rows in all.chunks(minibatches.size()) {
            let tally = match self {
                Self::Zeros(zeros) => zeros.measure(examples, rows),
                Self::Denoiser(denoiser) => denoiser.measure(examples, rows),
                Self::Autodiff { learner, units, .. } => {
                    let objective = learner.model().valid();
                    let batch = match task {
                        Task::Classify => minibatches.batch(rows),
                        Task::Reconstruct(denoising) => {
                            minibatches.denoising(rows, &denoising, None, objective.network.hidden[0].units())
                        }
                    };
                    Tally::total(units, &[objective.cost(batch).1])
                }
            };
            if !each(tally) {
                return;
            }
        }
    }

    /// The network as it is now, trainable.
    pub(crate) fn network(&self) -> Network {
        match self {
            Self::Zeros(zeros) => zeros.network(),
            Self::Denoiser(denoiser) => denoiser.network(),
            Self::Autodiff { learner, .. } => learner.model().network(),
        }
    }
}
