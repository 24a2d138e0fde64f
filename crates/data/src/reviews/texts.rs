//! Reads texts without labels one by one, as inputs of a trained network.

use super::columns::Columns;
use super::objects::Objects;
use super::read::{is_json, is_table};
use super::source::Source;
use super::table::Rows;
use super::{Part, folders, json};
use crate::choices::Header;
use crate::lines::{self, Limits, Lines, listed, shown};
use crate::names::{self, entries};
use crate::own::csv::beginning::Quotes;
use crate::own::csv::records::Records;
use crate::{Error, TableChoices};
use preprocessing::TextUnit;
use std::io::{BufRead, Cursor, Read as _};
use std::path::{Path, PathBuf};

/// The largest number of nested folders.
const MAX_DEPTH: usize = 64;
const TOO_DEEP: &str = "give a folder of text files";

const FIELDS: &str = "give rows with the fields of training, in the same order";
const RENAME: &str = "give the column of texts the name that it had in training";

/// An iterator over the texts of a file or folder, each with its place: the path of a file, or `line` and the line
/// number. Only the current text is in memory, except that a table or JSON from a stream, and a JSON file that is a
/// single object, are held in memory as a whole.
pub struct Texts(Form);

enum Form {
    /// One text per line.
    Lines(Lines, usize),
    /// The whole file is one text. The reader is `None` once that text has been read.
    Whole(PathBuf, Option<Box<dyn BufRead + Send>>),
    Table(Box<Rows>),
    Json(Objects, Columns),
    /// One text per file.
    Folder(Walk),
}

/// The files of a folder in the order of their names.
struct Walk {
    /// The entries that are still to be visited, in descending order: one list for each folder on the way from the
    /// given folder to the current one.
    rest: Vec<Vec<PathBuf>>,
}

impl Texts {
    /// The texts at `path`. In a folder, every file at any depth is a text, whatever its extension. In a table or a
    /// JSON file, the texts are in the columns of `unit`; if `unit` names no columns, they are in the column that
    /// training would use or that `choices` name. Any other file is one text if each training text was a file;
    /// otherwise each line of the file is a text. Tables and JSON files are recognised by their extensions (`.csv`,
    /// `.tsv`, `.json`, `.jsonl`, `.ndjson`, `.jl`) or by their beginning: the start of an object or of a list of
    /// objects, the name of a column of training, or, if the columns had no names, lines with as many fields as in
    /// training. Files may be packed with gzip.
    ///
    /// # Errors
    /// [`Error::File`] when the file or folder cannot be read; [`Error::Line`] when it is unclear which column holds
    /// the texts, a column of training is missing, or rows differ in length; [`Error::Malformed`] when the encoding is
    /// not supported.
    pub fn open(path: &Path, choices: &TableChoices, unit: &TextUnit) -> Result<Self, Error> {
        if path.is_dir() {
            return Ok(Self(Form::Folder(Walk { rest: vec![descending(path)?] })));
        }
        let source = Source::file(path, Limits::STREAM);
        let kind = match (is_table(path), is_json(path)) {
            (true, _) => Beginning::Table,
            (_, true) => Beginning::Object,
            _ => beginning(&mut lines::text(path, source.reader()?)?, unit).0,
        };
        match kind {
            Beginning::Table => Self::table(&source, choices, unit),
            Beginning::Object => Self::json(&source, choices, unit),
            Beginning::Text => Self::plain(path, lines::text(path, source.reader()?)?, unit),
        }
    }

