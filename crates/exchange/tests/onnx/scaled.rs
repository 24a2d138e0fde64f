//! Tests of means, deviations and other constants that scale the input and become part of the first layer.

use crate::graphs::{float, integer, node, refused, tensor, weights};
use crate::nodes::{classical, double, floats, shaped};
use exchange::{Affine, Error, Hidden, Notes, Parts, Portable, from_onnx};
use proptest::prelude::*;
use units::Activation;

/// A network with the given number of inputs, 2 tanh units and 3 classes.
fn parts(inputs: usize) -> Parts {
    let numbers =
        |count: usize, seed: f32| -> Vec<f32> { (0..count).map(|k| (seed * (k as f32 + 1.0)).sin()).collect() };
    let affine = Affine { inputs, weight: numbers(2 * inputs, 1.3), bias: numbers(2, 2.1) };
    let output = Affine { inputs: 2, weight: numbers(6, 0.7), bias: numbers(3, 0.4) };
    Parts {
        hidden: vec![Hidden { affine, signs: None }],
        output,
        activation: Activation::Tanh,
        notes: Notes::default(),
    }
}

/// x W + b, computed in 64 bits.
fn affine(affine: &Affine, x: &[f64]) -> Vec<f64> {
    let units = affine.units();
    let sum = |unit: usize| -> f64 {
        let products = x.iter().enumerate().map(|(k, x)| x * f64::from(affine.weight[k * units + unit]));
        f64::from(affine.bias[unit]) + products.sum::<f64>()
    };
    (0..units).map(sum).collect()
}

/// The pre-activations of the first layer for the input `x`.
fn first(parts: &Parts, x: &[f64]) -> Vec<f64> {
    affine(parts.hidden.first().map_or(&parts.output, |layer| &layer.affine), x)
}

#[track_caller]
fn close(found: &[f64], expected: &[f64]) {
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-4 * expected.abs().max(1.0), "found {found}, expected {expected}");
    }
}

proptest! {
    #[test]
    fn a_network_with_its_mean_and_deviation_reads_inputs_as_they_are(
        channels in 1usize..4,
        pixels in 1usize..5,
        numbers in prop::collection::vec((-3.0f64..3.0, 0.1f64..4.0, -5.0f64..5.0), 12),
        counts in (0usize..3, 0usize..3),
    ) {
        let inputs = channels * pixels;
        let count = |which: usize| [1, channels, inputs][which];
        let mean: Vec<f64> = numbers[..count(counts.0)].iter().map(|n| n.0).collect();
        let deviation: Vec<f64> = numbers[..count(counts.1)].iter().map(|n| n.1).collect();
        let x: Vec<f64> = numbers[..inputs].iter().map(|n| n.2).collect();
        let of = |numbers: &[f64], k: usize| numbers[k * numbers.len() / inputs];
        let standard: Vec<f64> = x.iter().enumerate().map(|(k, x)| (x - of(&mean, k)) / of(&deviation, k)).collect();
        let expected = first(&parts(inputs), &standard);
        let folded = parts(inputs).standardised(&mean, &deviation, channels).unwrap();
        close(&first(&folded, &x), &expected);
        prop_assert_eq!(&folded.output, &parts(inputs).output);
    }
}

#[test]
fn means_and_deviations_that_do_not_fit_are_refused() {
    let nan = f64::NAN;
    let cases: [(&[f64], &[f64], &str); 10] = [
        (&[], &[1.0], "the mean of the inputs has 0 numbers for 3 channels and 12 inputs"),
        (&[0.0; 4], &[1.0], "the mean of the inputs has 4 numbers"),
        (&[0.0], &[1.0; 13], "the deviation of the inputs has 13 numbers"),
        (&[0.0], &[1.0, 0.0, 1.0], "the deviation of the inputs is 0 for input 4"),
        (&[0.0], &[-1.0], "the deviation of the inputs is -1"),
        (&[nan], &[1.0], "the mean of the inputs is NaN at position 0"),
        (&[0.0], &[f64::INFINITY], "the deviation of the inputs is inf"),
        (&[1.7e9], &[10.0], "the mean of the inputs is 1700000000 and the deviation 10 for input 0"),
        (&[0.0], &[1e-300], "too large for 32 bits"),
        (&[1.0], &[f64::MIN_POSITIVE / 4.0], "the mean of the inputs is 1 and the deviation"),
    ];
    for (mean, deviation, expected) in cases {
        let error = parts(12).standardised(mean, deviation, 3).unwrap_err();
        assert!(matches!(error, Error::Scale { .. }) && error.to_string().contains(expected), "{error}");
    }
    assert!(parts(11).standardised(&[0.0; 3], &[1.0], 3).is_err());
    assert!(parts(12).standardised(&[0.0], &[1.0], 0).is_ok());
}

