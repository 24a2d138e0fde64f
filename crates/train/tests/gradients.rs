//! Compares gradients, by automatic differentiation and by the kernels, with finite differences of the cost: the
//! gradients of auto-encoders for every activation, reconstruction and corruption, and the gradients of classifiers
//! whose layers have different penalties.
//!
//! Costs are 32-bit numbers: a central difference over 2 x 0.005 is accurate to about a thousandth of the largest
//! derivative. A difference that spans a kink does not approximate the derivative; such a difference is recognised by
//! comparing steps of two sizes, and is skipped.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use burn::module::Param;
use burn::nn::Linear;
use burn::optim::GradientsParams;
use burn::prelude::Device;
use burn::tensor::{Tensor, TensorData};
use data::{Csr, Examples, Scale, Shape};
use denoising::At;
use denoising::Denoising;
use kernels::SgdStep;
use model::{Activation, Corruption, Decoder, Network, NetworkConfig, Reconstruction, SignMask, Target, loss};
use std::sync::Arc;
use train::config::Penalty;
use train::config::backend::Backend;
use train::learning::autodiff::objective::Objective;
use train::learning::minibatches::{Batch, Minibatches};
use train::learning::sparse::Sparse;
use train::learning::sparse_autoencoder::SparseAutoencoder;

/// All activations except integrate-and-fire, whose derivative is unbounded near its threshold. The threshold of the
/// softplus is 0.3. At the threshold of 0.25 in [`Activation::ALL`], the kinks of two examples are so close for one
/// unit that they cancel in the second difference, by which kinks are recognised.
fn activations() -> impl Iterator<Item = Activation> {
    let smooth = Activation::ALL.into_iter().filter(|activation| *activation != Activation::IntegrateAndFire);
    smooth.map(|activation| match activation {
        Activation::ThresholdedSoftplus { alpha, .. } => Activation::ThresholdedSoftplus { alpha, threshold: 0.3 },
        other => other,
    })
}

/// The activations with one output per unit: pairs of rectifiers have no tied decoder, and the kernels do not sample
/// their reconstructions.
fn of_one_output() -> impl Iterator<Item = Activation> {
    activations().filter(|activation| activation.outputs_per_unit() == 1)
}

const CORRUPTIONS: [Corruption; 4] = [
    Corruption::Masking(0.25),
    Corruption::SaltAndPepper { to_zero: 0.3, to_one: 0.05 },
    Corruption::Gaussian(0.2),
    Corruption::GaussianBeforeActivation(0.2),
];

const INPUTS: usize = 6;
const UNITS: usize = 5;
const L1: f64 = 0.01;
const SEED: u64 = 4;

fn images() -> Arc<Examples> {
    let rows = (0..5 * INPUTS as u32).map(|k| if k % 4 == 1 { 0 } else { (k * 37 % 17) as u8 }).collect();
    Arc::new(Examples::images(rows, vec![0, 1, 2, 0, 1], Shape::grey(2, 3), 3, Scale::unit(16)).unwrap())
}

/// Four bags of two words each, from a vocabulary of 24 words.
fn words() -> Arc<Examples> {
    let mut rows = Csr::new(24);
    (0..4).for_each(|i| rows.push([(3 * i, 1.0), (17 + i, 1.0)]));
    Arc::new(Examples::sparse(rows, vec![0; 4], 1).unwrap())
}

fn autoencoder(activation: Activation, decoder: Decoder, inputs: usize, device: &Device) -> Network {
    let sign_mask = SignMask::FairCoin;
    let config = NetworkConfig { inputs, hidden: vec![UNITS], outputs: 2, activation, sign_mask };
    let mut layer = config.init(SEED, device).hidden.remove(0);
    let bias = TensorData::new(vec![0.1f32, -0.1, 0.2, 0.05, 0.3], [UNITS]);
    layer.affine.bias = Some(Param::from_data(bias, device));
    model::autoencoder(&layer, decoder, SEED, 0)
}

