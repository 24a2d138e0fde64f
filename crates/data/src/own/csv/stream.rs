//! The rows of a table without labels, a few at a time, as the inputs of a trained network.

use super::layout::repeated;
use super::records::Records;
use crate::Error;
use crate::lines::{Limits, listed, shown};
use crate::names::composed;
use preprocessing::{Cell, Columns, Kind};
use std::collections::BTreeSet;
use std::fmt;
use std::io::BufRead;
use std::path::Path;

const COLUMNS: &str = "give the columns that the network was trained on, by name";
const NUMBERS: &str = "write every number as in 12.5";
const AS_TRAINED: &str = "write every number as in the table that the network was trained on";

/// The rows of a table as inputs. Columns are found by name, in any order and among others; a column of labels is not
/// needed.
pub struct Table {
    records: Records,
    columns: Columns,
    /// The place in a row of each column.
    places: Vec<usize>,
    /// The number of fields in a row.
    width: usize,
    unseen: Unseen,
    /// Whether no row has been read.
    is_first: bool,
    /// The line below the names that describes the columns and is no row, if there is one.
    described: Option<usize>,
}

/// Categories that training has not seen, and whose inputs are 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unseen {
    /// The number of rows with such a category.
    pub rows: usize,
    /// The names of the columns with such a category.
    pub columns: BTreeSet<String>,
}

/// What the rows have, and in which columns: `examples have a category that training has not seen, in "island"; ...`.
impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rows, verb) = if self.rows == 1 { ("example", "has") } else { ("examples", "have") };
        let names: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        let names = listed(&names);
        write!(f, "{rows} {verb} a category that training has not seen, in {names}: its inputs are 0")
    }
}

impl Table {
    /// Opens the table at `path`, whose columns are those of `columns`.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read; [`Error::Line`] when it lacks columns.
    pub fn open(path: &Path, columns: &Columns) -> Result<Self, Error> {
        Self::begin(Records::open(path)?.within(Limits::STREAM), columns)
    }

    /// The table in `reader`; `path` names it in errors.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn of(path: &Path, reader: impl BufRead + Send + 'static, columns: &Columns) -> Result<Self, Error> {
        Self::begin(Records::of(path, reader)?.within(Limits::STREAM), columns)
    }

    fn begin(mut records: Records, columns: &Columns) -> Result<Self, Error> {
        if !records.advance()? {
            return Err(records.wrong("a table", "an empty file", "give a file with rows"));
        }
        let first: Vec<String> = records.fields().map(composed).collect();
        let width = first.len();
        let places = match columns.unnamed {
            None => named(&first, columns),
            Some(fields) => numbered(width, fields, columns),
        };
        let places = places.map_err(|(expected, found)| records.wrong(expected, found, COLUMNS))?;
        if columns.unnamed.is_some() {
            records.keep();
        }
        let is_first = columns.unnamed.is_none();
        let (columns, unseen) = (columns.clone(), Unseen::default());
        Ok(Self { records, columns, places, width, unseen, is_first, described: None })
    }

    /// Appends the inputs of the next row, `[columns.inputs()]`, to `inputs` and returns its line; `None` after the
    /// last row.
    ///
    /// # Errors
    /// [`Error::Line`] when a field does not fit its column or the row has another length, and those of reading.
    pub fn next(&mut self, inputs: &mut Vec<f32>) -> Result<Option<usize>, Error> {
        if !self.records.advance()? {
            return Ok(None);
        }
        if !std::mem::take(&mut self.is_first) || !self.describes() {
            return self.row(inputs).map(Some);
        }
        // The line describes the columns if another follows that is a row.
        let (line, start) = (self.records.line(), inputs.len());
        let refused = self.row(inputs).err();
        inputs.truncate(start);
        let row = if self.records.advance()? { self.row(inputs).ok() } else { None };
        match (row, refused) {
            (Some(row), _) => {
                self.described = Some(line);
                Ok(Some(row))
            }
            (None, Some(refused)) => Err(refused),
            (None, None) => Ok(Some(line)),
        }
    }

    /// Whether the current record has a text in a column of numbers, no number in any of them, and no category of
    /// training.
    fn describes(&self) -> bool {
        let mut has_text = false;
        for (column, place) in self.columns.columns.iter().zip(&self.places) {
            let field = self.records.field(*place);
            match (&column.kind, column.cell(field)) {
                (Kind::Number { .. }, Err(_)) => has_text = true,
                (_, Ok(Cell::Missing)) => {}
                (Kind::Category { .. }, Ok(cell)) if column.is_unseen(cell) => {}
                _ => return false,
            }
        }
        has_text
    }

    /// The line below the names that describes the columns, from 1, and is no row; `None` if there is none.
    #[must_use]
    pub fn described(&self) -> Option<usize> {
        self.described
    }

    /// Appends the inputs of the current record, `[columns.inputs()]`, to `inputs` and returns its line.
    fn row(&mut self, inputs: &mut Vec<f32>) -> Result<usize, Error> {
        if self.records.len() != self.width {
            return Err(self.records.uneven(self.width));
        }
        let mut unseen = false;
        for (column, place) in self.columns.columns.iter().zip(&self.places) {
            let field = self.records.field(*place);
            let is_category = matches!(column.kind, Kind::Category { .. });
            let text = if is_category && !field.is_ascii() { composed(field) } else { String::new() };
            let field = if text.is_empty() { field } else { text.as_str() };
            let cell = column.cell(field);
            if cell.is_ok_and(|cell| column.is_unseen(cell)) {
                unseen = true;
                if !self.unseen.columns.contains(&column.name) {
                    self.unseen.columns.insert(column.name.clone());
                }
            }
            let written = cell.and_then(|cell| column.write(cell, inputs));
            written.map_err(|e| {
                let expected = format!("{e} in column {}", shown(&column.name));
                let is_plain = matches!(&column.kind, Kind::Number { notation, .. } if notation.is_plain());
                self.records.wrong(expected, shown(field), if is_plain { NUMBERS } else { AS_TRAINED })
            })?;
        }
        self.unseen.rows += usize::from(unseen);
        Ok(self.records.line())
    }

    /// The categories in the rows so far that training has not seen.
    #[must_use]
    pub fn unseen(&self) -> &Unseen {
        &self.unseen
    }
}

