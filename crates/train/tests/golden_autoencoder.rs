//! Steps of denoising auto-encoders by Burn's autodiff against float64 vectors of an independent program, on the CPU
//! backends; the kernels have their own such test.
//!
//! Values are 32-bit here and 64-bit there: forward values and gradients must agree to 1e-5, costs over 20 steps and
//! parameters after them to 1e-4, each relative to the largest value of the same tensor or 1, whichever is larger.
#![expect(clippy::unwrap_used, reason = "a test stops where its case is not what it should be")]

#[path = "common/golden.rs"]
mod files;

use burn::module::Param;
use burn::nn::Linear;
use burn::optim::{GradientsParams, SgdConfig};
use burn::prelude::Device;
use burn::tensor::Tensor;
use files::{Matrix, close, flat, matrix, numbers, read, vector};
use model::{Activation, Corruption, Decoder, Layer, Network, Reconstruct, Reconstruction, Target};
use serde::Deserialize;
use train::config::backend::Backend;
use train::learning::denoising::Denoising;
use train::learning::minibatches::Batch;
use train::learning::objective::Objective;

#[derive(Deserialize)]
struct Case {
    name: String,
    activation: String,
    softplus_alpha: f64,
    strategy: String,
    l1: f64,
    learning_rate: f64,
    clean: Matrix,
    corrupted: Matrix,
    signs: Vec<f32>,
    parameters: Parameters,
    expect: Expected,
}

#[derive(Deserialize)]
struct Parameters {
    encoder_weight: Matrix,
    encoder_bias: Vec<f64>,
    /// Absent where the decoder is the encoder's transpose.
    decoder_weight: Option<Matrix>,
    decoder_bias: Vec<f64>,
}

#[derive(Deserialize)]
struct Expected {
    code: Matrix,
    output: Matrix,
    cost: f64,
    penalty: f64,
    gradient: Parameters,
    costs: Vec<f64>,
    parameters_after_20: Parameters,
}

impl Case {
    fn activation(&self) -> Activation {
        match self.activation.as_str() {
            "rectifier" => Activation::Rectifier,
            "softplus" => Activation::Softplus { alpha: self.softplus_alpha },
            "tanh" => Activation::Tanh,
            "logistic" => Activation::Logistic,
            other => panic!("no activation {other}"),
        }
    }

    fn reconstruction(&self) -> Reconstruction {
        match self.strategy.as_str() {
            "softplus_quadratic" => Reconstruction::SoftplusQuadratic,
            "logistic_cross_entropy" => Reconstruction::LogisticCrossEntropy,
            "tanh_cross_entropy" => Reconstruction::TanhCrossEntropy,
            "linear_quadratic" => Reconstruction::LinearQuadratic,
            "rectifier_quadratic" => Reconstruction::RectifierQuadratic,
            other => panic!("no strategy {other}"),
        }
    }

    fn denoising(&self) -> Denoising {
        Denoising {
            decoder: if self.parameters.decoder_weight.is_some() { Decoder::Untied } else { Decoder::Tied },
            reconstruction: self.reconstruction(),
            corruption: Corruption::Masking(0.0),
            target: Target::Same,
            sampling: None,
            layer: 0,
        }
    }

    fn network(&self, device: &Device) -> Network {
        let p = &self.parameters;
        let encoder = linear(&p.encoder_weight, &p.encoder_bias, device);
        let layer = Layer::new(encoder, Some(self.signs.clone()), self.activation());
        let mut network = model::autoencoder(&layer, self.denoising().decoder, 0, 0);
        if let Some(weight) = &p.decoder_weight {
            network.output = linear(weight, &p.decoder_bias, device);
        } else {
            network.output.bias = Some(Param::from_tensor(vector(&p.decoder_bias, device)));
        }
        network
    }
}

fn linear(weight: &Matrix, bias: &[f64], device: &Device) -> Linear {
    let (weight, bias) = (matrix(weight, device), vector(bias, device));
    Linear { weight: Param::from_tensor(weight), bias: Some(Param::from_tensor(bias)) }
}

fn check_case(case: &Case, network: Network, device: &Device) {
    let name = |what: &str| format!("{} {what}", case.name);
    let (e, samples) = (&case.expect, case.clean.len());
    let batch = Batch {
        inputs: matrix(&case.corrupted, device).into(),
        labels: Tensor::zeros([samples], device),
        targets: Some(matrix(&case.clean, device).into()),
    };
    let denoising = case.denoising();
    let forward = model::reconstruct(&network, denoising.decoder, batch.inputs.clone(), None, None);
    close(&name("code"), &numbers(&forward.hidden[0]), &flat(&e.code), 1e-5);
    close(&name("output"), &numbers(&forward.logits), &flat(&e.output), 1e-5);
    let cost = case.reconstruction().cost(forward.logits, &matrix(&case.clean, device)).mean();
    close(&name("cost"), &numbers(&cost), &[e.cost], 1e-5);

    let mut objective = Objective::reconstructing(network, case.l1, denoising);
    let mut sgd = SgdConfig::new().init();
    for (step, expected) in e.costs.iter().enumerate() {
        let (cost, _) = objective.cost(batch.clone());
        close(&name("costs"), &numbers(&cost), &[*expected], 1e-4);
        if step == 0 {
            close(&name("cost with its penalty"), &numbers(&cost), &[e.cost + e.penalty], 1e-5);
        }
        let gradients = GradientsParams::from_grads(cost.backward(), &objective);
        if step == 0 {
            let (encoder, decoder) = (&objective.network.hidden[0].affine, &objective.network.output);
            let weight = |linear: &Linear| gradients.get::<2>(linear.weight.id).map(|gradient| numbers(&gradient));
            let bias = |linear: &Linear| numbers(&gradients.get::<1>(linear.bias.as_ref().unwrap().id).unwrap());
            let of_encoder = weight(encoder).unwrap();
            close(&name("encoder weight gradient"), &of_encoder, &flat(&e.gradient.encoder_weight), 1e-5);
            close(&name("encoder bias gradient"), &bias(encoder), &e.gradient.encoder_bias, 1e-5);
            let (found, expected) = (weight(decoder), e.gradient.decoder_weight.as_ref().map(flat));
            assert_eq!(found.is_some(), expected.is_some());
            close(&name("decoder weight gradient"), &found.unwrap_or_default(), &expected.unwrap_or_default(), 1e-5);
            close(&name("decoder bias gradient"), &bias(decoder), &e.gradient.decoder_bias, 1e-5);
        }
        objective = sgd.step(case.learning_rate, objective, gradients);
    }
    let (encoder, after) = (&objective.network.hidden[0].affine, &e.parameters_after_20);
    close(&name("encoder after 20"), &numbers(&encoder.weight.val()), &flat(&after.encoder_weight), 1e-4);
    if let Some(weight) = &after.decoder_weight {
        close(&name("decoder after 20"), &numbers(&objective.network.output.weight.val()), &flat(weight), 1e-4);
    }
}

fn check(device: &Device) {
    let cases: Vec<Case> = read("autoencoder.json");
    let device = &device.clone().autodiff();
    for case in &cases {
        check_case(case, case.network(device), device);
    }
    assert!(cases.len() > 20, "{}", cases.len());
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
fn golden_auto_encoders_hold_on_wgpu_where_there_is_an_adapter() {
    match Backend::Wgpu.device() {
        Ok(device) => check(&device),
        Err(error) => assert!(error.to_string().contains("mesa-vulkan-drivers"), "{error}"),
    }
}
