//! One step of gradient descent of all networks in plain operations, on any device: forward, backward, update.

use crate::aim::Aim;
use crate::fleet::{Fleet, Map};
use burn::tensor::{Int, Tensor, activation};
use model::{Activate, Reconstruct};

/// What a hidden layer computed: sharpened pre-activations alpha (x W + b) `[R, batch, units]`, and before and after
/// division by alpha and the signs the outputs `[R, batch, outputs]`.
struct Hidden {
    x: Tensor<3>,
    f: Tensor<3>,
    h: Tensor<3>,
}

/// One step of `fleet` on the inputs x `[R, batch, inputs]` with the classes `labels` `[R, batch]`, and the sums of what it
/// met, `[R, 2 + 2 layers]`.
pub(crate) fn learn(fleet: Fleet, x: &Tensor<3>, labels: Tensor<2, Int>) -> (Fleet, Tensor<2>) {
    let batch = x.dims()[1] as f64;
    let (read, hidden, logits) = forward(&fleet, x.clone(), None);
    let sums = sums(&hidden, logits.clone(), labels.clone());
    let classes = logits.dims()[2];
    let delta = (activation::softmax(logits, 2) - indicator(labels, classes)) / batch;
    (back(fleet, 0, &read, &hidden, delta), sums)
}

/// One step of the auto-encoders that the last hidden layer and the output layer of `fleet` are, on the codes that the layers
/// below, which stay as they are, make of x `[R, batch, inputs]`. Of each code that is left which `kept` `[R, batch, codes]`
/// is 1 for, and not 0. Sums as [`reconstruct`] has them.
pub(crate) fn denoise(fleet: Fleet, x: Tensor<3>, kept: Tensor<3>, aim: Aim) -> (Fleet, Tensor<2>) {
    let (batch, encoder) = (x.dims()[1] as f64, fleet.l1.len() - 1);
    let (read, hidden, f) = forward(&fleet, x.clone(), Some(kept));
    let target = aim.target.of_all(code(encoder, x, &hidden));
    let sums = reconstruction_sums(&hidden[encoder], f.clone(), &target, aim);
    let delta = aim.reconstruction.slope(f, target) / batch;
    (back(fleet, encoder, &read, &hidden, delta), sums)
}

/// The sums of [`learn`] without a step.
pub(crate) fn measure(fleet: &Fleet, x: Tensor<3>, labels: Tensor<2, Int>) -> Tensor<2> {
    let (_, hidden, logits) = forward(fleet, x, None);
    sums(&hidden, logits, labels)
}

/// Cost of the reconstruction of all that is there, 0, |h| and exact zeros of the code, `[R, 4]`.
pub(crate) fn reconstruct(fleet: &Fleet, x: Tensor<3>, aim: Aim) -> Tensor<2> {
    let encoder = fleet.l1.len() - 1;
    let (_, hidden, f) = forward(fleet, x.clone(), None);
    let target = aim.target.of_all(code(encoder, x, &hidden));
    reconstruction_sums(&hidden[encoder], f, &target, aim)
}

/// The clean code of x that hidden layer `k` is above: x itself for the first one.
fn code(k: usize, x: Tensor<3>, hidden: &[Hidden]) -> Tensor<3> {
    k.checked_sub(1).map_or(x, |below| hidden[below].h.clone())
}

/// What each map reads, the last but one only what is `kept` of it if that is said; what each hidden layer computes; and
/// what comes out.
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

/// `fleet` after a step with the gradient `delta` at what comes out; maps below `first` stay as they are.
fn back(mut fleet: Fleet, first: usize, read: &[Tensor<3>], hidden: &[Hidden], mut delta: Tensor<3>) -> Fleet {
    let batch = delta.dims()[1] as f64;
    let mut learning = fleet.maps.split_off(first);
    let mut learned = Vec::with_capacity(learning.len());
    while let Some(map) = learning.pop() {
        let k = first + learning.len();
        let step = delta.clone() * fleet.rates.clone();
        if k > first {
            let at_outputs = delta.matmul(map.weight.clone().swap_dims(1, 2));
            delta = through(&fleet, k - 1, &hidden[k - 1], at_outputs, batch);
        }
        let bias = map.bias - step.clone().sum_dim(1);
        learned.push(Map { weight: map.weight - read[k].clone().swap_dims(1, 2).matmul(step), bias });
    }
    learned.reverse();
    fleet.maps.append(&mut learned);
    fleet
}

/// h = sign f(alpha a) / alpha.
fn activate(fleet: &Fleet, layer: usize, a: Tensor<3>) -> Hidden {
    let x = fleet.sharpness.iter().fold(a, |x, alpha| x * alpha.clone());
    let f = fleet.units.forward(x.clone());
    let h = fleet.sharpness.iter().fold(f.clone(), |h, alpha| h / alpha.clone());
    let h = fleet.signs.iter().fold(h, |h, signs| h * signs[layer].clone());
    Hidden { x, f, h }
}

/// The gradient at the pre-activations of hidden layer `k` for the one of the likelihood at its outputs, with that of the
/// penalty: d |h| / dh = sign(h), and d h / da = sign f'(alpha a).
fn through(fleet: &Fleet, k: usize, hidden: &Hidden, at_outputs: Tensor<3>, batch: f64) -> Tensor<3> {
    let h = &hidden.h;
    let g = fleet.l1[k].iter().fold(at_outputs, |g, l1| g + h.clone().sign() * (l1.clone() / batch));
    let g = fleet.signs.iter().fold(g, |g, signs| g * signs[k].clone());
    fleet.units.backward(g, hidden.x.clone(), hidden.f.clone())
}

/// 1 at the class of each example, else 0: `[R, batch, classes]` for classes `[R, batch]`.
fn indicator(labels: Tensor<2, Int>, classes: usize) -> Tensor<3> {
    let all: Tensor<3, Int> =
        Tensor::<1, Int>::arange(0..i64::try_from(classes).unwrap_or(i64::MAX), &labels.device()).unsqueeze();
    labels.unsqueeze_dim::<3>(2).equal(all).float()
}

/// nll, errors, |h| of each hidden layer, exact zeros of each hidden layer.
fn sums(hidden: &[Hidden], logits: Tensor<3>, labels: Tensor<2, Int>) -> Tensor<2> {
    let wrong = logits.clone().argmax(2).squeeze_dim::<2>(2).not_equal(labels.clone());
    let likelihood = activation::log_softmax(logits, 2).gather(2, labels.unsqueeze_dim(2));
    let outputs = |k: usize| hidden[k].h.clone();
    let magnitudes = (0..hidden.len()).map(|k| total(outputs(k).abs()));
    let zeros = (0..hidden.len()).map(|k| total(outputs(k).equal_elem(0.0).float()));
    let parts = [total(-likelihood), wrong.float().sum_dim(1)].into_iter();
    Tensor::cat(parts.chain(magnitudes).chain(zeros).collect(), 1)
}

fn reconstruction_sums(code: &Hidden, f: Tensor<3>, target: &Tensor<3>, aim: Aim) -> Tensor<2> {
    let cost = total(aim.reconstruction.of_units(f, target));
    let parts = [cost.zeros_like(), total(code.h.clone().abs()), total(code.h.clone().equal_elem(0.0).float())];
    Tensor::cat(std::iter::once(cost).chain(parts).collect(), 1)
}

/// The sum of all numbers of each network, `[R, 1]`. Over the units first: a reduction has a thread for each of its results.
fn total(h: Tensor<3>) -> Tensor<2> {
    h.sum_dim(2).squeeze_dim::<2>(2).sum_dim(1)
}
