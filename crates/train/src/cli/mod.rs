//! The command line: its commands and options, and the function that carries out each command.

pub mod datasets;
pub mod doctor;
pub mod documents;
pub mod evaluate;
pub mod explore;
pub mod export;
pub mod import;
pub mod manual;
pub mod own;
pub mod portable;
pub mod predict;
pub mod reproduce;
pub mod runs;
pub mod samples;
pub mod settings;
pub mod sheet;
pub mod source;
pub mod studies;
pub mod sweep;
pub mod train;
pub mod trained;
pub mod worker;

use crate::failure::Failure;
use crate::run::program;
use crate::sweep::plans;
use crate::terminal::{self, Format};
use clap::{CommandFactory, Parser, Subcommand};
use explore::ExploreArgs;
use export::To;
use import::ImportArgs;
use kernels::InstructionSet;
use reproduce::{ReportArgs, ReproduceArgs};
use settings::SettingsArgs;
use source::SourceArgs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::JoinHandle;
use sweep::SweepArgs;
use train::TrainArgs;
use worker::WorkerArgs;

/// Train, evaluate and use deep sparse rectifier networks (Glorot, Bordes and Bengio, 2011).
///
/// Without a command, `train` trains a network. Without options, the network has three hidden layers of 200 rectifiers
/// and learns the embedded digits, which takes about a second and needs no internet connection.
#[derive(Debug, Parser)]
#[command(name = "train", version = program::VERSION, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    train: TrainArgs,
    /// Print only errors.
    #[arg(long, short, global = true)]
    quiet: bool,
}

const EXAMPLES: &str = "Examples:
  train                                            train on the embedded digits
  train --backend wgpu --set model.hidden=[500]    train one layer of 500 units on a GPU
  train --config configs/mnist-rectifier.toml      train on MNIST, downloaded at first use
  train --data-dir photos --format images          train on your own images, one sub-folder per class
  train --resume --run-dir artifacts/digits-seed1  resume an interrupted run
  train settings                                   explain all settings, with their defaults
  train sweep my-plan.toml --scale smoke           train all runs of a plan on all cores
  train predict artifacts/digits-seed1 digit.png   print the class of an image, with probabilities
  train explore artifacts/digits-seed1             make a web page to draw inputs on
  train export artifacts/digits-seed1 --to onnx    write the network for other programs";

#[derive(Debug, Subcommand)]
enum Command {
    /// Predict with the best network of a run, or the network in a file: a class or a number for each row, text or
    /// picture.
    Predict {
        #[command(flatten)]
        args: predict::PredictArgs,
    },
    /// Test the network of a run again, and compare the new result with the recorded result.
    Evaluate {
        /// The run's folder.
        run: PathBuf,
        /// How to write the result.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
        #[command(flatten)]
        source: SourceArgs,
    },
    /// Make a web page on which to draw an input and see how networks respond to it.
    Explore {
        #[command(flatten)]
        args: ExploreArgs,
    },
    /// Write the best network of a run in a format that other programs read.
    Export {
        /// The run's folder.
        run: PathBuf,
        /// The file format.
        #[arg(long, value_enum)]
        to: To,
        /// The file to write; default: best.FORMAT in the run's folder.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Turn a network that was trained elsewhere into a run, and evaluate it.
    Import {
        #[command(flatten)]
        args: ImportArgs,
    },
    /// Train all runs of a plan that are not yet finished.
    Sweep {
        /// The plan: a file, or the name of a plan in `configs/paper/`.
        plan: String,
        #[command(flatten)]
        args: SweepArgs,
    },
    /// Train all runs of a plan that are not yet finished, and write the report.
    Reproduce {
        #[command(flatten)]
        args: ReproduceArgs,
    },
    /// Write reports on finished runs, or update or check the tables and figures of documents.
    Report {
        #[command(flatten)]
        args: ReportArgs,
    },
    /// List, show, compare and export stored runs.
    Runs {
        #[command(subcommand)]
        command: runs::Command,
    },
    /// Train the runs that a sweep assigns; started by `train sweep` and `train reproduce`.
    #[command(hide = true)]
    Worker {
        #[command(flatten)]
        args: WorkerArgs,
    },
    /// Explain the settings that --config files and --set accept.
    Settings {
        #[command(flatten)]
        args: SettingsArgs,
    },
    /// Print a completion script for a shell; for bash, load it with `source <(train completions bash)`.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write manual pages, one for each command.
    Man {
        /// The folder to write to, such as ~/.local/share/man/man1.
        folder: PathBuf,
    },
    /// List backends and devices, and compare one training step on each backend with the same step on flex.
    Doctor,
    /// List, download, verify and show data sets.
    Data {
        #[command(subcommand)]
        command: datasets::Command,
    },
}

/// Parses the process's arguments, runs the command, and returns the exit code: 0 for success, 1 for a failure, 2 for
/// wrong use, 130 for an interruption.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if cli.quiet {
        terminal::hush();
    }
    let done = prepare().and_then(|()| run(&cli));
    match done.and_then(|()| terminal::lost().map_or(Ok(()), |kind| Err(Failure::Stdout(kind)))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::failure(&failure.to_string());
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Checks the instruction set that the environment requests, and starts the global thread pool of rayon, with as many
/// threads as the kernels use, or as many as can be started.
fn prepare() -> Result<(), Failure> {
    InstructionSet::from_environment()?;
    let pool = match startable(kernels::threads()) {
        // No thread can be started, so the current thread does all the work.
        0 => rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread(),
        threads => rayon::ThreadPoolBuilder::new().num_threads(threads),
    };
    let _ = pool.build_global(); // the call fails only if a global pool already exists
    Ok(())
}

/// The number of threads that can be started, at most `threads`. This function really starts the threads, because rayon
/// fails if it cannot start all requested threads.
fn startable(threads: usize) -> usize {
    let start = |_| std::thread::Builder::new().spawn(std::thread::park).ok();
    let started: Vec<JoinHandle<()>> = (0..threads).map_while(start).collect();
    let count = started.len();
    for thread in started {
        thread.thread().unpark();
        let _ = thread.join();
    }
    count
}

fn run(cli: &Cli) -> Result<(), Failure> {
    match &cli.command {
        None => train::train(&cli.train),
        Some(Command::Predict { args }) => predict::predict(args),
        Some(Command::Evaluate { run, format, source }) => evaluate::evaluate(run, *format, source),
        Some(Command::Explore { args }) => explore::explore(args),
        Some(Command::Export { run, to, out }) => export::export(run, *to, out.as_deref()),
        Some(Command::Import { args }) => import::import(args),
        Some(Command::Sweep { plan, args }) => {
            plans::find(plan).and_then(|plan| sweep::sweep(vec![plan], args)).map(|_| ())
        }
        Some(Command::Reproduce { args }) => reproduce::reproduce(args),
        Some(Command::Report { args }) => reproduce::report(args),
        Some(Command::Runs { command }) => runs::run(command),
        Some(Command::Worker { args }) => worker::work(args),
        Some(Command::Settings { args }) => settings::settings(args),
        Some(Command::Completions { shell }) => {
            manual::completions(*shell, &mut Cli::command());
            Ok(())
        }
        Some(Command::Man { folder }) => manual::pages(Cli::command(), folder),
        Some(Command::Doctor) => doctor::doctor(),
        Some(Command::Data { command }) => datasets::run(command),
    }
}
