//! Tests the auto-encoders of a fleet against the float64 results of an independent program: beside another member, and
//! above a layer that is not trained. The tolerances are the same as in `golden.rs`. Fleets do not support tied
//! decoders.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use burn::prelude::Device;
use burn::tensor::{Int, Tensor, TensorData};
use common::{affine, numbers, single};
use fleet::{AutoencoderObjective, Fleet, Member, Store};
use golden::{AutoEncoder as Case, Matrix, assert_close};
use model::{Activation, Layer, Network, Target};

/// A layer of rectifiers whose outputs equal its inputs, provided that these are not negative.
fn identity(width: usize, device: &Device) -> Layer {
    let values = (0..width * width).map(|k| f64::from(k % width == k / width)).collect();
    let weight = Matrix { shape: [width, width], values };
    Layer::new(affine(&weight, &vec![0.0; width], device), None, Activation::Rectifier)
}

fn objective(case: &Case) -> AutoencoderObjective {
    AutoencoderObjective { reconstruction: case.reconstruction(), target: Target::Same }
}

fn member(case: &Case, below: &[Layer], device: &Device) -> Member {
    let p = &case.parameters;
    let encoder = affine(&p.encoder_weight, &p.encoder_bias, device);
    let code = Layer::new(encoder, Some(case.signs.clone()), case.activation());
    let output = affine(p.decoder_weight.as_ref().unwrap(), &p.decoder_bias, device);
    let hidden: Vec<Layer> = below.iter().cloned().chain([code]).collect();
    let mut l1 = vec![0.0; hidden.len()];
    l1[hidden.len() - 1] = case.l1;
    Member { network: Network { hidden, output }, learning_rate: case.learning_rate, l1 }
}

/// The mask of the corruption, which is 1 where a value was kept and 0 elsewhere; `None` if the corruption is not
/// masking noise, which only sets values to 0.
fn kept(case: &Case) -> Option<Vec<f32>> {
    let pairs = case.clean.values.iter().zip(&case.corrupted.values);
    let masked = pairs.clone().all(|(clean, corrupted)| *corrupted == 0.0 || corrupted == clean);
    masked.then(|| pairs.map(|(clean, corrupted)| f32::from(clean == corrupted)).collect())
}

/// The cases that a fleet can train: cases with masking noise and an untied decoder.
fn cases() -> impl Iterator<Item = &'static Case> {
    golden::autoencoders().iter().filter(|case| !case.tied && kept(case).is_some())
}

fn check(case: &Case, below: &[Layer], device: &Device) {
    let name = |what: &str| format!("{} (layers below: {}), {what}", case.name, below.len());
    let member = member(case, below, device);
    let neighbour =
        Member { learning_rate: case.learning_rate / 2.0, l1: vec![0.02; member.l1.len()], ..member.clone() };
    let mut fleet = Fleet::new(vec![neighbour, member], device).unwrap();
    let [batch, width] = case.clean.shape;
    let store = Store::new(single(&case.clean.values), vec![0; batch], device);
    let orders: Tensor<2, Int> = store.in_stored_order(2, 0, batch);
    let kept = kept(case).unwrap();
    let kept = Tensor::<3>::from_data(TensorData::new([&kept[..], &kept[..]].concat(), [2, batch, width]), device);
    for (step, cost) in case.expect.costs.iter().enumerate() {
        let sums = fleet.denoise(&store, &orders, &kept, objective(case), batch, Tensor::zeros([2, 4], device));
        let sums: Vec<f64> = numbers(sums.narrow(0, 1, 1)).iter().map(|sum| sum / batch as f64).collect();
        let penalty = case.l1 * sums[2];
        assert_close(&name("cost"), &[sums[0] + penalty], &[*cost], 1e-4);
        if step == 0 {
            let expected = [case.expect.cost, 0.0, case.expect.penalty];
            assert_close(&name("cost and penalty"), &[sums[0], sums[1], penalty], &expected, 1e-5);
        }
    }
    let network = fleet.network(1);
    let (after, code) = (&case.expect.parameters_after_20, &network.hidden[below.len()].affine);
    let maps = [(code, &after.encoder_weight, &after.encoder_bias)];
    let decoder = (&network.output, after.decoder_weight.as_ref().unwrap(), &after.decoder_bias);
    for (map, weight, bias) in maps.into_iter().chain([decoder]) {
        assert_close(&name("weights after 20 steps"), &numbers(map.weight.val()), &weight.values, 1e-4);
        assert_close(&name("biases after 20 steps"), &numbers(map.bias.as_ref().unwrap().val()), bias, 1e-4);
    }
    for (layer, before) in network.hidden.iter().zip(below) {
        assert_eq!(
            numbers(layer.affine.weight.val()),
            numbers(before.affine.weight.val()),
            "the layers below the auto-encoder must not change"
        );
    }
    // For uncorrupted inputs, the sums without a step equal the sums that a step on all examples returns.
    let all = Tensor::ones([2, batch, width], device);
    let measured = numbers(fleet.reconstruct(&store, &orders, objective(case), batch - 1));
    let met = numbers(fleet.denoise(&store, &orders, &all, objective(case), batch, Tensor::zeros([2, 4], device)));
    assert_close(&name("measured sums"), &measured, &met, 1e-5);
}

fn check_all(device: &Device) {
    let mut checked = [0; 2];
    for case in cases() {
        check(case, &[], device);
        checked[0] += 1;
        if case.activation() == Activation::Rectifier && case.clean.values.iter().all(|x| *x >= 0.0) {
            check(case, &[identity(case.clean.shape[1], device)], device);
            checked[1] += 1;
        }
    }
    assert!(checked[0] >= 20 && checked[1] >= 5, "{checked:?}");
}

#[test]
fn every_untied_case_comes_out_beside_a_neighbour_on_the_cpu() {
    check_all(&Device::flex());
}

/// Checks only one case for each reconstruction layer and its cost, because a software adapter is slow.
#[test]
#[ignore = "needs a GPU or a software adapter"]
#[cfg(feature = "wgpu")]
fn a_case_of_each_strategy_comes_out_on_a_gpu_or_its_software_adapter() {
    use burn::prelude::DeviceKind;
    let device = Device::wgpu_options().device_kind(DeviceKind::DefaultDevice).init().unwrap();
    for strategy in [
        "softplus_quadratic",
        "logistic_cross_entropy",
        "tanh_cross_entropy",
        "linear_quadratic",
        "rectifier_quadratic",
    ] {
        let case = cases().find(|case| case.strategy == strategy).unwrap();
        check(case, &[identity(case.clean.shape[1], &device)], &device);
    }
}
