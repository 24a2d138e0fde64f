//! Examines a loaded data set for properties that would make training fail or a result misleading.

use super::table::layout;
use crate::inputs::{Inputs, Row};
use crate::lines::shown;
use crate::{DataSet, Error, Examples};
use preprocessing::{Column, Kind, MISSING, Preprocessing, Target};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

/// Statistics of reviews or of the user's own data, from which the data can be judged before training.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// The number of inputs that have the same value in all training examples.
    pub constant: usize,
    /// The names of the first five inputs that are constant in training; empty if the inputs have no names.
    constant_names: Vec<String>,
    /// The number of inputs.
    pub inputs: usize,
    /// Whether the inputs are pixels, of which many may be constant, such as the pixels at the borders of pictures of
    /// digits.
    are_pixels: bool,
    /// The numbers of validation and of test examples whose inputs equal the inputs of a training example.
    pub repeated: [usize; 2],
    /// The number of pictures, in all parts, that equal a picture of another class.
    contradicting: usize,
    /// The numbers of training, validation and test examples.
    pub counts: [usize; 3],
    /// The name of each class, and the numbers of its training, validation and test examples; empty if numbers are
    /// predicted.
    pub classes: Vec<(String, [usize; 3])>,
    /// If numbers are predicted, the root mean squared error on the test examples of always predicting the mean of the
    /// training examples, in the target's units; otherwise `None`.
    pub constant_rmse: Option<f64>,
    /// The columns of a table that are inputs, each with the number of training examples that lack a value in this
    /// column; empty if the data is not a table.
    pub columns: Vec<(Column, usize)>,
}

impl Look {
    /// Collects the statistics of `data`.
    pub(crate) fn at(data: &DataSet) -> Self {
        let parts = [&data.splits.train, &data.splits.validation, &data.splits.test];
        let names = data.inputs();
        let name = |i: usize| names.get(i).cloned().unwrap_or_else(|| format!("input {}", i + 1));
        let constant = constant(parts[0]);
        let constant_rmse = match data.target() {
            Target::Number { standard, .. } => {
                let squares: f64 = parts[2].targets().iter().map(|target| f64::from(*target).powi(2)).sum();
                Some((squares / parts[2].len() as f64).sqrt() * standard.deviation)
            }
            Target::Classes { .. } => None,
        };
        Self {
            constant: constant.len(),
            constant_names: if names.is_empty() {
                Vec::new()
            } else {
                constant.iter().take(5).map(|i| name(*i)).collect()
            },
            inputs: parts[0].features(),
            are_pixels: parts[0].shape().is_some(),
            repeated: repeated(parts),
            contradicting: contradicting(parts),
            counts: parts.map(Examples::len),
            classes: if constant_rmse.is_some() { Vec::new() } else { classes(&data.classes, parts) },
            constant_rmse,
            columns: match &data.preprocessing {
                Some(Preprocessing::Columns(columns)) => with_missing(&columns.columns, parts[0]),
                _ => Vec::new(),
            },
        }
    }

    /// Checks that at least one input differs between training examples.
    ///
    /// # Errors
    /// [`Error::Layout`] when all training examples have the same inputs.
    pub(crate) fn check(&self, path: &Path) -> Result<(), Error> {
        if self.constant < self.inputs {
            return Ok(());
        }
        let found = format!("{} training examples with equal inputs", self.counts[0]);
        Err(layout(path, "inputs that differ between examples", found, "check that the inputs were read as intended"))
    }

