//! Reads the corpus in a file or folder.

use super::columns::Columns;
use super::source::{Source, is_unlabelled};
use super::{Corpus, Part, bags, films, folders, json, soup, table};
use crate::Error;
use crate::choices::{Header, TableChoices};
use crate::lines::{Limits, Lines};
use crate::names::{self, ends_with, entries, name, passed_over, unpacked_first};
use crate::own::parts::holds;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The extensions of tables, before `.gz` if the file is packed.
const TABLES: [&str; 2] = ["tsv", "csv"];
/// The extensions of JSON files, before `.gz` if the file is packed.
const JSON: [&str; 4] = ["jsonl", "json", "ndjson", "jl"];

const DOMAIN: [(Part, &str); 3] =
    [(Part::Train, "positive.review"), (Part::Train, "negative.review"), (Part::Unlabelled, "unlabeled.review")];

const ACCEPTED: &str = "give a file, a folder of .csv, .tsv, .jsonl or .json files, plain or .gz (unpack others, such as \
                        .xz), a folder of .txt files for each class, an aclImdb folder with train/pos and train/neg, or \
                        a processed_acl or sorted_data_acl folder with positive.review and negative.review";
const NOTHING: &str = "give texts with labels, or leave the file out";

/// Whether the file at `path` has the extension of a table.
pub(super) fn is_table(path: &Path) -> bool {
    holds(path, &TABLES)
}

/// Whether the file at `path` has the extension of a JSON file.
pub(super) fn is_json(path: &Path) -> bool {
    holds(path, &JSON)
}

/// Reads the texts of the file or folder at `path`, whichever [format](super) it has; `choices` may name the columns.
///
/// The format of a file is recognised by its first line and its extension. A single file is the training part, or the
/// unlabelled part if a word of its name begins with `unlabel` or `unsup`. In a folder, the name of each file
/// determines the part of the file, or, if tables and JSON files are only in folders named after parts, the name of the
/// folder does. A name with a word that begins with `unlabel` or `unsup` stands for the unlabelled part; otherwise its
/// first word out of train, validation (val, valid, dev) and test (t10k) is the part; a name without such a word stands
/// for the training part. The files of a part are read in the order of their names. If a file is present both packed
/// and unpacked, the unpacked file is read. A folder of several domains is read as one corpus. If a folder has no texts
/// of its own and contains a single folder, the inner folder is read.
///
/// # Errors
/// [`Error::File`] when a file or folder cannot be read. [`Error::Layout`] when a folder has no file of a known format,
/// a file has no texts, or an `aclImdb` tree has a file with a wrong name or too many reviews. [`Error::Line`] when a
/// file is damaged, too long or empty, does not follow its format, has too many reviews, or it is unclear what its
/// columns are for. [`Error::Malformed`] when the encoding of a file is not supported, or a text in a file of its own
/// is too long, damaged, contains a zero byte, or is not UTF-8.
pub fn read(path: &Path, choices: &TableChoices) -> Result<Corpus, Error> {
    let mut corpus = Corpus::default();
    let mut reading = Reading { choices, first: None };
    if !path.is_dir() {
        let part = if is_unlabelled(&name(path)) { Part::Unlabelled } else { Part::Train };
        reading.file(&Source::file(path, Limits::WHOLE), part, &mut corpus)?;
        corpus.checksums.insert(name(path), sha256(path)?);
        return Ok(corpus);
    }
    if films::are_in(path) {
        films::read(path, &mut corpus)?;
        return Ok(corpus);
    }
    let all = entries(path)?;
    let listed = listed(path, &all);
    if listed.is_empty() {
        let classes = folders::classes(path)?;
        let is_classified = classes.iter().filter(|(part, _)| *part == Part::Train).count() > 1;
        let folders: Vec<&PathBuf> = all.iter().filter(|entry| entry.is_dir()).collect();
        if let [only] = folders[..]
            && !is_classified
            && classes.is_empty()
        {
            let inner = read(only, choices)?;
            let others: Vec<PathBuf> = all.iter().filter(|entry| *entry != only).cloned().collect();
            return Ok(Corpus { notes: inner.notes.into_iter().chain(passed_over(&others)).collect(), ..inner });
        }
        if !is_classified {
            let found = if all.is_empty() { "nothing".to_owned() } else { format!("only {}", beginning(&all)) };
            return Err(Error::Layout { path: path.to_owned(), expected: "texts".to_owned(), found, remedy: ACCEPTED });
        }
        let is_read = |entry: &PathBuf| classes.iter().any(|(_, class)| class.starts_with(entry));
        let others: Vec<PathBuf> = all.into_iter().filter(|entry| !is_read(entry)).collect();
        folders::read(path, &classes, others, &mut corpus)?;
        return Ok(corpus);
    }
    // Files that only describe a data set are passed over if other files hold texts.
    let is_description = |file: &Path| is_json(file) && json::is_description(&Source::file(file, Limits::WHOLE));
    let (described, texts): (Vec<_>, Vec<_>) = listed.iter().cloned().partition(|(_, file)| is_description(file));
    let listed = if texts.is_empty() { described } else { texts };
    for (part, file) in &listed {
        reading.file(&Source::file(file, Limits::WHOLE), *part, &mut corpus)?;
        let below = file.strip_prefix(path).unwrap_or(file).display().to_string();
        corpus.checksums.insert(below, sha256(file)?);
    }
    let is_read = |entry: &PathBuf| {
        let unpacked = entry.with_extension("");
        listed.iter().any(|(_, file)| file.starts_with(entry) || (ends_with(entry, &["gz"]) && *file == unpacked))
    };
    let others: Vec<PathBuf> = all.into_iter().filter(|entry| !is_read(entry)).collect();
    corpus.notes.extend(passed_over(&others));
    Ok(corpus)
}

