//! The auto-encoder of a run's first layer, as shown by the explorer page.

use super::{Shown, classifier};
use crate::cli::portable;
use crate::cli::trained::Trained;
use crate::failure::Failure;
use crate::learning::checkpoint::Snapshot;
use crate::learning::minibatches::{Minibatches, eval_batch_size};
use crate::run::id;
use burn::prelude::Device;
use burn::tensor::{Tensor, TensorData};
use data::Examples;
use exchange::{Notes, Parts, Portable};
use model::{NetworkConfig, Reconstruct, Reconstruction, Target};
use report::RunResult;
use report::explore::{Answer, Effect, Explored};
use std::sync::Arc;

/// The auto-encoder with which the first layer of `network`, the network of the run `trained`, was pre-trained. The mean
/// cost on `test` is measured with the exact weights and with the rounded weights.
pub(super) fn shown(trained: &Trained, network: &Portable, test: &Arc<Examples>) -> Result<Shown, Failure> {
    let Some(folder) = &trained.run else {
        let file = trained.path.display();
        return Err(Failure::Usage(format!(
            "{file} has no auto-encoder; leave out --part, or give the folder of a run"
        )));
    };
    let result: RunResult = report::read_result(&folder.result())?;
    let config = folder.read_config()?;
    let run = id::of(&config, None);
    let (Some(pretraining), Some(first)) = (config.pretraining, result.pretraining.first()) else {
        return Err(Failure::Usage(format!(
            "{} was not pre-trained; leave out --part, or choose a run with [pretraining]",
            folder.path().display()
        )));
    };
    let shape = portable::config(network.parts());
    let shape = NetworkConfig { hidden: vec![shape.hidden[0]], outputs: shape.inputs, ..shape };
    let checkpoint = folder.pretraining_checkpoint(1, first.learning_rate);
    let snapshot = Snapshot::load(&checkpoint, &run, &shape, &Device::flex())?;
    // Finished pre-training always has a best network.
    let best = snapshot.best.unwrap_or(snapshot.last);
    let reconstruction = pretraining.reconstruction;
    let parts = portable::parts(&best, shape.activation, Notes::default());
    let exact = classifier::explored(&trained.name(), &parts, Answer::Reconstruction(reconstruction));
    let rounded = classifier::parts(&exact.rounded());
    let lowest = network.parts().notes.pixels().map_or(0.0, |pixels| pixels.lowest);
    let target = Target::for_inputs(lowest, reconstruction);
    let cost = |parts: &Parts| cost(parts, reconstruction, target, test);
    let effect = Effect { exact: cost(&parts), rounded: cost(&rounded), examples: test.len() };
    let autoencoder = portable::network(&rounded, &Device::flex());
    let answer = move |inputs: &[f32]| {
        let row = Tensor::<2>::from_data(TensorData::new(inputs.to_vec(), [1, inputs.len()]), &Device::flex());
        let f = autoencoder.forward(row).logits.into_data();
        Ok(f.iter::<f32>().map(|f| reconstruction.output(f)).collect())
    };
    Ok(Shown { explored: Explored { effect: Some(effect), ..exact }, answer: Box::new(answer) })
}

/// The mean cost per example of reconstructing `test` from uncorrupted inputs.
fn cost(parts: &Parts, reconstruction: Reconstruction, target: Target, test: &Arc<Examples>) -> f64 {
    let device = Device::flex();
    let autoencoder = portable::network(parts, &device);
    let minibatches = Minibatches::new(test.clone(), eval_batch_size(test.features()), device);
    let rows: Vec<u32> = (0..test.len() as u32).collect();
    let costs = rows.chunks(minibatches.size()).map(|rows| {
        let x = minibatches.batch(rows).inputs.values;
        let targets: Vec<f32> = x.to_data().iter::<f32>().map(|x| target.of(x)).collect();
        let targets = Tensor::from_data(TensorData::new(targets, x.dims()), &x.device());
        reconstruction.cost(autoencoder.forward(x).logits, &targets).sum().into_scalar::<f64>()
    });
    costs.sum::<f64>() / test.len() as f64
}
