//! The placement of runs in workers, and what happens when a worker fails.
//!
//! When the worker of a run that is trained alone fails, the run is tried once more. When a fleet with several
//! unfinished runs fails, the run that caused the failure is unknown, and fewer runs may fit in memory, so the next
//! fleets of the group have half the size. When a fleet with one unfinished run fails, the run is tried once more in a
//! fleet; after a second failure, the run gets a worker of its own. If two runs of a group get workers of their own in
//! this way, the cause is assumed to lie in the fleets, and every run of the group is trained alone.

use super::fleet_size::FleetSize;
use super::group::Group;
use super::lines::EventKind;
use super::schedule::Schedule;
use super::store::{self, Store};
use super::worker::{Worker, WorkerSpec};
use crate::failure::Failure;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// How many times a run that is trained alone is tried again after its worker has failed.
const RETRIES: usize = 1;

/// Which runs share workers, and which workers have failed so far.
#[derive(Debug)]
pub struct Placement {
    /// The group of each run in the schedule; `None` for a run that is trained alone.
    groups: Vec<Option<Group>>,
    /// The size of a fleet, unless the size for its group has been reduced.
    size: FleetSize,
    /// The size of the fleets of each group of which a larger fleet has failed.
    reduced: BTreeMap<Group, usize>,
    /// The groups from which a run has been excluded because fleets failed with it.
    given_up: BTreeSet<Group>,
    /// For each run, by its index in the schedule, the number of worker failures that are attributed to the run.
    failures: BTreeMap<usize, usize>,
    /// The number of fleets that have been started.
    fleets: usize,
    /// The logs of the workers that have failed.
    logs: Vec<PathBuf>,
}

impl Placement {
    /// The placement of the runs of `schedule` in fleets of `size`. If `size` is `None`, every run is trained alone.
    #[must_use]
    pub fn new(schedule: &Schedule, size: Option<FleetSize>) -> Self {
        Self {
            groups: schedule.items().iter().map(|item| size.and_then(|_| Group::of(item.run))).collect(),
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

    /// Whether a worker for the run `item` may be started while `workers` are active. Only one fleet may be active at a
    /// time, because a fleet fills the device.
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

    /// Excludes the run `item` from fleets: from now on, it is trained alone.
    pub fn separate(&mut self, item: usize) {
        self.groups[item] = None;
    }

    /// Records that `worker` failed for `reason` and left `open` runs unfinished, of which `item` is the first. Returns
    /// what happens to that run.
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

    /// Excludes the run `item` from fleets, after a second fleet has failed with this run as its only unfinished one.
    /// When this happens to a second run of `group`, excludes the whole group.
    fn give_up_fleet(&mut self, item: usize, group: Group) {
        self.separate(item);
        self.reduced.remove(&group);
        if self.given_up.contains(&group) {
            self.groups.iter_mut().filter(|other| other.as_ref() == Some(&group)).for_each(|other| *other = None);
        }
        self.given_up.insert(group);
    }

    /// Removes the logs of the workers that have failed. Messages refer to these logs, so they are kept until the sweep
    /// has succeeded.
    ///
    /// # Errors
    /// [`Failure::File`] when a log cannot be removed.
    pub fn remove_logs(&self) -> Result<(), Failure> {
        self.logs.iter().try_for_each(|log| store::remove(log))
    }
}
