//! Training on Burn's Learner, through a strategy of our own.
//!
//! The stock strategy falls short in four ways: its loader's order is not a function of (seed, epoch), it saves only
//! after whole epochs and in several files, it does not notice a loss that is no number, and it hands back the last
//! model. `Exact` runs the same steps with the same events, and is exact where the stock one is not.

use crate::failure::Failure;
use crate::interrupt;
use crate::learning::checkpoint::{Ended, Snapshot};
use crate::learning::dashboard;
use crate::learning::denoising::At;
use crate::learning::engine::Stepper;
use crate::learning::job::{Lesson, OnEpoch};
use crate::learning::objective::Objective;
use crate::learning::tally::Tally;
use crate::learning::task::Task;
use crate::terminal::Renderer;
use burn::data::dataloader::Progress;
use burn::optim::SgdConfig;
use burn::optim::lr_scheduler::module_lr_scheduler::ModuleLearningRate;
use burn::train::{
    EventProcessorTraining, Interrupter, Learner, LearnerEvent, SupervisedLearningStrategy, SupervisedTraining,
    SupervisedTrainingEventProcessor, TrainLoader, TrainingComponents, TrainingItem, TrainingStrategy, ValidLoader,
};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Minibatches whose sums are read from the device together, at least.
const CHUNK: usize = 32;
/// Time between two reports to the Learner, at least: its metrics and its dashboard take their share of the cores.
const PERIOD: Duration = Duration::from_millis(100);

/// Trains from `start` to the end, and writes checkpoints on the way.
///
/// # Errors
/// [`Failure`] when the loss is no number, the dashboard's kill key was pressed, or something cannot be written.
///
/// # Panics
/// Passes on panics of Burn.
pub fn learn(
    lesson: Lesson,
    start: Snapshot,
    renderer: Renderer,
    on_epoch: OnEpoch,
) -> Result<(Snapshot, Ended), Failure> {
    let objective = match lesson.task {
        Task::Classify => Objective::new(start.last.clone(), lesson.l1.clone()),
        Task::Reconstruct(denoising) => Objective::reconstructing(start.last.clone(), lesson.l1.of(0), denoising),
    };
    let layers = objective.units().len();
    let learner = Learner::new(objective, SgdConfig::new().init(), lesson.learning_rate);
    let (train, validation) = (Arc::new(lesson.train.clone()), Arc::new(lesson.validation.clone()));
    let (epochs, checkpoint, task) = (lesson.epochs, lesson.checkpoint.clone(), lesson.task);
    let epochs_over = start.state.history.len();
    let strategy = Arc::new(Exact { lesson, on_epoch, snapshot: Mutex::new(start), outcome: Mutex::new(None) });

    let interrupter = Interrupter::new();
    let training = SupervisedTraining::new(".", train, validation)
        .with_application_logger(None)
        .with_metric_logger(dashboard::NoFiles)
        .with_interrupter(interrupter.clone())
        .num_epochs(epochs)
        .checkpoint(epochs_over)
        .renderer(dashboard::renderer(renderer, interrupter))
        .with_training_strategy(TrainingStrategy::Custom(strategy.clone()));
    let training = dashboard::curves(training, task, layers);

    let launched = catch_unwind(AssertUnwindSafe(|| training.launch(learner)));
    match launched {
        Ok(result) => drop(result.renderer), // gives the terminal back
        Err(panic) if dashboard::is_kill(&*panic) => return Err(Failure::Killed { checkpoint }),
        Err(panic) => resume_unwind(panic),
    }
    let outcome = strategy.outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
    let snapshot = strategy.snapshot.lock().unwrap_or_else(PoisonError::into_inner).clone();
    outcome.unwrap_or(Ok(Ended::Interrupted)).map(|ended| (snapshot, ended))
}

/// The training loop: exact order, exact resumption, exact sums.
struct Exact {
    lesson: Lesson,
    on_epoch: OnEpoch,
    snapshot: Mutex<Snapshot>,
    outcome: Mutex<Option<Result<Ended, Failure>>>,
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
        let mut snapshot = self.snapshot.lock().unwrap_or_else(PoisonError::into_inner);
        let mut objective = learner.model();
        learner.lr_step();
        let rate = learner.lr_current();
        let units = objective.units();
        let processor = components.event_processor;
        let stepper = match Stepper::new(learner, &self.lesson) {
            Ok(stepper) => stepper,
            Err(failure) => {
                *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(Err(failure));
                return (objective, processor);
            }
        };
        let mut run = Run {
            lesson: &self.lesson,
            on_epoch: &self.on_epoch,
            units,
            stepper,
            rate,
            snapshot: &mut snapshot,
            processor,
            interrupter: components.interrupter,
            saved: Instant::now(),
        };
        let outcome = run.epochs();
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        objective.network = run.stepper.network();
        (objective, run.processor)
    }
}

struct Run<'a> {
    lesson: &'a Lesson,
    on_epoch: &'a OnEpoch,
    units: Vec<usize>,
    stepper: Stepper,
    /// For the dashboard.
    rate: ModuleLearningRate,
    snapshot: &'a mut Snapshot,
    processor: SupervisedTrainingEventProcessor<Objective>,
    interrupter: Interrupter,
    saved: Instant,
}

