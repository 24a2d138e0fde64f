//! Figure 3 of the paper with all its networks at their full size, side by side on a GPU: the cells of the plan `figure3` at
//! scale `paper`, for as many epochs as fit the time.
//!
//! ```text
//! cargo run --release -p fleet --example figure3 --features cuda -- cuda MNIST_FOLDER RESULTS.jsonl EPOCHS SECONDS
//! ```
//!
//! The epoch of each network is the one with the lowest validation error; the test set is looked at once, at the end. Each
//! line of the results is a network. `NETWORKS` takes the first few of them only.

#![expect(clippy::print_stdout, reason = "a program that prints how far it is")]

use burn::prelude::{Device, DeviceKind};
use burn::tensor::{Int, Tensor, TensorData};
use data::{Choices, Examples, Source};
use fleet::{Fleet, Member, Store};
use model::{Activation, Network, NetworkConfig, SignMask};
use plan::{Plan, ScaleName};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

const PLAN: &str = include_str!("../../../configs/paper/figure3.toml");
const BATCH: usize = 10;
const RATE: f64 = 0.1;

/// A network of the plan.
struct Planned {
    cell: String,
    l1: f64,
    seed: u64,
}

fn planned() -> Result<Vec<Planned>, Box<dyn std::error::Error>> {
    let plan = Plan::parse(Path::new("figure3.toml"), PLAN)?;
    let mut all = Vec::new();
    for cell in plan.cells(ScaleName::Paper) {
        let settings = &cell.points[0].reported[0].settings;
        let number = |key: &str| settings.get(key).and_then(toml::Value::as_float);
        let seed = settings.get("training.seed").and_then(toml::Value::as_integer).unwrap_or(2);
        let (l1, seed) = (number("training.l1").unwrap_or(0.0), u64::try_from(seed)?);
        all.push(Planned { cell: cell.name, l1, seed });
    }
    Ok(all)
}

fn store(examples: &Examples, device: &Device) -> Store {
    let rows: Vec<u32> = (0..examples.len() as u32).collect();
    let (mut inputs, mut labels) = (Vec::new(), Vec::new());
    examples.gather(&rows, &mut inputs, &mut labels);
    Store::new(inputs, labels, device)
}

/// The order of epoch `epoch` for each network, `[R, examples]`.
fn orders(all: &[Planned], examples: &Examples, epoch: usize, device: &Device) -> Tensor<2, Int> {
    let rows: Vec<i32> = all
        .iter()
        .flat_map(|one| examples.order(one.seed, epoch))
        .map(|row| i32::try_from(row).unwrap_or(i32::MAX))
        .collect();
    Tensor::from_data(TensorData::new(rows, [all.len(), examples.len()]), device)
}

/// Mean nll, error and zeros of each network over `examples`.
fn measured(fleet: &Fleet, store: &Store) -> Vec<[f64; 3]> {
    let (layers, count) = (fleet.outputs().len(), store.len() as f64);
    let rows = store.in_stored_order(fleet.size(), 0, store.len());
    let sums: Vec<f64> = fleet.measure(store, &rows, 100).into_data().iter::<f32>().map(f64::from).collect();
    let outputs: usize = fleet.outputs().iter().sum();
    let zeros = |row: &[f64]| row[2 + layers..].iter().sum::<f64>() / (count * outputs as f64);
    sums.chunks(2 + 2 * layers).map(|row| [row[0] / count, row[1] / count, zeros(row)]).collect()
}

/// The best network of each so far: with its validation error and nll, and its epoch.
type Best = (Network, [f64; 2], usize);

fn member(one: &Planned, network: Network) -> Member {
    Member { network, learning_rate: RATE, l1: vec![one.l1; 3] }
}

fn device(backend: &str) -> Result<Device, Box<dyn std::error::Error>> {
    match backend {
        #[cfg(feature = "cuda")]
        "cuda" => Ok(Device::cuda(0)),
        _ => Ok(Device::wgpu_options().device_kind(DeviceKind::DefaultDevice).init()?),
    }
}

/// A line for each network, and one for all.
fn lines(all: &[Planned], best: &[Best], tested: &[[f64; 3]], epochs: usize) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for ((one, (_, [error, _], chosen)), [_, test_error, zeros]) in all.iter().zip(best).zip(tested) {
        let Planned { cell, l1, seed } = one;
        writeln!(
            text,
            r#"{{"cell":"{cell}","l1":{l1:e},"seed":{seed},"epochs":{epochs},"selected_epoch":{chosen},"validation_error":{error:.5},"test_error":{test_error:.5},"sparsity":{zeros:.5}}}"#
        )?;
    }
    Ok(text)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [backend, folder, results, epochs, seconds] = &arguments[..] else {
        return Err("give a backend, the folder of MNIST, a file, epochs and seconds".into());
    };
    let (epochs, seconds): (usize, f64) = (epochs.parse()?, seconds.parse()?);
    let device = device(backend)?;
    let source = Source { data_dir: Some(folder.into()), network: data::Network::Offline };
    let splits = data::load("mnist", &source, &Choices::default(), 1, &mut |_| {})?.splits;
    let [train, validation, test] = [&splits.train, &splits.validation, &splits.test].map(|part| store(part, &device));
    let mut all = planned()?;
    all.truncate(std::env::var("NETWORKS").ok().and_then(|text| text.parse().ok()).unwrap_or(all.len()));
    let shape = NetworkConfig {
        inputs: 784,
        hidden: vec![1000; 3],
        outputs: 10,
        activation: Activation::Rectifier,
        sign_mask: SignMask::FairCoin,
    };
    let begun = Instant::now();
    let fresh = |one: &Planned| shape.init(one.seed, &Device::flex());
    let mut fleet = Fleet::new(all.iter().map(|one| member(one, fresh(one))).collect(), &device)?;
    let made = begun.elapsed().as_secs_f64();
    let mut best: Vec<Best> = all.iter().map(|one| (fresh(one), [f64::INFINITY; 2], 0)).collect();
    let (mut epoch, training) = (0, Instant::now());
    while epoch < epochs && training.elapsed().as_secs_f64() < seconds {
        epoch += 1;
        fleet = fleet.learn(&train, &orders(&all, &splits.train, epoch, &device), BATCH).0;
        for (place, [nll, error, _]) in measured(&fleet, &validation).into_iter().enumerate() {
            if [error, nll] < best[place].1 {
                best[place] = (fleet.network(place), [error, nll], epoch);
            }
        }
        println!("epoch {epoch} after {:.1} s", training.elapsed().as_secs_f64());
    }
    let wall = begun.elapsed().as_secs_f64();
    let chosen = all.iter().zip(&best).map(|(one, (network, ..))| member(one, network.clone()));
    let tested = measured(&Fleet::new(chosen.collect(), &device)?, &test);
    let name = device.identity().map_or_else(|| "CPU".to_owned(), |identity| identity.name);
    let mut text = lines(&all, &best, &tested, epoch)?;
    let count = all.len();
    writeln!(text, r#"{{"networks":{count},"seconds_to_make":{made:.1},"seconds":{wall:.1},"device":"{name}"}}"#)?;
    files::write(Path::new(results), text.as_bytes())?;
    println!("{count} networks, {epoch} epochs: {wall:.1} s");
    Ok(())
}
