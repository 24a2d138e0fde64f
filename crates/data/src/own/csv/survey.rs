//! What the columns of a table hold, before it is decided what they are for.

use super::dates::is_date;
use super::notation::{Evidence, notations};
use super::records::Records;
use crate::Error;
use preprocessing::Notation;
use std::collections::HashMap;
use std::path::Path;

/// The most different texts of a column that are counted; a column of more holds no categories.
pub(crate) const MAX_DISTINCT: usize = 1 << 10;

/// The length in bytes of the longest field that is counted as a category.
const MAX_CATEGORY: usize = 1 << 10;

/// A table as it looks: its first line, and its columns below that line.
pub(crate) struct Survey {
    /// The fields of the first line.
    pub(crate) first: Vec<String>,
    /// The line number of the first line.
    pub(crate) first_line: usize,
    /// The columns below the first line; there may be one more than in the first line, of the names of rows.
    pub(crate) columns: Vec<Fields>,
    /// The number of rows below the first line.
    pub(crate) rows: usize,
    /// The lines of titles and comments, from 1.
    pub(crate) passed_over: Vec<usize>,
}

/// The fields of a column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    /// How many are finite numbers.
    pub(crate) numbers: usize,
    /// How many are missing.
    pub(crate) missing: usize,
    /// How many are anything else.
    pub(crate) texts: usize,
    /// The line and the text of the first that is neither a number nor missing.
    pub(crate) first_text: Option<(usize, String)>,
    /// The line of the first that is missing.
    pub(crate) first_missing: Option<usize>,
    /// How many words the texts have.
    pub(crate) words: usize,
    /// How often each text occurs, numbers included and missing ones not; `None` once there are more than [`MAX_DISTINCT`] or one is longer
    /// than any category.
    pub(crate) distinct: Option<HashMap<String, usize>>,
    /// How many numbers are whole.
    pub(crate) whole: usize,
    /// The smallest and the largest number.
    pub(crate) range: Option<(f64, f64)>,
    /// How many numbers are one more than the number in the row above.
    pub(crate) successors: usize,
    /// How many are written as codes: whole numbers with a zero in front.
    pub(crate) codes: usize,
    /// How many texts are dates.
    pub(crate) dates: usize,
    /// How many texts begin like a number, such as 12,5 or $12.
    pub(crate) almost_numbers: usize,
    /// How the numbers are written.
    pub(crate) notation: Notation,
    /// What the fields show of how numbers are written.
    pub(super) evidence: Evidence,
    last: Option<f64>,
}

impl Survey {
    /// Reads the table in `file` once.
    ///
    /// # Errors
    /// [`Error::Line`] when the file is empty or has rows of different lengths, and those of [`Records`].
    pub(crate) fn of(file: &Path) -> Result<Self, Error> {
        let records = Records::open(file)?;
        let delimiter = records.delimiter();
        let plain = Self::read(records)?;
        match notations(&plain.columns, delimiter) {
            None => Ok(plain),
            Some(notations) => Self::written(Records::open(file)?, &notations),
        }
    }

    /// Reads all `records` of a table.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub(crate) fn read(records: Records) -> Result<Self, Error> {
        Self::written(records, &[])
    }

    /// As [`read`](Self::read), where the numbers of columns have these `notations`; without any, they are plain.
    fn written(mut records: Records, notations: &[Notation]) -> Result<Self, Error> {
        let column = |i: usize| Fields { notation: notations.get(i).cloned().unwrap_or_default(), ..Fields::new() };
        if !records.advance()? {
            return Err(records.wrong("fields separated by commas", "an empty file", "give a file with examples"));
        }
        let first: Vec<String> = records.fields().map(str::to_owned).collect();
        let first_line = records.line();
        let mut columns: Vec<Fields> = (0..first.len()).map(column).collect();
        let (mut rows, mut second) = (0, None);
        while records.advance()? {
            if rows == 0 && records.len() == first.len() + 1 {
                columns.push(column(first.len()));
                second = Some(records.uneven(first.len()));
            }
            if records.len() != columns.len() {
                return Err(match second {
                    // Rows are not named: the second line is too long.
                    Some(second) if rows == 1 && records.len() == first.len() => second,
                    _ => records.uneven(columns.len()),
                });
            }
            for (column, field) in columns.iter_mut().zip(records.fields()) {
                column.add(field, records.line());
            }
            rows += 1;
        }
        Ok(Self { first, first_line, columns, rows, passed_over: records.passed_over().to_vec() })
    }
}

impl Fields {
    pub(crate) fn new() -> Self {
        Self { distinct: Some(HashMap::new()), ..Self::default() }
    }

