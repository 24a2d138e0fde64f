//! Auto-encoders of a fleet against float64 vectors of an independent program, beside a neighbour, and above a layer that is
//! not trained. Tolerances are those of `golden.rs`. A fleet has no tied decoders.
#![expect(clippy::unwrap_used, reason = "a test stops where its case is not what it should be")]

use burn::module::Param;
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::{Int, Tensor, TensorData};
use fleet::{AutoencoderObjective, Fleet, Member, Store};
use model::{Activation, Layer, Network, Reconstruction, Target};
use serde::Deserialize;

type Matrix = Vec<Vec<f64>>;

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
    decoder_weight: Option<Matrix>,
    decoder_bias: Vec<f64>,
}

#[derive(Deserialize)]
struct Expected {
    cost: f64,
    penalty: f64,
    costs: Vec<f64>,
    parameters_after_20: Parameters,
}

fn flat(rows: &Matrix) -> Vec<f32> {
    rows.iter().flatten().map(|v| *v as f32).collect()
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter().collect()
}

fn close(what: &str, found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(1f32, |m, v| m.max(v.abs()));
    for (k, (f, e)) in found.iter().zip(expected).enumerate() {
        assert!((f - e).abs() <= tolerance * scale, "{what} [{k}]: {f} where {e} was expected");
    }
}

fn affine(weight: Vec<f32>, bias: &[f64], device: &Device) -> Linear {
    let shape = [weight.len() / bias.len(), bias.len()];
    Linear {
        weight: Param::from_tensor(Tensor::from_data(TensorData::new(weight, shape), device)),
        bias: Some(Param::from_data(bias, device)),
    }
}

/// Rectifiers that give back what they read, as long as that is not below 0.
fn identity(width: usize, device: &Device) -> Layer {
    let weight = (0..width * width).map(|k| f32::from(k % width == k / width)).collect();
    Layer::new(affine(weight, &vec![0.0; width], device), None, Activation::Rectifier)
}

impl Case {
    fn units(&self) -> Activation {
        match self.activation.as_str() {
            "rectifier" => Activation::Rectifier,
            "softplus" => Activation::Softplus { alpha: self.softplus_alpha },
            "tanh" => Activation::Tanh,
            "logistic" => Activation::Logistic,
            other => panic!("no activation {other}"),
        }
    }

    fn objective(&self) -> AutoencoderObjective {
        let reconstruction = match self.strategy.as_str() {
            "softplus_quadratic" => Reconstruction::SoftplusQuadratic,
            "logistic_cross_entropy" => Reconstruction::LogisticCrossEntropy,
            "tanh_cross_entropy" => Reconstruction::TanhCrossEntropy,
            "linear_quadratic" => Reconstruction::LinearQuadratic,
            "rectifier_quadratic" => Reconstruction::RectifierQuadratic,
            other => panic!("no strategy {other}"),
        };
        AutoencoderObjective { reconstruction, target: Target::Same }
    }

    fn member(&self, below: &[Layer], device: &Device) -> Member {
        let p = &self.parameters;
        let encoder = affine(flat(&p.encoder_weight), &p.encoder_bias, device);
        let code = Layer::new(encoder, Some(self.signs.clone()), self.units());
        let output = affine(flat(p.decoder_weight.as_ref().unwrap()), &p.decoder_bias, device);
        let hidden: Vec<Layer> = below.iter().cloned().chain([code]).collect();
        let mut l1 = vec![0.0; hidden.len()];
        l1[hidden.len() - 1] = self.l1;
        Member { network: Network { hidden, output }, learning_rate: self.learning_rate, l1 }
    }

    /// 1 where a value was left, else 0: corruption masks, it does nothing else here.
    fn kept(&self) -> Option<Vec<f32>> {
        let pairs = self.clean.iter().flatten().zip(self.corrupted.iter().flatten());
        let masked = pairs.clone().all(|(clean, corrupted)| *corrupted == 0.0 || corrupted == clean);
        masked.then(|| pairs.map(|(clean, corrupted)| f32::from(clean == corrupted)).collect())
    }
}

