//! Writes a network as an ONNX model.

use super::messages::FORMAT;
use super::messages::{Attribute, Entry, Graph, Model, Node, OperatorSet, Tensor};
use super::{own, tensor};
use crate::error::Error;
use crate::expression::Expression;
use crate::formula;
use crate::own::Own;
use crate::portable::Portable;
use crate::statement::{NETWORK, Statement};
use prost::Message as _;

/// The version of the ONNX operator set that exported models use.
const OPERATOR_SET: i64 = 17;
/// The version of the ONNX format that belongs to operator set 17.
const FORMAT_VERSION: i64 = 8;
/// The limit on the size of a protobuf message, in bytes.
const LIMIT: usize = i32::MAX as usize;

impl Portable {
    /// The network as an ONNX model that takes the user's own numbers. The model uses operator set 17, its tensors have
    /// the same names as in [`to_safetensors`](Self::to_safetensors), and the outputs of the hidden layers are called
    /// `hidden.0`, `hidden.1`, ...
    ///
    /// `input` `[batch, ..]` holds for each example:
    ///
    /// | preprocessing     | `input`                                                                         |
    /// |-------------------|---------------------------------------------------------------------------------|
    /// | columns           | each number in its own units, NaN where it is missing; 0 or 1 for each category |
    /// | pixels            | the stored values of the pixels, 0 to `maximum`, plane by plane                 |
    /// | terms             | 0 or 1 for each term                                                            |
    /// | sparse, or `None` | the inputs of the network                                                       |
    ///
    /// The outputs are `logits` and `probabilities` `[batch, classes]`, or, if the target is a number, `prediction`
    /// `[batch, 1]` in the target's own units. Nodes scale numbers in 64 bits. Inputs and outputs are floats, but
    /// `input` or `prediction` holds doubles if the mean of a number exceeds 10,000 of its standard deviations. In the
    /// metadata, `network` describes the network with its notes, and `inputs` and `classes` are lists of names in JSON.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if the model exceeds 2 GiB, the limit of the format.
    pub fn to_onnx(&self) -> Result<Vec<u8>, Error> {
        let parts = self.parts();
        let own = Own::of(&parts.notes, parts.inputs());
        let names = [("inputs", own.names.as_deref()), ("classes", Some(parts.notes.names()))];
        let names = names.into_iter().filter_map(|(key, names)| Some((key, names.filter(|names| !names.is_empty())?)));
        let names =
            names.map(|(key, names)| Entry { key: key.to_owned(), value: serde_json::json!(names).to_string() });
        let statement = Entry { key: NETWORK.to_owned(), value: Statement::json(parts)? };
        let model = Model {
            ir_version: FORMAT_VERSION,
            producer_name: "rectifier".to_owned(),
            producer_version: env!("CARGO_PKG_VERSION").to_owned(),
            graph: Some(graph(self, &own)),
            opset_import: vec![OperatorSet { domain: String::new(), version: OPERATOR_SET }],
            metadata_props: std::iter::once(statement).chain(names).collect(),
        };
        let bytes = model.encoded_len();
        if bytes > LIMIT {
            let (what, limit) = (format!("a model of {bytes} bytes"), "2 GiB".to_owned());
            return Err(Error::TooLarge { format: FORMAT, what, limit });
        }
        Ok(model.encode_to_vec())
    }
}

fn graph(network: &Portable, own: &Own) -> Graph {
    let parts = network.parts();
    let before = own::to_row(own);
    let mut row = before.last;
    let mut writer = Writer { nodes: before.nodes, ..Writer::default() };
    for (k, layer) in parts.hidden.iter().enumerate() {
        let name = format!("hidden.{k}");
        let z = writer.affine(&format!("{name}.affine"), row, format!("{name}.z"));
        let formula = formula::of_layer(parts.activation, layer.affine.units());
        let h = writer.expression(&formula, &Place { layer: &name, z: &z, first: writer.nodes.len() });
        if layer.signs.is_some() {
            writer.node("Mul", vec![h, format!("{name}.signs")], format!("{name}.signed"), Vec::new());
        }
        // Whichever node comes last computes the layer's output, which is renamed before any other node reads it.
        row = name;
        if let Some(output) = writer.nodes.last_mut() {
            output.output = vec![row.clone()];
        }
    }
    let after = own::from_scaled(&parts.notes);
    if parts.notes.number().is_some() {
        writer.affine("output", row, own::SCALED.to_owned());
    } else {
        let logits = writer.affine("output", row, "logits".to_owned());
        writer.node("Softmax", vec![logits], "probabilities".to_owned(), vec![own::integer("axis", 1)]);
    }
    let tensors = network.tensors();
    let tensors = before
        .tensors
        .into_iter()
        .chain(tensors.iter().map(Tensor::from))
        .chain(writer.initialisers())
        .chain(after.tensors);
    Graph {
        name: NETWORK.to_owned(),
        initializer: tensors.collect(),
        node: writer.nodes.into_iter().chain(after.nodes).collect(),
        input: vec![own::input(&parts.notes, own)],
        output: own::outputs(&parts.notes, parts.output.units()),
    }
}

/// The place of an expression in the graph: its layer's name, the name of the pre-activations, and its first node.
struct Place<'a> {
    layer: &'a str,
    z: &'a str,
    first: usize,
}

#[derive(Default)]
struct Writer {
    nodes: Vec<Node>,
    /// The constants of all formulas, each listed once.
    constants: Vec<Expression>,
}

impl Writer {
    fn node(&mut self, operator: &str, input: Vec<String>, output: String, attribute: Vec<Attribute>) -> String {
        let name = output.clone();
        let (output, op_type, domain) = (vec![output], operator.to_owned(), String::new());
        self.nodes.push(Node { input, output, name: name.clone(), op_type, attribute, domain });
        name
    }

    fn affine(&mut self, layer: &str, row: String, output: String) -> String {
        self.node("Gemm", vec![row, format!("{layer}.weight"), format!("{layer}.bias")], output, Vec::new())
    }

    /// Writes the nodes of `expression` that do not exist yet, and returns the name of the value of `expression`.
    fn expression(&mut self, expression: &Expression, place: &Place<'_>) -> String {
        match expression {
            Expression::Z => place.z.to_owned(),
            Expression::Apply(operator, inputs) => {
                let inputs: Vec<_> = inputs.iter().map(|input| self.expression(input, place)).collect();
                let same = |node: &&Node| node.op_type == *operator && node.input == inputs;
                if let Some(node) = self.nodes[place.first..].iter().find(same) {
                    return node.name.clone();
                }
                let output = format!("{}.{}.{operator}", place.layer, self.nodes.len() - place.first);
                self.node(operator, inputs, output, Vec::new())
            }
            constant => {
                let index = self.constants.iter().position(|known| known == constant).unwrap_or_else(|| {
                    self.constants.push(constant.clone());
                    self.constants.len() - 1
                });
                constant_name(index)
            }
        }
    }

    fn initialisers(&self) -> impl Iterator<Item = Tensor> {
        let constants = self.constants.iter().enumerate();
        constants.filter_map(|(index, constant)| tensor::initialiser(&constant_name(index), constant))
    }
}

fn constant_name(index: usize) -> String {
    format!("constant.{index}")
}
