//! Sweeps, which carry out the runs of plans in worker processes on one or several machines: the runs that choose grid
//! points, and the reported runs of the chosen points. Each of these runs is completed once, even if processes are
//! killed in between.
//!
//! | file | contents |
//! |---|---|
//! | `plans.rs`, `agenda.rs` | the plans of the program by name; the runs of a plan with their configurations and ids |
//! | `store.rs`, `status.rs` | the folders of finished runs and of runs in progress; the status of a run |
//! | `schedule.rs` | the runs of a sweep, in their order |
//! | `shard.rs` | the runs to start with when sweeps share a store |
//! | `executor.rs`, `worker.rs` | the loop of a sweep; the sweep's side of a worker process |
//! | `placement.rs`, `group.rs`, `fleet_size.rs` | which runs share a worker, and how many |
//! | `failures.rs` | what happens to runs when their worker fails or dies |
//! | `protocol.rs`, `single.rs`, `fleet/` | messages between sweep and worker; workers for one run and for a fleet |
//! | `lines.rs`, `dashboard.rs` | how the progress of a sweep is shown |
//!
//! The id of a run is a hash of the settings that decide its result ([`crate::run::id`]). The store has a folder for
//! each finished run; when a run ends, a single rename moves the run's folder there. A file lock marks each run in
//! progress, so any number of sweeps may share a store, and the operating system releases the locks of a killed process
//! at once. The next run to start is computed from the finished runs, so no queue has to be kept up to date.

pub mod agenda;
pub mod dashboard;
pub mod executor;
mod failures;
pub mod fleet;
pub mod fleet_size;
pub mod group;
pub mod lines;
pub mod placement;
pub mod plans;
pub mod protocol;
pub mod schedule;
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
use dashboard::ProgressView;
use data::{Access, Format};
use executor::Sweep;
use fleet_size::FleetSize;
use lines::Clock;
use plan::{Plan, ScaleName};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use report::Outcome;
use schedule::Schedule;
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
    /// The largest number of workers at a time; a fleet counts as one worker.
    pub jobs: usize,
    /// The number of runs that share a worker; `None` if each run has a worker of its own.
    pub fleet: Option<FleetSize>,
    /// The part of the runs with which this sweep starts.
    pub shard: Shard,
    /// Whether the networks of finished runs are kept.
    pub keep: Keep,
    /// Whether workers may download data.
    pub access: Access,
    /// How progress is shown.
    pub renderer: Renderer,
}

/// Carries out the unfinished runs of `agendas` that choose grid points, and the unfinished reported runs of the chosen
/// points.
///
/// # Errors
/// [`Failure::Disagreement`] when a run in the store used other user data, [`Failure::Stopped`] when a stop was
/// requested, [`Failure::Unfinished`] when runs failed; this error is returned after all other runs have ended. Another
/// [`Failure`] when the store cannot be read or written, user data cannot be loaded, the terminal cannot be drawn on,
/// or a worker cannot be started.
pub fn sweep(agendas: &[Agenda], options: &SweepOptions) -> Result<(), Failure> {
    let store = Store::open(&options.runs)?;
    let done = finished(&store, agendas)?;
    check_user_data(agendas, &done, &options.runs)?;
    let schedule = Schedule::new(agendas, done);
    interrupt::listen();
    let (done, total) = schedule.progress();
    let unfinished = done < total;
    if unfinished && options.renderer != Renderer::Tui {
        terminal::notice(&format!(
            "{done} of {total} runs done; the other runs will be stored in {}",
            options.runs.display()
        ));
    }
    // If all runs are done, a dashboard would close at once and only flicker.
    let renderer = if unfinished { options.renderer } else { Renderer::Plain };
    let view = ProgressView::new(renderer, Clock::new(done))?;
    let total = Sweep::new(options, &store, schedule, view).run()?;
    if options.renderer != Renderer::Json {
        terminal::line(&format!("{total} of {total} runs done, in {}", options.runs.display()));
    }
    Ok(())
}

/// The agenda of each of `plans` at `scale`. If `data_dir` is given, data are read from this folder or its sub-folders.
/// If `backend` is given, it replaces the backends of the plans.
///
/// # Errors
/// The errors of [`Agenda::new`].
pub fn agendas(
    plans: Vec<Plan>,
    scale: ScaleName,
    backend: Option<Backend>,
    data_dir: Option<&Path>,
) -> Result<Vec<Agenda>, Failure> {
    plans.into_iter().map(|plan| Agenda::new(plan, scale, backend, data_dir)).collect()
}

/// The outcomes, by run id, of the runs of `agendas` that are finished in `store`.
fn finished(store: &Store, agendas: &[Agenda]) -> Result<BTreeMap<String, Outcome>, Failure> {
    let ids: BTreeSet<&String> = agendas.iter().flat_map(Agenda::runs).map(|run| &run.id).collect();
    let read = |id: &String| Some(store.outcome(id).transpose()?.map(|outcome| (id.clone(), outcome)));
    ids.into_par_iter().filter_map(read).collect()
}

/// Fails if a finished run used other user data than the run's data folder contains now. The id of the run does not
/// show such a change, because the id depends on the folder's name in the plan, but not on the files in the folder.
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
                "the run {} in {} used other data than {} holds now; give each data set its own store with --runs",
                run.id,
                store.display(),
                folder.display()
            )));
        }
    }
    Ok(())
}
