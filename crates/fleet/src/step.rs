//! One step of gradient descent for all networks (forward pass, backward pass and update), in plain tensor operations
//! that run on any device.

use crate::fleet::{Fleet, Map};
use crate::objective::AutoencoderObjective;
use burn::tensor::{Int, Tensor, activation};
use model::{Activate, Reconstruct, Targets};

/// The results of the forward pass of a hidden layer.
struct Hidden {
    /// The pre-activations times the sharpness, alpha (x W + b), `[R, batch, units]`.
    x: Tensor<3>,
    /// The values f(x) of the activation function, `[R, batch, outputs]`.
    f: Tensor<3>,
    /// The outputs sign f / alpha, `[R, batch, outputs]`.
    h: Tensor<3>,
}

/// Takes one step of `fleet` on the inputs x `[R, batch, inputs]` with the classes `labels` `[R, batch]`. Returns the
/// sums of [`Fleet::learn`] over this minibatch, `[R, 2 + 2 * layers]`.
pub(crate) fn learn(fleet: &mut Fleet, x: &Tensor<3>, labels: Tensor<2, Int>) -> Tensor<2> {
    let batch = x.dims()[1] as f64;
    let (read, hidden, logits) = forward(fleet, x.clone(), None);
    let sums = sums(&hidden, logits.clone(), labels.clone());
    let classes = logits.dims()[2];
    let delta = (activation::softmax(logits, 2) - one_hot(labels, classes)) / batch;
    back(fleet, 0, &read, &hidden, delta);
    sums
}

/// Takes one step of the auto-encoders of `fleet`, which consist of the last hidden layer and the output layer. Their
/// inputs are the codes that the layers below, which are not trained, compute from x `[R, batch, inputs]`, multiplied
/// by the mask `kept` `[R, batch, codes]`. Returns the sums of [`reconstruct`], computed from the masked inputs.
pub(crate) fn denoise(fleet: &mut Fleet, x: Tensor<3>, kept: Tensor<3>, objective: AutoencoderObjective) -> Tensor<2> {
    let (batch, encoder) = (x.dims()[1] as f64, fleet.l1.len() - 1);
    let (read, hidden, f) = forward(fleet, x.clone(), Some(kept));
    let target = objective.target.of_all(code(encoder, x, &hidden));
    let sums = reconstruction_sums(&hidden[encoder], f.clone(), &target, objective);
    let delta = objective.reconstruction.slope(f, target) / batch;
    back(fleet, encoder, &read, &hidden, delta);
    sums
}

/// The sums that [`learn`] returns, computed without taking a step.
pub(crate) fn measure(fleet: &Fleet, x: Tensor<3>, labels: Tensor<2, Int>) -> Tensor<2> {
    let (_, hidden, logits) = forward(fleet, x, None);
    sums(&hidden, logits, labels)
}

/// Sums over the examples, `[R, 4]`, for uncorrupted inputs: the reconstruction cost, 0 in place of the errors, the sum
/// of |h| of the code, and exact zeros of the code.
pub(crate) fn reconstruct(fleet: &Fleet, x: Tensor<3>, objective: AutoencoderObjective) -> Tensor<2> {
    let encoder = fleet.l1.len() - 1;
    let (_, hidden, f) = forward(fleet, x.clone(), None);
    let target = objective.target.of_all(code(encoder, x, &hidden));
    reconstruction_sums(&hidden[encoder], f, &target, objective)
}

/// The uncorrupted inputs of hidden layer `k`: x for the first hidden layer, otherwise the outputs of the layer below.
fn code(k: usize, x: Tensor<3>, hidden: &[Hidden]) -> Tensor<3> {
    k.checked_sub(1).map_or(x, |below| hidden[below].h.clone())
}

/// The inputs of each map, the results of each hidden layer, and the outputs of the network, in this order. If there is
/// a mask `kept`, the inputs of the last hidden layer are multiplied by it.
fn forward(fleet: &Fleet, x: Tensor<3>, kept: Option<Tensor<3>>) -> (Vec<Tensor<3>>, Vec<Hidden>, Tensor<3>) {
    let layers = fleet.l1.len();
    let (mut read, mut hidden) = (Vec::with_capacity(layers + 1), Vec::with_capacity(layers));
    let (mut x, mut kept) = (x, kept);
    for k in 0..layers {
        if k + 1 == layers
            && let Some(kept) = kept.take()
        {
            x = x * kept;
        }
        let computed = activate(fleet, k, fleet.maps[k].of(x.clone()));
        read.push(std::mem::replace(&mut x, computed.h.clone()));
        hidden.push(computed);
    }
    let out = fleet.maps[layers].of(x.clone());
    read.push(x);
    (read, hidden, out)
}

