//! In the course of training, the memory of the process grows by less than 8 MiB in 2,000 steps.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![cfg(target_os = "linux")]

use burn::optim::SgdConfig;
use model::{Activation, NetworkConfig, SignMask};
use std::sync::Arc;
use train::config::Penalty;
use train::config::backend::Backend;
use train::learning::autodiff::objective::Objective;
use train::learning::minibatches::Minibatches;
use train::learning::tally::Tally;

#[test]
fn memory_is_flat_over_2000_steps() {
    let device = Backend::Flex.device().unwrap().autodiff();
    let digits = Arc::new(data::digits::all());
    let config = NetworkConfig {
        inputs: 64,
        hidden: vec![100, 100],
        outputs: 10,
        activation: Activation::Rectifier,
        sign_mask: SignMask::FairCoin,
    };
    let minibatches = Minibatches::new(digits, 10, device.clone());
    let mut objective = Objective::new(config.init(1, &device), Penalty::Same(0.001));
    let mut sgd = SgdConfig::new().init();
    let mut tally = Tally::new(&objective.units());
    let mut steps = |count: usize| {
        let order = minibatches.order(1, 1);
        for batch in minibatches.in_order(&order.repeat(20), 0).take(count) {
            let (gradients, measured) = objective.gradients(batch);
            tally.add(&Tally::total(&objective.units(), &[measured]));
            objective = sgd.step(0.01, objective.clone(), gradients);
        }
    };
    steps(500);
    let before = resident_bytes();
    steps(2000);
    let grown = resident_bytes().saturating_sub(before);
    // A leak of the network's parameters in every step would add 140 MB.
    assert!(grown < 8 << 20, "the memory grew by {grown} bytes in 2,000 steps");
}

fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}
