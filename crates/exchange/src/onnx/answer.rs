//! Reads the probabilities and labels that nodes compute after the last layer, and the names of the classes.

use super::chain::Chain;
use super::messages::{DOUBLE, FLOAT, Node};
use super::tensor::Constant;
use super::value::{Role, Value};
use crate::error::Error;
use crate::expression::Expression;
use crate::portable::Affine;

/// How an expression of the last layer gives the probabilities of classes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reading {
    /// The softmax of the layer gives the probabilities.
    Softmax,
    /// The logistic function of a single unit gives the probability of the first of two classes.
    First,
    /// The logistic function of a single unit gives the probability of the second of two classes.
    Second,
}

const ANSWERS: &str = "the last layer, its softmax, or the logistic function of a single unit, and labels computed \
    from these";

impl Chain {
    /// The value that `node` computes if it is a probability, a label, or another value that is cast to floats; `None`
    /// for any other node.
    pub(super) fn answer(&mut self, node: &Node) -> Result<Option<Value>, Error> {
        let operator = node.op_type.as_str();
        if matches!(operator, "ArrayFeatureExtractor" | "Gather") && self.role(node, 1) == Some(Role::Label) {
            let name = node.reads(0);
            let constant = self.constants.get(name);
            let count = constant.map_or(0, Constant::len);
            self.spend(count)?;
            let names = self.constants.get(name).and_then(Constant::names);
            let names = names.ok_or_else(|| node.refused(&format!("reads '{name}' as labels"), "constant labels"))?;
            self.name_classes(node, names)?;
            return Ok(self.values.get(node.reads(1)).cloned());
        }
        let role = match (operator, self.role(node, 0)) {
            ("ZipMap", Some(_)) => {
                if let Some(names) = node.classes("classlabels_int64s", "classlabels_strings") {
                    self.name_classes(node, names)?;
                }
                Role::Label
            }
            ("ArgMax", Some(Role::Plain | Role::Probabilities)) => {
                node.along_classes(0)?;
                Role::Label
            }
            ("Normalizer", Some(Role::Probabilities)) => {
                let norm = node.attribute("norm").and_then(|attribute| attribute.s.as_deref());
                if norm != Some(b"L1") {
                    return Err(node.refused("changes the probabilities", "Normalizer with the norm L1"));
                }
                Role::Probabilities
            }
            ("Cast", Some(Role::Plain | Role::Image | Role::Probabilities)) => {
                if ![FLOAT, DOUBLE].map(i64::from).contains(&node.integer("to", 0)) {
                    return Err(
                        node.refused("does not cast to floats", "Cast to 32-bit or 64-bit floats, or Cast of labels")
                    );
                }
                return self.operand_or_answer(node).map(Some);
            }
            ("Log", Some(Role::Probabilities)) => Role::Probabilities,
            ("Squeeze", Some(Role::Plain)) if self.last.as_ref().is_some_and(|last| last.units() == 1) => {
                Role::Probabilities
            }
            ("Cast" | "Reshape" | "Squeeze" | "Unsqueeze" | "Flatten", Some(Role::Label)) => Role::Label,
            _ => return Ok(None),
        };
        Ok(Some(Value { role, ..self.operand_or_answer(node)? }))
    }

    /// The value that `node` reads, which may be a probability or a label.
    fn operand_or_answer(&self, node: &Node) -> Result<Value, Error> {
        match self.values.get(node.reads(0)) {
            Some(value) if matches!(value.role, Role::Probabilities | Role::Label) => Ok(value.clone()),
            _ => self.operand(node, 0).cloned(),
        }
    }

    fn role(&self, node: &Node, index: usize) -> Option<Role> {
        self.values.get(node.reads(index)).map(|value| value.role)
    }

    fn name_classes(&mut self, node: &Node, names: Vec<String>) -> Result<(), Error> {
        if self.classes.as_ref().is_none_or(|known| *known == names) {
            self.classes = Some(names);
            return Ok(());
        }
        Err(node.refused("does not name the same classes as an earlier node", "the same names of classes in all nodes"))
    }

    /// The probabilities of two classes, p and 1 - p in either order, which `node`, a `Concat`, joins.
    pub(super) fn both_classes(&self, node: &Node) -> Result<Value, Error> {
        node.along_classes(0)?;
        let [first, second] = [self.operand(node, 0)?.clone(), self.operand(node, 1)?.clone()];
        let expression = Expression::Apply("Concat", vec![first.expression, second.expression]);
        if node.input.len() != 2 || reading(&expression, 1).is_none() || first.signs.is_some() || second.signs.is_some()
        {
            return Err(
                node.refused(&format!("computes {expression}"), "p and 1 - p, the probabilities of two classes")
            );
        }
        Ok(Value { expression, role: Role::Probabilities, ..Value::fresh(first.layer, Role::Plain) })
    }

