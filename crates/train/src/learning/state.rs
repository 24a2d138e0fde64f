//! The state of a run in training: its position, its measurements, and why training is over.

use crate::config::Penalty;
use crate::learning::best_epoch;
use crate::learning::tally::Tally;
use report::Epoch;
use serde::{Deserialize, Serialize};

/// The position of a run in training, and its measurements so far.
///
/// Plain gradient descent has no state besides the network, and every order and random draw is a function of the seed
/// and the position. This state and the two networks of a [`Snapshot`](crate::learning::checkpoint::Snapshot) are
/// therefore all that a run needs to resume as if it had never stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The id of the run.
    pub run: String,
    /// The current epoch, counted from 1.
    pub epoch: usize,
    /// The number of minibatches completed in the current epoch.
    pub step: usize,
    /// Sums over the minibatches completed in the current epoch.
    pub tally: Tally,
    /// The completed epochs.
    pub history: Vec<Epoch>,
    /// The nll of the untrained network on the validation examples; `None` if it was not measured.
    #[serde(default)]
    pub untrained: Option<f64>,
    /// Seconds spent in training steps.
    pub training_seconds: f64,
    /// The number of examples in all training steps so far; an example counts once per epoch.
    pub trained_examples: usize,
}

/// Why training stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// All epochs were completed.
    Epochs,
    /// The validation error has not improved for `patience` epochs.
    Patience,
    /// A stop was requested.
    Interrupted,
    /// There was no training: the network was imported.
    Imported,
}

impl StopReason {
    /// The name of the reason in `result.json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Epochs => "epochs",
            Self::Patience => "patience",
            Self::Interrupted => "interrupted",
            Self::Imported => "imported",
        }
    }
}

impl State {
    /// The best epoch so far: among the epochs whose nll is not far above the nll of the untrained network, the epoch
    /// with the lowest validation error; ties are broken by the lower validation nll. `None` if there is no such epoch.
    #[must_use]
    pub fn best(&self) -> Option<&Epoch> {
        self.history.iter().rev().find(|epoch| epoch.best)
    }

    /// Why training is over; `None` while it is not over. Training is over when `epochs` epochs are completed, or when
    /// the lowest validation error has not fallen for `patience` epochs. A `patience` of 0 means no such limit.
    #[must_use]
    pub fn ended(&self, epochs: usize, patience: usize) -> Option<StopReason> {
        let waited = best_epoch::epochs_without_improvement(&self.history);
        if self.epoch > epochs {
            return Some(StopReason::Epochs);
        }
        (patience > 0 && waited >= patience).then_some(StopReason::Patience)
    }

    /// Whether training is still to begin, and the untrained network is still to be measured.
    #[must_use]
    pub fn is_unmeasured(&self) -> bool {
        self.untrained.is_none() && self.history.is_empty() && self.step == 0
    }

    /// Appends the current epoch, trained under the penalty `l1` and with the sums `validation` over the validation
    /// set, to the history, and moves to the start of the next epoch. Returns whether the epoch is the best so far.
    pub fn close_epoch(&mut self, validation: &Tally, l1: &Penalty) -> bool {
        let mut epoch = Epoch {
            epoch: self.epoch,
            train_loss: self.tally.loss(l1),
            train_nll: self.tally.nll(),
            train_error: self.tally.error(),
            train_sparsity: self.tally.sparsity(),
            validation_nll: validation.nll(),
            validation_error: validation.error(),
            validation_sparsity: validation.sparsity(),
            best: false,
        };
        epoch.best = best_epoch::is_best(&self.history, &epoch, self.untrained);
        let best = epoch.best;
        self.history.push(epoch);
        self.epoch += 1;
        self.step = 0;
        self.tally = self.tally.emptied();
        best
    }
}
