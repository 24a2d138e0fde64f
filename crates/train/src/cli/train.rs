//! `train` without a command: the options, and the run that the options describe.

use crate::cli::own::OwnArgs;
use crate::cli::settings::{self, KeyValue};
use crate::cli::source::SourceArgs;
use crate::config::backend::Backend;
use crate::config::{self, Config, DataConfig, Override};
use crate::failure::Failure;
use crate::run::folder;
use crate::run::folder::RunFolder;
use crate::run::load;
use crate::run::progress::Watch;
use crate::run::supervised;
use crate::terminal::{self, Renderer, RendererChoice};
use clap::Args;
use std::path::PathBuf;

/// Options of `train` without a command.
#[derive(Args, Debug)]
pub struct TrainArgs {
    /// The file with the settings of the experiment, such as a file in `configs/`; default: an experiment on the
    /// embedded digits.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Change a setting, for example training.epochs=5 or model.hidden=[100,100]; may be repeated. `train settings`
    /// explains all settings.
    #[arg(long, value_name = "KEY=VALUE", value_parser = KeyValue, hide_possible_values = true)]
    set: Vec<String>,
    /// The backend to compute on.
    #[arg(long, value_parser = settings::choice::<Backend>("training.backend"))]
    backend: Option<Backend>,
    /// The name of the data set; `train data list` lists all data sets.
    #[arg(long, value_name = "NAME", conflicts_with = "format")]
    dataset: Option<String>,
    /// The format of your own data in the folder of --data-dir.
    #[arg(long, value_parser = settings::choice::<data::Format>("data.format"), requires = "data_dir")]
    format: Option<data::Format>,
    /// Seed of all random numbers.
    #[arg(long, value_name = "N")]
    seed: Option<i64>,
    /// Passes over the training set.
    #[arg(long, value_name = "N")]
    epochs: Option<i64>,
    /// The folder for the run's files; default: a new folder in artifacts/.
    #[arg(long, value_name = "DIR")]
    run_dir: Option<PathBuf>,
    /// Resume an interrupted run: the run in --run-dir, or else the latest run of this experiment and seed.
    #[arg(long)]
    resume: bool,
    /// How to show progress.
    #[arg(long, value_enum, default_value = "auto")]
    renderer: RendererChoice,
    /// Also write the learning curves to an event file for TensorBoard.
    #[arg(long)]
    events: bool,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    own: OwnArgs,
}

