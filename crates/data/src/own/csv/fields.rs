//! The fields of a column of a table, as counts.

use super::dates::{is_date, is_numbered_day};
use super::evidence::Evidence;
use preprocessing::Notation;
use std::collections::HashMap;

/// The most different texts of a column that are counted; a column of more holds no categories.
pub(crate) const MAX_DISTINCT: usize = 1 << 10;

/// The length in bytes of the longest field that is counted as a category.
const MAX_CATEGORY: usize = 1 << 10;

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
    /// How many numbers are days of the form yyyymmdd.
    pub(crate) numbered_days: usize,
    /// The line and the text of the first number that is a day of the form yyyymmdd.
    pub(crate) first_numbered_day: Option<(usize, String)>,
    /// How many texts begin like a number, such as 12,5 or $12.
    pub(crate) almost_numbers: usize,
    /// How the numbers are written.
    pub(crate) notation: Notation,
    /// What the fields show of how numbers are written.
    pub(super) evidence: Evidence,
    last: Option<f64>,
}

impl Fields {
    /// A column without fields, whose numbers are plain.
    pub(crate) fn new() -> Self {
        Self { distinct: Some(HashMap::new()), ..Self::default() }
    }

    /// A column without fields, whose numbers are written as `notation` says.
    pub(super) fn written(notation: Notation) -> Self {
        Self { notation, ..Self::new() }
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
            if is_numbered_day(number) {
                self.numbered_days += 1;
                self.first_numbered_day.get_or_insert_with(|| (line, field.to_owned()));
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

    /// Whether no field holds a text; some may be missing.
    pub(crate) fn is_numeric(&self) -> bool {
        self.texts == 0 && self.numbers > 0
    }

    /// Whether every field holds a whole number.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_numeric() && self.whole == self.numbers
    }

    /// The line and the text of the first field if all fields are days of the form yyyymmdd; some may be missing.
    pub(crate) fn numbered_day(&self) -> Option<&(usize, String)> {
        self.first_numbered_day.as_ref().filter(|_| self.is_numeric() && self.numbered_days == self.numbers)
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

    /// Whether every row has a whole number of its own.
    pub(crate) fn identifies_rows(&self) -> bool {
        const FEW: usize = 10;
        self.is_whole() && self.missing == 0 && self.numbers >= FEW && self.distinct() == Some(self.numbers)
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
