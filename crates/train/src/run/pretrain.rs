//! Greedy unsupervised pre-training, layer by layer (section 3.2): each is a denoising auto-encoder of the clean codes of
//! those below, which stay as they are.
//!
//! A layer and a rate are a training of their own, with a checkpoint of its own in the run's folder. So an interrupted
//! run goes on where it was, and what is finished is read back, not repeated.

use crate::config::engine::Engine;
use crate::config::{Penalty, PretrainingConfig, Rescaling};
use crate::failure::Failure;
use crate::learning::checkpoint::{Snapshot, StopReason};
use crate::learning::denoising::Denoising;
use crate::learning::job::{OnEpoch, TrainingJob};
use crate::learning::learner;
use crate::learning::minibatches::{Minibatches, eval_batch_size};
use crate::learning::task::Task;
use crate::learning::training::Training;
use crate::run::codes;
use crate::run::folder::RunFolder;
use crate::run::progress::Watch;
use crate::terminal;
use burn::module::Module;
use burn::prelude::Device;
use data::{Examples, Inputs};
use model::{Layer, Network, NetworkConfig, Target};
use report::{Epoch, PretrainedLayer, PretrainingEpoch};
use std::sync::Arc;
use std::time::Duration;

/// How the hidden layers of a run are pre-trained.
pub(crate) struct Pretraining<'a> {
    pub(crate) config: &'a PretrainingConfig,
    pub(crate) folder: &'a RunFolder,
    pub(crate) engine: Engine,
    /// Without autodiff.
    pub(crate) device: Device,
    pub(crate) seed: u64,
    /// The id of the run.
    pub(crate) run: String,
    pub(crate) batch_size: usize,
    /// Time between checkpoints.
    pub(crate) every: Duration,
    pub(crate) watch: Watch,
    /// What an input of 0 stands for at least: 0, or -1 for inputs in [-1, 1].
    pub(crate) lowest: f32,
}

/// The result of pre-training.
#[derive(Default)]
pub(crate) struct Pretrained {
    /// The hidden layers, on the device with autodiff.
    pub(crate) layers: Vec<Layer>,
    /// What was chosen for each.
    pub(crate) chosen: Vec<PretrainedLayer>,
    /// The epochs of all layers and rates.
    pub(crate) history: Vec<PretrainingEpoch>,
    /// The auto-encoder of the first layer, and its task.
    pub(crate) first: Option<(Network, Denoising)>,
}

/// Pre-training on its way, from layer to layer and from rate to rate.
pub(crate) struct PretrainingRun {
    /// The hidden layers before.
    fresh: Vec<Layer>,
    pub(crate) so_far: Pretrained,
    /// The best rate of the current layer so far.
    best: Option<Candidate>,
    /// How a rate of the current layer failed.
    diverged: Option<Failure>,
}

/// A layer trained at one rate.
struct Candidate {
    learning_rate: f64,
    snapshot: Snapshot,
}

impl Candidate {
    /// Its lowest validation cost.
    fn cost(&self) -> f64 {
        self.snapshot.state.best().map_or(f64::INFINITY, |epoch| epoch.validation_nll)
    }
}

impl Pretrained {
    /// Adds the layer of `best`, which was trained as `denoising` says; `None` when it was not trained.
    fn add(&mut self, denoising: Denoising, best: &Candidate) -> Option<()> {
        let state = &best.snapshot.state;
        let (selected, trained) = (state.best()?, best.snapshot.best.as_ref()?);
        self.chosen.push(PretrainedLayer {
            learning_rate: best.learning_rate,
            epoch: selected.epoch,
            validation_cost: selected.validation_nll,
            sparsity: selected.validation_sparsity.iter().copied().sum(),
            training_seconds: state.training_seconds,
        });
        self.first.get_or_insert((trained.clone(), denoising));
        self.layers.push(trained.hidden[0].clone());
        Some(())
    }
}

