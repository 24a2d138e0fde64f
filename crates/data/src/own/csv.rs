//! Tables with a header or without, `.csv` or `.tsv`, plain or gzip.
//!
//! * The delimiter of fields is the byte that a first line such as `sep=;` names, or else the tab, semicolon, comma,
//!   vertical bar or space, whichever splits most records into as many fields as the first. Quotation marks inside a
//!   quoted field are doubled, as in RFC 4180, or escaped with a backslash; the user is told of backslashes. The text
//!   is UTF-8, or UTF-16 with a byte order mark. Titles above the names, comments that begin with # or %, and lines of
//!   units or types below the names are skipped, and the user is told of them. A file in another known format is
//!   refused with an error that names the format.
//! * The first line is compared with the others to decide whether it names the columns: it does, for example, if texts
//!   stand above numbers, or if its numbers count from 0 or 1, or ascend as years do. If the first line can be names as
//!   well as an example, the user is asked to decide with `--header`. Equal names are refused.
//! * The label is in the column that the user names, or else in one called label, class, target or y, or else in the
//!   last one with a value. If another column can be the label as well, the user is asked to decide with `--label`.
//!   Texts are classes, and so are numbers with few different values; other numbers are predicted as numbers. Rows
//!   without a label are left out.
//! * Columns of numbers and of categories are inputs. Columns of both kinds may have missing values (empty, NA, N/A,
//!   NaN, null, none, ?). The numbers of a column may all have the same unit, a decimal comma, separators between
//!   thousands, or brackets around the negative ones, and texts such as ND, <LOD and #DIV/0! among the numbers are
//!   missing values; the user is told of each such notation. Columns that number or identify the rows, are empty, or
//!   hold free text are left out, and the user is told of them. The user is also told of a number far from all others
//!   of its column; a number so far away that 32-bit floats could not tell the others apart is refused. Dates, times,
//!   and columns that mix notations are refused.
//! * A validation or test file may have the columns of the training file in any order, with further columns among them:
//!   columns are found by name. A file without names has the columns in the order of training.

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

/// The extensions of the files in a folder that are read as tables.
const ENDINGS: [&str; 2] = ["csv", "tsv"];

const NAME_LABEL: &str = "name the column of labels with --label COLUMN";

/// Reads the CSV tables at `path`, a file or a folder; a note for the user lists the other files of the folder.
///
/// # Errors
/// [`Error::File`] when a file or the folder cannot be read; [`Error::Layout`] when there is no table, the names do not
/// say which part each file is, the training file has fewer than 2 classes or no number to predict, or another file has
/// no example; [`Error::Line`] when a line does not follow the [format](self), a choice or a column is unusable, it is
/// unclear what a column is for, there are more than 256 classes, or a class of a validation or test file does not
/// occur in training; [`Error::Malformed`] when the encoding of a file is not supported.
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

/// A note for the user on the rows that were left out because they have no value in the column called `name`; `None` if
/// no row was left out.
fn left_out(rows: &Parts<Rows>, name: &str) -> Option<String> {
    let missing: Vec<_> = rows.iter().flat_map(|rows| &rows.unlabelled).collect();
    let count: usize = missing.iter().map(|(_, count)| *count).sum();
    let texts: BTreeSet<String> =
        missing.iter().filter(|(text, _)| !text.is_empty()).map(|(text, _)| shown(text)).collect();
    let what = if count == 1 { "row" } else { "rows" };
    let texts = texts.into_iter().collect::<Vec<_>>().join(", ");
    let stands = if texts.is_empty() { String::new() } else { format!(" (missing values: {texts})") };
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

/// The category with the index `cell`, or [`MISSING`] if `cell` is NaN, which stands for a missing value.
pub(crate) fn category(categories: &[String], cell: f64) -> &str {
    if cell.is_nan() { MISSING } else { &categories[cell as usize] }
}

#[cfg(test)]
mod tests;