impl TrainArgs {
    /// All options that change a setting, as overrides. A later override of a setting replaces an earlier override.
    fn overrides(&self) -> Result<Vec<Override>, Failure> {
        let mut all = self.set.iter().map(|text| Override::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let mut option = |name: &str, key: &str, value: Option<toml::Value>| {
            if let Some(value) = value {
                let typed = format!("--{name} {}", value.to_string().trim_matches('"'));
                all.push(Override::option(key, value, typed));
            }
        };
        option("backend", "training.backend", self.backend.map(|b| b.to_string().into()));
        option("dataset", "data.dataset", self.dataset.clone().map(Into::into));
        option("format", "data.format", self.format.and_then(|format| toml::Value::try_from(format).ok()));
        option("seed", "training.seed", self.seed.map(Into::into));
        option("epochs", "training.epochs", self.epochs.map(Into::into));
        all.extend(self.source.setting()?);
        all.extend(self.own.settings());
        Ok(all)
    }

    /// The configuration: the settings in the file of `--config`, or else `base`, or else the defaults, changed by the
    /// options.
    fn config(&self, base: Option<&Config>) -> Result<Config, Failure> {
        let overrides = self.overrides()?;
        let file = match (&self.config, base) {
            (Some(path), _) => Some((path.clone(), files::read_text(path)?)),
            (None, Some(base)) => Some((PathBuf::from("config.toml"), toml::to_string(base).unwrap_or_default())),
            (None, None) => None,
        };
        let file = file.as_ref().map(|(path, text)| (path.as_path(), text.as_str()));
        Ok(match base {
            None => config::resolve_new(file, &overrides)?,
            Some(_) => config::resolve(file, &overrides)?,
        })
    }

    /// The name of the experiment: the name of the configuration file without the extension, or else the name of the
    /// folder with the user's data, or else the name of the data set.
    fn name(&self, config: &Config) -> String {
        let own = config.data.dir.as_ref().filter(|_| config.data.format.is_some());
        let own = own.and_then(|dir| dir.canonicalize().ok());
        let named = self.config.as_ref().and_then(|path| path.file_stem()).or_else(|| own.as_ref()?.file_name());
        named.map_or_else(|| config.data.dataset.clone(), |name| name.to_string_lossy().into_owned())
    }
}

/// Trains a new run, or resumes a run that was started before.
///
/// # Errors
/// [`Failure`] when the run cannot start, diverges, learns nothing or is stopped, or when a file cannot be read or
/// written.
pub fn train(args: &TrainArgs) -> Result<(), Failure> {
    let renderer = args.renderer.resolve().map_err(Failure::Usage)?;
    let (config, begun) = if args.resume {
        let (config, folder) = resumed(args)?;
        if folder.result().is_file() {
            let result: report::RunResult = report::read_result(&folder.result())?;
            terminal::notice(&format!("the run in {} is already finished", folder.path().display()));
            return finish(renderer, &folder, &result, None);
        }
        (config, Some(folder))
    } else {
        (fresh(args)?, None)
    };
    let data = load::load(&config, &args.source.source(config.data.dir.clone()))?;
    let folder = match (begun, &args.run_dir) {
        (Some(folder), _) => folder,
        (None, Some(path)) => RunFolder::create(path)?,
        (None, None) => RunFolder::first_free(&args.name(&config), config.training.seed)?,
    };
    terminal::notice(&introduction(&config, &data, &folder));
    let shape = data.splits.train.shape();
    let events = args.events.then(|| folder.events());
    let result = supervised::run(&config, &folder, data, &Watch { events, ..Watch::through(renderer) });
    if let Err(failure) = &result {
        folder::note_divergence(&folder, failure)?;
    }
    finish(renderer, &folder, &result?, shape)
}

/// The configuration of a new run. The data set's name, the backend, the engine and the run's folder are checked here,
/// before data are loaded and files are written.
fn fresh(args: &TrainArgs) -> Result<Config, Failure> {
    let config = args.config(None)?;
    if config.data.format.is_none() {
        let set = data::catalogue::find(&config.data.dataset)?;
        let embedded = set.sources().iter().all(|source| source.files().is_empty());
        if embedded && args.source.data_dir.is_some() && args.config.is_none() {
            return Err(Failure::Usage(format!(
                "--data-dir has no effect on {}, which is embedded in the program; name the format of the files with \
                 --format, or their data set with --dataset",
                config.data.dataset
            )));
        }
    }
    config.training.backend.device()?;
    config.training.engine.on(config.training.backend)?;
    args.run_dir.as_deref().map_or(Ok(()), RunFolder::check_empty)?;
    Ok(config)
}

fn resumed(args: &TrainArgs) -> Result<(Config, RunFolder), Failure> {
    let folder = if let Some(path) = &args.run_dir {
        RunFolder::open(path)?
    } else {
        let config = args.config(None)?;
        RunFolder::latest(&args.name(&config), config.training.seed)?
    };
    let config = folder.read_config()?;
    if report::read_epochs(&folder.metrics()).is_ok_and(|epochs| epochs.iter().any(|epoch| epoch.epoch == 0)) {
        return Err(Failure::Usage(format!(
            "{} holds an imported network, which cannot be resumed; import it again",
            folder.path().display()
        )));
    }
    let asked = args.config(Some(&config))?;
    // The folder of the data may have changed. Before training is resumed, the data are compared with the manifest.
    let moved = Config { data: DataConfig { dir: asked.data.dir.clone(), ..config.data.clone() }, ..config.clone() };
    if asked != moved {
        let path = folder.config();
        return Err(Failure::Usage(format!(
            "the options differ from {}, with which the run was started; leave these options out, or start another run \
             without --resume",
            path.display()
        )));
    }
    let config = moved;
    Ok((config, folder))
}

fn introduction(config: &Config, data: &data::DataSet, folder: &RunFolder) -> String {
    let splits = &data.splits;
    let network = config.network(splits.train.features(), splits.train.classes());
    let widths: Vec<String> = network.widths().iter().map(ToString::to_string).collect();
    format!(
        "{}: {} training, {} validation, {} test examples; network {}, seed {}, {}; run folder {}",
        data.name,
        splits.train.len(),
        splits.validation.len(),
        splits.test.len(),
        widths.join("-"),
        config.training.seed,
        config.training.backend,
        folder.path().display()
    )
}

fn finish(
    renderer: Renderer,
    folder: &RunFolder,
    result: &report::RunResult,
    shape: Option<data::Shape>,
) -> Result<(), Failure> {
    match renderer {
        Renderer::Json => terminal::line(&terminal::json(result)),
        Renderer::Tui | Renderer::Plain => {
            let run = folder.path().display();
            terminal::line(&terminal::summary(&report::read_manifest(&folder.manifest())?, result));
            terminal::line(&format!("report   {}", folder.report().display()));
            terminal::line(&format!("records  {} (.safetensors beside it)", folder.record("best").display()));
            terminal::line(&match shape {
                Some(_) => format!("next     train predict {run} IMAGE.png"),
                None => format!("next     train evaluate {run}"),
            });
        }
    }
    Ok(())
}
