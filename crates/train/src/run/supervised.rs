//! One supervised run, from start to finish: data -> batch -> model -> loss -> learner -> record -> report.

use crate::config::Config;
use crate::config::engine::Engine;
use crate::failure::Failure;
use crate::interrupt;
use crate::learning::checkpoint::Snapshot;
use crate::learning::job::{OnEpoch, TrainingJob};
use crate::learning::learner;
use crate::learning::minibatches::{Minibatches, eval_batch_size};
use crate::learning::state::StopReason;
use crate::learning::task::Task;
use crate::learning::training::Training;
use crate::measures::{self, Subject};
use crate::run::evaluate::{self, Examiner};
use crate::run::events::Curves;
use crate::run::folder::RunFolder;
use crate::run::id;
use crate::run::manifest::{check_sizes, manifest, same_data};
use crate::run::pretrain::{Pretrained, Pretraining};
use crate::run::progress::Watch;
use crate::terminal;
use burn::module::Module;
use burn::prelude::Device;
use data::{DataSet, Examples, Inputs};
use model::{Network, NetworkConfig, Record};
use preprocessing::{Preprocessing, Target};
use report::{Epoch, Manifest, RunResult};
use std::sync::Arc;
use std::time::Duration;

/// Trains a network on `data` with the settings of `config`, and writes its records, result and report to `folder`.
/// Resumes from the checkpoint in `folder` if there is one. Progress is reported to `watch`.
///
/// # Errors
/// [`Failure`] if the run cannot be finished; after [`Failure::Interrupted`], the run's state is saved and the run can
/// be resumed.
pub fn run(config: &Config, folder: &RunFolder, data: DataSet, watch: &Watch) -> Result<RunResult, Failure> {
    let _lock = folder.lock()?;
    let mut run = Run::new(config, folder, data)?;
    run.describe()?;
    interrupt::listen();
    let pretrained = run.pretrained(watch)?;
    let snapshot = run.starting_point(pretrained.as_ref(), &run.trainable())?;
    let training = Training::new(run.job(), snapshot, run.on_epoch(watch));
    let (Training { snapshot, .. }, reason) = learner::train(training, watch.renderer)?;
    run.publish(&snapshot)?;
    if reason == StopReason::Interrupted {
        let (epoch, step) = (snapshot.state.epoch, snapshot.state.step);
        return Err(Failure::Interrupted { epoch, step, resume: folder.resume_command() });
    }
    run.measure(&snapshot, pretrained.as_ref())?;
    run.test(&snapshot, reason, pretrained.as_ref())
}

/// Writes a run without training to `folder`: evaluates `network`, which was trained elsewhere, on `data`. The manifest
/// records `command`, with which the network was imported.
///
/// # Errors
/// [`Failure`] if the backend or the engine cannot be used, the network cannot be evaluated, or the folder is in use or
/// cannot be written.
pub fn adopt(
    config: &Config,
    folder: &RunFolder,
    data: DataSet,
    network: Network,
    command: String,
) -> Result<RunResult, Failure> {
    let _lock = folder.lock()?;
    let mut run = Run::new(config, folder, data)?;
    run.manifest.command = command;
    let snapshot = run.as_it_came(network)?;
    run.describe()?;
    run.publish(&snapshot)?;
    run.test(&snapshot, StopReason::Imported, None)
}

/// A configuration with its folder, device and data.
pub(crate) struct Run {
    pub(crate) config: Config,
    pub(crate) folder: RunFolder,
    pub(crate) device: Device,
    engine: Engine,
    pub(crate) train: Arc<Examples>,
    pub(crate) validation: Arc<Examples>,
    pub(super) test: Arc<Examples>,
    pub(crate) network: NetworkConfig,
    preprocessing: Option<Preprocessing>,
    pub(super) target: Target,
    pub(super) levels: Option<Vec<f64>>,
    /// Further inputs without labels, for pre-training only; `None` if there are no such inputs.
    unlabelled: Option<Inputs>,
    pub(crate) manifest: Manifest,
}

impl Run {
    pub(crate) fn new(config: &Config, folder: &RunFolder, data: DataSet) -> Result<Self, Failure> {
        let device = config.training.backend.device()?;
        let engine = config.training.engine.on(config.training.backend)?;
        let manifest = manifest(config, folder, &data, &device, engine);
        check_sizes(&manifest, config.training.batch_size)?;
        if folder.manifest().exists() {
            same_data(folder, &report::read_manifest(&folder.manifest())?, &manifest)?;
        }
        let (preprocessing, target) = (data.preprocessing(), data.target());
        let (levels, unlabelled) = (data.levels, data.unlabelled);
        let [train, validation, test] = [data.splits.train, data.splits.validation, data.splits.test].map(Arc::new);
        let network = config.network(train.features(), train.classes());
        Ok(Self {
            config: config.clone(),
            folder: folder.clone(),
            device,
            engine,
            train,
            validation,
            test,
            network,
            preprocessing,
            target,
            levels,
            unlabelled,
            manifest,
        })
    }

