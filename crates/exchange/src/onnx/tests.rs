//! Tests of models that take and predict the user's own numbers.

use super::from_onnx;
use super::messages::{DOUBLE, FLOAT, Graph, INT64, Model, Node, Tensor};
use crate::error::Error;
use crate::own::Own;
use crate::portable::Portable;
use crate::testing::{HOSTILE, classes, columns, kinds, network, number};
use preprocessing::{Preprocessing, Standard, Target};
use prost::Message as _;
use std::collections::BTreeMap;
use units::Activation;

fn model(network: &Portable) -> Model {
    Model::decode(&network.to_onnx().unwrap()[..]).unwrap()
}

fn graph(network: &Portable) -> Graph {
    model(network).graph.unwrap()
}

/// A network that reads the columns of a table and predicts `target`, or four classes if `target` is `None`.
fn table(target: Option<Target>) -> Portable {
    network(Activation::Rectifier, Some(Preprocessing::Columns(columns())), target)
}

#[test]
fn every_preprocessing_and_target_is_restored_bit_for_bit() {
    for kind in kinds() {
        for target in [None, Some(classes()), Some(number())] {
            let network = network(Activation::Pair, kind.clone(), target);
            assert_eq!(from_onnx(&network.to_onnx().unwrap()).unwrap(), network);
            assert_eq!(crate::from_npz(&network.to_npz().unwrap(), None).unwrap(), network);
            assert_eq!(crate::from_safetensors(&network.to_safetensors().unwrap(), None).unwrap(), network);
        }
    }
}

/// The values of a tensor of any type as numbers.
fn numbers(tensor: &Tensor) -> Vec<f64> {
    let raw = &tensor.raw_data[..];
    match tensor.data_type {
        DOUBLE => raw.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect(),
        INT64 => raw.as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes) as f64).collect(),
        _ => raw.as_chunks().0.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect(),
    }
}

/// The output of `node` for one example, according to ONNX's definition of the operator.
fn computed(node: &Node, values: &BTreeMap<String, Vec<f64>>) -> Vec<f64> {
    let inputs: Vec<&[f64]> = node.input.iter().map(|name| &values[name][..]).collect();
    let each = |f: fn(f64, f64) -> f64| inputs[0].iter().zip(inputs[1]).map(|(a, b)| f(*a, *b)).collect();
    match node.op_type.as_str() {
        "Sub" => each(|a, b| a - b),
        "Div" => each(|a, b| a / b),
        "Mul" => each(|a, b| a * b),
        "Add" => each(|a, b| a + b),
        "Cast" if node.attribute[0].i == Some(i64::from(FLOAT)) => {
            inputs[0].iter().map(|x| f64::from(*x as f32)).collect()
        }
        "Cast" => inputs[0].to_vec(),
        "IsNaN" => inputs[0].iter().map(|x| f64::from(u8::from(x.is_nan()))).collect(),
        "Where" => (0..inputs[0].len()).map(|k| if inputs[0][k] > 0.0 { inputs[1][k] } else { inputs[2][k] }).collect(),
        "Concat" => inputs.concat(),
        "Gather" => inputs[1].iter().map(|index| inputs[0][*index as usize]).collect(),
        other => panic!("{other} is not an operator of the scaling nodes"),
    }
}

/// The values by their names after `nodes` have run: the tensors of `graph`, the value `given`, called `name`, and the
/// outputs of the nodes.
fn run(graph: &Graph, nodes: &[Node], name: &str, given: &[f64]) -> BTreeMap<String, Vec<f64>> {
    let mut values: BTreeMap<_, _> = graph.initializer.iter().map(|t| (t.name.clone(), numbers(t))).collect();
    values.insert(name.to_owned(), given.to_vec());
    for node in nodes {
        values.insert(node.output[0].clone(), computed(node, &values));
    }
    values
}

#[test]
fn the_nodes_before_the_first_layer_compute_the_inputs_of_training() {
    for kind in kinds() {
        let network = network(Activation::Rectifier, kind, None);
        let graph = graph(&network);
        let own = Own::of(&network.parts().notes, network.parts().inputs());
        let first = graph.node.iter().position(|node| node.op_type == "Gemm").unwrap();
        let values = run(&graph, &graph.node[..first], "input", &own.example());
        let expected: Vec<f64> = own.inputs(&own.example()).into_iter().map(f64::from).collect();
        assert_eq!(values[&graph.node[first].input[0]], expected);
        let shape = graph.input[0].r#type.as_ref().unwrap().tensor_type.as_ref().unwrap().shape.as_ref().unwrap();
        assert_eq!(shape.dim[1].dim_value, Some(own.width().cast_signed() as i64));
    }
}

