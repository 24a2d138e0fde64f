//! A network that is trained beside others.

use crate::learning::training::Training;
use burn::prelude::Device;
use data::DataSet;
use fleet::Member;
use model::{Layer, Network};
use std::sync::Arc;

/// A network that is trained beside others: a classifier, or the auto-encoder of a layer.
pub(crate) struct FleetMember {
    /// Its job and where it stands; its networks are on the [`host`].
    pub(crate) training: Training,
    /// The data of its run: members of the same data share them on the device.
    pub(crate) data: Arc<DataSet>,
    /// Of an auto-encoder, the layers that its inputs come through.
    pub(crate) below: Vec<Layer>,
    /// Its slot in the fleet, once it has one.
    pub(super) slot: Option<usize>,
}

/// The networks of runs wait here while the fleet has their successors.
pub(crate) fn host() -> Device {
    Device::flex().autodiff()
}

impl FleetMember {
    /// The network of `training`, which learns from `data` through the layers `below`.
    pub(crate) fn new(training: Training, data: Arc<DataSet>, below: Vec<Layer>) -> Self {
        Self { training, data, below, slot: None }
    }

    /// It as the crate `fleet` knows it: with the layers below, which pay no penalty.
    pub(super) fn whole(&self) -> Member {
        let Network { hidden, output } = self.training.snapshot.last.clone();
        let job = &self.training.job;
        let penalties = (0..hidden.len()).map(|layer| job.l1.of(layer));
        let l1 = self.below.iter().map(|_| 0.0).chain(penalties).collect();
        let hidden = self.below.iter().cloned().chain(hidden).collect();
        Member { network: Network { hidden, output }, learning_rate: job.learning_rate, l1 }
    }
}
