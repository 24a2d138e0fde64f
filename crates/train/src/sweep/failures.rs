//! What happens to runs when their worker fails or dies.
//!
//! When the worker of a run that is trained alone fails, the run is tried once more. When a fleet with several
//! unfinished runs fails, the run that caused the failure is unknown, and fewer runs may fit in memory, so the next
//! fleets of the group have half the size. When a fleet with one unfinished run fails, the run is tried once more in a
//! fleet; after a second failure, the run gets a worker of its own. If two runs of a group get workers of their own in
//! this way, the cause is assumed to lie in the fleets, and every run of the group is trained alone.

use super::group::Group;
use super::worker::Worker;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// How many times a run that is trained alone is tried again after its worker has failed.
const RETRIES: usize = 1;

/// The failures of workers so far.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    /// The reduced size of the next fleets, for each group in which a fleet failed with several unfinished runs.
    reduced: BTreeMap<Group, usize>,
    /// The groups from which one run has been moved to a worker of its own, because two fleets failed with this run.
    given_up: BTreeSet<Group>,
    /// For each run, by its index in the schedule, the number of worker failures that are attributed to the run.
    attributed: BTreeMap<usize, usize>,
    /// The logs of the workers that have failed.
    logs: Vec<PathBuf>,
}

/// The reaction of the sweep to the failure of a worker.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// The run is tried again.
    Again,
    /// The run is tried again, in a worker of its own.
    Alone,
    /// Every run of the group is trained alone from now on.
    GroupAlone(Group),
    /// The next fleets of the group train at most this many runs side by side.
    SmallerFleets(usize),
    /// The run has failed too often, and is not tried again.
    GiveUp,
}

impl Failures {
    /// Records that `worker` failed and left `open` runs unfinished, of which `item` is the first.
    pub(crate) fn record(&mut self, worker: Worker, item: usize, open: usize) -> Remedy {
        let Worker { group, peak, log, .. } = worker;
        self.logs.push(log);
        match group {
            Some(group) if open > 1 => {
                let slots = peak / 2;
                self.reduced.insert(group, slots);
                Remedy::SmallerFleets(slots)
            }
            Some(group) if self.attributed.remove(&item).is_some() => {
                self.reduced.remove(&group);
                if self.given_up.insert(group.clone()) { Remedy::Alone } else { Remedy::GroupAlone(group) }
            }
            Some(_) => {
                self.attributed.insert(item, 1);
                Remedy::Again
            }
            None => {
                let failures = self.attributed.entry(item).or_default();
                *failures += 1;
                if *failures > RETRIES { Remedy::GiveUp } else { Remedy::Again }
            }
        }
    }

    /// The reduced size of the next fleets of `group`; `None` if their size has not been reduced.
    pub(crate) fn slots(&self, group: &Group) -> Option<usize> {
        self.reduced.get(group).copied()
    }

    /// The logs of the workers that have failed.
    pub(crate) fn logs(&self) -> &[PathBuf] {
        &self.logs
    }
}
