//! Reads texts without labels one by one, as inputs of a trained network.

use super::columns::Columns;
use super::objects::Objects;
use super::read::{is_json, is_table};
use super::source::Source;
use super::table::Rows;
use super::{Part, folders, json};
use crate::lines::{Limits, Lines};
use crate::names::visible;
use crate::{Error, TableChoices};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// The largest number of nested folders.
const MAX_DEPTH: usize = 64;
const TOO_DEEP: &str = "give a folder of text files";

/// An iterator over the texts of a file or folder, each with its place: a file name, or `line` and its number. Only the
/// current text is in memory.
pub struct Texts(Form);

enum Form {
    /// One text per line.
    Lines(Lines, usize),
    Table(Box<Rows>),
    Json(Objects, Columns),
    /// One text per file.
    Folder(Walk),
}

/// The files of a folder in the order of their names.
struct Walk {
    top: PathBuf,
    /// The entries that are still to be visited, in descending order: a list for each folder from `top` to the current
    /// one.
    rest: Vec<Vec<PathBuf>>,
}

impl Texts {
    /// The texts at `path`. In a folder, every file at any depth is a text, whatever its ending. In a table (`.csv`,
    /// `.tsv`) or a JSON file (`.json`, `.jsonl`, `.ndjson`, `.jl`), the texts are in the column that training would
    /// use or that `choices` name. Any other file has one text per line. Files may be packed with gzip.
    ///
    /// # Errors
    /// [`Error::File`] when the file or folder cannot be read; [`Error::Line`] when it is unclear which column holds
    /// the texts, or rows differ in length.
    pub fn open(path: &Path, choices: &TableChoices) -> Result<Self, Error> {
        if path.is_dir() {
            let walk = Walk { top: path.to_owned(), rest: vec![entries(path)?] };
            return Ok(Self(Form::Folder(walk)));
        }
        let source = Source { path, bytes: None };
        if is_table(path) {
            let (rows, _) = Rows::open(&source, Part::Unlabelled, choices, None)?;
            return Ok(Self(Form::Table(Box::new(rows.within(Limits::STREAM)))));
        }
        if is_json(path) {
            let (objects, columns) = json::open(&source, Part::Unlabelled, choices, None)?;
            return Ok(Self(Form::Json(objects.within(Limits::STREAM), columns)));
        }
        let file = File::open(path).map_err(files::Error::new("read", path))?;
        Self::of(path, Box::new(BufReader::new(file)))
    }

    /// The lines of `reader` as texts; `path` names it in errors, such as `standard input`.
    ///
    /// # Errors
    /// [`Error::File`] when `reader` fails.
    pub fn of(path: &Path, reader: Box<dyn BufRead + Send>) -> Result<Self, Error> {
        Ok(Self(Form::Lines(Lines::of(path, reader)?.within(Limits::STREAM), 0)))
    }

    /// The place and content of the next text; `None` after the last. Blank lines are passed over, but a row or file
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
            Form::Table(rows) => Ok(if rows.advance()? { Some((line(rows.line()), rows.text())) } else { None }),
            Form::Json(objects, columns) => {
                let Some(object) = objects.next()? else { return Ok(None) };
                let text = json::text(objects, columns, &object)?.unwrap_or_default();
                Ok(Some((line(objects.line()), text)))
            }
            Form::Folder(walk) => {
                let Some(file) = walk.advance()? else { return Ok(None) };
                let place = file.strip_prefix(&walk.top).unwrap_or(&file).display().to_string();
                Ok(Some((place, folders::text(&file)?)))
            }
        }
    }
}

impl Iterator for Texts {
    type Item = Result<(String, String), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}

