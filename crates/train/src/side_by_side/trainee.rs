//! A run among others.

use super::material::Material;
use super::pupil::{Pupil, host};
use crate::failure::Failure;
use crate::learning::checkpoint::{Ended, Snapshot};
use crate::learning::job::OnEpoch;
use crate::run::pretrain::{self, Pretrained};
use crate::run::progress::{Progress, Watch};
use crate::run::supervised::Run;
use crate::sweep::protocol::{Assignment, WorkerMessage};
use crate::terminal::Renderer;
use burn::module::Module;
use model::Network;
use report::Epoch;
use std::fs::File;
use std::sync::Arc;

/// A run with its folder to itself, and where it stands.
pub(super) struct Trainee {
    pub(super) id: String,
    pub(super) run: Run,
    pub(super) material: Arc<Material>,
    /// What came of pre-training, once it is over.
    pub(super) pretrained: Option<Pretrained>,
    /// Its network; absent before it is pre-trained.
    pub(super) pupil: Option<Pupil>,
    /// Why it cannot go on.
    pub(super) failure: Option<Failure>,
    _lock: File,
}

impl Trainee {
    /// The run of `assignment`, from its checkpoint when it has one.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be trained, or not here.
    pub(super) fn new<'a>(
        assignment: Assignment,
        others: impl Iterator<Item = &'a Arc<Material>>,
        offline: bool,
    ) -> Result<Self, Failure> {
        let (config, folder) = (assignment.read_config()?, assignment.open_folder()?);
        let lock = folder.lock()?;
        let material = Material::of(&config, others, offline)?;
        let mut run = Run::new(&config, &folder, material.data.clone())?;
        "fleet".clone_into(&mut run.manifest.engine);
        Ok(Self { id: assignment.run, run, material, pretrained: None, pupil: None, failure: None, _lock: lock })
    }

    /// Takes part: its folder says so, and where it stands is read, unless it is to be pre-trained first.
    ///
    /// # Errors
    /// [`Failure`] when something cannot be read or written.
    pub(super) fn join(&mut self) -> Result<(), Failure> {
        if let Some(pretraining) = self.run.pretraining(&Watch::through(Renderer::Tui))? {
            let fresh = self.run.fresh_on(&host());
            pretrain::check_reachable(pretraining.denoising(0, &fresh.hidden[0]), &self.run.train)?;
        } else {
            self.begin()?;
        }
        self.run.describe()
    }

    /// Turns to its classes, pre-trained if it is.
    pub(super) fn begin(&mut self) -> Result<(), Failure> {
        let snapshot = self.run.starting_point(self.pretrained.as_ref(), &host())?;
        self.pupil = Some(Pupil {
            material: self.material.clone(),
            lesson: self.run.lesson(),
            below: Vec::new(),
            snapshot,
            place: None,
            failure: None,
            on_epoch: saying(&self.id, None, self.run.on_epoch(&Watch::through(Renderer::Tui))),
        });
        Ok(())
    }

    /// Whether it is still to be pre-trained.
    pub(super) fn is_to_be_pretrained(&self) -> bool {
        self.pupil.is_none() && self.failure.is_none()
    }

    /// Why it is over, if it is.
    pub(super) fn ended(&self) -> Option<Ended> {
        self.pupil.as_ref().and_then(Pupil::ended)
    }

    /// Finishes it as a run that was alone, its network being `last`.
    pub(super) fn finish(self, last: Network, ended: Ended) -> Result<(), Failure> {
        let Self { run, pupil: Some(pupil), pretrained, .. } = self else { return Ok(()) };
        let device = run.trainable();
        let on = |network: Network| network.fork(&device);
        let Snapshot { state, best, .. } = pupil.snapshot;
        let snapshot = Snapshot { state, last: on(last), best: best.map(on) };
        let pretrained = pretrained.map(|pretrained| Pretrained {
            layers: pretrained.layers.into_iter().map(|layer| layer.fork(&device)).collect(),
            first: pretrained.first.map(|(network, denoising)| (on(network), denoising)),
            ..pretrained
        });
        run.publish(&snapshot)?;
        run.measure(&snapshot, pretrained.as_ref())?;
        run.test(&snapshot, ended, pretrained.as_ref()).map(|_| ())
    }
}

/// `on_epoch`, and word of the epoch to the sweep. What it prints by itself must be nothing.
pub(super) fn saying(run: &str, layer: Option<usize>, on_epoch: OnEpoch) -> OnEpoch {
    let run = run.to_owned();
    Box::new(move |history: &[Epoch]| {
        if let Some(Epoch { epoch, validation_error, .. }) = history.last() {
            let (run, error) = (run.clone(), layer.is_none().then_some(*validation_error));
            let progress = Progress { layer, epoch: *epoch, validation_error: error };
            WorkerMessage::Epoch { run, progress }.send();
        }
        on_epoch(history)
    })
}