#[test]
fn a_network_without_hidden_layers_has_its_output_scaled() {
    let softmax = Parts { hidden: Vec::new(), ..parts(2) };
    let folded = softmax.standardised(&[2.0], &[4.0], 1).unwrap();
    close(&first(&folded, &[6.0, -2.0]), &affine(&parts(2).output, &[1.0, -1.0]));
}

/// An operation on the input and a constant with the dimensions `dims`.
#[derive(Clone, Debug)]
struct Step {
    operator: &'static str,
    constant_first: bool,
    dims: Vec<i64>,
    values: Vec<f32>,
}

impl Step {
    /// The value of the constant for the input at the coordinates `at`.
    fn number(&self, at: &[usize]) -> f64 {
        let mut index = 0;
        for (axis, dim) in self.dims.iter().enumerate() {
            let coordinate = (at.len() + axis).checked_sub(self.dims.len()).map_or(0, |axis| at[axis]);
            index = index * *dim as usize + if *dim == 1 { 0 } else { coordinate };
        }
        f64::from(self.values[index])
    }

    fn of(&self, x: f64, c: f64) -> f64 {
        match (self.operator, self.constant_first) {
            ("Add", _) => x + c,
            ("Mul", _) => x * c,
            ("Sub", false) => x - c,
            ("Sub", true) => c - x,
            _ => x / c,
        }
    }
}

/// A strategy of steps that fit an example of the dimensions `row`.
fn step(row: &'static [i64]) -> impl Strategy<Value = Step> {
    let operators = prop::sample::select(vec!["Add", "Sub", "Mul", "Div"]);
    (operators, any::<bool>(), 0..=row.len() + 1, prop::collection::vec(any::<bool>(), 4), 0usize..100).prop_map(
        move |(operator, first, rank, ones, seed)| {
            let sizes = [&[1], row].concat();
            let dims: Vec<i64> = (0..rank)
                .map(|k| sizes[sizes.len() - rank + k])
                .zip(&ones)
                .map(|(d, one)| if *one { 1 } else { d })
                .collect();
            let count = dims.iter().product::<i64>() as usize;
            let values = (0..count).map(|k| 1.5 + ((seed + 3 * k) as f32).sin()).collect();
            Step { operator, constant_first: first && operator != "Div", dims, values }
        },
    )
}

const ROW: &[i64] = &[3, 2, 4];
const INPUTS: usize = 24;

proptest! {
    #[test]
    fn sums_and_products_before_the_first_layer_are_folded_into_it(
        before in prop::collection::vec(step(ROW), 0..4),
        after in prop::collection::vec(step(&[24]), 0..3),
        product in any::<bool>(),
        x in prop::collection::vec(-2.0f64..2.0, INPUTS),
    ) {
        let (mut nodes, mut tensors, mut name) = (Vec::new(), Vec::new(), "x".to_owned());
        for (k, step) in before.iter().chain(&after).enumerate() {
            if k == before.len() {
                nodes.push(node("Flatten", &[&name], "rows", &[]));
                name = "rows".to_owned();
            }
            let (constant, next) = (format!("c{k}"), format!("x{k}"));
            tensors.push(tensor(&constant, &step.dims, &step.values));
            let inputs: [&str; 2] = if step.constant_first { [&constant, &name] } else { [&name, &constant] };
            nodes.push(node(step.operator, &inputs, &next, &[]));
            name = next;
        }
        if after.is_empty() {
            nodes.push(node("Flatten", &[&name], "rows", &[]));
            name = "rows".to_owned();
        }
        let layer = parts(INPUTS).hidden[0].affine.clone();
        tensors.push(tensor("w", &[24, 2], &layer.weight));
        tensors.push(tensor("b", &[2], &layer.bias));
        if product {
            nodes.extend([node("MatMul", &[&name, "w"], "z", &[]), node("Add", &["z", "b"], "y", &[])]);
        } else {
            nodes.push(node("Gemm", &[&name, "w", "b"], "y", &[]));
        }
        let dims = [None, Some(3), Some(2), Some(4)];
        let network = from_onnx(&shaped(&dims, &nodes, &tensors, &["y"])).unwrap();
        let through = |k: usize| {
            let at = [k / 8, k / 4 % 2, k % 4];
            let x = before.iter().fold(x[k], |x, step| step.of(x, step.number(&at)));
            after.iter().fold(x, |x, step| step.of(x, step.number(&[k])))
        };
        let scaled: Vec<f64> = (0..INPUTS).map(through).collect();
        let size = scaled.iter().fold(1.0f64, |size, x| size.max(x.abs()));
        for (found, expected) in first(network.parts(), &x).iter().zip(affine(&layer, &scaled)) {
            prop_assert!((found - expected).abs() < 1e-5 * 24.0 * size, "found {found}, expected {expected}");
        }
    }
}

