//! Auto-encoder steps against float64 vectors of an independent program.
//!
//! Values are 32-bit here and 64-bit there: forward values and gradients must agree to 1e-5, costs over 20 steps and
//! parameters after them to 1e-4, each relative to the largest value of the same tensor or 1, whichever is larger.
#![expect(clippy::expect_used, reason = "a test stops where its case is not what it should be")]

use kernels::{Activation, Affine, AutoEncoder, Layer, Reconstruction, SgdStep, Stack, Sums};
use serde::Deserialize;
use std::path::PathBuf;

type Matrix = Vec<Vec<f64>>;

#[derive(Deserialize)]
struct Case {
    name: String,
    activation: String,
    softplus_alpha: f64,
    strategy: String,
    l1: f64,
    learning_rate: f64,
    clean: Matrix,
    corrupted: Matrix,
    signs: Vec<f32>,
    parameters: Parameters,
    expect: Expected,
}

#[derive(Deserialize)]
struct Parameters {
    encoder_weight: Matrix,
    encoder_bias: Vec<f64>,
    /// Absent where the decoder is the encoder's transpose.
    decoder_weight: Option<Matrix>,
    decoder_bias: Vec<f64>,
}

#[derive(Deserialize)]
struct Expected {
    code: Matrix,
    output: Matrix,
    cost: f64,
    penalty: f64,
    gradient: Parameters,
    costs: Vec<f64>,
    parameters_after_20: Parameters,
}

impl Parameters {
    /// Each tensor under its name, row-major.
    fn named(&self) -> Vec<(&'static str, Vec<f64>)> {
        let always = [
            ("encoder weight", flat(&self.encoder_weight)),
            ("encoder bias", self.encoder_bias.clone()),
            ("decoder bias", self.decoder_bias.clone()),
        ];
        always.into_iter().chain(self.decoder_weight.iter().map(|weight| ("decoder weight", flat(weight)))).collect()
    }
}

impl Case {
    fn activation(&self) -> Activation {
        match self.activation.as_str() {
            "rectifier" => Activation::Rectifier,
            "softplus" => Activation::Softplus { alpha: self.softplus_alpha },
            "tanh" => Activation::Tanh,
            "logistic" => Activation::Logistic,
            other => panic!("no activation {other}"),
        }
    }

    fn strategy(&self) -> Reconstruction {
        match self.strategy.as_str() {
            "softplus_quadratic" => Reconstruction::SoftplusQuadratic,
            "logistic_cross_entropy" => Reconstruction::LogisticCrossEntropy,
            "tanh_cross_entropy" => Reconstruction::TanhCrossEntropy,
            "linear_quadratic" => Reconstruction::LinearQuadratic,
            "rectifier_quadratic" => Reconstruction::RectifierQuadratic,
            other => panic!("no strategy {other}"),
        }
    }

    /// The auto-encoder with its minibatch.
    fn start(&self, form: Form) -> Kernel {
        let p = &self.parameters;
        let encoder = affine(&p.encoder_weight, &p.encoder_bias);
        let code = Layer::new(encoder, Some(&self.signs), self.activation());
        let batch = self.clean.len();
        let transposed = |mut kernel: AutoEncoder| {
            for (input, target) in self.corrupted.iter().zip(&self.clean) {
                let all = vec![1.0; target.len()];
                let sampled = if form == Form::Sampled { &all[..] } else { &[] };
                kernel.push(&single(input), &single(target), &[], sampled);
            }
            Kernel::Transposed(kernel)
        };
        let decoder = p.decoder_weight.as_ref().map(|weight| affine(weight, &p.decoder_bias));
        match (decoder, form) {
            (None, _) => transposed(AutoEncoder::tied(&code, &single(&p.decoder_bias), batch, 1)),
            (Some(decoder), Form::Transposed | Form::Sampled) => {
                transposed(AutoEncoder::untied(&code, &decoder, batch, 1))
            }
            (Some(decoder), Form::Stack) => {
                let mut stack = Stack::new(vec![code], decoder, batch, 1).with_targets();
                for (input, target) in self.corrupted.iter().zip(&self.clean) {
                    stack.push(&single(input), &single(target), &[]);
                }
                Kernel::Stack(stack)
            }
        }
    }
}

/// How an auto-encoder is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Stack,
    Transposed,
    /// Transposed, from lists of the reconstructed inputs, which are all of them.
    Sampled,
}

enum Kernel {
    Stack(Stack),
    Transposed(AutoEncoder),
}

impl Kernel {
    fn reconstruct(&mut self, cost: Reconstruction) -> Sums {
        match self {
            Self::Stack(stack) => stack.reconstruct(cost).clone(),
            Self::Transposed(kernel) => kernel.reconstruct(cost).clone(),
        }
    }

