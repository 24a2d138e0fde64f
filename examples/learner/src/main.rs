//! Burn's Learner with its stock strategy, loaders and metrics on the networks and data of this project: a program to copy.
//! It trains rectifiers on the embedded UCI digits, on the CPU or on a GPU (`cargo run --features wgpu -- wgpu`), and ends
//! with the error on test examples.

use burn::data::dataloader::{DataLoader, DataLoaderBuilder, batcher::Batcher};
use burn::data::dataset::InMemDataset;
use burn::optim::SgdConfig;
use burn::prelude::*;
use burn::train::metric::{AccuracyMetric, LossMetric};
use burn::train::{ClassificationOutput, InferenceStep, Learner, SupervisedTraining, TrainOutput, TrainStep};
use data::Examples;
use model::{Activation, Network, NetworkConfig, SignMask, loss};
use std::sync::Arc;

#[global_allocator] // Burn allocates a tensor per operation: training is twice as fast as with glibc's
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Clone, Debug)]
struct Batch {
    inputs: Tensor<2>,      // [examples, features]
    labels: Tensor<1, Int>, // [examples]
}

/// Makes minibatches of the rows of a data set.
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

/// The network as the Learner wants it: each step returns what the metrics read.
#[derive(Module, Debug)]
struct Classifier {
    network: Network,
}

impl InferenceStep for Classifier {
    type Input = Batch;
    type Output = ClassificationOutput;

    fn step(&self, batch: Batch) -> ClassificationOutput {
        let logits = self.network.forward(batch.inputs).logits;
        let nll = loss::nll(logits.clone(), batch.labels.clone()); // per example: LossMetric weighs batches by its length
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
        Some(other) => return Err(format!("{other} is not in this build; build with --features {other}").into()),
    };
    let digits = data::digits::load(1).splits;
    let (inputs, outputs) = (digits.train.features(), digits.train.classes());
    let (activation, sign_mask) = (Activation::Rectifier, SignMask::FairCoin);
    let config = NetworkConfig { inputs, hidden: vec![100, 100], outputs, activation, sign_mask };
    let model = Classifier { network: config.init(1, &device.clone().autodiff()) };

    let (train, validation) = (minibatches(digits.train, &device), minibatches(digits.validation, &device));
    let training = SupervisedTraining::<Classifier>::new("artifacts/learner", train, validation)
        .metrics((LossMetric::new(), AccuracyMetric::new()))
        .num_epochs(10);
    let result = training.summary().launch(Learner::new(model, SgdConfig::new().init(), 0.1));
    drop(result.renderer); // gives the terminal back
    result.error.map_or(Ok(()), |error| Err(error.to_string()))?;

    let rows = (0..digits.test.len() as u32).collect();
    let test = Rows(Arc::new(digits.test)).batch(rows, &device);
    let predicted = result.model.network.forward(test.inputs).logits.argmax(1).squeeze_dim::<1>(1);
    let error: f32 = predicted.not_equal(test.labels).float().mean().into_scalar();
    println!("test error {:.2} %", 100.0 * error);
    Ok(())
}
