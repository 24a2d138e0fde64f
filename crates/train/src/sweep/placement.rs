//! The placement of runs in workers: a worker trains one run alone, or several runs of a group as a fleet.

use super::failures::{Failures, Remedy};
use super::fleet_size::FleetSize;
use super::group::Group;
use super::lines::EventKind;
use super::schedule::Schedule;
use super::store::{self, Store};
use super::worker::{Worker, WorkerSpec};
use crate::failure::Failure;

/// Which runs share workers.
#[derive(Debug)]
pub struct Placement {
    /// The group of each run in the schedule; `None` for a run that is trained alone.
    groups: Vec<Option<Group>>,
    /// The size of the fleets of all groups for which the size has not been reduced.
    size: FleetSize,
    failures: Failures,
    /// The number of fleets that have been started.
    fleets: usize,
}

impl Placement {
    /// The placement of the runs of `schedule` in fleets of `size`. If `size` is `None`, every run is trained alone.
    #[must_use]
    pub fn new(schedule: &Schedule, size: Option<FleetSize>) -> Self {
        Self {
            groups: schedule.items().iter().map(|item| size.and_then(|_| Group::of(item.run))).collect(),
            size: size.unwrap_or(FleetSize::Auto),
            failures: Failures::default(),
            fleets: 0,
        }
    }

    /// Whether the run `item` may take a slot of `worker`.
    #[must_use]
    pub fn fits(&self, item: usize, worker: &Worker) -> bool {
        self.groups[item] == worker.group
    }

    /// Whether a worker for the run `item` may be started while `workers` are active. Only one fleet may be active at a
    /// time, because a fleet may need the whole memory of the device.
    #[must_use]
    pub fn may_start(&self, item: usize, workers: &[Worker]) -> bool {
        self.groups[item].is_none() || workers.iter().all(|worker| worker.group.is_none())
    }

    /// The worker to start for the run `item`, whose id is `run`.
    pub fn worker_for(&mut self, item: usize, run: &str, store: &Store) -> WorkerSpec {
        let Some(group) = self.groups[item].clone() else { return WorkerSpec { fleet: None, log: store.log(run) } };
        self.fleets += 1;
        let log = store.log(&format!("fleet-{}-{}", std::process::id(), self.fleets));
        let size = self.failures.slots(&group).map_or(self.size, FleetSize::Fixed);
        WorkerSpec { fleet: Some((group, size)), log }
    }

    /// Excludes the run `item` from fleets: from now on, the run can only be trained alone.
    pub fn separate(&mut self, item: usize) {
        self.groups[item] = None;
    }

    /// Records that `worker` failed for `reason` and left `open` runs unfinished, of which `item` is the first. Returns
    /// the event for the run `item`, which is tried again or has failed.
    pub fn record_failure(&mut self, worker: Worker, item: usize, open: usize, reason: String) -> EventKind {
        let remedy = self.failures.record(worker, item, open);
        match &remedy {
            Remedy::Alone => self.separate(item),
            Remedy::GroupAlone(group) => {
                self.groups.iter_mut().filter(|other| other.as_ref() == Some(group)).for_each(|other| *other = None);
            }
            Remedy::Again | Remedy::SmallerFleets(_) | Remedy::GiveUp => {}
        }
        match remedy {
            Remedy::SmallerFleets(slots) => EventKind::Halved { slots, reason },
            Remedy::GiveUp => EventKind::Failed(reason),
            Remedy::Again | Remedy::Alone | Remedy::GroupAlone(_) => EventKind::Retried(reason),
        }
    }

    /// Removes the logs of the workers that have failed. Messages refer to these logs, so they are kept until the sweep
    /// has succeeded.
    ///
    /// # Errors
    /// [`Failure::File`] when a log cannot be removed.
    pub fn remove_logs(&self) -> Result<(), Failure> {
        self.failures.logs().iter().try_for_each(|log| store::remove(log))
    }
}
