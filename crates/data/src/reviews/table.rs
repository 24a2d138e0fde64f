//! Tables: CSV with quotes, or columns separated by tabs.
//!
//! The first line may name the columns. Labels are then in the first of `stars`, `overall`, `rating`, `label`, `class`,
//! `category`, `topic`, `sentiment` and `target` that is present, and texts are in the first of `text`, `reviewText`,
//! `review`, `content`, `body`, `comment`, `sentence`, `message` and `description` that is present and not empty, or
//! else counted terms are in `bigram_counts`, as `term:count,term:count`. Without such names, texts are in the column
//! of the longest texts, and labels are in the only other column, or in the only one with few different values; if that
//! is unclear, the error says what to do.
//!
//! In a quoted field, quotation marks are doubled, or a backslash stands before them, whichever the whole table shows.
//! In a table with tabs, quotation marks are ordinary characters, unless only reading them as quotes makes all rows
//! equally long. In a table of counted terms, a rating of 0 marks a missing rating, and the review is left out.

use super::bags::counted;
use super::columns::{Columns, Form, choose, is_name};
use super::source::Source;
use super::{Content, Corpus, FEWER, MAX_REVIEWS, Part, Review};
use crate::Error;
use crate::choices::{Header, TableChoices};
use crate::lines::{self, shown};
use crate::names::name;
use crate::own::csv::beginning::Quotes;
use crate::own::csv::header::header;
use crate::own::csv::layout::{ESCAPED, Table, names_of};
use crate::own::csv::quoting::Quoting;
use crate::own::csv::records::Records;
use crate::own::csv::survey::Survey;
use crate::own::parts::holds;
use preprocessing::is_missing;
use std::io::BufRead as _;

/// The possible delimiters, the preferred one first.
const DELIMITERS: &[u8] = b"\t;,|";

/// A reader of the rows of a table.
pub(super) struct Rows {
    records: Records,
    columns: Columns,
    /// The number of fields of each row.
    width: usize,
    /// The fields of the header; empty if the table has no header.
    header: Vec<String>,
    /// The line of the first row that repeats the header.
    repeated: Option<usize>,
}

/// Adds the reviews in the table `source` to `part`. `first` holds the header and columns of the first file that was
/// read, and is set if this file is the first.
pub(super) fn read(
    source: &Source<'_>,
    part: Part,
    corpus: &mut Corpus,
    choices: &TableChoices,
    first: &mut Option<(Header, Columns)>,
) -> Result<(), Error> {
    let (mut rows, found) = Rows::open(source, part, choices, first.as_ref())?;
    let unit = match found {
        Header::Yes => rows.columns.unit(),
        Header::No => rows.columns.fields(rows.records.delimiter()),
    };
    corpus.begin(part, found, &rows.columns, unit);
    first.get_or_insert_with(|| (found, rows.columns.clone()));
    while rows.advance()? {
        match rows.review(part)? {
            Row::Review(review) => {
                let wrong = |expected, found| rows.records.wrong(expected, found, FEWER);
                corpus.push_within(MAX_REVIEWS, part, review, wrong)?;
            }
            Row::Unlabelled => corpus.left_out += 1,
            Row::Empty => corpus.without_text += 1,
        }
    }
    if rows.records.quotes() == Quotes::Escaped {
        corpus.note(format!("{}: {ESCAPED}", name(source.path)));
    }
    if let Some(line) = rows.repeated {
        corpus.note(format!("{}, line {line}: left out a header repeated within the table", name(source.path)));
    }
    Ok(())
}

/// A row of a table.
pub(super) enum Row {
    Review(Review),
    /// A row without a label.
    Unlabelled,
    /// A row without a text.
    Empty,
}

impl Rows {
    /// A reader of the rows of the table `source` below its header, and whether the table has a header.
    ///
    /// # Errors
    /// [`Error::Line`] when rows differ in length, or it is unclear what a column is for; and the errors of
    /// [`Records`].
    pub(super) fn open(
        source: &Source<'_>,
        part: Part,
        choices: &TableChoices,
        first: Option<&(Header, Columns)>,
    ) -> Result<(Self, Header), Error> {
        let (delimiters, quotes) = dialect(source, part)?;
        let records = || records(source, delimiters, quotes);
        let mut survey = Survey::read(records()?)?;
        // If there is one column more than names, the first column has the names of the rows. But if that column holds
        // texts, the rows are too long.
        if survey.columns.len() > survey.first.len() && survey.columns[0].holds_texts() {
            let mut records = records()?;
            let _ = records.advance()? && records.advance()?;
            return Err(records.uneven(survey.first.len()));
        }
        let names_first =
            |field: &String| is_name(field, choices) || first.is_some_and(|(_, columns)| columns.names.contains(field));
        let found = match choices.header {
            Some(header) => header,
            None if survey.first.iter().any(names_first) => Header::Yes,
            // If the first table has no header, a further table with as many columns has no header either.
            None if first.is_some_and(|(header, columns)| {
                *header == Header::No && columns.names.len() == survey.columns.len()
            }) =>
            {
                Header::No
            }
            None => header(source.path, &survey)?,
        };
        let names = names_of(&survey, found);
        if found == Header::No {
            for (column, field) in survey.columns.iter_mut().zip(&survey.first) {
                column.add(field, survey.first_line);
            }
        }
        let table = Table { path: source.path, names: &names, columns: &survey.columns, line: survey.first_line };
        let columns = match first {
            // A file without a header has the same columns as the first file.
            Some((Header::No, columns)) if found == Header::No && columns.names.len() == names.len() => Columns {
                labels: if part == Part::Unlabelled { Vec::new() } else { columns.labels.clone() },
                ..columns.clone()
            },
            _ => choose(&table, part, choices, first.filter(|_| found == Header::Yes).map(|(_, columns)| columns))?,
        };
        let width = survey.columns.len();
        let mut records = records()?;
        let mut header = Vec::new();
        if found == Header::Yes {
            records.advance()?;
            header.extend(records.fields().map(str::to_owned));
        }
        Ok((Self { records, columns, width, header, repeated: None }, found))
    }

