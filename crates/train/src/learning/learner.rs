//! Burn's Learner as the host of training: it provides the dashboard, metrics, events and interruption.
//!
//! Burn's own strategy falls short in four ways: the order of its loader is not a function of (seed, epoch),
//! checkpoints are written only after whole epochs and in several files, a loss that is NaN is not detected, and the
//! last model is returned, not the best one. [`Exact`] sends the same events, but runs the training loop of this crate.

use crate::config::engine::Engine as EngineName;
use crate::failure::Failure;
use crate::interrupt;
use crate::learning::autodiff::Autodiff;
use crate::learning::autodiff::objective::Objective;
use crate::learning::dashboard;
use crate::learning::engine::Engine;
use crate::learning::job::TrainingJob;
use crate::learning::sparse::Sparse;
use crate::learning::sparse_autoencoder::SparseAutoencoder;
use crate::learning::state::StopReason;
use crate::learning::task::Task;
use crate::learning::trainer::{Event, Host, Phase, Trainer};
use crate::learning::training::Training;
use crate::terminal::Renderer;
use burn::optim::SgdConfig;
use burn::optim::lr_scheduler::module_lr_scheduler::ModuleLearningRate;
use burn::train::{
    EventProcessorTraining, Interrupter, Learner, LearnerEvent, SupervisedLearningStrategy, SupervisedTraining,
    SupervisedTrainingEventProcessor, TrainLoader, TrainingComponents, TrainingItem, TrainingStrategy, ValidLoader,
};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// Trains the network of `training` until its training is over or a stop is requested, and writes checkpoints on the
/// way. Returns `training` in its final state, and the reason why training stopped.
///
/// # Errors
/// [`Failure`] if the engine cannot run the network, the network diverged or learned nothing, the dashboard's kill key
/// was pressed, Burn's Learner failed, or a file cannot be written.
///
/// # Panics
/// If Burn panics, unless the kill key was pressed.
pub(crate) fn train(training: Training, renderer: Renderer) -> Result<(Training, StopReason), Failure> {
    let TrainingJob { task, epochs, learning_rate, .. } = training.job;
    let (checkpoint, epochs_over) = (training.job.checkpoint.clone(), training.snapshot.state.history.len());
    let objective = objective(&training);
    let layers = objective.units().len();
    let learner = Learner::new(objective, SgdConfig::new().init(), learning_rate);
    let (train, validation) = (training.job.train.clone(), training.job.validation.clone());
    let strategy = Arc::new(Exact(Mutex::new(Progress::Before(Box::new(training)))));

    let interrupter = Interrupter::new();
    let supervised = SupervisedTraining::new(".", train, validation)
        .with_application_logger(None)
        .with_metric_logger(dashboard::NoFiles)
        .with_interrupter(interrupter.clone())
        .num_epochs(epochs)
        .checkpoint(epochs_over)
        .renderer(dashboard::renderer(renderer, interrupter))
        .with_training_strategy(TrainingStrategy::Custom(strategy.clone()));
    let supervised = dashboard::curves(supervised, task, layers);

    match catch_unwind(AssertUnwindSafe(|| supervised.launch(learner))) {
        Ok(result) => drop(result.renderer), // restores the terminal
        Err(panic) if dashboard::is_kill(&*panic) => return Err(Failure::Killed { checkpoint }),
        Err(panic) => resume_unwind(panic),
    }
    match strategy.take() {
        Progress::After(result) => *result,
        Progress::Before(training) => Ok((*training, StopReason::Interrupted)),
    }
}

/// The objective of `training`: its network and the cost to minimise.
fn objective(training: &Training) -> Objective {
    let (network, job) = (training.snapshot.last.clone(), &training.job);
    match job.task {
        Task::Classify | Task::Regress { .. } => Objective::new(network, job.l1.clone()),
        Task::Reconstruct(denoising) => Objective::reconstructing(network, job.l1.of(0), denoising),
    }
}

