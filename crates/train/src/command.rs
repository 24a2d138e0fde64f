//! The command line: what may be typed, and what each command does.

use crate::backend::Backend;
use crate::config::{self, Config, DataConfig, Override};
use crate::failure::Failure;
use crate::folder::RunFolder;
use crate::reproduce::{self, ReportArgs, ReproduceArgs};
use crate::supervised;
use crate::sweep::{self, SweepArgs};
use crate::terminal::{self, Format, Renderer, RendererChoice};
use crate::{datasets, doctor, predict, runs};
use clap::{Args, Parser, Subcommand};
use data::{Network, Source};
use std::path::PathBuf;
use std::process::ExitCode;

/// Deep sparse rectifier networks (Glorot, Bordes, Bengio 2011), trained, measured and used.
///
/// Without a command it trains: with no options, three layers of 200 rectifiers on the embedded digits, in half a
/// minute and without a network connection.
#[derive(Debug, Parser)]
#[command(name = "train", version, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    train: TrainArgs,
}

const EXAMPLES: &str = "Examples:
  train                                            the embedded digits
  train --backend wgpu --set model.hidden=[500]    on a GPU, one layer of 500 units
  train --config configs/mnist-rectifier.toml      MNIST, downloaded at first use
  train --data-dir photos --format images          data of one's own: a sub-folder of pictures for each class
  train --resume --run-dir artifacts/digits-seed1  go on with an interrupted run
  train sweep my-plan.toml --scale smoke           all runs of a plan, on all cores
  train predict artifacts/digits-seed1 digit.png   class and probabilities of an image";

#[derive(Debug, Subcommand)]
enum Command {
    /// Classify PNG or idx images with a run's best network.
    Predict {
        /// The run's folder.
        run: PathBuf,
        /// Images: PNG or idx files, `-` for standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Take dark for light, for dark ink on white paper.
        #[arg(long)]
        invert: bool,
        /// How to write the answers.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// Repeat the test result of a run.
    Evaluate {
        /// The run's folder.
        run: PathBuf,
        /// How to write the result.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
        #[command(flatten)]
        source: SourceArgs,
    },
    /// Do all runs of a plan that are not done yet.
    Sweep {
        /// The plan: its file, or the name of one in `configs/paper/`.
        plan: String,
        #[command(flatten)]
        args: SweepArgs,
    },
    /// Do all runs of a plan that are not done yet, and report.
    Reproduce {
        #[command(flatten)]
        args: ReproduceArgs,
    },
    /// Report the runs of plans that are done.
    Report {
        #[command(flatten)]
        args: ReportArgs,
    },
    /// What is kept of runs.
    Runs {
        #[command(subcommand)]
        command: runs::Command,
    },
    /// List backends and devices, and compare one training step on each with flex.
    Doctor,
    /// Data sets: what is known, what is here.
    Data {
        #[command(subcommand)]
        command: datasets::Command,
    },
}

/// Where data may come from.
#[derive(Args, Debug)]
pub struct SourceArgs {
    /// Folder with the data set's files; default: a cache folder that is filled by download.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Never use the network.
    #[arg(long)]
    pub offline: bool,
}

impl SourceArgs {
    /// The source, with `dir` where no folder was typed.
    #[must_use]
    pub fn source(&self, dir: Option<PathBuf>) -> Source {
        let network = if self.offline { Network::Offline } else { Network::Allowed };
        Source { data_dir: self.data_dir.clone().or(dir), network }
    }
}

/// `--format`: [`data::Format`] on the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum FormatName {
    /// A sub-folder of pictures for each class.
    Images,
    /// Pairs of idx files of images and labels.
    Idx,
    /// CSV tables with a column of labels.
    Csv,
    /// libsvm tables.
    Libsvm,
    /// Texts with stars or a polarity.
    Reviews,
}

impl std::fmt::Display for FormatName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use clap::ValueEnum as _;
        f.write_str(self.to_possible_value().as_ref().map_or("", |value| value.get_name()))
    }
}

#[derive(Args, Debug)]
struct TrainArgs {
    /// The experiment, one of `configs/`; default: the embedded digits.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Change a setting, such as training.epochs=5 or model.hidden=[100,100]; may be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// What computes.
    #[arg(long, value_enum)]
    backend: Option<Backend>,
    /// Which data set; `train data list` shows them.
    #[arg(long, value_name = "NAME", conflicts_with = "format")]
    dataset: Option<String>,
    /// The format of data of one's own in --data-dir.
    #[arg(long, value_enum, requires = "data_dir")]
    format: Option<FormatName>,
    /// Seed of every random stream.
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
    /// Passes over the training set.
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// Where the run's files go; default: the first free folder in artifacts/.
    #[arg(long, value_name = "DIR")]
    run_dir: Option<PathBuf>,
    /// Go on with an interrupted run.
    #[arg(long)]
    resume: bool,
    /// How to show progress.
    #[arg(long, value_enum, default_value = "auto")]
    renderer: RendererChoice,
    #[command(flatten)]
    source: SourceArgs,
}

