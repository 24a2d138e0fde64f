//! Writes the page of an invented run, for reviewing the design of the page:
//! `cargo run -p report --example page -- report.html`.

use report::{Activations, Confused, Counts, Epoch, Error, Image, Manifest, Page, RunResult, Stage, write_page};
use std::collections::BTreeMap;
use std::path::PathBuf;

const EPOCHS: usize = 60;
const SELECTED: usize = 38;
const EXAMPLES: Counts = Counts { train: 50_000, validation: 10_000, test: 10_000 };
const SIDE: usize = 28;

fn main() -> Result<(), Error> {
    let path = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("report.html"), PathBuf::from);
    let epochs: Vec<Epoch> = (1..=EPOCHS).map(epoch).collect();
    let page = Page {
        manifest: &manifest(),
        config: include_str!("page.toml"),
        epochs: &epochs,
        result: &result(),
        confusion: &(0..10).map(|actual| (0..10).map(|k| times(actual, k)).collect()).collect::<Vec<Vec<usize>>>(),
        predictions: &[],
        filters: (0..100).map(filter).collect(),
        pretrained_filters: vec![],
        confused: (0..12).map(confused).collect(),
        pretraining: &[],
        reconstructed: vec![],
        stages: stages(),
    };
    write_page(&path, &page)
}

fn manifest() -> Manifest {
    Manifest {
        name: "invented-mnist-seed1".to_owned(),
        command: "train --config artifacts/invented-mnist-seed1/config.toml".to_owned(),
        version: "0.1.0".to_owned(),
        commit: None,
        burn: "0.22.1".to_owned(),
        dataset: "mnist".to_owned(),
        credit: "Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits; CC BY-SA 3.0"
            .to_owned(),
        checksums: BTreeMap::from([
            ("t10k-images-idx3-ubyte.gz".to_owned(), "0123456789abcdef".repeat(4)),
            ("train-images-idx3-ubyte.gz".to_owned(), "fedcba9876543210".repeat(4)),
        ]),
        classes: vec![],
        facts: BTreeMap::new(),
        look: None,
        predicted: None,
        examples: EXAMPLES,
        seed: 1,
        backend: "flex".to_owned(),
        engine: "sparse".to_owned(),
        instruction_set: "avx2".to_owned(),
        processor: None,
        device: "CPU, 16 threads".to_owned(),
        parameters: 2_797_010,
        layers: vec![784, 1000, 1000, 1000, 10],
        activation: "rectifier".to_owned(),
    }
}

fn result() -> RunResult {
    RunResult {
        dataset: "mnist".to_owned(),
        seed: 1,
        backend: "flex".to_owned(),
        epochs: EPOCHS,
        selected_epoch: SELECTED,
        validation_error: epoch(SELECTED).validation_error,
        test_error: 0.0143,
        test_nll: 0.0612,
        validation_rmse: None,
        test_rmse: None,
        test_mae: None,
        test_r2: None,
        baseline_error: None,
        constant_rmse: None,
        pretraining: vec![],
        pretraining_seconds: None,
        last: None,
        sparsity: epoch(SELECTED).validation_sparsity,
        dead_units: vec![312, 41, 0],
        examples_per_second: 8412.0,
        training_seconds: 356.6,
        stopped: "patience".to_owned(),
        examples: EXAMPLES,
    }
}

fn epoch(number: usize) -> Epoch {
    let t = number as f64;
    let wobble = (2.3 * t).sin() * 0.0006;
    let train_nll = 0.45 * (-t / 7.0).exp() + 0.002;
    let train_error = if number > 50 { 0.0 } else { 0.11 * (-t / 6.0).exp() };
    let sparsity: Vec<f64> = [0.97, 0.91, 0.84].iter().map(|end| end - 0.4 * (-t / 9.0).exp()).collect();
    Epoch {
        epoch: number,
        train_loss: train_nll + 0.01,
        train_nll,
        train_error,
        train_sparsity: sparsity.clone(),
        validation_nll: 0.2 * (-t / 5.0).exp() + 0.06 + 0.000_3 * t,
        validation_error: 0.04 * (-t / 6.0).exp() + 0.016 + wobble,
        validation_sparsity: sparsity,
        best: number <= SELECTED && number.is_multiple_of(5),
    }
}

fn times(actual: usize, predicted: usize) -> usize {
    if actual == predicted {
        960 + 13 * actual
    } else {
        (actual * 7 + predicted * 5) % 11 * usize::from((actual + predicted).is_multiple_of(3))
    }
}

/// A localised wave, which resembles many trained filters; `k` determines its direction, wavelength and position.
fn filter(k: usize) -> Image {
    let (direction, centre) = (k as f32 * 0.7, 8.0 + (k * 5 % 12) as f32);
    let value = |x: usize, y: usize| {
        let (x, y) = (x as f32 - centre, y as f32 - 20.0 + (k * 3 % 12) as f32);
        let along = x * direction.cos() + y * direction.sin();
        0.3 * (along / (1.2 + (k % 4) as f32 / 2.0)).cos() * (-(x * x + y * y) / 40.0).exp()
    };
    draw(value)
}

fn confused(k: usize) -> Confused {
    let ring = |x: usize, y: usize| {
        let (x, y) = (x as f32 - 13.5, y as f32 - 13.5);
        let distance = (x * x + y * y * (0.4 + k as f32 / 12.0)).sqrt();
        (-(distance - 7.0) * (distance - 7.0) / 4.0).exp()
    };
    Confused { image: draw(ring), label: k % 10, predicted: (k * 3 + 1) % 10, probability: 0.9999 - 0.004 * k as f64 }
}

/// Invented outputs of three layers at three stages. Outputs other than 0 become rarer and larger from stage to stage,
/// and rarer from layer to layer.
fn stages() -> Vec<Stage> {
    let stages = [("initialisation", 0.5, 0.4), ("after pre-training", 0.7, 0.8), ("after fine-tuning", 0.8, 1.1)];
    let layers = |zeros: f64, mean| (0..3).map(|k| outputs(zeros + 0.05 * f64::from(k), mean)).collect();
    stages.map(|(name, zeros, mean)| Stage { name: name.to_owned(), layers: layers(zeros, mean) }).to_vec()
}

/// Invented outputs: the fraction `zeros` of the outputs is exactly 0, and the other outputs have an exponential
/// distribution with the mean `mean`.
fn outputs(zeros: f64, mean: f64) -> Activations {
    let places = (1..=20_000).map(|k| f64::from(k) / 20_000.0);
    let output = |place: f64| if place > 1.0 - zeros { 0.0 } else { -mean * (place / (1.0 - zeros)).ln() };
    Activations::of(&places.map(|place| output(place) as f32).collect::<Vec<f32>>())
}

fn draw(value: impl Fn(usize, usize) -> f32) -> Image {
    let pixels = (0..SIDE * SIDE).map(|at| value(at % SIDE, at / SIDE)).collect();
    Image { channels: 1, width: SIDE, height: SIDE, pixels }
}
