//! Reads the nodes of a graph, in order, as a chain of layers.

mod affine;

use super::messages::{FORMAT, Node, ValueInfo};
use super::tensor::Constant;
use super::value::{Dim, InputShape, Role, Value};
use crate::error::Error;
use crate::expression::{self, Expression};
use crate::formula;
use crate::notes::Notes;
use crate::portable::{Affine, Hidden, Parts};
use crate::scale::Scale;
use std::collections::BTreeMap;
use std::rc::Rc;
use units::Activation;

/// The limit on the number of operators and operands in an expression. The formulas of all activations are smaller.
/// Without a limit, expressions would grow exponentially in a graph that uses each value twice.
const LARGEST: usize = 40;
/// The limit on the total count of numbers that nodes copy from constants. Without a limit, a small file could make the
/// reader copy a large constant many times.
const COPIES: usize = 1 << 24;
const OPERATORS: &str = "Gemm, MatMul with Add, the operators of the formulas (Relu, Softplus, Tanh, Sigmoid, Abs, Clip, \
    and those of exported networks), Mul by signs, Identity, Constant; Add, Sub, Mul, Div, Scaler, BatchNormalization, Cast \
    and Flatten of the input; at the end Softmax, LogSoftmax, ArgMax, ZipMap and tables of class names";
/// The supported operators of the domain `ai.onnx.ml`, classical machine learning.
const CLASSICAL: [&str; 5] = ["ArrayFeatureExtractor", "LinearClassifier", "Normalizer", "Scaler", "ZipMap"];
const CHAIN: &str =
    "a chain in which each layer reads only the one before it, and each node follows the nodes that it reads";
const FORMULAS: &str = "the same formula after each layer but the last: Relu, Softplus with alpha, Tanh, \
    Clip to [-1, 1], Sigmoid, Abs, no operator, or a formula of an exported network";

/// The layers read so far, and the meaning of the names in the graph.
pub(super) struct Chain {
    stated: Option<Activation>,
    pub(super) constants: BTreeMap<String, Constant>,
    pub(super) values: BTreeMap<String, Value>,
    /// The dimensions and shapes that nodes have computed, by name.
    pub(super) shapes: BTreeMap<String, Vec<Dim>>,
    hidden: Vec<Hidden>,
    activation: Option<Activation>,
    /// The last layer read so far; `None` if no layer has been read.
    pub(super) last: Option<Affine>,
    /// The shape of the input.
    pub(super) shape: InputShape,
    /// The factors and offsets by which the inputs are scaled before the first layer; `None` if they are not scaled.
    pub(super) scale: Option<Scale>,
    /// The names of the classes, if a node has given them.
    pub(super) classes: Option<Vec<String>>,
    /// Whether a weight matrix has been converted from 64 bits to 32.
    pub(super) rounded: bool,
    /// How many numbers may still be copied from constants.
    copies: usize,
    /// The name of the output of a matrix product, if no other node has been read since except constants and shapes:
    /// only the node after a matrix product can add the bias.
    product: Option<String>,
}

