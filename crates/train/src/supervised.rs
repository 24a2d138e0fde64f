//! One supervised run, top to bottom: data -> batch -> model -> loss -> learner -> record -> report.

use crate::backend;
use crate::config::Config;
use crate::evaluate::{self, Evaluation};
use crate::failure::Failure;
use crate::folder::RunFolder;
use crate::interrupt;
use crate::learn::{self, Ended, Lesson};
use crate::minibatches::Minibatches;
use crate::state::Snapshot;
use crate::terminal::{self, Renderer};
use burn::module::Module;
use burn::prelude::Device;
use data::{DataSet, Examples};
use model::{Network, NetworkConfig, Record};
use report::{Confused, Counts, Epoch, Image, Manifest, Page, RunResult};
use std::sync::Arc;
use std::time::Duration;

/// Examples of a validation minibatch.
const VALIDATION_BATCH: usize = 100;
/// First-layer filters in the report.
const FILTERS: usize = 100;
/// Most confused images in the report.
const CONFUSED: usize = 24;

/// Whether a run begins or goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// In an empty folder.
    Fresh,
    /// From the checkpoint in the folder, or from the beginning when it was cut off before the first one.
    Resume,
}

/// Trains as `config` says, in `folder`, and leaves records, result and report there.
///
/// # Errors
/// [`Failure`], [`Failure::Interrupted`] included; what was reached is then saved.
pub fn run(
    config: &Config,
    folder: &RunFolder,
    data: DataSet,
    start: Start,
    renderer: Renderer,
) -> Result<RunResult, Failure> {
    let _lock = folder.lock()?;
    let device = config.training.backend.device()?;
    let network_config = config.network(data.splits.train.features(), data.splits.train.classes());
    let input = Input::of(&data.splits.train);
    let manifest = manifest(config, &data, &network_config, &device, folder);
    let [train, validation, test] = [data.splits.train, data.splits.validation, data.splits.test].map(Arc::new);
    if start == Start::Fresh {
        files::write(&folder.config(), toml_of(config).as_bytes())?;
        report::write_manifest(&folder.manifest(), &manifest)?;
    }

    let snapshot = starting_point(config, &network_config, folder, &device)?;
    let lesson = Lesson {
        train: Minibatches::new(train.clone(), config.training.batch_size, device.clone().autodiff()),
        validation: Minibatches::new(validation, VALIDATION_BATCH, device.clone()),
        seed: config.training.seed,
        epochs: config.training.epochs,
        patience: config.training.patience,
        learning_rate: config.training.learning_rate,
        l1: config.training.l1,
        checkpoint: folder.checkpoint(),
        every: Duration::from_secs_f64(config.training.checkpoint_seconds),
    };
    interrupt::listen();
    let (metrics, epochs) = (folder.metrics(), config.training.epochs);
    let on_epoch = move |history: &[Epoch]| {
        if let Some(last) = history.last() {
            terminal::epoch(renderer, last, epochs);
        }
        Ok(report::write_epochs(&metrics, history)?)
    };
    let (snapshot, ended) = learn::learn(lesson, snapshot, renderer, Box::new(on_epoch))?;

    report::write_epochs(&folder.metrics(), &snapshot.state.history)?;
    publish(folder, "last", &snapshot.last, &network_config, &input)?;
    if let Some(best) = &snapshot.best {
        publish(folder, "best", best, &network_config, &input)?;
    }
    let (Some(best), Some(selected), false) = (&snapshot.best, snapshot.state.best(), ended == Ended::Interrupted)
    else {
        let (epoch, step) = (snapshot.state.epoch, snapshot.state.step);
        return Err(Failure::Interrupted { epoch, step, resume: resume_command(folder) });
    };

    let best = best.valid();
    let evaluation = evaluate::evaluate(&best, &test, &device);
    let result = RunResult {
        dataset: data.name,
        seed: config.training.seed,
        backend: config.training.backend.to_string(),
        epochs: snapshot.state.history.len(),
        selected_epoch: selected.epoch,
        validation_error: selected.validation_error,
        test_error: evaluation.error,
        test_nll: evaluation.nll,
        sparsity: evaluation.sparsity.clone(),
        dead_units: evaluate::dead_units(&best, &train, &device),
        examples_per_second: snapshot.state.trained_examples as f64 / snapshot.state.training_seconds.max(1e-9),
        training_seconds: snapshot.state.training_seconds,
        stopped: if ended == Ended::Patience { "patience" } else { "epochs" }.to_owned(),
        examples: manifest.examples,
    };
    report::write_result(&folder.result(), &result)?;
    let page = Page {
        manifest: &manifest,
        config: &toml_of(config),
        epochs: &snapshot.state.history,
        result: &result,
        confusion: &evaluation.confusion,
        filters: filters(&best, &input),
        confused: confused(&evaluation, &test, &input),
    };
    report::write_page(&folder.report(), &page)?;
    Ok(result)
}

