//! The progress of a run, and where the progress is reported.

use crate::terminal::{self, Renderer};
use report::{Epoch, PretrainingEpoch};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;

/// The progress of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The layer that is being pre-trained, counted from 1; `None` once the network itself is being trained.
    pub layer: Option<usize>,
    /// The last finished epoch, counted from 1; 0 before the first epoch is finished.
    pub epoch: usize,
    /// The validation error after the last finished epoch: a fraction or, for regression, the mean squared error of the
    /// standardised numbers. `None` during pre-training and before the first epoch is finished.
    pub validation_error: Option<f64>,
}

/// A function that is called with the run's progress after each epoch.
pub type Listener = Arc<dyn Fn(Progress) + Send + Sync>;

/// Where the epochs of a run are reported.
#[derive(Clone)]
pub struct Watch {
    /// How progress is shown on the terminal.
    pub renderer: Renderer,
    /// The event file for TensorBoard, written after each epoch; `None` for no event file.
    pub events: Option<PathBuf>,
    /// The function that is called after each epoch; `None` to show the epoch on the terminal instead.
    pub listener: Option<Listener>,
}

impl Watch {
    /// A watch that reports to the terminal, through `renderer`.
    #[must_use]
    pub fn through(renderer: Renderer) -> Self {
        Self { renderer, events: None, listener: None }
    }

    /// A watch that reports to `listener` only.
    #[must_use]
    pub fn told(listener: Listener) -> Self {
        Self { renderer: Renderer::Plain, events: None, listener: Some(listener) }
    }

    /// Reports that `epoch` is finished. `epochs` is the maximum number of epochs of the run. For regression,
    /// `deviation` is the standard deviation of the target, in the target's units; for classification, it is `None`.
    pub(crate) fn epoch(&self, epoch: &Epoch, epochs: usize, deviation: Option<f64>) {
        match &self.listener {
            None => terminal::epoch(self.renderer, epoch, epochs, deviation),
            Some(tell) => {
                tell(Progress { layer: None, epoch: epoch.epoch, validation_error: Some(epoch.validation_error) });
            }
        }
    }

    /// Reports that `epoch` of pre-training is finished; `epochs` is the number of epochs for each layer and learning
    /// rate.
    pub(crate) fn pretraining_epoch(&self, epoch: &PretrainingEpoch, epochs: usize) {
        match &self.listener {
            None => terminal::pretraining_epoch(self.renderer, epoch, epochs),
            Some(tell) => tell(Progress { layer: Some(epoch.layer), epoch: epoch.epoch, validation_error: None }),
        }
    }
}
