//! Which worker a run gets, and what follows when the worker fails.
//!
//! A run that is trained alone is tried once more. When a fleet of several runs fails, no single run can be blamed, and memory
//! may suffice for fewer: the next fleet has half the size. A fleet with one unfinished run is tried once more, too; after a
//! second failure the run gets a worker to itself. If that happens to two runs of a group, the fleets are at fault, and every
//! run of the group is trained alone.

use super::board::Board;
use super::fleet_size::FleetSize;
use super::group::Group;
use super::lines::EventKind;
use super::store::{self, Store};
use super::worker::{Worker, WorkerSpec};
use crate::failure::Failure;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The number of times that a run is tried again after its worker failed.
const RETRIES: usize = 1;

/// Which runs share workers, and what is known of workers that failed.
#[derive(Debug)]
pub struct Placement {
    /// The runs that each run may share a worker with; `None`: it is trained alone.
    groups: Vec<Option<Group>>,
    /// The size of a fleet whose group has not failed.
    size: FleetSize,
    /// The size of a fleet whose group has failed at a larger one.
    reduced: BTreeMap<Group, usize>,
    /// Groups of which a run was handed to a worker of its own.
    given_up: BTreeSet<Group>,
    /// How often the workers of a run failed.
    failures: BTreeMap<usize, usize>,
    /// The number of fleets so far.
    fleets: usize,
    /// Logs of workers that failed.
    logs: Vec<PathBuf>,
}

impl Placement {
    /// The placement of the runs of `board` in fleets of `size`; `None`: every run is trained alone.
    #[must_use]
    pub fn new(board: &Board, size: Option<FleetSize>) -> Self {
        Self {
            groups: board.items().iter().map(|item| size.and_then(|_| Group::of(item.run))).collect(),
            size: size.unwrap_or(FleetSize::Auto),
            reduced: BTreeMap::new(),
            given_up: BTreeSet::new(),
            failures: BTreeMap::new(),
            fleets: 0,
            logs: Vec::new(),
        }
    }

    /// Whether the run `item` may take a slot of `worker`.
    #[must_use]
    pub fn fits(&self, item: usize, worker: &Worker) -> bool {
        self.groups[item] == worker.group
    }

    /// Whether a worker for the run `item` may be started beside `workers`: one fleet fills the device.
    #[must_use]
    pub fn may_start(&self, item: usize, workers: &[Worker]) -> bool {
        self.groups[item].is_none() || workers.iter().all(|worker| worker.group.is_none())
    }

    /// The worker to start for the run `item`, whose id is `run`.
    pub fn worker_for(&mut self, item: usize, run: &str, store: &Store) -> WorkerSpec {
        let Some(group) = self.groups[item].clone() else { return WorkerSpec { fleet: None, log: store.log(run) } };
        self.fleets += 1;
        let log = store.log(&format!("fleet-{}-{}", std::process::id(), self.fleets));
        let size = self.reduced.get(&group).copied().map_or(self.size, FleetSize::Fixed);
        WorkerSpec { fleet: Some((group, size)), log }
    }

    /// From here on the run `item` is trained alone.
    pub fn separate(&mut self, item: usize) {
        self.groups[item] = None;
    }

    /// What follows for `item`, the first of the `open` runs that `worker` has not finished, for this `reason`.
    pub fn record_failure(&mut self, worker: Worker, item: usize, open: usize, reason: String) -> EventKind {
        let Worker { group, peak, log, .. } = worker;
        self.logs.push(log);
        match group {
            Some(group) if open > 1 => {
                let slots = peak / 2;
                self.reduced.insert(group, slots);
                EventKind::Halved { slots, reason }
            }
            Some(group) => {
                if self.failures.remove(&item).is_some() {
                    self.give_up_fleet(item, group);
                } else {
                    self.failures.insert(item, 1);
                }
                EventKind::Retried(reason)
            }
            None => {
                let failures = self.failures.entry(item).or_default();
                *failures += 1;
                if *failures > RETRIES { EventKind::Failed(reason) } else { EventKind::Retried(reason) }
            }
        }
    }

    /// Has the run `item` trained alone, after a fleet failed twice with it as its only unfinished run; the second time that
    /// this happens in a `group`, the whole group.
    fn give_up_fleet(&mut self, item: usize, group: Group) {
        self.separate(item);
        self.reduced.remove(&group);
        if self.given_up.contains(&group) {
            self.groups.iter_mut().filter(|other| other.as_ref() == Some(&group)).for_each(|other| *other = None);
        }
        self.given_up.insert(group);
    }

    /// Removes the logs of workers that failed, which messages name until the sweep is over.
    ///
    /// # Errors
    /// [`Failure::File`] when one cannot be removed.
    pub fn remove_logs(&self) -> Result<(), Failure> {
        self.logs.iter().try_for_each(|log| store::remove(log))
    }
}
