//! Tests of probabilities, labels and names of classes after the last layer.

use crate::graphs::{field, float, graph, int, integer, lists, model, node, refused, tensor, two_layers, weights};
use crate::nodes::{classical, floats, integers, shaped, text, texts};
use exchange::{Format, Found, Portable, from_onnx};
use proptest::prelude::*;

/// A tensor of the texts `values`.
fn words(name: &str, values: &[&str]) -> Vec<u8> {
    let values: Vec<u8> = values.iter().flat_map(|value| field(6, value)).collect();
    [int(1, 4), int(2, 8), values, field(8, name)].concat()
}

/// A tensor of 32-bit integers, as a list rather than as raw data.
fn small(name: &str, values: &[i64]) -> Vec<u8> {
    let values: Vec<u8> = values.iter().flat_map(|value| int(5, *value)).collect();
    [int(1, 4), int(2, 6), values, field(8, name)].concat()
}

/// The nodes of scikit-learn's classifier up to the probabilities "p" and the index "best" of the most probable class.
fn classifier() -> Vec<Vec<u8>> {
    vec![
        node("Cast", &["x"], "in", &[integer("to", 1)]),
        node("MatMul", &["in", "w"], "z0", &[]),
        node("Add", &["z0", "b"], "z", &[]),
        node("Relu", &["z"], "h", &[]),
        node("MatMul", &["h", "v"], "y0", &[]),
        node("Add", &["y0", "c"], "y", &[]),
        node("Softmax", &["y"], "p", &[]),
        node("ArgMax", &["p"], "best", &[integer("axis", 1)]),
    ]
}

/// The nodes with which scikit-learn looks up the label at the index "best" in the table "table".
fn labels() -> Vec<Vec<u8>> {
    vec![
        classical("ArrayFeatureExtractor", &["table", "best"], &["picked"], &[]),
        node("Reshape", &["picked", "flat"], "label", &[]),
        node("Cast", &["label"], "output_label", &[integer("to", 7)]),
    ]
}

fn read(nodes: &[Vec<u8>], tensors: &[Vec<u8>], outputs: &[&str]) -> Portable {
    from_onnx(&shaped(&[None, Some(3)], nodes, &[&weights(), tensors].concat(), outputs)).unwrap()
}

#[test]
fn labels_are_cut_off_and_name_the_classes() {
    let flat = integers("flat", &[1], &[-1]);
    let tables = [
        (words("table", &["ant", "bee", "cat", "dog"]), ["ant", "bee", "cat", "dog"]),
        (small("table", &[3, 1, -2, 0]), ["3", "1", "-2", "0"]),
        (integers("table", &[4], &[9, 8, 7, 6]), ["9", "8", "7", "6"]),
        (tensor("table", &[4], &[0.0, 1.0, 1.5, 2.0]), ["0", "1", "1.5", "2"]),
    ];
    for (table, names) in tables {
        let nodes = [classifier(), labels()].concat();
        let network = read(&nodes, &[table, flat.clone()], &["output_label", "p"]);
        assert_eq!(network.parts().notes.classes, names);
        assert_eq!(network.parts().hidden[0].affine.bias, [0.5, -0.5]);
        assert_eq!(network.parts().output.bias, [0.1, 0.2, 0.3, 0.4]);
    }
    let zipped = classical("ZipMap", &["p"], &["each"], &[texts("classlabels_strings", &["s", "t", "u", "v"])]);
    let network = read(&[classifier(), vec![zipped]].concat(), &[], &["best", "each"]);
    assert_eq!(network.parts().notes.classes, ["s", "t", "u", "v"]);
    let model = shaped(&[None, Some(3)], &classifier(), &weights(), &["p", "best"]);
    let found = Found::read(&model, Format::Onnx, None).unwrap();
    assert_eq!(found.notes, ["the labels that the network computes are left out"]);
    assert!(read(&classifier(), &[], &["best"]).parts().notes.classes.is_empty());
}