/// Parses the process's arguments, does what they say, and gives the exit code: 0 done, 1 could not, 2 wrong use, 130
/// interrupted.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.command {
        None => train(&cli.train),
        Some(Command::Predict { run, files, invert, format }) => {
            let ink = if *invert { predict::Ink::Dark } else { predict::Ink::Light };
            predict::predict(run, files, ink, *format)
        }
        Some(Command::Evaluate { run, format, source }) => evaluate(run, *format, source),
        Some(Command::Sweep { plan, args }) => {
            sweep::plans::find(plan).and_then(|plan| sweep::sweep(vec![plan], args)).map(|_| ())
        }
        Some(Command::Reproduce { args }) => reproduce::reproduce(args),
        Some(Command::Report { args }) => reproduce::report(args),
        Some(Command::Runs { command }) => runs::run(command),
        Some(Command::Doctor) => doctor::doctor(),
        Some(Command::Data { command }) => datasets::run(command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::failure(&failure.to_string());
            ExitCode::from(failure.exit_code())
        }
    }
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
        option("format", "data.format", self.format.map(|format| format.to_string().into()));
        option("seed", "training.seed", self.seed.map(|n| i64::from(n).into()));
        option("epochs", "training.epochs", self.epochs.map(|n| i64::from(n).into()));
        if let Some(dir) = &self.source.data_dir {
            // The run's folder remembers where the data is, whatever folder one resumes from.
            let absolute = std::path::absolute(dir).map_err(files::Error::new("find", dir))?;
            let text = absolute.to_str().ok_or_else(|| {
                Failure::Usage(format!("--data-dir {} is no UTF-8 text; rename the folder", dir.display()))
            })?;
            option("data-dir", "data.dir", Some(text.to_owned().into()));
        }
        Ok(all)
    }

    /// The configuration of the file, or `base` without one, under the options.
    fn config(&self, base: Option<&Config>) -> Result<Config, Failure> {
        let overrides = self.overrides()?;
        let (path, text) = match (&self.config, base) {
            (Some(path), _) => (path.clone(), files::read_text(path)?),
            (None, Some(base)) => (PathBuf::from("config.toml"), toml::to_string(base).unwrap_or_default()),
            (None, None) => return Ok(config::resolve(None, &overrides)?),
        };
        Ok(config::resolve(Some((&path, &text)), &overrides)?)
    }

    /// The name of the experiment: its file's, or the data set's.
    fn name(&self, config: &Config) -> String {
        let own = config.data.dir.as_ref().filter(|_| config.data.format.is_some());
        let own = own.and_then(|dir| dir.canonicalize().ok());
        let named = self.config.as_ref().and_then(|path| path.file_stem()).or_else(|| own.as_ref()?.file_name());
        named.map_or_else(|| config.data.dataset.clone(), |name| name.to_string_lossy().into_owned())
    }
}

fn train(args: &TrainArgs) -> Result<(), Failure> {
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
    let data = load(&config, &args.source)?;
    let folder = match (begun, &args.run_dir) {
        (Some(folder), _) => folder,
        (None, Some(path)) => RunFolder::create(path)?,
        (None, None) => RunFolder::first_free(&args.name(&config), config.training.seed)?,
    };
    terminal::notice(&introduction(&config, &data, &folder));
    let shape = data.splits.train.shape();
    let result = supervised::run(&config, &folder, data, renderer);
    if let Err(failure) = &result {
        sweep::store::note_divergence(&folder, failure)?;
    }
    finish(renderer, &folder, &result?, shape);
    Ok(())
}

/// The examples that `config` names.
fn load(config: &Config, source: &SourceArgs) -> Result<data::DataSet, Failure> {
    let (source, choices, seed) = (source.source(config.data.dir.clone()), config.data.choices(), config.training.seed);
    let data = match (config.data.format, &source.data_dir) {
        (None, _) => data::load(&config.data.dataset, &source, &choices, seed, &mut terminal::download())?,
        (Some(format), Some(folder)) => {
            let data = data::load_own(folder, format, &choices, seed)?;
            data.found.iter().for_each(|line| terminal::notice(line));
            data
        }
        (Some(_), None) => {
            return Err(Failure::Usage("data.format needs the folder of the data; pass --data-dir".to_owned()));
        }
    };
    let mut data = data.inverted(config.data.invert, seed)?;
    if let Some(range) = config.data.range {
        data = data.in_range(range)?;
    }
    if let Some(subset) = config.data.subset {
        let (labelled, others) = data.splits.train.parted(subset, seed)?;
        data.splits.train = labelled;
        if config.pretraining.is_some() {
            // What is not learned with labels is still there to be pre-trained on.
            let others = others.inputs().clone();
            data.unlabelled = Some(match data.unlabelled.take() {
                Some(more) => others.joined(more)?,
                None => others,
            });
        }
    }
    Ok(data)
}

/// The configuration of a new run, refused here when it cannot be one: nothing is written before its data are loaded.
fn fresh(args: &TrainArgs) -> Result<Config, Failure> {
    let config = args.config(None)?;
    if config.data.format.is_none() {
        data::catalogue::find(&config.data.dataset)?;
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
    let asked = args.config(Some(&config))?;
    // Data may have moved; whether they are still the same is looked at when they are loaded.
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

fn evaluate(run: &std::path::Path, format: Format, source: &SourceArgs) -> Result<(), Failure> {
    let folder = RunFolder::open(run)?;
    let config = folder.read_config()?;
    let recorded: report::RunResult = report::read_result(&folder.result())?;
    let data = load(&config, source)?;
    let again = supervised::evaluate(&folder, &config, data, &recorded)?;
    match format {
        Format::Json => terminal::line(&terminal::json(&again)),
        Format::Text => terminal::line(&terminal::summary(&again)),
    }
    if again == recorded {
        return Ok(());
    }
    Err(Failure::Disagreement(format!(
        "this differs from {} (test error {}, nll {}); use the backend and the machine of the run",
        folder.result().display(),
        recorded.test_error,
        recorded.test_nll
    )))
}
