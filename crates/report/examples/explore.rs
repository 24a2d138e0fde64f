//! Pages of invented networks, to look at their design and to check them in a browser:
//! `cargo run -p report --example explore -- KIND explore.html`, KIND being `one`, `three`, `pair` or `autoencoder`.

use report::explore::{
    Affine, Answer, Effect, Error, Explored, ExploredLayer, Explorer, Formula, Output, Pixels, Sample, write_explorer,
};
use std::path::PathBuf;

const IMAGE: Pixels = Pixels { channels: 1, height: 28, width: 28, maximum: 255, lowest: 0.0 };
const INPUTS: usize = 28 * 28;
const SAMPLES: usize = 12;

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next().unwrap_or_else(|| "three".to_owned());
    let path = arguments.next().map_or_else(|| PathBuf::from("explore.html"), PathBuf::from);
    let softplus = Formula::Softplus { alpha: 1.0 };
    let networks = match kind.as_str() {
        "one" => vec![classifier(Formula::Rectifier, 0)],
        "pair" => vec![classifier(Formula::Pair, 1), classifier(Formula::Absolute, 2)],
        "autoencoder" => {
            vec![autoencoder(Formula::Rectifier, Output::Softplus), autoencoder(softplus, Output::Logistic)]
        }
        _ => vec![classifier(Formula::Rectifier, 0), classifier(softplus, 0), classifier(Formula::Tanh, 0)],
    };
    let classes: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
    let command = format!("cargo run -p report --example explore -- {kind}");
    let samples = samples(&networks);
    let page = Explorer { command: &command, classes: &classes, image: IMAGE, networks: &networks, samples: &samples };
    write_explorer(&path, &page)
}

/// Strokes and rings, and what the rounded networks answer.
fn samples(networks: &[Explored]) -> Vec<Sample> {
    let rounded: Vec<Explored> = networks.iter().map(Explored::rounded).collect();
    let sample = |k| {
        let pixels: Vec<u8> = (0..INPUTS).map(|at| ink(k, at % 28, at / 28)).collect();
        let x: Vec<f32> = pixels.iter().map(|&byte| f32::from(byte) / 255.0).collect();
        Sample { pixels, label: k % 10, answers: rounded.iter().map(|network| answer(network, &x)).collect() }
    };
    (0..SAMPLES).map(sample).collect()
}

fn ink(k: usize, x: usize, y: usize) -> u8 {
    let (x, y, k) = (x as f32 - 13.5, y as f32 - 13.5, k as f32);
    let distance = if k % 2.0 == 0.0 {
        ((x * x + y * y * (0.5 + k / 12.0)).sqrt() - 7.0).abs()
    } else {
        (x * (0.5 * k).cos() + y * (0.5 * k).sin()).abs().max((x * x + y * y).sqrt() - 9.0)
    };
    (255.0 * (2.0 - distance).clamp(0.0, 1.0)).round() as u8
}

/// 784-1000-1000-1000-10.
fn classifier(formula: Formula, seed: u64) -> Explored {
    let mut draws = Draws(seed);
    let outputs = 1000 * formula.outputs_per_unit();
    let mut layer = |inputs| ExploredLayer {
        affine: affine(inputs, 1000, &mut draws),
        signs: (formula == Formula::Absolute).then(|| (0..outputs).map(|k| [1.0, -1.0][k % 2]).collect()),
        formula,
    };
    let hidden = vec![layer(INPUTS), layer(outputs), layer(outputs)];
    Explored {
        name: format!("invented-{formula:?}").to_lowercase().replace(['{', '}', ':', ' '], ""),
        hidden,
        output: affine(outputs, 10, &mut draws),
        answer: Answer::Classes,
        effect: Some(Effect { exact: 0.0143, rounded: 0.0144, examples: 10_000 }),
    }
}

fn autoencoder(formula: Formula, output: Output) -> Explored {
    let mut draws = Draws(7);
    let encoder = ExploredLayer { affine: affine(INPUTS, 500, &mut draws), signs: None, formula };
    Explored {
        name: format!("invented-{output:?}").to_lowercase(),
        hidden: vec![encoder],
        output: affine(500, INPUTS, &mut draws),
        answer: Answer::Reconstruction(output),
        effect: None,
    }
}

fn affine(inputs: usize, units: usize, draws: &mut Draws) -> Affine {
    let range = (6.0 / inputs as f32).sqrt();
    let weight = (0..inputs * units).map(|_| range * draws.next()).collect();
    Affine { weight, bias: (0..units).map(|_| 0.1 * draws.next() - 0.05).collect() }
}

/// Numbers from -1 to 1, the same ones each time.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1u32 << 23) as f32 - 1.0
    }
}

/// What a network answers to x, as plainly as it can be said.
fn answer(network: &Explored, x: &[f32]) -> Vec<f32> {
    let h = network.hidden.iter().fold(x.to_vec(), |x, layer| {
        let outputs = through(&layer.affine, &x).into_iter().flat_map(|z| activate(layer.formula, z));
        let signs = layer.signs.clone().unwrap_or_else(|| vec![1.0; usize::MAX.min(2 * x.len() + 4000)]);
        outputs.zip(signs).map(|(output, sign)| output * sign).collect()
    });
    let f = through(&network.output, &h);
    match network.answer {
        Answer::Classes => softmax(&f),
        Answer::Reconstruction(Output::Softplus) => f.into_iter().map(softplus).collect(),
        Answer::Reconstruction(_) => f.into_iter().map(|f| (1.0 + (-f).exp()).recip()).collect(),
    }
}

fn through(affine: &Affine, x: &[f32]) -> Vec<f32> {
    let mut z = affine.bias.clone();
    for (x, row) in x.iter().zip(affine.weight.chunks(z.len())) {
        z.iter_mut().zip(row).for_each(|(z, weight)| *z += x * weight);
    }
    z
}

fn activate(formula: Formula, z: f32) -> Vec<f32> {
    match formula {
        Formula::Pair => vec![z.max(0.0), (-z).max(0.0)],
        Formula::Softplus { .. } => vec![softplus(z)],
        Formula::Tanh => vec![z.tanh()],
        Formula::Absolute => vec![z.abs()],
        _ => vec![z.max(0.0)],
    }
}

fn softplus(z: f32) -> f32 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

fn softmax(f: &[f32]) -> Vec<f32> {
    let most = f.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = f.iter().map(|f| (f - most).exp()).sum();
    f.iter().map(|f| (f - most).exp() / sum).collect()
}