    /// Sentences for the user about the classes; empty if numbers are predicted.
    pub(crate) fn class_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.classes.is_empty() {
            let sizes = self.classes.iter().map(|(name, [train, ..])| (*train, name));
            let largest = sizes.clone().rev().max_by_key(|(count, _)| *count);
            let smallest = sizes.min_by_key(|(count, _)| *count);
            if let (Some((most, common)), Some((least, rare))) = (largest, smallest) {
                let sizes = if least == most {
                    format!("{} classes of {most} training examples each", self.classes.len())
                } else {
                    format!("classes of {least} ({rare}) to {most} ({common}) training examples")
                };
                lines.push(format!(
                    "{sizes}; always predicting {common} gives a test error of {:.2} %",
                    100.0 * self.baseline_error().unwrap_or(f64::NAN)
                ));
            }
            for (part, what) in [(0, "training"), (1, "validation"), (2, "test")] {
                let absent: Vec<&str> = self
                    .classes
                    .iter()
                    .filter(|(_, counts)| counts[part] == 0)
                    .map(|(name, _)| name.as_str())
                    .collect();
                if !absent.is_empty() {
                    lines.push(format!("no {what} example of {}", listed(&absent)));
                }
            }
            if let Some((a, b)) = self.alike() {
                lines.push(format!("classes {a:?} and {b:?} differ only in how they are written: correct the labels if they are one class"));
            }
        }
        lines
    }

    /// Sentences for the user about the classes, and about everything that may make a result misleading.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = self.class_lines();
        if let Some(rmse) = self.constant_rmse {
            lines.push(format!("always predicting the mean of the training examples gives a test RMSE of {rmse:.4}"));
        }
        lines.extend(self.columns.iter().filter_map(|(column, _)| respelt(column)));
        if self.are_pixels && 2 * self.constant > self.inputs {
            lines.push(format!(
                "{} of {} pixel values are the same in all training pictures: check that the pictures were read as intended",
                self.constant, self.inputs
            ));
        } else if self.constant > 0 && !self.are_pixels {
            let names: Vec<&str> = self.constant_names.iter().map(String::as_str).collect();
            let which = if names.is_empty() { String::new() } else { format!(" ({})", listed(&names)) };
            let verb = if self.constant == 1 { "has" } else { "have" };
            lines.push(format!(
                "{} of {} inputs{which} {verb} the same value in all training examples, so the network cannot learn from this",
                self.constant, self.inputs
            ));
        }
        if self.contradicting > 0 {
            lines.push(format!(
                "{} pictures are equal to a picture of another class: correct their labels",
                self.contradicting
            ));
        }
        for (repeated, count, what) in
            [(self.repeated[0], self.counts[1], "validation"), (self.repeated[1], self.counts[2], "test")]
        {
            if repeated > 0 {
                lines.push(format!(
                    "{repeated} of {count} {what} examples have the inputs of a training example: the {what} error may look too good"
                ));
            }
        }
        lines
    }

    /// The error rate on the test examples, in [0, 1], of always predicting the class that is most frequent in
    /// training, or the first of several equally frequent classes. `None` if numbers are predicted.
    #[must_use]
    pub fn baseline_error(&self) -> Option<f64> {
        // The order is reversed because `max_by_key` returns the last of equal maxima.
        let most = self.classes.iter().rev().map(|(_, counts)| counts).max_by_key(|counts| counts[0])?;
        Some(1.0 - most[2] as f64 / self.counts[2] as f64)
    }

    /// Two classes whose names differ only in the case of letters or in the notation of a number; `None` if there are
    /// no such classes.
    fn alike(&self) -> Option<(&str, &str)> {
        let key =
            |name: &str| name.parse::<f64>().map_or_else(|_| name.to_lowercase(), |number| (number + 0.0).to_string());
        let mut seen = HashMap::new();
        self.classes
            .iter()
            .find_map(|(name, _)| seen.insert(key(name), name.as_str()).map(|other| (other, name.as_str())))
    }
}

/// That `column` has categories which differ only in the case of letters, for the user; `None` if there are no such
/// categories.
fn respelt(column: &Column) -> Option<String> {
    let Kind::Category { categories, .. } = &column.kind else { return None };
    let mut spellings: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for category in categories {
        spellings.entry(category.to_lowercase()).or_default().push(category);
    }
    let alike: Vec<&str> = spellings.into_values().filter(|alike| alike.len() > 1).flatten().collect();
    (!alike.is_empty()).then(|| {
        format!(
            "column {} has categories that differ only in upper and lower case ({}) and are kept apart: write them \
             alike if they are one category",
            shown(&column.name),
            crate::lines::listed(&alike)
        )
    })
}

fn listed(names: &[&str]) -> String {
    names[..names.len().min(5)].join(", ") + if names.len() > 5 { ", ..." } else { "" }
}

