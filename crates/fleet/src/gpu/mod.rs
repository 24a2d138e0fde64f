//! A training step as GPU kernels, written for small minibatches.
//!
//! With a small minibatch, little arithmetic is done with each weight, so a step takes the time needed to move the
//! weights: they are read once in the forward pass, and read once and written once in the backward pass. These kernels
//! move the weights no more often than that, in one or two launches per layer and direction, and compute everything
//! else (biases, activations, derivatives, penalty, cost, sums) in the same launches. Tests compare the results of the
//! kernels with the results of the plain operations in `step.rs`.

mod launch;
mod layer;
mod limits;
mod rest;

pub(crate) use limits::memory;

use crate::fleet::{Fleet, Map};
use crate::store::Store;
use burn::backend::{Dispatch, DispatchTensor};
use burn::tensor::{DType, Int, Tensor};
use launch::{Kernels, Shape};
use model::Activation;

/// The activation functions that the kernels support. The derivative of each can be computed from its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Units {
    /// x, the function of the output layer.
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

/// The constants of a fleet that the kernels read. Signs of 1, L1 coefficients of 0 and a sharpness of 1, which the
/// plain operations leave out, are explicit tensors here.
#[derive(Clone, Debug)]
pub(crate) struct Constants {
    units: Units,
    /// Signs of each hidden layer, `[R, 1, outputs]`.
    signs: Vec<Tensor<3>>,
    /// L1 coefficients of each hidden layer, `[R, 1, 1]`.
    l1: Vec<Tensor<3>>,
    /// The sharpness of each network's units, `[R, 1, 1]`.
    sharpness: Tensor<3>,
}

impl Constants {
    /// The constants of `fleet`, or `None` if the kernels cannot train the fleet on `store` in minibatches of `batch`,
    /// because the device is not a GPU or is too limited, values do not have 32 bits, or the activation function is not
    /// supported.
    pub(crate) fn of(fleet: &Fleet, store: &Store, orders: &Tensor<2, Int>, batch: usize) -> Option<Self> {
        let floats = [fleet.rates.dtype(), store.inputs.dtype()].iter().all(|dtype| *dtype == DType::F32);
        let whole = [store.labels.dtype(), orders.dtype()].iter().all(|dtype| *dtype == DType::I32);
        if !floats || !whole {
            return None;
        }
        let (device, size) = (fleet.rates.device(), fleet.size());
        if !limits::allow(&device, size, batch, store.inputs.dims()[1]) {
            return None;
        }
        let units = Units::of(fleet.units)?;
        let ones = |outputs: &usize| Tensor::ones([size, 1, *outputs], &device);
        let zero = || Tensor::zeros([size, 1, 1], &device);
        Some(Self {
            units,
            signs: fleet.signs.clone().unwrap_or_else(|| fleet.outputs().iter().map(ones).collect()),
            l1: fleet.l1.iter().map(|l1| l1.clone().unwrap_or_else(zero)).collect(),
            sharpness: fleet.sharpness.clone().unwrap_or_else(|| Tensor::ones([size, 1, 1], &device)),
        })
    }
}

/// A minibatch of `store`: for network r, the examples `orders[r, first..first + batch]`.
#[derive(Clone, Copy)]
pub(crate) struct Minibatch<'a> {
    pub(crate) store: &'a Store,
    /// The order of the examples for each network, `[R, examples]`.
    pub(crate) orders: &'a Tensor<2, Int>,
    pub(crate) first: usize,
    pub(crate) batch: usize,
}

/// Takes one step of `fleet` on `minibatch`. Returns `sums` plus the sums of the minibatch, as [`Fleet::learn`] defines
/// them.
pub(crate) fn learn(fleet: &mut Fleet, constants: &Constants, minibatch: Minibatch<'_>, sums: Tensor<2>) -> Tensor<2> {
    let (below, delta, sums) = forward(fleet, constants, minibatch, sums);
    fleet.maps = back(std::mem::take(&mut fleet.maps), &fleet.rates, constants, &below, delta);
    sums
}

/// The forward pass: returns the inputs of each layer, the first layer's first; the gradient at the logits; and the
/// sums.
fn forward(
    fleet: &Fleet,
    Constants { units, signs, sharpness, .. }: &Constants,
    Minibatch { store, orders, first, batch }: Minibatch<'_>,
    mut sums: Tensor<2>,
) -> (Vec<Tensor<3>>, Tensor<3>, Tensor<2>) {
    let depth = signs.len();
    let x = Dispatch::gather(raw(&store.inputs), orders.clone().into_dispatch(), first, batch);
    let mut below = vec![three(x)];
    // The output layer has no signs: the kernel is given another tensor of the right shape, and does not read this
    // tensor.
    let last = fleet.maps[depth].bias.clone();
    for (k, (map, signs)) in fleet.maps.iter().zip(signs.iter().chain([&last])).enumerate() {
        let units = if k < depth { *units } else { Units::Linear };
        let shape = Shape::of(&map.weight, batch);
        let inputs = [&below[k], &map.weight, &map.bias, signs, sharpness].map(raw);
        let [x, weight, bias, signs, alpha] = inputs;
        below.push(three(Dispatch::layer(x, weight, bias, signs, alpha, shape, units)));
        if k < depth {
            sums = two(Dispatch::count(raw(&below[k + 1]), sums.into_dispatch(), 2 + k, 2 + depth + k));
        }
    }
    let logits = below.pop().map_or_else(|| raw(&last), Tensor::into_dispatch);
    let labels = store.labels.clone().into_dispatch();
    let (delta, sums) =
        Dispatch::cross_entropy(logits, labels, orders.clone().into_dispatch(), sums.into_dispatch(), first);
    (below, three(delta), two(sums))
}

/// The backward pass and the update: returns the maps after a step, given the inputs `below` of each map and the
/// gradient `delta` at the logits.
fn back(
    maps: Vec<Map>,
    rates: &Tensor<3>,
    Constants { units, signs, l1, sharpness }: &Constants,
    below: &[Tensor<3>],
    mut delta: Tensor<3>,
) -> Vec<Map> {
    let mut updated = Vec::with_capacity(maps.len());
    for (k, Map { weight, bias }) in maps.into_iter().enumerate().rev() {
        let shape = Shape::of(&weight, below[k].dims()[1]);
        let [x, d, rates] = [&below[k], &delta, rates].map(raw);
        let [weight, bias] = [weight, bias].map(Tensor::into_dispatch);
        let (weight, bias) = if k == 0 {
            Dispatch::update(weight, bias, x, d, rates, shape)
        } else {
            let [signs, l1, alpha] = [&signs[k - 1], &l1[k - 1], sharpness].map(raw);
            let (weight, bias, at_below) =
                Dispatch::backward_and_update(weight, bias, x, d, rates, signs, l1, alpha, shape, *units);
            delta = three(at_below);
            (weight, bias)
        };
        updated.push(Map { weight: three(weight), bias: three(bias) });
    }
    updated.reverse();
    updated
}

/// `tensor` as a tensor of the backend; the values are not copied.
fn raw<const D: usize>(tensor: &Tensor<D>) -> DispatchTensor {
    tensor.clone().into_dispatch()
}

fn three(tensor: DispatchTensor) -> Tensor<3> {
    Tensor::from_dispatch(tensor)
}

fn two(tensor: DispatchTensor) -> Tensor<2> {
    Tensor::from_dispatch(tensor)
}
