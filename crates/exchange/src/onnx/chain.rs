//! Reads the nodes of a graph, in order, as a chain of layers.

use super::messages::{Attribute, Node, ValueInfo};
use super::tensor::Constant;
use crate::error::Error;
use crate::expression::{self, Expression};
use crate::formula;
use crate::names::{matrix, transposed};
use crate::notes::Notes;
use crate::portable::{Affine, Hidden, Parts};
use std::collections::BTreeMap;
use std::rc::Rc;
use units::Activation;

/// The limit on the size of an expression. Formulas are smaller; in a graph that uses each value twice, expressions
/// would grow exponentially.
const LARGEST: usize = 40;
const OPERATORS: &str = "Gemm, MatMul with Add, the operators of the formulas (Relu, Softplus, Tanh, Sigmoid, Abs, Clip, \
    and those of exported networks), Mul by signs, Identity, Flatten, Constant, and at the end Softmax or LogSoftmax";
const CHAIN: &str =
    "a chain in which each layer reads only the one before it, and each node follows the nodes that it reads";
const FORMULAS: &str = "the same formula after each layer but the last: Relu, Softplus with alpha, Tanh, \
    Clip to [-1, 1], Sigmoid, Abs, no operator, or a formula of an exported network";

/// The layers read so far, and the meaning of the names in the graph.
pub(super) struct Chain {
    stated: Option<Activation>,
    constants: BTreeMap<String, Constant>,
    values: BTreeMap<String, Value>,
    hidden: Vec<Hidden>,
    activation: Option<Activation>,
    /// The newest layer; `None` while only the input has been read.
    last: Option<Affine>,
    /// The width of an input row, if the graph states it.
    width: Option<i64>,
    /// The output of the last node if that was a matrix product: only the next node can add the bias.
    product: Option<String>,
}

/// The meaning of a name: the input, or signs * an expression of a layer's pre-activations.
#[derive(Clone)]
struct Value {
    /// The number of the layer: 0 for the input, 1 for the first layer.
    layer: usize,
    expression: Expression,
    /// The signs, if the value has been multiplied by them; shared, because any number of nodes may pass them on.
    signs: Option<Rc<[f32]>>,
    role: Role,
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// Any other value.
    Plain,
    /// The input before it is flattened to rows.
    Image,
    /// A value after the softmax.
    Probabilities,
}

