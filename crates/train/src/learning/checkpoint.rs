//! Where a run stands, and the checkpoint that holds it as one atomic file.

use crate::config::Penalty;
use crate::failure::Failure;
use crate::learning::tally::Tally;
use burn::prelude::Device;
use model::{Network, NetworkConfig, Record};
use report::Epoch;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The position of a run and what it has measured.
///
/// Plain gradient descent has no state of its own, and every order and draw is a function of the seed: this and the
/// two networks are all that a run needs to go on as if it had never stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The id of the configuration that it is of.
    pub run: String,
    /// The current epoch, from 1.
    pub epoch: usize,
    /// Minibatches of it that are done.
    pub step: usize,
    /// What they summed up to.
    pub tally: Tally,
    /// The epochs that are over.
    pub history: Vec<Epoch>,
    /// Seconds spent in training steps.
    pub training_seconds: f64,
    /// Examples trained on, counted again in each epoch.
    pub trained_examples: usize,
}

/// Why training stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// All epochs are done.
    Epochs,
    /// The validation error has not fallen for long enough.
    Patience,
    /// Somebody asked for it.
    Interrupted,
    /// It never began: the network came from elsewhere.
    Imported,
}

impl StopReason {
    /// As results have it.
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

/// A state with its networks.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Position and measurements.
    pub state: State,
    /// The network after the last step.
    pub last: Network,
    /// The network of the epoch with the lowest validation error, once an epoch is over.
    pub best: Option<Network>,
}

impl State {
    /// The epoch with the lowest validation error so far; of equals, the one with the lower validation nll.
    #[must_use]
    pub fn best(&self) -> Option<&Epoch> {
        self.history.iter().rev().find(|epoch| epoch.best)
    }

    /// Why there is no next epoch, of `epochs` in all, and with a `patience` that is none when it is 0.
    #[must_use]
    pub fn ended(&self, epochs: usize, patience: usize) -> Option<StopReason> {
        let waited = self.best().map_or(0, |best| self.history.len() - best.epoch);
        if self.epoch > epochs {
            return Some(StopReason::Epochs);
        }
        (patience > 0 && waited >= patience).then_some(StopReason::Patience)
    }

    /// Writes the current epoch down, which was trained under the penalty `l1` and has these sums over the validation set, and
    /// turns to the next one. Gives back whether it is the best so far.
    pub fn close_epoch(&mut self, validation: &Tally, l1: &Penalty) -> bool {
        // Small validation sets make equal errors the rule; the likelihood tells them apart.
        let now = (validation.error(), validation.nll());
        let best = self.best().is_none_or(|best| now < (best.validation_error, best.validation_nll));
        self.history.push(Epoch {
            epoch: self.epoch,
            train_loss: self.tally.loss(l1),
            train_nll: self.tally.nll(),
            train_error: self.tally.error(),
            train_sparsity: self.tally.sparsity(),
            validation_nll: validation.nll(),
            validation_error: validation.error(),
            validation_sparsity: validation.sparsity(),
            best,
        });
        self.epoch += 1;
        self.step = 0;
        self.tally = self.tally.emptied();
        best
    }
}

impl Snapshot {
    /// The run called `run`, which has not begun.
    #[must_use]
    pub fn fresh(network: Network, units: &[usize], run: &str) -> Self {
        let state = State {
            run: run.to_owned(),
            epoch: 1,
            step: 0,
            tally: Tally::new(units),
            history: Vec::new(),
            training_seconds: 0.0,
            trained_examples: 0,
        };
        Self { state, last: network, best: None }
    }

    /// Writes the checkpoint at `path`, replacing the one before.
    ///
    /// # Errors
    /// [`model::Error`] when it cannot be written; the one before is then untouched.
    pub fn save(&self, path: &Path) -> Result<(), model::Error> {
        let json = serde_json::to_string(&self.state).unwrap_or_default(); // numbers and lists always serialise
        let mut record = Record::empty().note("state", json).with("last.", &self.last)?;
        if let Some(best) = &self.best {
            record = record.with("best.", best)?;
        }
        record.save(path)
    }

    /// Reads the checkpoint at `path` of the run called `run`, whose network is of `config`, onto `device`.
    ///
    /// # Errors
    /// [`Failure::Record`] when it is missing, not whole, altered, or of another network, [`Failure::Disagreement`] when it is
    /// of another run.
    pub fn load(path: &Path, run: &str, config: &NetworkConfig, device: &Device) -> Result<Self, Failure> {
        let record = Record::load(path)?;
        let state: State = record.parsed("state")?;
        if state.run != run {
            return Err(Failure::Disagreement(format!(
                "{} is not of the configuration beside it; restore config.toml, or begin another run",
                path.display()
            )));
        }
        let last = record.network("last.", config, device)?;
        let best = match state.best() {
            Some(_) => Some(record.network("best.", config, device)?),
            None => None,
        };
        Ok(Self { state, last, best })
    }
}
