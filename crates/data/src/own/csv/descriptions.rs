//! Lines below the names of a table that describe its columns, such as units (`cm`, `kg`), types or questions.

use super::evidence::{is_mark, is_number};
use super::fields::Fields;
use preprocessing::is_missing;

/// The most lines that describe the columns.
pub(super) const MOST: usize = 3;
/// A column with fewer amounts than this is not known to hold numbers.
const FEW: usize = 3;

/// How many of the first records below the names, `beginning`, describe the columns; `columns` count the fields of all
/// records below the names.
///
/// In such a record, no column of numbers has a number, and no other column has a text that occurs again. The first of
/// these records has a text in a column of numbers.
pub(super) fn descriptions(beginning: &[Vec<String>], columns: &[Fields]) -> usize {
    (1..=beginning.len()).rev().find(|count| describe(&beginning[..*count], columns)).unwrap_or(0)
}

fn describe(records: &[Vec<String>], columns: &[Fields]) -> bool {
    let field = |record: &[String], i: usize| record.get(i).map_or("", String::as_str).to_owned();
    let mut has_text = false;
    for (i, column) in columns.iter().enumerate() {
        let texts = records.iter().filter(|record| is_text(&field(record, i))).count();
        let amounts = column.numbers + column.texts - column.evidence.foreign;
        let described = if column.evidence.foreign == texts && amounts >= FEW {
            has_text |= is_text(&field(&records[0], i));
            records.iter().all(|record| !is_number(&field(record, i)))
        } else {
            let once = |text: &str| column.distinct.as_ref().is_none_or(|distinct| distinct.get(text) == Some(&1));
            records.iter().all(|record| is_missing(&field(record, i)) || once(&field(record, i)))
        };
        if !described {
            return false;
        }
    }
    has_text
}

/// Whether `field` is neither a number in any notation nor missing.
pub(super) fn is_text(field: &str) -> bool {
    !is_missing(field) && !is_number(field) && !is_mark(field)
}

/// What is said of `lines`, which begin with the texts in `first`, for the user; `None` if there are none.
pub(super) fn said(lines: &[usize], first: &[String]) -> Option<String> {
    let texts: Vec<&str> = first.iter().map(String::as_str).filter(|text| is_text(text)).collect();
    let texts = crate::lines::listed(&texts);
    match lines {
        [] => None,
        [line] => Some(format!("line {line} passed over: it describes the columns ({texts}) and is no example")),
        [first, .., last] => Some(format!(
            "lines {first} to {last} passed over: they describe the columns ({texts}) and are no examples"
        )),
    }
}
