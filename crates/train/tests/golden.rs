//! Compares the arithmetic of every backend and of the kernels with golden vectors that an independent program has
//! computed.
//!
//! The program under test computes in 32 bits, the independent one in 64 bits: forward values must agree to 1e-5,
//! gradients to 1e-5, and parameters after 20 steps to 1e-4, each relative to the largest value of the same tensor or
//! 1, whichever is larger.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "common/golden.rs"]
mod cases;

use burn::nn::Linear;
use burn::optim::{GradientsParams, SgdConfig};
use burn::prelude::Device;
use burn::tensor::{Tensor, TensorData, activation};
use cases::{linear, matrix, numbers, single};
use golden::{Matrix, Supervised as Case, assert_close};
use kernels::{SgdStep, Stack};
use model::{Activation, Layer, Network, loss, rescaled, sparsity};
use train::config::Penalty;
use train::config::backend::Backend;
use train::learning::autodiff::objective::Objective;
use train::learning::minibatches::Batch;

fn network(weights: &[Matrix], biases: &[Vec<f64>], signs: &[Vec<f32>], kind: Activation, device: &Device) -> Network {
    let mut affines = weights.iter().zip(biases).map(|(weight, bias)| linear(weight, bias, device));
    let hidden = signs.iter().map(|s| Layer::new(affines.next().unwrap(), Some(s.clone()), kind)).collect();
    Network { hidden, output: affines.next().unwrap() }
}

fn network_of(case: &Case, device: &Device) -> Network {
    let units = case.activation();
    network(&case.weights, &case.biases, &case.signs, units, device)
}

fn affines(network: &Network) -> Vec<&Linear> {
    network.hidden.iter().map(|layer| &layer.affine).chain([&network.output]).collect()
}

fn check_case(case: &Case, device: &Device) {
    let device = &device.clone().autodiff();
    let name = |what: &str| format!("{} {what}", case.name);
    let e = &case.expect;
    let network = network_of(case, device);
    let labels: Vec<i32> = case.labels.iter().map(|label| i32::from(*label)).collect();
    let batch = Batch {
        inputs: matrix(&case.inputs, device).into(),
        labels: Tensor::from_data(TensorData::new(labels, [case.labels.len()]), device),
        targets: None,
    };

    let forward = network.forward(batch.inputs.clone());
    assert_close(&name("logits"), &numbers(&forward.logits), &e.logits.values, 1e-5);
    let probabilities = activation::softmax(forward.logits.clone(), 1);
    assert_close(&name("probabilities"), &numbers(&probabilities), &e.probabilities.values, 1e-5);
    let nll = loss::nll(forward.logits, batch.labels.clone()).mean();
    assert_close(&name("nll"), &numbers(&nll), &[e.nll], 1e-5);
    let penalty: f64 = forward.hidden.iter().map(|h| numbers(&loss::l1(h.clone()).mean())[0] * case.l1).sum();
    assert_close(&name("penalty"), &[penalty], &[e.penalty], 1e-5);
    let outputs = |h: &Tensor<2>| h.dims().iter().product::<usize>() as f64;
    let zeros = forward.hidden.iter().map(|h| numbers(&sparsity::zeros(h.clone()))[0] / outputs(h));
    assert_close(&name("sparsity"), &zeros.collect::<Vec<_>>(), &e.sparsity, 1e-6);

    let mut objective = Objective::new(network, Penalty::Same(case.l1));
    let mut sgd = SgdConfig::new().init();
    for (step, expected) in e.losses.iter().enumerate() {
        let (cost, _) = objective.cost(batch.clone());
        assert_close(&name("loss"), &numbers(&cost), &[*expected], 1e-4);
        let gradients = GradientsParams::from_grads(cost.backward(), &objective);
        if step == 0 {
            for (k, affine) in affines(&objective.network).into_iter().enumerate() {
                let weight = gradients.get::<2>(affine.weight.id).unwrap();
                assert_close(&name("weight gradient"), &numbers(&weight), &e.weight_gradients[k].values, 1e-5);
                let bias = gradients.get::<1>(affine.bias.as_ref().unwrap().id).unwrap();
                assert_close(&name("bias gradient"), &numbers(&bias), &e.bias_gradients[k], 1e-5);
            }
        }
        objective = sgd.step(case.learning_rate, objective, gradients);
    }
    for (k, affine) in affines(&objective.network).into_iter().enumerate() {
        assert_close(&name("final weights"), &numbers(&affine.weight.val()), &e.weights_after_20[k].values, 1e-4);
        let bias = affine.bias.as_ref().unwrap().val();
        assert_close(&name("final biases"), &numbers(&bias), &e.biases_after_20[k], 1e-4);
    }
}

/// The network of `case` for the kernels, with the minibatch of the case as inputs.
fn stack(case: &Case) -> Stack {
    let network = network_of(case, &Backend::Flex.device().unwrap());
    let mut stack = model::to_kernels(&network, case.labels.len(), 1).unwrap();
    for row in case.inputs.rows() {
        stack.inputs().push_values(&single(row));
    }
    stack
}