    /// Advances to the next row that does not repeat the header; returns false after the last row.
    pub(super) fn advance(&mut self) -> Result<bool, Error> {
        while self.records.advance()? {
            if self.records.len() != self.width {
                return Err(self.records.uneven(self.width));
            }
            if !self.records.fields().eq(self.header.iter().map(String::as_str)) {
                return Ok(true);
            }
            self.repeated.get_or_insert(self.records.line());
        }
        Ok(false)
    }

    /// The use of each column.
    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// An [`Error::Line`] at the current row.
    pub(super) fn wrong(&self, expected: String, found: String, remedy: &'static str) -> Error {
        self.records.wrong(expected, found, remedy)
    }

    /// The number of the first line of the current row, from 1.
    pub(super) fn line(&self) -> usize {
        self.records.line()
    }

    /// The text of the current row; empty if the text is missing, for example because the field is NA.
    pub(super) fn text(&self) -> String {
        let fields: Vec<&str> = self.records.fields().collect();
        let texts = self.columns.texts.iter().map(|i| fields[*i]).filter(|text| !is_missing(text));
        match self.columns.form {
            Form::Joined => texts.collect::<Vec<_>>().join(" "),
            Form::First | Form::Counts => texts.take(1).collect(),
        }
    }

    fn review(&self, part: Part) -> Result<Row, Error> {
        let (records, columns) = (&self.records, &self.columns);
        let fields: Vec<&str> = records.fields().collect();
        let field = columns.labels.first().map_or("", |i| fields[*i]);
        let label = part.label(|| {
            columns.label(field).map_err(|(expected, remedy)| records.wrong(expected, shown(field), remedy))
        })?;
        let label = match label {
            Some(None) => return Ok(Row::Unlabelled),
            label => label.flatten(),
        };
        let text = self.text();
        let content = match columns.form {
            Form::Counts if label.as_deref().is_some_and(|label| label.parse() == Ok(0.0)) => {
                return Ok(Row::Unlabelled);
            }
            Form::Counts => counted(|expected, found, remedy| records.wrong(expected, found, remedy), text.split(','))?,
            Form::First | Form::Joined if text.is_empty() => return Ok(Row::Empty),
            Form::First | Form::Joined => Content::Text(text),
        };
        let group = part.label(|| {
            let group = columns.group(|i| Some(fields[i].to_owned()));
            group.map_err(|(expected, remedy)| records.wrong(expected, "no value", remedy))
        })?;
        let group = group.flatten();
        Ok(Row::Review(Review { content, label, group }))
    }
}

/// The records of the table `source`, whose fields are separated by one of `delimiters`.
fn records(source: &Source<'_>, delimiters: &[u8], quotes: Quotes) -> Result<Records, Error> {
    Ok(Records::with(source.path, source.reader()?, delimiters, quotes)?.within(source.limits))
}

/// The possible delimiters of the table `source`, and how its quotation marks are read.
fn dialect(source: &Source<'_>, part: Part) -> Result<(&'static [u8], Quotes), Error> {
    const TAB: &[u8] = b"\t";
    let of = |delimiters, quotes| records(source, delimiters, quotes);
    let is_tsv = holds(source.path, &["tsv"]);
    let delimiter = of(DELIMITERS, Quotes::Marks)?.delimiter();
    if !is_tsv && delimiter != b'\t' {
        return Ok((DELIMITERS, quotes(source, delimiter)?));
    }
    match of(TAB, Quotes::Letters).and_then(lengths)? {
        (1, _) if part != Part::Unlabelled => Ok((DELIMITERS, Quotes::Marks)),
        (_, Lengths::Equal) => Ok((TAB, Quotes::Letters)),
        // If rows differ in length either way, quotation marks are read as characters, and the error is reported for
        // those rows.
        (_, Lengths::Different) => match of(TAB, Quotes::Marks).and_then(lengths)? {
            (_, Lengths::Equal) => Ok((TAB, Quotes::Marks)),
            (_, Lengths::Different) => Ok((TAB, Quotes::Letters)),
        },
    }
}

/// The meaning of quotation marks in the table `source`, whose fields are separated by `delimiter`, according to all
/// rows.
fn quotes(source: &Source<'_>, delimiter: u8) -> Result<Quotes, Error> {
    let mut reader = lines::text(source.path, source.reader()?)?;
    let mut quoting = Quoting::new(delimiter);
    // An error of reading recurs when the rows are read.
    while let Ok(bytes) = reader.fill_buf()
        && !bytes.is_empty()
    {
        quoting.advance(bytes);
        let count = bytes.len();
        reader.consume(count);
    }
    Ok(if quoting.is_escaped() { Quotes::Escaped } else { Quotes::Marks })
}

/// Whether all rows of a table have the length of the first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lengths {
    Equal,
    Different,
}

/// The number of fields of the first record, 0 if there are no records, and whether all records have the same number.
fn lengths(mut records: Records) -> Result<(usize, Lengths), Error> {
    let mut first = 0;
    while records.advance()? {
        if first == 0 {
            first = records.len();
        }
        if records.len() != first {
            return Ok((first, Lengths::Different));
        }
    }
    Ok((first, Lengths::Equal))
}

#[cfg(test)]
mod tests;
