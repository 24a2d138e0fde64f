//! Tables of numbers with a column of labels, `.csv` or `.tsv`, plain or gzip.
//!
//! * Fields are separated by tabs if the first line contains a tab, otherwise by semicolons if it contains a semicolon,
//!   and otherwise by commas. Quotes follow RFC 4180, except that a field must end on the line where it begins. Empty
//!   lines are skipped.
//! * The label column is the one that the header names label, class, target or y, in upper or lower case; if several of
//!   these names are present, the first in this list counts. Without any of them, the label is in the last column.
//! * The first line is a header if none of its fields outside the label column is a finite number, or if these fields
//!   count 0, 1, 2, ... or 1, 2, 3, ... and the label column is named label, class or target. A first line that mixes
//!   numbers and other fields outside the label column is rejected. So is one that has only missing values there
//!   (empty, NA, N/A, null, none, ?, nan, inf), unless the label column is named label, class or target.
//! * Every field outside the label column is a finite number; a file has at most 2^28 of them.
//! * Files for validation and test have the columns of the training file, with or without a header.

use super::classes::{Class, Growing, LabelError, TEXT, UNKNOWN};
use super::parts::{Parts, assign, named};
use super::table::{Found, Listing, Table, Values, limit};
use crate::Error;
use crate::lines::{Lines, shown};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use std::path::{Path, PathBuf};

/// Header names that mark the label column, in order of preference.
const LABEL: [&str; 4] = ["label", "class", "target", "y"];

const NUMBERS: &str = "give each input as a number; the label is the column that the header names label, class, \
                       target or y, or else the last";
const NAME_LABEL: &str = "name the label column label, class, target or y in a header";
const MISSING: &str = "missing values are not supported; fill them in or leave such examples out";
const NAME_ALL: &str = "name every column; leave out row numbers, which carry no information";
const COLUMNS: &str = "give every file the same columns";

/// Reads the CSV tables at `path`, which is a file or a folder. Other files in the folder are ignored.
///
/// # Errors
/// [`Error::File`] when a file or the folder cannot be read; [`Error::Layout`] when there is no table or the names do
/// not say which part each table is; [`Error::Line`] when a line does not follow the [format](self), there are not 2 to
/// 256 classes, a file has no examples, or a class of the validation or test part does not occur in training.
pub(crate) fn read(path: &Path) -> Result<Found, Error> {
    let files = assign(path, &named(path, &["csv", "tsv"])?, "CSV tables (.csv, .tsv)")?;
    let (tables, labels) = read_files(&files)?;
    Ok(Found { tables, files: files.iter().cloned().collect(), labels: Some(labels), listing: Listing::Each })
}

/// The tables of `files`, and a description of how the first line was interpreted.
fn read_files(files: &Parts<PathBuf>) -> Result<(Parts<Table>, String), Error> {
    let mut growing = Growing::default();
    let mut file = Open::new(&files.train)?;
    let layout = Layout::of(&file)?;
    let (values, mut labels) =
        file.rows(&layout, |class| growing.label(class).map_err(|expected| (expected, NAME_LABEL)))?;
    let classes = growing.close(&mut labels).map_err(|found| {
        let expected = format!("at least 2 classes in the label column, taken to be {}", layout.column(layout.label));
        file.lines.wrong(expected, found, NAME_LABEL)
    })?;
    let table = |values, labels| {
        let width = layout.names.len() - 1;
        Table { values: Values::Numbers(values), width, labels, classes: classes.names() }
    };
    let tables = files.with(table(values, labels), |path| {
        let mut file = Open::new(path)?;
        let layout = layout.again(&file, &files.train)?;
        let (values, labels) =
            file.rows(&layout, |class| classes.label(&class).map_err(|expected| (expected, UNKNOWN)))?;
        if labels.is_empty() {
            return Err(file.lines.wrong("an example", "none", "add examples or leave the file out"));
        }
        Ok(table(values, labels))
    })?;
    Ok((tables, layout.described()))
}

