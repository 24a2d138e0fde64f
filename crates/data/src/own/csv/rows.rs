//! Reads the rows of a table whose layout is known.

use super::layout::{Content, Layout};
use super::records::Records;
use super::survey::is_named;
use crate::Error;
use crate::choices::{Header, Task};
use crate::lines::shown;
use crate::names::composed;
use crate::own::classes::{Class, Classes, Growing, LabelError, TEXT, UNKNOWN};
use crate::own::table::MAX_NUMBERS;
use preprocessing::is_missing;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

const NAME_LABEL: &str = "name the column of labels with --label COLUMN";
const NUMBERS: &str = "write all numbers in the same notation, as in 12.5, or leave the column out with --drop";
const COLUMNS: &str = "give every file the same columns";

/// The rows of a file.
pub(super) struct Rows {
    /// The number, or the index of the category, of each input of each example, `[examples, inputs]`, row-major; NaN
    /// where the value is missing.
    pub(super) cells: Vec<f64>,
    /// The label of each example, `[examples]`: in the training file, classes are numbered in the order of appearance;
    /// empty for regression.
    pub(super) labels: Vec<u8>,
    /// Numbers to predict, `[examples]`; empty for classification.
    pub(super) targets: Vec<f64>,
    /// The group of each example, `[examples]`; empty if there are no groups.
    pub(super) groups: Vec<u32>,
    /// The path of the file.
    pub(super) file: Arc<Path>,
    /// The line of each example in the file, from 1, `[examples]`.
    pub(super) lines: Vec<u32>,
    /// The number of rows that were left out because the label is missing, for each text that stands in place of the
    /// label.
    pub(super) unlabelled: BTreeMap<String, usize>,
}

/// The categories and groups that occur in the tables of a data set, each with an index.
#[derive(Default)]
pub(super) struct Texts {
    /// The categories of each input; empty for an input of numbers.
    categories: Vec<Dictionary>,
    groups: Dictionary,
}

#[derive(Clone, Default)]
struct Dictionary(HashMap<String, u32>);

impl Dictionary {
    fn index(&mut self, text: &str) -> u32 {
        let text = composed(text);
        let next = self.0.len() as u32; // the limits on files keep the number of rows below 2^32
        *self.0.entry(text).or_insert(next)
    }

    /// The texts, in the order of their indices.
    fn texts(&self) -> Vec<String> {
        let mut texts: Vec<(u32, &String)> = self.0.iter().map(|(text, index)| (*index, text)).collect();
        texts.sort_unstable();
        texts.into_iter().map(|(_, text)| text.clone()).collect()
    }
}

impl Texts {
    pub(super) fn new(layout: &Layout) -> Self {
        Self { categories: vec![Dictionary::default(); layout.inputs.len()], groups: Dictionary::default() }
    }

    /// The categories of each input, in the order of their indices; empty for an input of numbers.
    pub(super) fn categories(&self) -> Vec<Vec<String>> {
        self.categories.iter().map(Dictionary::texts).collect()
    }
}

/// The classes that are known while a table is read.
pub(super) enum Labels<'a> {
    /// The classes of the training file so far, to which new ones are added while that file is read.
    Growing(&'a mut Growing),
    /// The classes of the training file, all known, while another file is read.
    Known(&'a mut Classes),
}

impl Labels<'_> {
    fn label(&mut self, class: Class) -> Result<u8, LabelError> {
        match self {
            Self::Growing(growing) => growing.label(class).map_err(|expected| (expected, NAME_LABEL)),
            Self::Known(classes) => classes.label(&class).map_err(|expected| (expected, UNKNOWN)),
        }
    }
}

impl Rows {
    /// An empty set of rows for the table at `path`.
    fn of(path: &Path) -> Self {
        Self {
            cells: Vec::new(),
            labels: Vec::new(),
            targets: Vec::new(),
            groups: Vec::new(),
            file: path.into(),
            lines: Vec::new(),
            unlabelled: BTreeMap::new(),
        }
    }

    /// Reads the table at `path`, which has the columns of `layout`; `first` is the training file.
    ///
    /// # Errors
    /// [`Error::Line`] when the file is empty, lacks a column or has too many inputs, a row has another number of
    /// fields, or a field does not fit its column; and the errors of [`Records`].
    pub(super) fn read(
        path: &Path,
        layout: &Layout,
        first: &Path,
        mut labels: Labels<'_>,
        texts: &mut Texts,
    ) -> Result<Self, Error> {
        let records = Records::open(path)?;
        let mut records = if path == first { records.without(&layout.described) } else { records };
        if !records.advance()? {
            return Err(records.wrong("fields separated by commas", "an empty file", "give a file with examples"));
        }
        let names = records.len();
        let (header, mut positions) = if path == first {
            (layout.header, (0..layout.names.len()).map(Some).collect())
        } else {
            let fields: Vec<&str> = records.fields().collect();
            layout.positions(&fields).map_err(|(expected, found)| records.wrong(expected, found, COLUMNS))?
        };
        if header == Header::No {
            records.keep();
        } else if path != first && are_named(path)? {
            positions.iter_mut().flatten().for_each(|place| *place += 1);
        }
        let least = positions.iter().flatten().max().map_or(names, |last| names.max(last + 1));
        let mut reading = Reading { layout, positions, texts, rows: Self::of(path) };
        let mut width = None;
        // A validation or test file may have lines that describe the columns, as the training file does.
        let mut describing = if path == first { 0 } else { layout.described.len() };
        while records.advance()? {
            let width = *width.get_or_insert(if records.len() == names + 1 { names + 1 } else { least });
            if records.len() != width {
                return Err(records.uneven(width));
            }
            let fields: Vec<&str> = records.fields().collect();
            if describing > 0 && reading.describes(&fields, &mut labels) {
                describing -= 1;
                continue;
            }
            describing = 0;
            reading.row(&fields, &records, &mut labels)?;
        }
        reading.rows.cells.shrink_to_fit();
        Ok(reading.rows)
    }

