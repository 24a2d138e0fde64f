//! Tests of graphs that compute the shape to which they flatten the input.

use crate::graphs::{field, graph, int, integer, lists, node, refused, tensor, weights};
use crate::nodes::{integers, shaped};
use exchange::from_onnx;
use proptest::prelude::*;

/// A model with the input x, which has the dimensions `dims`, `nodes` that flatten x to h, and a layer that reads h and
/// has the tensors w and b of [`weights`].
fn flattened(dims: &[Option<i64>], nodes: &[Vec<u8>], tensors: &[Vec<u8>]) -> Vec<u8> {
    let last = node("Gemm", &["h", "w", "b"], "y", &[]);
    shaped(dims, &[nodes, &[last]].concat(), &[&weights(), tensors].concat(), &["y"])
}

const IMAGE: [Option<i64>; 4] = [None, Some(1), Some(1), Some(3)];

#[track_caller]
fn read(model: &[u8]) {
    let network = from_onnx(model).unwrap();
    assert_eq!(network.parts().output.weight, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
}

/// The nodes of PyTorch's `x.view(x.size(0), -1)`.
fn view(of: &str) -> [Vec<u8>; 5] {
    [
        node("Shape", &[of], "s", &[]),
        node("Gather", &["s", "zero"], "n", &[integer("axis", 0)]),
        node("Unsqueeze", &["n", "axes"], "n1", &[]),
        node("Concat", &["n1", "rest"], "target", &[integer("axis", 0)]),
        node("Reshape", &[of, "target"], "h", &[integer("allowzero", 0)]),
    ]
}

fn numbers() -> Vec<Vec<u8>> {
    vec![integers("zero", &[], &[0]), integers("axes", &[1], &[0]), integers("rest", &[1], &[-1])]
}

#[test]
fn a_view_of_the_batch_and_the_rest_flattens_the_input() {
    read(&flattened(&IMAGE, &view("x"), &numbers()));
    read(&flattened(&[None, None, None, None], &view("x"), &numbers()));
    read(&flattened(&[Some(5), Some(3)], &view("x"), &numbers()));
    let scaled = [node("Div", &["x", "one"], "q", &[])];
    let nodes = [&scaled[..], &view("q")].concat();
    read(&flattened(&IMAGE, &nodes, &[numbers(), vec![tensor("one", &[], &[1.0])]].concat()));
}

#[test]
fn products_and_slices_of_dimensions_flatten_the_input() {
    let shape = |start, end| node("Shape", &["x"], "n", &[integer("start", start), integer("end", end)]);
    let reshape = node("Reshape", &["x", "target"], "h", &[]);
    let concat = |a, b| node("Concat", &[a, b], "target", &[integer("axis", 0)]);
    read(&flattened(&IMAGE, &[shape(0, 1), concat("n", "rest"), reshape.clone()], &numbers()));
    read(&flattened(&IMAGE, &[shape(-4, -3), concat("n", "rest"), reshape.clone()], &numbers()));
    let whole = [
        node("Shape", &["x"], "s", &[]),
        node("Slice", &["s", "one", "four"], "sizes", &[]),
        node("ReduceProd", &["sizes"], "width", &[integer("keepdims", 1)]),
        concat("rest", "width"),
        reshape.clone(),
    ];
    let ends = [numbers(), vec![integers("one", &[1], &[1]), integers("four", &[1], &[4])]].concat();
    read(&flattened(&IMAGE, &whole, &ends));
    let pick = |index: &str, to: &str| node("Gather", &["s", index], to, &[]);
    let product = [
        node("Shape", &["x"], "s", &[]),
        pick("one", "d1"),
        pick("last", "d3"),
        node("Mul", &["d1", "d3"], "width", &[]),
        node("Cast", &["width"], "same", &[integer("to", 7)]),
        concat("rest", "same"),
        reshape,
    ];
    read(&flattened(&IMAGE, &product, &[ends, vec![integers("last", &[1], &[-1])]].concat()));
}

#[test]
fn other_shapes_are_refused() {
    let swapped = |node_: Vec<u8>| {
        let mut nodes = view("x");
        nodes[3] = node_;
        nodes
    };
    let backwards = swapped(node("Concat", &["rest", "n1"], "target", &[integer("axis", 0)]));
    refused(&flattened(&IMAGE, &backwards, &numbers()), &["'h' (Reshape) does not flatten the input"]);
    let other = swapped(node("Max", &["n1", "rest"], "target", &[]));
    refused(&flattened(&IMAGE, &other, &numbers()), &["'target' (Max) computes a shape in an unsupported way"]);
    let long = swapped(node("Concat", &["n1"; 40], "target", &[integer("axis", 0)]));
    refused(&flattened(&IMAGE, &long, &numbers()), &["'target' (Concat) computes a shape in an unsupported way"]);
    let layer = [node("Shape", &["x"], "s", &[]), node("Gemm", &["s", "w", "b"], "h", &[])];
    refused(&flattened(&IMAGE, &layer, &[]), &["'h' (Gemm) computes a shape in an unsupported way"]);
    let twice = [view("x")[0].clone(), view("x")[0].clone()];
    refused(&flattened(&IMAGE, &twice, &[]), &["'s' occurs twice"]);
    let out = swapped(node("Gather", &["s", "far"], "target", &[]));
    refused(
        &flattened(&IMAGE, &out, &[numbers(), vec![integers("far", &[], &[i64::MIN])]].concat()),
        &["'target' (Gather)"],
    );
}

#[test]
fn pixels_whose_channels_or_bytes_would_be_mistaken_are_refused() {
    let interleaved = [None, Some(5), Some(5), Some(3)];
    for flatten in [node("Flatten", &["x"], "h", &[]), node("Reshape", &["x", "whole"], "h", &[])] {
        let nodes = [flatten, node("MatMul", &["h", "v"], "y", &[])];
        let tensors = [integers("whole", &[2], &[-1, 75]), tensor("v", &[75, 1], &[1.0; 75])];
        refused(&shaped(&interleaved, &nodes, &tensors, &["y"]), &["flattens pixels with interleaved channels"]);
        assert!(from_onnx(&shaped(&[None, Some(3), Some(5), Some(5)], &nodes, &tensors, &["y"])).is_ok());
    }
    let bytes = field(11, [field(1, "x"), field(2, field(1, int(1, 2)))].concat());
    let nodes = [node("Cast", &["x"], "h", &[integer("to", 1)]), node("Gemm", &["h", "w", "b"], "y", &[])];
    let model = [lists(1, &nodes), lists(5, &weights()), bytes, field(12, field(1, "y"))].concat();
    refused(&graph(&model), &["'x', which holds bytes", "an input of floats"]);
}

proptest! {
    /// A reshape is accepted if and only if it keeps the examples apart, for every batch that the input allows.
    #[test]
    fn a_reshape_flattens_if_it_keeps_the_examples_apart(
        batch in prop::option::of(1i64..4),
        target in (-1i64..8, -1i64..8),
        sides in (1i64..4, 1i64..4),
    ) {
        let width = sides.0 * sides.1;
        let nodes = [node("Reshape", &["x", "t"], "h", &[]), node("MatMul", &["h", "v"], "y", &[])];
        let tensors = [integers("t", &[2], &[target.0, target.1]), tensor("v", &[width, 1], &vec![1.0; width as usize])];
        let model = shaped(&[batch, Some(sides.0), Some(sides.1)], &nodes, &tensors, &["y"]);
        let keeps = target.1 == width || target.1 == -1 && (target.0 == 0 || batch == Some(target.0));
        if from_onnx(&model).is_ok() {
            prop_assert!(keeps, "{batch:?} {target:?} {width}");
        } else {
            prop_assert!(!keeps || target == (-1, -1), "{batch:?} {target:?} {width}");
        }
    }
}
