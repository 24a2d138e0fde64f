//! All runs of plans: as many worker processes as there are cores or machines, each run done once, whatever is killed meanwhile.
//!
//! | file | concept |
//! |---|---|
//! | `plans.rs`, `agenda.rs` | plans by name; the runs of a plan with their configurations and ids |
//! | `store.rs`, `status.rs` | finished runs and runs in work; the status of a run |
//! | `board.rs`, `shard.rs` | what to run next; which runs to start with when sweeps share a store |
//! | `executor.rs`, `worker.rs` | the loop of a sweep; its end of a worker process with its slots |
//! | `placement.rs`, `group.rs`, `fleet_size.rs` | which runs share a worker, and what follows when it fails |
//! | `protocol.rs`, `single.rs`, `fleet/` | what workers and sweeps say to each other; the worker with one slot, and with the slots of a fleet |
//! | `lines.rs`, `dashboard.rs` | how a sweep is shown |
//!
//! The id of a run is a hash of the settings that decide its result ([`crate::run::id`]). The store has a folder for each
//! finished run, and a run in work becomes a finished one by one rename. Locks of the operating system say who works on what,
//! so any number of sweeps may share a store, and whatever a killed one held is free at once. What is run next follows from
//! what is done, not from a list that must be kept up to date.

pub mod agenda;
pub mod board;
pub mod dashboard;
pub mod executor;
pub mod fleet;
pub mod fleet_size;
pub mod group;
pub mod lines;
pub mod placement;
pub mod plans;
pub mod protocol;
pub mod shard;
pub mod single;
pub mod status;
pub mod store;
pub mod worker;

use crate::config::backend::Backend;
use crate::failure::Failure;
use crate::interrupt;
use crate::terminal::{self, Renderer};
use agenda::Agenda;
use board::Board;
use dashboard::ProgressView;
use data::{Access, Format};
use executor::Sweep;
use fleet_size::FleetSize;
use lines::Clock;
use plan::{Plan, ScaleName};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use report::Outcome;
use shard::Shard;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use store::{Keep, Store};

/// How a sweep is carried out.
#[derive(Clone, Debug)]
pub struct SweepOptions {
    /// The folder of the store.
    pub runs: PathBuf,
    /// The largest number of workers at a time. A fleet is one worker.
    pub jobs: usize,
    /// How many runs share a worker; `None`: every run has a worker to itself.
    pub fleet: Option<FleetSize>,
    /// The runs to start with.
    pub shard: Shard,
    /// What to keep of networks.
    pub keep: Keep,
    /// Whether workers may download data.
    pub access: Access,
    /// How progress is shown.
    pub renderer: Renderer,
}

/// Does all runs of `agendas` that are not done yet.
///
/// # Errors
/// [`Failure::Disagreement`] when the store has runs of other user data, [`Failure::Stopped`] when a stop was requested,
/// [`Failure::Unfinished`] when runs failed; everything else is done then.
pub fn sweep(agendas: &[Agenda], options: &SweepOptions) -> Result<(), Failure> {
    let store = Store::open(&options.runs)?;
    let done = finished(&store, agendas)?;
    check_user_data(agendas, &done, &options.runs)?;
    let board = Board::new(agendas, done);
    interrupt::listen();
    let (done, total) = board.progress();
    let unfinished = done < total;
    if unfinished && options.renderer != Renderer::Tui {
        terminal::notice(&format!("{done} of {total} runs are done; the others go to {}", options.runs.display()));
    }
    // A dashboard that closes at once would only flicker.
    let renderer = if unfinished { options.renderer } else { Renderer::Plain };
    let view = ProgressView::new(renderer, Clock::new(done))?;
    let total = Sweep::new(options, &store, board, view).run()?;
    if options.renderer != Renderer::Json {
        terminal::line(&format!("all {total} runs are done, in {}", options.runs.display()));
    }
    Ok(())
}

/// The runs of `plans` at `scale`, with user data below `data_dir`; on `backend` if given, else on the plans'.
///
/// # Errors
/// Those of [`Agenda::new`].
pub fn agendas(
    plans: Vec<Plan>,
    scale: ScaleName,
    backend: Option<Backend>,
    data_dir: Option<&Path>,
) -> Result<Vec<Agenda>, Failure> {
    plans.into_iter().map(|plan| Agenda::new(plan, scale, backend, data_dir)).collect()
}

/// The outcomes of the runs of `agendas` that are in `store`.
fn finished(store: &Store, agendas: &[Agenda]) -> Result<BTreeMap<String, Outcome>, Failure> {
    let ids: BTreeSet<&String> = agendas.iter().flat_map(Agenda::runs).map(|run| &run.id).collect();
    let read = |id: &String| Some(store.outcome(id).transpose()?.map(|outcome| (id.clone(), outcome)));
    ids.into_par_iter().filter_map(read).collect()
}

/// Fails if finished runs used other user data than there are now: an id depends only on the name of their folder.
fn check_user_data(agendas: &[Agenda], done: &BTreeMap<String, Outcome>, store: &Path) -> Result<(), Failure> {
    let mut loaded: BTreeMap<(&Path, Format), BTreeMap<String, String>> = BTreeMap::new();
    for run in agendas.iter().flat_map(Agenda::runs) {
        let (Some(format), Some(folder), Some(outcome)) =
            (run.config.data.format, run.data_dir.as_deref(), done.get(&run.id))
        else {
            continue;
        };
        if !folder.exists() {
            continue; // a finished run needs no data
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
                "the run {} in {} is of other data than those in {}; give each data set its own store with --runs",
                run.id,
                store.display(),
                folder.display()
            )));
        }
    }
    Ok(())
}