/// The columns of a table.
#[derive(Clone)]
struct Layout {
    /// The names of the columns; empty strings without a header.
    names: Vec<String>,
    /// The index of the label column.
    label: usize,
    header: Header,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Header {
    Present,
    Absent,
}

impl Layout {
    /// The columns according to the first line of `file`.
    fn of(file: &Open) -> Result<Self, Error> {
        let names = file.record.names();
        let last = names.len() - 1;
        if last == 0 {
            return Err(file.lines.wrong("an input and a label", "one field", "separate the fields with commas"));
        }
        let label = named_label(&names).unwrap_or(last);
        if header(file, &names, label)? == Header::Absent {
            return Ok(Self { names: vec![String::new(); names.len()], label: last, header: Header::Absent });
        }
        if let Some(i) = names.iter().position(String::is_empty) {
            let found = format!("none for column {}", i + 1);
            return Err(file.lines.wrong("a name for each column in the header", found, NAME_ALL));
        }
        Ok(Self { names, label, header: Header::Present })
    }

    /// The layout of another file, which must have the columns of the file `first`.
    fn again(&self, file: &Open, first: &Path) -> Result<Self, Error> {
        let names = file.record.names();
        let same = |found| file.lines.wrong(format!("the columns of {}", first.display()), found, COLUMNS);
        if names.len() != self.names.len() {
            return Err(same(format!("{} instead of {}", names.len(), self.names.len())));
        }
        let header = header(file, &names, self.label)?;
        let further = Self { names, label: self.label, header };
        let differs = |i: &usize| match (self.header, header) {
            (Header::Present, Header::Present) => self.names[*i] != further.names[*i],
            (Header::Absent, Header::Present) => named_label(&further.names).is_some_and(|label| label != self.label),
            (_, Header::Absent) => false,
        };
        match (0..self.names.len()).find(differs) {
            Some(i) => Err(same(format!("{} instead of {}", further.column(i), self.column(i)))),
            None => Ok(Self { header, ..self.clone() }),
        }
    }

    /// A description, for the user, of how the first line was interpreted.
    fn described(&self) -> String {
        match (self.header, self.names[self.label].as_str()) {
            (Header::Present, name) => format!("first line taken as column names, labels in column {}", shown(name)),
            (Header::Absent, _) => "no header, labels in the last column".to_owned(),
        }
    }

    /// The number of column `i`, counted from 1, and its name if it has one, for messages.
    fn column(&self, i: usize) -> String {
        match self.names[i].as_str() {
            "" => format!("column {}", i + 1),
            name => format!("column {} ({})", i + 1, shown(name)),
        }
    }
}

fn named_label(names: &[String]) -> Option<usize> {
    LABEL.iter().find_map(|label| names.iter().position(|name| name.eq_ignore_ascii_case(label)))
}

/// Whether `fields`, the first line of `file`, are a header. In the label column, `y` may be a label (yes), but
/// `label`, `class` and `target` count as names.
///
/// # Errors
/// [`Error::Line`] when the fields outside the label column mix numbers with others, or are missing values without such
/// a name.
fn header(file: &Open, fields: &[String], label: usize) -> Result<Header, Error> {
    let named = LABEL[..3].iter().any(|name| fields[label].eq_ignore_ascii_case(name));
    let others = || fields.iter().enumerate().filter(|(i, _)| *i != label);
    let no_number = others().find(|(_, field)| number(field.as_bytes()).is_none());
    let numbers = others().any(|(_, field)| number(field.as_bytes()).is_some());
    match no_number {
        None if named && count(&others().map(|(_, field)| field).collect::<Vec<_>>()) => Ok(Header::Present),
        None => Ok(Header::Absent),
        Some(_) if !numbers && (named || others().any(|(_, field)| !missing(field))) => Ok(Header::Present),
        Some((i, field)) => {
            let expected = format!("names in all columns or a finite number in column {}", i + 1);
            Err(file.lines.wrong(expected, shown(field), if missing(field) { MISSING } else { NUMBERS }))
        }
    }
}

/// Whether `names` are at least two consecutive numbers from 0 or from 1, as some programs name columns.
fn count(names: &[&String]) -> bool {
    let from = |first: usize| (first..).zip(names).all(|(number, name)| **name == number.to_string());
    names.len() > 1 && (from(0) || from(1))
}

/// Whether `field`, which is not a finite number, stands for a missing value: NaN, an infinity or a usual placeholder.
fn missing(field: &str) -> bool {
    field.parse::<f32>().is_ok() || ["", "na", "n/a", "null", "none", "?"].contains(&field.to_lowercase().as_str())
}

fn number(field: &[u8]) -> Option<f32> {
    std::str::from_utf8(field.trim_ascii()).ok()?.parse().ok().filter(|number: &f32| number.is_finite())
}

/// An open file whose first line that is not empty is in `record`.
struct Open {
    lines: Lines,
    record: Record,
}

impl Open {
    fn new(path: &Path) -> Result<Self, Error> {
        let mut lines = Lines::open(path)?;
        while lines.advance()? {
            if !lines.bytes().is_empty() {
                let mut record = Record::new(delimiter(lines.bytes()));
                record.split(&lines)?;
                return Ok(Self { lines, record });
            }
        }
        Err(lines.wrong("fields separated by commas", "an empty file", "give a file with examples"))
    }