    /// Counts `field`, which stands in `line`.
    pub(crate) fn add(&mut self, field: &str, line: usize) {
        if self.notation.is_missing(field) {
            self.missing += 1;
            self.first_missing.get_or_insert(line);
            self.last = None;
            return;
        }
        if let Some(number) = self.notation.number(field) {
            self.numbers += 1;
            self.whole += usize::from(number.fract() == 0.0);
            let (low, high) = self.range.unwrap_or((number, number));
            self.range = Some((low.min(number), high.max(number)));
            self.successors += usize::from(self.last.is_some_and(|last| number == last + 1.0));
            self.codes += usize::from(is_code(field));
            self.last = Some(number);
            self.evidence.add_number(field);
        } else {
            self.texts += 1;
            self.words += field.split_whitespace().count();
            self.dates += usize::from(is_date(field));
            self.evidence.add_text(field);
            self.almost_numbers += usize::from(is_almost_number(field));
            self.first_text.get_or_insert_with(|| (line, field.to_owned()));
            self.last = None;
        }
        if field.len() > MAX_CATEGORY {
            self.distinct = None;
        }
        if let Some(distinct) = &mut self.distinct {
            let room = distinct.len() < MAX_DISTINCT;
            match distinct.get_mut(field) {
                Some(count) => *count += 1,
                None if room => {
                    distinct.insert(field.to_owned(), 1);
                }
                None => self.distinct = None,
            }
        }
    }

    /// The number of fields.
    pub(crate) fn len(&self) -> usize {
        self.numbers + self.missing + self.texts
    }

    /// Whether no field holds a text; some may be missing.
    pub(crate) fn is_numeric(&self) -> bool {
        self.texts == 0 && self.numbers > 0
    }

    /// Whether every field holds a whole number.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_numeric() && self.whole == self.numbers
    }

    /// The number of different fields that are not missing; `None` if there are more than [`MAX_DISTINCT`].
    pub(crate) fn distinct(&self) -> Option<usize> {
        self.distinct.as_ref().map(HashMap::len)
    }

    /// Whether the fields are texts of several words, most of which occur once.
    pub(crate) fn holds_texts(&self) -> bool {
        const WORDS: usize = 3;
        let several = self.words >= WORDS * self.texts && self.texts > self.numbers && 2 * self.dates <= self.texts;
        several && self.distinct().is_none_or(|distinct| 2 * distinct > self.texts)
    }

    /// Whether the fields number the rows: each is one more than the one above, or they are the whole numbers of a range
    /// as long as the table, each once.
    pub(crate) fn counts_rows(&self) -> bool {
        const FEW: usize = 10;
        let Some((low, high)) = self.range else { return false };
        if !self.is_whole() || self.missing > 0 || self.numbers < FEW {
            return false;
        }
        let ascending = self.successors + 1 == self.numbers;
        let each_once = self.distinct() == Some(self.numbers) && high - low + 1.0 == self.numbers as f64;
        ascending || each_once
    }
}

/// The finite number that `field` is.
pub(crate) fn number(field: &str) -> Option<f64> {
    field.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Whether `field` is a whole number with a zero in front, as postcodes and other codes are written.
fn is_code(field: &str) -> bool {
    field.len() > 1 && field.starts_with('0') && field.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `field` is a number in another notation, such as 12,5 or 1 000 or $12 or 5 %.
fn is_almost_number(field: &str) -> bool {
    let bare = field.trim_start_matches(['+', '-', '$', '€', '£', '<', '>', '~', ' ']);
    let bare = bare.trim_end_matches(['%', '€', '$', ' ']);
    bare.starts_with(|c: char| c.is_ascii_digit())
        && bare.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b' ' | b'\'' | b'_'))
        || ["inf", "-inf", "+inf", "infinity", "-infinity"].iter().any(|word| field.eq_ignore_ascii_case(word))
        || field.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::tree;

    fn fields(column: &[&str]) -> Fields {
        let mut fields = Fields::new();
        for field in column {
            fields.add(field, 2);
        }
        fields
    }

    #[test]
    fn numbers_texts_and_gaps_are_told_apart() {
        let all = fields(&["1", "-2.5e3", "NA", "?", "x", "1,5", "2024-01-31", "007", "1e999"]);
        assert_eq!((all.numbers, all.missing, all.texts, all.len()), (3, 2, 4, 9));
        assert_eq!((all.whole, all.codes, all.dates, all.almost_numbers), (3, 1, 1, 2));
        assert_eq!((all.range, all.first_text.unwrap().1), (Some((-2500.0, 7.0)), "x".to_owned()));
    }

    #[test]
    fn row_numbers_count() {
        let column = |numbers: Vec<usize>| {
            let texts: Vec<String> = numbers.iter().map(usize::to_string).collect();
            fields(&texts.iter().map(String::as_str).collect::<Vec<_>>())
        };
        assert!(column((7..30).collect()).counts_rows());
        assert!(column((0..30).map(|k| k * 7 % 30).collect()).counts_rows());
        assert!(column((0..5000).collect()).counts_rows());
        assert!(!column((0..9).collect()).counts_rows());
        assert!(!column((0..30).map(|k| k % 15).collect()).counts_rows());
        assert!(!column((0..30).map(|k| 2 * k).collect()).counts_rows());
    }

    #[test]
    fn numbers_in_another_notation_are_recognised() {
        for almost in ["1,5", "1 000", "$12", "5%", "1'000", "12,5 €", "inf", "1e999", "<5"] {
            assert!(is_almost_number(almost), "{almost}");
        }
        for text in ["12a", "x", "-", "B12", "10-20", "3rd"] {
            assert!(!is_almost_number(text), "{text}");
        }
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
