//! Tests the GPU kernels against the plain operations, with shapes and minibatches that do not divide evenly into
//! tiles.
#![cfg(feature = "wgpu")]
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use burn::prelude::{Device, DeviceKind};
use burn::tensor::{Int, Tensor, TensorData};
use fleet::{Fleet, Member, Store};
use model::{Activation, NetworkConfig, SignMask};

const MEMBERS: usize = 3;
const EXAMPLES: usize = 41;

/// Pseudo-random numbers in [0, 1) from a generator that starts at `seed`.
fn draws(seed: u64) -> impl FnMut() -> f32 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u32 << 24) as f32
    }
}

/// The weights and biases of all networks after two epochs in minibatches of `batch` examples, the sums that
/// [`Fleet::learn`] returned for these epochs, and the sums that [`Fleet::measure`] returns afterwards.
fn outcome(shape: &NetworkConfig, batch: usize, device: &Device) -> [Vec<f32>; 3] {
    outcome_of(MEMBERS, shape, batch, device)
}

/// The [`outcome`] for a fleet of the first `members` networks only.
fn outcome_of(members: usize, shape: &NetworkConfig, batch: usize, device: &Device) -> [Vec<f32>; 3] {
    let member = |seed: u64| Member {
        network: shape.init(seed, &Device::flex()),
        learning_rate: 0.05 * (1 + seed) as f64,
        l1: vec![1e-3 * seed as f64; shape.hidden.len()],
    };
    let mut fleet = Fleet::new((0..members as u64).map(member).collect(), device).unwrap();
    let mut draw = draws(7);
    let inputs = (0..EXAMPLES * shape.inputs).map(|_| (draw() - 0.5).max(0.0)).collect();
    let labels = (0..EXAMPLES).map(|_| (draw() * shape.outputs as f32) as i32).collect();
    let store = Store::new(inputs, labels, device);
    let mut met = Vec::new();
    for _ in 0..2 {
        let rows: Vec<i32> = (0..MEMBERS * EXAMPLES).map(|_| (draw() * EXAMPLES as f32) as i32).collect();
        let rows = TensorData::new(rows[..members * EXAMPLES].to_vec(), [members, EXAMPLES]);
        let orders = Tensor::<2, Int>::from_data(rows, device);
        let sums = fleet.learn(&store, &orders, batch);
        met.extend(sums.into_data().iter::<f32>());
    }
    let networks = (0..members).map(|member| fleet.network(member));
    let weights = networks.flat_map(|network| {
        let maps = network.hidden.into_iter().map(|layer| layer.affine).chain([network.output]);
        let numbers = maps.flat_map(|map| {
            let bias = map.bias.unwrap().val().into_data().iter::<f32>().collect::<Vec<_>>();
            map.weight.val().into_data().iter::<f32>().chain(bias).collect::<Vec<_>>()
        });
        numbers.collect::<Vec<f32>>()
    });
    let measured =
        fleet.measure(&store, &store.in_stored_order(members, 0, EXAMPLES), 16).into_data().iter::<f32>().collect();
    [weights.collect(), met, measured]
}

#[test]
#[ignore = "needs a GPU or a software adapter"]
fn the_kernels_compute_what_the_plain_operations_do() {
    let device = Device::wgpu_options().device_kind(DeviceKind::DefaultDevice).init().unwrap();
    // Kernels are compiled for each batch size, which takes a while on a software adapter.
    let cases: [(_, _, &[usize]); 3] = [
        (Activation::Rectifier, SignMask::FairCoin, &[7, 17]),
        (Activation::Softplus { alpha: 3.0 }, SignMask::None, &[16]),
        (Activation::Tanh, SignMask::FairCoin, &[1]),
    ];
    for (inputs, hidden, outputs) in [(131, vec![150, 70, 64], 10), (5, vec![133], 3)] {
        for (activation, sign_mask, batches) in cases {
            let shape = NetworkConfig { inputs, hidden: hidden.clone(), outputs, activation, sign_mask };
            for &batch in batches {
                let [expected, found] = [&Device::flex(), &device].map(|device| outcome(&shape, batch, device));
                let [alone, ..] = outcome_of(1, &shape, batch, &device);
                assert_eq!(
                    alone,
                    found[0][..alone.len()],
                    "{shape:?}, batch {batch}: a network trained alone must have, bit for bit, the weights that it has in a \
                     fleet"
                );
                for (what, (expected, found)) in
                    ["weights", "sums", "measured sums"].into_iter().zip(expected.iter().zip(&found))
                {
                    let scale = expected.iter().fold(1f32, |most, value| most.max(value.abs()));
                    for (e, f) in expected.iter().zip(found) {
                        assert!(
                            (e - f).abs() <= 1e-4 * scale,
                            "{shape:?}, batch {batch}, {what}: found {f}, expected {e}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
#[should_panic(expected = "there must be one order for each network")]
fn an_order_is_needed_for_each_network() {
    let shape = NetworkConfig {
        inputs: 2,
        hidden: vec![3],
        outputs: 2,
        activation: Activation::Tanh,
        sign_mask: SignMask::None,
    };
    let device = Device::flex();
    let member = Member { network: shape.init(1, &device), learning_rate: 0.1, l1: vec![0.0] };
    let mut fleet = Fleet::new(vec![member.clone(), member], &device).unwrap();
    let orders = Tensor::<2, Int>::zeros([1, 1], &device);
    let _ = fleet.learn(&Store::new(vec![0.0, 1.0], vec![1], &device), &orders, 1);
}