    /// Writes the configuration, unless an earlier session of this run has written it, and the manifest, unless the
    /// last session has written it with the same engine. The configuration comes first, because a folder with a
    /// configuration can be resumed.
    pub(crate) fn describe(&mut self) -> Result<(), Failure> {
        if !self.folder.config().exists() {
            files::write(&self.folder.config(), toml_of(&self.config).as_bytes())?;
        }
        let path = self.folder.manifest();
        let engines = if path.exists() { report::read_manifest(&path)?.engine } else { String::new() };
        // The manifest of a run that was resumed with another engine lists all engines of the run.
        if engines.ends_with(&self.manifest.engine) {
            self.manifest.engine = engines;
            return Ok(());
        }
        let both = [engines.as_str(), &self.manifest.engine].into_iter().filter(|engine| !engine.is_empty());
        self.manifest.engine = both.collect::<Vec<_>>().join(", ");
        Ok(report::write_manifest(&path, &self.manifest)?)
    }

    /// The lower end of the range of pixel values, 0 or -1; 0 if the inputs are not images.
    fn lowest(&self) -> f32 {
        match &self.preprocessing {
            Some(Preprocessing::Pixels(pixels)) => pixels.lowest,
            _ => 0.0,
        }
    }

    /// Pre-trains the hidden layers; `None` if the configuration has no pre-training.
    fn pretrained(&self, watch: &Watch) -> Result<Option<Pretrained>, Failure> {
        let Some(pretraining) = self.pretraining(watch)? else { return Ok(None) };
        let train = self.train.inputs().clone();
        let train = match &self.unlabelled {
            Some(more) => train.joined(more.clone())?,
            None => train,
        };
        pretraining.layers(self.fresh(), train, self.validation.inputs().clone()).map(Some)
    }