impl Chain {
    pub(super) fn new(
        constants: BTreeMap<String, Constant>,
        input: &ValueInfo,
        stated: Option<Activation>,
    ) -> Result<Self, Error> {
        let shape = input.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref()?.shape.as_ref());
        let role = if shape.is_some_and(|shape| shape.dim.len() != 2) { Role::Image } else { Role::Plain };
        let mut chain = Self {
            stated,
            constants,
            values: BTreeMap::new(),
            shapes: BTreeMap::new(),
            hidden: Vec::new(),
            activation: None,
            last: None,
            shape: InputShape::of(input),
            scale: None,
            classes: None,
            rounded: false,
            copies: COPIES,
            product: None,
        };
        chain.name(&input.name, Value::fresh(0, role))?;
        Ok(chain)
    }

    /// Adds the output of `node` to the chain: a value, a constant or a shape. A `LinearClassifier` has two outputs.
    pub(super) fn node(&mut self, node: Node) -> Result<(), Error> {
        let operator = node.op_type.as_str();
        match node.domain.as_str() {
            "" | "ai.onnx" => {}
            "ai.onnx.ml" if CLASSICAL.contains(&operator) => {}
            domain => return Err(node.refused(&format!("belongs to the domain '{domain}'"), OPERATORS)),
        }
        if operator == "LinearClassifier"
            && let [label, scores] = &node.output[..]
        {
            let [label_value, scores_value] = self.linear_classifier(&node)?;
            self.name(label, label_value)?;
            return self.name(scores, scores_value);
        }
        if operator == "Dropout" {
            self.check_dropout(&node)?;
        }
        let [output] = &node.output[..] else {
            return Err(node.refused(&format!("has {} outputs", node.output.len()), "one output"));
        };
        let output = output.clone();
        if operator == "Constant" {
            let constant = Constant::of_node(&output, node)?;
            return self.name_constant(&output, constant);
        }
        if operator == "Identity"
            && let Some(constant) = self.constants.get(node.reads(0))
        {
            node.allow(&[])?;
            let (copies, constant) = (constant.len(), constant.clone());
            self.spend(copies)?;
            return self.name_constant(&output, constant);
        }
        if let Some(dims) = self.shape_node(&node)? {
            self.check_new(&output)?;
            self.shapes.insert(output, dims);
            return Ok(());
        }
        let product = self.product.take();
        let of_input = self.last.is_none();
        let value = match operator {
            "Gemm" => self.gemm(&node)?,
            "MatMul" => {
                self.product = Some(output.clone());
                self.matrix_product(&node)?
            }
            "Identity" | "Dropout" => self.same(&node)?,
            "Softmax" | "LogSoftmax" => self.softmax(&node)?,
            "Scaler" if of_input => self.scaler(&node)?,
            "BatchNormalization" => self.batch_normalisation(&node)?,
            "Concat" => self.both_classes(&node)?,
            "Add" if let Some(value) = self.bias(&node, product.as_deref()) => value,
            "Add" | "Sub" | "Mul" | "Div" if of_input && let Some(value) = self.scaled(&node)? => value,
            "Mul" if let Some(value) = self.signs(&node)? => value,
            _ if let Some(value) = self.answer(&node)? => value,
            "Flatten" => self.flatten(&node)?,
            "Reshape" if of_input => self.reshape(&node)?,
            "Reshape" if self.keeps_rows(&node) => self.operand(&node, 0)?.clone(),
            _ => self.apply(&node)?,
        };
        self.name(&output, value)
    }

    /// The network whose outputs are named `outputs`, the scaling of its inputs, and notes on what the import changed
    /// in the network.
    pub(super) fn finish(self, outputs: &[String]) -> Result<(Parts, Option<Scale>, Vec<String>), Error> {
        let reading = self.reading(outputs)?;
        let found = self.found(outputs, reading);
        match self.last {
            Some(output) if !outputs.is_empty() => {
                let activation = self.activation.unwrap_or(Activation::Linear); // a network without hidden units
                let notes = Notes { classes: self.classes.unwrap_or_default(), ..Notes::default() };
                let parts = Parts { hidden: self.hidden, output: reading.logits(output), activation, notes };
                Ok((parts, self.scale, found))
            }
            _ => Err(Error::Graph {
                place: "the graph".to_owned(),
                reason: "has no layer with weights".to_owned(),
                supported: CHAIN.to_owned(),
            }),
        }
    }

    pub(super) fn layer(&self) -> usize {
        self.hidden.len() + usize::from(self.last.is_some())
    }

    fn name(&mut self, name: &str, value: Value) -> Result<(), Error> {
        self.check_new(name)?;
        self.values.insert(name.to_owned(), value);
        Ok(())
    }

    fn name_constant(&mut self, name: &str, constant: Constant) -> Result<(), Error> {
        self.check_new(name)?;
        self.constants.insert(name.to_owned(), constant);
        Ok(())
    }

    fn check_new(&self, name: &str) -> Result<(), Error> {
        if self.constants.contains_key(name) || self.values.contains_key(name) || self.shapes.contains_key(name) {
            return Err(Error::Duplicate { name: name.to_owned() });
        }
        Ok(())
    }

    /// Subtracts `numbers` from the count of numbers that may still be copied from constants.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when more than [`COPIES`] numbers would be copied in total.
    pub(super) fn spend(&mut self, numbers: usize) -> Result<(), Error> {
        self.copies = self.copies.checked_sub(numbers).ok_or_else(|| Error::TooLarge {
            format: FORMAT,
            what: "the count of numbers that nodes copy from constants".to_owned(),
            limit: COPIES.to_string(),
        })?;
        Ok(())
    }

    /// The value that input `index` of `node` names. The value must belong to the last layer read so far and must not
    /// be a probability or a label.
    pub(super) fn operand(&self, node: &Node, index: usize) -> Result<&Value, Error> {
        let name = node.input.get(index).map_or("", String::as_str);
        let found = self.values.get(name).ok_or_else(|| {
            let reason = if self.constants.contains_key(name) {
                format!("reads the constant '{name}' instead of a layer's values")
            } else {
                format!("reads '{name}', which no earlier node computes")
            };
            node.refused(&reason, CHAIN)
        })?;
        if found.layer != self.layer() {
            let reason = format!("reads '{name}' of layer {} instead of layer {}", found.layer, self.layer());
            return Err(node.refused(&reason, CHAIN));
        }
        if matches!(found.role, Role::Probabilities | Role::Label) {
            return Err(node.refused(&format!("reads '{name}' after the softmax"), CHAIN));
        }
        Ok(found)
    }

    /// The product of a value and its signs, in either order; `None` if `node` is not such a product.
    fn signs(&mut self, node: &Node) -> Result<Option<Value>, Error> {
        let Some((index, constant)) = self.beside_a_constant(node) else { return Ok(None) };
        let value = self.operand(node, index)?;
        let Some(last) = self.last.as_ref().filter(|_| value.signs.is_none()) else { return Ok(None) };
        let activation = formula::recognised(&value.expression, last.units(), self.stated);
        let row = activation.and_then(|activation| constant.row(last.units() * activation.outputs_per_unit()));
        let Some(row) = row.filter(|row| row.iter().all(|sign| sign.abs() == 1.0)) else { return Ok(None) };
        let value = value.clone();
        self.spend(row.len())?;
        Ok(Some(Value { signs: Some(Rc::from(row)), ..value }))
    }

    /// If one of the two inputs of `node` is a constant, the index of the other input, and the constant. If both are
    /// constants, the second is returned as the constant. `None` if `node` does not have two inputs, or neither of them
    /// is a constant.
    pub(super) fn beside_a_constant(&self, node: &Node) -> Option<(usize, &Constant)> {
        let [first, second] = &node.input[..] else { return None };
        let constant = |name: &String| self.constants.get(name);
        constant(second).map(|second| (0, second)).or_else(|| constant(first).map(|first| (1, first)))
    }

    /// Checks that `node`, a `Dropout`, drops no values: its input `training_mode` must be missing or be the constant
    /// false.
    fn check_dropout(&self, node: &Node) -> Result<(), Error> {
        let reason = match (node.reads(2), self.constants.get(node.reads(2))) {
            ("", _) => return Ok(()),
            (_, Some(Constant::Booleans(values))) if values[..] == [false] => return Ok(()),
            (_, Some(Constant::Booleans(values))) if values[..] == [true] => "is switched on, as in training",
            _ => "may drop values",
        };
        Err(node.refused(reason, "Dropout in a network that has been exported for inference, as after model.eval()"))
    }

    /// The value that `node`, an `Identity` or a `Dropout`, passes on unchanged.
    fn same(&self, node: &Node) -> Result<Value, Error> {
        node.allow(if node.op_type == "Dropout" { &["seed", "ratio"] } else { &[] })?;
        let value = self.values.get(node.reads(0));
        match value.filter(|value| matches!(value.role, Role::Probabilities | Role::Label)) {
            Some(value) => Ok(value.clone()),
            None => self.operand(node, 0).cloned(),
        }
    }

    fn softmax(&self, node: &Node) -> Result<Value, Error> {
        node.allow(&["axis"])?;
        node.along_classes(-1)?;
        Ok(Value { role: Role::Probabilities, ..self.operand(node, 0)?.clone() })
    }

    /// The value of `node`, whose operator must be one that formulas use.
    fn apply(&self, node: &Node) -> Result<Value, Error> {
        let operator = expression::operator(&node.op_type);
        let operator = operator.ok_or_else(|| node.refused("is not supported", OPERATORS))?;
        node.allow(&[])?;
        let mut inputs = Vec::with_capacity(node.input.len().min(LARGEST));
        for (index, name) in node.input.iter().enumerate().take(LARGEST) {
            let constant = self.constants.get(name);
            if let Some(constant) = constant {
                let small = constant.expression();
                inputs
                    .push(small.ok_or_else(|| node.refused(&format!("reads the large constant '{name}'"), FORMULAS))?);
                continue;
            }
            let value = self.operand(node, index)?;
            if value.signs.is_some() {
                return Err(node.refused(&format!("reads '{name}', which is already multiplied by signs"), FORMULAS));
            }
            inputs.push(value.expression.clone());
        }
        // The constant comes last, as in the formulas.
        if matches!(operator, "Add" | "Mul") && matches!(inputs[..], [Expression::Floats { .. }, _]) {
            inputs.reverse();
        }
        let expression = Expression::Apply(operator, inputs);
        if expression.size() > LARGEST {
            return Err(node.refused(&format!("combines more than {LARGEST} operators and operands"), FORMULAS));
        }
        Ok(Value { expression, ..Value::fresh(self.layer(), Role::Plain) })
    }
}
