//! Models, nodes and tensors as other programs write them, encoded field by field.

use crate::graphs::{field, graph, int, lists, node};

/// A model of operator set 17 with the outputs `outputs` and the input x, which has the dimensions `dims`; `None`
/// stands for a dimension with a name instead of a number.
pub(crate) fn shaped(dims: &[Option<i64>], nodes: &[Vec<u8>], tensors: &[Vec<u8>], outputs: &[&str]) -> Vec<u8> {
    let dims: Vec<u8> = dims.iter().flat_map(|dim| field(1, dim.map_or(field(2, "n"), |dim| int(1, dim)))).collect();
    let kind = field(2, field(1, [int(1, 1), field(2, dims)].concat()));
    let input = field(11, [field(1, "x"), kind].concat());
    let outputs: Vec<u8> = outputs.iter().flat_map(|output| field(12, field(1, output))).collect();
    graph(&[lists(1, nodes), lists(5, tensors), input, outputs].concat())
}

/// A node of the domain ai.onnx.ml.
pub(crate) fn classical(operator: &str, inputs: &[&str], outputs: &[&str], attributes: &[Vec<u8>]) -> Vec<u8> {
    let more = outputs[1..].iter().flat_map(|output| field(2, output)).collect();
    [node(operator, inputs, outputs[0], attributes), more, field(7, "ai.onnx.ml")].concat()
}

/// An attribute that is a list of 32-bit floating-point numbers.
pub(crate) fn floats(name: &str, values: &[f32]) -> Vec<u8> {
    let values: Vec<u8> = values.iter().flat_map(|value| [&[7 << 3 | 5][..], &value.to_le_bytes()].concat()).collect();
    [field(1, name), values, int(20, 6)].concat()
}

/// An attribute that is a text.
pub(crate) fn text(name: &str, value: &str) -> Vec<u8> {
    [field(1, name), field(4, value), int(20, 3)].concat()
}

/// An attribute that is a list of texts.
pub(crate) fn texts(name: &str, values: &[&str]) -> Vec<u8> {
    let values = values.iter().flat_map(|value| field(9, value)).collect();
    [field(1, name), values, int(20, 8)].concat()
}

/// A tensor of 64-bit integers with the dimensions `dims`.
pub(crate) fn integers(name: &str, dims: &[i64], values: &[i64]) -> Vec<u8> {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let dims = dims.iter().flat_map(|dim| int(1, *dim)).collect();
    [dims, int(2, 7), field(8, name), field(9, raw)].concat()
}

/// A tensor of 64-bit floating-point numbers, as raw data.
pub(crate) fn double(name: &str, dims: &[i64], values: &[f64]) -> Vec<u8> {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let dims = dims.iter().flat_map(|dim| int(1, *dim)).collect();
    [dims, int(2, 11), field(8, name), field(9, raw)].concat()
}