impl Run<'_> {
    fn epochs(&mut self) -> Result<Ended, Failure> {
        let Lesson { epochs, patience, .. } = *self.lesson;
        loop {
            if let Some(ended) = self.snapshot.state.ended(epochs, patience) {
                return Ok(ended);
            }
            self.train()?;
            if let Some(error) = self.interrupter.error() {
                return Err(Failure::Learner(error.to_string()));
            }
            if self.stopping() {
                self.save()?;
                return Ok(Ended::Interrupted);
            }
            let Some(validation) = self.validate() else {
                self.save()?;
                return Ok(Ended::Interrupted);
            };
            self.close_epoch(&validation)?;
        }
    }

    fn stopping(&self) -> bool {
        interrupt::requested() || self.interrupter.should_stop()
    }

    /// The rest of the current epoch's steps, or as many as are done before a stop.
    fn train(&mut self) -> Result<(), Failure> {
        let lesson = self.lesson;
        let train = &lesson.train;
        self.send_train(LearnerEvent::StartSplit {
            epoch_number: self.snapshot.state.epoch,
            total_items: train.examples().len(),
        });
        let order = train.order(lesson.seed, self.snapshot.state.epoch);
        let mut unread = 0;
        let mut since = Instant::now();
        for rows in order.chunks(train.size()).skip(self.snapshot.state.step) {
            let at = At { epoch: self.snapshot.state.epoch, step: self.snapshot.state.step };
            self.stepper.step(lesson, rows, at);
            self.snapshot.state.step += 1;
            unread += 1;
            let stopping = self.stopping();
            let due = self.saved.elapsed() >= lesson.every;
            if unread >= CHUNK && since.elapsed() >= PERIOD || stopping || due {
                self.count(since.elapsed())?;
                unread = 0;
                if due && !stopping {
                    self.save()?;
                }
                since = Instant::now();
            }
            if stopping {
                break;
            }
        }
        self.count(since.elapsed())?;
        let epoch = self.snapshot.state.epoch;
        self.send_train(LearnerEvent::EndSplit(epoch));
        Ok(())
    }

    /// Reads the sums of the steps since the last call, checks them, and shows them.
    fn count(&mut self, elapsed: Duration) -> Result<(), Failure> {
        let sums = self.stepper.sums();
        if sums.is_empty() {
            return Ok(());
        }
        let state = &mut self.snapshot.state;
        let first = state.step - sums.len() + 1;
        let mut chunk = Tally::new(&self.units);
        for (k, tally) in sums.iter().enumerate() {
            if let Some(site) = tally.not_finite() {
                let rate = self.lesson.learning_rate;
                let place = format!("step {}, in {site}", first + k);
                return Err(Failure::Diverged { epoch: state.epoch, place, rate });
            }
            chunk.add(tally);
            state.tally.add(tally);
        }
        state.training_seconds += elapsed.as_secs_f64();
        state.trained_examples += chunk.samples();
        let progress = progress(state.tally.samples(), self.lesson.train.examples().len());
        let item = TrainingItem::new(chunk, progress, Some(state.step), Some(self.rate.clone()));
        self.send_train(LearnerEvent::ProcessedItem(item));
        Ok(())
    }

    /// Sums over the whole validation set, or nothing when a stop came in between.
    fn validate(&mut self) -> Option<Tally> {
        let validation = &self.lesson.validation;
        let total = validation.examples().len();
        let epoch = self.snapshot.state.epoch;
        self.send_valid(LearnerEvent::StartSplit { epoch_number: epoch, total_items: total });
        let (mut sums, mut done) = (Tally::new(&self.units), 0);
        let Self { lesson, stepper, processor, interrupter, .. } = self;
        stepper.measure(validation, lesson.task, |tally| {
            sums.add(&tally);
            done += 1;
            let item = TrainingItem::new(tally, progress(sums.samples(), total), Some(done), None);
            interrupter.fail_on_error(processor.process_valid(LearnerEvent::ProcessedItem(item)));
            !(interrupt::requested() || interrupter.should_stop())
        });
        if self.stopping() {
            return None;
        }
        self.send_valid(LearnerEvent::EndSplit(epoch));
        self.send_train(LearnerEvent::EndEpoch(epoch));
        Some(sums)
    }

    /// Writes the epoch down, keeps its network when it is the best, and saves.
    fn close_epoch(&mut self, validation: &Tally) -> Result<(), Failure> {
        if let Some(site) = validation.not_finite() {
            let (epoch, rate) = (self.snapshot.state.epoch, self.lesson.learning_rate);
            return Err(Failure::Diverged { epoch, place: format!("on the validation examples, in {site}"), rate });
        }
        if self.snapshot.state.close_epoch(validation, &self.lesson.l1) {
            self.snapshot.best = Some(self.stepper.network());
        }
        self.save()?;
        (self.on_epoch)(&self.snapshot.state.history)
    }

    fn save(&mut self) -> Result<(), Failure> {
        self.snapshot.last = self.stepper.network();
        self.snapshot.save(&self.lesson.checkpoint)?;
        self.saved = Instant::now();
        Ok(())
    }

    fn send_train(&mut self, event: LearnerEvent<Tally>) {
        self.interrupter.fail_on_error(self.processor.process_train(event));
    }

    fn send_valid(&mut self, event: LearnerEvent<Tally>) {
        self.interrupter.fail_on_error(self.processor.process_valid(event));
    }
}

fn progress(done: usize, total: usize) -> Progress {
    Progress::new(done, total, Some("examples".to_owned()))
}