/// The engine that `job` names, with the network of `learner`.
fn engine(learner: Learner<Objective>, job: &TrainingJob) -> Result<Box<dyn Engine>, Failure> {
    let room = job.train.largest().max(job.validation.largest());
    Ok(match (job.engine, job.task) {
        (EngineName::Autodiff, _) => Box::new(Autodiff::new(learner)),
        (EngineName::Sparse | EngineName::Auto, Task::Classify | Task::Regress { .. }) => {
            Box::new(Sparse::new(&learner.model().network, &job.l1, room)?)
        }
        (EngineName::Sparse | EngineName::Auto, Task::Reconstruct(denoising)) => {
            Box::new(SparseAutoencoder::new(&learner.model().network, denoising, room)?)
        }
    })
}

/// The strategy that runs [`Trainer`] inside the Learner.
struct Exact(Mutex<Progress>);

/// The content of [`Exact`]: at first the training to carry out, afterwards the result.
enum Progress {
    Before(Box<Training>),
    After(Box<Result<(Training, StopReason), Failure>>),
}

impl Exact {
    fn take(&self) -> Progress {
        let gone = Progress::After(Box::new(Err(Failure::Learner("the state of training was lost".to_owned()))));
        std::mem::replace(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), gone)
    }

    fn put(&self, result: Result<(Training, StopReason), Failure>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Progress::After(Box::new(result));
    }
}

impl SupervisedLearningStrategy<Objective> for Exact {
    fn fit(
        &self,
        components: TrainingComponents<Objective>,
        mut learner: Learner<Objective>,
        _train: TrainLoader<Objective>,
        _validation: ValidLoader<Objective>,
        _starting_epoch: usize,
    ) -> (Objective, SupervisedTrainingEventProcessor<Objective>) {
        learner.lr_step();
        let mut objective = learner.model();
        let TrainingComponents { event_processor, interrupter, .. } = components;
        let mut host = LearnerHost { processor: event_processor, interrupter, rate: learner.lr_current() };
        if let Progress::Before(training) = self.take() {
            let mut training = *training;
            let trained = engine(learner, &training.job)
                .and_then(|mut engine| Trainer::new().train(&mut *engine, &mut host, &mut training));
            objective.network = training.snapshot.last.clone();
            self.put(trained.map(|reason| (training, reason)));
        }
        (objective, host.processor)
    }
}

/// Burn's Learner as the host of the training loop.
struct LearnerHost {
    processor: SupervisedTrainingEventProcessor<Objective>,
    interrupter: Interrupter,
    /// The learning rate, for the dashboard.
    rate: ModuleLearningRate,
}

impl Host for LearnerHost {
    fn stopping(&self) -> bool {
        interrupt::requested() || self.interrupter.should_stop()
    }

    fn failed(&self) -> Option<Failure> {
        self.interrupter.error().map(|error| Failure::Learner(error.to_string()))
    }

    fn report(&mut self, phase: Phase, event: Event) {
        let rate = (phase == Phase::Training).then(|| self.rate.clone());
        let of_epoch = match event {
            Event::Ends { epoch } if phase == Phase::Validation => Some(epoch),
            _ => None,
        };
        let event = match event {
            Event::Begins { epoch, examples } => {
                LearnerEvent::StartSplit { epoch_number: epoch, total_items: examples }
            }
            Event::Counted { sums, progress, step } => {
                LearnerEvent::ProcessedItem(TrainingItem::new(sums, progress, Some(step), rate))
            }
            Event::Ends { epoch } => LearnerEvent::EndSplit(epoch),
        };
        self.interrupter.fail_on_error(match phase {
            Phase::Training => self.processor.process_train(event),
            Phase::Validation => self.processor.process_valid(event),
        });
        if let Some(epoch) = of_epoch {
            self.interrupter.fail_on_error(self.processor.process_train(LearnerEvent::EndEpoch(epoch)));
        }
    }
}
