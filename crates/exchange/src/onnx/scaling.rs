//! Reads sums and products of the input and constants before the first layer. These operations become part of that
//! layer.

use super::chain::Chain;
use super::messages::Node;
use super::tensor::Constant;
use super::value::{InputShape, Operation, Step, Value};
use crate::error::Error;
use crate::expression::Expression;
use crate::scale::Scale;
use std::rc::Rc;

/// The limit on the number of operations before the first layer.
const STEPS: usize = 40;
const SUPPORTED: &str = "Add, Sub, Mul and Div by a constant of one number, one for each channel or one for each input, \
    Scaler and BatchNormalization";

impl Chain {
    /// The value of `node` if it is a sum, difference, product or quotient of the input and a constant; `None` for any
    /// other node, and for a constant divided by the input.
    pub(super) fn scaled(&mut self, node: &Node) -> Result<Option<Value>, Error> {
        let Some((index, _)) = self.beside_a_constant(node) else { return Ok(None) };
        let operation = match (node.op_type.as_str(), index) {
            ("Add", _) => Operation::Add,
            ("Mul", _) => Operation::Multiply,
            ("Sub", 0) => Operation::Subtract,
            ("Sub", _) => Operation::SubtractFrom,
            ("Div", 0) => Operation::Divide,
            _ => return Ok(None),
        };
        node.allow(&[])?;
        let value = self.operand(node, index)?.clone();
        let numbers = self.floats(node, 1 - index)?;
        step(node, value, operation, numbers).map(Some)
    }

    /// The dimensions and values of the constant that input `index` of `node` names.
    fn floats(&mut self, node: &Node, index: usize) -> Result<(Vec<usize>, Vec<f64>), Error> {
        let name = node.reads(index);
        self.spend(self.constants.get(name).map_or(0, Constant::len))?;
        let numbers = self.constants.get(name).and_then(Constant::numbers);
        numbers.ok_or_else(|| node.refused(&format!("reads '{name}', which is not a constant of floats"), SUPPORTED))
    }

    /// The output of a `Scaler`: (x - offset) * scale.
    pub(super) fn scaler(&mut self, node: &Node) -> Result<Value, Error> {
        node.allow(&["offset", "scale"])?;
        let mut value = self.operand(node, 0)?.clone();
        for (name, operation) in [("offset", Operation::Subtract), ("scale", Operation::Multiply)] {
            let numbers: Vec<f64> = node.numbers(name).iter().map(|number| f64::from(*number)).collect();
            if !numbers.is_empty() {
                self.spend(numbers.len())?;
                value = step(node, value, operation, (vec![numbers.len()], numbers))?;
            }
        }
        Ok(value)
    }

    /// The output of a `BatchNormalization`: (x - mean) / sqrt(variance + epsilon) * scale + shift, where mean,
    /// variance, scale and shift hold one number for each channel.
    pub(super) fn batch_normalisation(&mut self, node: &Node) -> Result<Value, Error> {
        node.allow(&["epsilon", "momentum", "spatial", "training_mode"])?;
        if node.integer("training_mode", 0) != 0 || self.last.is_some() {
            return Err(
                node.refused("normalises a layer, or uses the mean of a batch", "BatchNormalization of the input")
            );
        }
        let mut value = self.operand(node, 0)?.clone();
        let spatial = match (&self.shape.row, value.is_image()) {
            (_, false) => 0,
            (Some(row), true) if !row.is_empty() => row.len() - 1,
            _ => return Err(node.refused("reads an input whose dimensions are not stated", SUPPORTED)),
        };
        let mut each = |index: usize| self.floats(node, index).map(|(_, numbers)| numbers);
        let [scale, shift, mean, variance] = [each(1)?, each(2)?, each(3)?, each(4)?];
        let epsilon = f64::from(node.number("epsilon", 1e-5));
        let deviation = variance.iter().map(|variance| (variance + epsilon).sqrt()).collect();
        for (operation, numbers) in [
            (Operation::Subtract, mean),
            (Operation::Divide, deviation),
            (Operation::Multiply, scale),
            (Operation::Add, shift),
        ] {
            let dims = [vec![numbers.len()], vec![1; spatial]].concat();
            value = step(node, value, operation, (dims, numbers))?;
        }
        Ok(value)
    }
}