/// The pre-activations for the input x = (1, 2, 3), which has the dimensions `dims`: `nodes` compute h from x, and a
/// layer with the tensors w and b of [`weights`] reads h.
fn after(dims: &[Option<i64>], nodes: &[Vec<u8>], tensors: &[Vec<u8>]) -> Vec<f64> {
    let last = node("Gemm", &["h", "w", "b"], "y", &[]);
    let model = shaped(dims, &[nodes, &[last]].concat(), &[&weights(), tensors].concat(), &["y"]);
    first(from_onnx(&model).unwrap().parts(), &[1.0, 2.0, 3.0])
}

/// The expected pre-activations for the input `x` of a layer with the tensors w (1 to 6) and b of [`weights`].
fn at(x: [f64; 3]) -> [f64; 2] {
    [0.5 + x[0] + 3.0 * x[1] + 5.0 * x[2], -0.5 + 2.0 * x[0] + 4.0 * x[1] + 6.0 * x[2]]
}

const ROWS: [Option<i64>; 2] = [None, Some(3)];

#[test]
fn a_scaler_is_folded() {
    let both = [floats("offset", &[1.0, 0.0, 1.0]), floats("scale", &[2.0, 0.5, 1.0])];
    close(&after(&ROWS, &[classical("Scaler", &["x"], &["h"], &both)], &[]), &at([0.0, 1.0, 2.0]));
    close(&after(&ROWS, &[classical("Scaler", &["x"], &["h"], &[floats("scale", &[2.0])])], &[]), &at([2.0, 4.0, 6.0]));
}

#[test]
fn a_normalisation_by_stored_statistics_is_folded() {
    let tensors = [
        tensor("scale", &[3], &[1.0, 2.0, 3.0]),
        tensor("shift", &[3], &[0.5, 0.0, -0.5]),
        tensor("mean", &[3], &[1.0, 1.0, 1.0]),
        tensor("variance", &[3], &[3.0, 0.0, 8.0]),
    ];
    let normalise =
        |to| node("BatchNormalization", &["x", "scale", "shift", "mean", "variance"], to, &[float("epsilon", 1.0)]);
    let expected = at([0.5, 2.0, 1.5]);
    close(&after(&ROWS, &[normalise("h")], &tensors), &expected);
    let flat = node("Flatten", &["q"], "h", &[]);
    for image in [[None, Some(3), Some(1), Some(1)], [None, Some(3), None, None]] {
        close(&after(&image, &[normalise("q"), flat.clone()], &tensors), &expected);
    }
}

