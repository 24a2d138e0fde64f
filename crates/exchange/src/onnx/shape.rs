//! The shape of the input, and the shapes that nodes compute from it to flatten the input.

use super::chain::Chain;
use super::messages::{Node, ValueInfo};
use super::tensor::Constant;
use super::value::{Dim, InputShape, Role, Value};
use crate::error::Error;
use crate::expression::Expression;

/// The limit on the number of dimensions of an example.
const DIMENSIONS: usize = 8;
const SUPPORTED: &str = "Flatten, or Reshape to [batch, inputs], where Shape, Gather, Slice, Squeeze, Unsqueeze, Concat, \
    Mul, ReduceProd and Cast may compute this shape";

impl InputShape {
    pub(super) fn of(input: &ValueInfo) -> Self {
        let shape = input.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref()?.shape.as_ref());
        let Some([batch, row @ ..]) = shape.map(|shape| &shape.dim[..]) else { return Self::default() };
        let size = |size: Option<i64>| usize::try_from(size?).ok().filter(|size| *size > 0);
        let row = (row.len() <= DIMENSIONS).then(|| row.iter().map(|dim| size(dim.dim_value)).collect());
        Self { batch: batch.dim_value, row }
    }

    /// Whether the last of three dimensions seems to be the number of channels: the last dimension is 2, 3 or 4, and
    /// the first dimension is not known to be at most 4.
    fn is_interleaved(&self) -> bool {
        let channels = |size: Option<usize>| size.is_some_and(|size| size <= 4);
        matches!(self.row.as_deref(), Some([first, _, last @ Some(2..)]) if channels(*last) && !channels(*first))
    }

    /// The number of values in an example, if the graph states it.
    fn width(&self) -> Option<i64> {
        let row = self.row.as_ref()?;
        let width = row.iter().try_fold(1, |width: usize, dim| width.checked_mul((*dim)?))?;
        i64::try_from(width).ok()
    }

    /// Whether a reshape to `target` makes one row of each example. If `zeros`, the attribute `allowzero`, is 0, a 0 in
    /// `target` stands for the input's dimension in the same place.
    fn flattens(&self, target: &[Dim], zeros: i64) -> bool {
        let [first, second] = target else { return false };
        let keeps_batch = match first {
            Dim::Batch => true,
            Dim::Number(0) => zeros == 0,
            Dim::Number(number) => Some(*number) == self.batch,
            Dim::Unknown => false,
        };
        match (second, self.width()) {
            (Dim::Number(-1), _) | (Dim::Number(1..) | Dim::Unknown, None) => keeps_batch,
            (Dim::Number(second), Some(width)) if *second == width => {
                keeps_batch || matches!(first, Dim::Number(-1 | 1..))
            }
            _ => false,
        }
    }

    /// The shape of the input if `image` is true, or `[batch, inputs]`, the shape of the flattened input.
    fn dims(&self, image: bool) -> Vec<Dim> {
        let dim = |dim: &Option<usize>| dim.and_then(|dim| i64::try_from(dim).ok()).map_or(Dim::Unknown, Dim::Number);
        let row = match &self.row {
            Some(row) if image => row.iter().map(dim).collect(),
            _ if image => Vec::new(),
            _ => vec![self.width().map_or(Dim::Unknown, Dim::Number)],
        };
        [vec![Dim::Batch], row].concat()
    }
}

impl Chain {
    /// The input, flattened to rows by a `Reshape`.
    pub(super) fn reshape(&self, node: &Node) -> Result<Value, Error> {
        node.allow(&["allowzero"])?;
        match self.dims(node.reads(1)) {
            Some(target) if self.shape.flattens(&target, node.integer("allowzero", 0)) => {
                self.rows(node, self.operand(node, 0)?)
            }
            _ => Err(node.refused("does not flatten the input", SUPPORTED)),
        }
    }

    /// The input, flattened to rows by a `Flatten`.
    pub(super) fn flatten(&self, node: &Node) -> Result<Value, Error> {
        node.allow(&["axis"])?;
        let value = self.operand(node, 0)?;
        let axis = node.integer("axis", 1);
        let from_end = self.shape.row.as_ref().and_then(|row| i64::try_from(row.len()).ok()).map(|count| -count);
        if axis != 1 && Some(axis) != from_end || self.last.is_some() {
            return Err(node.refused(
                &format!("flattens layer {} from axis {axis}", value.layer),
                "Flatten of the input from axis 1",
            ));
        }
        self.rows(node, value)
    }

    /// The rows of `value`, the input, which `node` flattens.
    fn rows(&self, node: &Node, value: &Value) -> Result<Value, Error> {
        if value.is_image() && self.shape.is_interleaved() {
            let reason = "flattens pixels with interleaved channels";
            return Err(node.refused(reason, "channels before rows and columns, [batch, channels, height, width]"));
        }
        Ok(Value { role: Role::Plain, ..value.clone() })
    }

