//! The values of a graph.

use crate::expression::Expression;
use std::rc::Rc;

/// The meaning of a name: the input, or signs * an expression of a layer's pre-activations.
#[derive(Clone)]
pub(super) struct Value {
    /// The number of the layer: 0 for the input, 1 for the first layer.
    pub(super) layer: usize,
    pub(super) expression: Expression,
    /// The signs, if the value has been multiplied by them; shared, because any number of nodes may pass them on.
    pub(super) signs: Option<Rc<[f32]>>,
    pub(super) role: Role,
    /// The last operation that has scaled the input, which refers to the earlier ones; `None` if there is none.
    pub(super) steps: Option<Rc<Step>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    /// Rows of the input, or an expression of a layer's pre-activations without a softmax.
    Plain,
    /// The input before it is flattened to rows.
    Image,
    /// A value after the softmax.
    Probabilities,
    /// A label, or another output that is computed from logits or probabilities and cut off.
    Label,
}

/// A step of the scaling of the input: an operation on the input, after all earlier steps, and a constant.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) before: Option<Rc<Step>>,
    /// The number of operations up to this one.
    pub(super) count: usize,
    pub(super) operation: Operation,
    /// Whether the operation reads the input before it is flattened.
    pub(super) image: bool,
    /// The dimensions of the constant.
    pub(super) dims: Vec<usize>,
    pub(super) constant: Vec<f64>,
}

/// An operation on the input x and a constant c.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operation {
    /// x + c
    Add,
    /// x - c
    Subtract,
    /// c - x
    SubtractFrom,
    /// x c
    Multiply,
    /// x / c
    Divide,
}

/// A dimension as a graph computes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Dim {
    /// The number of examples, which may be any number.
    Batch,
    Number(i64),
    /// A dimension that the graph does not state.
    Unknown,
}

/// The shape of the input.
#[derive(Debug, Default)]
pub(super) struct InputShape {
    /// The number of examples, if the graph states it.
    pub(super) batch: Option<i64>,
    /// The dimensions of an example, as far as the graph states them; `None` if it does not state their number.
    pub(super) row: Option<Vec<Option<usize>>>,
}

impl Value {
    pub(super) fn fresh(layer: usize, role: Role) -> Self {
        Self { layer, expression: Expression::Z, signs: None, role, steps: None }
    }

    /// Whether the value is the input before it is flattened.
    pub(super) fn is_image(&self) -> bool {
        self.role == Role::Image
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let signs = if self.signs.is_some() { " times signs" } else { "" };
        write!(f, "{}{signs}", self.expression)
    }
}
