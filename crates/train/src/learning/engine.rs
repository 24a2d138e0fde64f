//! The interface of the engines, which carry out the training steps of one network or of several networks side by side.

use crate::learning::minibatches::Minibatches;
use crate::learning::tally::Tally;
use crate::learning::training::Training;
use model::Network;
use std::ops::{ControlFlow, Range};

/// An engine, which carries out training steps. Each network has its own slot, and all networks are at the same step of
/// their epochs.
///
/// The sparse engines and the autodiff engine have one slot each; a fleet has a slot for each of its networks. The
/// [`trainer`](super::trainer) counts examples, chooses the best epoch, applies patience, writes checkpoints and
/// detects divergence.
pub(crate) trait Engine {
    /// The largest number of minibatches in a call of [`Engine::advance`]. A call never crosses a multiple of this
    /// number, so that the sums cover the same minibatches wherever training was stopped and resumed.
    fn stride(&self) -> usize;

    /// Trains every network on the minibatches `steps` of its epoch: forward pass, backward pass and update. `orders`
    /// contains, for each network, the order of the training examples.
    fn advance(&mut self, trainings: &[&mut Training], orders: &[Vec<u32>], steps: Range<usize>);

    /// Takes the sums over the minibatches on which the networks were trained since the last call, in the order of
    /// training.
    fn sums(&mut self) -> Vec<Sums>;

    /// Measures every network on its validation examples, uncorrupted. After each minibatch or group of minibatches,
    /// calls `each` with the sums over these examples, a tally for each network, until `each` returns
    /// [`ControlFlow::Break`].
    fn measure(&mut self, trainings: &[&mut Training], each: &mut dyn FnMut(&[Tally]) -> ControlFlow<()>);

    /// The network in `slot` after its last step, with trainable parameters.
    fn network(&self, slot: usize) -> Network;
}

/// Sums of the cost, the errors, |h| and the zeros over consecutive minibatches.
#[derive(Debug)]
pub(crate) struct Sums {
    /// The indices of the minibatches in the current epoch, counted from 0.
    pub(crate) steps: Range<usize>,
    /// The sums of each network.
    pub(crate) tallies: Vec<Tally>,
}

/// The sums of an engine with one slot, given one tally for each minibatch; the last tally belongs to minibatch
/// `end - 1`.
pub(crate) fn one_by_one(end: usize, tallies: Vec<Tally>) -> Vec<Sums> {
    let first = end - tallies.len();
    let steps = (first..end).map(|step| step..step + 1);
    steps.zip(tallies).map(|(steps, tally)| Sums { steps, tallies: vec![tally] }).collect()
}

/// Validates the network of an engine with one slot: calls `each` with the sums that `measure` returns for each
/// minibatch of `validation`, in stored order, until `each` returns [`ControlFlow::Break`].
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
