//! The gradients of auto-encoders against finite differences of their cost, for every activation, reconstruction and
//! corruption, by automatic differentiation and by the kernels.
//!
//! Costs are 32-bit numbers: a central difference over 2 x 0.005 is good to about a thousandth of the largest derivative.
//! Where a difference spans a kink it is no derivative: steps of two sizes that disagree tell that, and are passed over.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use burn::module::Param;
use burn::nn::Linear;
use burn::optim::GradientsParams;
use burn::prelude::Device;
use burn::tensor::{Tensor, TensorData};
use data::{Csr, Examples, Scale, Shape};
use kernels::Descent;
use model::{Activation, Corruption, Decoder, Network, NetworkConfig, Reconstruction, SignMask};
use std::sync::Arc;
use train::backend::Backend;
use train::denoiser::Denoiser;
use train::denoising::Denoising;
use train::minibatches::{Batch, Minibatches};
use train::objective::Objective;
use train::task::{At, Target};

/// Those of one output a unit: pairs have no tied decoder, nor the kernels a sampled one of theirs.
const ACTIVATIONS: [Activation; 10] = [
    Activation::Rectifier,
    Activation::Softplus { alpha: 1.0 },
    Activation::Softplus { alpha: 3.0 },
    Activation::CentredSoftplus { alpha: 2.0 },
    Activation::ThresholdedSoftplus { alpha: 2.0, threshold: 0.3 },
    Activation::Tanh,
    Activation::HardTanh,
    Activation::Logistic,
    Activation::Absolute,
    Activation::Linear,
];

const RECONSTRUCTIONS: [Reconstruction; 5] = [
    Reconstruction::SoftplusQuadratic,
    Reconstruction::LogisticCrossEntropy,
    Reconstruction::TanhCrossEntropy,
    Reconstruction::LinearQuadratic,
    Reconstruction::RectifierQuadratic,
];

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
    Arc::new(Examples::images(rows, vec![0; 5], Shape::grey(2, 3), 1, Scale::unit(16)).unwrap())
}

/// Two words of a vocabulary of 24 each.
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

/// Weight and bias of the encoder and of the decoder.
fn parameters(network: &Network) -> Vec<Vec<f32>> {
    let of = |linear: &Linear| {
        let bias = linear.bias.as_ref().unwrap().val().into_data();
        [linear.weight.val().into_data().iter().collect(), bias.iter().collect()]
    };
    [&network.hidden[0].affine, &network.output].into_iter().flat_map(of).collect()
}

fn with_parameters(network: &Network, values: &[Vec<f32>], device: &Device) -> Network {
    let linear = |old: &Linear, weight: &[f32], bias: &[f32]| Linear {
        weight: Param::from_data(TensorData::new(weight.to_vec(), old.weight.dims()), device),
        bias: Some(Param::from_data(TensorData::new(bias.to_vec(), [bias.len()]), device)),
    };
    let mut network = network.clone();
    network.hidden[0].affine = linear(&network.hidden[0].affine, &values[0], &values[1]);
    network.output = linear(&network.output, &values[2], &values[3]);
    network
}

fn cost(network: Network, denoising: &Denoising, batch: &Batch) -> f64 {
    let (cost, _) = Objective::reconstructing(network, L1, *denoising).cost(batch.clone());
    f64::from(cost.into_scalar::<f32>())
}

/// The gradient by autodiff, in the order of [`parameters`]; that of a tied decoder's weight is nothing.
fn autodiff(network: Network, denoising: &Denoising, batch: &Batch) -> Vec<Vec<f64>> {
    let objective = Objective::reconstructing(network, L1, *denoising);
    let (cost, _) = objective.cost(batch.clone());
    let gradients = GradientsParams::from_grads(cost.backward(), &objective);
    let of = |linear: &Linear| {
        let weight = gradients.get(linear.weight.id).map(|g: Tensor<2>| g.into_data().iter().collect());
        let bias: Tensor<1> = gradients.get(linear.bias.as_ref().unwrap().id).unwrap();
        [weight.unwrap_or_default(), bias.into_data().iter().collect()]
    };
    let network = &objective.network;
    [&network.hidden[0].affine, &network.output].into_iter().flat_map(of).collect()
}

/// The minibatch of all `examples`, and the gradient by autodiff on `backend`.
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
    Some(autodiff(network, denoising, &batch))
}

