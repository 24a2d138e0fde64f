//! `training.engine`: what carries a training step.

use crate::backend::Backend;
use crate::denoiser::Denoiser;
use crate::failure::Failure;
use crate::learn::Lesson;
use crate::minibatches::Minibatches;
use crate::objective::{Measured, Objective};
use crate::tally::Tally;
use crate::task::{At, Task};
use crate::zeros::Zeros;
use burn::module::Module;
use burn::train::Learner;
use kernels::SgdStep;
use model::Network;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What carries a training step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// [`Engine::Zeros`] on the CPU backends, [`Engine::Autodiff`] elsewhere.
    Auto,
    /// The kernels that skip exact zeros and update in place.
    Zeros,
    /// Burn's automatic differentiation and optimiser.
    Autodiff,
}

impl Engine {
    /// The engine on `backend`, never [`Engine::Auto`].
    ///
    /// # Errors
    /// [`Failure::Usage`] when the two do not go together.
    pub fn on(self, backend: Backend) -> Result<Self, Failure> {
        match self {
            Self::Zeros if !backend.is_cpu() => Err(Failure::Usage(format!(
                "training.engine = \"zeros\" computes on the CPU, not on {backend}; use --backend flex, or \
                 training.engine = \"auto\""
            ))),
            Self::Auto if backend.is_cpu() => Ok(Self::Zeros),
            Self::Auto => Ok(Self::Autodiff),
            engine => Ok(engine),
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Zeros => "zeros",
            Self::Autodiff => "autodiff",
        })
    }
}

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
                let descent = SgdStep { rate: *learning_rate as f32, l1: &[l1.of(0) as f32] };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_is_zeros_on_the_cpu_and_autodiff_elsewhere() {
        for backend in Backend::ALL {
            let engine = Engine::Auto.on(backend).unwrap();
            assert_eq!(engine, if backend.is_cpu() { Engine::Zeros } else { Engine::Autodiff });
            assert_eq!(Engine::Autodiff.on(backend).unwrap(), Engine::Autodiff);
        }
        assert_eq!(Engine::Zeros.on(Backend::Ndarray).unwrap(), Engine::Zeros);
        let sentence = Engine::Zeros.on(Backend::Wgpu).unwrap_err().to_string();
        assert!(sentence.contains("not on wgpu") && sentence.contains("--backend flex"), "{sentence}");
    }
}