/// Repeats the test of the run in `folder`: its best record on the test set, everything else as `recorded`.
///
/// # Errors
/// [`Failure`] when the record cannot be used.
pub fn evaluate(
    folder: &RunFolder,
    config: &Config,
    data: DataSet,
    recorded: &RunResult,
) -> Result<RunResult, Failure> {
    let device = config.training.backend.device()?;
    let record = Record::load(&folder.record("best"))?;
    let shape = config.network(data.splits.train.features(), data.splits.train.classes());
    let best = record.network("", &shape, &device)?;
    let [train, test] = [data.splits.train, data.splits.test].map(Arc::new);
    let evaluation = evaluate::evaluate(&best, &test, &device);
    Ok(RunResult {
        test_error: evaluation.error,
        test_nll: evaluation.nll,
        sparsity: evaluation.sparsity,
        dead_units: evaluate::dead_units(&best, &train, &device),
        ..recorded.clone()
    })
}

/// How an input row is laid out, noted in each record for `train predict`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Input {
    /// Rows of the image.
    pub height: usize,
    /// Columns of the image.
    pub width: usize,
    /// The stored value that stands for 1.
    pub maximum: u8,
}

impl Input {
    fn of(examples: &Examples) -> Self {
        let shape = examples.shape();
        Self { height: shape.height, width: shape.width, maximum: examples.maximum() }
    }
}

fn starting_point(
    config: &Config,
    network: &NetworkConfig,
    folder: &RunFolder,
    device: &Device,
) -> Result<Snapshot, Failure> {
    let trainable = device.clone().autodiff();
    // A run that was cut off before its first checkpoint begins anew; the seed makes it the same run.
    if folder.checkpoint().exists() {
        return Ok(Snapshot::load(&folder.checkpoint(), network, &trainable)?);
    }
    Ok(Snapshot::fresh(network.init(config.training.seed, &trainable), &config.model.hidden))
}

fn publish(
    folder: &RunFolder,
    name: &str,
    network: &Network,
    config: &NetworkConfig,
    input: &Input,
) -> Result<(), Failure> {
    let record = Record::of(network, config)?.note("input", terminal::json(input));
    files::write(&folder.safetensors(name), &record.to_safetensors()?)?;
    record.save(&folder.record(name))?;
    Ok(())
}

fn manifest(config: &Config, data: &DataSet, network: &NetworkConfig, device: &Device, folder: &RunFolder) -> Manifest {
    let splits = &data.splits;
    Manifest {
        name: folder.path().file_name().unwrap_or_default().to_string_lossy().into_owned(),
        command: format!("train --config {}", folder.config().display()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        burn: "0.22.1".to_owned(),
        dataset: data.name.clone(),
        credit: data.credit.clone(),
        checksums: data.checksums.clone(),
        examples: Counts { train: splits.train.len(), validation: splits.validation.len(), test: splits.test.len() },
        seed: config.training.seed,
        backend: config.training.backend.to_string(),
        device: backend::describe(device),
        parameters: network.parameters(),
        layers: network.widths(),
        activation: format!("{:?}", config.model.activation).to_lowercase(),
    }
}

/// The command that goes on with the run in `folder`.
#[must_use]
pub fn resume_command(folder: &RunFolder) -> String {
    format!("train --resume --run-dir {}", folder.path().display())
}

fn toml_of(config: &Config) -> String {
    toml::to_string(config).unwrap_or_default() // plain tables always serialise
}

/// The incoming weights of the first-layer units with the largest norms, as images.
fn filters(network: &Network, input: &Input) -> Vec<Image> {
    let Some(layer) = network.hidden.first() else { return Vec::new() };
    let units = layer.affine.weight.dims()[1];
    let weights: Vec<f32> = layer.affine.weight.val().into_data().iter().collect();
    let column = |j: usize| weights.iter().skip(j).step_by(units).copied().collect::<Vec<f32>>();
    let norm = |j: &usize| column(*j).iter().map(|w| w * w).sum::<f32>();
    let mut order: Vec<usize> = (0..units).collect();
    order.sort_by(|a, b| norm(b).total_cmp(&norm(a)).then(a.cmp(b)));
    let image = |j| Image { width: input.width, height: input.height, pixels: column(j) };
    order.into_iter().take(FILTERS).map(image).collect()
}

fn confused(evaluation: &Evaluation, test: &Examples, input: &Input) -> Vec<Confused> {
    let scaled = |row| test.row(row).iter().map(|v| f32::from(*v) / f32::from(input.maximum)).collect();
    let surest = evaluation.confused.iter().take(CONFUSED);
    surest
        .map(|wrong| Confused {
            image: Image { width: input.width, height: input.height, pixels: scaled(wrong.row) },
            label: wrong.label,
            predicted: wrong.predicted,
            probability: wrong.probability,
        })
        .collect()
}