/// The value that `operation` computes from `value` and a constant.
fn step(
    node: &Node,
    value: Value,
    operation: Operation,
    (dims, constant): (Vec<usize>, Vec<f64>),
) -> Result<Value, Error> {
    let divides = matches!(operation, Operation::Divide);
    if let Some(number) = constant.iter().find(|number| !number.is_finite() || divides && **number == 0.0) {
        let reason = if divides { "divides the input by" } else { "has the constant" };
        return Err(node.refused(&format!("{reason} {number}"), SUPPORTED));
    }
    if value.expression != Expression::Z {
        return Err(node.refused(&format!("reads {} of the input", value.expression), SUPPORTED));
    }
    let count = 1 + value.steps.as_ref().map_or(0, |step| step.count);
    if count > STEPS {
        return Err(node.refused(&format!("is one of more than {STEPS} operations before the first layer"), SUPPORTED));
    }
    let image = value.is_image();
    let step = Step { before: value.steps.clone(), count, operation, image, dims, constant };
    Ok(Value { steps: Some(Rc::new(step)), ..value })
}

impl Step {
    /// The scaling of the first layer's inputs by this step and all earlier steps; `None` if a constant does not fit
    /// the `shape` of the input. `inputs` is the number of inputs.
    pub(super) fn scale(&self, shape: &InputShape, inputs: usize) -> Option<Scale> {
        let mut scale = match &self.before {
            Some(before) => before.scale(shape, inputs)?,
            None => Scale::identity(inputs),
        };
        let row = [Some(inputs)];
        let row = if self.image { shape.row.as_deref()? } else { &row };
        let constant = spread(&self.dims, &self.constant, row, inputs)?;
        for ((factor, offset), c) in scale.factor.iter_mut().zip(&mut scale.offset).zip(constant) {
            (*factor, *offset) = match self.operation {
                Operation::Add => (*factor, *offset + c),
                Operation::Subtract => (*factor, *offset - c),
                Operation::SubtractFrom => (-*factor, c - *offset),
                Operation::Multiply => (*factor * c, *offset * c),
                Operation::Divide => (*factor / c, *offset / c),
            };
        }
        Some(scale)
    }
}

/// `constant`, whose dimensions are `dims`, broadcast to the `inputs` values of an example with the dimensions `row`;
/// `None` if the dimensions do not fit.
fn spread(dims: &[usize], constant: &[f64], row: &[Option<usize>], inputs: usize) -> Option<Vec<f64>> {
    let ones = dims.iter().take_while(|dim| **dim == 1).count();
    if dims.len() > row.len() + 1 {
        return None; // The result would have more dimensions than the input.
    }
    if let [number] = constant {
        return Some(vec![*number; inputs]);
    }
    let dims = &dims[ones.min(dims.len().saturating_sub(row.len()))..];
    if dims.len() > row.len() {
        return None;
    }
    let known = row.iter().copied().collect::<Option<Vec<_>>>().filter(|row| row.iter().product::<usize>() == inputs);
    let Some(row) = known else {
        // Not all dimensions of the row are known, or their product is not `inputs`. Each channel is therefore taken to
        // have inputs / channels values.
        let [channels, rest @ ..] = dims else { return None };
        let fits = dims.len() == row.len() && rest.iter().all(|dim| *dim == 1) && inputs.is_multiple_of(*channels);
        let fits = fits && row[0].is_none_or(|stated| stated == *channels);
        return fits.then(|| constant.iter().flat_map(|c| std::iter::repeat_n(*c, inputs / channels)).collect());
    };
    let offset = row.len() - dims.len();
    if dims.iter().zip(&row[offset..]).any(|(dim, size)| *dim != 1 && dim != size) {
        return None;
    }
    let number = |input: usize| {
        let (mut rest, mut index, mut stride) = (input, 0, 1);
        for (axis, size) in row.iter().enumerate().skip(offset).rev() {
            let dim = dims[axis - offset];
            if dim > 1 {
                index += rest % size * stride;
            }
            stride *= dim;
            rest /= size;
        }
        constant.get(index).copied()
    };
    (0..inputs).map(number).collect()
}
