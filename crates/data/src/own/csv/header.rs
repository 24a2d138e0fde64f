//! Whether the first line of a table names its columns or is an example.

use super::evidence::number;
use super::fields::Fields;
use super::survey::Survey;
use crate::Error;
use crate::choices::Header;
use crate::lines::shown;
use preprocessing::is_missing;
use std::path::Path;

/// What a field of the first line looks like beside the rest of its column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// The field is a text, and the rest of its column holds numbers.
    Name,
    /// The field is a text that also occurs further down its column.
    Example,
    /// The field is a text that does not occur further down its column, where other texts are repeated.
    NewText,
    /// The field is a number, and no text stands further down its column.
    Number,
    /// The field can be a name as well as a value.
    Open,
}

/// Decides whether the first line of the table at `path` names the columns.
///
/// # Errors
/// [`Error::Line`] when the first line can be a header as well as an example.
pub(crate) fn header(path: &Path, survey: &Survey) -> Result<Header, Error> {
    let Survey { first, columns, rows, .. } = survey;
    if columns.len() > first.len() {
        return Ok(Header::Yes); // rows are named, as R writes them: a row has one field more than the line of names
    }
    let looks: Vec<Look> = first.iter().zip(columns).map(|(field, column)| look(field, column, *rows)).collect();
    let has = |look: Look| looks.contains(&look);
    let numbers: Vec<f64> = first
        .iter()
        .zip(&looks)
        .filter(|(_, look)| **look == Look::Number)
        .filter_map(|(field, _)| number(field))
        .collect();
    // Three or more ascending numbers, all of them outside the range of the numbers below, are names such as years or
    // wavelengths.
    let outside = first.iter().zip(columns).filter_map(|(field, column)| Some((number(field)?, column.range?)));
    let all_outside = numbers.len() > 2 && outside.clone().all(|(x, (low, high))| x < low || x > high);
    match () {
        () if counts(first) || counts_after_index(first) => Ok(Header::Yes),
        () if has(Look::Name) && (numbers.is_empty() || ascends(&numbers)) => Ok(Header::Yes),
        () if has(Look::Name) => Err(unclear(path, survey)),
        () if has(Look::Example) => Ok(Header::No),
        () if has(Look::NewText) && (numbers.is_empty() || ascends(&numbers)) => Ok(Header::Yes),
        () if has(Look::NewText) => Err(unclear(path, survey)),
        () if all_outside && ascends(&numbers) => Ok(Header::Yes),
        () if all_outside || counts_to_two(first) => Err(unclear(path, survey)),
        () => Ok(Header::No),
    }
}

fn look(field: &str, column: &Fields, rows: usize) -> Look {
    if column.notation.number(field).is_some() {
        return if column.texts == 0 { Look::Number } else { Look::Open };
    }
    if is_missing(field) || rows == 0 {
        return Look::Open;
    }
    if column.is_numeric() {
        return Look::Name;
    }
    match &column.distinct {
        Some(distinct) if distinct.contains_key(field) => Look::Example,
        Some(distinct) if 2 * distinct.len() <= rows => Look::NewText,
        _ => Look::Open,
    }
}

/// Whether the fields of `first`, three or more, are 0, 1, 2, ... or 1, 2, 3, ..., as some programs name columns.
fn counts(first: &[String]) -> bool {
    first.len() > 2 && counts_from(first)
}

/// Whether `first` consists of an empty field and the numbers 0, 1, ..., as pandas writes the header of a table whose
/// index and columns have no names.
fn counts_after_index(first: &[String]) -> bool {
    first.len() > 2
        && first[0].is_empty()
        && (0..).zip(&first[1..]).all(|(number, field): (usize, _)| *field == number.to_string())
}

fn counts_to_two(first: &[String]) -> bool {
    first.len() == 2 && counts_from(first)
}

/// Whether the fields of `first` are 0, 1, 2, ... or 1, 2, 3, ...
pub(super) fn counts_from(first: &[impl AsRef<str>]) -> bool {
    let from = |start: usize| (start..).zip(first).all(|(number, field)| field.as_ref() == number.to_string());
    from(0) || from(1)
}

/// Whether `numbers` are two or more, each larger than the one before.
fn ascends(numbers: &[f64]) -> bool {
    numbers.len() > 1 && numbers.windows(2).all(|pair| pair[0] < pair[1])
}

fn unclear(path: &Path, survey: &Survey) -> Error {
    let beginning: Vec<String> = survey.first.iter().take(5).map(shown).collect();
    Error::Line {
        path: path.to_owned(),
        line: survey.first_line,
        expected: "a first line that clearly names the columns or clearly is an example".to_owned(),
        found: beginning.join(", "),
        remedy: "decide with --header yes or --header no",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::tree;

    /// The verdict on a table with the first line `first` and 20 examples of the form `row`, with the two `classes` in
    /// turn.
    fn judged(first: &str, row: &str, classes: [&str; 2]) -> Result<Header, String> {
        let rows = (0..20)
            .map(|k| format!("\n{}", row.replace('x', &format!("{}.5", k * k % 7)).replace('L', classes[k % 2])));
        let text = format!("{first}{}", rows.collect::<String>());
        let folder = tree(&[("t.csv", text.as_bytes())]);
        let path = folder.path().join("t.csv");
        header(&path, &Survey::of(&path).unwrap()).map_err(|e| e.to_string())
    }

    #[test]
    fn names_are_names_also_when_they_are_numbers() {
        for (first, row) in [
            ("a,b,label", "x,x,L"),
            ("2019,2020,2021,region", "x,x,x,L"),
            ("region,400.5,410.5,420.5", "L,x,x,x"),
            ("18,25,40,65,town", "x,x,x,x,L"),
            ("0,1,2", "x,x,L"),
            ("1,2,3,4", "x,x,x,L"),
            ("kind,colour", "L,L"),
            (",0,1,2", "x,x,x,L"),
        ] {
            assert_eq!(judged(first, row, ["north", "south"]), Ok(Header::Yes), "{first}");
        }
        for first in ["0,1,2,3", "2019,2020,2021,2022", "label,2019,2020,2021"] {
            let row = if first.starts_with('l') { "L,x,x,x" } else { "x,x,x,L" };
            assert_eq!(judged(first, row, ["0", "1"]), Ok(Header::Yes), "{first}");
        }
    }

    #[test]
    fn an_example_is_an_example() {
        for first in ["1.5,0.2,north", "3.1,2.2,south", "1,2,north", ",1,south"] {
            assert_eq!(judged(first, "x,x,L", ["north", "south"]), Ok(Header::No), "{first}");
        }
        assert_eq!(judged("3.5,1.2,0", "x,x,L", ["0", "1"]), Ok(Header::No));
        assert_eq!(judged("1,label", "x,L", ["label", "b"]), Ok(Header::No));
    }

    #[test]
    fn what_is_unclear_is_asked() {
        for (first, row, classes) in [
            ("3.5,0.2,east", "x,x,L", ["north", "south"]),
            ("99,98,97,96", "x,x,x,L", ["0", "1"]),
            ("0,1", "x,L", ["0", "1"]),
            ("unknown,5,1,0", "x,x,x,L", ["0", "1"]),
        ] {
            let error = judged(first, row, classes).unwrap_err();
            assert!(error.contains("t.csv, line 1: expected a first line that clearly names"), "{first}: {error}");
            assert!(error.ends_with("--header yes or --header no"), "{error}");
        }
    }
}