/// The place of each column in the row of names `first`.
fn named(first: &[String], columns: &Columns) -> Result<Vec<usize>, (String, String)> {
    if let Some((name, [one, other])) = repeated(first, |name| columns.columns.iter().any(|column| column.name == name))
    {
        return Err((format!("one column called {}", shown(name)), format!("columns {one} and {other}")));
    }
    let place = |name: &str| first.iter().position(|field| field == name);
    let all = columns.columns.iter().map(|column| place(&column.name).ok_or(column.name.as_str()));
    let (found, missing): (Vec<_>, Vec<_>) = all.partition(Result::is_ok);
    if missing.is_empty() {
        return Ok(found.into_iter().flatten().collect());
    }
    let missing: Vec<String> = missing.into_iter().filter_map(Result::err).take(5).map(shown).collect();
    let found: Vec<String> = first.iter().take(5).map(shown).collect();
    Err((format!("a first line that names the columns {}", missing.join(", ")), found.join(", ")))
}

/// The place of each column in rows of `width` fields, if the training table without names had rows of `fields`.
fn numbered(width: usize, fields: usize, columns: &Columns) -> Result<Vec<usize>, (String, String)> {
    let number = |name: &str| name.strip_prefix("column ").and_then(|k| k.parse::<usize>().ok());
    let places = columns.columns.iter().map(|column| number(&column.name).and_then(|k| k.checked_sub(1)));
    let places: Option<Vec<usize>> = places.collect();
    // Without the label, which was the last column, a row has one field less.
    places
        .filter(|places| width == fields || (width + 1 == fields && places.iter().all(|place| *place < width)))
        .ok_or_else(|| (format!("{fields} fields, as in training"), width.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::own::csv::{fit, read};
    use crate::own::table::Values;
    use crate::synthetic::tree;
    use crate::{Choices, Format, load_own};
    use preprocessing::Preprocessing;
    use std::io::Cursor;

    fn rows(text: &str, columns: &Columns) -> Result<Vec<(usize, Vec<f32>)>, String> {
        let reader = Cursor::new(text.as_bytes().to_vec());
        let mut table = Table::of(Path::new("new.csv"), reader, columns).map_err(|e| e.to_string())?;
        let mut rows = Vec::new();
        loop {
            let mut inputs = Vec::new();
            match table.next(&mut inputs).map_err(|e| e.to_string())? {
                Some(line) => rows.push((line, inputs)),
                None => return Ok(rows),
            }
        }
    }

    fn penguins() -> String {
        let line = |k: usize| {
            let mass = if k == 4 { "NA".to_owned() } else { (3000 + 37 * k).to_string() };
            format!(
                "{},{mass},{},{}\n",
                ["Dream", "Caf\u{e9}"][k % 2],
                ["male", "", "female"][k % 3],
                ["a", "b"][k % 2]
            )
        };
        format!("island,mass,sex,species\n{}", (0..40).map(line).collect::<String>())
    }

    #[test]
    fn a_row_has_the_inputs_that_training_gave_it() {
        let text = penguins();
        let folder = tree(&[("penguins.csv", text.as_bytes())]);
        let found = read(folder.path(), &crate::TableChoices::default()).unwrap();
        let Values::Cells(cells) = &found.tables.train.values else { panic!() };
        let columns = fit(cells, None);
        let trained = cells.inputs(&columns).unwrap();
        let streamed = rows(&text, &columns).unwrap();
        assert_eq!(streamed.iter().flat_map(|(_, inputs)| inputs.clone()).collect::<Vec<_>>(), trained);
        assert_eq!((streamed[0].0, streamed[39].0), (2, 41));
    }

    #[test]
    fn columns_are_found_by_name_and_the_label_is_not_needed() {
        let folder = tree(&[("penguins.csv", penguins().as_bytes())]);
        let data = load_own(folder.path(), Format::Csv, &Choices::default(), 1).unwrap();
        let Some(Preprocessing::Columns(columns)) = data.preprocessing else { panic!() };
        let expected = rows("island,mass,sex\nDream,4000,male\n", &columns).unwrap();
        for text in ["sex;note;island;mass\nmale;?;Dream;4000\n", "mass,island,sex,species\n4000,Dream,male,zzz\n"] {
            assert_eq!(rows(text, &columns).unwrap(), expected, "{text}");
        }
        let units = rows("island,mass,sex\n,kg,m/f\nDream,4000,male\n", &columns).unwrap();
        assert_eq!((units.len(), units[0].0, &units[0].1), (1, 3, &expected[0].1));
        assert_eq!(
            rows("island,mass,sex\nCafe\u{301},1,male\n", &columns),
            rows("island,mass,sex\nCaf\u{e9},1,male\n", &columns)
        );
        for (text, expected) in [
            (
                "island,sex\nDream,male\n",
                "new.csv, line 1: expected a first line that names the columns \"mass\", found \"island\", \"sex\";",
            ),
            (
                "island,mass,sex\nDream,heavy,male\n",
                "new.csv, line 2: expected a finite number in column \"mass\", found \"heavy\";",
            ),
            ("island,mass,sex\nDream,1\n", "new.csv, line 2: expected 3 fields as in the first line, found 2;"),
            (
                "mass,island,mass,sex\n1,Dream,2,male\n",
                "new.csv, line 1: expected one column called \"mass\", found columns 1 and 3;",
            ),
            ("island,mass,sex\n,kg,\n", "new.csv, line 2: expected a finite number in column \"mass\", found \"kg\";"),
            ("", "new.csv, line 1: expected a table, found an empty file;"),
        ] {
            let error = rows(text, &columns).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn a_table_without_names_has_the_columns_of_training_in_their_order() {
        let lines: Vec<String> =
            (0..30).map(|k| format!("{}.5,{},{}", k * k % 7, k * k % 11, ["x", "y"][k % 2])).collect();
        let text = lines.join("\n");
        let folder = tree(&[("t.csv", text.as_bytes())]);
        let data = load_own(folder.path(), Format::Csv, &Choices::default(), 1).unwrap();
        let Some(Preprocessing::Columns(columns)) = data.preprocessing else { panic!() };
        assert_eq!(columns.unnamed, Some(3));
        assert_eq!(rows("1.5,2\n", &columns), rows("1.5,2,?\n", &columns));
        assert!(rows("1.5\n", &columns).unwrap_err().contains("expected 3 fields, as in training, found 1;"));
    }
}