impl PretrainingRun {
    /// Of the hidden layers of `network`, none of which has been trained yet.
    pub(crate) fn new(network: Network) -> Self {
        Self { fresh: network.hidden, so_far: Pretrained::default(), best: None, diverged: None }
    }

    /// How many layers are pre-trained.
    pub(crate) fn layers(&self) -> usize {
        self.fresh.len()
    }

    /// The auto-encoder of layer `k` at the `j`-th rate, on `device`, from its checkpoint when it has one; its examples
    /// are `train` and `validation`.
    ///
    /// # Errors
    /// [`Failure`] when the checkpoint cannot be used.
    pub(crate) fn training(
        &self,
        pretraining: &Pretraining<'_>,
        (k, j): (usize, usize),
        (train, validation): (&Arc<Examples>, &Arc<Examples>),
        device: &Device,
    ) -> Result<Training, Failure> {
        let (layer, learning_rate) = (&self.fresh[k], pretraining.config.learning_rates[j]);
        let denoising = pretraining.denoising(k, layer);
        let job = pretraining.job(denoising, learning_rate, train, validation);
        let snapshot = pretraining.starting_point(layer, denoising, &job, device)?;
        let on_epoch = pretraining.on_epoch(k, &job, &self.so_far.history);
        Ok(Training::new(job, snapshot, on_epoch))
    }

    /// Compares layer `k` as `training` left it with the other rates of that layer; a rate that diverged is out.
    pub(crate) fn compare(&mut self, k: usize, training: Training) {
        let learning_rate = training.job.learning_rate;
        if let Some(failure) = training.failure {
            self.diverged = Some(failure);
            return;
        }
        let history = &training.snapshot.state.history;
        self.so_far.history.extend(history.iter().map(|epoch| line(k, learning_rate, epoch)));
        let candidate = Candidate { learning_rate, snapshot: training.snapshot };
        if self.best.as_ref().is_none_or(|best| candidate.cost() < best.cost()) {
            self.best = Some(candidate);
        }
    }

    /// Takes the best rate of layer `k`.
    ///
    /// # Errors
    /// [`Failure::Diverged`] when every rate did.
    pub(crate) fn choose(&mut self, pretraining: &Pretraining<'_>, k: usize) -> Result<(), Failure> {
        let (best, diverged) = (self.best.take(), self.diverged.take());
        let denoising = pretraining.denoising(k, &self.fresh[k]);
        if best.and_then(|best| self.so_far.add(denoising, &best)).is_some() {
            return Ok(());
        }
        let empty = || Failure::Usage("pretraining.learning_rates is empty; give at least one".to_owned());
        Err(diverged.unwrap_or_else(empty))
    }

    /// The result, its history being written down.
    ///
    /// # Errors
    /// [`Failure`] when that cannot be written.
    pub(crate) fn finish(self, folder: &RunFolder) -> Result<Pretrained, Failure> {
        // A run that was killed may have saved an epoch without writing it down.
        report::write_pretraining(&folder.pretraining(), &self.so_far.history)?;
        Ok(self.so_far)
    }
}

