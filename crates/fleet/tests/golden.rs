//! A fleet against float64 vectors of an independent program: each network must be trained as if it were alone.
//!
//! Values are 32-bit here and 64-bit there: costs and parameters after 20 steps must agree to 1e-4, relative to the largest
//! value of the same tensor or 1, whichever is larger.
#![expect(clippy::unwrap_used, reason = "a test stops where its case is not what it should be")]

use burn::module::Param;
use burn::nn::Linear;
use burn::prelude::Device;
use burn::tensor::{Int, Tensor, TensorData};
use fleet::{Fleet, Member, Store};
use model::{Activation, Layer, Network};
use serde::Deserialize;

type Matrix = Vec<Vec<f64>>;

#[derive(Clone, Deserialize)]
struct Case {
    name: String,
    activation: String,
    softplus_alpha: f64,
    l1: f64,
    learning_rate: f64,
    inputs: Matrix,
    labels: Vec<i32>,
    signs: Vec<Vec<f32>>,
    weights: Vec<Matrix>,
    biases: Matrix,
    expect: Expected,
}

#[derive(Clone, Deserialize)]
struct Expected {
    nll: f64,
    penalty: f64,
    sparsity: Vec<f64>,
    losses: Vec<f64>,
    weights_after_20: Vec<Matrix>,
    biases_after_20: Matrix,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../../../golden/supervised.json")).unwrap()
}

fn flat(rows: &Matrix) -> Vec<f32> {
    rows.iter().flatten().map(|v| *v as f32).collect()
}

impl Case {
    fn units(&self) -> Activation {
        match self.activation.as_str() {
            "rectifier" => Activation::Rectifier,
            "softplus" => Activation::Softplus { alpha: self.softplus_alpha },
            "tanh" => Activation::Tanh,
            "logistic" => Activation::Logistic,
            "absolute" => Activation::Absolute,
            other => panic!("no activation {other}"),
        }
    }

    fn network(&self, device: &Device) -> Network {
        let tensor = |values: Vec<f32>, shape: [usize; 2]| Tensor::from_data(TensorData::new(values, shape), device);
        let mut maps = self.weights.iter().zip(&self.biases).map(|(weight, bias)| Linear {
            weight: Param::from_tensor(tensor(flat(weight), [weight.len(), bias.len()])),
            bias: Some(Param::from_data(bias.as_slice(), device)),
        });
        let layer = |signs: &Vec<f32>| Layer::new(maps.next().unwrap(), Some(signs.clone()), self.units());
        let hidden = self.signs.iter().map(layer).collect();
        Network { hidden, output: maps.next().unwrap() }
    }

    fn member(&self, device: &Device) -> Member {
        Member { network: self.network(device), learning_rate: self.learning_rate, l1: vec![self.l1; self.signs.len()] }
    }

    fn store(&self, device: &Device) -> Store {
        Store::new(flat(&self.inputs), self.labels.clone(), device)
    }
}

/// All examples of `case` in their order, for each of `members` networks.
fn orders(case: &Case, members: usize, device: &Device) -> Tensor<2, Int> {
    let batch = case.labels.len();
    Tensor::<1, Int>::arange(0..i64::try_from(batch).unwrap(), device).unsqueeze::<2>().expand([members, batch])
}

fn close(what: &str, found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(1f32, |m, v| m.max(v.abs()));
    for (k, (f, e)) in found.iter().zip(expected).enumerate() {
        assert!((f - e).abs() <= tolerance * scale, "{what} [{k}]: {f} where {e} was expected");
    }
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter().collect()
}

/// A neighbour of the same kind with other weights, another rate and another penalty, and for a softplus another sharpness.
fn neighbour(case: &Case) -> Case {
    let mut other = case.clone();
    other.weights.iter_mut().flatten().flatten().for_each(|w| *w *= -0.7);
    other.learning_rate *= 0.5;
    other.l1 += 0.01;
    other.softplus_alpha *= 2.0;
    other
}

fn check(case: &Case, device: &Device) {
    let name = |what: &str| format!("{} {what}", case.name);
    let members = vec![neighbour(case).member(device), case.member(device)];
    let mut fleet = Fleet::new(members, device).unwrap();
    let (store, orders) = (case.store(device), orders(case, 2, device));
    let samples = case.labels.len() as f32;
    let layers = case.signs.len();
    for (step, loss) in case.expect.losses.iter().enumerate() {
        let sums = fleet.learn(&store, &orders, case.labels.len());
        let sums: Vec<f32> = numbers(sums.narrow(0, 1, 1)).iter().map(|sum| sum / samples).collect();
        let penalty = case.l1 as f32 * sums[2..2 + layers].iter().sum::<f32>();
        close(&name("loss"), &[sums[0] + penalty], &[*loss as f32], 1e-4);
        if step == 0 {
            close(
                &name("nll and penalty"),
                &[sums[0], penalty],
                &[case.expect.nll as f32, case.expect.penalty as f32],
                1e-5,
            );
            let zeros = sums[2 + layers..].iter().zip(&case.signs).map(|(zeros, signs)| zeros / signs.len() as f32);
            let sparsity: Vec<f32> = case.expect.sparsity.iter().map(|s| *s as f32).collect();
            close(&name("sparsity"), &zeros.collect::<Vec<_>>(), &sparsity, 1e-6);
        }
    }
    let network = fleet.network(1);
    let maps = network.hidden.iter().map(|layer| &layer.affine).chain([&network.output]);
    for (k, affine) in maps.enumerate() {
        let weight = numbers(affine.weight.val());
        close(&name("weights after 20"), &weight, &flat(&case.expect.weights_after_20[k]), 1e-4);
        let bias: Vec<f32> = case.expect.biases_after_20[k].iter().map(|b| *b as f32).collect();
        close(&name("biases after 20"), &numbers(affine.bias.as_ref().unwrap().val()), &bias, 1e-4);
    }
}

