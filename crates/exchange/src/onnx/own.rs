//! The nodes before the first layer and after the last, through which a model takes and predicts the user's own
//! numbers.
//!
//! The scaling does not become part of the weights, because that would round the weights again. Instead, nodes compute
//! the scaling in 64 bits, with the operations of [`preprocessing::Standard`], and the layers stay as they were
//! trained. The type of `input` or `prediction` is float, or double if a mean exceeds [`FAR`] standard deviations, as
//! the mean of times in seconds may: too few of the 24 bits of a float would be left for the difference from such a
//! mean.
//!
//! An import makes the same nodes from the notes, compares them with the nodes in the file, and removes the latter.

use super::messages::{Attribute, DOUBLE, FLOAT, Graph, INT, INT64, Node, Tensor, ValueInfo, rows};
use crate::error::Error;
use crate::notes::Notes;
use crate::own::{Own, planes, stored};
use preprocessing::{Kind, Preprocessing, Standard};

/// The limit on a mean, in standard deviations, for the type float. With a larger mean, fewer than 24 - 13 = 11 bits of
/// a float would be left for the difference from the mean.
const FAR: f64 = 1e4;
/// The name of the last layer's output if a number is predicted: the distance of the number from its mean, in standard
/// deviations.
pub(super) const SCALED: &str = "scaled";

/// The nodes of a scaling, and the tensors that only these nodes read.
#[derive(Default)]
pub(super) struct Scaling {
    pub(super) nodes: Vec<Node>,
    pub(super) tensors: Vec<Tensor>,
    /// The name of the last node's output or, if there are no nodes, of the value that the first node would read.
    pub(super) last: String,
}

impl Scaling {
    fn after(value: &str) -> Self {
        Self { last: value.to_owned(), ..Self::default() }
    }

    /// Adds a node that applies `operator` to `inputs` and computes `output`.
    fn then(&mut self, operator: &str, inputs: &[&str], output: &str, attribute: Option<Attribute>) {
        self.nodes.push(Node {
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![output.to_owned()],
            name: output.to_owned(),
            op_type: operator.to_owned(),
            attribute: attribute.into_iter().collect(),
            domain: String::new(),
        });
        output.clone_into(&mut self.last);
    }

    /// Adds an operator that combines the last value with a row of constants.
    fn combine(&mut self, operator: &str, (name, values): (&str, &[f64]), output: &str) {
        self.doubles(name, values);
        let last = self.last.clone();
        self.then(operator, &[&last, name], output, None);
    }

    fn cast(&mut self, to: i32, output: &str) {
        let last = self.last.clone();
        self.then("Cast", &[&last], output, Some(integer("to", i64::from(to))));
    }

    fn doubles(&mut self, name: &str, values: &[f64]) {
        let raw_data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.tensor(name, values.len(), DOUBLE, raw_data);
    }

    fn tensor(&mut self, name: &str, count: usize, data_type: i32, raw_data: Vec<u8>) {
        let (name, dims) = (name.to_owned(), vec![count.cast_signed() as i64]);
        self.tensors.push(Tensor { dims, data_type, name, raw_data, ..Tensor::default() });
    }
}

