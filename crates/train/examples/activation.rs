//! Trains a network on the embedded digits with an activation that Rectifier does not provide, x / (1 + |x|), by Burn's
//! autodiff.
//!
//!     cargo run -p train --example activation
#![expect(clippy::print_stdout, reason = "an example prints its results")]

use burn::optim::{GradientsParams, SgdConfig};
use burn::prelude::Device;
use burn::tensor::Tensor;
use model::{Activation, Network, NetworkConfig, Rows, SignMask, loss};
use std::sync::Arc;
use train::learning::minibatches::Minibatches;

/// The logits of `network`, whose hidden units are linear, with the new activation applied after each hidden layer.
fn logits(network: &Network, inputs: Rows) -> Tensor<2> {
    let softsign = |x: Tensor<2>| x.clone() / (x.abs() + 1.0);
    let hidden = network.hidden.iter().fold(inputs, |rows, layer| softsign(layer.forward(rows)).into());
    hidden.through(&network.output)
}

fn main() {
    let device = Device::flex().autodiff();
    let digits = data::digits::load(1).splits;
    let (hidden, activation, sign_mask) = (vec![200, 200], Activation::Linear, SignMask::None);
    let shape = NetworkConfig { inputs: 64, hidden, outputs: 10, activation, sign_mask };
    let (mut network, mut descent) = (shape.init(1, &device), SgdConfig::new().init());
    let train = Minibatches::new(Arc::new(digits.train), 10, device.clone());
    for epoch in 1..=10 {
        for batch in train.in_order(&train.order(1, epoch), 0) {
            let cost = loss::nll(logits(&network, batch.inputs), batch.labels).mean();
            let gradients = GradientsParams::from_grads(cost.backward(), &network);
            network = descent.step(0.1, network, gradients);
        }
    }
    let rows: Vec<u32> = (0..300).collect();
    let test = Minibatches::new(Arc::new(digits.test), 300, device).batch(&rows);
    let wrong = logits(&network, test.inputs).argmax(1).squeeze_dim::<1>(1).not_equal(test.labels);
    println!("test error {:.2} %", 100.0 * wrong.float().mean().into_scalar::<f32>());
}
