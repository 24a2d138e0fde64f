//! Tests a fleet against the float64 results of an independent program, which trains each network alone.
//!
//! The fleet computes in 32 bits: costs, and parameters after 20 steps, must agree to 1e-4, relative to the largest
//! value of the same tensor or 1, whichever is larger.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use burn::prelude::Device;
use burn::tensor::{Int, Tensor};
use common::{affine, numbers, single};
use fleet::{Fleet, Member, Store};
use golden::{Supervised as Case, assert_close};
use model::{Activation, Layer, Network};

fn network(case: &Case, device: &Device) -> Network {
    let mut maps = case.weights.iter().zip(&case.biases).map(|(weight, bias)| affine(weight, bias, device));
    let units = case.activation();
    let hidden = case.signs.iter().map(|signs| Layer::new(maps.next().unwrap(), Some(signs.clone()), units)).collect();
    Network { hidden, output: maps.next().unwrap() }
}

fn member(case: &Case, device: &Device) -> Member {
    Member { network: network(case, device), learning_rate: case.learning_rate, l1: vec![case.l1; case.signs.len()] }
}

fn store(case: &Case, device: &Device) -> Store {
    let labels = case.labels.iter().map(|label| i32::from(*label)).collect();
    Store::new(single(&case.inputs.values), labels, device)
}

/// All examples of `case` in their given order, for each of `members` networks.
fn orders(case: &Case, members: usize, device: &Device) -> Tensor<2, Int> {
    let batch = case.labels.len();
    Tensor::<1, Int>::arange(0..i64::try_from(batch).unwrap(), device).unsqueeze::<2>().expand([members, batch])
}

/// A variant of `case` with the same shape and activation, but a different learning rate, L1 coefficient, weights and
/// sharpness of the softplus.
fn neighbour(case: &Case) -> Case {
    let mut other = case.clone();
    other.weights.iter_mut().flat_map(|weight| &mut weight.values).for_each(|w| *w *= -0.7);
    other.learning_rate *= 0.5;
    other.l1 += 0.01;
    other.softplus_alpha *= 2.0;
    other
}

fn check(case: &Case, device: &Device) {
    let name = |what: &str| format!("{} {what}", case.name);
    let members = vec![member(&neighbour(case), device), member(case, device)];
    let mut fleet = Fleet::new(members, device).unwrap();
    let (store, orders) = (store(case, device), orders(case, 2, device));
    let samples = case.labels.len() as f64;
    let layers = case.signs.len();
    for (step, loss) in case.expect.losses.iter().enumerate() {
        let sums = fleet.learn(&store, &orders, case.labels.len());
        let sums: Vec<f64> = numbers(sums.narrow(0, 1, 1)).iter().map(|sum| sum / samples).collect();
        let penalty = case.l1 * sums[2..2 + layers].iter().sum::<f64>();
        assert_close(&name("loss"), &[sums[0] + penalty], &[*loss], 1e-4);
        if step == 0 {
            assert_close(&name("nll and penalty"), &[sums[0], penalty], &[case.expect.nll, case.expect.penalty], 1e-5);
            let zeros = sums[2 + layers..].iter().zip(&case.signs).map(|(zeros, signs)| zeros / signs.len() as f64);
            assert_close(&name("sparsity"), &zeros.collect::<Vec<_>>(), &case.expect.sparsity, 1e-6);
        }
    }
    let network = fleet.network(1);
    let maps = network.hidden.iter().map(|layer| &layer.affine).chain([&network.output]);
    for (k, affine) in maps.enumerate() {
        let weight = numbers(affine.weight.val());
        assert_close(&name("weights after 20 steps"), &weight, &case.expect.weights_after_20[k].values, 1e-4);
        assert_close(
            &name("biases after 20 steps"),
            &numbers(affine.bias.as_ref().unwrap().val()),
            &case.expect.biases_after_20[k],
            1e-4,
        );
    }
}