/// The affine maps of the hidden layers and the output layer of a network; of an auto-encoder, the affine maps of the
/// encoder and the decoder.
fn affines(network: &Network) -> impl Iterator<Item = &Linear> {
    network.hidden.iter().map(|layer| &layer.affine).chain([&network.output])
}

/// The weight and the bias of each affine map, in the order of [`affines`].
fn parameters(network: &Network) -> Vec<Vec<f32>> {
    let of = |linear: &Linear| {
        let bias = linear.bias.as_ref().unwrap().val().into_data();
        [linear.weight.val().into_data().iter().collect(), bias.iter().collect()]
    };
    affines(network).flat_map(of).collect()
}

fn with_parameters(network: &Network, values: &[Vec<f32>], device: &Device) -> Network {
    let mut network = network.clone();
    let affines = network.hidden.iter_mut().map(|layer| &mut layer.affine).chain([&mut network.output]);
    for (affine, values) in affines.zip(values.chunks(2)) {
        let (weight, bias) = (values[0].clone(), values[1].clone());
        affine.bias = Some(Param::from_data(TensorData::new(bias.clone(), [bias.len()]), device));
        affine.weight = Param::from_data(TensorData::new(weight, affine.weight.dims()), device);
    }
    network
}

fn cost(network: Network, denoising: &Denoising, batch: &Batch) -> f64 {
    let (cost, _) = Objective::reconstructing(network, L1, *denoising).cost(batch.clone());
    f64::from(cost.into_scalar::<f32>())
}

/// The gradient by autodiff, in the order of [`parameters`]; empty for the weight of a tied decoder.
fn autodiff(objective: &Objective, batch: &Batch) -> Vec<Vec<f64>> {
    let (cost, _) = objective.cost(batch.clone());
    let gradients = GradientsParams::from_grads(cost.backward(), objective);
    let of = |linear: &Linear| {
        let weight = gradients.get(linear.weight.id).map(|g: Tensor<2>| g.into_data().iter().collect());
        let bias: Tensor<1> = gradients.get(linear.bias.as_ref().unwrap().id).unwrap();
        [weight.unwrap_or_default(), bias.into_data().iter().collect()]
    };
    affines(&objective.network).flat_map(of).collect()
}

/// The gradient by autodiff on `backend`, for one minibatch of all `examples`; `None` if the backend cannot be used.
fn on(
    backend: Backend,
    activation: Activation,
    denoising: &Denoising,
    examples: &Arc<Examples>,
) -> Option<Vec<Vec<f64>>> {
    let device = backend.device().ok()?.autodiff();
    let rows: Vec<u32> = (0..examples.len() as u32).collect();
    let draws = denoising.draws(SEED, At { epoch: 1, step: 0 });
    let minibatches = Minibatches::new(examples.clone(), rows.len(), device.clone());
    let batch = minibatches.denoising(&rows, denoising, Some(draws), UNITS);
    let network = autoencoder(activation, denoising.decoder, examples.features(), &device);
    Some(autodiff(&Objective::reconstructing(network, L1, *denoising), &batch))
}

/// Compares the gradients of an auto-encoder, by autodiff and by the kernels, with finite differences. Returns the
/// counts of [`compare`].
fn check(activation: Activation, denoising: &Denoising, examples: &Arc<Examples>) -> [usize; 2] {
    let trainable = Backend::Flex.device().unwrap().autodiff();
    let rows: Vec<u32> = (0..examples.len() as u32).collect();
    let draws = || denoising.draws(SEED, At { epoch: 1, step: 0 });
    let minibatches = Minibatches::new(examples.clone(), rows.len(), trainable.clone());
    let batch = minibatches.denoising(&rows, denoising, Some(draws()), UNITS);
    let network = autoencoder(activation, denoising.decoder, examples.features(), &trainable);
    let gradient = autodiff(&Objective::reconstructing(network.clone(), L1, *denoising), &batch);

    // A step at learning rate 1 changes each parameter by minus its gradient.
    let mut kernels = SparseAutoencoder::new(&network, *denoising, rows.len()).unwrap();
    kernels.learn(examples, &rows, draws(), SgdStep { rate: 1.0, l1: &[L1 as f32] });
    let (before, after) = (parameters(&network), parameters(&kernels.network()));
    let cost = |values: &[Vec<f32>]| cost(with_parameters(&network, values, &trainable), denoising, &batch);
    compare(&format!("{activation:?} {denoising:?}"), &gradient, [&before, &after], cost)
}