    /// The inputs, `[len, inputs]`, and labels, `[len]`, of all lines after the header. `class` maps a class to its
    /// label.
    fn rows(
        &mut self,
        layout: &Layout,
        mut class: impl FnMut(Class) -> Result<u8, LabelError>,
    ) -> Result<(Vec<f32>, Vec<u8>), Error> {
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        if layout.header == Header::Absent {
            self.row(layout, &mut class, &mut values, &mut labels)?;
        }
        while self.lines.advance()? {
            if !self.lines.bytes().is_empty() {
                self.record.split(&self.lines)?;
                self.row(layout, &mut class, &mut values, &mut labels)?;
            }
        }
        values.shrink_to_fit();
        Ok((values, labels))
    }

    /// Appends the inputs and the label of the example in `record` to `values` and `labels`.
    fn row(
        &self,
        layout: &Layout,
        class: &mut impl FnMut(Class) -> Result<u8, LabelError>,
        values: &mut Vec<f32>,
        labels: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let (width, found) = (layout.names.len(), self.record.len);
        if found != width {
            let expected = format!("{width} fields as in the first line");
            return Err(self.lines.wrong(expected, found.to_string(), "give every example the same columns"));
        }
        for (i, field) in self.record.fields().enumerate() {
            if i == layout.label {
                let label = match Class::parse(field) {
                    Some(name) => class(name),
                    None => Err((format!("a label of {TEXT}"), NAME_LABEL)),
                };
                labels.push(label.map_err(|(expected, remedy)| {
                    let expected = format!("{expected} in the label column, taken to be {}", layout.column(i));
                    self.lines.wrong(expected, shown(field), remedy)
                })?);
            } else {
                limit(values.len() + 1, &self.lines)?;
                values.push(number(field).ok_or_else(|| {
                    let expected = format!("a finite number in {}", layout.column(i));
                    self.lines.wrong(expected, shown(field), NUMBERS)
                })?);
            }
        }
        Ok(())
    }
}

fn delimiter(line: &[u8]) -> u8 {
    [b'\t', b';'].into_iter().find(|delimiter| line.contains(delimiter)).unwrap_or(b',')
}

/// The fields of a line, without their quotes.
struct Record {
    reader: Reader,
    text: Vec<u8>,
    /// The end of each field, as an offset into `text`.
    ends: Vec<usize>,
    /// The number of fields.
    len: usize,
}

impl Record {
    fn new(delimiter: u8) -> Self {
        let reader = ReaderBuilder::new().delimiter(delimiter).terminator(Terminator::Any(b'\n')).build();
        Self { reader, text: Vec::new(), ends: Vec::new(), len: 0 }
    }

    /// Splits the current line, which must not be empty, into fields.
    fn split(&mut self, lines: &Lines) -> Result<(), Error> {
        let line = lines.bytes();
        self.reader.reset();
        // A line has at most one field more than bytes; the reader needs one element more than it fills.
        if self.text.len() <= line.len() {
            self.text.resize(line.len() + 1, 0);
            self.ends.resize(line.len() + 2, 0);
        }
        let (_, _, written, fields) = self.reader.read_record(line, &mut self.text, &mut self.ends);
        let (text, ends) = (&mut self.text[written..], &mut self.ends[fields..]);
        let (state, _, _, last) = self.reader.read_record(b"\n", text, ends);
        self.len = fields + last;
        match state {
            ReadRecordResult::Record => Ok(()),
            _ => Err(lines.wrong("fields that end on their line", "an unclosed quote", "close the quote")),
        }
    }

    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends[..self.len]).map(|(start, end)| &self.text[start..*end])
    }

    fn names(&self) -> Vec<String> {
        self.fields().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect()
    }
}

#[cfg(test)]
mod tests;
