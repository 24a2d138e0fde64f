//! Writes the files that the benchmarks of all libraries in `benchmarks/` read: examples and their order, weights,
//! masks, and words.
//!
//! `benchmarks/run.py` runs this program; `benchmarks/README.md` describes the files. With the same seed, `train` uses
//! the same order and the same initial weights of the classifier.

use burn::prelude::Device;
use clap::Parser;
use data::Examples;
use model::{Activation, NetworkConfig, Record, SignMask};
use random::{Rng, RngExt, stream};
use safetensors::{Dtype, tensor::TensorView};
use std::error::Error;
use std::path::PathBuf;
use train::cli::source::SourceArgs;
use train::learning::minibatches::Minibatches;

/// The number of units in each hidden layer, and in the code of the auto-encoder.
const HIDDEN: usize = 1000;
/// The number of words in the vocabulary.
const WORDS: usize = 5000;
/// The number of words in each bag.
const WORDS_PER_EXAMPLE: usize = 30;
/// The number of bags of words.
const BAGS: usize = 2000;

#[derive(Parser)]
struct Options {
    /// The workload folder; created if it does not exist.
    folder: PathBuf,
    /// The folder of a finished run, whose best network becomes trained.safetensors.
    #[arg(long)]
    trained: PathBuf,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of epochs for which to write the order of the examples.
    #[arg(long, default_value_t = 3)]
    epochs: usize,
    /// Number of training examples to write, from the start of the training set; default: all.
    #[arg(long)]
    train: Option<usize>,
    #[command(flatten)]
    source: SourceArgs,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let Options { folder, seed, .. } = &options;
    files::create_folder(folder)?;
    let splits =
        data::load("mnist", &options.source.source(None), &data::Choices::default(), *seed, &mut |_| {})?.splits;
    let train = options.train.map_or_else(|| splits.train.clone(), |count| first(&splits.train, count));
    let (features, classes) = (train.features(), train.classes());
    let network = NetworkConfig {
        inputs: features,
        hidden: vec![HIDDEN; 3],
        outputs: classes,
        activation: Activation::Rectifier,
        sign_mask: SignMask::FairCoin,
    };
    let meta = serde_json::json!({
        "train": train.len(), "validation": splits.validation.len(), "features": features, "classes": classes,
        "epochs": options.epochs, "layers": network.widths(),
    });
    let put = |name: &str, bytes: &[u8]| files::write(&folder.join(name), bytes);
    put("meta.json", meta.to_string().as_bytes())?;
    for (part, examples) in [("train", &train), ("validation", &splits.validation)] {
        let inputs = examples.inputs().as_bytes().ok_or("the inputs must be images stored as bytes")?;
        put(&format!("{part}_inputs.u8"), inputs.rows())?;
        put(&format!("{part}_labels.u8"), &examples.labels())?;
    }
    put("masks.bits", &masks(train.len() * features, *seed))?;
    put("initial.safetensors", &Record::of(&network.init(*seed, &Device::flex()), &network)?.to_safetensors()?)?;
    put("trained.safetensors", &files::read(&options.trained.join("best.safetensors"))?)?;
    put("autoencoder.safetensors", &autoencoder(features, *seed)?)?;
    let (words, offsets) = bags(*seed);
    put("words.u32", &little_endian(words))?;
    put("words_offsets.u32", &little_endian(offsets))?;
    let minibatches = Minibatches::new(train.into(), 1, Device::flex());
    put("order.u32", &little_endian((1..=options.epochs).flat_map(|epoch| minibatches.order(*seed, epoch))))?;
    Ok(())
}

fn first(examples: &Examples, count: usize) -> Examples {
    let rows: Vec<u32> = (0..count.min(examples.len()) as u32).collect();
    examples.select(&rows)
}

fn little_endian(numbers: impl IntoIterator<Item = u32>) -> Vec<u8> {
    numbers.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// Random bits, packed into bytes. Each bit is the logical OR of two fair bits, and therefore 1 with probability 0.75.
fn masks(bits: usize, seed: u64) -> Vec<u8> {
    let mut random = stream(seed, "mask", &[]);
    let words = (0..bits.div_ceil(64)).map(|_| random.next_u64() | random.next_u64());
    words.flat_map(u64::to_le_bytes).take(bits.div_ceil(8)).collect()
}

/// An encoder and a decoder with weights initialised as in Glorot and Bengio (2010) and with zero biases.
fn autoencoder(features: usize, seed: u64) -> Result<Vec<u8>, safetensors::SafeTensorError> {
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    for (name, inputs, outputs) in [("encoder", features, HIDDEN), ("decoder", HIDDEN, features)] {
        let limit = (6.0 / (inputs + outputs) as f32).sqrt();
        let mut random = stream(seed, name, &[]);
        let weight = (0..inputs * outputs).flat_map(|_| random.random_range(-limit..limit).to_le_bytes());
        tensors.push((format!("{name}.weight"), vec![inputs, outputs], weight.collect()));
        tensors.push((format!("{name}.bias"), vec![outputs], vec![0; outputs * size_of::<f32>()]));
    }
    let views =
        tensors.iter().map(|(name, shape, bytes)| Ok((name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)));
    safetensors::serialize(views.collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?, None)
}

/// Bags of distinct words, drawn with frequencies that follow Zipf's law and sorted within each bag, and the offsets at
/// which the bags begin, followed by the total number of words.
fn bags(seed: u64) -> (Vec<u32>, Vec<u32>) {
    let mut total = 0.0;
    let up_to: Vec<f64> = (1..=WORDS)
        .map(|rank| {
            total += 1.0 / rank as f64;
            total
        })
        .collect();
    let mut random = stream(seed, "words", &[]);
    let (mut words, mut offsets) = (Vec::new(), vec![0]);
    for _ in 0..BAGS {
        let mut bag = std::collections::BTreeSet::new();
        while bag.len() < WORDS_PER_EXAMPLE {
            let drawn = random.random_range(0.0..total);
            bag.insert(up_to.partition_point(|edge| *edge <= drawn) as u32);
        }
        words.extend(bag);
        offsets.push(words.len() as u32);
    }
    (words, offsets)
}
