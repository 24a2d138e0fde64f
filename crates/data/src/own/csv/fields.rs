//! Counts of the fields in a column of a table.

use super::dates::{is_date, is_numbered_day};
use super::evidence::Evidence;
use preprocessing::Notation;
use std::collections::HashMap;

/// The largest number of different texts of a column that are counted; a column with more is taken as categories only
/// if the user names it with `--only`.
pub(crate) const MAX_DISTINCT: usize = 1 << 10;

/// The length in bytes of the longest field that is counted as a category.
const MAX_CATEGORY: usize = 1 << 10;

/// Counts of the fields of a column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    /// How many fields are finite numbers.
    pub(crate) numbers: usize,
    /// How many fields are missing.
    pub(crate) missing: usize,
    /// How many fields are neither finite numbers nor missing.
    pub(crate) texts: usize,
    /// The line and the text of the first field that is neither a number nor missing.
    pub(crate) first_text: Option<(usize, String)>,
    /// The line of the first missing field.
    pub(crate) first_missing: Option<usize>,
    /// The total number of words in the texts.
    pub(crate) words: usize,
    /// How often each field that is not missing occurs, as text; `None` once there are more than [`MAX_DISTINCT`]
    /// different fields or a field is longer than [`MAX_CATEGORY`].
    pub(crate) distinct: Option<HashMap<String, usize>>,
    /// How many numbers are whole.
    pub(crate) whole: usize,
    /// The smallest and the largest number.
    pub(crate) range: Option<(f64, f64)>,
    /// How many numbers are one more than the number in the row above.
    pub(crate) successors: usize,
    /// How many fields are written as codes, that is, as whole numbers with a leading zero.
    pub(crate) codes: usize,
    /// How many texts are dates.
    pub(crate) dates: usize,
    /// How many numbers are days of the form yyyymmdd.
    pub(crate) numbered_days: usize,
    /// The text of the first number that is a day of the form yyyymmdd.
    first_numbered_day: Option<String>,
    /// How many texts look like numbers, such as 12,5 or $12.
    pub(crate) almost_numbers: usize,
    /// The notation in which fields are read as numbers.
    pub(crate) notation: Notation,
    /// What the fields reveal about the notation of the numbers.
    pub(super) evidence: Evidence,
    last: Option<f64>,
}

impl Fields {
    /// An empty column, whose numbers will be read in plain notation.
    pub(crate) fn new() -> Self {
        Self { distinct: Some(HashMap::new()), ..Self::default() }
    }

    /// An empty column, whose numbers will be read in this `notation`.
    pub(super) fn written(notation: Notation) -> Self {
        Self { notation, ..Self::new() }
    }

    /// Counts `field`, which is on line `line` of the file, from 1.
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
            if is_numbered_day(number) {
                self.numbered_days += 1;
                self.first_numbered_day.get_or_insert_with(|| field.to_owned());
            }
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

    /// Whether the column has numbers and no texts; some fields may be missing.
    pub(crate) fn is_numeric(&self) -> bool {
        self.texts == 0 && self.numbers > 0
    }

    /// Whether the column has whole numbers and nothing else, except that some fields may be missing.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_numeric() && self.whole == self.numbers
    }

    /// The text of the first field if all fields that are not missing are days of the form yyyymmdd; `None` otherwise.
    pub(crate) fn numbered_day(&self) -> Option<&str> {
        self.first_numbered_day.as_deref().filter(|_| self.is_numeric() && self.numbered_days == self.numbers)
    }

    /// The number of different fields that are not missing; `None` if there are more than [`MAX_DISTINCT`], or one is
    /// too long for a category.
    pub(crate) fn distinct(&self) -> Option<usize> {
        self.distinct.as_ref().map(HashMap::len)
    }

    /// Whether texts outnumber numbers and have three or more words on average, at most half of the texts are dates,
    /// and the number of different fields is unknown or more than half the number of texts.
    pub(crate) fn holds_texts(&self) -> bool {
        const WORDS: usize = 3;
        let several = self.words >= WORDS * self.texts && self.texts > self.numbers && 2 * self.dates <= self.texts;
        several && self.distinct().is_none_or(|distinct| 2 * distinct > self.texts)
    }

    /// Whether there are ten or more rows, each with a whole number that no other row has.
    pub(crate) fn identifies_rows(&self) -> bool {
        const FEW: usize = 10;
        self.is_whole() && self.missing == 0 && self.numbers >= FEW && self.distinct() == Some(self.numbers)
    }

    /// Whether the fields, ten or more, number the rows: each number is one more than the number in the row above, or
    /// the column has every whole number of a range exactly once.
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

/// Whether `field` is a whole number with a leading zero, as postcodes and other codes are written.
fn is_code(field: &str) -> bool {
    field.len() > 1 && field.starts_with('0') && field.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `field` looks like a number in another notation, such as 12,5 or 1 000 or $12 or 5 %, or is an infinite
/// number.
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
}
