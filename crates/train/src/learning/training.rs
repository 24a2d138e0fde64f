//! A network in training: its job and its state.

use crate::failure::Failure;
use crate::learning::checkpoint::Snapshot;
use crate::learning::job::{OnEpoch, TrainingJob};
use crate::learning::state::StopReason;
use crate::learning::tally::Tally;
use model::{Layer, Network};
use std::ops::Range;

/// A network in training.
pub(crate) struct Training {
    pub(crate) job: TrainingJob,
    /// State and networks. [`Snapshot::last`] is the network of the last checkpoint or, before the first checkpoint,
    /// the initial network; it is not the network of the last step.
    pub(crate) snapshot: Snapshot,
    /// Why training cannot continue; `None` while it can.
    pub(crate) failure: Option<Failure>,
    pub(crate) on_epoch: OnEpoch,
}

impl Training {
    /// The training of `job`, which starts or resumes at `snapshot`; `on_epoch` is called after each epoch.
    pub(crate) fn new(job: TrainingJob, snapshot: Snapshot, on_epoch: OnEpoch) -> Self {
        Self { job, snapshot, failure: None, on_epoch }
    }

    /// The number of minibatches completed in the current epoch.
    pub(crate) fn step(&self) -> usize {
        self.snapshot.state.step
    }

    /// Why training is over; `None` while it is not over.
    pub(crate) fn ended(&self) -> Option<StopReason> {
        self.snapshot.state.ended(self.job.epochs, self.job.patience)
    }

    /// The number of outputs of each hidden layer.
    pub(crate) fn units(&self) -> Vec<usize> {
        self.snapshot.last.hidden.iter().map(Layer::outputs).collect()
    }

    /// The order of the training examples in the current epoch.
    pub(crate) fn order(&self) -> Vec<u32> {
        self.job.train.order(self.job.seed, self.snapshot.state.epoch)
    }

    /// Adds `sums`, the sums over the minibatches `steps`, to the sums of the epoch. A network with a sum that is NaN
    /// or infinite has diverged.
    pub(crate) fn count(&mut self, steps: &Range<usize>, sums: &Tally) {
        if self.failure.is_some() {
            return;
        }
        let state = &mut self.snapshot.state;
        state.step = steps.end;
        state.trained_examples += sums.samples();
        state.tally.add(sums);
        if let Some(site) = sums.not_finite() {
            let place = match steps.len() {
                1 => format!("step {}, in {site}", steps.end),
                _ => format!("steps {} to {}, in {site}", steps.start + 1, steps.end),
            };
            self.diverged(place);
        }
    }

    /// Records the nll of the untrained network from its sums over the validation examples, unless training has begun
    /// or a sum is NaN or infinite.
    pub(crate) fn begin(&mut self, validation: &Tally) {
        let state = &mut self.snapshot.state;
        if state.is_unmeasured() && validation.not_finite().is_none() {
            state.untrained = Some(validation.nll());
        }
    }

    /// Closes the current epoch with the sums over the validation examples, and returns whether the epoch is the best
    /// so far. If the network has diverged, the epoch stays open, and the function returns `false`. Training that ends
    /// without a best epoch has failed.
    pub(crate) fn close_epoch(&mut self, validation: &Tally) -> bool {
        if let Some(site) = validation.not_finite() {
            self.diverged(format!("on the validation examples, in {site}"));
            return false;
        }
        let best = self.snapshot.state.close_epoch(validation, &self.job.l1);
        let state = &self.snapshot.state;
        if let (Some(_), None, Some(untrained)) = (self.ended(), state.best(), state.untrained) {
            self.failure =
                Some(Failure::NothingLearned { epochs: state.history.len(), untrained, remedy: self.remedy() });
        }
        best
    }

    fn diverged(&mut self, place: String) {
        let epoch = self.snapshot.state.epoch;
        self.failure = Some(Failure::Diverged { epoch, place, remedy: self.remedy() });
    }

    fn remedy(&self) -> String {
        self.job.task.lower_rate(self.job.learning_rate)
    }

    /// Writes the checkpoint with `network`, the network after the last step. No checkpoint is written for a network
    /// that failed, since training would fail again if it were resumed.
    ///
    /// # Errors
    /// [`Failure::Record`] if the checkpoint cannot be written.
    pub(crate) fn save(&mut self, network: Network) -> Result<(), Failure> {
        if self.failure.is_some() {
            return Ok(());
        }
        self.snapshot.last = network;
        Ok(self.snapshot.save(&self.job.checkpoint)?)
    }
}
