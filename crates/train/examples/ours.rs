//! The benchmarks in `benchmarks/` that time parts of Rectifier instead of whole runs of `train`. This program does the
//! same work, on the same files, as the programs that benchmark the other libraries.
//!
//!     cargo run -p train --example ours -- autoencoder FOLDER --threads 2
//!
//! The program prints the lines of JSON that `benchmarks/README.md` lists.
#![expect(clippy::print_stdout, reason = "an example prints its results")]

use clap::{Parser, ValueEnum};
use kernels::{Activation, Affine, Layer, Reconstruction, SgdStep, Stack};
use model::NetworkConfig;
use random::{RngExt, stream};
use safetensors::SafeTensors;
use serde_json::json;
use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Number of minibatches after which the mean loss of the auto-encoder is first printed.
const REPORT_STEPS: usize = 200;
const INFERENCE_BATCH: usize = 100;
const WARM_UP: usize = 20;
const WORDS: usize = 5000;
const WORDS_BATCH: usize = 10;

#[derive(Parser)]
struct Options {
    #[arg(value_enum)]
    task: Task,
    /// The workload folder.
    folder: PathBuf,
    /// Number of threads; default: one per core that the process may use.
    #[arg(long, default_value_t = std::thread::available_parallelism().map_or(1, usize::from))]
    threads: usize,
    /// Number of timed minibatches of bags of words.
    #[arg(long, default_value_t = 200)]
    steps: usize,
    #[arg(long, default_value_t = 10)]
    batch: usize,
    #[arg(long, default_value_t = 0.01)]
    rate: f32,
    #[arg(long, default_value_t = 0.0)]
    l1: f32,
}

#[derive(Clone, Copy, ValueEnum)]
enum Task {
    /// Train a denoising auto-encoder for one epoch.
    Autoencoder,
    /// Classify single examples and minibatches with a trained network.
    Inference,
    /// Run training steps only, without Burn's Learner, validation or checkpoints.
    Steps,
    /// Run training steps of a layer that reconstructs bags of words.
    Words,
}

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let options = Options::parse();
    match options.task {
        Task::Autoencoder => autoencoder(&options),
        Task::Inference => inference(&options),
        Task::Steps => steps(&options),
        Task::Words => words(&options),
    }
}

fn ready() {
    println!("{}", json!({"ready": true, "version": format!("rectifier {}", env!("CARGO_PKG_VERSION"))}));
}

fn autoencoder(options: &Options) -> Outcome {
    let Options { folder, batch, .. } = options;
    let meta = meta(folder)?;
    let inputs = files::read(&folder.join("train_inputs.u8"))?;
    let masks = files::read(&folder.join("masks.bits"))?;
    let order = numbers(&folder.join("order.u32"))?;
    let epoch = &order[..meta.train];
    let bytes = files::read(&folder.join("autoencoder.safetensors"))?;
    let tensors = SafeTensors::deserialize(&bytes)?;
    let encoder = Layer::new(affine(&tensors, "encoder")?, None, Activation::Rectifier);
    let mut stack = Stack::new(vec![encoder], affine(&tensors, "decoder")?, *batch, options.threads).with_targets();
    let descent = SgdStep { rate: options.rate, l1: &[options.l1] };
    let values = values();
    let mut masked = vec![0; meta.features];
    if !meta.features.is_multiple_of(8) {
        return Err("the number of inputs must be a multiple of 8: each byte of the masks stands for 8 inputs".into());
    }
    // For each possible byte of a mask, eight bytes: 255 where the input is kept and 0 where it is masked. The highest
    // bit of the mask byte stands for the first input.
    let kept: Vec<u64> =
        (0..=255u8).map(|bits| u64::from_le_bytes(std::array::from_fn(|j| 255 * (bits >> (7 - j) & 1)))).collect();
    ready();
    let (mut loss, mut steps) = (0.0, 0);
    for (first, rows) in epoch.chunks(*batch).enumerate() {
        stack.inputs().clear();
        stack.targets().ok_or("the stack has no targets")?.clear();
        for (b, row) in rows.iter().enumerate() {
            let clean = &inputs[*row as usize * meta.features..][..meta.features];
            let start = (first * batch + b) * meta.features / 8;
            let eights = masked.chunks_exact_mut(8).zip(clean.chunks_exact(8));
            for ((masked, clean), bits) in eights.zip(&masks[start..]) {
                let clean = clean.try_into().map_or(0, u64::from_le_bytes);
                masked.copy_from_slice(&(clean & kept[usize::from(*bits)]).to_le_bytes());
            }
            stack.inputs().push_bytes(&masked, &values);
            stack.targets().ok_or("the stack has no targets")?.push_bytes(clean, &values);
        }
        let sums = stack.learn_reconstruction(Reconstruction::SoftplusQuadratic, descent);
        loss += (sums.cost + f64::from(options.l1) * sums.magnitude[0]) / rows.len() as f64;
        steps += 1;
        if steps == REPORT_STEPS {
            println!("{}", json!({"steps": steps, "loss": loss / steps as f64}));
        }
    }
    println!("{}", json!({"epoch": 1, "loss": loss / steps as f64}));
    Ok(())
}

