//! Finds the notation of the numbers in each column of a table from all fields of the column.

use super::evidence::{DIGITS, Evidence, MAX_MARKS};
use super::fields::Fields;
use crate::lines::{listed, shown};
use preprocessing::Notation;

/// The notation of each of the `columns` of a table whose fields are separated by `delimiter`; `None` if all notations
/// are plain.
pub(super) fn notations(columns: &[Fields], delimiter: u8) -> Option<Vec<Notation>> {
    let holds = |mark: char| columns.iter().filter(|column| is_numeric(column)).any(|column| has_only(column, mark));
    let decimal = match (holds('.'), holds(',')) {
        (true, false) => Some('.'),
        (false, true) => Some(','),
        (false, false) if delimiter == b';' => Some(','),
        _ => None,
    };
    let notations: Vec<Notation> = columns.iter().map(|column| notation(column, decimal)).collect();
    notations.iter().any(|notation| !notation.is_plain()).then_some(notations)
}

/// Whether all fields of `column` that are not missing are numbers in one notation, or stand for a missing value.
fn is_numeric(column: &Fields) -> bool {
    let Evidence { units, written, marked, marks, bracketed, .. } = &column.evidence;
    let has_units = units.as_ref().is_some_and(|(before, after)| !(before.is_empty() && after.is_empty()));
    column.texts == written + marked
        && column.numbers + written > 0
        && marks.len() <= MAX_MARKS
        && !(has_units && column.numbers > 0)
        // If every number is in brackets, the brackets do not mark negative numbers.
        && (*bracketed == 0 || *bracketed < column.numbers + written)
        && column.evidence.open().next().is_some()
}

/// Whether every notation that reads all numbers of `column` has the decimal mark `mark`.
fn has_only(column: &Fields, mark: char) -> bool {
    column.evidence.open().all(|(decimal, _)| decimal == mark)
}

/// The notation of `column` in a table whose decimal mark, if other columns or the delimiter reveal it, is `decimal`.
fn notation(column: &Fields, decimal: Option<char>) -> Notation {
    let Evidence { units, marks, grouped, written, bracketed, .. } = &column.evidence;
    if !is_numeric(column) || (column.texts == 0 && !grouped) {
        return Notation::default();
    }
    let possible = || column.evidence.open();
    let is_usual = |(mark, _): &(char, Option<char>)| decimal.is_none_or(|decimal| decimal == *mark);
    let plain = *written == 0 && !grouped;
    let digits = possible().find(|digits| !plain && is_usual(digits)).or_else(|| possible().next());
    let (decimal, thousands) = digits.unwrap_or(DIGITS[0]);
    let (before, after) = units.clone().unwrap_or_default();
    let missing = marks.iter().cloned().collect();
    Notation { decimal, thousands, before, after, brackets: *bracketed > 0, missing }
}

/// A description of `notation` for the user, such as "a comma before decimals, a point between thousands".
fn described(notation: &Notation) -> String {
    let Notation { decimal, thousands, before, after, brackets, missing } = notation;
    let mut parts = Vec::new();
    if *decimal == ',' {
        parts.push("a comma before decimals".to_owned());
    }
    match thousands {
        Some(',') => parts.push("a comma between thousands".to_owned()),
        Some('.') => parts.push("a point between thousands".to_owned()),
        Some(' ') => parts.push("a space between thousands".to_owned()),
        Some(_) => parts.push("an apostrophe between thousands".to_owned()),
        None => {}
    }
    parts.extend(
        [(before, "in front"), (after, "behind")]
            .iter()
            .filter(|(unit, _)| !unit.is_empty())
            .map(|(unit, place)| format!("{} {place}", shown(unit))),
    );
    if *brackets {
        parts.push("brackets around negative ones".to_owned());
    }
    let texts: Vec<String> = missing.iter().map(shown).collect();
    if !texts.is_empty() {
        parts.push(format!("{} for a missing value", texts.join(" or ")));
    }
    parts.join(", ")
}

/// Notes for the user on the notations in `columns` that are not plain, one note for each different notation.
pub(super) fn said<'a>(columns: impl Iterator<Item = (&'a String, &'a Notation)>) -> Vec<String> {
    let mut alike: Vec<(String, Vec<&str>)> = Vec::new();
    for (name, notation) in columns.filter(|(_, notation)| !notation.is_plain()) {
        let text = described(notation);
        match alike.iter_mut().find(|(known, _)| *known == text) {
            Some((_, names)) => names.push(name),
            None => alike.push((text, vec![name])),
        }
    }
    let sentence = |(text, names): &(String, Vec<&str>)| {
        let holds = if names.len() == 1 { "holds" } else { "hold" };
        format!("{} {holds} numbers with {text}", listed(names))
    };
    alike.iter().map(sentence).collect()
}
