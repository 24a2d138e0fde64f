//! ONNX models that are encoded field by field, without the message types of the crate.

use exchange::from_onnx;

/// The protobuf field `number` with the content `content`: a message, text or bytes.
pub(crate) fn field(number: u64, content: impl AsRef<[u8]>) -> Vec<u8> {
    let content = content.as_ref();
    [varint(number << 3 | 2), varint(content.len() as u64), content.to_vec()].concat()
}

/// The protobuf field `number` with the integer `value`.
pub(crate) fn int(number: u64, value: i64) -> Vec<u8> {
    [varint(number << 3), varint(value.cast_unsigned())].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A tensor of 32-bit floating-point numbers, as raw data.
pub(crate) fn tensor(name: &str, dims: &[i64], values: &[f32]) -> Vec<u8> {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let dims = dims.iter().flat_map(|dim| int(1, *dim)).collect();
    [dims, int(2, 1), field(8, name), field(9, raw)].concat()
}

pub(crate) fn node(operator: &str, inputs: &[&str], output: &str, attributes: &[Vec<u8>]) -> Vec<u8> {
    let inputs = inputs.iter().flat_map(|input| field(1, input)).collect();
    let attributes = attributes.iter().flat_map(|attribute| field(5, attribute)).collect();
    [inputs, field(2, output), field(4, operator), attributes].concat()
}

/// An attribute that is an integer.
pub(crate) fn integer(name: &str, value: i64) -> Vec<u8> {
    [field(1, name), int(3, value), int(20, 2)].concat()
}

/// An attribute that is a 32-bit floating-point number.
pub(crate) fn float(name: &str, value: f32) -> Vec<u8> {
    [field(1, name), vec![2 << 3 | 5], value.to_le_bytes().to_vec(), int(20, 1)].concat()
}

/// A model of operator set 17 with the input x and the output y.
pub(crate) fn model(nodes: &[Vec<u8>], tensors: &[Vec<u8>]) -> Vec<u8> {
    graph(&[lists(1, nodes), lists(5, tensors), field(11, field(1, "x")), field(12, field(1, "y"))].concat())
}

/// A model of operator set 17 with the graph `graph`.
pub(crate) fn graph(graph: &[u8]) -> Vec<u8> {
    [int(1, 8), field(7, graph), field(8, int(2, 17))].concat()
}

pub(crate) fn lists(number: u64, messages: &[Vec<u8>]) -> Vec<u8> {
    messages.iter().flat_map(|message| field(number, message)).collect()
}

/// The tensors w `[3, 2]`, b `[2]`, v `[2, 4]` and c `[4]` of a network with 3 inputs, 2 units and 4 classes.
pub(crate) fn weights() -> Vec<Vec<u8>> {
    vec![
        tensor("w", &[3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        tensor("b", &[2], &[0.5, -0.5]),
        tensor("v", &[2, 4], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]),
        tensor("c", &[4], &[0.1, 0.2, 0.3, 0.4]),
    ]
}

/// A model with two layers, the nodes `between`, which compute h from a, and the additional tensors `more`.
pub(crate) fn two_layers(between: &[Vec<u8>], more: &[Vec<u8>]) -> Vec<u8> {
    let (first, last) = (node("Gemm", &["x", "w", "b"], "a", &[]), node("Gemm", &["h", "v", "c"], "y", &[]));
    model(&[&[first], between, &[last]].concat(), &[&weights(), more].concat())
}

/// Asserts that `model` is rejected with an error that contains each of `words`.
#[track_caller]
pub(crate) fn refused(model: &[u8], words: &[&str]) {
    let error = from_onnx(model).unwrap_err().to_string();
    assert!(words.iter().all(|word| error.contains(word)), "{error}");
}
