//! `train import`: a network that was trained elsewhere becomes a run, to be explored and measured.

use crate::cli::portable;
use crate::cli::settings::KeyValue;
use crate::cli::source::SourceArgs;
use crate::config::{self, Config, Override};
use crate::failure::Failure;
use crate::run::folder::RunFolder;
use crate::run::load;
use crate::run::supervised;
use crate::terminal;
use burn::prelude::Device;
use data::{DataSet, Examples, Scale, Shape};
use exchange::{Formula, Notes, Parts, Pixels, Portable};
use model::SignMask;
use std::path::{Path, PathBuf};

/// Options of `train import`.
#[derive(clap::Args, Debug)]
pub struct ImportArgs {
    /// The network: a .safetensors, .onnx or .npz file.
    pub file: PathBuf,
    /// What the hidden units compute, where the file does not say.
    #[arg(long, value_enum)]
    pub activation: Option<UnstatedUnits>,
    /// The data set on which it is measured; `train data list` shows them.
    #[arg(long, value_name = "NAME", default_value = "digits")]
    pub dataset: String,
    /// Change another setting, such as data.range=symmetric; may be repeated.
    #[arg(long, value_name = "KEY=VALUE", value_parser = KeyValue, hide_possible_values = true)]
    pub set: Vec<String>,
    /// Where the run's files go; default: the first free folder in artifacts/.
    #[arg(long, value_name = "DIR")]
    pub run_dir: Option<PathBuf>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its own options say what they are")]
    pub source: SourceArgs,
}

/// Units of files that only hold weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum UnstatedUnits {
    /// max(0, x).
    Rectifier,
    /// ln(1 + exp(x)).
    Softplus,
    /// tanh(x).
    Tanh,
    /// 1 / (1 + exp(-x)).
    Logistic,
}

impl UnstatedUnits {
    fn formula(self) -> Formula {
        match self {
            Self::Rectifier => Formula::Rectifier,
            Self::Softplus => Formula::Softplus { alpha: 1.0 },
            Self::Tanh => Formula::Tanh,
            Self::Logistic => Formula::Logistic,
        }
    }
}

/// Reads the network, measures it, and leaves a run's folder.
///
/// # Errors
/// [`Failure`] when the file holds no network that fits the data, or something cannot be written.
pub fn import(args: &ImportArgs) -> Result<(), Failure> {
    let parts = read(&args.file, args.activation.map(UnstatedUnits::formula))?.into_parts();
    let config = config::resolve(None, &overrides(args, &parts)?)?;
    args.run_dir.as_deref().map_or(Ok(()), RunFolder::check_empty)?;
    config.training.backend.device()?;
    config.training.engine.on(config.training.backend)?;
    let data = load::load(&config, &args.source.source(config.data.dir.clone()))?;
    fits(&args.file, &parts, &config, &data)?;
    let folder = match &args.run_dir {
        Some(path) => RunFolder::create(path)?,
        None => RunFolder::first_free(&name(&args.file), config.training.seed)?,
    };
    let network = portable::network(&parts, &Device::flex());
    let command = format!("train import {} --dataset {}", args.file.display(), args.dataset);
    let result = supervised::adopt(&config, &folder, data, network, command)?;
    terminal::line(&terminal::summary(&result));
    terminal::line(&format!("next     train explore {}", folder.path().display()));
    Ok(())
}

/// The network in `file`, by the end of its name.
fn read(file: &Path, unstated: Option<Formula>) -> Result<Portable, Failure> {
    let bytes = files::read(file)?;
    let named = |problem| Failure::Import { path: file.to_owned(), problem };
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("safetensors") => exchange::from_safetensors(&bytes, unstated).map_err(named),
        Some("npz") => exchange::from_npz(&bytes, unstated).map_err(named),
        Some("onnx") if unstated.is_some() => Err(Failure::Usage(format!(
            "{} says itself what its units compute; leave --activation out",
            file.display()
        ))),
        Some("onnx") => exchange::from_onnx(&bytes).map_err(named),
        _ => Err(Failure::Usage(format!(
            "{} is none of .safetensors, .onnx and .npz; export the network as one of them",
            file.display()
        ))),
    }
}

/// The settings that describe the network, under those that were typed.
fn overrides(args: &ImportArgs, parts: &Parts) -> Result<Vec<Override>, Failure> {
    let shape = portable::config(parts);
    let masked = if shape.sign_mask == SignMask::FairCoin { "fair-coin" } else { "none" };
    let (name, [alpha, threshold]) = named(parts.formula);
    let hidden: Vec<toml::Value> =
        shape.hidden.iter().map(|units| i64::try_from(*units).unwrap_or(i64::MAX).into()).collect();
    let mut all = Vec::new();
    let mut setting = |key: &str, value: toml::Value| {
        let typed = format!("{key} of {}", args.file.display());
        all.push(Override::option(key, value, typed));
    };
    setting("model.hidden", hidden.into());
    setting("model.activation", name.into());
    setting("model.sign_mask", masked.into());
    if let Some(alpha) = alpha {
        setting("model.softplus_alpha", alpha.into());
    }
    if let Some(threshold) = threshold {
        setting("model.softplus_threshold", threshold.into());
    }
    setting("data.dataset", args.dataset.clone().into());
    if parts.notes.input.is_some_and(|pixels| pixels.lowest < 0.0) {
        setting("data.range", "symmetric".into());
    }
    all.extend(args.source.setting()?);
    for text in &args.set {
        all.push(Override::parse(text)?);
    }
    Ok(all)
}

/// The name of a formula in a configuration, with its alpha and its threshold.
fn named(formula: Formula) -> (String, [Option<f64>; 2]) {
    let numbers = match formula {
        Formula::Softplus { alpha } | Formula::CentredSoftplus { alpha } => [Some(alpha), None],
        Formula::ThresholdedSoftplus { alpha, threshold } => [Some(alpha), Some(threshold)],
        _ => [None, None],
    };
    let json = serde_json::to_value(formula).unwrap_or_default();
    let key = json.as_object().and_then(|object| object.keys().next().cloned());
    (key.or_else(|| json.as_str().map(str::to_owned)).unwrap_or_default(), numbers)
}

/// Whether the network reads `data`, and is the one that `config` describes.
fn fits(file: &Path, parts: &Parts, config: &Config, data: &DataSet) -> Result<(), Failure> {
    let (shape, train) = (portable::config(parts), &data.splits.train);
    let expected = [train.features(), train.classes()];
    let refused = |what: &str| Err(Failure::Usage(format!("{} {what}", file.display())));
    if [shape.inputs, shape.outputs] == expected {
        let Notes { classes, input } = &parts.notes;
        if config.network(shape.inputs, shape.outputs) != shape || config.pretraining.is_some() {
            return refused(
                "is not what --set says of [model] or [pretraining]; leave these out, the file has its network",
            );
        }
        if !classes.is_empty() && *classes != data.classes {
            return refused("names other classes than the data; choose the data set that it was trained on");
        }
        if input.is_some() && *input != pixels(train) {
            return refused("reads images of another form than the data's; choose the data set that it was trained on");
        }
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{} takes {} inputs to {} classes, {} has {} and {}; choose another --dataset",
        file.display(),
        shape.inputs,
        shape.outputs,
        data.name,
        expected[0],
        expected[1]
    )))
}

/// How images of `examples` become rows; none when they are no images.
fn pixels(examples: &Examples) -> Option<Pixels> {
    let (Shape { channels, height, width }, Scale { maximum, lowest }) = (examples.shape()?, examples.scale()?);
    Some(Pixels { channels, height, width, maximum, lowest })
}

fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