impl Pretraining<'_> {
    /// Pre-trains the hidden layers of `network` on `train`, chosen on `validation`.
    ///
    /// # Errors
    /// [`Failure`], [`Failure::Interrupted`] included; what was reached is then saved.
    pub(crate) fn layers(&self, network: Network, train: Inputs, validation: Inputs) -> Result<Pretrained, Failure> {
        let mut train = Arc::new(Examples::without_labels(train)?);
        let mut validation = Arc::new(Examples::without_labels(validation)?);
        let mut run = PretrainingRun::new(network);
        for k in 0..run.layers() {
            check_reachable(self.denoising(k, &run.fresh[k]), &train)?;
            for j in 0..self.config.learning_rates.len() {
                let training = run.training(self, (k, j), (&train, &validation), &self.device.clone().autodiff())?;
                self.train(&mut run, k, training)?;
            }
            run.choose(self, k)?;
            if k + 1 < run.layers()
                && let Some(layer) = run.so_far.layers.last_mut()
            {
                *layer = self.rescaled(layer.clone(), &train)?;
                let most_bytes = self.config.code_gib * f64::from(1 << 30);
                train = Arc::new(codes::of(layer, &train, most_bytes)?);
                validation = Arc::new(codes::of(layer, &validation, most_bytes)?);
            }
        }
        run.finish(self.folder)
    }

    /// Brings `training` of layer `k` to its end, and compares it. Where there are other rates, one may diverge.
    fn train(&self, run: &mut PretrainingRun, k: usize, training: Training) -> Result<(), Failure> {
        if training.ended().is_some() {
            run.compare(k, training);
            return Ok(());
        }
        let learning_rate = training.job.learning_rate;
        match learner::train(training, self.watch.renderer) {
            Ok((training, StopReason::Interrupted)) => {
                terminal::notice(&format!("stopped while pre-training layer {} at rate {learning_rate}", k + 1));
                Err(self.interrupted(&training.snapshot))
            }
            Ok((training, _)) => {
                run.compare(k, training);
                Ok(())
            }
            Err(failure @ Failure::Diverged { .. }) if self.config.learning_rates.len() > 1 => {
                terminal::notice(&format!("layer {}, rate {learning_rate}: {failure}", k + 1));
                run.diverged = Some(failure);
                Ok(())
            }
            Err(failure) => Err(failure),
        }
    }

    pub(crate) fn denoising(&self, k: usize, layer: &Layer) -> Denoising {
        let reconstruction = self.config.reconstruction;
        let target = match k {
            0 => Target::for_inputs(self.lowest, reconstruction),
            _ => Target::for_code(layer.activation(), reconstruction),
        };
        Denoising {
            decoder: self.config.decoder,
            reconstruction,
            corruption: self.config.corruption(k),
            target,
            sampling: self.config.sampling.filter(|_| k == 0),
            layer: k,
        }
    }

    /// The checkpoint of `job`, or a fresh auto-encoder of `layer`, on `device`.
    fn starting_point(
        &self,
        layer: &Layer,
        denoising: Denoising,
        job: &TrainingJob,
        device: &Device,
    ) -> Result<Snapshot, Failure> {
        let network = model::autoencoder(layer, denoising.decoder, self.seed, denoising.layer as u64);
        let config = config_of(&network, layer);
        if job.checkpoint.exists() {
            return Snapshot::load(&job.checkpoint, &self.run, &config, device);
        }
        Ok(Snapshot::fresh(network.fork(device), &config.hidden_widths(), &self.run))
    }

    fn interrupted(&self, snapshot: &Snapshot) -> Failure {
        let (epoch, step) = (snapshot.state.epoch, snapshot.state.step);
        Failure::Interrupted { epoch, step, resume: self.folder.resume_command() }
    }

    fn job(
        &self,
        denoising: Denoising,
        learning_rate: f64,
        train: &Arc<Examples>,
        validation: &Arc<Examples>,
    ) -> TrainingJob {
        TrainingJob {
            train: Arc::new(Minibatches::new(train.clone(), self.batch_size, self.device.clone().autodiff())),
            validation: Arc::new(Minibatches::new(
                validation.clone(),
                eval_batch_size(validation.features()),
                self.device.clone(),
            )),
            task: Task::Reconstruct(denoising),
            engine: self.engine,
            seed: self.seed,
            epochs: self.config.epochs,
            patience: 0,
            learning_rate,
            l1: Penalty::Same(self.config.l1.of(denoising.layer)),
            checkpoint: self.folder.pretraining_checkpoint(denoising.layer + 1, learning_rate),
            every: self.every,
        }
    }

    /// Writes the epochs of all layers and rates so far, those of the current one last, and says how this one went.
    fn on_epoch(&self, layer: usize, job: &TrainingJob, lines: &[PretrainingEpoch]) -> OnEpoch {
        let (path, lines, watch) = (self.folder.pretraining(), lines.to_vec(), self.watch.clone());
        let (rate, epochs) = (job.learning_rate, job.epochs);
        Box::new(move |history: &[Epoch]| {
            let now: Vec<PretrainingEpoch> = history.iter().map(|epoch| line(layer, rate, epoch)).collect();
            if let Some(last) = now.last() {
                watch.pretraining_epoch(last, epochs);
            }
            Ok(report::write_pretraining(&path, &[lines.clone(), now].concat())?)
        })
    }

    /// `layer` with its codes brought into [0, 1] over `train`, as the configuration says.
    fn rescaled(&self, layer: Layer, train: &Examples) -> Result<Layer, Failure> {
        let of_unit = |peaks: Vec<f32>| match self.config.rescaling {
            Rescaling::None => None,
            Rescaling::PerUnit => Some(peaks),
            Rescaling::Global => {
                let largest = peaks.iter().fold(0f32, |largest, peak| largest.max(*peak));
                Some(vec![largest; peaks.len()])
            }
        };
        if self.config.rescaling == Rescaling::None {
            return Ok(layer);
        }
        if !layer.activation().is_positively_homogeneous() {
            return Err(Failure::Usage(
                "pretraining.rescaling divides codes, which only rectifiers, pairs of them, absolute and linear units allow; set it to none"
                    .to_owned(),
            ));
        }
        let each = layer.activation().outputs_per_unit();
        let mut peaks = vec![0f32; layer.units()];
        // The largest code stays below 1 whatever is rounded.
        let slack = |peak: f32| peak * (1.0 + 1e-5);
        codes::each(&layer, train, |code| {
            // Both outputs of a pair are divided by what divides their weights.
            let largest = |unit: &[f32]| unit.iter().fold(0f32, |largest, h| largest.max(h.abs()));
            peaks.iter_mut().zip(code.chunks(each)).for_each(|(peak, unit)| *peak = peak.max(slack(largest(unit))));
        })?;
        Ok(of_unit(peaks).map_or(layer.clone(), |scale| model::rescaled_code(&layer, &scale)))
    }
}

