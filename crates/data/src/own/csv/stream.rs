//! Reads the rows of a table, one at a time, as inputs of a trained network; labels are not needed.

use super::layout::{column_name, repeated};
use super::records::Records;
use super::survey::is_named;
use crate::Error;
use crate::lines::{Limits, listed, shown};
use crate::names::composed;
use preprocessing::{Cell, Columns, Kind, Unusable};
use std::collections::BTreeSet;
use std::fmt;
use std::io::BufRead;
use std::path::Path;

const COLUMNS: &str = "give the columns that the network was trained on, by name";
const NUMBERS: &str = "write every number as in 12.5";
const CORRECT: &str = "correct the number";
const COMPLETE: &str = "complete the row, because nothing replaces missing values of this network";
const NAME_ALL: &str = "name every column in the first line, the names of the rows as well";
const RENAME: &str = "give the columns the names that they had in training";
/// The user is told of numbers more than this many standard deviations from the mean of training.
const FAR: f64 = 100.0;
const AS_TRAINED: &str = "write every number as in the table that the network was trained on";

/// The rows of a table as inputs. Columns are found by name, in any order and with further columns among them, or by
/// position if the training table had no names. A label column is not needed.
pub struct Table {
    records: Records,
    columns: Columns,
    /// The position in a row of each of `columns`.
    places: Vec<usize>,
    /// The number of fields in a row.
    width: usize,
    /// The line of the first row, if that row only ends in a delimiter behind the fields that the names announce.
    ends_in_delimiter: Option<usize>,
    unseen: Unseen,
    /// Rows that lack a number which every training example had.
    lacking: Unseen,
    /// Rows with a number more than [`FAR`] standard deviations from the mean of training.
    far: Unseen,
    /// Whether the next record is the first below the names.
    is_first: bool,
    /// The number of the line below the names that describes the columns and is not a row, if there is such a line.
    described: Option<usize>,
}

/// The number of rows and the names of columns that have categories which do not occur in training. All inputs of such
/// a category are 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unseen {
    /// The number of rows with such a category.
    pub rows: usize,
    /// The names of the columns with such a category.
    pub columns: BTreeSet<String>,
    /// The line of the first such row in its file, from 1; `None` if there are no such rows.
    pub first: Option<usize>,
}

/// Writes what the rows have and in which columns, such as `examples have a category that training has not seen, in
/// "island": its inputs are 0`.
impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rows, verb) = if self.rows == 1 { ("example", "has") } else { ("examples", "have") };
        let names: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        let (names, first) = (listed(&names), self.in_line());
        write!(f, "{rows} {verb} a category that training has not seen, in {names}{first}: its inputs are 0")
    }
}

impl Unseen {
    /// Counts the row in `line`, if it has such a category in any of `columns`.
    pub(super) fn count(&mut self, line: usize, columns: &[&str]) {
        if !columns.is_empty() {
            self.rows += 1;
            self.first.get_or_insert(line);
        }
        for name in columns {
            if !self.columns.contains(*name) {
                self.columns.insert((*name).to_owned());
            }
        }
    }

    /// The line of the first row, as the end of a phrase; empty if there is no such row.
    fn in_line(&self) -> String {
        let beginning = if self.rows == 1 { "line" } else { "first in line" };
        self.first.map(|line| format!(", {beginning} {line}")).unwrap_or_default()
    }
}

impl Table {
    /// Opens the table at `path` for a network with the input columns `columns`.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be read; [`Error::Line`] when it is empty, damaged, not a table, or lacks
    /// columns; [`Error::Malformed`] when its encoding is not supported.
    pub fn open(path: &Path, columns: &Columns) -> Result<Self, Error> {
        Self::begin(Records::open(path)?.within(Limits::STREAM), columns)
    }

