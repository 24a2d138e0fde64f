//! Tests that damaged and malicious files are rejected with errors that name what is wrong.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;
mod graphs;

use common::{named_units, network};
use exchange::{from_npz, from_onnx, from_safetensors};
use graphs::{field, graph, int, integer, lists, model, node, refused, tensor, two_layers, weights};
use proptest::prelude::*;
use units::Activation;

fn gemm(input: &str, output: &str) -> Vec<u8> {
    node("Gemm", &[input, "w", "b"], output, &[])
}

#[test]
fn every_truncated_file_is_rejected() {
    let network = network(Activation::IntegrateAndFire);
    let (safetensors, npz, onnx) =
        (network.to_safetensors().unwrap(), network.to_npz().unwrap(), network.to_onnx().unwrap());
    for end in 0..safetensors.len() {
        assert!(from_safetensors(&safetensors[..end], None).is_err(), "cut off after {end} bytes");
    }
    for end in (0..npz.len()).step_by(7) {
        assert!(from_npz(&npz[..end], None).is_err(), "cut off after {end} bytes");
    }
    for end in 0..onnx.len() {
        // The metadata is at the end, so a file that is cut off between two entries of the metadata is still a model.
        // Without the entry `network`, the scaling is part of the first layer, and only the output layer is the same.
        let whole = from_onnx(&onnx[..end]);
        assert!(
            whole.is_err() || whole.as_ref().unwrap().parts().output == network.parts().output,
            "cut off after {end} bytes"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Changing a few bytes causes no panic, and the output weights of a network that is still accepted are finite.
    #[test]
    fn damaged_files_cause_no_panic(which in 0..named_units().len(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let (_, activation) = named_units()[which];
        let network = network(activation);
        let files = [network.to_safetensors().unwrap(), network.to_npz().unwrap(), network.to_onnx().unwrap()];
        let damaged = files.map(|mut file| {
            // Most bytes are weights. The changes are within 600 bytes of either end, where the headers are.
            for (index, byte) in &changes {
                let (length, near) = (file.len(), index.index(1200));
                file[if near < 600 { near } else { length - (near - 599) }] = *byte;
            }
            file
        });
        for read in [
            from_safetensors(&damaged[0], Some(activation)),
            from_npz(&damaged[1], Some(activation)),
            from_onnx(&damaged[2]),
        ].into_iter().flatten() {
            prop_assert!(read.parts().output.weight.iter().all(|value| value.is_finite()));
        }
    }

    #[test]
    fn random_bytes_cause_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(from_safetensors(&bytes, None).is_err());
        prop_assert!(from_npz(&bytes, None).is_err());
        prop_assert!(from_onnx(&bytes).is_err());
    }
}

#[test]
fn shapes_that_do_not_match_the_values_are_rejected_by_name() {
    for dims in [vec![1 << 40, 1 << 40], vec![-1, 2], vec![1 << 20, 1 << 20], vec![7, 2]] {
        let mut tensors = weights();
        tensors[0] = tensor("w", &dims, &[1.0; 6]);
        refused(&model(&[gemm("x", "y")], &tensors), &["'w' has shape ["]);
    }
    let uneven = [int(1, 1), int(1, 2), int(2, 1), field(8, "w"), field(9, [0; 9])].concat();
    refused(&model(&[gemm("x", "y")], &[uneven, weights()[1].clone()]), &["'w' has shape [1, 2]"]);
}

#[test]
fn a_layer_that_does_not_fit_the_one_before_is_named() {
    let nodes = [gemm("x", "a"), node("Gemm", &["a", "wide"], "y", &[])];
    let tensors = [weights(), vec![tensor("wide", &[3, 4], &[1.0; 12])]].concat();
    refused(&model(&nodes, &tensors), &["'y' (Gemm) has weights for 3 inputs, but layer 1 has 2 outputs"]);
}

#[test]
fn empty_layers_are_rejected() {
    for dims in [[0, 2], [3, 0]] {
        let nodes = [node("MatMul", &["x", "w"], "y", &[])];
        refused(&model(&nodes, &[tensor("w", &dims, &[])]), &["'output."]);
    }
}

#[test]
fn tensors_of_other_types_or_in_other_files_are_rejected_by_name() {
    for (number, name) in [(3, "int8"), (10, "float16"), (99, "type 99")] {
        let other = [int(1, 1), int(2, number), field(8, "w"), field(9, [0; 8])].concat();
        refused(&model(&[gemm("x", "y")], &[other]), &["'w' holds", name]);
    }
    let elsewhere = [tensor("w", &[3, 2], &[]), int(14, 1)].concat();
    refused(&model(&[gemm("x", "y")], &[elsewhere]), &["'w' are in another file"]);
    let integers = [int(1, 6), int(2, 7), field(8, "w"), field(9, [0; 48])].concat();
    refused(&model(&[gemm("x", "y")], &[integers]), &["cannot use 'w' as its weight"]);
}

#[test]
fn nan_and_infinity_are_rejected_by_name() {
    let mut tensors = weights();
    tensors[1] = tensor("b", &[2], &[0.0, f32::NAN]);
    refused(&model(&[gemm("x", "y")], &tensors), &["'b' holds NaN at position 1"]);
    // The bias and the factor are finite, but their product is not.
    tensors[1] = tensor("b", &[2], &[0.0, f32::MAX]);
    let node = node("Gemm", &["x", "w", "b"], "y", &[graphs::float("beta", 8.0)]);
    refused(&model(&[node], &tensors), &["'output.bias' holds inf at position 1"]);
}

#[test]
fn duplicate_names_are_rejected() {
    let twice = [weights(), weights()].concat();
    refused(&model(&[gemm("x", "y")], &twice), &["'w' occurs twice"]);
    refused(&model(&[gemm("x", "y"), node("Relu", &["y"], "y", &[])], &weights()), &["'y' occurs twice"]);
    refused(&model(&[gemm("x", "w")], &weights()), &["'w' occurs twice"]);
    refused(&model(&[gemm("x", "x")], &weights()), &["'x' occurs twice"]);
}

#[test]
fn a_weight_shared_by_several_layers_is_rejected() {
    let square = tensor("w", &[2, 2], &[1.0; 4]);
    let nodes = [node("MatMul", &["x", "w"], "a", &[]), node("MatMul", &["a", "w"], "y", &[])];
    refused(&model(&nodes, &[square]), &["'y' (MatMul)", "cannot use 'w' as its weight"]);
}

#[test]
fn cycles_and_branches_are_rejected_where_they_occur() {
    let cycle = [gemm("h", "a"), node("Relu", &["a"], "h", &[]), node("Gemm", &["h", "v", "c"], "y", &[])];
    refused(&model(&cycle, &weights()), &["'a' (Gemm)", "'h', which no earlier node computes"]);
    let branch = [gemm("x", "a"), node("Gemm", &["x", "v", "c"], "y", &[])];
    refused(&model(&branch, &weights()), &["'y' (Gemm)", "'x' of layer 0"]);
    let skip = [node("Relu", &["a"], "r", &[]), node("Add", &["r", "a"], "h", &[])];
    refused(&two_layers(&skip, &[]), &["'y' (Gemm)", "Add(Relu(z), z)"]);
    let nodes = [gemm("x", "a"), node("Softmax", &["a"], "p", &[]), node("Gemm", &["p", "v", "c"], "y", &[])];
    refused(&model(&nodes, &weights()), &["'y' (Gemm)", "after the softmax"]);
    let unbiased = [node("MatMul", &["x", "w"], "m", &[]), node("Add", &["m", "b"], "a", &[])];
    let late = [unbiased[0].clone(), node("Relu", &["m"], "h", &[]), unbiased[1].clone()];
    let last = node("Gemm", &["h", "v", "c"], "y", &[]);
    assert!(from_onnx(&model(&[&late[..2], std::slice::from_ref(&last)].concat(), &weights())).is_ok());
    refused(
        &model(&[&late[..], &[node("Gemm", &["a", "v", "c"], "y", &[])]].concat(), &weights()),
        &["Add(z, [0.5, -0.5])"],
    );
    let unused = from_onnx(&model(&[&late[..], &[last]].concat(), &weights())).unwrap();
    assert_eq!(unused.parts().hidden[0].affine.bias, [0.0, 0.0]);
    let last = node("Gemm", &["m", "v", "c"], "y", &[]);
    refused(&model(&[&unbiased[..], &[last]].concat(), &weights()), &["'y' (Gemm)", "reads 'm'"]);
}

#[test]
fn a_graph_that_uses_every_value_twice_is_rejected_before_it_grows() {
    let names: Vec<_> = (0..60).map(|k| format!("n{k}")).collect();
    let mut nodes = vec![gemm("x", "n0")];
    nodes.extend(names.windows(2).map(|pair| node("Mul", &[&pair[0], &pair[0]], &pair[1], &[])));
    refused(&model(&nodes, &weights()), &["(Mul)", "more than 40 operators"]);
}

#[test]
fn signs_come_last_in_a_hidden_layer() {
    let signed = [node("Relu", &["a"], "r", &[]), node("Mul", &["r", "s"], "signed", &[])];
    let signs = [tensor("s", &[2], &[1.0, -1.0])];
    let more = [&signed[..], &[node("Tanh", &["signed"], "h", &[])]].concat();
    refused(&two_layers(&more, &signs), &["'h' (Tanh)", "'signed', which is already multiplied by signs"]);
    let last = [gemm("x", "z"), node("Mul", &["z", "s"], "y", &[])];
    refused(&model(&last, &[&weights()[..], &signs].concat()), &["the output 'y' is z times signs of layer 1"]);
}

#[test]
fn nodes_of_another_form_are_rejected() {
    let layered = [gemm("x", "a"), node("Flatten", &["a"], "y", &[])];
    refused(&model(&layered, &weights()), &["'y' (Flatten)", "flattens layer 1"]);
    let whole = [node("Flatten", &["x"], "row", &[integer("axis", 0)]), gemm("row", "y")];
    refused(&model(&whole, &weights()), &["'row' (Flatten)", "from axis 0"]);
    let two = [gemm("x", "y"), field(2, "more")].concat();
    refused(&model(&[two], &weights()), &["'y' (Gemm) has 2 outputs"]);
    let value = [field(1, "value"), field(5, tensor("", &[], &[1.0]))].concat();
    let constant = node("Constant", &[], "y", &[value]);
    refused(&model(&[gemm("x", "y"), constant], &weights()), &["'y' occurs twice"]);
    refused(&model(&[node("Constant", &[], "k", &[])], &weights()), &["'k' (Constant) has no tensor"]);
}

#[test]
fn unsupported_operators_and_attributes_are_named() {
    refused(&two_layers(&[node("Conv", &["a"], "h", &[])], &[]), &["'h' (Conv) is not supported", "Gemm"]);
    refused(&two_layers(&[node("Elu", &["a"], "h", &[])], &[]), &["'h' (Elu)"]);
    refused(&two_layers(&[node("Relu", &["a"], "h", &[integer("odd", 1)])], &[]), &["'h' (Relu)", "attribute 'odd'"]);
    let turned = node("Gemm", &["x", "w", "b"], "y", &[integer("transA", 1)]);
    refused(&model(&[turned], &weights()), &["'y' (Gemm)", "transA = 1"]);
    let foreign = [node("Gelu", &["a"], "h", &[]), field(7, "com.example")].concat();
    refused(&two_layers(&[foreign], &[]), &["'h' (Gelu)", "domain 'com.example'"]);
    let axis = [gemm("x", "a"), node("Softmax", &["a"], "y", &[integer("axis", 0)])];
    refused(&model(&axis, &weights()), &["'y' (Softmax)", "axis = 0"]);
    let halves = [tensor("s", &[2], &[1.0, 0.5])];
    refused(&two_layers(&[node("Mul", &["a", "s"], "h", &[])], &halves), &["'y' (Gemm)", "Mul(z, [1.0, 0.5])"]);
    let backwards = [
        node("Mul", &["a", "k"], "b1", &[]),
        node("Softplus", &["b1"], "c1", &[]),
        node("Div", &["c1", "k"], "h", &[]),
    ];
    refused(&two_layers(&backwards, &[tensor("k", &[], &[-2.0])]), &["the alpha of", "is -2, but must be a finite"]);
    let input = [node("Relu", &["x"], "r", &[]), gemm("r", "y")];
    refused(&model(&input, &weights()), &["'y' (Gemm)", "Relu(z) of the input"]);
}

#[test]
fn outputs_and_inputs_must_be_those_of_a_classifier() {
    let nodes = [gemm("x", "a"), node("Relu", &["a"], "y", &[])];
    refused(&model(&nodes, &weights()), &["the output 'y' is Relu(z)"]);
    refused(&model(&[gemm("x", "a")], &weights()), &["the output 'y' is not computed by any node"]);
    let parts = |inputs: &[&str], outputs: &[&str]| {
        let named = |number, names: &[&str]| -> Vec<u8> {
            names.iter().flat_map(|name| field(number, field(1, name))).collect()
        };
        graph(&[lists(1, &[gemm("x", "y")]), lists(5, &weights()), named(11, inputs), named(12, outputs)].concat())
    };
    refused(&parts(&["x", "other"], &["y"]), &["inputs [\"x\", \"other\"]"]);
    refused(&parts(&[], &["y"]), &["inputs []"]);
    refused(&parts(&["x"], &[]), &["has no layer with weights"]);
    refused(&parts(&["x"], &["x"]), &["the output 'x'"]);
    assert!(from_onnx(&parts(&["x", "w", "b"], &["y"])).is_ok()); // Old models also list their tensors as inputs.
    let image =
        [field(1, "x"), field(2, field(1, [int(1, 1), field(2, lists(1, &[vec![], vec![], vec![]]))].concat()))];
    let input = field(11, image.concat());
    let with = |nodes: &[Vec<u8>]| {
        let output = field(12, field(1, "y"));
        graph(&[lists(1, nodes), lists(5, &weights()), input.clone(), output].concat())
    };
    refused(&with(&[gemm("x", "y")]), &["'y' (Gemm)", "does not have two dimensions"]);
    assert!(from_onnx(&with(&[node("Flatten", &["x"], "rows", &[]), gemm("rows", "y")])).is_ok());
}

#[test]
fn operator_sets_with_other_meanings_are_rejected() {
    for version in [0, 8, 1000] {
        let model = [int(1, 8), field(7, []), field(8, int(2, version))].concat();
        refused(&model, &["operator set", &version.to_string()]);
    }
}

#[test]
fn a_model_with_too_many_parts_is_rejected_before_it_is_decoded() {
    let nodes = vec![Vec::new(); 200_000];
    refused(&graph(&lists(1, &nodes)), &["100000"]);
}

#[test]
fn descriptions_of_another_network_are_rejected() {
    let other = |file: &[u8]| {
        let at = file.windows(5).position(|bytes| bytes == b"[9,7]").unwrap();
        [&file[..at], b"[9,8]", &file[at + 5..]].concat()
    };
    let network = network(Activation::Tanh);
    let safetensors = from_safetensors(&other(&network.to_safetensors().unwrap()), None);
    for read in [safetensors, from_onnx(&other(&network.to_onnx().unwrap()))] {
        let error = read.unwrap_err().to_string();
        assert!(
            error.contains("it states the widths 12-9-8-4 with signs, but the layers have 12-9-7-4 with signs"),
            "{error}"
        );
    }
}

/// A safetensors file with the header `header` and the given number of zero bytes as data.
fn safetensors(header: &str, bytes: usize) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &vec![0; bytes]].concat()
}

#[test]
fn safetensors_headers_are_checked_against_the_data() {
    let entry = |kind: &str, shape: &str, end: usize| {
        format!(r#""output.weight":{{"dtype":"{kind}","shape":{shape},"data_offsets":[0,{end}]}}"#)
    };
    let cases = [
        (entry("F32", "[4294967296,4294967296,4]", 24), "'output.weight' has shape [4294967296, 4294967296, 4]"),
        (entry("F32", "[3,2]", 20), "'output.weight' has shape [3, 2]"),
        (entry("F64", "[3,1]", 24), "'output.weight' holds F64 numbers"),
        (format!("{},{}", entry("F32", "[3,2]", 24), entry("F32", "[2,3]", 24)), "'output.weight' occurs twice"),
        (entry("F32", "[3,200]", 2400), "not a complete safetensors file"),
    ];
    for (entries, expected) in cases {
        let error = from_safetensors(&safetensors(&format!("{{{entries}}}"), 24), None).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let endless = [&u64::MAX.to_le_bytes()[..], b"{}"].concat();
    assert!(from_safetensors(&endless, None).unwrap_err().to_string().contains("within its header"));
}