/// The weight and the bias of each affine map of `stack`, the output layer last.
fn maps(case: &Case, stack: &Stack) -> Vec<[Vec<f64>; 2]> {
    let map = |k| {
        let affine = stack.affine(k);
        let weight = affine.weight().iter().copied().map(f64::from).collect();
        [weight, affine.bias().iter().copied().map(f64::from).collect()]
    };
    (0..case.weights.len()).map(map).collect()
}

fn check_case_on_kernels(case: &Case) {
    let name = |what: &str| format!("{} {what}", case.name);
    let e = &case.expect;
    let samples = case.labels.len() as f64;
    let mut stack = stack(case);
    let sums = stack.classify(&case.labels).clone();
    let logits: Vec<f64> = (0..case.labels.len()).flat_map(|b| stack.outputs(b)).map(f64::from).collect();
    assert_close(&name("logits"), &logits, &e.logits.values, 1e-5);
    assert_close(&name("nll"), &[sums.cost / samples], &[e.nll], 1e-5);
    let l1 = vec![case.l1 as f32; case.signs.len()];
    let penalty = |magnitude: &[f64]| case.l1 * magnitude.iter().sum::<f64>() / samples;
    assert_close(&name("penalty"), &[penalty(&sums.magnitude)], &[e.penalty], 1e-5);
    let zeros = sums.zeros.iter().zip(&case.signs).map(|(zeros, units)| *zeros as f64 / (samples * units.len() as f64));
    assert_close(&name("sparsity"), &zeros.collect::<Vec<_>>(), &e.sparsity, 1e-6);

    // A step at learning rate 1 changes each parameter by minus its gradient.
    let before = maps(case, &stack);
    stack.learn(&case.labels, SgdStep { rate: 1.0, l1: &l1 });
    for (k, (before, after)) in before.iter().zip(maps(case, &stack)).enumerate() {
        let [weight, bias] = [0, 1].map(|p| before[p].iter().zip(&after[p]).map(|(b, a)| b - a).collect::<Vec<_>>());
        assert_close(&name("weight gradient"), &weight, &e.weight_gradients[k].values, 1e-5);
        assert_close(&name("bias gradient"), &bias, &e.bias_gradients[k], 1e-5);
    }

    let mut stack = self::stack(case);
    for expected in &e.losses {
        let sums = stack.learn(&case.labels, SgdStep { rate: case.learning_rate as f32, l1: &l1 });
        assert_close(&name("loss"), &[sums.cost / samples + penalty(&sums.magnitude)], &[*expected], 1e-4);
    }
    for (k, [weight, bias]) in maps(case, &stack).iter().enumerate() {
        assert_close(&name("final weights"), weight, &e.weights_after_20[k].values, 1e-4);
        assert_close(&name("final biases"), bias, &e.biases_after_20[k], 1e-4);
    }
}

fn check_identity(device: &Device) {
    let case = golden::identity();
    let signs: Vec<Vec<f32>> = case.biases[..case.biases.len() - 1].iter().map(|b| vec![1.0; b.len()]).collect();
    let original = network(&case.weights, &case.biases, &signs, Activation::Rectifier, device);
    let scaled = rescaled(&original, &case.scales).unwrap();
    for (k, affine) in affines(&scaled).into_iter().enumerate() {
        assert_close("scaled weights", &numbers(&affine.weight.val()), &case.scaled_weights[k].values, 1e-6);
        assert_close("scaled biases", &numbers(&affine.bias.as_ref().unwrap().val()), &case.scaled_biases[k], 1e-6);
    }
    for network in [original, scaled] {
        let outputs = network.forward(matrix(&case.inputs, device)).logits;
        assert_close("outputs", &numbers(&outputs), &case.outputs.values, 1e-5);
    }
}

fn check(device: &Device) {
    for case in golden::supervised() {
        check_case(case, device);
    }
    check_identity(device);
}

#[test]
fn golden_vectors_hold_on_flex() {
    check(&Backend::Flex.device().unwrap());
}

#[test]
fn golden_vectors_hold_on_the_kernels() {
    golden::supervised().iter().for_each(check_case_on_kernels);
}

#[cfg(feature = "ndarray")]
#[test]
fn golden_vectors_hold_on_ndarray() {
    check(&Backend::Ndarray.device().unwrap());
}

#[cfg(feature = "wgpu")]
#[test]
#[ignore = "needs a GPU or a software adapter"]
fn golden_vectors_hold_on_wgpu() {
    check(&Backend::Wgpu.device().unwrap());
}

#[cfg(feature = "cuda")]
#[test]
#[ignore = "needs an NVIDIA GPU"]
fn golden_vectors_hold_on_cuda() {
    check(&Backend::Cuda.device().unwrap());
}