/// Makes the same comparison as [`check`] for a classifier with the penalty `l1[k]` on hidden layer `k`. The cost is
/// computed without [`Objective`] here.
fn check_classifier(activation: Activation, l1: [f64; 2]) -> [usize; 2] {
    let (examples, trainable) = (images(), Backend::Flex.device().unwrap().autodiff());
    let rows: Vec<u32> = (0..examples.len() as u32).collect();
    let (hidden, sign_mask) = (vec![UNITS, 4], SignMask::FairCoin);
    let network = NetworkConfig { inputs: INPUTS, hidden, outputs: 3, activation, sign_mask }.init(SEED, &trainable);
    let batch = Minibatches::new(examples.clone(), rows.len(), trainable.clone()).batch(&rows);
    let penalty = Penalty::Each(l1.to_vec());
    let gradient = autodiff(&Objective::new(network.clone(), penalty.clone()), &batch);

    let mut kernels = Sparse::new(&network, &penalty, rows.len()).unwrap();
    kernels.learn(&examples, &rows, 1.0);
    let (before, after) = (parameters(&network), parameters(&kernels.network()));
    let cost = |values: &[Vec<f32>]| {
        let forward = with_parameters(&network, values, &trainable).forward(batch.inputs.clone());
        let mean = |sum: Tensor<1>| f64::from(sum.into_scalar::<f32>()) / rows.len() as f64;
        let penalties = forward.hidden.into_iter().zip(l1).map(|(h, l1)| l1 * mean(h.abs().sum()));
        mean(loss::nll(forward.logits, batch.labels.clone()).sum()) + penalties.sum::<f64>()
    };
    compare(&format!("{activation:?} {l1:?}"), &gradient, [&before, &after], cost)
}

/// Compares two gradients with the finite differences of `cost` at the parameters `before`: `gradient`, and the change
/// from `before` to `after` in a step of the kernels at learning rate 1. Returns the number of differences that were
/// compared, and the number that span a kink.
fn compare(
    name: &str,
    gradient: &[Vec<f64>],
    [before, after]: [&[Vec<f32>]; 2],
    cost: impl Fn(&[Vec<f32>]) -> f64,
) -> [usize; 2] {
    let largest = gradient.iter().flatten().fold(0.0f64, |largest, g| largest.max(g.abs()));
    let [mut compared, mut passed_over] = [0, 0];
    for (tensor, of_tensor) in gradient.iter().enumerate() {
        for (k, found) in of_tensor.iter().enumerate() {
            let name = format!("{name} {tensor} [{k}]");
            let moved = f64::from(before[tensor][k] - after[tensor][k]);
            assert!(
                (moved - found).abs() < 1e-4 * largest.max(1.0),
                "{name}: the gradient is {moved} by the kernels, but {found} by autodiff"
            );
            let at = |step: f32| {
                let mut changed = before.to_vec();
                changed[tensor][k] += step;
                cost(&changed)
            };
            let middle = at(0.0);
            // The central difference, and the gap between the slopes on its two sides.
            let slopes = |step: f32| {
                let (above, below, h) = (at(step), at(-step), f64::from(step));
                ((above - below) / (2.0 * h), ((above - middle) - (middle - below)).abs() / h)
            };
            let ((near, gap), (far, wide_gap)) = (slopes(0.005), slopes(0.01));
            let tolerance = 3e-3 * largest.max(1.0);
            // For a smooth cost, the gap halves with the step; with a kink in the middle, it does not.
            let kink = gap > tolerance && gap > 0.55 * wide_gap;
            if kink || (near - far).abs() > tolerance {
                passed_over += 1;
                continue;
            }
            compared += 1;
            assert!(
                (near - found).abs() < tolerance,
                "{name}: the gradient is {near} by finite differences, but {found} by autodiff"
            );
        }
    }
    [compared, passed_over]
}

