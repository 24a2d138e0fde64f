//! A run among others.

use super::words::Invitation;
use crate::command::SourceArgs;
use crate::config::{Config, DataConfig};
use crate::failure::Failure;
use crate::folder::RunFolder;
use crate::learn::{Ended, OnEpoch};
use crate::state::Snapshot;
use crate::supervised::Run;
use crate::tally::Tally;
use crate::terminal::Renderer;
use crate::training;
use crate::watch::Watch;
use burn::module::Module;
use burn::prelude::Device;
use data::{DataSet, Inputs};
use fleet::Member;
use model::Network;
use std::fs::File;
use std::sync::Arc;

/// A data set, and what chose it: runs that agree in that share one.
#[derive(Debug)]
pub(super) struct Material {
    choice: (DataConfig, Option<u64>),
    data: DataSet,
}

impl Material {
    /// What `config` is to be trained on: that of `others`, or else loaded.
    fn of<'a>(
        config: &Config,
        mut others: impl Iterator<Item = &'a Arc<Self>>,
        offline: bool,
    ) -> Result<Arc<Self>, Failure> {
        let drawn = training::is_drawn(&config.data)?;
        let choice = (config.data.clone(), drawn.then_some(config.training.seed));
        if let Some(there) = others.find(|other| other.choice == choice) {
            return Ok(there.clone());
        }
        let data = training::load(config, &SourceArgs { data_dir: None, offline })?;
        Ok(Arc::new(Self { choice, data }))
    }
}

/// A run with its folder to itself, and where it stands.
pub(super) struct Trainee {
    pub(super) id: String,
    pub(super) run: Run,
    pub(super) material: Arc<Material>,
    /// On the host.
    pub(super) snapshot: Snapshot,
    /// Its place in the fleet, once it has one.
    pub(super) place: Option<usize>,
    /// Why it cannot go on.
    pub(super) failure: Option<Failure>,
    on_epoch: OnEpoch,
    _lock: File,
}

/// The networks of runs wait here while the fleet has their successors.
fn host() -> Device {
    Device::flex().autodiff()
}

impl Trainee {
    /// The run of `invitation`, from its checkpoint when it has one.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be trained, or not here.
    pub(super) fn new<'a>(
        invitation: Invitation,
        others: impl Iterator<Item = &'a Arc<Material>>,
        offline: bool,
    ) -> Result<Self, Failure> {
        let Invitation { run: id, folder, order, data_dir } = invitation;
        let ordered = RunFolder::config_in(&order)?;
        let config = Config { data: DataConfig { dir: data_dir, ..ordered.data }, ..ordered };
        let folder = if folder.is_dir() { RunFolder::open(&folder)? } else { RunFolder::create(&folder)? };
        let lock = folder.lock()?;
        let material = Material::of(&config, others, offline)?;
        let inputs = material.data.splits.train.inputs();
        if config.pretraining.is_some() || !matches!(inputs, Inputs::Bytes(_) | Inputs::Numbers(_)) {
            return Err(Failure::Usage(format!("the run {id} is not trained side by side with others")));
        }
        let mut run = Run::new(&config, &folder, material.data.clone())?;
        "fleet".clone_into(&mut run.manifest.engine);
        run.describe()?;
        let snapshot = run.starting_point(None, &host())?;
        let on_epoch = run.on_epoch(&Watch::through(Renderer::Tui)); // it prints nothing
        Ok(Self { id, run, material, snapshot, place: None, failure: None, on_epoch, _lock: lock })
    }

    /// Minibatches of its epoch that are done.
    pub(super) fn step(&self) -> usize {
        self.snapshot.state.step
    }

    /// It as a member of a fleet.
    pub(super) fn member(&self) -> Member {
        let training = &self.run.config.training;
        Member {
            network: self.snapshot.last.clone(),
            learning_rate: training.learning_rate,
            l1: (0..self.run.network.hidden.len()).map(|layer| training.l1.of(layer)).collect(),
        }
    }

    /// Why it is over, if it is.
    pub(super) fn ended(&self) -> Option<Ended> {
        let training = &self.run.config.training;
        self.snapshot.state.ended(training.epochs, training.patience)
    }

    /// The order of its examples in its epoch.
    pub(super) fn order(&self) -> Vec<u32> {
        self.run.train.order(self.run.config.training.seed, self.snapshot.state.epoch)
    }

    /// Takes in the sums of `steps` minibatches, which took `seconds`.
    pub(super) fn count(&mut self, steps: usize, sums: &Tally, seconds: f64) {
        let state = &mut self.snapshot.state;
        state.step += steps;
        state.training_seconds += seconds;
        state.trained_examples += sums.samples();
        state.tally.add(sums);
        if let Some(site) = sums.not_finite()
            && self.failure.is_none()
        {
            let rate = self.run.config.training.learning_rate;
            self.failure = Some(Failure::Diverged { epoch: state.epoch, step: state.step, site, rate });
        }
    }

    /// Writes down the epoch that is over; whether its network is the best so far.
    pub(super) fn close_epoch(&mut self, validation: &Tally) -> Result<bool, Failure> {
        let best = self.snapshot.state.close_epoch(validation, &self.run.config.training.l1);
        (self.on_epoch)(&self.snapshot.state.history)?;
        Ok(best)
    }

    /// Writes its checkpoint; its network is now `last`.
    pub(super) fn save(&mut self, last: Network) -> Result<(), Failure> {
        self.snapshot.last = last;
        Ok(self.snapshot.save(&self.run.folder.checkpoint())?)
    }

    /// Finishes it as a run that was alone, its network being `last`.
    pub(super) fn finish(self, last: Network, ended: Ended) -> Result<(), Failure> {
        let device = self.run.trainable();
        let Snapshot { state, best, .. } = self.snapshot;
        let on = |network: Network| network.fork(&device);
        let snapshot = Snapshot { state, last: on(last), best: best.map(on) };
        self.run.publish(&snapshot)?;
        self.run.measure(&snapshot, None)?;
        self.run.test(&snapshot, ended, None).map(|_| ())
    }
}