    /// Whether `node` reshapes the pre-activations of a layer into the same rows.
    pub(super) fn keeps_rows(&self, node: &Node) -> bool {
        let units = self.last.as_ref().and_then(|last| i64::try_from(last.units()).ok());
        let of_layer = self.values.get(node.reads(0)).is_some_and(|value| value.expression == Expression::Z);
        let target = self.dims(node.reads(1)).unwrap_or_default();
        let same = matches!(target[..], [Dim::Batch | Dim::Number(-1 | 0), Dim::Number(width)] if Some(width) == units);
        of_layer && same && node.attribute.iter().all(|attribute| attribute.i == Some(0))
    }

    /// The dimensions called `name`, which a node has computed or a constant holds.
    pub(super) fn dims(&self, name: &str) -> Option<Vec<Dim>> {
        match self.constants.get(name) {
            Some(Constant::Integers(values)) if values.len() <= 2 * DIMENSIONS => {
                Some(values.iter().map(|value| Dim::Number(*value)).collect())
            }
            Some(_) => None,
            None => self.shapes.get(name).cloned(),
        }
    }

    /// The dimensions that `node` computes; `None` if it computes something else.
    pub(super) fn shape_node(&self, node: &Node) -> Result<Option<Vec<Dim>>, Error> {
        let of_shape = node.input.iter().any(|name| self.shapes.contains_key(name));
        let of_value = node.op_type == "Reshape" && self.values.contains_key(node.reads(0));
        if node.op_type != "Shape" && (!of_shape || of_value) {
            return Ok(None);
        }
        let computed = self.computed(node).filter(|dims| dims.len() <= 2 * DIMENSIONS);
        computed.map(Some).ok_or_else(|| node.refused("computes a shape in an unsupported way", SUPPORTED))
    }

    fn computed(&self, node: &Node) -> Option<Vec<Dim>> {
        let first = || self.dims(node.reads(0));
        match node.op_type.as_str() {
            "Shape" => {
                let value = self.values.get(node.reads(0)).filter(|value| value.layer == 0)?;
                let dims = self.shape.dims(value.is_image());
                cut(&dims, node.integer("start", 0), node.integer("end", i64::MAX))
            }
            "Cast" | "Identity" | "Squeeze" | "Unsqueeze" | "Reshape" => first(),
            "Gather" => {
                let dims = first()?;
                let Some(Constant::Integers(indices)) = self.constants.get(node.reads(1)) else { return None };
                let at = |index: &i64| {
                    let from_end = if *index < 0 { i64::try_from(dims.len()).ok()? } else { 0 };
                    dims.get(usize::try_from(index + from_end).ok()?).copied()
                };
                indices.iter().take(2 * DIMENSIONS).map(at).collect()
            }
            "Slice" => {
                let number = |index: usize, default: i64| match self.constants.get(node.reads(index)) {
                    Some(Constant::Integers(values)) if values.len() == 1 => Some(values[0]),
                    None if node.reads(index).is_empty() => Some(default),
                    _ => None,
                };
                let (start, end) = (number(1, 0)?, number(2, i64::MAX)?);
                let whole = number(3, 0)? == 0 && number(4, 1)? == 1 && node.attribute.is_empty();
                whole.then(|| cut(&first()?, start, end)).flatten()
            }
            "Concat" => {
                let parts = node.input.iter().take(2 * DIMENSIONS + 1).map(|name| self.dims(name));
                Some(parts.collect::<Option<Vec<_>>>()?.concat())
            }
            "Mul" => match (&first()?[..], &self.dims(node.reads(1))?[..]) {
                ([a], [b]) => Some(vec![product(&[*a, *b])]),
                _ => None,
            },
            "ReduceProd" => Some(vec![product(&first()?)]),
            _ => None,
        }
    }
}

fn product(dims: &[Dim]) -> Dim {
    let number = |dim: &Dim| if let Dim::Number(number) = dim { Some(*number) } else { None };
    let product = dims.iter().try_fold(1i64, |product, dim| product.checked_mul(number(dim)?));
    product.map_or(Dim::Unknown, Dim::Number)
}

/// The dimensions `start..end`; a negative index counts from the end.
fn cut(dims: &[Dim], start: i64, end: i64) -> Option<Vec<Dim>> {
    let count = i64::try_from(dims.len()).ok()?;
    let at = |index: i64| usize::try_from(if index < 0 { index + count } else { index.min(count) }).ok();
    dims.get(at(start)?..at(end)?).map(<[Dim]>::to_vec)
}