    fn learn(&mut self, cost: Reconstruction, step: SgdStep<'_>) -> Sums {
        match self {
            Self::Stack(stack) => stack.learn_reconstruction(cost, step).clone(),
            Self::Transposed(kernel) => kernel.learn(cost, step).clone(),
        }
    }

    /// Code and output of example `b`.
    fn values(&self, b: usize) -> [Vec<f32>; 2] {
        match self {
            Self::Stack(stack) => [stack.hidden_outputs(0, b).collect(), stack.outputs(b).collect()],
            Self::Transposed(kernel) => [kernel.code(b).collect(), kernel.outputs(b).collect()],
        }
    }

    /// What it has for each of [`Parameters::named`].
    fn parameters(&self) -> Vec<Vec<f64>> {
        let (encoder, decoder) = match self {
            Self::Stack(stack) => (stack.affine(0), stack.affine(1)),
            Self::Transposed(kernel) => (kernel.encoder(), kernel.decoder()),
        };
        [encoder.weight(), encoder.bias(), decoder.bias(), decoder.weight()].map(|all| double(all.iter())).to_vec()
    }
}

fn affine(weight: &Matrix, bias: &[f64]) -> Affine {
    Affine::new(weight.len(), &single(&flat(weight)), &single(bias))
}

fn flat(rows: &Matrix) -> Vec<f64> {
    rows.iter().flatten().copied().collect()
}

fn single(values: &[f64]) -> Vec<f32> {
    values.iter().map(|v| *v as f32).collect()
}

fn double<'a>(values: impl Iterator<Item = &'a f32>) -> Vec<f64> {
    values.copied().map(f64::from).collect()
}

fn read() -> Vec<Case> {
    let folder = std::env::var_os("GOLDEN_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden")), PathBuf::from);
    let path = folder.join("autoencoder.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).expect("golden/make.py writes such cases")
}

/// |found - expected| within `tolerance` of the largest expected value, or of 1.
fn close(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(1.0f64, |m, v| m.max(v.abs()));
    for (k, (f, e)) in found.iter().zip(expected).enumerate() {
        assert!((f - e).abs() <= tolerance * scale, "{what} [{k}]: {f} where {e} was expected");
    }
}

fn check(case: &Case, form: Form) {
    let name = |what: &str| format!("{} {what}", case.name);
    let (e, cost, samples) = (&case.expect, case.strategy(), case.clean.len() as f64);
    let l1 = [case.l1 as f32];
    let step = |rate: f64| SgdStep { rate: rate as f32, l1: &l1 };
    let penalty = |magnitude: &[f64]| case.l1 * magnitude.iter().sum::<f64>() / samples;

    let mut autoencoder = case.start(form);
    let sums = autoencoder.reconstruct(cost);
    let [code, output] = [0, 1].map(|k| (0..case.clean.len()).flat_map(|b| autoencoder.values(b)[k].clone()).collect());
    let [code, output]: [Vec<f32>; 2] = [code, output];
    close(&name("code"), &double(code.iter()), &flat(&e.code), 1e-5);
    close(&name("output"), &double(output.iter()), &flat(&e.output), 1e-5);
    close(&name("cost"), &[sums.cost / samples], &[e.cost], 1e-5);
    close(&name("penalty"), &[penalty(&sums.magnitude)], &[e.penalty], 1e-5);

    // A step at rate 1 moves each parameter by its gradient.
    let before = autoencoder.parameters();
    autoencoder.learn(cost, step(1.0));
    let moves = before.iter().zip(autoencoder.parameters());
    let moves: Vec<Vec<f64>> = moves.map(|(b, a)| b.iter().zip(a).map(|(b, a)| b - a).collect()).collect();
    same(case, "gradient", &moves, &e.gradient, 1e-5);

    let mut autoencoder = case.start(form);
    for expected in &e.costs {
        let sums = autoencoder.learn(cost, step(case.learning_rate));
        close(&name("costs"), &[sums.cost / samples + penalty(&sums.magnitude)], &[*expected], 1e-4);
    }
    same(case, "after 20", &autoencoder.parameters(), &e.parameters_after_20, 1e-4);
}

fn same(case: &Case, what: &str, found: &[Vec<f64>], expected: &Parameters, tolerance: f64) {
    let expected = expected.named();
    for (found, (name, expected)) in found.iter().zip(expected) {
        close(&format!("{} {name} {what}", case.name), found, &expected, tolerance);
    }
}

fn check_all(tied: &str, form: Form) {
    let cases = read().into_iter().filter(|case| case.name.contains(tied));
    let checked = cases.map(|case| check(&case, form)).count();
    assert!(checked > 0);
}

#[test]
fn golden_vectors_of_untied_autoencoders_hold() {
    for form in [Form::Stack, Form::Transposed, Form::Sampled] {
        check_all("tied0", form);
    }
}

#[test]
fn golden_vectors_of_tied_autoencoders_hold() {
    for form in [Form::Transposed, Form::Sampled] {
        check_all("tied1", form);
    }
}
