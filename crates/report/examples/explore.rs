//! Writes an explorer page of invented networks, for reviewing the design and for checking the page in a browser:
//! `cargo run -p report --example explore -- KIND explore.html`, where KIND is `one`, `three`, `pairs`, `autoencoders`,
//! or `rare`, which has units of every kind and reads coloured images of letters.

use exchange::Affine;
use preprocessing::{Form, Pixels, Standard};
use report::explore::{Answer, Effect, Error, Explored, ExploredLayer, Explorer, Sample, write_explorer};
use std::path::PathBuf;
use units::{Activation, Reconstruction};

const SOFTPLUS: Activation = Activation::Softplus { alpha: 1.0 };
const SAMPLES: usize = 12;

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next().unwrap_or_else(|| "three".to_owned());
    let path = arguments.next().map_or_else(|| PathBuf::from("explore.html"), PathBuf::from);
    let (image, networks) = networks(&kind);
    let classes: Vec<String> = ('a'..='z').map(String::from).collect();
    let classes = if kind == "rare" { classes } else { (0..10).map(|digit| digit.to_string()).collect() };
    let command = format!("cargo run -p report --example explore -- {kind}");
    let samples = samples(&image, &networks);
    let page = Explorer { command: &command, classes: &classes, image, networks: &networks, samples: &samples };
    write_explorer(&path, &page)
}

fn networks(kind: &str) -> (Pixels, Vec<Explored>) {
    let thousands = |activation| Shape { image: digits(), hidden: vec![activation; 3], units: 1000 };
    let code = |activation| Shape { image: digits(), hidden: vec![activation], units: 500 };
    let rare = |hidden: Vec<Activation>| Shape { image: colours(), hidden, units: 80 };
    match kind {
        "one" => (digits(), vec![thousands(Activation::Rectifier).classifier("rectifier")]),
        "pairs" => (
            digits(),
            vec![
                thousands(Activation::Pair).classifier("pairs"),
                thousands(Activation::Absolute).classifier("absolute"),
            ],
        ),
        "autoencoders" => (
            digits(),
            vec![
                code(Activation::Rectifier).autoencoder("rectifier to softplus", Reconstruction::SoftplusQuadratic),
                code(Activation::Logistic).autoencoder("logistic to logistic", Reconstruction::LogisticCrossEntropy),
                code(Activation::Tanh).autoencoder("tanh to tanh", Reconstruction::TanhCrossEntropy),
            ],
        ),
        "rare" => {
            let [classes, lines, rectifiers] = thirds();
            let lines = rare(lines).autoencoder("to lines", Reconstruction::LinearQuadratic);
            let rectifiers = rare(rectifiers).autoencoder("to rectifiers", Reconstruction::RectifierQuadratic);
            (colours(), vec![rare(classes).classifier("of classes"), lines, rectifiers])
        }
        _ => (
            digits(),
            vec![
                thousands(Activation::Rectifier).classifier("rectifier"),
                thousands(SOFTPLUS).classifier("softplus"),
                thousands(Activation::Tanh).classifier("tanh"),
            ],
        ),
    }
}

/// The preprocessing of the digits of MNIST: grey images of 28 x 28 pixels, centred by centre of mass.
fn digits() -> Pixels {
    Pixels { form: Some(Form::CentreOfMass), ..Pixels::plain([1, 28, 28], 255, 0.0) }
}

/// The preprocessing of coloured images of 20 x 20 pixels, with a mean and a standard deviation for each plane.
fn colours() -> Pixels {
    let standard = [(0.5, 0.25), (-0.125, 0.75), (0.0, 1.0)].map(|(mean, deviation)| Standard { mean, deviation });
    Pixels { standard: standard.to_vec(), ..Pixels::plain([3, 20, 20], 255, -1.0) }
}

/// All activations, dealt out in turn to the layers of three networks.
fn thirds() -> [Vec<Activation>; 3] {
    [0, 1, 2].map(|first| Activation::ALL.into_iter().skip(first).step_by(3).collect())
}

/// The shape of an invented network: its images, the activation of each hidden layer, and the units per hidden layer.
struct Shape {
    image: Pixels,
    hidden: Vec<Activation>,
    units: usize,
}

impl Shape {
    fn inputs(&self) -> usize {
        self.image.channels * self.image.height * self.image.width
    }

    fn classifier(&self, name: &str) -> Explored {
        let effect = Effect { exact: 0.0143, rounded: 0.0144, examples: 10_000 };
        let classes = if self.image == digits() { 10 } else { 26 };
        Explored { effect: Some(effect), ..self.network(name, classes, Answer::Classes) }
    }

