//! The engine that uses Burn's automatic differentiation and optimiser, on any backend.

pub mod objective;

use crate::learning::autodiff::objective::Objective;
use crate::learning::engine::{Engine, Sums, in_stored_order, one_by_one};
use crate::learning::job::TrainingJob;
use crate::learning::minibatches::Batch;
use crate::learning::tally::{Measured, Tally};
use crate::learning::task::Task;
use crate::learning::training::Training;
use burn::module::Module;
use burn::train::Learner;
use denoising::At;
use model::Network;
use std::ops::{ControlFlow, Range};

/// The autodiff engine: Burn's Learner, which is called for one step at a time.
pub(crate) struct Autodiff {
    learner: Learner<Objective>,
    /// The number of outputs of each hidden layer.
    units: Vec<usize>,
    /// Sums over minibatches, still on the device.
    measured: Vec<Measured>,
    /// The number of minibatches completed in the current epoch.
    step: usize,
}

impl Autodiff {
    /// An engine that minimises the objective of `learner`.
    pub(crate) fn new(learner: Learner<Objective>) -> Self {
        let units = learner.model().units();
        Self { learner, units, measured: Vec::new(), step: 0 }
    }
}

impl Engine for Autodiff {
    fn stride(&self) -> usize {
        1
    }

    fn advance(&mut self, trainings: &[&mut Training], orders: &[Vec<u32>], steps: Range<usize>) {
        let TrainingJob { train, task, seed, .. } = &trainings[0].job;
        let epoch = trainings[0].snapshot.state.epoch;
        for step in steps {
            let (objective, rows) = (self.learner.model(), train.rows(&orders[0], step));
            let batch: Batch = match task {
                Task::Classify | Task::Regress { .. } => train.batch(rows),
                Task::Reconstruct(denoising) => {
                    let draws = denoising.draws(*seed, At { epoch, step });
                    train.denoising(rows, denoising, Some(draws), objective.network.hidden[0].units())
                }
            };
            let (gradients, sums) = objective.gradients(batch);
            self.learner.optimizer_step(gradients);
            self.measured.push(sums);
            self.step = step + 1;
        }
    }

    fn sums(&mut self) -> Vec<Sums> {
        one_by_one(self.step, Tally::read(&self.units, &std::mem::take(&mut self.measured)))
    }

    fn measure(&mut self, trainings: &[&mut Training], each: &mut dyn FnMut(&[Tally]) -> ControlFlow<()>) {
        let TrainingJob { validation, task, .. } = &trainings[0].job;
        let objective = self.learner.model().valid();
        let measure = |rows: &[u32]| {
            let batch = match task {
                Task::Classify | Task::Regress { .. } => validation.batch(rows),
                Task::Reconstruct(denoising) => {
                    validation.denoising(rows, denoising, None, objective.network.hidden[0].units())
                }
            };
            Tally::total(&self.units, &[objective.cost(batch).1])
        };
        in_stored_order(validation, measure, each);
    }

    fn network(&self, _slot: usize) -> Network {
        self.learner.model().network()
    }
}