    /// The table in `reader`, for a network with the input columns `columns`; `path` names the table in errors.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn of(path: &Path, reader: impl BufRead + Send + 'static, columns: &Columns) -> Result<Self, Error> {
        Self::begin(Records::of(path, reader)?.within(Limits::STREAM), columns)
    }

    fn begin(mut records: Records, columns: &Columns) -> Result<Self, Error> {
        if !records.advance()? {
            return Err(records.wrong("a table", "an empty file", "give a file with rows"));
        }
        let first: Vec<String> = records.fields().map(column_name).collect();
        let width = first.len();
        let places = match columns.unnamed {
            None => named(&first, columns),
            Some(fields) => numbered(width, fields, columns),
        };
        let places = places.map_err(|(expected, found)| {
            // A name may differ from the name in training only in case or punctuation.
            let alike = first
                .iter()
                .any(|field| columns.columns.iter().any(|c| c.name != *field && bare(&c.name) == bare(field)));
            records.wrong(expected, found, if alike { RENAME } else { COLUMNS })
        })?;
        if columns.unnamed.is_some() {
            records.keep();
        }
        let is_first = columns.unnamed.is_none();
        let (columns, [unseen, lacking, far]) = (columns.clone(), Default::default());
        Ok(Self {
            records,
            columns,
            places,
            width,
            ends_in_delimiter: None,
            unseen,
            lacking,
            far,
            is_first,
            described: None,
        })
    }

    /// Appends the inputs of the next row, `[columns.inputs()]`, to `inputs` and returns the row's line number, from 1;
    /// `None` after the last row.
    ///
    /// # Errors
    /// [`Error::Line`] when a field does not fit its column, the row has another length, or the table has names but no
    /// rows; and the errors of reading.
    pub fn next(&mut self, inputs: &mut Vec<f32>) -> Result<Option<usize>, Error> {
        if !self.records.advance()? {
            if self.is_first {
                return Err(self.records.wrong("rows below the names", "none", "give a file with rows"));
            }
            return Ok(None);
        }
        if self.is_first {
            self.widen();
        }
        if !std::mem::take(&mut self.is_first) || !self.describes() {
            return self.row(inputs).map(Some);
        }
        // The first line below the names describes the columns if a line that can be read as a row follows.
        let (line, start) = (self.records.line(), inputs.len());
        let refused = self.row(inputs).err();
        inputs.truncate(start);
        let mut follows = self.records.advance()?;
        while follows && refused.is_some() && self.is_empty() {
            follows = self.records.advance()?;
        }
        let row = if follows { self.row(inputs).ok() } else { None };
        match (row, refused) {
            (Some(row), _) => {
                self.described = Some(line);
                Ok(Some(row))
            }
            (None, Some(refused)) => Err(refused),
            (None, None) => Ok(Some(line)),
        }
    }

    /// Accepts rows with one field more than the names, if the current record has one more: an empty field at the end
    /// or, as R writes it, the name of the row at the beginning.
    fn widen(&mut self) {
        if is_named(&self.records, self.width) {
            self.places.iter_mut().for_each(|place| *place += 1);
            self.width += 1;
        } else if self.records.len() == self.width + 1 {
            self.ends_in_delimiter = Some(self.records.line());
            self.width += 1;
        }
    }

    /// Whether the current record has no value in any of the columns.
    fn is_empty(&self) -> bool {
        let mut cells = self.columns.columns.iter().zip(&self.places);
        cells.all(|(column, place)| column.cell(self.records.field(*place)) == Ok(Cell::Missing))
    }

    /// Whether the current record has a text in some column of numbers, but no number in such a column, and no category
    /// that occurs in training.
    fn describes(&self) -> bool {
        let mut has_text = false;
        for (column, place) in self.columns.columns.iter().zip(&self.places) {
            let field = self.records.field(*place);
            match (&column.kind, column.cell(field)) {
                (Kind::Number { .. }, Err(_)) => has_text = true,
                (_, Ok(Cell::Missing)) => {}
                (Kind::Category { .. }, Ok(cell)) if column.is_unseen(cell) => {}
                _ => return false,
            }
        }
        has_text
    }

    /// The number, from 1, of the line below the names that describes the columns and is not a row; `None` if there is
    /// no such line.
    #[must_use]
    pub fn described(&self) -> Option<usize> {
        self.described
    }

    /// Appends the inputs of the current record, `[columns.inputs()]`, to `inputs` and returns the record's line
    /// number, from 1.
    fn row(&mut self, inputs: &mut Vec<f32>) -> Result<usize, Error> {
        if self.records.len() != self.width {
            return Err(self.records.uneven(self.width));
        }
        if let Some(line) = self.ends_in_delimiter.filter(|_| is_named(&self.records, self.width - 1)) {
            let expected = format!("an empty field behind the last named column, as in line {line}");
            return Err(self.records.wrong(expected, shown(self.records.field(self.width - 1)), NAME_ALL));
        }
        let (mut unseen, mut lacking, mut far) = (Vec::new(), Vec::new(), Vec::new());
        for (column, place) in self.columns.columns.iter().zip(&self.places) {
            let field = self.records.field(*place);
            let is_category = matches!(column.kind, Kind::Category { .. });
            let text = if is_category && !field.is_ascii() { composed(field) } else { String::new() };
            let field = if text.is_empty() { field } else { text.as_str() };
            let cell = column.cell(field);
            if cell.is_ok_and(|cell| column.is_unseen(cell)) {
                unseen.push(column.name.as_str());
            }
            if let (Kind::Number { standard, indicator, .. }, Ok(cell)) = (&column.kind, cell) {
                let is_far = matches!(cell, Cell::Number(x) if standard.scaled(x).abs() > FAR);
                lacking.extend((cell == Cell::Missing && !indicator).then_some(column.name.as_str()));
                far.extend(is_far.then_some(column.name.as_str()));
            }
            let written = cell.and_then(|cell| column.write(cell, inputs));
            written.map_err(|e| {
                let expected = format!("{e} in column {}", shown(&column.name));
                let is_plain = matches!(&column.kind, Kind::Number { notation, .. } if notation.is_plain());
                let remedy = match e {
                    Unusable::TooFar => CORRECT,
                    Unusable::Missing => COMPLETE,
                    Unusable::NotANumber if is_plain => NUMBERS,
                    Unusable::NotANumber => AS_TRAINED,
                };
                self.records.wrong(expected, shown(field), remedy)
            })?;
        }
        let line = self.records.line();
        self.unseen.count(line, &unseen);
        self.lacking.count(line, &lacking);
        self.far.count(line, &far);
        Ok(line)
    }

    /// Notes for the user on what was unlike training in the rows so far, one note for each kind of difference.
    #[must_use]
    pub fn unlike_training(&self) -> Vec<String> {
        let of = |said: &Unseen, what: [&str; 2]| {
            let Unseen { rows, columns, .. } = said;
            let names: Vec<&str> = columns.iter().map(String::as_str).collect();
            let (rows, verb) =
                if *rows == 1 { ("1 row".to_owned(), what[0]) } else { (format!("{rows} rows"), what[1]) };
            format!("{rows} {verb}, in {}{}", listed(&names), said.in_line())
        };
        let mut said = Vec::new();
        if self.unseen.rows > 0 {
            said.push(format!("{} {}", self.unseen.rows, self.unseen));
        }
        if self.lacking.rows > 0 {
            let what =
                ["lacks a number that every training example had", "lack numbers that every training example had"];
            said.push(format!("{}: the median of training is used instead", of(&self.lacking, what)));
        }
        if self.far.rows > 0 {
            let what = format!("a number more than {FAR} standard deviations from the mean of training");
            said.push(of(&self.far, [&format!("has {what}"), &format!("have {what}")]));
        }
        said
    }
}