/// The indices of the inputs that have the same value in all of `examples`, in ascending order.
fn constant(examples: &Examples) -> Vec<usize> {
    let width = examples.features();
    if let Inputs::Sparse(rows) = examples.inputs() {
        // A column varies if it is stored with two different values, or stored in some rows and zero in others.
        let mut first: Vec<Option<f32>> = vec![None; width];
        let (mut stored, mut varies) = (vec![0usize; width], vec![false; width]);
        for i in 0..rows.len() {
            let (columns, values) = rows.row(i);
            for (column, value) in columns.iter().zip(values) {
                let j = *column as usize;
                stored[j] += 1;
                varies[j] |= *first[j].get_or_insert(*value) != *value;
            }
        }
        let differs = |j: &usize| varies[*j] || (stored[*j] > 0 && stored[*j] < rows.len() && first[*j] != Some(0.0));
        return (0..width).filter(|j| !differs(j)).collect();
    }
    let mut first = Vec::new();
    let mut row = Vec::new();
    let mut same: Vec<usize> = (0..width).collect();
    for i in 0..examples.len() {
        row.clear();
        examples.row(i).write(&mut row);
        if i == 0 {
            first.clone_from(&row);
        }
        same.retain(|j| row[*j].to_bits() == first[*j].to_bits());
        if same.is_empty() {
            break;
        }
    }
    same
}

/// The numbers of validation and of test examples whose inputs equal the inputs of a training example.
fn repeated([train, validation, test]: [&Examples; 3]) -> [usize; 2] {
    if train.inputs().is_endless() {
        return [0, 0];
    }
    let known: std::collections::HashSet<u64> = (0..train.len()).map(|i| hash(&train.row(i))).collect();
    [validation, test].map(|part| (0..part.len()).filter(|i| known.contains(&hash(&part.row(*i)))).count())
}

/// The number of stored pictures, in all parts, that equal a picture of another class.
fn contradicting(parts: [&Examples; 3]) -> usize {
    let mut seen: HashMap<u64, (u8, bool, usize)> = HashMap::new();
    for part in parts.into_iter().filter(|part| part.inputs().as_bytes().is_some()) {
        for i in 0..part.len() {
            let (label, differ, count) = seen.entry(hash(&part.row(i))).or_insert((part.label(i), false, 0));
            *differ |= *label != part.label(i);
            *count += 1;
        }
    }
    seen.values().filter(|(_, differ, _)| *differ).map(|(.., count)| count).sum()
}

/// Each of `columns`, from which the inputs of `train` were made, with the number of examples of `train` that lack a
/// value in this column.
fn with_missing(columns: &[Column], train: &Examples) -> Vec<(Column, usize)> {
    let Inputs::Numbers(numbers) = train.inputs() else { return Vec::new() };
    let mut start = 0;
    let counted = columns.iter().map(|column| {
        let indicator = match &column.kind {
            Kind::Number { indicator, .. } => indicator.then_some(start + 1),
            Kind::Category { categories, .. } => {
                categories.iter().position(|category| category == MISSING).map(|k| start + k)
            }
        };
        start += column.inputs();
        let rows = numbers.rows.chunks_exact(numbers.width);
        let missing = indicator.map_or(0, |j| rows.filter(|row| row[j] == 1.0).count());
        (column.clone(), missing)
    });
    counted.collect()
}

fn hash(row: &Row<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    match row {
        Row::Bytes(bytes, _) => bytes.hash(&mut hasher),
        Row::Numbers(numbers) => numbers.iter().for_each(|x| x.to_bits().hash(&mut hasher)),
        Row::Sparse { columns, values, .. } => {
            columns.hash(&mut hasher);
            values.iter().for_each(|x| x.to_bits().hash(&mut hasher));
        }
    }
    hasher.finish()
}

/// The name of each class, and the number of its examples in each part.
fn classes(names: &[String], parts: [&Examples; 3]) -> Vec<(String, [usize; 3])> {
    let mut counts = vec![[0; 3]; names.len()];
    for (k, part) in parts.into_iter().enumerate() {
        part.labels().iter().for_each(|label| counts[usize::from(*label)][k] += 1);
    }
    names.iter().cloned().zip(counts).collect()
}
