//! The checkpoint of a run: what a checkpoint contains, and when it is written.
//!
//! A checkpoint is one file, which is replaced atomically. It is written at these moments:
//!
//! - after every epoch of a network that is trained alone;
//! - when the checkpoint interval (`training.checkpoint_seconds`) has passed since the last checkpoint, also in the
//!   middle of an epoch;
//! - when a stop is requested;
//! - when training is over.
//!
//! No checkpoint is written of a network that has failed.

use crate::failure::Failure;
use crate::learning::state::State;
use crate::learning::tally::Tally;
use burn::prelude::Device;
use model::{Network, NetworkConfig, Record};
use std::path::Path;
use std::time::{Duration, Instant};

/// The state of a run with its networks: the content of a checkpoint.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The position of the run in training, and its measurements so far.
    pub state: State,
    /// The network after the last step.
    pub last: Network,
    /// The network of the best epoch; `None` as long as no completed epoch is marked as the best.
    pub best: Option<Network>,
}

impl Snapshot {
    /// The starting point of the run with id `run`: `network`, whose hidden layers have `units` outputs, before any
    /// training.
    #[must_use]
    pub fn fresh(network: Network, units: &[usize], run: &str) -> Self {
        let state = State {
            run: run.to_owned(),
            epoch: 1,
            step: 0,
            tally: Tally::new(units),
            history: Vec::new(),
            untrained: None,
            training_seconds: 0.0,
            trained_examples: 0,
        };
        Self { state, last: network, best: None }
    }

    /// Writes the checkpoint to `path`, replacing the previous checkpoint.
    ///
    /// # Errors
    /// [`model::Error`] if the checkpoint cannot be written; the previous checkpoint is then intact.
    pub fn save(&self, path: &Path) -> Result<(), model::Error> {
        let json = serde_json::to_string(&self.state).unwrap_or_default(); // numbers and lists always serialise
        let mut record = Record::empty().note("state", json).with("last.", &self.last)?;
        if let Some(best) = &self.best {
            record = record.with("best.", best)?;
        }
        record.save(path)
    }

    /// Reads the checkpoint at `path` of the run with id `run`, whose network has the shape `config`, onto `device`.
    ///
    /// # Errors
    /// [`Failure::Record`] if the file is missing, truncated or altered, or holds a network of another shape;
    /// [`Failure::Disagreement`] if the checkpoint belongs to another run.
    pub fn load(path: &Path, run: &str, config: &NetworkConfig, device: &Device) -> Result<Self, Failure> {
        let record = Record::load(path)?;
        let state: State = record.parsed("state")?;
        if state.run != run {
            return Err(Failure::Disagreement(format!(
                "{} does not belong to the config.toml beside it; restore config.toml, or start another run",
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

/// A timer that measures the time since the last checkpoint.
#[derive(Debug)]
pub(crate) struct CheckpointTimer {
    last: Instant,
}

impl CheckpointTimer {
    /// A timer that starts now.
    pub(crate) fn start() -> Self {
        Self { last: Instant::now() }
    }

    /// Whether `interval` has passed since the last checkpoint or, before the first checkpoint, since the start.
    pub(crate) fn is_due(&self, interval: Duration) -> bool {
        self.last.elapsed() >= interval
    }

    /// Starts the next interval after a checkpoint has been written.
    pub(crate) fn restart(&mut self) {
        *self = Self::start();
    }
}