#[test]
fn every_case_comes_out_beside_a_neighbour_on_the_cpu() {
    for case in cases() {
        check(&case, &Device::flex());
    }
}

#[test]
#[cfg(feature = "wgpu")]
#[ignore = "needs a GPU or its software adapter"]
fn every_case_comes_out_beside_a_neighbour_on_a_gpu_or_its_software_adapter() {
    use burn::prelude::DeviceKind;
    let device = Device::wgpu_options().device_kind(DeviceKind::DefaultDevice).init().unwrap();
    for case in cases() {
        check(&case, &device);
    }
}

#[test]
fn a_member_that_diverges_does_not_touch_its_neighbours() {
    let device = Device::flex();
    let case = &cases()[0];
    let after = |rate: f64| {
        let wild = Member { learning_rate: rate, ..neighbour(case).member(&device) };
        let mut fleet = Fleet::new(vec![wild, case.member(&device)], &device).unwrap();
        for _ in 0..5 {
            let _ = fleet.learn(&case.store(&device), &orders(case, 2, &device), case.labels.len());
        }
        [0, 1].map(|member| numbers(fleet.network(member).output.weight.val()))
    };
    let ([wild, beside_wild], [_, beside_calm]) = (after(1e30), after(0.01));
    assert!(wild.iter().any(|w| !w.is_finite()));
    assert_eq!(beside_wild, beside_calm);
}

#[test]
fn regrouping_does_not_change_what_a_network_computes() {
    let device = Device::flex();
    for case in cases() {
        let learn = |mut fleet: Fleet| {
            let orders = orders(&case, fleet.size(), &device);
            let _ = fleet.learn(&case.store(&device), &orders, case.labels.len());
            fleet
        };
        let weights = |fleet: &Fleet, place| {
            let network = fleet.network(place);
            let maps = network.hidden.into_iter().map(|layer| layer.affine).chain([network.output]);
            maps.flat_map(|map| numbers(map.weight.val())).collect::<Vec<f32>>()
        };
        let [own, other] = [case.member(&device), neighbour(&case).member(&device)];
        let alone = |member: &Member| Fleet::new(vec![member.clone()], &device).unwrap();
        let once = [&own, &other].map(|member| weights(&learn(alone(member)), 0));
        let twice = weights(&learn(learn(alone(&own))), 0);

        let fleet = learn(Fleet::new(vec![other.clone(), own.clone()], &device).unwrap());
        let fleet = learn(fleet.regroup(&[1], vec![own.clone(), other]).unwrap());
        assert_eq!(
            (weights(&fleet, 0), weights(&fleet, 1), weights(&fleet, 2)),
            (twice.clone(), once[0].clone(), once[1].clone())
        );
        // The members follow in the order of `staying`, which may be empty.
        let fleet = fleet.regroup(&[2, 0], vec![]).unwrap();
        assert_eq!((weights(&fleet, 0), weights(&fleet, 1)), (once[1].clone(), twice));
        assert_eq!(weights(&learn(fleet.clone().regroup(&[], vec![own]).unwrap()), 0), once[0]);
        assert!(fleet.regroup(&[], vec![]).is_err());
    }
}

#[test]
fn networks_of_other_shapes_or_units_are_rejected_by_index() {
    let device = Device::flex();
    let fresh = |hidden: Vec<usize>, activation| {
        let config =
            model::NetworkConfig { inputs: 4, hidden, outputs: 3, activation, sign_mask: model::SignMask::None };
        let layers = config.hidden.len();
        Member { network: config.init(1, &device), learning_rate: 0.1, l1: vec![0.0; layers] }
    };
    let fleet = |others: Vec<Member>| {
        let members = std::iter::once(fresh(vec![5, 5], Activation::Rectifier)).chain(others).collect();
        Fleet::new(members, &device).map(|_| ()).map_err(|mismatch| mismatch.to_string())
    };
    assert_eq!(fleet(vec![fresh(vec![5, 5], Activation::Rectifier)]), Ok(()));
    assert!(
        fleet(vec![fresh(vec![5, 6], Activation::Rectifier)]).unwrap_err().contains("member 1 has layers of [[4, 5]")
    );
    assert!(fleet(vec![fresh(vec![5, 5], Activation::Tanh)]).unwrap_err().contains("member 1 has other units"));
    let poor = Member { l1: vec![0.0], ..fresh(vec![5, 5], Activation::Rectifier) };
    assert!(fleet(vec![poor]).unwrap_err().contains("1 L1 coefficients for 2 hidden layers"));
    assert!(Fleet::new(vec![], &device).is_err());
}