    fn autoencoder(&self, name: &str, reconstruction: Reconstruction) -> Explored {
        self.network(name, self.inputs(), Answer::Reconstruction(reconstruction))
    }

    /// A network of this shape with invented weights. Only the third hidden layer has a sign mask, unless that layer
    /// consists of rectifiers.
    fn network(&self, name: &str, outputs: usize, answer: Answer) -> Explored {
        let mut draws = Draws(1);
        let mut width = self.inputs();
        let mut hidden: Vec<ExploredLayer> = Vec::new();
        for &activation in &self.hidden {
            let affine = affine(width, self.units, &mut draws);
            width = self.units * activation.outputs_per_unit();
            let signed = hidden.len() == 2 && activation != Activation::Rectifier;
            let signs = signed.then(|| (0..width).map(|k| [1.0, -1.0][k % 2]).collect());
            hidden.push(ExploredLayer { affine, signs, activation });
        }
        let output = affine(width, outputs, &mut draws);
        Explored { name: format!("invented {name}"), hidden, output, answer, effect: None }
    }
}

fn affine(inputs: usize, units: usize, draws: &mut Draws) -> Affine {
    let range = (6.0 / inputs as f32).sqrt();
    let weight = (0..inputs * units).map(|_| range * draws.next()).collect();
    Affine { inputs, weight, bias: (0..units).map(|_| 0.1 * draws.next() - 0.05).collect() }
}

/// A generator of pseudo-random numbers, uniform in [-1, 1).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1u32 << 23) as f32 - 1.0
    }
}

/// Test images of strokes and rings, with the outputs of the networks whose weights are rounded.
fn samples(image: &Pixels, networks: &[Explored]) -> Vec<Sample> {
    let rounded: Vec<Explored> = networks.iter().map(Explored::rounded).collect();
    let sample = |k| {
        let plane = image.height * image.width;
        let place = |at| (at % plane % image.width, at % plane / image.width);
        let pixels: Vec<u8> = (0..image.channels * plane).map(|at| ink(k + at / plane, place(at), image)).collect();
        let fractions: Vec<f32> = pixels.iter().map(|&byte| f32::from(byte) / f32::from(image.maximum)).collect();
        let x = image.scaled(&fractions);
        Sample { pixels, label: k % 10, answers: rounded.iter().map(|network| answer(network, &x)).collect() }
    };
    (0..SAMPLES).map(sample).collect()
}

fn ink(k: usize, (x, y): (usize, usize), image: &Pixels) -> u8 {
    let middle = |length| (length - 1) as f32 / 2.0;
    let (x, y, turn) = (x as f32 - middle(image.width), y as f32 - middle(image.height), k as f32);
    let distance = if k.is_multiple_of(2) {
        ((x * x + y * y * (0.5 + turn / 12.0)).sqrt() - 7.0).abs()
    } else {
        (x * (0.5 * turn).cos() + y * (0.5 * turn).sin()).abs().max((x * x + y * y).sqrt() - 9.0)
    };
    (255.0 * (2.0 - distance).clamp(0.0, 1.0)).round() as u8
}

/// The output of a network for the input x.
fn answer(network: &Explored, x: &[f32]) -> Vec<f32> {
    let h = network.hidden.iter().fold(x.to_vec(), |x, layer| {
        let outputs = through(&layer.affine, &x).into_iter().flat_map(|z| outputs(layer.activation, z));
        let sign = |k: usize| layer.signs.as_ref().map_or(1.0, |signs| signs[k]);
        outputs.enumerate().map(|(k, output)| sign(k) * output).collect()
    });
    let f = through(&network.output, &h);
    match network.answer {
        Answer::Classes => softmax(&f),
        Answer::Reconstruction(reconstruction) => f.into_iter().map(|f| reconstruction.output(f)).collect(),
    }
}

fn through(affine: &Affine, x: &[f32]) -> Vec<f32> {
    let mut z = affine.bias.clone();
    for (x, row) in x.iter().zip(affine.weight.chunks(z.len())) {
        z.iter_mut().zip(row).for_each(|(z, weight)| *z += x * weight);
    }
    z
}

/// The outputs of a unit for the pre-activation z. The second output of a pair is its first output for -z.
fn outputs(activation: Activation, z: f32) -> Vec<f32> {
    [z, -z].into_iter().take(activation.outputs_per_unit()).map(|z| activation.at(z).0).collect()
}

fn softmax(f: &[f32]) -> Vec<f32> {
    let most = f.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = f.iter().map(|f| (f - most).exp()).sum();
    f.iter().map(|f| (f - most).exp() / sum).collect()
}