fn sha256(path: &Path) -> Result<String, Error> {
    let found = File::open(path).and_then(|mut stored| files::sha256_of(&mut stored));
    Ok(found.map_err(files::Error::new("read", path))?.0)
}

/// The files to be read from the folder `path`, which has the `entries`, and their parts, in the order of reading:
/// training files first.
fn listed(path: &Path, entries: &[PathBuf]) -> Vec<(Part, PathBuf)> {
    let folders = std::iter::once(path).chain(entries.iter().map(PathBuf::as_path));
    let domains: Vec<(Part, PathBuf)> = folders.filter(|folder| is_domain(folder)).flat_map(domain).collect();
    if !domains.is_empty() {
        return domains;
    }
    let is_read = |file: &PathBuf| (is_table(file) || is_json(file)) && !file.is_dir();
    let tables: Vec<PathBuf> = entries.iter().filter(|entry| is_read(entry)).cloned().collect();
    let mut listed: Vec<_> = unpacked_first(&tables).into_iter().map(|path| (part_of(&path), path)).collect();
    if listed.is_empty() {
        // The folders may be named after parts.
        for (folder, part) in entries.iter().filter_map(|entry| Some((entry, names::Part::of(&name(entry))?))) {
            let tables = names::entries(folder).unwrap_or_default().into_iter().filter(is_read);
            let tables = unpacked_first(&tables.collect::<Vec<_>>());
            listed.extend(tables.into_iter().map(|file| (part.into(), file)));
        }
    }
    listed.sort_by_key(|(part, _)| *part as usize);
    listed
}

fn beginning(entries: &[PathBuf]) -> String {
    let names: Vec<String> = entries.iter().take(3).map(|entry| name(entry)).collect();
    let more = if entries.len() > 3 { format!(" and {} more", entries.len() - 3) } else { String::new() };
    names.join(", ") + &more
}

