//! Epochs of networks trained side by side. The members of the fleet may change between epochs.

use super::device_data::DeviceData;
use super::engine::{FleetEngine, own};
use super::member::FleetMember;
use crate::failure::Failure;
use crate::interrupt;
use crate::learning::trainer::{Event, Host, Phase, Trainer};
use crate::learning::training::Training;
use burn::prelude::Device;
use fleet::Fleet;
use model::Network;
use std::ops::ControlFlow;

/// Networks that are trained side by side on a device.
pub(crate) struct FleetTrainer {
    device: Device,
    fleet: Option<Fleet>,
    data: Option<DeviceData>,
    trainer: Trainer,
}

impl FleetTrainer {
    /// A trainer on `device`, without members yet.
    pub(crate) fn new(device: Device) -> Self {
        Self { device, fleet: None, data: None, trainer: Trainer::new() }
    }

    /// Trains all `members` to the end of their epochs. The members that have a slot must come first, in the order of
    /// their slots, and every member must have epochs left to train. If members without a slot were stopped in the
    /// middle of an epoch, only those members without a slot that are at the latest step are trained, to the end of
    /// their epoch; their training may then be over. If a stop is requested, the checkpoints of all members are
    /// written, and [`ControlFlow::Break`] is returned.
    ///
    /// # Errors
    /// [`Failure`] if a file cannot be written, or a network cannot be trained beside the others.
    pub(crate) fn epoch(&mut self, members: &mut [&mut FleetMember]) -> Result<ControlFlow<()>, Failure> {
        let data = match self.data.take().filter(|data| data.fits(members)) {
            Some(data) => data,
            None => DeviceData::of(members, &self.device),
        };
        let newcomers = members.iter().filter(|one| one.slot.is_none());
        let latest = newcomers.map(|one| one.training.step()).max().unwrap_or(0);
        let flow = if latest > 0 {
            let all = members.iter_mut().map(|one| &mut **one);
            let mut late: Vec<&mut FleetMember> =
                all.filter(|one| one.slot.is_none() && one.training.step() == latest).collect();
            let mut fleet = Fleet::new(late.iter().map(|one| one.whole()).collect(), &self.device)?;
            let flow = advance(&mut self.trainer, &mut fleet, &mut late, &data)?;
            for (slot, one) in late.into_iter().enumerate() {
                one.training.snapshot.last = own(&fleet, slot, one.below.len());
            }
            if flow.is_break() {
                self.save(members)?; // also saves the members that were not trained
            }
            flow
        } else {
            let mut fleet = self.assembled(members)?;
            let flow = advance(&mut self.trainer, &mut fleet, members, &data)?;
            self.fleet = Some(fleet);
            flow
        };
        self.data = Some(data);
        Ok(flow)
    }

    /// Writes the checkpoints of `members`.
    ///
    /// # Errors
    /// [`Failure`] if a checkpoint cannot be written.
    pub(crate) fn save(&self, members: &mut [&mut FleetMember]) -> Result<(), Failure> {
        members.iter_mut().try_for_each(|one| {
            let network = self.network(one);
            one.training.save(network)
        })
    }

    /// The network of `member` after its last step.
    fn network(&self, member: &FleetMember) -> Network {
        match (member.slot, &self.fleet) {
            (Some(slot), Some(fleet)) => own(fleet, slot, member.below.len()),
            _ => member.training.snapshot.last.clone(),
        }
    }

    /// Assembles the fleet of `members`, and gives each member its slot.
    fn assembled(&mut self, members: &mut [&mut FleetMember]) -> Result<Fleet, Failure> {
        let staying: Vec<usize> = members.iter().filter_map(|one| one.slot).collect();
        let newcomers: Vec<_> = members[staying.len()..].iter().map(|one| one.whole()).collect();
        let fleet = match self.fleet.take() {
            Some(fleet) if newcomers.is_empty() && staying.len() == fleet.size() => fleet,
            Some(fleet) => fleet.regroup(&staying, newcomers)?,
            None => Fleet::new(newcomers, &self.device)?,
        };
        members.iter_mut().enumerate().for_each(|(slot, one)| one.slot = Some(slot));
        Ok(fleet)
    }
}

/// Trains `members`, the members of `fleet`, which are all at the same step, to the end of their epochs.
fn advance(
    trainer: &mut Trainer,
    fleet: &mut Fleet,
    members: &mut [&mut FleetMember],
    data: &DeviceData,
) -> Result<ControlFlow<()>, Failure> {
    let (places, below) = (data.places(members), members[0].below.len());
    let mut engine = FleetEngine { fleet, data, places, below, sums: Vec::new() };
    let mut trainings: Vec<&mut Training> = members.iter_mut().map(|one| &mut one.training).collect();
    trainer.epoch(&mut engine, &mut Unwatched, &mut trainings)
}

/// A host that shows no progress within an epoch; the sweep receives a message from a run after each epoch.
struct Unwatched;

impl Host for Unwatched {
    fn stopping(&self) -> bool {
        interrupt::requested()
    }

    fn failed(&self) -> Option<Failure> {
        None
    }

    fn report(&mut self, _phase: Phase, _event: Event) {}
}
