//! Tables with a header or without, `.csv` or `.tsv`, plain or gzip.
//!
//! * Fields are separated by tabs, semicolons, commas, bars or spaces: by that which splits most lines alike, or which a
//!   first line such as `sep=;` names. Quotes follow RFC 4180, or a backslash stands before those inside a field, which
//!   is said. The text is UTF-8, or UTF-16 with a byte order mark. Titles above the names, lines that begin with # or %,
//!   and lines of units or types below the names are passed over, which is said. Other formats are named.
//! * The first line is judged against the others: names stand above numbers, count, or ascend as years do. If it can be
//!   either, the user is asked (`--header`). No two names are the same.
//! * The label is in the column that the user names, or that the header names label, class, target or y, or else in the
//!   last one; if another can be the label as well, the user is asked (`--label`). Texts and few different numbers are
//!   classes; other numbers are predicted as numbers. Rows without a label are left out.
//! * Columns of numbers and of categories are inputs. A missing value (empty, NA, N/A, NaN, null, none, ?) is allowed in
//!   both. The numbers of a column may all have one unit, a comma before decimals, separated thousands, or
//!   brackets around negative ones; beside numbers, texts such as ND, <LOD and #DIV/0! are missing values. Either is
//!   said. Columns that number or identify the rows, are empty, or hold free text are left out, which is said. A number
//!   far from all others of its column is said, or refused if 32 bits could not tell the others apart.
//!   Dates, times, and columns in several notations are refused.
//! * Files for validation and test have the columns of the training file by name, in any order and among others.

pub(crate) mod beginning;
mod content;
mod dates;
pub(crate) mod descriptions;
mod evidence;
pub(crate) mod fields;
mod fit;
mod foreign;
pub(crate) mod header;
mod label;
pub(crate) mod layout;
mod notation;
pub(crate) mod outliers;
pub(crate) mod quoting;
pub(crate) mod records;
mod rows;
mod stream;
pub(crate) mod survey;

use super::classes::{Classes, Growing};
use super::parts::{Parts, assign, named, others};
use super::table::{CellColumn, Cells, Found, Labels, Listing, Source, Table, Values};
use crate::Error;
use crate::choices::{Header, TableChoices, Task};
use crate::lines::shown;
pub(crate) use fit::fit;
use layout::{Content, Layout};
use preprocessing::MISSING;
use rows::{Rows, Texts};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
pub use stream::{Table as TableStream, Unseen};
use survey::Survey;

/// The endings of tables in a folder.
const ENDINGS: [&str; 2] = ["csv", "tsv"];

const NAME_LABEL: &str = "name the column of labels with --label COLUMN";

/// Reads the CSV tables at `path`, a file or a folder; other files there are ignored.
///
/// # Errors
/// [`Error::File`] when something cannot be read; [`Error::Layout`] when there is no table or the names do not say
/// which part each file is; [`Error::Line`] when a line is not as [above](self), there are not 2 to 256 classes, or a
/// class of validation or test is not in training.
pub(crate) fn read(path: &Path, choices: &TableChoices) -> Result<Found, Error> {
    let files = assign(path, &named(path, &ENDINGS)?, "CSV tables (.csv, .tsv)")?;
    let mut survey = Survey::of(&files.train)?;
    let layout = Layout::of(&files.train, &mut survey, choices)?;
    drop(survey);
    let (mut growing, mut texts) = (Growing::default(), Texts::new(&layout));
    let mut train = Rows::read(&files.train, &layout, &files.train, rows::Labels::Growing(&mut growing), &mut texts)?;
    let name = shown(&layout.names[layout.label]);
    let few = |expected: String, found: String| super::table::layout(&files.train, expected, found, NAME_LABEL);
    let mut classes = match layout.task {
        Task::Classification => {
            let expected = format!("at least 2 different values in the label column, taken to be {name}");
            Some(growing.close(&mut train.labels).map_err(|found| few(expected, found))?)
        }
        Task::Regression if train.len() == 0 => {
            return Err(few(format!("a number in column {name}"), "none".to_owned()));
        }
        Task::Regression => None,
    };
    let mut none = Classes::default();
    let (validation, test) = {
        let mut further = |path: Option<&std::path::PathBuf>| {
            let Some(path) = path else { return Ok(None) };
            let known = rows::Labels::Known(classes.as_mut().unwrap_or(&mut none));
            let rows = Rows::read(path, &layout, &files.train, known, &mut texts)?;
            if rows.len() == 0 {
                return Err(super::table::layout(path, "an example", "none", "give examples or leave the file out"));
            }
            Ok(Some(rows))
        };
        (further(files.validation.as_ref())?, further(files.test.as_ref())?)
    };
    let mut notes = layout.notes.clone();
    notes.extend(others(path, &ENDINGS)?);
    let rows = Parts { train, validation, test };
    notes.extend(left_out(&rows, &name));
    notes.extend(classes.iter().flat_map(Classes::respelt));
    let columns = Arc::new(columns(&layout, &texts));
    let class_names = classes.map(|classes| classes.names()).unwrap_or_default();
    let tables = rows.map(|rows| {
        let labels = match layout.task {
            Task::Classification => Labels::Classes(rows.labels),
            Task::Regression => Labels::Numbers(rows.targets),
        };
        let source = Source { file: rows.file, lines: rows.lines };
        let cells = Cells { rows: rows.cells, columns: columns.clone(), source };
        let width = columns.len();
        Table { values: Values::Cells(cells), width, labels, classes: class_names.clone(), groups: rows.groups }
    });
    Ok(Found {
        tables,
        files: files.iter().cloned().collect(),
        notes,
        label: (layout.header == Header::Yes).then(|| layout.names[layout.label].clone()),
        unnamed: (layout.header == Header::No).then_some(layout.names.len()),
        sparse: None,
        pixels: None,
        listing: Listing::Each,
    })
}

/// How many rows were left out because they have no value in the column called `name`, for the user; `None` if no row
/// was.
fn left_out(rows: &Parts<Rows>, name: &str) -> Option<String> {
    let missing: Vec<_> = rows.iter().flat_map(|rows| &rows.unlabelled).collect();
    let count: usize = missing.iter().map(|(_, count)| *count).sum();
    let texts: BTreeSet<String> =
        missing.iter().filter(|(text, _)| !text.is_empty()).map(|(text, _)| shown(text)).collect();
    let what = if count == 1 { "row" } else { "rows" };
    let texts = texts.into_iter().collect::<Vec<_>>().join(", ");
    let stands = if texts.is_empty() { String::new() } else { format!(" ({texts} is no value)") };
    (count > 0).then(|| format!("{count} {what} without a value in {name}{stands} left out"))
}

fn columns(layout: &Layout, texts: &Texts) -> Vec<CellColumn> {
    let categories = texts.categories();
    let each = layout.inputs.iter().zip(categories);
    each.map(|((i, content), categories)| CellColumn {
        name: layout.names[*i].clone(),
        categories: (*content == Content::Categories).then_some(categories),
        notation: layout.notations[*i].clone(),
    })
    .collect()
}

/// The category with this index; a missing value has NaN.
pub(crate) fn category(categories: &[String], cell: f64) -> &str {
    if cell.is_nan() { MISSING } else { &categories[cell as usize] }
}

#[cfg(test)]
mod tests;
