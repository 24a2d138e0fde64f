//! One step of gradient descent of all networks in plain operations, on any device: forward, backward, update.

use crate::fleet::{Fleet, Map};
use crate::slope;
use burn::tensor::{Int, Tensor, activation};

/// What a hidden layer computed: sharpened pre-activations alpha (x W + b) `[R, batch, units]`, and before and after
/// division by alpha and the signs the outputs `[R, batch, outputs]`.
struct Hidden {
    x: Tensor<3>,
    f: Tensor<3>,
    h: Tensor<3>,
}

/// One step of `fleet` on the inputs x `[R, batch, inputs]` with the classes `labels` `[R, batch]`, and the sums of what it
/// met, `[R, 2 + 2 layers]`.
pub(crate) fn learn(mut fleet: Fleet, x: &Tensor<3>, labels: Tensor<2, Int>) -> (Fleet, Tensor<2>) {
    let batch = x.dims()[1] as f64;
    let (hidden, logits) = forward(&fleet, x.clone());
    let sums = sums(&hidden, logits.clone(), labels.clone());
    let classes = logits.dims()[2];
    let mut delta = (activation::softmax(logits, 2) - indicator(labels, classes)) / batch;
    let mut maps = Vec::with_capacity(fleet.maps.len());
    while let Some(map) = fleet.maps.pop() {
        let k = fleet.maps.len();
        let step = delta.clone() * fleet.rates.clone();
        let input = if k == 0 { x.clone() } else { hidden[k - 1].h.clone() };
        if k > 0 {
            let at_outputs = delta.matmul(map.weight.clone().swap_dims(1, 2));
            delta = through(&fleet, k - 1, &hidden[k - 1], at_outputs, batch);
        }
        let bias = map.bias - step.clone().sum_dim(1);
        maps.push(Map { weight: map.weight - input.swap_dims(1, 2).matmul(step), bias });
    }
    maps.reverse();
    fleet.maps = maps;
    (fleet, sums)
}

/// The sums of [`learn`] without a step.
pub(crate) fn measure(fleet: &Fleet, x: Tensor<3>, labels: Tensor<2, Int>) -> Tensor<2> {
    let (hidden, logits) = forward(fleet, x);
    sums(&hidden, logits, labels)
}

fn forward(fleet: &Fleet, mut x: Tensor<3>) -> (Vec<Hidden>, Tensor<3>) {
    let mut hidden: Vec<Hidden> = Vec::with_capacity(fleet.maps.len());
    for (k, map) in fleet.maps.iter().enumerate() {
        let a = x.matmul(map.weight.clone()) + map.bias.clone();
        if k == fleet.maps.len() - 1 {
            return (hidden, a);
        }
        hidden.push(activate(fleet, k, a));
        x = hidden[k].h.clone();
    }
    (hidden, x)
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
    slope::through(fleet.units, g, hidden.x.clone(), hidden.f.clone())
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
    // Over the units first: a reduction has a thread for each of its results.
    let total = |h: Tensor<3>| h.sum_dim(2).squeeze_dim::<2>(2).sum_dim(1);
    let outputs = |k: usize| hidden[k].h.clone();
    let magnitudes = (0..hidden.len()).map(|k| total(outputs(k).abs()));
    let zeros = (0..hidden.len()).map(|k| total(outputs(k).equal_elem(0.0).float()));
    let parts = [total(-likelihood), wrong.float().sum_dim(1)].into_iter();
    Tensor::cat(parts.chain(magnitudes).chain(zeros).collect(), 1)
}