#[test]
fn labels_that_contradict_each_other_or_the_layer_are_refused() {
    let zipped = classical("ZipMap", &["p"], &["each"], &[texts("classlabels_strings", &["s", "t", "u", "v"])]);
    let both = [classifier(), labels(), vec![zipped.clone()]].concat();
    let tensors = [weights(), vec![words("table", &["a", "b", "c", "d"]), integers("flat", &[1], &[-1])]].concat();
    let text_of = |nodes: &[Vec<u8>], outputs: &[&str]| shaped(&[None, Some(3)], nodes, &tensors, outputs);
    refused(&text_of(&both, &["each"]), &["'each' (ZipMap) does not name the same classes as an earlier node"]);
    let three = classical("ZipMap", &["p"], &["each"], &[texts("classlabels_strings", &["s", "t", "u"])]);
    refused(
        &text_of(&[classifier(), vec![three]].concat(), &["each"]),
        &["the number of names is 3, but the number of logits is 4"],
    );
    let deeper = [classifier(), vec![node("Gemm", &["best", "v"], "more", &[])]].concat();
    refused(&text_of(&deeper, &["more"]), &["'more' (Gemm)"]);
    let along = [classifier(), vec![node("ArgMax", &["p"], "worst", &[integer("axis", 0)])]].concat();
    refused(&text_of(&along, &["worst"]), &["'worst' (ArgMax) has axis = 0"]);
    let norm = [classifier(), vec![classical("Normalizer", &["p"], &["q"], &[text("norm", "L2")])]].concat();
    refused(&text_of(&norm, &["q"]), &["'q' (Normalizer) changes the probabilities"]);
}

/// The logits of the last layer of `network` for its inputs `x`, in 64 bits.
fn logits(network: &Portable, x: &[f64]) -> Vec<f64> {
    let output = &network.parts().output;
    let units = output.units();
    let product =
        |unit: usize| -> f64 { (0..x.len()).map(|k| x[k] * f64::from(output.weight[k * units + unit])).sum() };
    (0..units).map(|unit| product(unit) + f64::from(output.bias[unit])).collect()
}

proptest! {
    #[test]
    fn one_logistic_output_becomes_two_logits_exactly(
        weight in prop::collection::vec(-2.0f32..2.0, 3),
        bias in -1.0f32..1.0,
        x in prop::collection::vec(-2.0f64..2.0, 3),
        form in 0usize..4,
    ) {
        let layer = [node("Gemm", &["x", "w", "b"], "z", &[]), node("Sigmoid", &["z"], "p", &[])];
        let pair = |names: [&str; 2]| {
            [node("Sub", &["one", "p"], "q", &[]), node("Concat", &names, "both", &[integer("axis", 1)])]
        };
        let (more, output) = match form {
            0 => (Vec::new(), "p"),
            1 => (pair(["q", "p"]).to_vec(), "both"),
            3 => (vec![node("Squeeze", &["p", "last"], "row", &[])], "row"),
            _ => (pair(["p", "q"]).to_vec(), "both"),
        };
        let tensors = [tensor("w", &[3, 1], &weight), tensor("b", &[1], &[bias]), tensor("one", &[], &[1.0]), integers("last", &[1], &[-1])];
        let nodes = [&layer[..], &more].concat();
        let network = from_onnx(&shaped(&[None, Some(3)], &nodes, &tensors, &[output])).unwrap();
        let logits = logits(&network, &x);
        prop_assert_eq!(logits.len(), 2);
        let z: f64 = f64::from(bias) + weight.iter().zip(&x).map(|(w, x)| f64::from(*w) * x).sum::<f64>();
        let second = 1.0 / (1.0 + (logits[0] - logits[1]).exp());
        let expected = 1.0 / (1.0 + if form == 2 { z.exp() } else { (-z).exp() });
        prop_assert!((second - expected).abs() < 1e-12, "found {second}, expected {expected}");
    }
}

#[test]
fn logistic_outputs_of_several_units_are_refused() {
    let nodes = [node("Gemm", &["x", "w", "b"], "z", &[]), node("Sigmoid", &["z"], "y", &[])];
    refused(&model(&nodes, &weights()), &["the output 'y' is Sigmoid(z) of layer 1", "with 2 units"]);
    let square = node("Concat", &["z", "z"], "both", &[integer("axis", 1)]);
    refused(&model(&[nodes[0].clone(), square], &weights()), &["'both' (Concat) computes Concat(z, z)"]);
    let single = [tensor("w", &[3, 1], &[1.0; 3]), tensor("b", &[1], &[0.0]), tensor("one", &[], &[1.0])];
    let orders = [
        node("Sub", &["one", "y"], "q", &[]),
        node("Concat", &["q", "y"], "first", &[integer("axis", 1)]),
        node("Concat", &["y", "q"], "second", &[integer("axis", 1)]),
    ];
    let model = shaped(&[None, Some(3)], &[&nodes[..], &orders].concat(), &single, &["first", "second"]);
    refused(&model, &["the output 'second' gives the two classes in a different order"]);
}

