//! Lines below the names of a table that describe its columns, such as units (`cm`, `kg`), types or questions.

use super::evidence::{is_mark, is_number};
use super::fields::Fields;
use preprocessing::is_missing;

/// The largest number of lines below the names that can describe the columns.
pub(super) const MOST: usize = 3;
/// A column with fewer numbers than this is not taken to be a column of numbers.
const FEW: usize = 3;

/// The number of records in `beginning`, the first records below the names, that describe the columns; `columns` are
/// counts of the fields of all records below the names.
///
/// In a record that describes the columns, no column of numbers has a number, and no other column has a text that
/// occurs in another record as well. The first record that describes the columns has a text in at least one column of
/// numbers.
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

/// Whether `field` is not a number in any notation, not missing, and not a mark of a missing value such as ND.
pub(super) fn is_text(field: &str) -> bool {
    !is_missing(field) && !is_number(field) && !is_mark(field)
}

/// A note for the user that `lines` were skipped, the first of which has the fields `first`; `None` if `lines` is
/// empty.
pub(super) fn said(lines: &[usize], first: &[String]) -> Option<String> {
    let texts: Vec<&str> = first.iter().map(String::as_str).filter(|text| is_text(text)).collect();
    let texts = crate::lines::listed(&texts);
    match lines {
        [] => None,
        [line] => Some(format!("line {line} passed over: it describes the columns ({texts}) and is not an example")),
        [first, .., last] => Some(format!(
            "lines {first} to {last} passed over: they describe the columns ({texts}) and are not examples"
        )),
    }
}
