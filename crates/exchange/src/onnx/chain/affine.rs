//! The nodes that make an affine layer: a product with a weight, and the sum with a bias.

use super::{CHAIN, Chain, FORMULAS};
use crate::error::Error;
use crate::expression::Expression;
use crate::formula;
use crate::onnx::messages::Node;
use crate::onnx::tensor::Constant;
use crate::onnx::value::{Role, Value};
use crate::portable::{Affine, Hidden};
use crate::tensors::{Tensor, matrix, transposed};

impl Chain {
    /// Takes the matrix that is the second input of `node` out of the constants, so that each matrix is used only once.
    /// Otherwise, a small file could use a large matrix many times.
    fn weight(&mut self, node: &Node) -> Result<(Vec<f32>, [usize; 2]), Error> {
        let name = node.input.get(1).map_or("", String::as_str);
        let supported = "a constant matrix of floats, used by one layer only";
        let not = || node.refused(&format!("cannot use '{name}' as its weight"), supported);
        let constant = self.constants.get_mut(name).ok_or_else(not)?;
        let tensor = match std::mem::replace(constant, Constant::Taken) {
            Constant::Floats(tensor) => tensor,
            Constant::Doubles(dims, values) => {
                self.rounded = true;
                Tensor { dims, values: values.into_iter().map(|value| value as f32).collect() }
            }
            _ => return Err(not()),
        };
        let sides = matrix(name, &tensor)?;
        Ok((tensor.values, sides))
    }

    pub(super) fn gemm(&mut self, node: &Node) -> Result<Value, Error> {
        node.allow(&["alpha", "beta", "transA", "transB"])?;
        if node.integer("transA", 0) != 0 {
            return Err(node.refused("has transA = 1", "transA = 0"));
        }
        let (weight, [rows, columns]) = self.weight(node)?;
        let (inputs, units, mut weight) = match node.integer("transB", 0) {
            0 => (rows, columns, weight),
            _ => (columns, rows, transposed(&weight, rows, columns)),
        };
        let mut bias = match node.input.get(2).filter(|name| !name.is_empty()) {
            None => vec![0.0; units],
            Some(name) => match self.constants.get(name).and_then(|constant| constant.row(units)) {
                Some(bias) => bias,
                None => return Err(node.refused(&format!("adds '{name}'"), &format!("a constant bias, [{units}]"))),
            },
        };
        for (values, name) in [(&mut weight, "alpha"), (&mut bias, "beta")] {
            let factor = node.number(name, 1.0);
            for value in values.iter_mut() {
                *value *= factor;
            }
        }
        self.begin(node, Affine { inputs, weight, bias })
    }

    pub(super) fn matrix_product(&mut self, node: &Node) -> Result<Value, Error> {
        node.allow(&[])?;
        let (weight, [inputs, units]) = self.weight(node)?;
        self.begin(node, Affine { inputs, weight, bias: vec![0.0; units] })
    }

    /// Begins the next layer with `affine`, and completes the layer before it, if any.
    pub(in crate::onnx) fn begin(&mut self, node: &Node, affine: Affine) -> Result<Value, Error> {
        let Value { expression, signs, role, steps, .. } = self.operand(node, 0)?.clone();
        if role == Role::Image {
            return Err(node.refused(
                "reads an input that does not have two dimensions",
                "[batch, inputs], or a Flatten before it",
            ));
        }
        if self.last.is_none() && expression != Expression::Z {
            return Err(node.refused(&format!("reads {expression} of the input"), "the input itself"));
        }
        if let Some(steps) = steps {
            let scale = steps.scale(&self.shape, affine.inputs).ok_or_else(|| {
                let reason = format!("reads a sum or product that does not fit the {} inputs", affine.inputs);
                node.refused(&reason, "constants of one number, one for each channel or one for each input")
            })?;
            self.scale = Some(scale);
        }
        if let Some(last) = self.last.take() {
            let recognised = formula::recognised(&expression, last.units(), self.stated);
            let Some(activation) = recognised.filter(|found| *self.activation.get_or_insert(*found) == *found) else {
                let earlier = self.activation.map_or(String::new(), |earlier| format!(", after {earlier} units"));
                let reason = format!("reads {expression} of layer {}{earlier}", self.hidden.len() + 1);
                return Err(node.refused(&reason, FORMULAS));
            };
            let width = last.units() * activation.outputs_per_unit();
            if affine.inputs != width {
                let layer = self.hidden.len() + 1;
                let reason = format!("has weights for {} inputs, but layer {layer} has {width} outputs", affine.inputs);
                return Err(node.refused(&reason, CHAIN));
            }
            self.hidden.push(Hidden { affine: last, signs: signs.map(|signs| signs.to_vec()) });
        }
        self.last = Some(affine);
        Ok(Value::fresh(self.layer(), Role::Plain))
    }

    /// Adds the bias to the last layer read so far if `node` is the sum of `product` and a constant, in either order;
    /// `None` for any other node.
    pub(super) fn bias(&mut self, node: &Node, product: Option<&str>) -> Option<Value> {
        let (index, constant) = self.beside_a_constant(node)?;
        let product = product.filter(|product| node.input[index] == *product)?;
        let row = constant.row(self.last.as_ref()?.units())?;
        self.last.as_mut()?.bias = row;
        // The product is no longer a value of the last layer, so that no other node can read it without the bias.
        self.values.get_mut(product)?.layer = 0;
        Some(Value::fresh(self.layer(), Role::Plain))
    }
}
