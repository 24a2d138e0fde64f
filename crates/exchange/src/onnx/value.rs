//! The values and shapes that the nodes of a graph compute.

use crate::expression::Expression;
use std::rc::Rc;

/// The meaning of a name in a graph: the input of the network; an expression of a layer's pre-activations, possibly
/// multiplied by signs; or a probability or a label computed from such an expression.
#[derive(Clone)]
pub(super) struct Value {
    /// The number of the layer: 0 for the input, 1 for the first layer.
    pub(super) layer: usize,
    pub(super) expression: Expression,
    /// The signs by which the value has been multiplied; `None` if the value has no signs. The signs are shared,
    /// because any number of nodes may pass the value on.
    pub(super) signs: Option<Rc<[f32]>>,
    pub(super) role: Role,
    /// The last operation that scaled the input, with a reference to the operation before it; `None` if the input is
    /// unscaled.
    pub(super) steps: Option<Rc<Step>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    /// Rows of the input, or an expression of a layer's pre-activations without a softmax.
    Plain,
    /// The input before it is flattened to rows.
    Image,
    /// Probabilities or their logarithms, or the squeezed output of a single unit.
    Probabilities,
    /// A label, or a table of probabilities by label. The import leaves these values out.
    Label,
}

/// A step in the scaling of the input: an operation on the result of all earlier steps and a constant.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) before: Option<Rc<Step>>,
    /// The number of operations up to and including this one.
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

/// A dimension that a graph computes.
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
    /// The dimensions of an example, each `None` if the graph does not state it. The whole field is `None` if the graph
    /// does not state the number of dimensions, or states more dimensions than are supported.
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