    /// The texts in `reader`, whose format is recognised like the format of a file without an extension. In errors,
    /// `path` names the source of the texts, such as `standard input`.
    ///
    /// # Errors
    /// As for [`open`](Self::open); [`Error::Layout`] when a table or JSON has more than 4 GiB.
    pub fn of(
        path: &Path,
        reader: Box<dyn BufRead + Send>,
        choices: &TableChoices,
        unit: &TextUnit,
    ) -> Result<Self, Error> {
        let mut reader = lines::text(path, reader)?;
        let (kind, head) = beginning(&mut reader, unit);
        let reader = Cursor::new(head).chain(reader);
        if kind == Beginning::Text {
            return Self::plain(path, Box::new(reader), unit);
        }
        // The columns are chosen from all rows, so the rows are held in memory and read twice.
        let mut bytes = Vec::new();
        reader.take(Limits::WHOLE.bytes + 1).read_to_end(&mut bytes).map_err(files::Error::new("read", path))?;
        if let Some(expected) = Limits::WHOLE.exceeded(bytes.len() as u64, 0) {
            let (path, found) = (path.to_owned(), "more".to_owned());
            return Err(Error::Layout { path, expected, found, remedy: "give a file instead" });
        }
        let source = Source { path, bytes: Some(bytes.into()), limits: Limits::STREAM };
        if kind == Beginning::Table { Self::table(&source, choices, unit) } else { Self::json(&source, choices, unit) }
    }

    fn plain(path: &Path, reader: Box<dyn BufRead + Send>, unit: &TextUnit) -> Result<Self, Error> {
        Ok(Self(match unit {
            TextUnit::Files => Form::Whole(path.to_owned(), Some(reader)),
            _ => Form::Lines(Lines::of(path, reader)?.within(Limits::STREAM), 0),
        }))
    }

    fn table(source: &Source<'_>, choices: &TableChoices, unit: &TextUnit) -> Result<Self, Error> {
        let header = if matches!(unit, TextUnit::Fields { .. }) { Header::No } else { Header::Yes };
        let trained = Columns::of_unit(unit).map(|columns| (header, columns));
        let (rows, header) = Rows::open(source, Part::Unlabelled, choices, trained.as_ref())?;
        let columns = rows.columns();
        // A single column without a name can only be the texts.
        let is_only = header == Header::No && columns.names.len() == 1;
        if !is_only && !columns.are_of(unit) {
            return Err(match unit {
                TextUnit::Fields { of, .. } => {
                    let found = columns.names.len().to_string();
                    rows.wrong(format!("{of} fields, as in training, or texts alone"), found, FIELDS)
                }
                _ => rows.wrong(trained_on(unit), listed(&columns.names), RENAME),
            });
        }
        Ok(Self(Form::Table(Box::new(rows))))
    }

    fn json(source: &Source<'_>, choices: &TableChoices, unit: &TextUnit) -> Result<Self, Error> {
        let trained = Columns::of_unit(unit);
        let (objects, columns) = json::open(source, Part::Unlabelled, choices, trained.as_ref())?;
        if !columns.are_of(unit) {
            return Err(objects.wrong(trained_on(unit), listed(&columns.names), RENAME));
        }
        Ok(Self(Form::Json(objects, columns)))
    }

    /// A description for the user of where each text is.
    #[must_use]
    pub fn described(&self) -> String {
        match &self.0 {
            Form::Lines(..) => "a text on each line".to_owned(),
            Form::Whole(..) => "one text, as each file was in training".to_owned(),
            Form::Table(rows) => rows.columns().described(""),
            Form::Json(_, columns) => columns.described(""),
            Form::Folder(_) => "a text in each file".to_owned(),
        }
    }

    /// Whether each text is a file of a folder, so that its place names the file.
    #[must_use]
    pub fn are_files(&self) -> bool {
        matches!(self.0, Form::Folder(_))
    }

    /// The place and content of the next text; `None` after the last text. Blank lines are skipped, but a row or file
    /// without text yields an empty text.
    fn advance(&mut self) -> Result<Option<(String, String)>, Error> {
        let line = |number: usize| format!("line {number}");
        match &mut self.0 {
            Form::Lines(lines, number) => {
                while lines.advance()? {
                    *number += 1;
                    let text = lines.utf8()?.trim();
                    if !text.is_empty() {
                        return Ok(Some((line(*number), text.to_owned())));
                    }
                }
                Ok(None)
            }
            Form::Whole(path, reader) => {
                let Some(reader) = reader.take() else { return Ok(None) };
                Ok(Some((path.display().to_string(), folders::text_of(path, reader)?)))
            }
            Form::Table(rows) => Ok(if rows.advance()? { Some((line(rows.line()), rows.text())) } else { None }),
            Form::Json(objects, columns) => {
                let Some(object) = objects.next()? else { return Ok(None) };
                let text = json::text(objects, columns, &object)?.unwrap_or_default();
                Ok(Some((line(objects.line()), text)))
            }
            Form::Folder(walk) => {
                let Some(file) = walk.advance()? else { return Ok(None) };
                Ok(Some((file.display().to_string(), folders::text(&file)?)))
            }
        }
    }
}

