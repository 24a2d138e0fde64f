//! Compares training steps of denoising auto-encoders by Burn's autodiff with golden vectors that an independent
//! program has computed. The kernels have a similar test in their own crate.
//!
//! The program under test computes in 32 bits, the independent one in 64 bits: forward values and gradients must agree
//! to 1e-5, costs over 20 steps and parameters after these steps to 1e-4, each relative to the largest value of the
//! same tensor or 1, whichever is larger.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "common/golden.rs"]
mod cases;

use burn::module::Param;
use burn::nn::Linear;
use burn::optim::{GradientsParams, SgdConfig};
use burn::prelude::Device;
use burn::tensor::Tensor;
use cases::{linear, matrix, numbers, vector};
use denoising::Denoising;
use golden::{AutoEncoder as Case, assert_close};
use model::{Corruption, Decoder, Layer, Network, Reconstruct, Target};
use train::config::backend::Backend;
use train::learning::autodiff::objective::Objective;
use train::learning::minibatches::Batch;

fn denoising(case: &Case) -> Denoising {
    Denoising {
        decoder: if case.tied { Decoder::Tied } else { Decoder::Untied },
        reconstruction: case.reconstruction(),
        corruption: Corruption::Masking(0.0),
        target: Target::Same,
        sampling: None,
        layer: 0,
    }
}

fn network(case: &Case, device: &Device) -> Network {
    let p = &case.parameters;
    let encoder = linear(&p.encoder_weight, &p.encoder_bias, device);
    let layer = Layer::new(encoder, Some(case.signs.clone()), case.activation());
    let mut network = model::autoencoder(&layer, denoising(case).decoder, 0, 0);
    if let Some(weight) = &p.decoder_weight {
        network.output = linear(weight, &p.decoder_bias, device);
    } else {
        network.output.bias = Some(Param::from_tensor(vector(&p.decoder_bias, device)));
    }
    network
}

fn check_case(case: &Case, network: Network, device: &Device) {
    let name = |what: &str| format!("{} {what}", case.name);
    let (e, samples) = (&case.expect, case.clean.shape[0]);
    let batch = Batch {
        inputs: matrix(&case.corrupted, device).into(),
        labels: Tensor::zeros([samples], device),
        targets: Some(matrix(&case.clean, device).into()),
    };
    let denoising = denoising(case);
    let forward = model::reconstruct(&network, denoising.decoder, batch.inputs.clone(), None, None);
    assert_close(&name("code"), &numbers(&forward.hidden[0]), &e.code.values, 1e-5);
    assert_close(&name("output"), &numbers(&forward.logits), &e.output.values, 1e-5);
    let cost = case.reconstruction().cost(forward.logits, &matrix(&case.clean, device)).mean();
    assert_close(&name("cost"), &numbers(&cost), &[e.cost], 1e-5);

    let mut objective = Objective::reconstructing(network, case.l1, denoising);
    let mut sgd = SgdConfig::new().init();
    for (step, expected) in e.costs.iter().enumerate() {
        let (cost, _) = objective.cost(batch.clone());
        assert_close(&name("costs"), &numbers(&cost), &[*expected], 1e-4);
        if step == 0 {
            assert_close(&name("cost with its penalty"), &numbers(&cost), &[e.cost + e.penalty], 1e-5);
        }
        let gradients = GradientsParams::from_grads(cost.backward(), &objective);
        if step == 0 {
            let (encoder, decoder) = (&objective.network.hidden[0].affine, &objective.network.output);
            let weight = |linear: &Linear| gradients.get::<2>(linear.weight.id).map(|gradient| numbers(&gradient));
            let bias = |linear: &Linear| numbers(&gradients.get::<1>(linear.bias.as_ref().unwrap().id).unwrap());
            let of_encoder = weight(encoder).unwrap();
            assert_close(&name("encoder weight gradient"), &of_encoder, &e.gradient.encoder_weight.values, 1e-5);
            assert_close(&name("encoder bias gradient"), &bias(encoder), &e.gradient.encoder_bias, 1e-5);
            let (found, expected) =
                (weight(decoder), e.gradient.decoder_weight.as_ref().map(|weight| weight.values.clone()));
            assert_eq!(found.is_some(), expected.is_some());
            assert_close(
                &name("decoder weight gradient"),
                &found.unwrap_or_default(),
                &expected.unwrap_or_default(),
                1e-5,
            );
            assert_close(&name("decoder bias gradient"), &bias(decoder), &e.gradient.decoder_bias, 1e-5);
        }
        objective = sgd.step(case.learning_rate, objective, gradients);
    }
    let (encoder, after) = (&objective.network.hidden[0].affine, &e.parameters_after_20);
    assert_close(&name("final encoder"), &numbers(&encoder.weight.val()), &after.encoder_weight.values, 1e-4);
    if let Some(weight) = &after.decoder_weight {
        assert_close(&name("final decoder"), &numbers(&objective.network.output.weight.val()), &weight.values, 1e-4);
    }
}

fn check(device: &Device) {
    let device = &device.clone().autodiff();
    for case in golden::autoencoders() {
        check_case(case, network(case, device), device);
    }
}

#[test]
fn golden_auto_encoders_hold_on_flex() {
    check(&Backend::Flex.device().unwrap());
}

#[cfg(feature = "ndarray")]
#[test]
fn golden_auto_encoders_hold_on_ndarray() {
    check(&Backend::Ndarray.device().unwrap());
}

#[cfg(feature = "wgpu")]
#[test]
#[ignore = "needs a GPU or a software adapter"]
fn golden_auto_encoders_hold_on_wgpu() {
    check(&Backend::Wgpu.device().unwrap());
}