    /// The number of examples.
    pub(super) fn len(&self) -> usize {
        self.labels.len() + self.targets.len()
    }
}

/// Whether the rows of the table at `path` are named, as R writes them, so that a row has one field more than the line
/// of names.
fn are_named(path: &Path) -> Result<bool, Error> {
    let mut records = Records::open(path)?;
    let names = if records.advance()? { records.len() } else { 0 };
    while records.advance()? && records.len() == names + 1 {
        if is_named(&records, names) {
            return Ok(true);
        }
    }
    Ok(false)
}

struct Reading<'a> {
    layout: &'a Layout,
    /// The position in this file of each column of the layout; `None` for a column that the file lacks.
    positions: Vec<Option<usize>>,
    texts: &'a mut Texts,
    rows: Rows,
}

impl Reading<'_> {
    /// Whether `fields` have neither a number in a column of numbers nor a label that fits the training examples.
    fn describes(&self, fields: &[&str], labels: &mut Labels<'_>) -> bool {
        let Layout { inputs, notations, label, task, .. } = self.layout;
        let field = |column: usize| self.positions[column].map_or("", |place| fields[place]);
        let is_label = match task {
            Task::Classification => Class::parse(field(*label).as_bytes()).is_some_and(|c| labels.label(c).is_ok()),
            Task::Regression => notations[*label].number(field(*label)).is_some(),
        };
        let mut numbers = inputs.iter().filter(|(_, content)| *content == Content::Numbers);
        let any = numbers.any(|(i, _)| notations[*i].number(field(*i)).is_some());
        !is_label && !any
    }

    /// Adds the example in `fields`, or only counts the row if its label is missing.
    fn row(&mut self, fields: &[&str], records: &Records, labels: &mut Labels<'_>) -> Result<(), Error> {
        let field = |column: usize| self.positions[column].map_or("", |place| fields[place]);
        let wrong = |expected: String, found: &str, remedy| records.wrong(expected, shown(found), remedy);
        let label = field(self.layout.label);
        let name = shown(&self.layout.names[self.layout.label]);
        let marks = &self.layout.notations[self.layout.label];
        match self.layout.task {
            _ if is_missing(label) || (self.layout.task == Task::Regression && marks.is_missing(label)) => {
                *self.rows.unlabelled.entry(label.to_owned()).or_default() += 1;
                return Ok(());
            }
            Task::Classification => {
                let class = Class::parse(label.as_bytes()).ok_or_else(|| (format!("a label of {TEXT}"), NAME_LABEL));
                let label = class.and_then(|class| labels.label(class)).map_err(|(expected, remedy)| {
                    wrong(format!("{expected} in the label column, taken to be {name}"), label, remedy)
                })?;
                self.rows.labels.push(label);
            }
            Task::Regression => {
                let target = marks
                    .number(label)
                    .ok_or_else(|| wrong(format!("a finite number in column {name}"), label, NUMBERS))?;
                self.rows.targets.push(target);
            }
        }
        self.rows.lines.push(u32::try_from(records.line()).unwrap_or(u32::MAX));
        if let Some(group) = self.layout.group {
            self.rows.groups.push(self.texts.groups.index(field(group)));
        }
        for (k, (column, content)) in self.layout.inputs.iter().enumerate() {
            let field = field(*column);
            let notation = &self.layout.notations[*column];
            let cell = match content {
                Content::Categories if is_missing(field) => f64::NAN,
                Content::Numbers if notation.is_missing(field) => f64::NAN,
                Content::Numbers => notation.number(field).ok_or_else(|| {
                    let name = shown(&self.layout.names[*column]);
                    wrong(format!("a finite number in column {name}"), field, NUMBERS)
                })?,
                Content::Categories => f64::from(self.texts.categories[k].index(field)),
            };
            self.rows.cells.push(cell);
        }
        if self.rows.cells.len() > MAX_NUMBERS {
            return Err(records.wrong(
                format!("at most {MAX_NUMBERS} inputs in all"),
                "more",
                "give fewer examples or inputs",
            ));
        }
        Ok(())
    }
}