/// Compares the two gradients with the differences, and counts what was compared and what spans a kink.
fn check(activation: Activation, denoising: &Denoising, examples: &Arc<Examples>) -> [usize; 2] {
    let trainable = Backend::Flex.device().unwrap().autodiff();
    let rows: Vec<u32> = (0..examples.len() as u32).collect();
    let draws = || denoising.draws(SEED, At { epoch: 1, step: 0 });
    let minibatches = Minibatches::new(examples.clone(), rows.len(), trainable.clone());
    let batch = minibatches.denoising(&rows, denoising, Some(draws()), UNITS);
    let network = autoencoder(activation, denoising.decoder, examples.features(), &trainable);
    let gradient = autodiff(network.clone(), denoising, &batch);

    // A step at rate 1 moves each parameter by its gradient.
    let mut kernels = Denoiser::new(&network, *denoising, rows.len()).unwrap();
    kernels.learn(examples, &rows, draws(), Descent { rate: 1.0, l1: L1 as f32 });
    let (before, after) = (parameters(&network), parameters(&kernels.network()));

    let largest = gradient.iter().flatten().fold(0.0f64, |largest, g| largest.max(g.abs()));
    let [mut compared, mut passed_over] = [0, 0];
    for (tensor, of_tensor) in gradient.iter().enumerate() {
        for (k, found) in of_tensor.iter().enumerate() {
            let name = format!("{activation:?} {denoising:?} {tensor} [{k}]");
            let moved = f64::from(before[tensor][k] - after[tensor][k]);
            assert!((moved - found).abs() < 1e-4 * largest.max(1.0), "{name}: {moved}, autodiff {found}");
            let at = |step: f32| {
                let mut changed = before.clone();
                changed[tensor][k] += step;
                cost(with_parameters(&network, &changed, &trainable), denoising, &batch)
            };
            let middle = at(0.0);
            // Central difference, and how far the slopes of its two sides are apart.
            let slopes = |step: f32| {
                let (above, below, h) = (at(step), at(-step), f64::from(step));
                ((above - below) / (2.0 * h), ((above - middle) - (middle - below)).abs() / h)
            };
            let ((near, gap), (far, wide_gap)) = (slopes(0.005), slopes(0.01));
            let tolerance = 3e-3 * largest.max(1.0);
            // The gap of a smooth cost halves with the step, that of a kink in the middle does not.
            let kink = gap > tolerance && gap > 0.55 * wide_gap;
            if kink || (near - far).abs() > tolerance {
                passed_over += 1;
                continue;
            }
            compared += 1;
            assert!((near - found).abs() < tolerance, "{name}: {near}, autodiff {found}");
        }
    }
    [compared, passed_over]
}

fn denoising(reconstruction: Reconstruction, corruption: Corruption) -> Denoising {
    let (decoder, target) = (Decoder::Untied, Target::Same);
    Denoising { decoder, reconstruction, corruption, target, sampling: None, layer: 0 }
}

fn check_all(all: impl Iterator<Item = (Activation, Denoising)>, examples: &Arc<Examples>) {
    let counts: Vec<[usize; 2]> = all.map(|(activation, denoising)| check(activation, &denoising, examples)).collect();
    let sum = |k: usize| counts.iter().map(|count| count[k]).sum::<usize>();
    assert!(sum(1) * 10 < sum(0), "{} of {} span a kink", sum(1), sum(0));
}

#[test]
fn gradients_of_auto_encoders_are_the_differences_of_their_costs() {
    let all = ACTIVATIONS.into_iter().chain([Activation::Pair]).flat_map(|activation| {
        let of =
            move |reconstruction| CORRUPTIONS.map(|corruption| (activation, denoising(reconstruction, corruption)));
        RECONSTRUCTIONS.into_iter().flat_map(of)
    });
    check_all(all, &images());
}

#[test]
fn so_are_those_of_tied_ones() {
    let tied =
        |reconstruction, corruption| Denoising { decoder: Decoder::Tied, ..denoising(reconstruction, corruption) };
    let all = ACTIVATIONS.into_iter().flat_map(|activation| {
        let costs = RECONSTRUCTIONS.map(|reconstruction| (activation, tied(reconstruction, CORRUPTIONS[0])));
        let noises = CORRUPTIONS.map(|corruption| (activation, tied(RECONSTRUCTIONS[0], corruption)));
        costs.into_iter().chain(noises)
    });
    check_all(all, &images());
}

#[test]
fn so_are_those_of_sampled_ones_of_bags_of_words() {
    let sampled = |decoder, reconstruction, corruption| Denoising {
        decoder,
        sampling: Some(1.0),
        ..denoising(reconstruction, corruption)
    };
    let all = [Decoder::Untied, Decoder::Tied].into_iter().flat_map(|decoder| {
        let salt = CORRUPTIONS[1];
        let costs = RECONSTRUCTIONS.map(|cost| (Activation::Rectifier, sampled(decoder, cost, salt)));
        let units = ACTIVATIONS.map(|activation| (activation, sampled(decoder, RECONSTRUCTIONS[1], salt)));
        let noises =
            CORRUPTIONS.map(|noise| (Activation::Softplus { alpha: 1.0 }, sampled(decoder, RECONSTRUCTIONS[1], noise)));
        costs.into_iter().chain(units).chain(noises)
    });
    check_all(all, &words());
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
                assert!((flex - other).abs() < 1e-5, "{backend}: {other}, flex {flex}");
            }
        }
    }
}
