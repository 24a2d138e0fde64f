//! Greedy unsupervised pre-training, layer by layer (section 3.2): each layer is trained as a denoising auto-encoder of
//! the codes that the layers below compute; the layers below stay fixed.
//!
//! Each pair of a layer and a learning rate is trained separately and has its own checkpoint in the run's folder. An
//! interrupted run therefore resumes where it stopped; the result of finished training is read from the checkpoint.

use crate::config::engine::Engine;
use crate::config::{Penalty, PretrainingConfig, Rescaling};
use crate::failure::Failure;
use crate::learning::checkpoint::Snapshot;
use crate::learning::job::{OnEpoch, TrainingJob};
use crate::learning::learner;
use crate::learning::minibatches::{Minibatches, eval_batch_size};
use crate::learning::state::StopReason;
use crate::learning::task::Task;
use crate::learning::training::Training;
use crate::run::codes;
use crate::run::folder::RunFolder;
use crate::run::progress::Watch;
use crate::terminal;
use burn::module::Module;
use burn::prelude::Device;
use data::{Examples, Inputs};
use denoising::Denoising;
use model::{Layer, Network, NetworkConfig, Target};
use report::{Epoch, PretrainedLayer, PretrainingEpoch};
use std::sync::Arc;
use std::time::Duration;

/// How the hidden layers of a run are pre-trained.
pub(crate) struct Pretraining<'a> {
    pub(crate) config: &'a PretrainingConfig,
    pub(crate) folder: &'a RunFolder,
    pub(crate) engine: Engine,
    /// The device, without autodiff.
    pub(crate) device: Device,
    pub(crate) seed: u64,
    /// The id of the run.
    pub(crate) run: String,
    pub(crate) batch_size: usize,
    /// Minimum time between checkpoints within an epoch.
    pub(crate) checkpoint_interval: Duration,
    pub(crate) watch: Watch,
    /// The lower end of the range of pixel values, 0 or -1; 0 if the inputs are not images.
    pub(crate) lowest: f32,
}

/// The result of pre-training.
#[derive(Default)]
pub(crate) struct Pretrained {
    /// The hidden layers, on the device with autodiff.
    pub(crate) layers: Vec<Layer>,
    /// The learning rate and the epoch that were chosen for each layer, with the layer's validation cost, sparsity and
    /// training time.
    pub(crate) chosen: Vec<PretrainedLayer>,
    /// Seconds spent in training steps, over all layers and all learning rates that did not diverge.
    pub(crate) seconds: f64,
    /// The metrics of every epoch, for each layer and each learning rate.
    pub(crate) history: Vec<PretrainingEpoch>,
    /// The auto-encoder of the first layer, and its task; `None` before that layer is trained.
    pub(crate) first: Option<(Network, Denoising)>,
}

/// A run's pre-training in progress: the finished layers, and the best learning rate so far of the current layer.
pub(crate) struct PretrainingRun {
    /// The hidden layers before pre-training.
    fresh: Vec<Layer>,
    pub(crate) so_far: Pretrained,
    /// The current layer at its best learning rate so far; `None` before the layer has been trained at any learning
    /// rate.
    best: Option<Candidate>,
    /// The failure of the last learning rate of the current layer that diverged; `None` if no learning rate has
    /// diverged.
    diverged: Option<Failure>,
}

/// A layer that was trained at one learning rate.
struct Candidate {
    learning_rate: f64,
    snapshot: Snapshot,
}

impl Candidate {
    /// The validation cost of the candidate's best epoch; infinite if the candidate has no best epoch.
    fn cost(&self) -> f64 {
        self.snapshot.state.best().map_or(f64::INFINITY, |epoch| epoch.validation_nll)
    }
}

impl Pretrained {
    /// Adds the layer of `best`, which was trained for the task `denoising`; returns `None` if `best` has no best
    /// epoch.
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
    /// The pre-training of the hidden layers of `network`, none of which has been trained yet.
    pub(crate) fn new(network: Network) -> Self {
        Self { fresh: network.hidden, so_far: Pretrained::default(), best: None, diverged: None }
    }

    /// The number of layers to pre-train.
    pub(crate) fn layers(&self) -> usize {
        self.fresh.len()
    }

    /// The training of the auto-encoder of layer `k` at learning rate `j` of the configuration, both counted from 0, on
    /// `device`, with the examples `train` and `validation`. The training resumes from its checkpoint if there is one.
    ///
    /// # Errors
    /// [`Failure`] if the checkpoint cannot be used.
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

