//! All runs of a plan: as many processes as there are cores or machines, each run once, whatever is killed meanwhile.
//!
//! Every run has a name that is a hash of what decides its result ([`id`]). A store ([`store`]) has a folder for each
//! finished run; one in work becomes a finished one by one rename. Locks of the operating system say who works on what,
//! so any number of sweeps may share a store, and what a killed one held is free at once. What is run next follows from
//! what is done ([`schedule`]), not from a list that somebody keeps.

pub mod agenda;
pub mod conduct;
pub mod dashboard;
pub mod fleets;
pub mod group;
pub mod plans;
pub mod progress;
pub mod schedule;
pub mod shard;
pub mod store;
pub mod worker;

use crate::cli::source::SourceArgs;
use crate::config::backend::Backend;
use crate::failure::Failure;
use crate::interrupt;
use crate::side_by_side::Seats;
use crate::terminal::{self, Renderer, RendererChoice};
use agenda::Agenda;
use clap::builder::TypedValueParser as _;
use conduct::{Means, Sweep};
use dashboard::Show;
use data::Format;
use plan::{Plan, ScaleName};
use progress::Clock;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use report::Outcome;
use schedule::Board;
use shard::Shard;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use store::{Keep, Store};

/// Where runs are kept when nothing else is said.
pub const RUNS: &str = "artifacts/runs";

/// `--scale`
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct ScaleArgs {
    /// How much of the plan is run.
    #[arg(long, default_value = "desk", value_parser = scale_parser())]
    pub scale: ScaleName,
    /// What computes, in place of what the plan says; the runs of each have their own ids.
    #[arg(long, value_enum)]
    pub backend: Option<Backend>,
}

fn scale_parser() -> impl clap::builder::TypedValueParser<Value = ScaleName> {
    let all = [ScaleName::Smoke, ScaleName::Desk, ScaleName::Paper];
    let names = clap::builder::PossibleValuesParser::new(all.map(ScaleName::name));
    names.map(move |name| all.into_iter().find(|scale| scale.name() == name).unwrap_or(ScaleName::Desk))
}

/// Options of `train sweep` and `train reproduce`.
#[derive(clap::Args, Debug)]
pub struct SweepArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "its own options say what they are")]
    pub scale: ScaleArgs,
    /// The store: a folder of runs that any number of sweeps may share.
    #[arg(long, value_name = "DIR", default_value = RUNS)]
    pub runs: PathBuf,
    /// Processes at a time, each a run with one thread, or a fleet; default: one for each core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Train runs of one shape side by side as one program, so many at a time or as many as the device holds: what a GPU
    /// needs to be filled by small networks.
    #[arg(long, value_name = "N|auto")]
    pub fleet: Option<Seats>,
    /// Which part of the runs to begin with, when several sweeps share a store; default: that of a Slurm array, or 1/1.
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// What to keep of the networks of finished runs.
    #[arg(long, value_enum, default_value = "nothing")]
    pub keep: Keep,
    /// How to show progress.
    #[arg(long, value_enum, default_value = "auto")]
    pub renderer: RendererChoice,
    #[command(flatten)]
    #[expect(missing_docs, reason = "its own options say what they are")]
    pub source: SourceArgs,
}

/// Runs all of `plans` that is not done yet, and gives their runs.
///
/// # Errors
/// [`Failure::Usage`] for what cannot be run, [`Failure::Stopped`] when a stop was asked for, [`Failure::Unfinished`]
/// when runs failed; everything else is done then.
pub fn sweep(plans: Vec<Plan>, args: &SweepArgs) -> Result<Vec<Agenda>, Failure> {
    let renderer = args.renderer.resolve().map_err(Failure::Usage)?;
    let source = args.source.source(None);
    let data_dir = source.data_dir.as_deref().map(absolute).transpose()?;
    let agendas = agendas(plans, args.scale, data_dir.as_deref())?;
    let store = Store::open(&args.runs)?;
    let done = finished(&store, &agendas)?;
    same_own_data(&agendas, &done, &args.runs)?;
    let board = Board::new(&agendas, done);
    let variable = |name: &str| std::env::var(name).ok();
    let means = Means {
        store: &store,
        shard: args.shard.unwrap_or_else(|| Shard::of_slurm(variable)),
        jobs: args.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from),
        fleet: args.fleet,
        keep: args.keep,
        network: source.network,
    };
    interrupt::listen();
    let (done, total) = board.progress();
    if done < total && renderer != Renderer::Tui {
        terminal::notice(&format!("{done} of {total} runs are done; the others go to {}", args.runs.display()));
    }
    let picture = if done < total { renderer } else { Renderer::Plain }; // there is nothing to watch
    let show = Show::new(picture, Clock::new(done))?;
    let total = Sweep::new(means, board, show).conduct()?;
    if renderer != Renderer::Json {
        terminal::line(&format!("all {total} runs are done, in {}", args.runs.display()));
    }
    Ok(agendas)
}

/// What `plans` run at a scale.
///
/// # Errors
/// Those of [`Agenda::new`].
pub fn agendas(plans: Vec<Plan>, scale: ScaleArgs, data_dir: Option<&Path>) -> Result<Vec<Agenda>, Failure> {
    let ScaleArgs { scale, backend } = scale;
    plans.into_iter().map(|plan| Agenda::new(plan, scale, backend, data_dir)).collect()
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    Ok(std::path::absolute(path).map_err(files::Error::new("find", path))?)
}

/// The outcomes of the runs of `agendas` that are in `store`.
fn finished(store: &Store, agendas: &[Agenda]) -> Result<BTreeMap<String, Outcome>, Failure> {
    let ids: BTreeSet<&String> = agendas.iter().flat_map(Agenda::runs).map(|run| &run.id).collect();
    let read = |id: &String| Some(store.outcome(id).transpose()?.map(|outcome| (id.clone(), outcome)));
    ids.into_par_iter().filter_map(read).collect()
}

/// Refuses a store whose finished runs are of other data of one's own: of these an id knows the folder's name alone.
fn same_own_data(agendas: &[Agenda], done: &BTreeMap<String, Outcome>, store: &Path) -> Result<(), Failure> {
    let mut loaded: BTreeMap<(&Path, Format), BTreeMap<String, String>> = BTreeMap::new();
    for run in agendas.iter().flat_map(Agenda::runs) {
        let (Some(format), Some(folder), Some(outcome)) =
            (run.config.data.format, run.data_dir.as_deref(), done.get(&run.id))
        else {
            continue;
        };
        if !folder.exists() {
            continue; // what is done needs no data
        }
        let now = match loaded.entry((folder, format)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let (choices, seed) = (run.config.data.choices(), run.config.training.seed);
                new.insert(data::load_own(folder, format, &choices, seed)?.checksums)
            }
        };
        if outcome.run.checksums != *now {
            return Err(Failure::Disagreement(format!(
                "{} has the run {} of other data than those in {}; give each data set a store of its own with --runs",
                store.display(),
                run.id,
                folder.display()
            )));
        }
    }
    Ok(())
}