#[test]
fn constants_in_64_bits_and_casts_are_read() {
    let cast = node("Cast", &["x"], "d", &[integer("to", 11)]);
    let shift = node("Sub", &["d", "m"], "e", &[]);
    let back = node("Cast", &["e"], "h", &[integer("to", 1)]);
    close(&after(&ROWS, &[cast, shift, back], &[double("m", &[3], &[0.5, 1.0, 1e-3])]), &at([0.5, 1.0, 2.999]));
    let mut tensors = weights();
    tensors[0] = double("w", &[3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    tensors[1] = double("b", &[1, 2], &[0.5, -0.5]);
    let network = from_onnx(&shaped(&ROWS, &[node("Gemm", &["x", "w", "b"], "y", &[])], &tensors, &["y"])).unwrap();
    close(&first(network.parts(), &[1.0, 2.0, 3.0]), &at([1.0, 2.0, 3.0]));
}

#[test]
fn what_cannot_be_folded_is_refused() {
    let gemm = node("Gemm", &["h", "w", "b"], "y", &[]);
    let try_ = |dims: &[Option<i64>], nodes: &[Vec<u8>], constant: Vec<u8>| {
        shaped(dims, &[nodes, std::slice::from_ref(&gemm)].concat(), &[weights(), vec![constant]].concat(), &["y"])
    };
    let op = |operator: &str| [node(operator, &["x", "k"], "h", &[])];
    refused(&try_(&ROWS, &op("Div"), tensor("k", &[3], &[1.0, 0.0, 1.0])), &["'h' (Div) divides the input by 0"]);
    refused(&try_(&ROWS, &op("Sub"), tensor("k", &[2], &[1.0, 2.0])), &["'y' (Gemm)", "does not fit the 3 inputs"]);
    refused(&try_(&ROWS, &op("Sub"), tensor("k", &[3, 1], &[1.0; 3])), &["does not fit the 3 inputs"]);
    refused(&try_(&ROWS, &op("Sub"), tensor("k", &[], &[1e9])), &["offset of the inputs is -1000000000"]);
    refused(&try_(&ROWS, &op("Mul"), tensor("k", &[], &[3e38])), &["too large for 32 bits"]);
    let inverse = [node("Div", &["k", "x"], "h", &[])];
    refused(&try_(&ROWS, &inverse, tensor("k", &[], &[1.0])), &["'y' (Gemm)", "Div(1, z) of the input"]);
    let wider = [node("Sub", &["x", "k"], "q", &[]), node("Flatten", &["q"], "h", &[])];
    let image = [None, Some(1), Some(3)];
    refused(&try_(&image, &wider, tensor("k", &[3, 1], &[1.0; 3])), &["does not fit the 3 inputs"]);
    let names: Vec<String> = (0..60).map(|k| format!("n{k}")).collect();
    let mut many = vec![node("Add", &["x", "k"], "n0", &[])];
    many.extend(names.windows(2).map(|pair| node("Add", &[&pair[0], "k"], &pair[1], &[])));
    refused(&try_(&ROWS, &many, tensor("k", &[], &[0.1])), &["one of more than 40"]);
    let cast = [node("Cast", &["x"], "h", &[integer("to", 10)])];
    refused(&try_(&ROWS, &cast, tensor("k", &[], &[0.1])), &["'h' (Cast) does not cast to floats"]);
}

#[test]
fn constants_that_many_nodes_copy_are_limited() {
    let large = tensor("c", &[1 << 20], &vec![1.0; 1 << 20]);
    for operator in ["Identity", "Add"] {
        let node = |k: usize| match operator {
            "Identity" => node("Identity", &["c"], &format!("k{k}"), &[]),
            _ => node("Add", &["x", "c"], &format!("k{k}"), &[]),
        };
        let nodes: Vec<_> = (0..20).map(node).collect();
        refused(&shaped(&ROWS, &nodes, std::slice::from_ref(&large), &["y"]), &["exceeds the limit of 16777216"]);
    }
}

#[test]
fn a_constant_may_be_passed_on_as_a_weight_or_a_bias() {
    let nodes = [
        node("Identity", &["w"], "w2", &[]),
        node("Identity", &["b"], "b2", &[]),
        node("Gemm", &["x", "w", "b"], "a", &[]),
        node("Tanh", &["a"], "t", &[]),
        node("Gemm", &["t", "w2", "b2"], "y", &[]),
    ];
    let tensors = [tensor("w", &[2, 2], &[1.0, 2.0, 3.0, 4.0]), tensor("b", &[2], &[5.0, 6.0])];
    let network = from_onnx(&shaped(&[None, Some(2)], &nodes, &tensors, &["y"])).unwrap();
    assert_eq!(network.parts().hidden[0].affine, network.parts().output);
    assert_eq!(Portable::new(network.parts().clone()).unwrap(), network);
}