    /// Adds the epochs of `training` to the history, and keeps layer `k`, as trained by `training`, if its validation
    /// cost is lower than at every earlier learning rate. If the training diverged, only its failure is kept.
    pub(crate) fn compare(&mut self, k: usize, training: Training) {
        let learning_rate = training.job.learning_rate;
        if let Some(failure) = training.failure {
            self.diverged = Some(failure);
            return;
        }
        let history = &training.snapshot.state.history;
        self.so_far.history.extend(history.iter().map(|epoch| line(k, learning_rate, epoch)));
        self.so_far.seconds += training.snapshot.state.training_seconds;
        let candidate = Candidate { learning_rate, snapshot: training.snapshot };
        if self.best.as_ref().is_none_or(|best| candidate.cost() < best.cost()) {
            self.best = Some(candidate);
        }
    }

    /// Chooses the best learning rate of layer `k`.
    ///
    /// # Errors
    /// The failure at the last learning rate if the layer diverged at every learning rate; [`Failure::Usage`] if there
    /// is no learning rate.
    pub(crate) fn choose(&mut self, pretraining: &Pretraining<'_>, k: usize) -> Result<(), Failure> {
        let (best, diverged) = (self.best.take(), self.diverged.take());
        let denoising = pretraining.denoising(k, &self.fresh[k]);
        if best.and_then(|best| self.so_far.add(denoising, &best)).is_some() {
            return Ok(());
        }
        let empty = || Failure::Usage("pretraining.learning_rates is empty; give at least one rate".to_owned());
        Err(diverged.unwrap_or_else(empty))
    }

    /// Writes the history to `folder`, and returns the result.
    ///
    /// # Errors
    /// [`Failure`] if the history cannot be written.
    pub(crate) fn finish(self, folder: &RunFolder) -> Result<Pretrained, Failure> {
        // A killed run may have saved an epoch in the checkpoint but not in the history file.
        report::write_pretraining(&folder.pretraining(), &self.so_far.history)?;
        Ok(self.so_far)
    }
}

impl Pretraining<'_> {
    /// Pre-trains the hidden layers of `network` on `train`. The epoch and the learning rate of each layer are chosen
    /// on `validation`.
    ///
    /// # Errors
    /// [`Failure`] if a layer cannot be pre-trained; after [`Failure::Interrupted`] the state is saved and can be
    /// resumed.
    pub(crate) fn layers(&self, network: Network, train: Inputs, validation: Inputs) -> Result<Pretrained, Failure> {
        let mut train = Arc::new(Examples::without_labels(train)?);
        let mut validation = Arc::new(Examples::without_labels(validation)?);
        let mut run = PretrainingRun::new(network);
        check_inputs(self.denoising(0, &run.fresh[0]), &train)?;
        for k in 0..run.layers() {
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

    /// Finishes `training`, which trains layer `k`, and compares the result with the best learning rate so far. If
    /// there are several learning rates, divergence at one of them is not an error.
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
            Err(failure) if failure.is_divergence() && self.config.learning_rates.len() > 1 => {
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

    /// The checkpoint of `job` or, if there is none, a freshly initialised auto-encoder of `layer`, on `device`.
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
            checkpoint_interval: self.checkpoint_interval,
        }
    }

    /// Returns the function that is called after each epoch of `job`: this function reports the epoch, and writes
    /// `lines`, the earlier epochs of other layers and learning rates, followed by the epochs of `job`.
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

    /// `layer`, rescaled as `pretraining.rescaling` specifies: each output is divided by the largest |h| of its unit,
    /// or of all units of the layer, over the examples `train`.
    ///
    /// # Errors
    /// [`Failure`] if the codes cannot be computed.
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
        let each = layer.activation().outputs_per_unit();
        let mut peaks = vec![0f32; layer.units()];
        // The divisor is slightly above the peak, so that no rescaled value exceeds 1 because of rounding.
        let slack = |peak: f32| peak * (1.0 + 1e-5);
        codes::each(&layer, train, |code| {
            // The two outputs of a pair share their weights, and therefore the divisor.
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

/// Fails if a target of layer 1, computed from the inputs of a training example, is outside the range of outputs of the
/// reconstruction layer. The targets of the other layers are computed from codes, whose range was checked with the
/// settings.
///
/// # Errors
/// [`Failure::Usage`] with the first target outside the range.
pub(crate) fn check_inputs(denoising: Denoising, train: &Examples) -> Result<(), Failure> {
    let (lowest, highest) = denoising.reconstruction.reachable();
    let mut row = Vec::new();
    for i in 0..train.len() {
        row.clear();
        train.row(i).write(&mut row);
        let mut targets = row.iter().map(|x| denoising.target.of(*x));
        if let Some(beyond) = targets.find(|target| !(lowest..=highest).contains(target)) {
            return Err(Failure::Usage(format!(
                "layer 1 must reconstruct inputs such as {beyond}, but {} reaches only {lowest} to {highest}; set \
                 pretraining.reconstruction=linear-quadratic, which reaches all numbers, or scale your own pictures with \
                 --scaling unit",
                denoising.reconstruction
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
