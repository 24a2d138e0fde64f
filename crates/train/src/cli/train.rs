//! `train` without a command: its options, and the run that they ask for.

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
    /// The experiment, one of `configs/`; default: the embedded digits.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Change a setting, such as training.epochs=5 or model.hidden=[100,100]; `train settings` lists them. May be repeated.
    #[arg(long, value_name = "KEY=VALUE", value_parser = KeyValue, hide_possible_values = true)]
    set: Vec<String>,
    /// What computes.
    #[arg(long, value_parser = settings::choice::<Backend>("training.backend"))]
    backend: Option<Backend>,
    /// Which data set; `train data list` shows them.
    #[arg(long, value_name = "NAME", conflicts_with = "format")]
    dataset: Option<String>,
    /// The format of your own data in --data-dir.
    #[arg(long, value_parser = settings::choice::<data::Format>("data.format"), requires = "data_dir")]
    format: Option<data::Format>,
    /// Seed of every random stream.
    #[arg(long, value_name = "N")]
    seed: Option<i64>,
    /// Passes over the training set.
    #[arg(long, value_name = "N")]
    epochs: Option<i64>,
    /// Where the run's files go; default: the first free folder in artifacts/.
    #[arg(long, value_name = "DIR")]
    run_dir: Option<PathBuf>,
    /// Go on with an interrupted run.
    #[arg(long)]
    resume: bool,
    /// How to show progress.
    #[arg(long, value_enum, default_value = "auto")]
    renderer: RendererChoice,
    /// Also write the curves as events, which TensorBoard shows.
    #[arg(long)]
    events: bool,
    #[command(flatten)]
    source: SourceArgs,
}

impl TrainArgs {
    /// All options that change a setting, the later ones stronger.
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
        Ok(all)
    }

    /// The configuration of the file, or `base` without one, under the options.
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

    /// The name of the experiment: its file's, or the data set's.
    fn name(&self, config: &Config) -> String {
        let own = config.data.dir.as_ref().filter(|_| config.data.format.is_some());
        let own = own.and_then(|dir| dir.canonicalize().ok());
        let named = self.config.as_ref().and_then(|path| path.file_stem()).or_else(|| own.as_ref()?.file_name());
        named.map_or_else(|| config.data.dataset.clone(), |name| name.to_string_lossy().into_owned())
    }
}

/// Trains a new run, or resumes one.
///
/// # Errors
/// [`Failure`] when it cannot start, or stops early.
pub fn train(args: &TrainArgs) -> Result<(), Failure> {
    let renderer = args.renderer.resolve().map_err(Failure::Usage)?;
    let (config, begun) = if args.resume {
        let (config, folder) = resumed(args)?;
        if folder.result().is_file() {
            let result: report::RunResult = report::read_result(&folder.result())?;
            terminal::notice(&format!("{} is finished already", folder.path().display()));
            finish(renderer, &folder, &result, None);
            return Ok(());
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
    finish(renderer, &folder, &result?, shape);
    Ok(())
}

/// The configuration of a new run. What can be refused is refused here, before data are loaded and files written.
fn fresh(args: &TrainArgs) -> Result<Config, Failure> {
    let config = args.config(None)?;
    if config.data.format.is_none() {
        let set = data::catalogue::find(&config.data.dataset)?;
        let embedded = set.sources().iter().all(|source| source.files().is_empty());
        if embedded && args.source.data_dir.is_some() && args.config.is_none() {
            return Err(Failure::Usage(format!(
                "--data-dir is not read by {}, which is part of the program; say what is in the folder with --format, \
                 or whose files they are with --dataset",
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
            "{} holds a network that was imported, and is not trained; import it again",
            folder.path().display()
        )));
    }
    let asked = args.config(Some(&config))?;
    // Data may have moved; that they are the same is checked when they are loaded.
    let moved = Config { data: DataConfig { dir: asked.data.dir.clone(), ..config.data.clone() }, ..config.clone() };
    if asked != moved {
        let path = folder.config();
        return Err(Failure::Usage(format!(
            "the options differ from {}, which the run was begun with; leave them out, or begin another run without \
             --resume",
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

fn finish(renderer: Renderer, folder: &RunFolder, result: &report::RunResult, shape: Option<data::Shape>) {
    match renderer {
        Renderer::Json => terminal::line(&terminal::json(result)),
        Renderer::Tui | Renderer::Plain => {
            let run = folder.path().display();
            terminal::line(&terminal::summary(result));
            terminal::line(&format!("report   {}", folder.report().display()));
            terminal::line(&format!("records  {} (.safetensors beside it)", folder.record("best").display()));
            terminal::line(&match shape {
                Some(_) => format!("next     train predict {run} IMAGE.png"),
                None => format!("next     train evaluate {run}"),
            });
        }
    }
}