#[test]
fn the_nodes_after_the_last_layer_compute_the_number_in_its_units() {
    let graph = graph(&table(Some(number())));
    let last = graph.node.iter().rposition(|node| node.op_type == "Gemm").unwrap();
    let values = run(&graph, &graph.node[last + 1..], &graph.node[last].output[0], &[-1.5]);
    assert_eq!(values["prediction"], [1134.0]);
    assert_eq!(graph.output[0].name, "prediction");
    assert_eq!(graph.output.len(), 1);
}

#[test]
fn doubles_are_used_where_floats_would_lose_the_differences() {
    let kind = |graph: &Graph| graph.input[0].r#type.as_ref().unwrap().tensor_type.as_ref().unwrap().elem_type;
    let mut columns = columns();
    assert_eq!(kind(&graph(&table(None))), DOUBLE); // The mean of the times exceeds 10,000 deviations.
    columns.columns.remove(2);
    let without_times = network(Activation::Rectifier, Some(Preprocessing::Columns(columns)), None);
    assert_eq!(kind(&graph(&without_times)), FLOAT);
    let standard = Standard { mean: 1.7e9, deviation: 3.0 };
    let times = table(Some(Target::Number { name: "time".to_owned(), standard }));
    let output = graph(&times).output[0].r#type.clone().unwrap().tensor_type.unwrap();
    assert_eq!(output.elem_type, DOUBLE);
    assert_eq!(from_onnx(&times.to_onnx().unwrap()).unwrap(), times);
}

#[test]
fn names_are_in_the_metadata() {
    let entries: BTreeMap<_, _> =
        model(&table(Some(classes()))).metadata_props.into_iter().map(|e| (e.key, e.value)).collect();
    let list = |key: &str| serde_json::from_str::<Vec<String>>(&entries[key]).unwrap();
    assert_eq!(list("classes"), HOSTILE);
    assert_eq!(
        list("inputs")[..2],
        [HOSTILE[0].to_owned(), format!("{}=%s {{x}} \u{0}7\u{1b}[0m\r\t", HOSTILE[1])][..]
    );
    assert_eq!(list("inputs").len(), 9);
    let network: serde_json::Value = serde_json::from_str(&entries["network"]).unwrap();
    assert_eq!((&network["preprocessing"]["of"], &network["target"]["of"]), (&"columns".into(), &"classes".into()));
}

#[test]
fn nodes_that_compute_something_else_than_the_notes_say_are_refused() {
    type Change = fn(&mut Graph);
    let cases: [(&str, Change); 4] = [
        ("'preprocessing'", |graph| graph.node[1].op_type = "Abs".to_owned()),
        ("'preprocessing'", |graph| graph.initializer[1].raw_data[0] ^= 1),
        ("'target'", |graph| graph.node.truncate(graph.node.len() - 1)),
        ("'target'", |graph| graph.initializer.truncate(graph.initializer.len() - 1)),
    ];
    for (note, change) in cases {
        let mut model = model(&table(Some(number())));
        change(model.graph.as_mut().unwrap());
        let error = from_onnx(&model.encode_to_vec()).unwrap_err();
        assert!(matches!(error, Error::Note { .. }) && error.to_string().contains(note), "{error}");
    }
}

#[test]
fn sizes_that_the_file_cannot_hold_are_refused_before_memory_is_taken() {
    let pixels = r#""preprocessing":{"of":"pixels","channels":1,"height":1000000,"width":1000000,"maximum":9}"#;
    let mut model = model(&table(None));
    for inputs in ["1000000000000", "12"] {
        let statement = format!(
            r#"{{"inputs":{inputs},"hidden":[6,3],"outputs":4,"activation":"rectifier","sign_mask":"none",{pixels}}}"#
        );
        model.metadata_props[0].value = statement;
        let error = from_onnx(&model.encode_to_vec()).unwrap_err().to_string();
        assert!(error.contains("1000000"), "{error}");
    }
}
