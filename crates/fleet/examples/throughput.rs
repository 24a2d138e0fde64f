//! Measures the training speed of fleets of 784-1000-1000-1000-10 rectifier networks with minibatches of 10 examples.
//!
//! ```text
//! cargo run --release -p fleet --example throughput --features cuda -- cuda 1 8 64 256
//! ```
//!
//! First, the program trains a small fleet on the CPU and on the device, and prints the largest difference between the
//! resulting weights, relative to the largest weight. Then it prints a line of JSON for each size of fleet, with the
//! examples per second summed over the fleet. Set the environment variable `GIGABYTES_PER_SECOND` to the memory
//! bandwidth of the device to get the share of the step time that moving the weights alone would take: each weight is
//! read in the forward pass, read in the backward pass, and written. Without the variable, this share is NaN. The
//! variable `SECONDS` sets how many seconds each size is measured (default: 4).

#![expect(clippy::print_stdout, reason = "the example prints its results")]

use burn::prelude::{Device, DeviceKind};
use burn::tensor::{Int, Tensor, TensorData};
use fleet::{Fleet, Member, Store};
use model::{Activation, NetworkConfig, SignMask};
use std::time::Instant;

const BATCH: usize = 10;
const EXAMPLES: usize = 60_000;

fn device(backend: &str) -> Device {
    match backend {
        "flex" => Device::flex(),
        #[cfg(feature = "cuda")]
        "cuda" => Device::cuda(0),
        "wgpu" => Device::wgpu_options()
            .device_kind(DeviceKind::DefaultDevice)
            .init()
            .unwrap_or_else(|e| panic!("wgpu finds no adapter: {e}")),
        other => panic!("backend {other} is unknown, or this program was built without it"),
    }
}

fn network(inputs: usize, hidden: &[usize]) -> NetworkConfig {
    NetworkConfig {
        inputs,
        hidden: hidden.to_vec(),
        outputs: 10,
        activation: Activation::Rectifier,
        sign_mask: SignMask::FairCoin,
    }
}

fn fleet(shape: &NetworkConfig, size: usize, device: &Device) -> Fleet {
    let member = |seed: u64| Member {
        network: shape.init(seed, &Device::flex()),
        learning_rate: 0.01 + 0.0001 * seed as f64,
        l1: vec![1e-5; shape.hidden.len()],
    };
    Fleet::new((0..size as u64).map(member).collect(), device).unwrap_or_else(|e| panic!("{e}"))
}

/// Pseudo-random numbers: the upper halves of the states of a linear congruential generator.
fn draws(seed: u64) -> impl FnMut() -> u32 {
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 32) as u32
    }
}

/// Random examples; about four fifths of their inputs are zero, as in MNIST.
fn store(examples: usize, width: usize, device: &Device) -> Store {
    let mut draw = draws(1);
    let mut input = || {
        let value = draw();
        if value.is_multiple_of(5) { (value >> 8) as f32 / (1 << 24) as f32 } else { 0.0 }
    };
    let inputs = (0..examples * width).map(|_| input()).collect();
    let mut draw = draws(2);
    Store::new(inputs, (0..examples).map(|_| (draw() % 10).cast_signed()).collect(), device)
}

/// A random order of `steps` minibatches for each of `size` networks, `[size, steps * BATCH]`.
fn orders(size: usize, steps: usize, examples: usize, device: &Device) -> Tensor<2, Int> {
    let mut draw = draws(3);
    let rows: Vec<i32> = (0..size * steps * BATCH).map(|_| (draw() % examples as u32).cast_signed()).collect();
    Tensor::from_data(TensorData::new(rows, [size, steps * BATCH]), device)
}

/// The largest difference between the weights after 20 steps on the CPU and on `device`, relative to the largest
/// weight.
fn difference(device: &Device) -> f32 {
    let shape = network(131, &[150, 70, 64]);
    let outcome = |device: &Device| {
        let (size, steps) = (3, 20);
        let store = store(300, 131, device);
        let mut fleet = fleet(&shape, size, device);
        let _ = fleet.learn(&store, &orders(size, steps, 300, device), BATCH);
        let networks = (0..size).map(|member| fleet.network(member));
        let weights = networks.flat_map(|network| {
            let maps = network.hidden.into_iter().map(|layer| layer.affine).chain([network.output]);
            maps.flat_map(|map| map.weight.val().into_data().iter::<f32>().collect::<Vec<_>>()).collect::<Vec<_>>()
        });
        weights.collect::<Vec<f32>>()
    };
    let (expected, found) = (outcome(&Device::flex()), outcome(device));
    let scale = expected.iter().fold(0f32, |most, w| most.max(w.abs()));
    expected.iter().zip(&found).fold(0f32, |most, (e, f)| most.max((e - f).abs())) / scale
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (backend, sizes) =
        arguments.split_first().unwrap_or_else(|| panic!("give a backend and one or more fleet sizes"));
    let device = device(backend);
    let name = device.identity().map_or_else(|| "CPU".to_owned(), |identity| identity.name);
    println!(r#"{{"backend":"{backend}","device":"{name}","difference":{:e}}}"#, difference(&device));
    let shape = network(784, &[1000, 1000, 1000]);
    let patience = std::env::var("SECONDS").ok().and_then(|text| text.parse::<f64>().ok()).unwrap_or(4.0);
    let store = store(EXAMPLES, 784, &device);
    for size in sizes.iter().map(|size| size.parse::<usize>().unwrap_or_else(|e| panic!("fleet size {size}: {e}"))) {
        let steps = 20;
        let orders = orders(size, steps, EXAMPLES, &device);
        let begun = Instant::now();
        let mut fleet = fleet(&shape, size, &device);
        let sums = fleet.learn(&store, &orders, BATCH);
        let _ = sums.into_data();
        let first = begun.elapsed().as_secs_f64();
        let (begun, mut done) = (Instant::now(), 0);
        let mut nll = f32::NAN;
        while begun.elapsed().as_secs_f64() < patience {
            let sums = fleet.learn(&store, &orders, BATCH);
            nll = sums.into_data().iter::<f32>().next().unwrap_or(f32::NAN);
            done += steps;
        }
        let seconds = begun.elapsed().as_secs_f64() / done as f64;
        let moved = (3 * size * shape.parameters() * size_of::<f32>()) as f64;
        let bandwidth = std::env::var("GIGABYTES_PER_SECOND").ok().and_then(|text| text.parse::<f64>().ok());
        let floor = bandwidth.map_or(f64::NAN, |bandwidth| moved / (bandwidth * 1e9) / seconds);
        println!(
            r#"{{"backend":"{backend}","networks":{size},"steps":{done},"first_seconds":{first:.2},"milliseconds_per_step":{:.4},"examples_per_second":{:.0},"gigabytes_per_second":{:.1},"of_bandwidth":"{floor:.3}","nll":{:.4}}}"#,
            seconds * 1e3,
            (size * BATCH) as f64 / seconds,
            moved / seconds / 1e9,
            nll / (steps * BATCH) as f32,
        );
    }
}