fn line(layer: usize, learning_rate: f64, epoch: &Epoch) -> PretrainingEpoch {
    PretrainingEpoch {
        layer: layer + 1,
        learning_rate,
        epoch: epoch.epoch,
        train_loss: epoch.train_loss,
        train_cost: epoch.train_nll,
        train_sparsity: epoch.train_sparsity.iter().copied().sum(),
        validation_cost: epoch.validation_nll,
        validation_sparsity: epoch.validation_sparsity.iter().copied().sum(),
        best: epoch.best,
    }
}

fn config_of(network: &Network, layer: &Layer) -> NetworkConfig {
    NetworkConfig {
        inputs: network.inputs(),
        hidden: vec![layer.units()],
        outputs: network.output.weight.dims()[1],
        activation: layer.activation(),
        sign_mask: if layer.signs.is_some() { model::SignMask::FairCoin } else { model::SignMask::None },
    }
}

/// Refuses training targets that the reconstruction layer cannot reach. (A code of a validation example may lie a little
/// beyond the largest of training, by which codes are divided.)
pub(crate) fn check_reachable(denoising: Denoising, train: &Examples) -> Result<(), Failure> {
    let (lowest, highest) = denoising.reconstruction.reachable();
    let mut row = Vec::new();
    for i in 0..train.len() {
        row.clear();
        train.row(i).write(&mut row);
        let mut targets = row.iter().map(|x| denoising.target.of(*x));
        if let Some(beyond) = targets.find(|target| !(lowest..=highest).contains(target)) {
            return Err(Failure::Usage(format!(
                "layer {} is to reconstruct {beyond}, but {} reaches only {lowest} to {highest}; choose another \
                 pretraining.reconstruction, or pretraining.rescaling for the codes of a layer",
                denoising.layer + 1,
                denoising.reconstruction
            )));
        }
    }
    Ok(())
}
