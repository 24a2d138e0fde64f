//! The examples of all networks of a fleet, on the device.

use super::member::FleetMember;
use burn::prelude::Device;
use data::{DataSet, Examples};
use fleet::Store;
use std::sync::Arc;

/// The distinct data sets of a fleet's members, stored one after the other. All data sets have the same numbers of
/// training and of validation examples. In each store, the data set with index k, counted from 0, therefore begins at
/// row k times the number of examples that a data set has in this store.
pub(super) struct DeviceData {
    sets: Vec<Arc<DataSet>>,
    pub(super) train: Store,
    pub(super) validation: Store,
    pub(super) device: Device,
}

impl DeviceData {
    /// The training and validation examples of `members`, on `device`.
    pub(super) fn of(members: &[&mut FleetMember], device: &Device) -> Self {
        let sets = sets(members);
        let train = store(sets.iter().map(|set| &set.splits.train), device);
        let validation = store(sets.iter().map(|set| &set.splits.validation), device);
        Self { sets, train, validation, device: device.clone() }
    }

    /// Whether the data sets of `members` are exactly those on the device.
    pub(super) fn fits(&self, members: &[&mut FleetMember]) -> bool {
        let wanted = sets(members);
        wanted.len() == self.sets.len() && wanted.iter().all(|set| self.place(set).is_some())
    }

    /// The index of each member's data set, counted from 0.
    pub(super) fn places(&self, members: &[&mut FleetMember]) -> Vec<usize> {
        members.iter().map(|one| self.place(&one.data).unwrap_or(0)).collect()
    }

    fn place(&self, data: &Arc<DataSet>) -> Option<usize> {
        self.sets.iter().position(|set| Arc::ptr_eq(set, data))
    }
}

/// The distinct data sets of `members`.
fn sets(members: &[&mut FleetMember]) -> Vec<Arc<DataSet>> {
    let mut sets: Vec<Arc<DataSet>> = Vec::new();
    for one in members {
        if !sets.iter().any(|set| Arc::ptr_eq(set, &one.data)) {
            sets.push(one.data.clone());
        }
    }
    sets
}

/// One store on `device` with the examples of all `parts`, in order.
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