fn inference(options: &Options) -> Outcome {
    let meta = meta(&options.folder)?;
    let bytes = files::read(&options.folder.join("validation_inputs.u8"))?;
    let inputs: Vec<f32> = bytes.iter().map(|byte| f32::from(*byte) / 255.0).collect();
    let bytes = files::read(&options.folder.join("trained.safetensors"))?;
    let mut single = network(&bytes, 1, options.threads)?.without_learning();
    let mut many = network(&bytes, INFERENCE_BATCH, options.threads)?.without_learning();
    ready();
    let rows: Vec<&[f32]> = inputs.chunks(meta.features).collect();
    let mut taken: Vec<f64> = Vec::new();
    for k in 0..200 + 2000 {
        let began = Instant::now();
        black_box(classes(&mut single, &rows[k % rows.len()..][..1]));
        taken.push(began.elapsed().as_secs_f64() * 1e6);
    }
    let taken = sorted(taken.split_off(200));
    println!("{}", json!({"p50_us": taken[taken.len() / 2], "p99_us": taken[taken.len() * 99 / 100]}));
    let mut rates = Vec::new();
    for _ in 0..5 {
        let began = Instant::now();
        let all: Vec<usize> = rows.chunks(INFERENCE_BATCH).flat_map(|rows| classes(&mut many, rows)).collect();
        rates.push(black_box(all).len() as f64 / began.elapsed().as_secs_f64());
    }
    println!("{}", json!({"batch_examples_per_second": median(rates)}));
    Ok(())
}

/// The predicted class of each of `rows`.
fn classes(stack: &mut Stack, rows: &[&[f32]]) -> Vec<usize> {
    stack.inputs().clear();
    for row in rows {
        stack.inputs().push_values(row);
    }
    stack.forward();
    let class = |b| {
        let logits = stack.outputs(b).enumerate();
        logits.fold((0, f32::NEG_INFINITY), |best, next| if next.1 > best.1 { next } else { best }).0
    };
    (0..rows.len()).map(class).collect()
}

fn steps(options: &Options) -> Outcome {
    let Options { folder, batch, .. } = options;
    let meta = meta(folder)?;
    let inputs = files::read(&folder.join("train_inputs.u8"))?;
    let labels = files::read(&folder.join("train_labels.u8"))?;
    let order = numbers(&folder.join("order.u32"))?;
    let mut stack = network(&files::read(&folder.join("initial.safetensors"))?, *batch, options.threads)?;
    let l1 = vec![options.l1; stack.depth()];
    let descent = SgdStep { rate: options.rate, l1: &l1 };
    let values = values();
    let mut of_rows = Vec::with_capacity(*batch);
    ready();
    for (epoch, order) in order.chunks(meta.train).enumerate() {
        let (mut loss, mut weights) = (0.0, 0);
        let began = Instant::now();
        for rows in order.chunks(*batch) {
            stack.inputs().clear();
            of_rows.clear();
            for row in rows {
                stack.inputs().push_bytes(&inputs[*row as usize * meta.features..][..meta.features], &values);
                of_rows.push(u16::from(labels[*row as usize]));
            }
            let sums = stack.learn(&of_rows, descent);
            loss += sums.cost + f64::from(options.l1) * sums.magnitude.iter().sum::<f64>();
            weights += stack.weights_used();
        }
        let seconds = began.elapsed().as_secs_f64();
        let bytes = (3 * size_of::<f32>() * weights) as f64;
        println!(
            "{}",
            json!({
                "epoch": epoch + 1, "loss": loss / order.len() as f64,
                "examples_per_second": order.len() as f64 / seconds,
                "mb_per_step": bytes / 1e6 / order.len().div_ceil(*batch) as f64,
                "gb_per_second": bytes / 1e9 / seconds,
            })
        );
    }
    Ok(())
}

