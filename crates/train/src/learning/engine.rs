//! The interface of the engines, which carry out the training steps of one network or of several side by side.

use crate::learning::minibatches::Minibatches;
use crate::learning::tally::Tally;
use crate::learning::training::Training;
use model::Network;
use std::ops::{ControlFlow, Range};

/// Carries out training steps. Each network has its own slot, and all are at the same step of their epochs.
///
/// The sparse kernels and autodiff have one slot; a fleet has many. Counting, the best epoch, patience, checkpoints and
/// divergence are left to the [`trainer`](super::trainer).
pub(crate) trait Engine {
    /// The largest number of minibatches in a call of [`Engine::advance`]. A call never crosses a multiple of it, so
    /// that the sums cover the same minibatches wherever training was stopped and resumed.
    fn stride(&self) -> usize;

    /// Forward pass, backward pass and update of every network on the minibatches `steps` of its epoch. `orders` has
    /// the order of the training examples for each network.
    fn advance(&mut self, trainings: &[&mut Training], orders: &[Vec<u32>], steps: Range<usize>);

    /// Takes the sums of the minibatches trained on since the last call, in the order of training.
    fn sums(&mut self) -> Vec<Sums>;

    /// Measures every network on its validation examples, uncorrupted. Calls `each` with the sums of all networks after
    /// each minibatch or group of minibatches, until it breaks.
    fn measure(&mut self, trainings: &[&mut Training], each: &mut dyn FnMut(&[Tally]) -> ControlFlow<()>);

    /// The network in `slot` after its last step, trainable.
    fn network(&self, slot: usize) -> Network;
}

/// The sums over consecutive minibatches.
#[derive(Debug)]
pub(crate) struct Sums {
    /// The minibatches of the current epoch, from 0.
    pub(crate) steps: Range<usize>,
    /// The sums of each network.
    pub(crate) tallies: Vec<Tally>,
}

/// The sums of an engine with one slot, from one tally for each minibatch; the last one is that of minibatch `end` - 1.
pub(crate) fn one_by_one(end: usize, tallies: Vec<Tally>) -> Vec<Sums> {
    let first = end - tallies.len();
    let steps = (first..end).map(|step| step..step + 1);
    steps.zip(tallies).map(|(steps, tally)| Sums { steps, tallies: vec![tally] }).collect()
}

/// Calls `each` with what `measure` sums over each minibatch of `validation`, in stored order, until it breaks: the
/// validation of an engine of one slot.
pub(crate) fn in_stored_order(
    validation: &Minibatches,
    mut measure: impl FnMut(&[u32]) -> Tally,
    each: &mut dyn FnMut(&[Tally]) -> ControlFlow<()>,
) {
    for rows in validation.stored_rows() {
        if each(&[measure(&rows)]).is_break() {
            return;
        }
    }
}
