//! `train runs`: lists, shows, compares and exports stored runs.

use crate::cli::sweep::{self, ScaleArgs};
use crate::failure::Failure;
use crate::sweep::agenda::Agenda;
use crate::sweep::{plans, store};
use crate::terminal;
use report::Outcome;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The commands of `train runs`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List all runs, one per line.
    List {
        #[command(flatten)]
        #[expect(missing_docs, reason = "the flattened options have their own documentation")]
        from: FromArgs,
    },
    /// Show the settings and results of a run.
    Show {
        /// The id of the run, or the first characters of the id.
        id: String,
        #[command(flatten)]
        #[expect(missing_docs, reason = "the flattened options have their own documentation")]
        from: FromArgs,
    },
    /// Show the settings in which two runs differ, and the results of both runs.
    Compare {
        /// The id of the first run, or the first characters of this id.
        a: String,
        /// The id of the second run, or the first characters of this id.
        b: String,
        #[command(flatten)]
        #[expect(missing_docs, reason = "the flattened options have their own documentation")]
        from: FromArgs,
    },
    /// Copy the stored results of a plan's runs into a folder, one file per run, without networks.
    Export {
        /// The plan: a file, or the name of a plan in `configs/paper/`.
        plan: String,
        /// The folder to write to.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        #[command(flatten)]
        #[expect(missing_docs, reason = "the flattened options have their own documentation")]
        scale: ScaleArgs,
        /// A store of runs, or a folder of exported runs; may be repeated; each run is read from the first folder that
        /// contains the run.
        #[arg(long, value_name = "DIR", default_value = sweep::RUNS)]
        runs: Vec<PathBuf>,
    },
}

/// Where runs are read from, and how the output is written.
#[derive(clap::Args, Debug)]
pub struct FromArgs {
    /// A store of runs, or a folder of exported runs; may be repeated; each run is read from the first folder that
    /// contains the run.
    #[arg(long, value_name = "DIR", default_value = sweep::RUNS)]
    pub runs: Vec<PathBuf>,
    /// How to write the output.
    #[arg(long, value_enum, default_value = "text")]
    pub format: TableFormat,
}

/// How tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum TableFormat {
    /// Aligned columns, for people.
    Text,
    /// JSON.
    Json,
    /// Comma-separated values, with a header line.
    Csv,
}

/// Runs `command`.
///
/// # Errors
/// [`Failure`] when a folder, a run or a plan does not exist, several runs have ids that begin with the given
/// characters, or a file cannot be read or written.
pub fn run(command: &Command) -> Result<(), Failure> {
    let (Command::List { from: FromArgs { runs, .. } }
    | Command::Show { from: FromArgs { runs, .. }, .. }
    | Command::Compare { from: FromArgs { runs, .. }, .. }
    | Command::Export { runs, .. }) = command;
    store::check(runs)?;
    match command {
        Command::List { from } => {
            let all = report::outcomes(&from.runs)?;
            terminal::text(&match from.format {
                TableFormat::Text => report::runs_table(&all),
                TableFormat::Json => report::runs_json(&all),
                TableFormat::Csv => report::runs_csv(&all),
            });
        }
        Command::Show { id, from } => {
            let outcome = find(&from.runs, id)?;
            terminal::text(&match from.format {
                TableFormat::Text => report::run_text(&outcome),
                TableFormat::Json => terminal::json(&outcome) + "\n",
                TableFormat::Csv => report::run_csv(&outcome),
            });
        }
        Command::Compare { a, b, from } => {
            let versus = report::compare(&find(&from.runs, a)?, &find(&from.runs, b)?);
            terminal::text(&match from.format {
                TableFormat::Text => versus.text(),
                TableFormat::Json => versus.json(),
                TableFormat::Csv => versus.csv(),
            });
        }
        Command::Export { plan, to, scale, runs } => {
            let agendas = scale.agendas(plans::named(plan, scale.scale)?, Some(Path::new(".")))?;
            export(&agendas, runs, to)?;
        }
    }
    Ok(())
}

/// The outcome in `folders` with the id `id`, or the only outcome whose id begins with `id`.
fn find(folders: &[PathBuf], id: &str) -> Result<Outcome, Failure> {
    if let Some(outcome) = store::kept(folders, id)? {
        return Ok(outcome);
    }
    let names = |folder: &PathBuf| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path().file_stem().unwrap_or_default().to_string_lossy().into_owned())
    };
    let ids: BTreeSet<String> = folders.iter().flat_map(names).filter(|name| name.starts_with(id)).collect();
    let mut ids = ids.iter().filter(|name| !name.starts_with('.'));
    let refused = |problem: &str| Failure::Usage(format!("{problem} '{id}'; 'train runs list' lists all runs"));
    match (ids.next(), ids.next()) {
        (Some(only), None) => store::kept(folders, only)?.ok_or_else(|| refused("there is no finished run")),
        (None, _) => Err(refused("there is no run")),
        _ => Err(refused("several runs have ids that begin with")),
    }
}

/// Copies the stored outcomes of the runs of `agendas` from `folders` to the folder `to`.
fn export(agendas: &[Agenda], folders: &[PathBuf], to: &Path) -> Result<(), Failure> {
    files::create_folder(to)?;
    let ids: BTreeSet<&str> = agendas.iter().flat_map(Agenda::runs).map(|run| &*run.id).collect();
    let mut copied = 0;
    for id in ids {
        if let Some(outcome) = store::kept(folders, id)? {
            outcome.write(&to.join(format!("{id}.json")))?;
            copied += 1;
        }
    }
    terminal::line(&format!("runs copied to {}: {copied}", to.display()));
    Ok(())
}
