//! What every engine does: training steps of one network, or of several side by side.

use crate::learning::tally::Tally;
use crate::learning::training::Training;
use model::Network;
use std::ops::{ControlFlow, Range};

/// What carries the training steps of networks that are at the same step of their epochs, each in a slot of its own.
///
/// The sparse kernels and autodiff have one slot; a fleet has many. Counting, the best epoch, patience, checkpoints
/// and divergence are not an engine's business: see [`trainer`](super::trainer).
pub(crate) trait Engine {
    /// Minibatches that [`Engine::advance`] carries at most. A call never reaches beyond a multiple of it, so that
    /// sums are of the same minibatches wherever training was stopped.
    fn stride(&self) -> usize;

    /// Forward, backward and update of every network on the minibatches `steps` of its epoch, whose examples are in
    /// the order `orders`, one for each network.
    fn advance(&mut self, trainings: &[&mut Training], orders: &[Vec<u32>], steps: Range<usize>);

    /// Takes the sums of the minibatches since the last call, in the order of training.
    fn sums(&mut self) -> Vec<Sums>;

    /// Calls `each` with the sums of every network over each minibatch of its validation examples, uncorrupted, until
    /// that breaks.
    fn measure(&mut self, trainings: &[&mut Training], each: &mut dyn FnMut(&[Tally]) -> ControlFlow<()>);

    /// The network in `slot` as it is now, trainable.
    fn network(&self, slot: usize) -> Network;
}

/// What was summed over some minibatches.
#[derive(Debug)]
pub(crate) struct Sums {
    /// The minibatches, of the current epoch, from 0.
    pub(crate) steps: Range<usize>,
    /// The sums of each network.
    pub(crate) tallies: Vec<Tally>,
}

/// The sums of an engine of one slot that counts every minibatch by itself, the last of which is minibatch `end` - 1.
pub(crate) fn one_by_one(end: usize, tallies: Vec<Tally>) -> Vec<Sums> {
    let first = end - tallies.len();
    let steps = (first..end).map(|step| step..step + 1);
    steps.zip(tallies).map(|(steps, tally)| Sums { steps, tallies: vec![tally] }).collect()
}
