//! Networks for tests, with every activation and irregular values.

use exchange::{Affine, Hidden, Notes, Parts, Portable};
use preprocessing::{Pixels, Preprocessing, Standard};
use units::Activation;

/// Every activation, with a name for files; some activations have parameters that are not exact in 32 bits.
pub(crate) fn named_units() -> Vec<(&'static str, Activation)> {
    let others = [
        ("softplus-1", Activation::Softplus { alpha: 1.0 }),
        ("softplus-0.1", Activation::Softplus { alpha: 0.1 }),
        ("softplus-third", Activation::Softplus { alpha: 1.0 / 3.0 }),
        ("centred-softplus-1.3", Activation::CentredSoftplus { alpha: 1.3 }),
        ("thresholded-softplus-0", Activation::ThresholdedSoftplus { alpha: 1.0, threshold: 0.0 }),
    ];
    Activation::ALL.into_iter().map(|unit| (unit.name(), unit)).chain(others).collect()
}

pub(crate) const INPUTS: usize = 12;

/// `count` numbers: scale * sin(seed * k) for k = 1, 2, ...
fn numbers(count: usize, seed: f32, scale: f32) -> Vec<f32> {
    (0..count).map(|k| scale * (seed * (k as f32 + 1.0)).sin()).collect()
}

fn affine(inputs: usize, units: usize, seed: f32) -> Affine {
    let scale = (6.0 / (inputs + units) as f32).sqrt();
    Affine { inputs, weight: numbers(inputs * units, 12.9 * seed, 2.0 * scale), bias: numbers(units, seed, 0.3) }
}

/// The preprocessing of pictures of 3 x 4 pixels in one plane.
pub(crate) fn pixels() -> Pixels {
    let standard = vec![Standard { mean: 0.3, deviation: 0.7 }];
    Pixels {
        channels: 1,
        height: 3,
        width: 4,
        maximum: 255,
        lowest: -1.0,
        standard,
        ground: 0,
        stored: None,
        form: None,
    }
}

/// The parts of a network with two hidden layers, the second with signs, and with notes.
pub(crate) fn parts(activation: Activation) -> Parts {
    let width = activation.outputs_per_unit();
    let signs = numbers(7 * width, 2.3, 1.0).into_iter().map(f32::signum).collect();
    Parts {
        hidden: vec![
            Hidden { affine: affine(INPUTS, 9, 1.1), signs: None },
            Hidden { affine: affine(9 * width, 7, 1.7), signs: Some(signs) },
        ],
        output: affine(7 * width, 4, 2.9),
        activation,
        notes: Notes {
            classes: ["zero", "one", "zwei \"2\"", "trois é"].map(str::to_owned).to_vec(),
            preprocessing: Some(Preprocessing::Pixels(pixels())),
            ..Notes::default()
        },
    }
}

pub(crate) fn network(activation: Activation) -> Portable {
    Portable::new(parts(activation)).unwrap_or_else(|e| panic!("{e}"))
}