/// The attribute `name` with the integer `value`.
pub(super) fn integer(name: &str, value: i64) -> Attribute {
    Attribute { name: name.to_owned(), i: Some(value), r#type: INT, ..Attribute::default() }
}

/// The type, float or double, of numbers that are given or predicted and have the means and deviations `standards`.
fn number_type(standards: &[Standard]) -> i32 {
    let far = |standard: &Standard| standard.deviation > 0.0 && standard.mean.abs() > FAR * standard.deviation;
    if standards.iter().any(far) { DOUBLE } else { FLOAT }
}

/// The declaration of the model's input, `[batch, own.width()]`.
pub(super) fn input(notes: &Notes, own: &Own) -> ValueInfo {
    rows("input", own.width(), number_type(&own.standards), described(notes))
}

/// The declarations of the outputs of a model, `[batch, units]`, where `units` is the number of units of the last
/// layer.
pub(super) fn outputs(notes: &Notes, units: usize) -> Vec<ValueInfo> {
    match notes.number() {
        Some(standard) => {
            vec![rows("prediction", units, number_type(&[standard]), "the number in its own units".to_owned())]
        }
        None => vec![
            rows("logits", units, FLOAT, String::new()),
            rows("probabilities", units, FLOAT, "the softmax of the logits".to_owned()),
        ],
    }
}

/// The nodes from `input` to the row that the first layer reads.
pub(super) fn to_row(own: &Own) -> Scaling {
    let mut scaling = Scaling::after("input");
    if own.is_plain() {
        return scaling;
    }
    if number_type(&own.standards) == FLOAT {
        scaling.cast(DOUBLE, "input.double");
    }
    if let Some(fills) = &own.fills {
        let given = scaling.last.clone();
        scaling.doubles("input.fills", fills);
        scaling.then("IsNaN", &[&given], "input.missing", None);
        scaling.then("Where", &["input.missing", "input.fills", &given], "input.filled", None);
    }
    scaling.combine("Sub", ("input.means", &own.means()), "input.centred");
    scaling.combine("Div", ("input.deviations", &own.divisors()), "input.scaled");
    scaling.cast(FLOAT, "input.row");
    if own.has_indicators() {
        let order = own.order();
        let raw_data = order.iter().flat_map(|index| (index.cast_signed() as i64).to_le_bytes()).collect();
        scaling.tensor("input.order", order.len(), INT64, raw_data);
        scaling.then("Cast", &["input.missing"], "input.indicators", Some(integer("to", i64::from(FLOAT))));
        scaling.then("Concat", &["input.row", "input.indicators"], "input.both", Some(integer("axis", 1)));
        scaling.then("Gather", &["input.both", "input.order"], "input.complete", Some(integer("axis", 1)));
    }
    scaling
}

/// The nodes from the last layer to `prediction`; no nodes if the network predicts classes.
pub(super) fn from_scaled(notes: &Notes) -> Scaling {
    let mut scaling = Scaling::after(SCALED);
    let Some(standard) = notes.number() else { return scaling };
    scaling.cast(DOUBLE, "scaled.double");
    scaling.combine("Mul", ("prediction.deviation", &[standard.deviation]), "prediction.centred");
    if number_type(&[standard]) == DOUBLE {
        scaling.combine("Add", ("prediction.mean", &[standard.mean]), "prediction");
    } else {
        scaling.combine("Add", ("prediction.mean", &[standard.mean]), "prediction.double");
        scaling.cast(FLOAT, "prediction");
    }
    scaling
}

/// Removes the nodes of [`to_row`] and [`from_scaled`] for `notes`, and the tensors of these nodes, from `graph`. The
/// value that the first layer reads then becomes the input of the graph, and the value that the last layer computes
/// becomes its output. `inputs` is the number of inputs of the network.
///
/// # Errors
/// [`Error::Note`] if the graph has other nodes or tensors in place of these.
pub(super) fn take_away(graph: &mut Graph, notes: &Notes, inputs: usize) -> Result<(), Error> {
    let (before, after) = (to_row(&Own::of(notes, inputs)), from_scaled(notes));
    let wrong = |note, place| Error::Note {
        note,
        reason: format!("the nodes {place} layer do not compute what the note describes"),
    };
    let no_preprocessing = || wrong("preprocessing", "before the first");
    let no_target = || wrong("target", "after the last");
    if !before.nodes.is_empty() {
        graph.node.starts_with(&before.nodes).then_some(()).ok_or_else(no_preprocessing)?;
        graph.node.drain(..before.nodes.len());
        before.tensors.iter().try_for_each(|tensor| take(graph, tensor)).map_err(|()| no_preprocessing())?;
        graph.input = vec![rows(&before.last, inputs, FLOAT, String::new())];
    }
    if !after.nodes.is_empty() {
        graph.node.ends_with(&after.nodes).then_some(()).ok_or_else(no_target)?;
        graph.node.truncate(graph.node.len() - after.nodes.len());
        after.tensors.iter().try_for_each(|tensor| take(graph, tensor)).map_err(|()| no_target())?;
        graph.output = vec![rows(SCALED, 1, FLOAT, String::new())];
    }
    Ok(())
}

/// Removes `tensor` from the tensors of `graph`.
///
/// # Errors
/// If the graph does not have this tensor.
fn take(graph: &mut Graph, tensor: &Tensor) -> Result<(), ()> {
    let at = graph.initializer.iter().position(|found| found == tensor).ok_or(())?;
    graph.initializer.swap_remove(at);
    Ok(())
}

/// The documentation of the model's `input`: what a row of the input holds.
fn described(notes: &Notes) -> String {
    match &notes.preprocessing {
        Some(Preprocessing::Columns(columns)) => {
            let any =
                |number| columns.columns.iter().any(|column| matches!(column.kind, Kind::Number { .. }) == number);
            let numbers = any(true).then_some("each number in its own units, NaN where it is missing");
            let categories = any(false).then_some("for each category 1 if the field has it, else 0");
            let both: Vec<_> = numbers.into_iter().chain(categories).collect();
            format!("{}; the metadata entry 'inputs' names them in order", both.join("; "))
        }
        Some(Preprocessing::Pixels(pixels)) => format!(
            "the stored values of {} x {} x {} pixels (planes, rows, columns){}, {}",
            pixels.channels,
            pixels.height,
            pixels.width,
            if planes(pixels).iter().all(|plane| *plane == Standard::IDENTITY) {
                ""
            } else {
                ", which the model scales"
            },
            stored(pixels)
        ),
        Some(Preprocessing::Terms(_)) => {
            "for each term 1 if the text contains it, else 0; the metadata entry 'inputs' names them in order"
                .to_owned()
        }
        Some(Preprocessing::Sparse(sparse)) => {
            format!("the values of {} columns from column {}", sparse.width, sparse.base)
        }
        None => String::new(),
    }
}
