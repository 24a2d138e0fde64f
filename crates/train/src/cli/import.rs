//! `train import`: turns a network that was trained elsewhere into a run, to be evaluated and explored.

mod scales;

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
use data::DataSet;
use exchange::{Format, Found, Parts};
use model::{Activation, SignMask};
use preprocessing::Preprocessing;
use std::path::{Path, PathBuf};
use units::{ActivationName, Numbers};

/// Options of `train import`.
#[derive(clap::Args, Debug)]
pub struct ImportArgs {
    /// The network, as a .safetensors, .onnx or .npz file.
    pub file: PathBuf,
    /// The activation of the hidden units, if the file does not state it.
    #[arg(long, value_name = "NAME", value_parser = activation_names())]
    pub activation: Option<ActivationName>,
    /// The mean that was subtracted from the inputs when the network was trained: one number, or one for each channel
    /// or input. For a table, the mean and the standard deviation are in the units of the columns: --mean 0 --std 1
    /// states that the network reads the columns unscaled. For images, the mean and the standard deviation refer to
    /// pixels from 0 to 1, or from -1 to 1 with data.range=symmetric: for a network that reads stored pixels from 0 to
    /// 255, write --mean 0 --std 0.00392156862745098.
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', allow_negative_numbers = true)]
    pub mean: Vec<f64>,
    /// The standard deviation by which the inputs were divided: one number, or one for each channel or input.
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',')]
    pub std: Vec<f64>,
    /// The data set on which to evaluate the network; `train data list` lists all data sets.
    #[arg(long, value_name = "NAME", default_value = "digits")]
    pub dataset: String,
    /// Change another setting, for example data.range=symmetric; may be repeated.
    #[arg(long, value_name = "KEY=VALUE", value_parser = KeyValue, hide_possible_values = true)]
    pub set: Vec<String>,
    /// The folder for the run's files; default: a new folder in artifacts/.
    #[arg(long, value_name = "DIR")]
    pub run_dir: Option<PathBuf>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened options have their own documentation")]
    pub source: SourceArgs,
}

/// Parses the name of an activation on the command line.
fn activation_names() -> impl TypedValueParser<Value = ActivationName> {
    PossibleValuesParser::new(ActivationName::ALL)
        .try_map(|name| ActivationName::find(&name).ok_or("not the name of an activation"))
}

/// Reads a network, evaluates it, and writes the folder of a run.
///
/// # Errors
/// [`Failure`] when a setting, the backend or the engine cannot be used, the data cannot be loaded, the file cannot be
/// read or does not contain a network that fits the data, an output of the network is not finite, or the run's folder
/// is in use or cannot be written.
pub fn import(args: &ImportArgs) -> Result<(), Failure> {
    let found = read(&args.file, args.activation.map(|name| name.with(Numbers::default())))?;
    let parts = found.network.parts();
    let config = config::resolve_new(None, &overrides(args, parts)?)?;
    args.run_dir.as_deref().map_or(Ok(()), RunFolder::check_empty)?;
    config.training.backend.device()?;
    config.training.engine.on(config.training.backend)?;
    let data = load::load(&config, &args.source.source(config.data.dir.clone()))?;
    fits(&args.file, parts, &config, &data)?;
    let given = scales::given(&args.mean, &args.std, &data).map_err(|problem| Failure::Usage(problem.to_string()))?;
    if given.is_some() && parts.notes.preprocessing.is_some() {
        return Err(Failure::Usage(format!(
            "{} states how its inputs are scaled; leave out --mean and --std",
            args.file.display()
        )));
    }
    let (parts, assumed) =
        scales::fitted(found, given, &data).map_err(|problem| Failure::Import { path: args.file.clone(), problem })?;
    for assumption in &assumed {
        terminal::notice(assumption);
    }
    let folder = match &args.run_dir {
        Some(path) => RunFolder::create(path)?,
        None => RunFolder::first_free(&name(&args.file), config.training.seed)?,
    };
    let network = portable::network(&parts, &Device::flex());
    let command = format!("train import {} --dataset {}", args.file.display(), args.dataset);
    let result = supervised::adopt(&config, &folder, data, network, command)?;
    terminal::line(&terminal::summary(&report::read_manifest(&folder.manifest())?, &result));
    terminal::line(&format!("next     train explore {}", folder.path().display()));
    Ok(())
}

/// Reads the network in `file`, whose format follows from its extension; `unstated` is the activation to assume if the
/// file does not state an activation. Prints each of [`Found::notes`] as a notice.
fn read(file: &Path, unstated: Option<Activation>) -> Result<Found, Failure> {
    let bytes = files::read(file)?;
    let format = match file.extension().and_then(|extension| extension.to_str()) {
        Some("safetensors") => Format::Safetensors,
        Some("npz") => Format::Npz,
        Some("onnx") => Format::Onnx,
        _ => {
            return Err(Failure::Usage(format!(
                "{} is not a .safetensors, .onnx or .npz file; export the network as one of these",
                file.display()
            )));
        }
    };
    let found = Found::read(&bytes, format, unstated);
    let found = found.map_err(|problem| match problem {
        exchange::Error::Unstated => Failure::Usage(format!(
            "{}: the file does not name the activation of its hidden units; pass --activation, for example \
             --activation rectifier",
            file.display()
        )),
        problem => Failure::Import { path: file.to_owned(), problem },
    })?;
    for note in &found.notes {
        terminal::notice(note);
    }
    Ok(found)
}

/// The settings that describe the network, followed by the settings on the command line, which take precedence.
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
    if parts.notes.pixels().is_some_and(|pixels| pixels.lowest < 0.0) {
        setting("data.range", "symmetric".into());
    }
    all.extend(args.source.setting()?);
    for text in &args.set {
        all.push(Override::parse(text)?);
    }
    Ok(all)
}

/// Checks that the network accepts `data`, and that `config` describes the network.
fn fits(file: &Path, parts: &Parts, config: &Config, data: &DataSet) -> Result<(), Failure> {
    let (shape, train) = (portable::config(parts), &data.splits.train);
    let expected = [train.features(), train.classes()];
    let refused = |what: &str| Err(Failure::Usage(format!("{} {what}", file.display())));
    if [shape.inputs, shape.outputs] == expected {
        if config.network(shape.inputs, shape.outputs) != shape || config.pretraining.is_some() {
            return refused(
                "contradicts a setting of [model] or [pretraining]; leave this setting out, since the file describes \
                 the network",
            );
        }
        return match portable::difference(parts, data) {
            Some(difference) => {
                refused(&format!("{difference}; choose the data set and label that the network was trained on"))
            }
            None => Ok(()),
        };
    }
    // Most networks of texts and tables were trained on the user's own data.
    let own = match parts.notes.preprocessing.as_ref().filter(|_| config.data.format.is_none()) {
        Some(Preprocessing::Terms(_)) => Some(("texts", "reviews")),
        Some(Preprocessing::Columns(_)) => Some(("tables", "csv")),
        Some(Preprocessing::Sparse(_)) => Some(("tables", "libsvm")),
        Some(Preprocessing::Pixels(_)) | None => None,
    };
    let remedy = own.map_or_else(
        || "choose another --dataset".to_owned(),
        |(what, format)| {
            format!(
                "the network reads {what}: give their folder with --data-dir FOLDER --set data.format={format}, or choose \
                 another --dataset"
            )
        },
    );
    Err(Failure::Usage(format!(
        "{} maps {} inputs to {} classes, but {} has {} inputs and {} classes; {remedy}",
        file.display(),
        shape.inputs,
        shape.outputs,
        data.name,
        expected[0],
        expected[1]
    )))
}

fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
