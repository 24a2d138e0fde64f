//! What the columns of a table hold, before each column is assigned a use.

use super::beginning::Quotes;
use super::descriptions::{MOST, descriptions};
use super::fields::Fields;
use super::notation::notations;
use super::records::Records;
use crate::Error;
use preprocessing::Notation;
use std::path::Path;

/// The first line of a table, and counts of the columns below the first line.
pub(crate) struct Survey {
    /// The fields of the first line.
    pub(crate) first: Vec<String>,
    /// The line number of the first record, from 1.
    pub(crate) first_line: usize,
    /// Counts of the columns below the first line. If rows are named, there is one more column than there are fields in
    /// the first line.
    pub(crate) columns: Vec<Fields>,
    /// The number of rows below the first line.
    pub(crate) rows: usize,
    /// The lines of titles and comments, from 1.
    pub(crate) passed_over: Vec<usize>,
    /// The meaning of quotation marks in the table.
    pub(crate) quotes: Quotes,
    /// The lines, from 1, that describe the columns and are not examples, and the fields of the first of these lines.
    pub(crate) described: (Vec<usize>, Vec<String>),
    /// The first few rows, each with its line number.
    beginning: Vec<(usize, Vec<String>)>,
}

impl Survey {
    /// Reads the table in `file`; reads it again if some lines describe the columns, and again if some numbers are not
    /// in plain notation.
    ///
    /// # Errors
    /// [`Error::Line`] when the file is empty or has rows of different lengths; and the errors of [`Records`].
    pub(crate) fn of(file: &Path) -> Result<Self, Error> {
        let records = Records::open(file)?;
        let delimiter = records.delimiter();
        let mut plain = Self::read(records)?;
        let fields: Vec<Vec<String>> = plain.beginning.iter().map(|(_, fields)| fields.clone()).collect();
        let count = descriptions(&fields, &plain.columns);
        let lines: Vec<usize> = plain.beginning.iter().take(count).map(|(line, _)| *line).collect();
        let without = || Ok::<_, Error>(Records::open(file)?.without(&lines));
        if count > 0 {
            plain = Self::read(without()?)?;
        }
        let survey = match notations(&plain.columns, delimiter) {
            None => plain,
            Some(notations) => Self::written(without()?, &notations)?,
        };
        let first = fields.into_iter().next().filter(|_| count > 0).unwrap_or_default();
        Ok(Self { described: (lines, first), ..survey })
    }

    /// Reads all `records` of a table.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub(crate) fn read(records: Records) -> Result<Self, Error> {
        Self::written(records, &[])
    }

    /// As [`read`](Self::read), where column `i` has the notation `notations[i]`, or is plain if there is no such
    /// notation.
    fn written(mut records: Records, notations: &[Notation]) -> Result<Self, Error> {
        let column = |i: usize| Fields::written(notations.get(i).cloned().unwrap_or_default());
        if !records.advance()? {
            return Err(records.wrong("fields separated by commas", "an empty file", "give a file with examples"));
        }
        let first: Vec<String> = records.fields().map(str::to_owned).collect();
        let first_line = records.line();
        let mut columns: Vec<Fields> = (0..first.len()).map(column).collect();
        let (mut rows, mut second, mut are_named) = (0, None, false);
        let mut beginning = Vec::new();
        while records.advance()? {
            if rows == 0 && records.len() == first.len() + 1 {
                columns.push(column(first.len()));
                second = Some(records.uneven(first.len()));
            }
            if records.len() != columns.len() {
                return Err(match second {
                    // The third line shows that rows are not named, so the second line is the one that is too long.
                    Some(second) if rows == 1 && records.len() == first.len() => second,
                    _ => records.uneven(columns.len()),
                });
            }
            are_named |= is_named(&records, first.len());
            if rows < MOST {
                beginning.push((records.line(), records.fields().map(str::to_owned).collect()));
            }
            for (column, field) in columns.iter_mut().zip(records.fields()) {
                column.add(field, records.line());
            }
            rows += 1;
        }
        if !are_named {
            columns.truncate(first.len());
        }
        let (passed_over, quotes) = (records.passed_over().to_vec(), records.quotes());
        Ok(Self { first, first_line, columns, rows, passed_over, quotes, described: Default::default(), beginning })
    }
}

/// Whether the current record of a table with `names` columns begins with the name of the row, as R writes it: whether
/// it has one field more, and its last field is filled. If the last field is empty in all rows, each row only ends in a
/// delimiter.
pub(super) fn is_named(records: &Records, names: usize) -> bool {
    records.len() == names + 1 && !records.field(names).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::tree;

    #[test]
    fn a_delimiter_behind_every_row_is_no_column() {
        let folder = tree(&[("t.csv", b"a,b\n1,2,\n3,4,\n")]);
        let survey = Survey::of(&folder.path().join("t.csv")).unwrap();
        assert_eq!((survey.columns.len(), survey.columns[0].range), (2, Some((1.0, 3.0))));
    }

    #[test]
    fn a_table_is_surveyed_below_its_first_line() {
        let folder = tree(&[("t.csv", b"a,b\n\nr1,1,2\nr2,3,x\n"), ("u.csv", b"a,b\n1,2\n1,2,3\n")]);
        let survey = Survey::of(&folder.path().join("t.csv")).unwrap();
        assert_eq!((survey.first, survey.rows, survey.columns.len()), (vec!["a".to_owned(), "b".to_owned()], 2, 3));
        assert_eq!(survey.columns[2].first_text, Some((4, "x".to_owned())));
        let error = Survey::of(&folder.path().join("u.csv")).err().unwrap().to_string();
        assert!(error.contains("u.csv, line 3: expected 2 fields as in the first line, found 3;"), "{error}");
    }
}
