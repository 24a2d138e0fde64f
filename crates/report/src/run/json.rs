//! Reading and writing JSON files: a file is written completely or not at all, and the error for malformed JSON gives
//! the line and the column.
//!
//! JSON has no NaN and no infinity: both are written as `null`. The functions [`number`] and [`numbers`] read `null` as
//! NaN.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use std::path::{Path, PathBuf};

/// Why a file of a run cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened, read or written.
    #[error(transparent)]
    File(#[from] files::Error),
    /// The file does not have the syntax or the contents that this program expects.
    #[error("{}, line {line}, column {column}: {reason}; restore the file from a copy, or train again", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The column in that line, counted from 1.
        column: usize,
        /// What is wrong at that position.
        reason: String,
    },
}

/// Writes `value` as indented JSON on several lines.
pub(crate) fn write_indented(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default() + "\n"; // serialising these types cannot fail
    Ok(files::write(path, text.as_bytes())?)
}

/// Writes `value` as JSON on one line.
pub(crate) fn write_line(path: &Path, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
    Ok(files::write(path, line(value).as_bytes())?)
}

/// Writes each of `values` as JSON on a line of its own.
pub(crate) fn write_lines(path: &Path, values: &[impl Serialize]) -> Result<(), Error> {
    let lines: String = values.iter().map(line).collect();
    Ok(files::write(path, lines.as_bytes())?)
}

fn line(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).unwrap_or_default() + "\n" // serialising these types cannot fail
}

/// Reads a file that contains one JSON value.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    serde_json::from_str(&files::read_text(path)?).map_err(|e| malformed(path, e.line(), &e))
}

/// Reads a file that contains one JSON value per line.
pub(crate) fn read_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Error> {
    let text = files::read_text(path)?;
    let lines = text.lines().enumerate();
    lines.map(|(k, line)| serde_json::from_str(line).map_err(|e| malformed(path, k + 1, &e))).collect()
}

fn malformed(path: &Path, line: usize, error: &serde_json::Error) -> Error {
    // serde_json appends the position to its message. Each line of a JSONL file is parsed alone, so the appended
    // position would always be in line 1; this suffix is cut off.
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or(&text);
    Error::Malformed { path: path.to_owned(), line, column: error.column(), reason: reason.to_owned() }
}

/// Deserialises a number, or `null` as NaN.
pub(crate) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or(f64::NAN))
}

/// Deserialises a list of numbers, reading each `null` as NaN.
pub(crate) fn numbers<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
    let read = Vec::<Option<f64>>::deserialize(from)?;
    Ok(read.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect())
}
