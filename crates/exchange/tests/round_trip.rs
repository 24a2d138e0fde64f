//! Tests that exported networks are restored bit for bit.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{named_units, network, parts};
use exchange::{Error, Hidden, Portable, from_npz, from_onnx, from_safetensors};
use preprocessing::{Pixels, Preprocessing};
use units::Activation;

fn bits(network: &Portable) -> Vec<u32> {
    let parts = network.parts();
    let affines = parts.hidden.iter().map(|layer| &layer.affine).chain([&parts.output]);
    affines.flat_map(|affine| affine.weight.iter().chain(&affine.bias)).map(|value| value.to_bits()).collect()
}

/// Asserts that `network` is restored from each of the three formats.
fn check(network: &Portable) {
    let safetensors = from_safetensors(&network.to_safetensors().unwrap(), None).unwrap();
    let npz = from_npz(&network.to_npz().unwrap(), None).unwrap();
    let onnx = from_onnx(&network.to_onnx().unwrap()).unwrap();
    for read in [safetensors, npz, onnx] {
        assert_eq!(&read, network);
        assert_eq!(bits(&read), bits(network));
    }
}

#[test]
fn every_activation_survives_every_format() {
    for (_, activation) in named_units() {
        check(&network(activation));
    }
}

#[test]
fn networks_of_any_width_are_restored() {
    for (_, activation) in named_units() {
        for units in [1, 2] {
            let mut parts = parts(activation);
            let width = units * activation.outputs_per_unit();
            for (layer, inputs) in parts.hidden.iter_mut().zip([1, width]) {
                layer.affine.inputs = inputs;
                layer.affine.weight = vec![0.5; inputs * units];
                layer.affine.bias = vec![-1.0; units];
                layer.signs = Some(vec![-1.0; width]);
            }
            parts.output.inputs = width;
            parts.output.weight.truncate(4 * width);
            parts.notes.preprocessing = None;
            check(&Portable::new(parts).unwrap());
        }
    }
}

#[test]
fn a_network_without_hidden_layers_is_restored() {
    let mut parts = parts(Activation::Linear);
    parts.output = parts.hidden[0].affine.clone();
    parts.hidden.clear();
    parts.notes.classes.clear();
    check(&Portable::new(parts).unwrap());
}

#[test]
fn negative_zeros_and_the_smallest_numbers_are_kept() {
    let mut parts = parts(Activation::Rectifier);
    parts.output.weight[..3].copy_from_slice(&[-0.0, f32::from_bits(1), f32::MAX]);
    check(&Portable::new(parts).unwrap());
}

#[test]
fn equal_networks_give_equal_files() {
    let network = network(Activation::Pair);
    let files = || (network.to_safetensors().unwrap(), network.to_npz().unwrap(), network.to_onnx().unwrap());
    assert_eq!(files(), files());
}

/// The model `onnx` without its description, as if another program had written it: the key of the entry is changed.
fn without_statement(onnx: &[u8]) -> Vec<u8> {
    let entry = b"\x0a\x07network";
    let at = onnx.windows(entry.len()).rposition(|bytes| bytes == entry).unwrap();
    [&onnx[..at], b"\x0a\x07no-more", &onnx[at + entry.len()..]].concat()
}

#[test]
fn activations_are_recognised_without_the_description() {
    for (_, activation) in named_units() {
        let mut expected = parts(activation);
        expected.notes = exchange::Notes::default();
        if activation == (Activation::Softplus { alpha: 1.0 / 3.0 }) {
            expected.activation = Activation::Softplus { alpha: 0.333_333_34 }; // rounded to 32 bits
        }
        let mut given = parts(activation);
        given.notes = exchange::Notes::default();
        let read = from_onnx(&without_statement(&Portable::new(given).unwrap().to_onnx().unwrap())).unwrap();
        assert_eq!(read.parts(), &expected);
    }
}

#[test]
fn the_graph_overrides_the_description() {
    let onnx = network(Activation::Softplus { alpha: 0.1 }).to_onnx().unwrap();
    let at = onnx.windows(3).rposition(|bytes| bytes == b"0.1").unwrap();
    let changed = [&onnx[..at], b"0.2", &onnx[at + 3..]].concat();
    assert_eq!(from_onnx(&changed).unwrap().parts().activation, Activation::Softplus { alpha: 0.1 });
}

#[test]
fn a_network_that_does_not_fit_is_rejected_naming_its_tensor() {
    type Change = fn(&mut exchange::Parts);
    let broken = |change: Change| {
        let mut parts = parts(Activation::Rectifier);
        change(&mut parts);
        Portable::new(parts).unwrap_err().to_string()
    };
    let cases: [(&str, Change); 12] = [
        ("the stored value that represents 1 is 0", |p| pixels_of(p).maximum = 0),
        ("the stored value 0 represents 0.5", |p| pixels_of(p).lowest = 0.5),
        ("'hidden.1.affine.weight' has shape [5, 7], expected [9, 7]", |p| p.hidden[1].affine.inputs = 5),
        ("'hidden.0.affine.weight' has shape [107]", |p| p.hidden[0].affine.weight.truncate(107)),
        ("'output.bias' has shape [0]", |p| p.output.bias.clear()),
        ("'hidden.1.signs' has shape [6], expected [7]", |p| p.hidden[1].signs.as_mut().unwrap().truncate(6)),
        ("'hidden.1.signs' holds 0.5 at position 2", |p| p.hidden[1].signs.as_mut().unwrap()[2] = 0.5),
        ("'output.weight' holds NaN at position 3", |p| p.output.weight[3] = f32::NAN),
        ("'hidden.0.affine.bias' holds -inf at position 0", |p| p.hidden[0].affine.bias[0] = f32::NEG_INFINITY),
        ("the number of names is 3, but the number of logits is 4", |p| p.notes.classes.truncate(3)),
        ("1 x 3 x 9 pixels for 12 inputs", |p| pixels_of(p).width = 9),
        ("expected [1, 9]", |p| p.hidden[0] = Hidden { affine: empty(), signs: None }),
    ];
    for (expected, change) in cases {
        let error = broken(change);
        assert!(error.contains(expected), "{error}");
    }
}

fn pixels_of(parts: &mut exchange::Parts) -> &mut Pixels {
    match &mut parts.notes.preprocessing {
        Some(Preprocessing::Pixels(pixels)) => pixels,
        _ => panic!("the network must have the preprocessing of pixels"),
    }
}

fn empty() -> exchange::Affine {
    exchange::Affine { inputs: 0, weight: Vec::new(), bias: vec![0.0; 9] }
}

#[test]
fn parameters_of_an_activation_must_be_in_range() {
    for alpha in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-60] {
        let error = Portable::new(parts(Activation::Softplus { alpha })).unwrap_err();
        assert!(matches!(error, Error::Parameter { parameter: "alpha", .. }), "{error}");
    }
    for threshold in [-0.1, f64::NAN, f64::INFINITY] {
        let activation = Activation::ThresholdedSoftplus { alpha: 1.0, threshold };
        let error = Portable::new(parts(activation)).unwrap_err();
        assert!(matches!(error, Error::Parameter { parameter: "threshold", .. }), "{error}");
    }
}