fn is_domain(folder: &Path) -> bool {
    DOMAIN[..2].iter().any(|(_, name)| folder.join(name).is_file())
}

/// The files of a domain: both polarities, and unlabelled reviews if present.
fn domain(folder: &Path) -> Vec<(Part, PathBuf)> {
    let path = |(part, name)| (part, folder.join(name));
    DOMAIN.into_iter().map(path).filter(|(part, path)| *part == Part::Train || path.is_file()).collect()
}

/// The part that the name of the file at `path` indicates.
fn part_of(path: &Path) -> Part {
    let name = name(path);
    if is_unlabelled(&name) { Part::Unlabelled } else { names::Part::of(&name).map_or(Part::Train, Part::from) }
}

/// The state that is kept while the files of a corpus are read.
struct Reading<'a> {
    choices: &'a TableChoices,
    /// Whether the first table or JSON file that was read has a header, and the columns of that file.
    first: Option<(Header, Columns)>,
}

impl Reading<'_> {
    /// Adds the texts in `source` to `part`.
    fn file(&mut self, source: &Source<'_>, part: Part, corpus: &mut Corpus) -> Result<(), Error> {
        let count = |corpus: &mut Corpus| corpus.part(part).len() + corpus.left_out + corpus.without_text;
        let before = count(corpus);
        let mut lines = Lines::of(source.path, source.reader()?)?;
        if !lines.advance_past_blank()? {
            return Err(lines.ended("a text"));
        }
        lines.keep();
        match format(source.path, &lines) {
            Format::Json => json::read(source, part, corpus, self.choices, &mut self.first)?,
            Format::Soup => soup::read(&mut lines, part, corpus)?,
            Format::Bags => bags::read(&mut lines, part, corpus)?,
            Format::Table => table::read(source, part, corpus, self.choices, &mut self.first)?,
        }
        if count(corpus) == before {
            let (path, expected) = (source.path.to_owned(), "a text".to_owned());
            return Err(Error::Layout { path, expected, found: "no text".to_owned(), remedy: NOTHING });
        }
        Ok(())
    }
}

/// The format of a file.
enum Format {
    Json,
    Soup,
    Bags,
    Table,
}

/// The format of the file at `path`; the current line of `first` is the first line of the file.
fn format(path: &Path, first: &Lines) -> Format {
    let line = first.bytes().trim_ascii();
    if line.starts_with(b"{")
        || is_json(path)
        || (line.starts_with(b"[") && (line[1..].trim_ascii_start().starts_with(b"{") || line == b"["))
    {
        Format::Json
    } else if line == soup::BEGIN {
        Format::Soup
    } else if holds(path, &["review"]) || is_bag(&first.latin1()) {
        Format::Bags
    } else {
        Format::Table
    }
}

/// Whether `line` is a review of counted terms. A line with a zero byte is taken as part of an archive instead.
fn is_bag(line: &str) -> bool {
    line.contains(bags::LABEL) && !line.contains('\0')
}

/// The reviews in `bytes`, the content of a file; `path` names the file in error messages.
///
/// # Errors
/// As for [`read`].
pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Corpus, Error> {
    let mut corpus = Corpus::default();
    let mut reading = Reading { choices: &TableChoices::default(), first: None };
    reading.file(&Source { path, bytes: Some(bytes.into()), limits: Limits::WHOLE }, Part::Train, &mut corpus)?;
    Ok(corpus)
}

/// The corpus in a file called `name` with the content `bytes`, or the text of the error.
#[cfg(test)]
pub(super) fn parsed(name: &str, part: Part, bytes: &[u8]) -> Result<Corpus, String> {
    let (path, mut corpus) = (Path::new(name), Corpus::default());
    let mut reading = Reading { choices: &TableChoices::default(), first: None };
    let outcome = reading.file(&Source { path, bytes: Some(bytes.into()), limits: Limits::WHOLE }, part, &mut corpus);
    outcome.map(|()| corpus).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests;