#[test]
fn every_case_comes_out_beside_a_neighbour_on_the_cpu() {
    for case in golden::supervised() {
        check(case, &Device::flex());
    }
}

#[test]
#[ignore = "needs a GPU or a software adapter"]
#[cfg(feature = "wgpu")]
fn every_case_comes_out_beside_a_neighbour_on_a_gpu_or_its_software_adapter() {
    use burn::prelude::DeviceKind;
    let device = Device::wgpu_options().device_kind(DeviceKind::DefaultDevice).init().unwrap();
    for case in golden::supervised() {
        check(case, &device);
    }
}

#[test]
fn a_member_that_diverges_does_not_touch_its_neighbours() {
    let device = Device::flex();
    let case = &golden::supervised()[0];
    let after = |rate: f64| {
        let wild = Member { learning_rate: rate, ..member(&neighbour(case), &device) };
        let mut fleet = Fleet::new(vec![wild, member(case, &device)], &device).unwrap();
        for _ in 0..5 {
            let _ = fleet.learn(&store(case, &device), &orders(case, 2, &device), case.labels.len());
        }
        [0, 1].map(|member| numbers(fleet.network(member).output.weight.val()))
    };
    let ([wild, beside_wild], [_, beside_calm]) = (after(1e30), after(0.01));
    assert!(wild.iter().any(|w| !w.is_finite()));
    assert_eq!(beside_wild, beside_calm);
}

/// Regrouping adds, removes and reorders members, but does not change what a member computes.
#[test]
fn a_regrouped_fleet_goes_on_as_if_nothing_had_happened() {
    let device = Device::flex();
    for case in golden::supervised() {
        let learn = |mut fleet: Fleet| {
            let orders = orders(case, fleet.size(), &device);
            let _ = fleet.learn(&store(case, &device), &orders, case.labels.len());
            fleet
        };
        let weights = |fleet: &Fleet, place| {
            let network = fleet.network(place);
            let maps = network.hidden.into_iter().map(|layer| layer.affine).chain([network.output]);
            maps.flat_map(|map| numbers(map.weight.val())).collect::<Vec<f64>>()
        };
        let [own, other] = [member(case, &device), member(&neighbour(case), &device)];
        let alone = |member: &Member| Fleet::new(vec![member.clone()], &device).unwrap();
        let once = [&own, &other].map(|member| weights(&learn(alone(member)), 0));
        let twice = weights(&learn(learn(alone(&own))), 0);

        let fleet = learn(Fleet::new(vec![other.clone(), own.clone()], &device).unwrap());
        let fleet = learn(fleet.regroup(&[1], vec![own.clone(), other]).unwrap());
        assert_eq!(
            (weights(&fleet, 0), weights(&fleet, 1), weights(&fleet, 2)),
            (twice.clone(), once[0].clone(), once[1].clone())
        );
        // The order of the indices sets the order of the members, and no member has to stay.
        let fleet = fleet.regroup(&[2, 0], vec![]).unwrap();
        assert_eq!((weights(&fleet, 0), weights(&fleet, 1)), (once[1].clone(), twice));
        assert_eq!(weights(&learn(fleet.clone().regroup(&[], vec![own]).unwrap()), 0), once[0]);
        assert!(fleet.regroup(&[], vec![]).is_err());
    }
}

#[test]
fn networks_of_other_shapes_or_units_are_refused_with_their_place() {
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
        fleet(vec![fresh(vec![5, 6], Activation::Rectifier)]).unwrap_err().contains("member 1 has the layers [[4, 5]")
    );
    assert!(fleet(vec![fresh(vec![5, 5], Activation::Tanh)]).unwrap_err().contains("member 1 has tanh units"));
    let poor = Member { l1: vec![0.0], ..fresh(vec![5, 5], Activation::Rectifier) };
    assert!(fleet(vec![poor]).unwrap_err().contains("L1 coefficients of member 1 is 1, not 2"));
    assert!(Fleet::new(vec![], &device).is_err());
}
