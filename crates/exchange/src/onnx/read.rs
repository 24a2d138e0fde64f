//! Reads an ONNX model as a network.

use super::chain::Chain;
use super::limits;
use super::messages::{BYTE, FORMAT, Model, OperatorSet};
use super::own;
use super::tensor::Constant;
use crate::error::Error;
use crate::found::Found;
use crate::portable::Portable;
use crate::statement::{NETWORK, Statement};
use prost::Message as _;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The operator sets whose operators have the meaning assumed here; later sets have not been checked.
const OPERATOR_SETS: RangeInclusive<i64> = 9..=28;

/// The network of an ONNX model: a chain of layers, each a `Gemm`, a `LinearClassifier`, or a `MatMul` with an optional
/// `Add`, with the same formula after each layer but the last, optionally a `Mul` by signs after the formula, and
/// optionally a `Softmax` or `LogSoftmax` at the end. All weights and biases must be in the file; 64-bit weights and
/// biases are rounded to 32 bits. Models written by [`Portable::to_onnx`] are restored bit for bit.
///
/// Sums and products of the input with constants, `Scaler` and `BatchNormalization` before the first layer become part
/// of that layer. `Identity`, `Dropout` for inference and nodes that flatten the input are skipped. Nodes after the
/// last layer that compute labels are left out, but the names of the classes are read from them. The logistic function
/// of a single output z becomes two logits: 0 for one class and z for the other.
///
/// # Errors
/// [`Error::Empty`] or [`Error::Malformed`] if the file is not a complete ONNX model, [`Error::TooLarge`] if the model
/// exceeds a limit, and otherwise an [`Error`] that names the tensor, the node with its operator, or the other part of
/// the model that is invalid or not supported.
pub fn from_onnx(bytes: &[u8]) -> Result<Portable, Error> {
    found(bytes)?.whole()
}

pub(crate) fn found(bytes: &[u8]) -> Result<Found, Error> {
    Error::unless_empty(FORMAT, bytes)?;
    limits::check(bytes)?;
    let model = Model::decode(bytes).map_err(|e| Error::malformed(FORMAT, e))?;
    check_operators(&model.opset_import)?;
    let statement = model.metadata_props.iter().find(|entry| entry.key == NETWORK);
    let statement = statement.map(|entry| Statement::parse(&entry.value)).transpose()?;
    let mut graph = model.graph.ok_or_else(|| Error::malformed(FORMAT, "it has no graph"))?;
    if let Some(statement) = &statement {
        let inputs = statement.check_notes(bytes.len())?;
        own::take_away(&mut graph, &statement.notes, inputs)?;
    }
    let mut constants = BTreeMap::new();
    for mut tensor in graph.initializer {
        let name = std::mem::take(&mut tensor.name);
        let constant = Constant::of(&name, tensor)?;
        if constants.insert(name.clone(), constant).is_some() {
            return Err(Error::Duplicate { name });
        }
    }
    // Old models list their initialisers as inputs, too.
    let inputs: Vec<_> = graph.input.iter().filter(|input| !constants.contains_key(&input.name)).collect();
    let [input] = inputs[..] else {
        let names: Vec<_> = inputs.iter().map(|input| input.name.as_str()).collect();
        return Err(unsupported(format!("has the inputs {names:?}"), "one input, [batch, inputs]"));
    };
    if input.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref()).is_some_and(|kind| kind.elem_type == BYTE) {
        let reason = format!("reads '{}', which holds bytes, the stored values of pixels", input.name);
        return Err(unsupported(reason, "an input of floats, from 0 or -1 to 1"));
    }
    let mut chain = Chain::new(constants, input, statement.as_ref().map(|statement| statement.activation))?;
    for node in graph.node {
        chain.node(node)?;
    }
    let outputs: Vec<_> = graph.output.into_iter().map(|output| output.name).collect();
    let (mut parts, scale, notes) = chain.finish(&outputs)?;
    if let Some(statement) = statement {
        statement.check(&parts)?;
        parts.notes = statement.notes;
    }
    Ok(Found { network: Portable::new(parts)?, scale, notes })
}

fn check_operators(sets: &[OperatorSet]) -> Result<(), Error> {
    let standard = sets.iter().find(|set| set.domain.is_empty() || set.domain == "ai.onnx");
    let version = standard.map_or(0, |set| set.version);
    if OPERATOR_SETS.contains(&version) {
        return Ok(());
    }
    let (first, last) = OPERATOR_SETS.into_inner();
    Err(unsupported(format!("uses operator set {version}"), &format!("operator sets {first} to {last}")))
}

fn unsupported(reason: String, supported: &str) -> Error {
    Error::Graph { place: "the model".to_owned(), reason, supported: supported.to_owned() }
}
