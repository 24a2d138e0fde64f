//! A run of a fleet.

use super::shared_data::SharedData;
use crate::failure::Failure;
use crate::learning::checkpoint::Snapshot;
use crate::learning::fleet::{FleetMember, host};
use crate::learning::state::StopReason;
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

/// A run of a fleet, with the lock of the run's folder.
pub(super) struct FleetRun {
    pub(super) id: String,
    pub(super) run: Run,
    pub(super) shared: Arc<SharedData>,
    /// The result of pre-training; `None` until pre-training is finished, or if the run is not pre-trained.
    pub(super) pretrained: Option<Pretrained>,
    /// The network in supervised training; `None` until supervised training begins.
    pub(super) member: Option<FleetMember>,
    /// Why the run cannot continue; `None` while the run can continue.
    pub(super) failure: Option<Failure>,
    _lock: File,
}

impl FleetRun {
    /// Opens and locks the run of `assignment`. A data set that is among `others` is shared; any other data set is
    /// loaded.
    ///
    /// # Errors
    /// [`Failure`] if the run cannot be trained, or cannot be trained in a fleet.
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

    /// Prepares the run for the fleet. The inputs of a run that is to be pre-trained are checked; any other run begins
    /// or resumes supervised training. Then the run's configuration and manifest are written.
    ///
    /// # Errors
    /// [`Failure`] if a file cannot be read or written, or the reconstruction layer cannot reach its targets.
    pub(super) fn join(&mut self) -> Result<(), Failure> {
        if self.run.config.pretraining.is_some() {
            let pretraining = self.pretraining()?;
            let fresh = self.run.fresh_on(&host());
            pretrain::check_inputs(pretraining.denoising(0, &fresh.hidden[0]), &self.run.train)?;
        } else {
            self.begin()?;
        }
        self.run.describe()
    }

    /// Begins or resumes supervised training, on the pre-trained layers if there are any.
    ///
    /// # Errors
    /// [`Failure`] if the checkpoint cannot be used.
    pub(super) fn begin(&mut self) -> Result<(), Failure> {
        let snapshot = self.run.starting_point(self.pretrained.as_ref(), &host())?;
        let training = Training::new(self.run.job(), snapshot, self.run.on_epoch(&self.watch()));
        self.member = Some(FleetMember::new(training, self.shared.data.clone(), Vec::new()));
        Ok(())
    }

    /// The run's pre-training.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the run's configuration has no pre-training; [`Failure::File`] if the folder of the
    /// checkpoints of pre-training cannot be created.
    pub(super) fn pretraining(&self) -> Result<Pretraining<'_>, Failure> {
        let none = || Failure::Usage(format!("the run {} has no [pretraining] settings; add them", self.id));
        self.run.pretraining(&self.watch())?.ok_or_else(none)
    }

    /// A watch that reports each epoch to the sweep.
    fn watch(&self) -> Watch {
        Watch::told(protocol::listener(&self.id))
    }

    /// Whether the run is still to be pre-trained.
    pub(super) fn is_to_be_pretrained(&self) -> bool {
        self.member.is_none() && self.failure.is_none()
    }

    /// Why the run's supervised training is over; `None` before and during supervised training.
    pub(super) fn ended(&self) -> Option<StopReason> {
        self.member.as_ref().and_then(|member| member.training.ended())
    }

    /// Writes the records, measures, test results and report of the run, as if it had been trained alone.
    ///
    /// # Errors
    /// [`Failure`] if the network's output on the test examples is not finite, or a file cannot be written.
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
