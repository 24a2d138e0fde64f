//! Compares auto-encoder steps with the float64 results of an independent program.
//!
//! The kernels compute with 32-bit floats and the program with 64-bit floats. Outputs and gradients must agree to 1e-5,
//! and the costs over 20 steps and the parameters after these steps to 1e-4. Each tolerance is relative to the largest
//! value of the tensor or 1, whichever is larger.

use golden::{AutoEncoder as Case, AutoEncoderParameters, Matrix, assert_close};
use kernels::{Affine, AutoEncoder, Layer, Reconstruction, SgdStep, Stack, Sums};

/// The name and the row-major values of each tensor.
fn named(parameters: &AutoEncoderParameters) -> Vec<(&'static str, &[f64])> {
    let always = [
        ("encoder weight", &parameters.encoder_weight.values[..]),
        ("encoder bias", &parameters.encoder_bias),
        ("decoder bias", &parameters.decoder_bias),
    ];
    let decoder = parameters.decoder_weight.iter().map(|weight| ("decoder weight", &weight.values[..]));
    always.into_iter().chain(decoder).collect()
}

/// The auto-encoder of `case` with its minibatch.
fn start(case: &Case, form: Form) -> Kernel {
    let p = &case.parameters;
    let encoder = affine(&p.encoder_weight, &p.encoder_bias);
    let code = Layer::new(encoder, Some(&case.signs), case.activation());
    let batch = case.clean.shape[0];
    let transposed = |mut kernel: AutoEncoder| {
        for (input, target) in case.corrupted.rows().zip(case.clean.rows()) {
            let all = vec![1.0; target.len()];
            let sampled = if form == Form::Sampled { &all[..] } else { &[] };
            kernel.push(&single(input), &single(target), &[], sampled);
        }
        Kernel::Transposed(kernel)
    };
    let decoder = p.decoder_weight.as_ref().map(|weight| affine(weight, &p.decoder_bias));
    match (decoder, form) {
        (None, _) => transposed(AutoEncoder::tied(&code, &single(&p.decoder_bias), batch, 1)),
        (Some(decoder), Form::Transposed | Form::Sampled) => transposed(AutoEncoder::untied(&code, &decoder, batch, 1)),
        (Some(decoder), Form::Stack) => {
            let mut stack = Stack::new(vec![code], decoder, batch, 1).with_targets();
            for (input, target) in case.corrupted.rows().zip(case.clean.rows()) {
                stack.push(&single(input), &single(target), &[]);
            }
            Kernel::Stack(stack)
        }
    }
}

/// The kernel that computes an auto-encoder.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Stack,
    Transposed,
    /// The transposed kernel, with lists of the inputs to reconstruct; the lists contain all inputs.
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

    fn learn(&mut self, cost: Reconstruction, descent: SgdStep<'_>) -> Sums {
        match self {
            Self::Stack(stack) => stack.learn_reconstruction(cost, descent).clone(),
            Self::Transposed(kernel) => kernel.learn(cost, descent).clone(),
        }
    }

    /// The code and the output of example `b`.
    fn values(&self, b: usize) -> [Vec<f32>; 2] {
        match self {
            Self::Stack(stack) => [stack.hidden_outputs(0, b).collect(), stack.outputs(b).collect()],
            Self::Transposed(kernel) => [kernel.code(b).collect(), kernel.outputs(b).collect()],
        }
    }

    /// The values of each tensor, in the order of [`named`]; the decoder weight is also given for tied weights.
    fn parameters(&self) -> Vec<Vec<f64>> {
        let (encoder, decoder) = match self {
            Self::Stack(stack) => (stack.affine(0), stack.affine(1)),
            Self::Transposed(kernel) => (kernel.encoder(), kernel.decoder()),
        };
        [encoder.weight(), encoder.bias(), decoder.bias(), decoder.weight()].map(|all| double(all.iter())).to_vec()
    }
}

fn affine(weight: &Matrix, bias: &[f64]) -> Affine {
    Affine::new(weight.shape[0], &single(&weight.values), &single(bias))
}

fn single(values: &[f64]) -> Vec<f32> {
    values.iter().map(|v| *v as f32).collect()
}

fn double<'a>(values: impl Iterator<Item = &'a f32>) -> Vec<f64> {
    values.copied().map(f64::from).collect()
}

fn check(case: &Case, form: Form) {
    let name = |what: &str| format!("{} {what}", case.name);
    let (e, cost, samples) = (&case.expect, case.reconstruction(), case.clean.shape[0] as f64);
    let l1 = [case.l1 as f32];
    let step = |rate: f64| SgdStep { rate: rate as f32, l1: &l1 };
    let penalty = |magnitude: &[f64]| case.l1 * magnitude.iter().sum::<f64>() / samples;

    let mut autoencoder = start(case, form);
    let sums = autoencoder.reconstruct(cost);
    let [code, output] =
        [0, 1].map(|k| (0..case.clean.shape[0]).flat_map(|b| autoencoder.values(b)[k].clone()).collect());
    let [code, output]: [Vec<f32>; 2] = [code, output];
    assert_close(&name("code"), &double(code.iter()), &e.code.values, 1e-5);
    assert_close(&name("output"), &double(output.iter()), &e.output.values, 1e-5);
    assert_close(&name("cost"), &[sums.cost / samples], &[e.cost], 1e-5);
    assert_close(&name("penalty"), &[penalty(&sums.magnitude)], &[e.penalty], 1e-5);

    // A step at rate 1 subtracts from each parameter its gradient.
    let before = autoencoder.parameters();
    autoencoder.learn(cost, step(1.0));
    let moves = before.iter().zip(autoencoder.parameters());
    let moves: Vec<Vec<f64>> = moves.map(|(b, a)| b.iter().zip(a).map(|(b, a)| b - a).collect()).collect();
    same(case, "gradient", &moves, &e.gradient, 1e-5);

    let mut autoencoder = start(case, form);
    for expected in &e.costs {
        let sums = autoencoder.learn(cost, step(case.learning_rate));
        assert_close(&name("costs"), &[sums.cost / samples + penalty(&sums.magnitude)], &[*expected], 1e-4);
    }
    same(case, "after 20 steps", &autoencoder.parameters(), &e.parameters_after_20, 1e-4);
}

fn same(case: &Case, what: &str, found: &[Vec<f64>], expected: &AutoEncoderParameters, tolerance: f64) {
    for (found, (name, expected)) in found.iter().zip(named(expected)) {
        assert_close(&format!("{} {name} {what}", case.name), found, expected, tolerance);
    }
}

/// The cases with a tied decoder if `tied`, else the cases whose decoder has a separate weight.
fn decoders(tied: bool) -> impl Iterator<Item = &'static Case> {
    let mut cases = golden::autoencoders().iter().filter(move |case| case.tied == tied).peekable();
    assert!(cases.peek().is_some());
    cases
}

#[test]
fn golden_vectors_of_untied_autoencoders_hold() {
    for form in [Form::Stack, Form::Transposed, Form::Sampled] {
        decoders(false).for_each(|case| check(case, form));
    }
}

#[test]
fn golden_vectors_of_tied_autoencoders_hold() {
    for form in [Form::Transposed, Form::Sampled] {
        decoders(true).for_each(|case| check(case, form));
    }
}