/// Updates `fleet` by one step, given the gradient `delta` at the outputs of the network. Maps below the index `first`
/// are not trained.
fn back(fleet: &mut Fleet, first: usize, read: &[Tensor<3>], hidden: &[Hidden], mut delta: Tensor<3>) {
    let batch = delta.dims()[1] as f64;
    let mut learning = fleet.maps.split_off(first);
    let mut learned = Vec::with_capacity(learning.len());
    while let Some(map) = learning.pop() {
        let k = first + learning.len();
        let step = delta.clone() * fleet.rates.clone();
        if k > first {
            let at_outputs = delta.matmul(map.weight.clone().swap_dims(1, 2));
            delta = through(fleet, k - 1, &hidden[k - 1], at_outputs, batch);
        }
        let bias = map.bias - step.clone().sum_dim(1);
        learned.push(Map { weight: map.weight - read[k].clone().swap_dims(1, 2).matmul(step), bias });
    }
    learned.reverse();
    fleet.maps.append(&mut learned);
}

/// The results of hidden layer `layer` for its pre-activations a, with the outputs h = sign f(alpha a) / alpha.
fn activate(fleet: &Fleet, layer: usize, a: Tensor<3>) -> Hidden {
    let x = fleet.sharpness.iter().fold(a, |x, alpha| x * alpha.clone());
    let f = fleet.units.forward(x.clone());
    let h = fleet.sharpness.iter().fold(f.clone(), |h, alpha| h / alpha.clone());
    let h = fleet.signs.iter().fold(h, |h, signs| h * signs[layer].clone());
    Hidden { x, f, h }
}

/// The gradient at the pre-activations a of hidden layer `k`. The gradient of the penalty, from d |h| / dh = sign(h),
/// is added to the gradient `at_outputs` of the layer's outputs; the sum is multiplied by dh / da = sign f'(alpha a).
fn through(fleet: &Fleet, k: usize, hidden: &Hidden, at_outputs: Tensor<3>, batch: f64) -> Tensor<3> {
    let h = &hidden.h;
    let g = fleet.l1[k].iter().fold(at_outputs, |g, l1| g + h.clone().sign() * (l1.clone() / batch));
    let g = fleet.signs.iter().fold(g, |g, signs| g * signs[k].clone());
    fleet.units.backward(g, hidden.x.clone(), hidden.f.clone())
}

/// `labels` `[R, batch]` as one-hot vectors, `[R, batch, classes]`.
fn one_hot(labels: Tensor<2, Int>, classes: usize) -> Tensor<3> {
    let all: Tensor<3, Int> =
        Tensor::<1, Int>::arange(0..i64::try_from(classes).unwrap_or(i64::MAX), &labels.device()).unsqueeze();
    labels.unsqueeze_dim::<3>(2).equal(all).float()
}

/// Sums over the examples, in this order: nll, errors, |h| of each hidden layer, and exact zeros of each hidden layer.
fn sums(hidden: &[Hidden], logits: Tensor<3>, labels: Tensor<2, Int>) -> Tensor<2> {
    let wrong = logits.clone().argmax(2).squeeze_dim::<2>(2).not_equal(labels.clone());
    let likelihood = activation::log_softmax(logits, 2).gather(2, labels.unsqueeze_dim(2));
    let outputs = |k: usize| hidden[k].h.clone();
    let magnitudes = (0..hidden.len()).map(|k| total(outputs(k).abs()));
    let zeros = (0..hidden.len()).map(|k| total(outputs(k).equal_elem(0.0).float()));
    let parts = [total(-likelihood), wrong.float().sum_dim(1)].into_iter();
    Tensor::cat(parts.chain(magnitudes).chain(zeros).collect(), 1)
}

fn reconstruction_sums(code: &Hidden, f: Tensor<3>, target: &Tensor<3>, objective: AutoencoderObjective) -> Tensor<2> {
    let cost = total(objective.reconstruction.of_units(f, target));
    let parts = [cost.zeros_like(), total(code.h.clone().abs()), total(code.h.clone().equal_elem(0.0).float())];
    Tensor::cat(std::iter::once(cost).chain(parts).collect(), 1)
}

/// The sum of all values of each network, `[R, 1]`. The units are summed first, so that a GPU can sum the units of all
/// examples in parallel.
fn total(h: Tensor<3>) -> Tensor<2> {
    h.sum_dim(2).squeeze_dim::<2>(2).sum_dim(1)
}
