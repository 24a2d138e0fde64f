//! A template for programs that train the networks of this project on the data of this project with Burn's Learner, and
//! with Burn's default strategy, loaders and metrics.
//!
//! The program trains on the embedded UCI digits, on the CPU or on a GPU (`cargo run --features wgpu -- wgpu`), and
//! prints the test error.

use burn::data::dataloader::{DataLoader, DataLoaderBuilder, batcher::Batcher};
use burn::data::dataset::InMemDataset;
use burn::prelude::*;
use burn::train::metric::{AccuracyMetric, LossMetric};
use burn::train::{ClassificationOutput, InferenceStep, Learner, SupervisedTraining, TrainOutput, TrainStep};
use data::Examples;
use model::{Activation, Network, NetworkConfig, SignMask, loss};
use std::sync::Arc;

#[global_allocator] // Burn allocates a tensor for each operation; with glibc's allocator, training takes twice as long
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Clone, Debug)]
struct Batch {
    inputs: Tensor<2>,      // [examples, features]
    labels: Tensor<1, Int>, // [examples]
}

/// A batcher that gathers the examples with the given row indices.
struct Rows(Arc<Examples>);

impl Batcher<u32, Batch> for Rows {
    fn batch(&self, rows: Vec<u32>, device: &Device) -> Batch {
        let (mut inputs, mut labels) = (Vec::new(), Vec::new());
        self.0.gather(&rows, &mut inputs, &mut labels);
        let inputs = TensorData::new(inputs, [rows.len(), self.0.features()]);
        Batch { inputs: Tensor::from_data(inputs, device), labels: Tensor::from_data(labels.as_slice(), device) }
    }
}

fn minibatches(examples: Examples, device: &Device) -> Arc<dyn DataLoader<Batch>> {
    let rows = InMemDataset::new((0..examples.len() as u32).collect());
    let loader = DataLoaderBuilder::new(Rows(Arc::new(examples))).batch_size(20).shuffle(1);
    loader.set_device(device.clone()).build(rows)
}

/// The network with the steps that the Learner requires. Each step returns the values from which the metrics are
/// computed.
#[derive(Module, Debug)]
struct Classifier {
    network: Network,
}

impl InferenceStep for Classifier {
    type Input = Batch;
    type Output = ClassificationOutput;
    fn step(&self, batch: Batch) -> ClassificationOutput {
        let logits = self.network.forward(batch.inputs).logits;
        let nll = loss::nll(logits.clone(), batch.labels.clone()); // one value for each example
        ClassificationOutput::new(nll, logits, batch.labels)
    }
}

impl TrainStep for Classifier {
    type Input = Batch;
    type Output = ClassificationOutput;
    fn step(&self, batch: Batch) -> TrainOutput<ClassificationOutput> {
        let output = InferenceStep::step(self, batch);
        TrainOutput::new(self, output.loss.clone().mean().backward(), output)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let device = match std::env::args().nth(1).as_deref() {
        None => Device::flex(),
        #[cfg(feature = "wgpu")]
        Some("wgpu") => Device::wgpu(DeviceKind::DefaultDevice),
        Some(other) => return Err(format!("this build has no backend '{other}'; wgpu needs --features wgpu").into()),
    };
    let digits = data::digits::load(1).splits;
    let (inputs, outputs) = (digits.train.features(), digits.train.classes());
    let (activation, sign_mask) = (Activation::Rectifier, SignMask::FairCoin);
    let config = NetworkConfig { inputs, hidden: vec![100, 100], outputs, activation, sign_mask };
    let model = Classifier { network: config.init(1, &device.clone().autodiff()) };

    let (train, validation) = (minibatches(digits.train, &device), minibatches(digits.validation, &device));
    let training = SupervisedTraining::<Classifier>::new("artifacts/learner", train, validation).num_epochs(10);
    let training = training.metrics((LossMetric::new(), AccuracyMetric::new())).summary();
    let result = training.launch(Learner::new(model, burn::optim::SgdConfig::new().init(), 0.1));
    drop(result.renderer); // restores the terminal
    result.error.map_or(Ok(()), |error| Err(error.to_string()))?;

    let rows = (0..digits.test.len() as u32).collect();
    let test = Rows(Arc::new(digits.test)).batch(rows, &device);
    let predicted = result.model.network.forward(test.inputs).logits.argmax(1).squeeze_dim::<1>(1);
    println!("test error {:.2} %", 100.0 * predicted.not_equal(test.labels).float().mean().into_scalar::<f32>());
    Ok(())
}