fn check(case: &Case, below: &[Layer], device: &Device) {
    let name = |what: &str| format!("{} above {} layers, {what}", case.name, below.len());
    let member = case.member(below, device);
    let neighbour =
        Member { learning_rate: case.learning_rate / 2.0, l1: vec![0.02; member.l1.len()], ..member.clone() };
    let mut fleet = Fleet::new(vec![neighbour, member], device).unwrap();
    let (batch, width) = (case.clean.len(), case.clean[0].len());
    let store = Store::new(flat(&case.clean), vec![0; batch], device);
    let orders: Tensor<2, Int> = store.in_stored_order(2, 0, batch);
    let kept = case.kept().unwrap();
    let kept = Tensor::<3>::from_data(TensorData::new([&kept[..], &kept[..]].concat(), [2, batch, width]), device);
    for (step, cost) in case.expect.costs.iter().enumerate() {
        let sums = fleet.denoise(&store, &orders, &kept, case.objective(), batch, Tensor::zeros([2, 4], device));
        let sums: Vec<f32> = numbers(sums.narrow(0, 1, 1)).iter().map(|sum| sum / batch as f32).collect();
        let penalty = case.l1 as f32 * sums[2];
        close(&name("cost"), &[sums[0] + penalty], &[*cost as f32], 1e-4);
        if step == 0 {
            let expected = [case.expect.cost as f32, 0.0, case.expect.penalty as f32];
            close(&name("cost and penalty"), &[sums[0], sums[1], penalty], &expected, 1e-5);
        }
    }
    let network = fleet.network(1);
    let (after, code) = (&case.expect.parameters_after_20, &network.hidden[below.len()].affine);
    let maps = [(code, &after.encoder_weight, &after.encoder_bias)];
    let decoder = (&network.output, after.decoder_weight.as_ref().unwrap(), &after.decoder_bias);
    for (map, weight, bias) in maps.into_iter().chain([decoder]) {
        close(&name("weights after 20"), &numbers(map.weight.val()), &flat(weight), 1e-4);
        let bias: Vec<f32> = bias.iter().map(|b| *b as f32).collect();
        close(&name("biases after 20"), &numbers(map.bias.as_ref().unwrap().val()), &bias, 1e-4);
    }
    for (layer, before) in network.hidden.iter().zip(below) {
        assert_eq!(numbers(layer.affine.weight.val()), numbers(before.affine.weight.val()), "what is below stays");
    }
    // Clean, and without a step: what a step on everything meets before it.
    let all = Tensor::ones([2, batch, width], device);
    let measured = numbers(fleet.reconstruct(&store, &orders, case.objective(), batch - 1));
    let met = numbers(fleet.denoise(&store, &orders, &all, case.objective(), batch, Tensor::zeros([2, 4], device)));
    close(&name("what is measured"), &measured, &met, 1e-5);
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../../../golden/autoencoder.json")).unwrap()
}

fn check_all(device: &Device) {
    let cases = cases();
    let mut checked = [0; 2];
    for case in cases.iter().filter(|case| case.parameters.decoder_weight.is_some() && case.kept().is_some()) {
        check(case, &[], device);
        checked[0] += 1;
        if case.units() == Activation::Rectifier && case.clean.iter().flatten().all(|x| *x >= 0.0) {
            check(case, &[identity(case.clean[0].len(), device)], device);
            checked[1] += 1;
        }
    }
    assert!(checked[0] >= 20 && checked[1] >= 5, "{checked:?}");
}

#[test]
fn every_untied_case_comes_out_beside_a_neighbour_on_the_cpu() {
    check_all(&Device::flex());
}

/// Only one case of each strategy, because a software adapter is slow.
#[test]
#[cfg(feature = "wgpu")]
#[ignore = "needs a GPU or its software adapter"]
fn a_case_of_each_strategy_comes_out_on_a_gpu_or_its_software_adapter() {
    use burn::prelude::DeviceKind;
    let device = Device::wgpu_options().device_kind(DeviceKind::DefaultDevice).init().unwrap();
    let cases = cases();
    for strategy in [
        "softplus_quadratic",
        "logistic_cross_entropy",
        "tanh_cross_entropy",
        "linear_quadratic",
        "rectifier_quadratic",
    ] {
        let untied = |case: &&Case| case.parameters.decoder_weight.is_some() && case.kept().is_some();
        let case = cases.iter().filter(untied).find(|case| case.strategy == strategy).unwrap();
        check(case, &[identity(case.clean[0].len(), &device)], &device);
    }
}
