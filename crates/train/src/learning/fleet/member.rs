//! A network in a fleet.

use crate::learning::training::Training;
use burn::prelude::Device;
use data::DataSet;
use fleet::Member;
use model::{Layer, Network};
use std::sync::Arc;

/// A network in a fleet: a classifier, or the auto-encoder of a layer.
pub(crate) struct FleetMember {
    /// The job and the state of its training; the networks of the snapshot are on the [`host`].
    pub(crate) training: Training,
    /// The data set of the member's run. Members with the same data set share it on the device.
    pub(crate) data: Arc<DataSet>,
    /// The layers that compute the inputs of an auto-encoder; empty for an auto-encoder of the first layer and for any
    /// other network.
    pub(crate) below: Vec<Layer>,
    /// The member's slot in the fleet; `None` before the member has joined the fleet.
    pub(super) slot: Option<usize>,
}

/// The device, with autodiff, that holds the networks of the last checkpoint while the fleet trains copies of them.
pub(crate) fn host() -> Device {
    Device::flex().autodiff()
}

impl FleetMember {
    /// A member without a slot: the network of `training`, whose inputs are the codes that the layers `below` compute
    /// from the examples of `data`.
    pub(crate) fn new(training: Training, data: Arc<DataSet>, below: Vec<Layer>) -> Self {
        Self { training, data, below, slot: None }
    }

    /// The member in the form that the crate `fleet` trains: with the layers below the auto-encoder, which have no L1
    /// penalty.
    pub(super) fn whole(&self) -> Member {
        let Network { hidden, output } = self.training.snapshot.last.clone();
        let job = &self.training.job;
        let penalties = (0..hidden.len()).map(|layer| job.l1.of(layer));
        let l1 = self.below.iter().map(|_| 0.0).chain(penalties).collect();
        let hidden = self.below.iter().cloned().chain(hidden).collect();
        Member { network: Network { hidden, output }, learning_rate: job.learning_rate, l1 }
    }
}