/// The position in the header `first` of each of `columns`.
fn named(first: &[String], columns: &Columns) -> Result<Vec<usize>, (String, String)> {
    if let Some((name, [one, other])) = repeated(first, |name| columns.columns.iter().any(|column| column.name == name))
    {
        return Err((format!("one column called {}", shown(name)), format!("columns {one} and {other}")));
    }
    let place = |name: &str| first.iter().position(|field| field == name);
    let all = columns.columns.iter().map(|column| place(&column.name).ok_or(column.name.as_str()));
    let (found, missing): (Vec<_>, Vec<_>) = all.partition(Result::is_ok);
    if missing.is_empty() {
        return Ok(found.into_iter().flatten().collect());
    }
    let missing: Vec<&str> = missing.into_iter().filter_map(Result::err).collect();
    // If names differ from the names in training only in case or punctuation, the error shows these names.
    let is_alike = |field: &&String| missing.iter().any(|name| bare(name) == bare(field));
    let alike: Vec<String> = first.iter().filter(is_alike).take(5).map(shown).collect();
    if alike.len() == missing.len().min(5) {
        let (missing, verb) = (listed(&missing), if alike.len() == 1 { "differs" } else { "differ" });
        return Err((
            format!("a first line that names the columns {missing}"),
            format!("{}, which {verb} only in case or punctuation", alike.join(", ")),
        ));
    }
    let found: Vec<String> = first.iter().take(5).map(shown).collect();
    Err((format!("a first line that names the columns {}", listed(&missing)), found.join(", ")))
}

/// The letters and digits of `name`, in lower case.
fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The position of each of `columns` in rows of `width` fields, if the training table had no names and `fields` fields
/// in a row.
fn numbered(width: usize, fields: usize, columns: &Columns) -> Result<Vec<usize>, (String, String)> {
    let number = |name: &str| name.strip_prefix("column ").and_then(|k| k.parse::<usize>().ok());
    let places = columns.columns.iter().map(|column| number(&column.name).and_then(|k| k.checked_sub(1)));
    let places: Option<Vec<usize>> = places.collect();
    // Without the label, which was the last column, a row has one field fewer.
    places
        .filter(|places| width == fields || (width + 1 == fields && places.iter().all(|place| *place < width)))
        .ok_or_else(|| (format!("{fields} fields, as in training"), width.to_string()))
}

#[cfg(test)]
mod tests;