#[test]
fn linear_classifiers_are_layers() {
    let names = texts("classlabels_strings", &["no", "yes"]);
    let classifier = |coefficients: &[f32], transform: &str| {
        let attributes = [
            names.clone(),
            floats("coefficients", coefficients),
            floats("intercepts", &[-0.5, 0.5]),
            text("post_transform", transform),
        ];
        let nodes = [
            classical("Scaler", &["x"], &["s"], &[floats("offset", &[1.0])]),
            classical("LinearClassifier", &["s"], &["label", "p"], &attributes),
            node("Cast", &["label"], "output_label", &[integer("to", 7)]),
            classical("Normalizer", &["p"], &["q"], &[text("norm", "L1")]),
        ];
        let outputs: &[&str] = if transform == "NONE" { &["label", "p"] } else { &["output_label", "q"] };
        shaped(&[None, Some(3)], if transform == "NONE" { &nodes[..2] } else { &nodes }, &[], outputs)
    };
    let opposite = [-1.0, -2.0, -3.0, 1.0, 2.0, 3.0];
    for (transform, expected) in [("SOFTMAX", [-7.0, 7.0]), ("NONE", [-7.0, 7.0]), ("LOGISTIC", [0.0, 7.0])] {
        let network = from_onnx(&classifier(&opposite, transform)).unwrap();
        assert_eq!(logits(&network, &[1.0, 2.0, 2.5]), expected, "{transform}");
        assert_eq!(network.parts().notes.classes, ["no", "yes"]);
    }
    refused(&classifier(&[1.0; 6], "LOGISTIC"), &["computes the probabilities of 2 classes by LOGISTIC"]);
    refused(&classifier(&opposite, "PROBIT"), &["by PROBIT"]);
    refused(&classifier(&[1.0; 5], "SOFTMAX"), &["5 coefficients and 2 intercepts for 2 classes"]);
}

#[test]
fn values_are_passed_on_anywhere() {
    let same = |from: &str, to: &str| node("Identity", &[from], to, &[]);
    let between = [node("Relu", &["a"], "r", &[]), node("Dropout", &["r"], "d", &[]), same("d", "h")];
    assert!(from_onnx(&two_layers(&between, &[])).is_ok());
    let nodes = [
        same("x", "x1"),
        node("Gemm", &["x1", "w", "b"], "z", &[float("alpha", 1.0)]),
        same("z", "z1"),
        node("Reshape", &["z1", "keep"], "z2", &[]),
        node("Softmax", &["z2"], "p", &[]),
        node("Log", &["p"], "l", &[]),
        same("l", "y"),
    ];
    let tensors = [weights(), vec![integers("keep", &[2], &[-1, 2])]].concat();
    assert!(from_onnx(&model(&nodes, &tensors)).is_ok());
    let training = [node("Dropout", &["a", "", "mode"], "h", &[])];
    refused(&two_layers(&training, &[]), &["'h' (Dropout) may drop values"]);
    let mode = |on: u8| [int(2, 9), field(8, "mode"), field(9, [on])].concat();
    assert!(from_onnx(&two_layers(&training, &[mode(0)])).is_ok());
    refused(&two_layers(&training, &[mode(1)]), &["'h' (Dropout) is switched on, as in training", "model.eval()"]);
}

#[test]
fn texts_are_limited_before_they_are_decoded() {
    let many = vec![""; 200_000];
    let node_ = classical("ZipMap", &["x"], &["y"], &[texts("classlabels_strings", &many)]);
    refused(&graph(&lists(1, &[node_])), &["100000"]);
    let table =
        [int(1, 200_000), int(2, 8), field(8, "t"), many.iter().flat_map(|text| field(6, text)).collect()].concat();
    refused(&graph(&field(5, table)), &["100000"]);
}
