//! What a sweep remembers of its fleets.

use super::group::Group;
use super::schedule::Board;
use super::store::{self, Store};
use crate::failure::Failure;
use crate::side_by_side::Seats;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What a sweep remembers of its fleets.
#[derive(Debug)]
pub struct Fleets {
    /// What each run goes side by side with; nothing: it is trained alone.
    groups: Vec<Option<Group>>,
    /// Seats of a fleet, when nothing is known of its group.
    most: Seats,
    /// Seats of fleets that had more, and failed.
    seats: BTreeMap<Group, usize>,
    /// Groups that a run was taken out of.
    parted: BTreeSet<Group>,
    /// How many there were.
    count: usize,
    /// What those said that failed.
    logs: Vec<PathBuf>,
}

impl Fleets {
    /// Fleets of the runs of `board` with so many `seats`; nothing: every run is trained alone.
    #[must_use]
    pub fn new(board: &Board, seats: Option<Seats>) -> Self {
        let groups = board.items().iter().map(|item| seats.and_then(|_| Group::of(item.run))).collect();
        let most = seats.unwrap_or(Seats::Auto);
        Self { groups, most, seats: BTreeMap::new(), parted: BTreeSet::new(), count: 0, logs: Vec::new() }
    }

    /// What the run `item` goes side by side with; nothing when it is trained alone.
    #[must_use]
    pub fn group(&self, item: usize) -> Option<&Group> {
        self.groups[item].as_ref()
    }

    /// Has the run `item` trained alone.
    pub fn release(&mut self, item: usize) {
        self.groups[item] = None;
    }

    /// The seats of the next fleet of `group`, and the file of `store` for what it says.
    pub fn next(&mut self, group: &Group, store: &Store) -> (Seats, PathBuf) {
        self.count += 1;
        let seats = self.seats.get(group).copied().map_or(self.most, Seats::Number);
        (seats, store.log(&format!("fleet-{}-{}", std::process::id(), self.count)))
    }

    /// A fleet of `group` failed that had up to `most` runs: the seats of the next one.
    pub fn halve(&mut self, group: Group, most: usize) -> usize {
        self.seats.insert(group, most / 2);
        most / 2
    }

    /// Has the run `item` trained alone, with which a fleet of nobody else failed twice. Is it the second of `group`, all are:
    /// then it is not the run.
    pub fn part(&mut self, item: usize, group: Group) {
        self.release(item);
        self.seats.remove(&group);
        if self.parted.contains(&group) {
            self.groups.iter_mut().filter(|other| other.as_ref() == Some(&group)).for_each(|other| *other = None);
        }
        self.parted.insert(group);
    }

    /// Keeps the `log` of a fleet that failed, which sentences name, for as long as the sweep goes on.
    pub fn keep(&mut self, log: PathBuf) {
        self.logs.push(log);
    }

    /// Removes what was kept.
    ///
    /// # Errors
    /// [`Failure::File`] when that cannot be.
    pub fn forget(&self) -> Result<(), Failure> {
        self.logs.iter().try_for_each(|log| store::remove(log))
    }
}