    /// How the hidden layers are pre-trained, after the folder of the checkpoints of pre-training has been created;
    /// `None` if the configuration has no pre-training.
    pub(crate) fn pretraining(&self, watch: &Watch) -> Result<Option<Pretraining<'_>>, Failure> {
        let Some(config) = &self.config.pretraining else { return Ok(None) };
        files::create_folder(&self.folder.path().join("pretraining"))?;
        let training = &self.config.training;
        Ok(Some(Pretraining {
            config,
            folder: &self.folder,
            engine: self.engine,
            device: self.device.clone(),
            seed: training.seed,
            run: self.id(),
            batch_size: training.batch_size,
            checkpoint_interval: Duration::from_secs_f64(training.checkpoint_seconds),
            watch: watch.clone(),
            lowest: self.lowest(),
        }))
    }

    /// The snapshot of an imported `network`, with the network's measurements on training and validation examples as
    /// epoch 0.
    fn as_it_came(&self, network: Network) -> Result<Snapshot, Failure> {
        let mut examiner = self.examiner(network.clone())?;
        let mut measured = |examples| evaluate::evaluate(&mut examiner, examples, None);
        let (train, validation) = (measured(&self.train), measured(&self.validation));
        if !(train.nll.is_finite() && validation.nll.is_finite()) {
            return Err(Failure::Disagreement(format!(
                "the network's outputs for {} are not finite; check the weights, and the range of inputs (data.range)",
                self.manifest.dataset
            )));
        }
        let mut snapshot = Snapshot::fresh(network.clone(), &self.network.hidden_widths(), &self.id());
        snapshot.state.history.push(Epoch {
            epoch: 0,
            train_loss: train.nll,
            train_nll: train.nll,
            train_error: train.error,
            train_sparsity: train.sparsity,
            validation_nll: validation.nll,
            validation_error: validation.error,
            validation_sparsity: validation.sparsity,
            best: true,
        });
        Ok(Snapshot { best: Some(network), ..snapshot })
    }

    /// The id that identifies the run in its checkpoints; unlike the id in a store, it never depends on the folder of
    /// user data.
    fn id(&self) -> String {
        id::of(&self.config, None)
    }

    pub(crate) fn fresh(&self) -> Network {
        self.fresh_on(&self.trainable())
    }

    pub(crate) fn fresh_on(&self, device: &Device) -> Network {
        let Config { model, training, .. } = &self.config;
        self.network.init_with_gain(training.seed, model.gain, device)
    }

    /// The run's device, with autodiff.
    pub(crate) fn trainable(&self) -> Device {
        self.device.clone().autodiff()
    }

    /// The snapshot from which supervised training starts, with its networks on `device`: the checkpoint if there is
    /// one; otherwise the `pretrained` layers with a freshly initialised output layer or, without pre-trained layers, a
    /// freshly initialised network. A run that was killed before its first checkpoint starts again; since the seed is
    /// unchanged, the result is the same.
    pub(crate) fn starting_point(&self, pretrained: Option<&Pretrained>, device: &Device) -> Result<Snapshot, Failure> {
        if self.folder.checkpoint().exists() {
            return Snapshot::load(&self.folder.checkpoint(), &self.id(), &self.network, device);
        }
        if self.folder.metrics().exists() {
            terminal::notice(&format!("{} is missing: training starts again", self.folder.checkpoint().display()));
        }
        let network = pretrained.map_or_else(|| self.fresh_on(device), |pretrained| self.under(pretrained));
        Ok(Snapshot::fresh(network.fork(device), &self.network.hidden_widths(), &self.id()))
    }

    /// The network of the `pretrained` layers and a freshly initialised output layer.
    pub(super) fn under(&self, pretrained: &Pretrained) -> Network {
        Network { hidden: pretrained.layers.clone(), ..self.fresh() }
    }

    pub(super) fn task(&self) -> Task {
        match &self.target {
            Target::Classes { .. } => Task::Classify,
            Target::Number { standard, .. } => Task::Regress { deviation: standard.deviation },
        }
    }

    pub(crate) fn job(&self) -> TrainingJob {
        let training = &self.config.training;
        TrainingJob {
            train: Arc::new(Minibatches::new(self.train.clone(), training.batch_size, self.trainable())),
            validation: Arc::new(Minibatches::new(
                self.validation.clone(),
                eval_batch_size(self.validation.features()),
                self.device.clone(),
            )),
            task: self.task(),
            engine: self.engine,
            seed: training.seed,
            epochs: training.epochs,
            patience: training.patience,
            learning_rate: training.learning_rate,
            l1: training.l1.clone(),
            checkpoint: self.folder.checkpoint(),
            checkpoint_interval: Duration::from_secs_f64(training.checkpoint_seconds),
        }
    }

    /// Computes the measures that `analysis.measures` names, on the initial network, the network after pre-training, if
    /// there was any, and the best network, and writes them to `measures.json`. Without a best network or a named
    /// measure, nothing is written. No measure uses the test set.
    pub(crate) fn measure(&self, snapshot: &Snapshot, pretrained: Option<&Pretrained>) -> Result<(), Failure> {
        let Config { analysis, training, .. } = &self.config;
        let Some(best) = snapshot.best.as_ref().filter(|_| !analysis.measures.is_empty()) else { return Ok(()) };
        let pretrained = pretrained.map(|pretrained| self.under(pretrained));
        let subject =
            Subject::new([&self.fresh(), best], pretrained.as_ref(), [&self.train, &self.validation], training);
        Ok(report::write_measures(&self.folder.measures(), &measures::of(&analysis.measures, &subject))?)
    }

    pub(super) fn examiner(&self, network: Network) -> Result<Examiner, Failure> {
        Ok(Examiner::new(network, self.engine, &self.device)?)
    }

    pub(crate) fn on_epoch(&self, watch: &Watch) -> OnEpoch {
        let (metrics, epochs) = (self.folder.metrics(), self.config.training.epochs);
        let (watch, curves) = (watch.clone(), watch.events.clone().map(Curves::new));
        let deviation = match &self.target {
            Target::Number { standard, .. } => Some(standard.deviation),
            Target::Classes { .. } => None,
        };
        Box::new(move |history: &[Epoch]| {
            if let Some(last) = history.last() {
                watch.epoch(last, epochs, deviation);
            }
            if let Some(curves) = &curves {
                curves.follow(history);
            }
            Ok(report::write_epochs(&metrics, history)?)
        })
    }

    /// Writes the metrics and records of `snapshot`.
    pub(crate) fn publish(&self, snapshot: &Snapshot) -> Result<(), Failure> {
        report::write_epochs(&self.folder.metrics(), &snapshot.state.history)?;
        self.record("last", &snapshot.last)?;
        snapshot.best.as_ref().map_or(Ok(()), |best| self.record("best", best))
    }

    fn record(&self, name: &str, network: &Network) -> Result<(), Failure> {
        let record = Record::of(network, &self.network)?
            .note("preprocessing", terminal::json(&self.preprocessing))
            .note("target", terminal::json(&self.target))
            .note("classes", terminal::json(&self.manifest.classes));
        files::write(&self.folder.safetensors(name), &record.to_safetensors()?)?;
        Ok(record.save(&self.folder.record(name))?)
    }
}

pub(super) fn toml_of(config: &Config) -> String {
    toml::to_string(config).unwrap_or_default() // plain tables always serialise
}
