//! Greedy unsupervised pre-training, layer by layer (section 3.2): each is a denoising auto-encoder of the clean codes of
//! those below, which stay as they are.
//!
//! A layer and a rate are a training run of their own on the Learner, with a checkpoint of their own in the run's folder.
//! So an interrupted run goes on where it was, and what is finished is read back, not repeated.

use crate::config::engine::Engine;
use crate::config::{Penalty, PretrainingConfig, Rescaling};
use crate::failure::Failure;
use crate::learning::checkpoint::{Ended, Snapshot};
use crate::learning::denoising::Denoising;
use crate::learning::job::{Lesson, OnEpoch};
use crate::learning::minibatches::{Minibatches, looked_at_together};
use crate::learning::task::Task;
use crate::learning::trainer;
use crate::run::codes;
use crate::run::folder::RunFolder;
use crate::terminal::{self, Renderer};
use burn::module::Module;
use burn::prelude::Device;
use data::{Examples, Inputs};
use model::{Layer, Network, NetworkConfig, Target};
use report::{Epoch, PretrainedLayer, PretrainingEpoch};
use std::sync::Arc;
use std::time::Duration;

/// What pre-training needs.
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
    pub(crate) every: Duration,
    pub(crate) renderer: Renderer,
    /// What an input of 0 stands for at least: 0, or -1 for inputs in [-1, 1].
    pub(crate) lowest: f32,
}

/// What came of it.
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

/// A layer trained at one rate.
pub(crate) struct Candidate {
    pub(crate) learning_rate: f64,
    pub(crate) snapshot: Snapshot,
}

impl Candidate {
    /// Its lowest validation cost.
    pub(crate) fn cost(&self) -> f64 {
        self.snapshot.state.best().map_or(f64::INFINITY, |epoch| epoch.validation_nll)
    }
}

