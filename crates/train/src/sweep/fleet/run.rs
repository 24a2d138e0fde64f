//! A run of a fleet.

use super::shared_data::SharedData;
use crate::failure::Failure;
use crate::learning::checkpoint::{Snapshot, StopReason};
use crate::learning::fleet::{FleetMember, host};
use crate::learning::training::Training;
use crate::run::pretrain::{self, Pretrained, Pretraining};
use crate::run::progress::Watch;
use crate::run::supervised::Run;
use crate::sweep::protocol::{self, Assignment};
use burn::module::Module;
use data::Access;
use model::Network;
use std::fs::File;
use std::sync::Arc;

/// A run of a fleet, which has its folder to itself.
pub(super) struct FleetRun {
    pub(super) id: String,
    pub(super) run: Run,
    pub(super) shared: Arc<SharedData>,
    /// The result of pre-training, once it is over.
    pub(super) pretrained: Option<Pretrained>,
    /// Its network; `None` before it is pre-trained.
    pub(super) member: Option<FleetMember>,
    /// Why it cannot go on.
    pub(super) failure: Option<Failure>,
    _lock: File,
}

impl FleetRun {
    /// The run of `assignment`, from its checkpoint when it has one.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be trained, or not here.
    pub(super) fn new<'a>(
        assignment: Assignment,
        others: impl Iterator<Item = &'a Arc<SharedData>>,
        access: Access,
    ) -> Result<Self, Failure> {
        let (config, folder) = (assignment.read_config()?, assignment.open_folder()?);
        let lock = folder.lock()?;
        let shared = SharedData::of(&config, others, access)?;
        let mut run = Run::new(&config, &folder, (*shared.data).clone())?;
        "fleet".clone_into(&mut run.manifest.engine);
        Ok(Self { id: assignment.run, run, shared, pretrained: None, member: None, failure: None, _lock: lock })
    }

    /// Takes part: its folder says so, and where it stands is read, unless it is to be pre-trained first.
    ///
    /// # Errors
    /// [`Failure`] when something cannot be read or written.
    pub(super) fn join(&mut self) -> Result<(), Failure> {
        if self.run.config.pretraining.is_some() {
            let pretraining = self.pretraining()?;
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
        let training = Training::new(self.run.job(), snapshot, self.run.on_epoch(&self.watch()));
        self.member = Some(FleetMember::new(training, self.shared.data.clone(), Vec::new()));
        Ok(())
    }

    /// How it is pre-trained.
    ///
    /// # Errors
    /// [`Failure`] when it is not.
    pub(super) fn pretraining(&self) -> Result<Pretraining<'_>, Failure> {
        let none = || Failure::Usage(format!("the run {} is not to be pre-trained", self.id));
        self.run.pretraining(&self.watch())?.ok_or_else(none)
    }

    /// The sweep hears of each epoch.
    fn watch(&self) -> Watch {
        Watch::told(protocol::listener(&self.id))
    }

    /// Whether it is still to be pre-trained.
    pub(super) fn is_to_be_pretrained(&self) -> bool {
        self.member.is_none() && self.failure.is_none()
    }

    /// Why its training is over, if it is.
    pub(super) fn ended(&self) -> Option<StopReason> {
        self.member.as_ref().and_then(|member| member.training.ended())
    }

    /// Finishes it as a run that was trained alone.
    pub(super) fn finish(self, reason: StopReason) -> Result<(), Failure> {
        let Self { run, member: Some(member), pretrained, .. } = self else { return Ok(()) };
        let device = run.trainable();
        let on = |network: Network| network.fork(&device);
        let Snapshot { state, last, best } = member.training.snapshot;
        let snapshot = Snapshot { state, last: on(last), best: best.map(on) };
        let pretrained = pretrained.map(|pretrained| Pretrained {
            layers: pretrained.layers.into_iter().map(|layer| layer.fork(&device)).collect(),
            first: pretrained.first.map(|(network, denoising)| (on(network), denoising)),
            ..pretrained
        });
        run.publish(&snapshot)?;
        run.measure(&snapshot, pretrained.as_ref())?;
        run.test(&snapshot, reason, pretrained.as_ref()).map(|_| ())
    }
}