impl Walk {
    /// The next file; `None` after the last.
    fn advance(&mut self) -> Result<Option<PathBuf>, Error> {
        while let Some(folder) = self.rest.last_mut() {
            match folder.pop() {
                None => drop(self.rest.pop()),
                Some(entry) if entry.is_dir() => {
                    if self.rest.len() >= MAX_DEPTH {
                        let (expected, found) = (format!("at most {MAX_DEPTH} nested folders"), "more".to_owned());
                        return Err(Error::Layout { path: entry, expected, found, remedy: TOO_DEEP });
                    }
                    self.rest.push(entries(&entry)?);
                }
                Some(entry) => return Ok(Some(entry)),
            }
        }
        Ok(None)
    }
}

/// The entries of the folder `path`, in descending order and without hidden ones.
fn entries(path: &Path) -> Result<Vec<PathBuf>, Error> {
    Ok(visible(path)?.into_iter().rev().map(|name| path.join(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::{gzip, tree};
    use std::io::Cursor;

    fn of_file(name: &str, bytes: &[u8]) -> Result<Vec<(String, String)>, String> {
        let folder = tree(&[(name, bytes)]);
        let texts = Texts::open(&folder.path().join(name), &TableChoices::default()).map_err(|e| e.to_string())?;
        texts.collect::<Result<_, _>>().map_err(|e| e.to_string())
    }

    fn placed(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(place, text)| ((*place).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn every_form_yields_its_texts_with_their_places() {
        let expected = placed(&[("line 2", "good, really"), ("line 3", "bad \"film\"")]);
        for (name, bytes) in [
            ("a.csv", "text,label\n\"good, really\",pos\n\"bad \"\"film\"\"\",neg\n"),
            ("a.CSV", "id;review\n1;good, really\n2;\"bad \"\"film\"\"\"\n"),
            ("a.tsv", "text\ngood, really\nbad \"film\"\n"),
            ("a.jsonl", "\n{\"text\": \"good, really\"}\n{\"text\": \"bad \\\"film\\\"\", \"stars\": 3}\n"),
            ("a.json", "[\n{\"text\": \"good, really\"},\n{\"text\": \"bad \\\"film\\\"\", \"stars\": 3}\n]"),
            ("a.txt", "\ngood, really\r\nbad \"film\"\n\n"),
            ("a.txt.gz", "\ngood, really\nbad \"film\""),
        ] {
            let packed = gzip(bytes.as_bytes());
            let bytes = if name.ends_with("gz") { &packed } else { bytes.as_bytes() };
            assert_eq!(of_file(name, bytes).unwrap(), expected, "{name}");
        }
    }

    #[test]
    fn lines_of_a_reader_are_texts() {
        let reader = Box::new(Cursor::new(b"one\n\ntwo".to_vec()));
        let texts: Vec<_> = Texts::of(Path::new("standard input"), reader).unwrap().map(Result::unwrap).collect();
        assert_eq!(texts, placed(&[("line 1", "one"), ("line 3", "two")]));
        let latin = Box::new(Cursor::new(b"one\ncaf\xe9".to_vec()));
        let error = Texts::of(Path::new("standard input"), latin).unwrap().last().unwrap().unwrap_err().to_string();
        assert!(
            error.starts_with("standard input, line 2: expected UTF-8 text, found the byte e9 after \"caf\""),
            "{error}"
        );
    }

    #[test]
    fn every_file_below_a_folder_is_a_text() {
        let files = ["b/2", "b/1.txt", "a.csv", "c/d/e.md", ".hidden"];
        let folder = tree(&files.map(|name| (name, name.as_bytes())));
        let texts = Texts::open(folder.path(), &TableChoices::default()).unwrap();
        let all: Vec<_> = texts.map(Result::unwrap).collect();
        assert_eq!(all, placed(&["a.csv", "b/1.txt", "b/2", "c/d/e.md"].map(|name| (name, name))));
    }

    #[test]
    fn an_empty_row_is_an_empty_text_so_that_rows_stay_in_step() {
        assert_eq!(of_file("a.csv", b"text,n\none,1\n,2\n").unwrap()[1], ("line 3".to_owned(), String::new()));
        assert_eq!(of_file("a.jsonl", b"{\"text\":\"x\"}\n{\"text\":null}").unwrap()[1].1, "");
    }
}
