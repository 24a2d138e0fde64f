//! The layout of lists of runs, and the names of the numbers in them.

use crate::run::{End, Outcome, number_names};
use serde::Serialize;
use std::collections::BTreeSet;

/// The names of all numbers that a finished run can have besides measures, followed by the names of the measures in
/// `outcomes`: `NAME` for a measure with a single value, otherwise `NAME.K` for its K-th value, counted from 1.
pub(crate) fn names(outcomes: &[&Outcome]) -> Vec<String> {
    number_names().map(ToOwned::to_owned).chain(measures(outcomes)).collect()
}

fn measures(outcomes: &[&Outcome]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for outcome in outcomes {
        let End::Finished { measures, .. } = &outcome.end else { continue };
        for (name, values) in measures {
            if values.len() == 1 {
                names.insert(name.clone());
            } else {
                names.extend((1..=values.len()).map(|k| format!("{name}.{k}")));
            }
        }
    }
    names
}

/// `value` as indented JSON that ends with a line feed.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n" // serialising these types cannot fail
}

/// A text table of `rows`, which must all have the same number of fields, with two spaces between columns. The columns
/// whose indices are in `left` are flush left; the other columns are flush right.
pub(crate) fn aligned(rows: &[Vec<String>], left: &[usize]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let fields = row.iter().enumerate().map(|(column, field)| {
            let width = widths[column];
            if left.contains(&column) { format!("{field:<width$}") } else { format!("{field:>width$}") }
        });
        text.push_str(fields.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}
