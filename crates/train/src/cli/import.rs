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
use clap::builder::{PossibleValuesParser, TypedValueParser};
use data::{DataSet, Examples, Scale, Shape};
use exchange::{Notes, Parts, Pixels, Portable};
use model::{Activation, SignMask};
use std::path::{Path, PathBuf};
use units::{ActivationName, Numbers};

/// Options of `train import`.
#[derive(clap::Args, Debug)]
pub struct ImportArgs {
    /// The network: a .safetensors, .onnx or .npz file.
    pub file: PathBuf,
    /// What the hidden units compute, where the file does not say.
    #[arg(long, value_name = "NAME", value_parser = activation_names())]
    pub activation: Option<ActivationName>,
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

/// The name of an activation on the command line.
fn activation_names() -> impl TypedValueParser<Value = ActivationName> {
    PossibleValuesParser::new(ActivationName::ALL)
        .try_map(|name| ActivationName::find(&name).ok_or("this is no activation"))
}

/// Reads the network, measures it, and leaves a run's folder.
///
/// # Errors
/// [`Failure`] when the file holds no network that fits the data, or something cannot be written.
pub fn import(args: &ImportArgs) -> Result<(), Failure> {
    let parts = read(&args.file, args.activation.map(|name| name.with(Numbers::default())))?.into_parts();
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
fn read(file: &Path, unstated: Option<Activation>) -> Result<Portable, Failure> {
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
    let hidden: Vec<toml::Value> =
        shape.hidden.iter().map(|units| i64::try_from(*units).unwrap_or(i64::MAX).into()).collect();
    let mut all = Vec::new();
    let mut setting = |key: &str, value: toml::Value| {
        let typed = format!("{key} of {}", args.file.display());
        all.push(Override::option(key, value, typed));
    };
    setting("model.hidden", hidden.into());
    setting("model.activation", parts.activation.name().into());
    setting("model.sign_mask", masked.into());
    for (number, value) in parts.activation.numbers() {
        setting(&format!("model.softplus_{number}"), value.into());
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