impl Chain {
    pub(super) fn new(
        constants: BTreeMap<String, Constant>,
        input: &ValueInfo,
        stated: Option<Activation>,
    ) -> Result<Self, Error> {
        let (values, hidden) = (BTreeMap::new(), Vec::new());
        let shape = input.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref()?.shape.as_ref());
        let role = if shape.is_some_and(|shape| shape.dim.len() != 2) { Role::Image } else { Role::Plain };
        let width = shape.and_then(|shape| {
            shape.dim.get(1..)?.iter().try_fold(1, |width: i64, dim| width.checked_mul(dim.dim_value?))
        });
        let mut chain = Self { stated, constants, values, hidden, activation: None, last: None, width, product: None };
        chain.name(&input.name, Value::fresh(0, role))?;
        Ok(chain)
    }

    /// Adds the value that `node` computes to the chain.
    pub(super) fn node(&mut self, node: Node) -> Result<(), Error> {
        if !matches!(node.domain.as_str(), "" | "ai.onnx") {
            return Err(refused(&node, &format!("belongs to the domain '{}'", node.domain), OPERATORS));
        }
        let [output] = &node.output[..] else {
            return Err(refused(&node, &format!("has {} outputs", node.output.len()), "one output"));
        };
        let output = output.clone();
        if node.op_type == "Constant" {
            return self.constant(&output, node);
        }
        let product = self.product.take();
        let value = match node.op_type.as_str() {
            "Gemm" => self.gemm(&node)?,
            "MatMul" => {
                self.product = Some(output.clone());
                self.matrix_product(&node)?
            }
            "Identity" => {
                allow(&node, &[])?;
                self.operand(&node, 0)?.clone()
            }
            "Flatten" => self.flatten(&node)?,
            "Reshape" if self.last.is_none() => self.reshape(&node)?,
            "Softmax" | "LogSoftmax" => self.softmax(&node)?,
            "Add" if let Some(value) = self.bias(&node, product.as_deref()) => value,
            "Mul" if let Some(value) = self.signs(&node)? => value,
            _ => self.apply(&node)?,
        };
        self.name(&output, value)
    }

    /// The network whose outputs are named `outputs`.
    pub(super) fn finish(self, outputs: &[String]) -> Result<Parts, Error> {
        for name in outputs {
            let refused = |reason: String, supported: &str| Error::Graph {
                place: format!("the output '{name}'"),
                reason,
                supported: supported.to_owned(),
            };
            let value =
                self.values.get(name).ok_or_else(|| refused("is not computed by any node".to_owned(), CHAIN))?;
            if value.layer != self.layer() || value.expression != Expression::Z || value.signs.is_some() {
                let reason = format!("is {value} of layer {} (last layer: {})", value.layer, self.layer());
                return Err(refused(reason, "the last layer itself, its Softmax or its LogSoftmax"));
            }
        }
        match self.last {
            Some(output) if !outputs.is_empty() => {
                let activation = self.activation.unwrap_or(Activation::Linear); // no hidden units
                Ok(Parts { hidden: self.hidden, output, activation, notes: Notes::default() })
            }
            _ => Err(Error::Graph {
                place: "the graph".to_owned(),
                reason: "has no layer with weights".to_owned(),
                supported: CHAIN.to_owned(),
            }),
        }
    }

    fn layer(&self) -> usize {
        self.hidden.len() + usize::from(self.last.is_some())
    }

    fn name(&mut self, name: &str, value: Value) -> Result<(), Error> {
        if self.constants.contains_key(name) || self.values.insert(name.to_owned(), value).is_some() {
            return Err(Error::Duplicate { name: name.to_owned() });
        }
        Ok(())
    }

    fn constant(&mut self, name: &str, mut node: Node) -> Result<(), Error> {
        allow(&node, &["value"])?;
        let tensor = node.attribute.pop().and_then(|attribute| attribute.t);
        let tensor = tensor.ok_or_else(|| refused(&node, "has no tensor", "a tensor in the attribute 'value'"))?;
        let constant = Constant::of(name, tensor)?;
        if self.values.contains_key(name) || self.constants.insert(name.to_owned(), constant).is_some() {
            return Err(Error::Duplicate { name: name.to_owned() });
        }
        Ok(())
    }

    /// The value that input `index` of `node` names, which must belong to the newest layer.
    fn operand(&self, node: &Node, index: usize) -> Result<&Value, Error> {
        let name = node.input.get(index).map_or("", String::as_str);
        let found = self.values.get(name).ok_or_else(|| {
            let reason = if self.constants.contains_key(name) {
                format!("reads the constant '{name}' instead of a layer's values")
            } else {
                format!("reads '{name}', which no earlier node computes")
            };
            refused(node, &reason, CHAIN)
        })?;
        if found.layer != self.layer() {
            let reason = format!("reads '{name}' of layer {} instead of layer {}", found.layer, self.layer());
            return Err(refused(node, &reason, CHAIN));
        }
        if found.role == Role::Probabilities {
            return Err(refused(node, &format!("reads '{name}' after the softmax"), CHAIN));
        }
        Ok(found)
    }

    /// Takes the matrix that is the second input of `node` out of the constants, because a small file could use a large
    /// matrix many times.
    fn weight(&mut self, node: &Node) -> Result<(Vec<f32>, [usize; 2]), Error> {
        let name = node.input.get(1).map_or("", String::as_str);
        let supported = "a constant matrix of floats, used by one layer only";
        let not = || refused(node, &format!("cannot use '{name}' as its weight"), supported);
        let constant = self.constants.get_mut(name).ok_or_else(not)?;
        let Constant::Floats(tensor) = constant else { return Err(not()) };
        let sides = matrix(name, tensor)?;
        let weight = std::mem::take(&mut tensor.values);
        *constant = Constant::Taken;
        Ok((weight, sides))
    }

    fn gemm(&mut self, node: &Node) -> Result<Value, Error> {
        allow(node, &["alpha", "beta", "transA", "transB"])?;
        let integer = |name| find(node, name).and_then(|attribute| attribute.i).unwrap_or(0);
        if integer("transA") != 0 {
            return Err(refused(node, "has transA = 1", "transA = 0"));
        }
        let (weight, [rows, columns]) = self.weight(node)?;
        let (inputs, units, mut weight) = match integer("transB") {
            0 => (rows, columns, weight),
            _ => (columns, rows, transposed(&weight, rows, columns)),
        };
        let mut bias = match node.input.get(2).filter(|name| !name.is_empty()) {
            None => vec![0.0; units],
            Some(name) => match self.constants.get(name).and_then(|constant| constant.row(units)) {
                Some(bias) => bias.to_vec(),
                None => return Err(refused(node, &format!("adds '{name}'"), &format!("a constant bias, [{units}]"))),
            },
        };
        for (values, name) in [(&mut weight, "alpha"), (&mut bias, "beta")] {
            let factor = find(node, name).and_then(|attribute| attribute.f).unwrap_or(1.0);
            for value in values.iter_mut() {
                *value *= factor;
            }
        }
        self.begin(node, Affine { inputs, weight, bias })
    }

    fn matrix_product(&mut self, node: &Node) -> Result<Value, Error> {
        allow(node, &[])?;
        let (weight, [inputs, units]) = self.weight(node)?;
        self.begin(node, Affine { inputs, weight, bias: vec![0.0; units] })
    }

    /// Begins the next layer, which completes the one before it.
    fn begin(&mut self, node: &Node, affine: Affine) -> Result<Value, Error> {
        let Value { expression, signs, role, .. } = self.operand(node, 0)?.clone();
        if role == Role::Image {
            return Err(refused(
                node,
                "reads an input that does not have two dimensions",
                "[batch, inputs], or a Flatten before it",
            ));
        }
        if self.last.is_none() && expression != Expression::Z {
            return Err(refused(node, &format!("reads {expression} of the input"), "the input itself"));
        }
        if let Some(last) = self.last.take() {
            let recognised = formula::recognised(&expression, last.units(), self.stated);
            let Some(activation) = recognised.filter(|found| *self.activation.get_or_insert(*found) == *found) else {
                let earlier = self.activation.map_or(String::new(), |earlier| format!(", after {earlier} units"));
                let reason = format!("reads {expression} of layer {}{earlier}", self.hidden.len() + 1);
                return Err(refused(node, &reason, FORMULAS));
            };
            let width = last.units() * activation.outputs_per_unit();
            if affine.inputs != width {
                let layer = self.hidden.len() + 1;
                let reason = format!("has weights for {} inputs, but layer {layer} has {width} outputs", affine.inputs);
                return Err(refused(node, &reason, CHAIN));
            }
            self.hidden.push(Hidden { affine: last, signs: signs.map(|signs| signs.to_vec()) });
        }
        self.last = Some(affine);
        Ok(Value::fresh(self.layer(), Role::Plain))
    }

    /// Adds the bias to `product`, whose order in the sum does not matter; `None` if `node` is not such a sum.
    fn bias(&mut self, node: &Node, product: Option<&str>) -> Option<Value> {
        let (index, constant) = self.beside_a_constant(node)?;
        let product = product.filter(|product| node.input[index] == *product)?;
        let row = constant.row(self.last.as_ref()?.units())?.to_vec();
        self.last.as_mut()?.bias = row;
        // The product without its bias is no longer a value: no other node may read it.
        self.values.get_mut(product)?.layer = 0;
        Some(Value::fresh(self.layer(), Role::Plain))
    }

    /// The product of a value and its signs, in either order; `None` if `node` is not such a product.
    fn signs(&self, node: &Node) -> Result<Option<Value>, Error> {
        let Some((index, constant)) = self.beside_a_constant(node) else { return Ok(None) };
        let value = self.operand(node, index)?;
        let Some(last) = self.last.as_ref().filter(|_| value.signs.is_none()) else { return Ok(None) };
        let activation = formula::recognised(&value.expression, last.units(), self.stated);
        let row = activation.and_then(|activation| constant.row(last.units() * activation.outputs_per_unit()));
        let signs = row.filter(|row| row.iter().all(|sign| sign.abs() == 1.0)).map(Rc::from);
        Ok(signs.map(|signs| Value { signs: Some(signs), ..value.clone() }))
    }

    /// The constant among the two inputs of `node`, and the index of the other input.
    fn beside_a_constant(&self, node: &Node) -> Option<(usize, &Constant)> {
        let [first, second] = &node.input[..] else { return None };
        let constant = |name: &String| self.constants.get(name);
        constant(second).map(|second| (0, second)).or_else(|| constant(first).map(|first| (1, first)))
    }

    fn flatten(&self, node: &Node) -> Result<Value, Error> {
        allow(node, &["axis"])?;
        let value = self.operand(node, 0)?;
        let axis = find(node, "axis").and_then(|attribute| attribute.i).unwrap_or(1);
        if axis != 1 || self.last.is_some() {
            return Err(refused(
                node,
                &format!("flattens layer {} from axis {axis}", value.layer),
                "Flatten of the input from axis 1",
            ));
        }
        Ok(Value { role: Role::Plain, ..value.clone() })
    }

    /// Flattens the input by a reshape to `[batch, width]`, with any size of the batch.
    fn reshape(&self, node: &Node) -> Result<Value, Error> {
        allow(node, &["allowzero"])?;
        let value = self.operand(node, 0)?;
        match node.input.get(1).and_then(|name| self.constants.get(name)) {
            Some(Constant::Integers(shape)) if shape.len() == 2 && Some(shape[1]) == self.width => {
                Ok(Value { role: Role::Plain, ..value.clone() })
            }
            _ => Err(refused(node, "does not flatten the input", "Flatten, or Reshape to [batch, inputs]")),
        }
    }

    fn softmax(&self, node: &Node) -> Result<Value, Error> {
        allow(node, &["axis"])?;
        let axis = find(node, "axis").and_then(|attribute| attribute.i).unwrap_or(-1);
        if !matches!(axis, 1 | -1) {
            return Err(refused(node, &format!("has axis = {axis}"), "axis = 1 or -1"));
        }
        Ok(Value { role: Role::Probabilities, ..self.operand(node, 0)?.clone() })
    }

    /// The value of `node` if it is an operator of a formula.
    fn apply(&self, node: &Node) -> Result<Value, Error> {
        let operator = expression::operator(&node.op_type);
        let operator = operator.ok_or_else(|| refused(node, "is not supported", OPERATORS))?;
        allow(node, &[])?;
        let mut inputs = Vec::with_capacity(node.input.len().min(LARGEST));
        for (index, name) in node.input.iter().enumerate().take(LARGEST) {
            let constant = self.constants.get(name);
            if let Some(constant) = constant {
                let small = constant.expression();
                inputs
                    .push(small.ok_or_else(|| refused(node, &format!("reads the large constant '{name}'"), FORMULAS))?);
                continue;
            }
            let value = self.operand(node, index)?;
            if value.signs.is_some() {
                return Err(refused(node, &format!("reads '{name}', which is already multiplied by signs"), FORMULAS));
            }
            inputs.push(value.expression.clone());
        }
        // The constant comes last, as in the formulas.
        if matches!(operator, "Add" | "Mul") && matches!(inputs[..], [Expression::Floats { .. }, _]) {
            inputs.reverse();
        }
        let expression = Expression::Apply(operator, inputs);
        if expression.size() > LARGEST {
            return Err(refused(node, &format!("combines more than {LARGEST} operators and operands"), FORMULAS));
        }
        Ok(Value { expression, ..Value::fresh(self.layer(), Role::Plain) })
    }
}

impl Value {
    fn fresh(layer: usize, role: Role) -> Self {
        Self { layer, expression: Expression::Z, signs: None, role }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let signs = if self.signs.is_some() { " times signs" } else { "" };
        write!(f, "{}{signs}", self.expression)
    }
}

fn find<'a>(node: &'a Node, name: &str) -> Option<&'a Attribute> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}

/// Checks that `node` has no attributes other than `known`.
fn allow(node: &Node, known: &[&str]) -> Result<(), Error> {
    match node.attribute.iter().find(|attribute| !known.contains(&attribute.name.as_str())) {
        Some(Attribute { name, .. }) => {
            let supported = if known.is_empty() { "no attribute".to_owned() } else { known.join(", ") };
            Err(refused(node, &format!("has the attribute '{name}'"), &supported))
        }
        None => Ok(()),
    }
}

fn refused(node: &Node, reason: &str, supported: &str) -> Error {
    let name = Some(&node.name).filter(|name| !name.is_empty()).or(node.output.first());
    let place = format!("the node '{}' ({})", name.map_or("", String::as_str), node.op_type);
    Error::Graph { place, reason: reason.to_owned(), supported: supported.to_owned() }
}