impl Pretrained {
    /// Adds the layer of `best`, which was trained as `denoising` says; nothing when it was not.
    pub(crate) fn take(&mut self, denoising: Denoising, best: &Candidate) -> Option<()> {
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

impl Pretraining<'_> {
    /// Pre-trains the hidden layers of `network` on `train`, chosen on `validation`.
    ///
    /// # Errors
    /// [`Failure`], [`Failure::Interrupted`] included; what was reached is then saved.
    pub(crate) fn layers(&self, network: &Network, train: Inputs, validation: Inputs) -> Result<Pretrained, Failure> {
        let mut train = Arc::new(Examples::without_labels(train)?);
        let mut validation = Arc::new(Examples::without_labels(validation)?);
        let mut pretrained = Pretrained::default();
        for (k, layer) in network.hidden.iter().enumerate() {
            let denoising = self.denoising(k, layer);
            check_reachable(denoising, &train)?;
            let best = self.layer(layer, denoising, (&train, &validation), &mut pretrained.history)?;
            pretrained.take(denoising, &best).ok_or_else(|| self.interrupted(&best.snapshot))?;
            if k + 1 < network.hidden.len()
                && let Some(layer) = pretrained.layers.last_mut()
            {
                *layer = self.rescaled(layer.clone(), &train)?;
                let most_bytes = self.config.code_gib * f64::from(1 << 30);
                train = Arc::new(codes::of(layer, &train, most_bytes)?);
                validation = Arc::new(codes::of(layer, &validation, most_bytes)?);
            }
        }
        // A run that was killed may have saved an epoch without writing it down.
        report::write_pretraining(&self.folder.pretraining(), &pretrained.history)?;
        Ok(pretrained)
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

    /// Trains `layer` at every rate: the one with the lowest validation cost.
    fn layer(
        &self,
        layer: &Layer,
        denoising: Denoising,
        (train, validation): (&Arc<Examples>, &Arc<Examples>),
        lines: &mut Vec<PretrainingEpoch>,
    ) -> Result<Candidate, Failure> {
        let mut best: Option<Candidate> = None;
        let mut diverged = None;
        for &learning_rate in &self.config.learning_rates {
            let lesson = self.lesson(denoising, learning_rate, train, validation);
            let snapshot = match self.candidate(layer, lesson, lines) {
                Ok(snapshot) => snapshot,
                // Another rate may do.
                Err(failure @ Failure::Diverged { .. }) if self.config.learning_rates.len() > 1 => {
                    terminal::notice(&format!("layer {}, rate {learning_rate}: {failure}", denoising.layer + 1));
                    diverged = Some(failure);
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            let history = &snapshot.state.history;
            lines.extend(history.iter().map(|epoch| line(denoising.layer, learning_rate, epoch)));
            let candidate = Candidate { learning_rate, snapshot };
            if best.as_ref().is_none_or(|best| candidate.cost() < best.cost()) {
                best = Some(candidate);
            }
        }
        match (best, diverged) {
            (Some(best), _) => Ok(best),
            (None, Some(failure)) => Err(failure),
            (None, None) => Err(Failure::Usage("pretraining.learning_rates is empty; give at least one".to_owned())),
        }
    }

    /// Trains `layer` as `lesson` says, or reads what was trained before.
    fn candidate(&self, layer: &Layer, lesson: Lesson, lines: &[PretrainingEpoch]) -> Result<Snapshot, Failure> {
        let Task::Reconstruct(denoising) = lesson.task else {
            return Err(Failure::Usage("pre-training reconstructs".to_owned()));
        };
        let snapshot = self.starting_point(layer, denoising, &lesson, &self.device.clone().autodiff())?;
        if snapshot.state.epoch > lesson.epochs {
            return Ok(snapshot);
        }
        let (on_epoch, learning_rate) = (self.on_epoch(denoising.layer, &lesson, lines), lesson.learning_rate);
        let (snapshot, ended) = trainer::learn(lesson, snapshot, self.renderer, on_epoch)?;
        if ended == Ended::Interrupted {
            terminal::notice(&format!(
                "stopped while pre-training layer {} at rate {learning_rate}",
                denoising.layer + 1
            ));
            return Err(self.interrupted(&snapshot));
        }
        Ok(snapshot)
    }

    /// The checkpoint of `lesson`, or a fresh auto-encoder of `layer`, on `device`.
    pub(crate) fn starting_point(
        &self,
        layer: &Layer,
        denoising: Denoising,
        lesson: &Lesson,
        device: &Device,
    ) -> Result<Snapshot, Failure> {
        let network = model::autoencoder(layer, denoising.decoder, self.seed, denoising.layer as u64);
        let config = config_of(&network, layer);
        if lesson.checkpoint.exists() {
            return Snapshot::load(&lesson.checkpoint, &self.run, &config, device);
        }
        Ok(Snapshot::fresh(network.fork(device), &config.hidden_widths(), &self.run))
    }

    fn interrupted(&self, snapshot: &Snapshot) -> Failure {
        let (epoch, step) = (snapshot.state.epoch, snapshot.state.step);
        Failure::Interrupted { epoch, step, resume: self.folder.resume_command() }
    }

    pub(crate) fn lesson(
        &self,
        denoising: Denoising,
        learning_rate: f64,
        train: &Arc<Examples>,
        validation: &Arc<Examples>,
    ) -> Lesson {
        Lesson {
            train: Minibatches::new(train.clone(), self.batch_size, self.device.clone().autodiff()),
            validation: Minibatches::new(
                validation.clone(),
                looked_at_together(validation.features()),
                self.device.clone(),
            ),
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
    pub(crate) fn on_epoch(&self, layer: usize, lesson: &Lesson, lines: &[PretrainingEpoch]) -> OnEpoch {
        let (path, lines, renderer) = (self.folder.pretraining(), lines.to_vec(), self.renderer);
        let (rate, epochs) = (lesson.learning_rate, lesson.epochs);
        Box::new(move |history: &[Epoch]| {
            let now: Vec<PretrainingEpoch> = history.iter().map(|epoch| line(layer, rate, epoch)).collect();
            if let Some(last) = now.last() {
                terminal::pretraining_epoch(renderer, last, epochs);
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

pub(crate) fn line(layer: usize, learning_rate: f64, epoch: &Epoch) -> PretrainingEpoch {
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
