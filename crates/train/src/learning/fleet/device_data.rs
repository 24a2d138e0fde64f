//! The examples of all networks on the device.

use super::member::FleetMember;
use burn::prelude::Device;
use data::{DataSet, Examples};
use fleet::Store;
use std::sync::Arc;

/// The data sets of members, each once, one after the other: rows of the `k`-th have `k` times the number of examples
/// before them.
pub(super) struct DeviceData {
    sets: Vec<Arc<DataSet>>,
    pub(super) train: Store,
    pub(super) validation: Store,
    pub(super) device: Device,
}

impl DeviceData {
    /// What `members` learn from and are validated on.
    pub(super) fn of(members: &[&mut FleetMember], device: &Device) -> Self {
        let sets = sets(members);
        let train = store(sets.iter().map(|set| &set.splits.train), device);
        let validation = store(sets.iter().map(|set| &set.splits.validation), device);
        Self { sets, train, validation, device: device.clone() }
    }

    /// Whether it has what `members` need, and nothing else.
    pub(super) fn fits(&self, members: &[&mut FleetMember]) -> bool {
        let wanted = sets(members);
        wanted.len() == self.sets.len() && wanted.iter().all(|set| self.place(set).is_some())
    }

    /// The place of the data set of each of `members` among all.
    pub(super) fn places(&self, members: &[&mut FleetMember]) -> Vec<usize> {
        members.iter().map(|one| self.place(&one.data).unwrap_or(0)).collect()
    }

    fn place(&self, data: &Arc<DataSet>) -> Option<usize> {
        self.sets.iter().position(|set| Arc::ptr_eq(set, data))
    }
}

/// The data sets of `members`, each once.
fn sets(members: &[&mut FleetMember]) -> Vec<Arc<DataSet>> {
    let mut sets: Vec<Arc<DataSet>> = Vec::new();
    for one in members {
        if !sets.iter().any(|set| Arc::ptr_eq(set, &one.data)) {
            sets.push(one.data.clone());
        }
    }
    sets
}

/// All `parts` in one store.
fn store<'a>(parts: impl Iterator<Item = &'a Examples>, device: &Device) -> Store {
    let (mut inputs, mut labels) = (Vec::new(), Vec::new());
    for examples in parts {
        for row in 0..examples.len() {
            examples.row(row).write(&mut inputs);
            labels.push(i32::from(examples.label(row)));
        }
    }
    Store::new(inputs, labels, device)
}