fn words(options: &Options) -> Outcome {
    let words = numbers(&options.folder.join("words.u32"))?;
    let offsets = numbers(&options.folder.join("words_offsets.u32"))?;
    let mut random = stream(1, "benchmark", &[]);
    let weight: Vec<f32> = (0..WORDS * WORDS).map(|_| random.random_range(-0.01..0.01)).collect();
    let output = Affine::new(WORDS, &weight, &vec![0.0; WORDS]);
    let mut stack = Stack::new(Vec::new(), output, WORDS_BATCH, options.threads).with_targets();
    let descent = SgdStep { rate: options.rate, l1: &[] };
    let ones = vec![1.0; WORDS];
    let bags: Vec<&[u32]> = offsets.windows(2).map(|edge| &words[edge[0] as usize..edge[1] as usize]).collect();
    let batches: Vec<_> = bags.chunks_exact(WORDS_BATCH).collect();
    ready();
    let mut taken = Vec::new();
    for k in 0..WARM_UP + options.steps {
        let began = Instant::now();
        stack.inputs().clear();
        stack.targets().ok_or("the stack has no targets")?.clear();
        for bag in batches[k % batches.len()] {
            stack.inputs().push_sparse(bag, &ones[..bag.len()]);
            stack.targets().ok_or("the stack has no targets")?.push_sparse(bag, &ones[..bag.len()]);
        }
        stack.learn_reconstruction(Reconstruction::LinearQuadratic, descent);
        taken.push(began.elapsed().as_secs_f64());
    }
    let note = "a step also computes a quadratic cost, as Stack accepts no gradient: more work than the others do";
    let seconds = median(taken.split_off(WARM_UP));
    println!("{}", json!({"variant": "csr", "seconds_per_step": seconds, "note": note}));
    Ok(())
}

#[derive(serde::Deserialize)]
struct Meta {
    train: usize,
    features: usize,
}

fn meta(folder: &Path) -> Result<Meta, Box<dyn Error>> {
    Ok(serde_json::from_slice(&files::read(&folder.join("meta.json"))?)?)
}

/// The grey value, from 0 to 1, that each byte of an image stands for.
fn values() -> [f32; 256] {
    std::array::from_fn(|byte| byte as f32 / 255.0)
}

fn numbers(path: &Path) -> Result<Vec<u32>, files::Error> {
    let bytes = files::read(path)?;
    Ok(bytes.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect())
}

fn floats(tensors: &SafeTensors, name: &str) -> Result<Vec<f32>, safetensors::SafeTensorError> {
    let bytes = tensors.tensor(name)?.data();
    Ok(bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect())
}

fn affine(tensors: &SafeTensors, name: &str) -> Result<Affine, safetensors::SafeTensorError> {
    let inputs = tensors.tensor(&format!("{name}.weight"))?.shape()[0];
    Ok(Affine::new(inputs, &floats(tensors, &format!("{name}.weight"))?, &floats(tensors, &format!("{name}.bias"))?))
}

/// The network in `record`, a file written by `train` that states the network's shape.
fn network(record: &[u8], batch: usize, threads: usize) -> Result<Stack, Box<dyn Error>> {
    let (_, header) = SafeTensors::read_metadata(record)?;
    let shape = header
        .metadata()
        .as_ref()
        .and_then(|notes| notes.get("network"))
        .ok_or("the record does not state the network's shape")?;
    let shape: NetworkConfig = serde_json::from_str(shape)?;
    let activation @ (Activation::Rectifier | Activation::Tanh) = shape.activation else {
        return Err("only networks of rectifiers or tanh units can be compared with the other libraries".into());
    };
    let tensors = SafeTensors::deserialize(record)?;
    let layer = |k| {
        let signs = floats(&tensors, &format!("hidden.{k}.signs")).ok();
        Ok(Layer::new(affine(&tensors, &format!("hidden.{k}.affine"))?, signs.as_deref(), activation))
    };
    let hidden: Result<_, Box<dyn Error>> = (0..shape.hidden.len()).map(layer).collect();
    Ok(Stack::new(hidden?, affine(&tensors, "output")?, batch, threads))
}

fn sorted(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers
}

fn median(numbers: Vec<f64>) -> f64 {
    let middle = numbers.len() / 2;
    sorted(numbers)[middle]
}