/// The format of a file, as its beginning shows it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    Table,
    Object,
    Text,
}

/// The format of what `reader` holds, if each training text was a `unit`: JSON if the first line begins with an object
/// or a list of objects, unless each training text was a file; a table if the first line has one of the unit's names,
/// or each line has as many fields as in training; otherwise text. Also returns the bytes that were read; an error of
/// reading recurs when the rest is read.
fn beginning(reader: &mut impl BufRead, unit: &TextUnit) -> (Beginning, Vec<u8>) {
    let mut head = Vec::new();
    let _ = lines::first_line(reader, &mut head);
    (of_head(&head, unit), head)
}

fn of_head(head: &[u8], unit: &TextUnit) -> Beginning {
    let line = head.trim_ascii_start().split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    if line.starts_with(b"{") || (line.starts_with(b"[") && matches!(line[1..].trim_ascii_start(), [] | [b'{', ..])) {
        return if *unit == TextUnit::Files { Beginning::Text } else { Beginning::Object };
    }
    if let TextUnit::Fields { of, delimiter, .. } = unit {
        return if have_fields(head, *of, *delimiter) { Beginning::Table } else { Beginning::Text };
    }
    let line = String::from_utf8_lossy(line);
    let mut fields = line.split(['\t', ';', ',', '|']).map(|field| names::composed(field.trim().trim_matches('"')));
    let is_name = |field: String| unit.names().iter().any(|name| name.to_lowercase() == field.to_lowercase());
    if fields.any(is_name) { Beginning::Table } else { Beginning::Text }
}

/// Whether each whole line in `head`, the beginning of a file, has `count` fields separated by `delimiter`.
fn have_fields(head: &[u8], count: usize, delimiter: char) -> bool {
    let Ok(delimiter) = u8::try_from(delimiter) else { return false };
    let quotes = if delimiter == b'\t' { Quotes::Letters } else { Quotes::Marks };
    let whole = head.iter().rposition(|byte| *byte == b'\n').map_or(head, |end| &head[..=end]);
    let records = Records::with(Path::new(""), Cursor::new(whole.to_vec()), &[delimiter], quotes);
    let Ok(mut records) = records else { return false };
    let mut lines = 0;
    while matches!(records.advance(), Ok(true)) {
        if records.len() != count {
            return false;
        }
        lines += 1;
    }
    lines > 0
}

/// The `expected` part of an error for a table or JSON file without the columns of texts that training had.
fn trained_on(unit: &TextUnit) -> String {
    let names: Vec<String> = unit.names().iter().map(shown).collect();
    let (what, and) = match unit {
        TextUnit::Joined(names) if names.len() > 1 => ("columns", " and "),
        _ => ("a column", " or "),
    };
    format!("{what} called {}, as in training", names.join(and))
}

impl Iterator for Texts {
    type Item = Result<(String, String), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}

impl Walk {
    /// The next file; `None` after the last file.
    fn advance(&mut self) -> Result<Option<PathBuf>, Error> {
        while let Some(folder) = self.rest.last_mut() {
            match folder.pop() {
                None => drop(self.rest.pop()),
                Some(entry) if entry.is_dir() => {
                    if self.rest.len() >= MAX_DEPTH {
                        let (expected, found) = (format!("at most {MAX_DEPTH} nested folders"), "more".to_owned());
                        return Err(Error::Layout { path: entry, expected, found, remedy: TOO_DEEP });
                    }
                    self.rest.push(descending(&entry)?);
                }
                Some(entry) => return Ok(Some(entry)),
            }
        }
        Ok(None)
    }
}

/// The entries of the folder `path`, in descending order.
fn descending(path: &Path) -> Result<Vec<PathBuf>, Error> {
    Ok(entries(path)?.into_iter().rev().collect())
}

#[cfg(test)]
mod tests;