    /// Begins a layer of logits from the `LinearClassifier` `node`, and returns its two outputs: labels and scores.
    pub(super) fn linear_classifier(&mut self, node: &Node) -> Result<[Value; 2], Error> {
        node.allow(&[
            "classlabels_ints",
            "classlabels_strings",
            "coefficients",
            "intercepts",
            "multi_class",
            "post_transform",
        ])?;
        let names = node.classes("classlabels_ints", "classlabels_strings");
        let names = names.ok_or_else(|| node.refused("has no class labels", "labels of all classes"))?;
        let (weight, bias, classes) = (node.numbers("coefficients"), node.numbers("intercepts"), names.len());
        if weight.is_empty() || !weight.len().is_multiple_of(classes) || ![0, classes].contains(&bias.len()) {
            let reason =
                format!("has {} coefficients and {} intercepts for {classes} classes", weight.len(), bias.len());
            return Err(node.refused(&reason, "as many rows of coefficients as classes"));
        }
        self.spend(weight.len())?;
        let inputs = weight.len() / classes;
        let mut rows: Vec<&[f32]> = weight.chunks(inputs).collect();
        let mut bias = if bias.is_empty() { vec![0.0; classes] } else { bias.to_vec() };
        let transform = node.attribute("post_transform").and_then(|attribute| attribute.s.as_deref());
        let transform = String::from_utf8_lossy(transform.unwrap_or(b"NONE")).into_owned();
        let p = Expression::Z.then("Sigmoid", []);
        let (expression, role) = match (transform.as_str(), &rows[..]) {
            ("NONE", _) => (Expression::Z, Role::Plain),
            ("SOFTMAX", _) => (Expression::Z, Role::Probabilities),
            ("LOGISTIC", [first, second]) if opposite(first, second) && opposite(&bias[..1], &bias[1..]) => {
                rows.remove(0);
                bias.remove(0);
                let both = vec![Expression::scalar(1.0).then("Sub", [p.clone()]), p];
                (Expression::Apply("Concat", both), Role::Probabilities)
            }
            _ => {
                let reason = format!("computes the probabilities of {classes} classes by {transform}");
                return Err(node.refused(&reason, "SOFTMAX, NONE, or LOGISTIC of two opposite rows of coefficients"));
            }
        };
        let weight = (0..inputs).flat_map(|input| rows.iter().map(move |row| row[input])).collect();
        self.name_classes(node, names)?;
        let scores = Value { expression, role, ..self.begin(node, Affine { inputs, weight, bias })? };
        Ok([Value { role: Role::Label, ..scores.clone() }, scores])
    }

    /// Notes for the user on what the import changed in the network. `outputs` are the names of the outputs of the
    /// graph, and `reading` is how these outputs give probabilities.
    pub(super) fn found(&self, outputs: &[String], reading: Reading) -> Vec<String> {
        let labels = outputs.iter().any(|name| self.values.get(name).is_some_and(|value| value.role == Role::Label));
        let changes = [
            (
                self.scale.is_some(),
                "the scaling of the network's inputs before the first layer is now part of that layer",
            ),
            (
                reading != Reading::Softmax,
                "the probabilities of the two classes are now the softmax of two logits, of which one is 0",
            ),
            (labels, "the labels that the network computes are left out"),
            (self.rounded, "64-bit weights are rounded to 32 bits"),
        ];
        changes.into_iter().filter(|(changed, _)| *changed).map(|(_, what)| what.to_owned()).collect()
    }

    /// How the graph's `outputs` compute the probabilities of classes from the last layer.
    pub(super) fn reading(&self, outputs: &[String]) -> Result<Reading, Error> {
        let mut found = Reading::Softmax;
        for name in outputs {
            let refused = |reason: String| Error::Graph {
                place: format!("the output '{name}'"),
                reason,
                supported: ANSWERS.to_owned(),
            };
            let value = self.values.get(name).ok_or_else(|| refused("is not computed by any node".to_owned()))?;
            let units = self.last.as_ref().map_or(0, Affine::units);
            let known = value.layer == self.layer() && value.signs.is_none();
            let reading = reading(&value.expression, units).filter(|_| known).ok_or_else(|| {
                let layer = format!("of layer {} (last layer: {}, with {units} units)", value.layer, self.layer());
                refused(format!("is {value} {layer}"))
            })?;
            if ![Reading::Softmax, reading].contains(&found) && reading != Reading::Softmax {
                return Err(refused("gives the two classes in a different order from an earlier output".to_owned()));
            }
            if reading != Reading::Softmax {
                found = reading;
            }
        }
        Ok(found)
    }
}

impl Reading {
    /// The layer of logits whose softmax equals the probabilities that this reading of `output` gives: the logistic
    /// function of z is the second element of the softmax of (0, z).
    pub(super) fn logits(self, output: Affine) -> Affine {
        let pair = |z: f32| match self {
            Self::First => [z, 0.0],
            Self::Softmax | Self::Second => [0.0, z],
        };
        match self {
            Self::Softmax => output,
            Self::First | Self::Second => Affine {
                inputs: output.inputs,
                weight: output.weight.into_iter().flat_map(pair).collect(),
                bias: output.bias.into_iter().flat_map(pair).collect(),
            },
        }
    }
}

fn opposite(a: &[f32], b: &[f32]) -> bool {
    a.iter().zip(b).all(|(a, b)| *a == -b)
}

/// How `expression`, a function of the pre-activations of a last layer with `units` units, gives the probabilities of
/// the classes; `None` if it does not give probabilities.
fn reading(expression: &Expression, units: usize) -> Option<Reading> {
    let p = Expression::Z.then("Sigmoid", []);
    let q = Expression::scalar(1.0).then("Sub", [p.clone()]);
    match expression {
        Expression::Z => Some(Reading::Softmax),
        _ if units != 1 => None,
        expression if *expression == p => Some(Reading::Second),
        Expression::Apply("Concat", both) if both[..] == [q.clone(), p.clone()] => Some(Reading::Second),
        Expression::Apply("Concat", both) if both[..] == [p, q] => Some(Reading::First),
        _ => None,
    }
}
