//! A step as kernels for GPUs, written for thin minibatches.
//!
//! A thin minibatch does little with a weight that it has read, so the time of a step is that of moving the weights:
//! once forward, and once backward and back. That is what these kernels do, in as few launches as a step has layers.
//! Everything else (biases, activations, their derivatives, penalty, cost, sums) is done where the numbers pass by.
//! What they compute is what `step.rs` says in plain operations, which are their test.

mod launch;
mod layer;
mod rest;

pub(crate) use rest::MOST;

use crate::fleet::{Fleet, Map};
use crate::store::Store;
use burn::backend::Dispatch;
use burn::tensor::{Int, Tensor};
use launch::{Kernels, Shape};
use model::Activation;

/// The units that the kernels know: those whose derivative follows from their output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Units {
    /// x.
    Linear,
    /// max(0, x).
    Rectifier,
    /// ln(1 + exp(alpha x)) / alpha.
    Softplus,
    /// tanh(x).
    Tanh,
}

impl Units {
    fn of(activation: Activation) -> Option<Self> {
        match activation {
            Activation::Rectifier => Some(Self::Rectifier),
            Activation::Softplus { .. } => Some(Self::Softplus),
            Activation::Tanh => Some(Self::Tanh),
            _ => None,
        }
    }
}

/// What the kernels read of a fleet besides its maps: everything that the plain operations leave out where it changes
/// nothing, written out.
#[derive(Clone, Debug)]
pub(crate) struct Constants {
    units: Units,
    /// Signs of each hidden layer, `[R, 1, outputs]`.
    signs: Vec<Tensor<3>>,
    /// L1 coefficients of each hidden layer, `[R, 1, 1]`.
    l1: Vec<Tensor<3>>,
    /// Sharpness, `[R, 1, 1]`.
    sharpness: Tensor<3>,
}

impl Constants {
    /// Those of `fleet`, when the kernels can run it.
    pub(crate) fn of(fleet: &Fleet) -> Option<Self> {
        let device = fleet.rates.device();
        // CPU backends have no such name.
        device.identity()?;
        let units = Units::of(fleet.units)?;
        let size = fleet.size();
        let ones = |outputs: &usize| Tensor::ones([size, 1, *outputs], &device);
        let none = || Tensor::zeros([size, 1, 1], &device);
        Some(Self {
            units,
            signs: fleet.signs.clone().unwrap_or_else(|| fleet.outputs().iter().map(ones).collect()),
            l1: fleet.l1.iter().map(|l1| l1.clone().unwrap_or_else(none)).collect(),
            sharpness: fleet.sharpness.clone().unwrap_or_else(|| Tensor::ones([size, 1, 1], &device)),
        })
    }
}

/// One step of `fleet` on the examples `orders[r, first..first + batch]` of `store`; what it meets is added to `sums`, as
/// [`Fleet::learn`] gives it.
pub(crate) fn learn(
    mut fleet: Fleet,
    constants: &Constants,
    store: &Store,
    orders: &Tensor<2, Int>,
    [first, batch]: [usize; 2],
    mut sums: Tensor<2>,
) -> (Fleet, Tensor<2>) {
    let Constants { units, signs, l1, sharpness } = constants;
    let (maps, depth) = (std::mem::take(&mut fleet.maps), fleet.l1.len());
    let shape = |map: &Map| Shape::of(&map.weight, batch);
    let mut below = vec![three(Dispatch::gather(
        store.inputs.clone().into_dispatch(),
        orders.clone().into_dispatch(),
        first,
        batch,
    ))];
    for (k, map) in maps[..depth].iter().enumerate() {
        let h = Dispatch::layer(
            below[k].clone().into_dispatch(),
            map.weight.clone().into_dispatch(),
            map.bias.clone().into_dispatch(),
            signs[k].clone().into_dispatch(),
            sharpness.clone().into_dispatch(),
            shape(map),
            *units,
        );
        below.push(three(h));
        sums = two(Dispatch::count(below[k + 1].clone().into_dispatch(), sums.into_dispatch(), 2 + k, 2 + depth + k));
    }
    let output = &maps[depth];
    let logits = Dispatch::layer(
        below[depth].clone().into_dispatch(),
        output.weight.clone().into_dispatch(),
        output.bias.clone().into_dispatch(),
        // Linear units have no signs: nothing of this is read.
        output.bias.clone().into_dispatch(),
        sharpness.clone().into_dispatch(),
        shape(output),
        Units::Linear,
    );
    let (delta, counted) = Dispatch::answer(
        logits,
        store.labels.clone().into_dispatch(),
        orders.clone().into_dispatch(),
        sums.into_dispatch(),
        first,
    );
    sums = two(counted);
    let mut delta = three(delta);
    let mut updated = Vec::with_capacity(maps.len());
    for (k, map) in maps.into_iter().enumerate().rev() {
        let shape = shape(&map);
        let [x, d, rates] = [&below[k], &delta, &fleet.rates].map(|tensor| tensor.clone().into_dispatch());
        let (weight, bias) = (map.weight.into_dispatch(), map.bias.into_dispatch());
        let (weight, bias) = if k == 0 {
            Dispatch::descend(weight, bias, x, d, rates, shape)
        } else {
            let [signs, l1, alpha] =
                [&signs[k - 1], &l1[k - 1], sharpness].map(|tensor| tensor.clone().into_dispatch());
            let (weight, bias, at_below) =
                Dispatch::back_and_descend(weight, bias, x, d, rates, signs, l1, alpha, shape, *units);
            delta = three(at_below);
            (weight, bias)
        };
        updated.push(Map { weight: three(weight), bias: three(bias) });
    }
    updated.reverse();
    fleet.maps = updated;
    (fleet, sums)
}

fn three(tensor: burn::backend::DispatchTensor) -> Tensor<3> {
    Tensor::from_dispatch(tensor)
}

fn two(tensor: burn::backend::DispatchTensor) -> Tensor<2> {
    Tensor::from_dispatch(tensor)
}