fn denoising(reconstruction: Reconstruction, corruption: Corruption) -> Denoising {
    let (decoder, target) = (Decoder::Untied, Target::Same);
    Denoising { decoder, reconstruction, corruption, target, sampling: None, layer: 0 }
}

fn check_all(all: impl Iterator<Item = (Activation, Denoising)>, examples: &Arc<Examples>) {
    few_kinks(&all.map(|(activation, denoising)| check(activation, &denoising, examples)).collect::<Vec<_>>());
}

/// Asserts that, in `counts`, fewer than a tenth as many differences span a kink as were compared.
fn few_kinks(counts: &[[usize; 2]]) {
    let sum = |k: usize| counts.iter().map(|count| count[k]).sum::<usize>();
    assert!(sum(1) * 10 < sum(0), "{} differences span a kink, and only {} do not", sum(1), sum(0));
}

#[test]
fn gradients_of_auto_encoders_equal_finite_differences_of_their_costs() {
    let all = activations().flat_map(|activation| {
        let of =
            move |reconstruction| CORRUPTIONS.map(|corruption| (activation, denoising(reconstruction, corruption)));
        Reconstruction::ALL.into_iter().flat_map(of)
    });
    check_all(all, &images());
}

#[test]
fn gradients_of_tied_auto_encoders_equal_finite_differences() {
    let tied =
        |reconstruction, corruption| Denoising { decoder: Decoder::Tied, ..denoising(reconstruction, corruption) };
    let all = of_one_output().flat_map(|activation| {
        let costs = Reconstruction::ALL.map(|reconstruction| (activation, tied(reconstruction, CORRUPTIONS[0])));
        let noises = CORRUPTIONS.map(|corruption| (activation, tied(Reconstruction::SoftplusQuadratic, corruption)));
        costs.into_iter().chain(noises)
    });
    check_all(all, &images());
}

#[test]
fn gradients_of_sampled_auto_encoders_of_bags_of_words_equal_finite_differences() {
    let sampled = |decoder, reconstruction, corruption| Denoising {
        decoder,
        sampling: Some(1.0),
        ..denoising(reconstruction, corruption)
    };
    let all = [Decoder::Untied, Decoder::Tied].into_iter().flat_map(|decoder| {
        let salt = CORRUPTIONS[1];
        let costs = Reconstruction::ALL.map(|cost| (Activation::Rectifier, sampled(decoder, cost, salt)));
        let entropy = Reconstruction::LogisticCrossEntropy;
        let units = of_one_output().map(move |activation| (activation, sampled(decoder, entropy, salt)));
        let noises = CORRUPTIONS.map(|noise| (Activation::Softplus { alpha: 1.0 }, sampled(decoder, entropy, noise)));
        costs.into_iter().chain(units).chain(noises)
    });
    check_all(all, &words());
}

#[test]
fn gradients_of_classifiers_with_a_different_penalty_for_each_layer_equal_finite_differences() {
    let all = activations();
    let both = |activation| [[0.1, 0.0], [0.05, 0.2]].map(|l1| check_classifier(activation, l1));
    few_kinks(&all.flat_map(both).collect::<Vec<_>>());
}

#[test]
fn every_backend_has_the_same_gradient_of_sampled_bags_of_words() {
    for decoder in [Decoder::Untied, Decoder::Tied] {
        let denoising = Denoising {
            decoder,
            sampling: Some(1.0),
            ..denoising(Reconstruction::LogisticCrossEntropy, CORRUPTIONS[1])
        };
        let gradient = |backend| on(backend, Activation::Rectifier, &denoising, &words());
        let flex = gradient(Backend::Flex).unwrap();
        for (backend, other) in Backend::ALL.into_iter().filter_map(|backend| Some((backend, gradient(backend)?))) {
            for (flex, other) in flex.iter().flatten().zip(other.iter().flatten()) {
                assert!((flex - other).abs() < 1e-5, "the gradient is {other} on {backend}, but {flex} on flex");
            }
        }
    }
}
