//! The command line: what may be typed, and what each command does.

pub mod datasets;
pub mod doctor;
pub mod documents;
pub mod evaluate;
pub mod explore;
pub mod export;
pub mod import;
pub mod manual;
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
pub mod worker;

use crate::failure::Failure;
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

/// Deep sparse rectifier networks (Glorot, Bordes, Bengio 2011), trained, measured and used.
///
/// Without a command it trains: with no options, three layers of 200 rectifiers on the embedded digits, in a second
/// and without a network connection.
#[derive(Debug, Parser)]
#[command(name = "train", version, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    train: TrainArgs,
    /// Print nothing but errors.
    #[arg(long, short, global = true)]
    quiet: bool,
}

const EXAMPLES: &str = "Examples:
  train                                            the embedded digits
  train --backend wgpu --set model.hidden=[500]    on a GPU, one layer of 500 units
  train --config configs/mnist-rectifier.toml      MNIST, downloaded at first use
  train --data-dir photos --format images          your own data: a sub-folder of pictures for each class
  train --resume --run-dir artifacts/digits-seed1  go on with an interrupted run
  train settings                                   all settings, with their defaults
  train sweep my-plan.toml --scale smoke           all runs of a plan, on all cores
  train predict artifacts/digits-seed1 digit.png   class and probabilities of an image
  train explore artifacts/digits-seed1             a page to draw on
  train export artifacts/digits-seed1 --to onnx    the network for other programs";

#[derive(Debug, Subcommand)]
enum Command {
    /// Classify pictures or idx images with a run's best network.
    Predict {
        /// The run's folder.
        run: PathBuf,
        /// Images: PNG, JPEG, BMP, PNM or idx files, `-` for standard input.
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
    /// Make a page on which one draws an input and sees what networks make of it.
    Explore {
        #[command(flatten)]
        args: ExploreArgs,
    },
    /// Write a run's best network as other programs read it.
    Export {
        /// The run's folder.
        run: PathBuf,
        /// The format.
        #[arg(long, value_enum)]
        to: To,
        /// The file; default: best.FORMAT in the run's folder.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Make a run of a network that was trained elsewhere, and measure it.
    Import {
        #[command(flatten)]
        args: ImportArgs,
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
    /// Train runs that a sweep assigns; `train sweep` starts it.
    #[command(hide = true)]
    Worker {
        #[command(flatten)]
        args: WorkerArgs,
    },
    /// Explain settings: what may stand in a file for --config, or behind --set.
    Settings {
        #[command(flatten)]
        args: SettingsArgs,
    },
    /// Print completions for a shell: `source <(train completions bash)`.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write manual pages, one for each command.
    Man {
        /// The folder, such as ~/.local/share/man/man1.
        folder: PathBuf,
    },
    /// List backends and devices, and compare one training step on each with flex.
    Doctor,
    /// Data sets: what is known, what is here.
    Data {
        #[command(subcommand)]
        command: datasets::Command,
    },
}

/// Parses the process's arguments, does what they say, and gives the exit code: 0 done, 1 could not, 2 wrong use, 130
/// interrupted.
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

/// Checks what the environment asks of the processor, and starts the threads that Burn and the kernels share.
fn prepare() -> Result<(), Failure> {
    InstructionSet::from_environment()?;
    let pool = match startable(kernels::threads()) {
        // This thread computes alone.
        0 => rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread(),
        threads => rayon::ThreadPoolBuilder::new().num_threads(threads),
    };
    let _ = pool.build_global(); // an error would be that there is a pool
    Ok(())
}

/// How many threads can be started, of so many: rayon has no second try when its pool cannot have all that it asks for.
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
        Some(Command::Predict { run, files, invert, format }) => {
            let ink = if *invert { predict::Ink::Dark } else { predict::Ink::Light };
            predict::predict(run, files, ink, *format)
        }
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
