//! What each column of a table is for: the label, the group, an input, or nothing.

use super::header::header;
use super::survey::{Fields, Survey};
use crate::choices::{Header, TableChoices, Task};
use crate::lines::shown;
use crate::{Error, names};
use std::path::{Path, PathBuf};

/// Names of the column of labels, the best first.
const LABEL: [&str; 4] = ["label", "class", "target", "y"];

/// The most classes: a label is a byte.
const MAX_CLASSES: usize = 256;
/// Up to so many different numbers are classes if each of them is frequent.
const FEW: usize = 10;
/// More different numbers than this are no classes unless the user says so.
const MANY: usize = 100;

const NAME_LABEL: &str = "name the column of labels with --label COLUMN";
const SAY_TASK: &str = "say which with --set data.table.task=classification or =regression";
const READ_TEXTS: &str = "pass --format reviews, which learns from the words of texts";
const NUMBERS: &str = "write every number alike, as in 12.5, or leave the column out with --drop";
const DATES: &str = "give year, month or the time that has passed as numbers, or leave the column out with --drop";

/// What each column of a table is for.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) header: Header,
    /// The names of all columns; `column 3` where the table has none.
    pub(crate) names: Vec<String>,
    /// The column of labels.
    pub(crate) label: usize,
    pub(crate) task: Task,
    /// The column of groups.
    pub(crate) group: Option<usize>,
    /// The columns that are inputs.
    pub(crate) inputs: Vec<(usize, Content)>,
    /// What was guessed or left out, for the user.
    pub(crate) notes: Vec<String>,
}

/// Whether the first record of a file is a header, and the place in the file of each column of a layout.
pub(crate) type Positions = (Header, Vec<Option<usize>>);

/// What an input column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Numbers,
    Categories,
}

impl Layout {
    /// The layout of the table at `path`, of which `survey` is known.
    ///
    /// # Errors
    /// [`Error::Line`] or [`Error::Layout`] when something is unclear or unusable; the sentence says which option
    /// decides it.
    pub(crate) fn of(path: &Path, survey: &mut Survey, choices: &TableChoices) -> Result<Self, Error> {
        let chosen = choices.header.map_or_else(|| header(path, survey), Ok)?;
        let names = names_of(survey, chosen);
        let columns = &mut survey.columns;
        if chosen == Header::No {
            for (column, field) in columns.iter_mut().zip(&survey.first) {
                column.add(field, survey.first_line);
            }
            survey.rows += 1;
        }
        let table = Table { path, names: &names, columns, line: survey.first_line };
        let header_note = match chosen {
            Header::Yes => "first line taken as column names",
            Header::No => "no header",
        };
        let mut notes = Vec::new();
        let (label, how) = table.label(choices)?;
        let (task, task_note) = table.task(label, choices, how)?;
        let label_name = match chosen {
            Header::Yes => format!("column {}", shown(&names[label])),
            Header::No if label + 1 == names.len() => "the last column".to_owned(),
            Header::No => names[label].clone(),
        };
        let what = match task {
            Task::Classification => "labels",
            Task::Regression => "the number to predict",
        };
        notes.push(format!("{header_note}, {what} in {label_name}"));
        notes.extend(task_note);
        let group = choices.group.as_ref().map(|name| table.find(name)).transpose()?;
        let dropped = choices.drop.iter().map(|name| table.find(name)).collect::<Result<Vec<_>, _>>()?;
        let only = choices.only.iter().map(|name| table.find(name)).collect::<Result<Vec<_>, _>>()?;
        let mut inputs = Vec::new();
        for (i, column) in columns.iter().enumerate() {
            let wanted = only.is_empty() || only.contains(&i);
            if i == label || group == Some(i) || dropped.contains(&i) || !wanted {
                continue;
            }
            match table.content(i, column, only.contains(&i))? {
                Ok(content) => inputs.push((i, content)),
                Err(why) => notes.push(format!("column {} left out: {why}", shown(&names[i]))),
            }
        }
        if inputs.is_empty() {
            let texts = (0..names.len()).filter(|i| *i != label && columns[*i].holds_texts()).collect::<Vec<_>>();
            if let [text, ..] = texts[..] {
                let found = format!("only texts, in {}", shown(&names[text]));
                return Err(table.wrong("columns of numbers or categories".to_owned(), found, READ_TEXTS));
            }
            // The first note is about the label; the others say which columns were left out, and why.
            let found = format!("no column that is one ({})", notes[1..].join("; "));
            return Err(table.wrong(
                "a column of inputs".to_owned(),
                found,
                "give a table with inputs beside the label",
            ));
        }
        Ok(Self { header: chosen, names, label, task, group, inputs, notes })
    }

    /// The positions in a further file of `file`'s first record, which has `first` as fields, of all columns of this
    /// layout, and whether that record is a header.
    ///
    /// # Errors
    /// What is wrong with the columns: what was expected, what was found.
    pub(crate) fn positions(&self, first: &[&str]) -> Result<Positions, (String, String)> {
        let find = |name: &String| first.iter().position(|field| names::composed(field) == *name);
        let all = self.names.len();
        let needed = self.inputs.iter().map(|(i, _)| *i).chain([self.label]);
        if self.header == Header::Yes {
            let found: Vec<Option<usize>> = self.names.iter().map(find).collect();
            let missing: Vec<&str> =
                needed.clone().filter(|i| found[*i].is_none()).map(|i| self.names[i].as_str()).collect();
            if missing.is_empty() {
                return Ok((Header::Yes, found));
            }
            // A file without names has the columns of training in their order.
            let named = missing.len() < needed.clone().count() || first.len() != all;
            let foreign = first.iter().all(|field| super::survey::number(field).is_none());
            if named || foreign {
                return Err((format!("the columns of training, among them {}", listed(&missing)), listed(first)));
            }
        }
        if first.len() != all {
            return Err((format!("{all} columns as in training"), first.len().to_string()));
        }
        let counts = (0..).zip(first).all(|(k, field): (usize, _)| *field == k.to_string())
            || (1..).zip(first).all(|(k, field): (usize, _)| *field == k.to_string());
        let texts = self.inputs.iter().filter(|(_, content)| *content == Content::Numbers);
        let named = texts.clone().count() > 0
            && texts
                .clone()
                .all(|(i, _)| super::survey::number(first[*i]).is_none() && !preprocessing::is_missing(first[*i]));
        let header = if named || (counts && all > 2) { Header::Yes } else { Header::No };
        Ok((header, (0..all).map(Some).collect()))
    }
}

fn listed(names: &[&str]) -> String {
    let some: Vec<String> = names.iter().take(5).map(shown).collect();
    some.join(", ") + if names.len() > 5 { ", ..." } else { "" }
}

/// The names of all columns; equal names are told apart by a number.
pub(crate) fn names_of(survey: &Survey, header: Header) -> Vec<String> {
    let mut names: Vec<String> = (1..=survey.columns.len()).map(|k| format!("column {k}")).collect();
    if header == Header::No {
        return names;
    }
    let unnamed = survey.columns.len() - survey.first.len().min(survey.columns.len());
    for (k, field) in survey.first.iter().enumerate() {
        let name = names::composed(field.strip_prefix("# ").unwrap_or(field));
        if name.is_empty() {
            continue;
        }
        let taken = |name: &String| names[..k + unnamed].contains(name);
        let again =
            (2..=names.len() + 2).map(|n| format!("{name} ({n})")).find(|name| !taken(name)).unwrap_or_default();
        let name = if taken(&name) { again } else { name };
        names[k + unnamed] = name;
    }
    names
}

/// How the column of labels was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// The user named it.
    Chosen,
    /// It is called label or class.
    Called,
    /// It was guessed.
    Guessed,
}

/// The columns of a table for which a use is sought.
pub(crate) struct Table<'a> {
    pub(crate) path: &'a Path,
    /// The names of all columns.
    pub(crate) names: &'a [String],
    pub(crate) columns: &'a [Fields],
    /// The number of the first line.
    pub(crate) line: usize,
}

impl Table<'_> {
    pub(crate) fn wrong(&self, expected: String, found: String, remedy: &'static str) -> Error {
        let path: PathBuf = self.path.to_owned();
        Error::Line { path, line: self.line, expected, found, remedy }
    }

    /// The column that the user calls `name`: by its name, by its name in other letters, or by its number from 1.
    ///
    /// # Errors
    /// [`Error::Line`] when there is no such column.
    pub(crate) fn find(&self, name: &str) -> Result<usize, Error> {
        let wanted = names::composed(name.trim());
        let by = |same: &dyn Fn(&String) -> bool| self.names.iter().position(same);
        let number = wanted.parse::<usize>().ok().filter(|k| (1..=self.names.len()).contains(k));
        by(&|known| *known == wanted)
            .or_else(|| by(&|known| known.to_lowercase() == wanted.to_lowercase()))
            .or_else(|| number.map(|k| k - 1))
            .ok_or_else(|| {
                let known: Vec<&str> = self.names.iter().map(String::as_str).collect();
                let expected = format!("a column called {}", shown(&wanted));
                self.wrong(expected, listed(&known), "name one of the columns of the table")
            })
    }

    /// The column of labels: the one that the user names, or one that is called so, or the last.
    fn label(&self, choices: &TableChoices) -> Result<(usize, How), Error> {
        if let Some(name) = &choices.label {
            return Ok((self.find(name)?, How::Chosen));
        }
        let called = |name: &str| self.names.iter().position(|known| known.eq_ignore_ascii_case(name));
        let is_coordinate = called("x").is_some();
        let found = LABEL
            .iter()
            .filter(|name| **name != "y" || !is_coordinate)
            .find_map(|name| called(name).map(|i| (i, *name)));
        if let Some((i, name)) = found {
            return Ok((i, if matches!(name, "label" | "class") { How::Called } else { How::Guessed }));
        }
        let last = self.names.len() - 1;
        if last == 0 {
            return Err(self.wrong(
                "an input and a label".to_owned(),
                "one column".to_owned(),
                "separate the fields with commas",
            ));
        }
        if self.columns[last].texts == 0 {
            // Another column can be the label as well as the last.
            let same = |column: &Fields| column.distinct.is_some() && Self::looks_like_classes(column);
            let rivals: Vec<&str> = (0..last)
                .filter(|i| self.columns[*i].texts > 0 || (same(&self.columns[*i]) && same(&self.columns[last])))
                .filter(|i| Self::looks_like_classes(&self.columns[*i]) && !choices.drop.contains(&self.names[*i]))
                .map(|i| self.names[i].as_str())
                .collect();
            if !rivals.is_empty() {
                let found = format!("{} as well as {}", listed(&rivals), listed(&[&self.names[last]]));
                return Err(self.wrong("one column that can be the label".to_owned(), found, NAME_LABEL));
            }
        }
        Ok((last, How::Guessed))
    }

    /// Whether `column` has few different fields, each of them often.
    fn looks_like_classes(column: &Fields) -> bool {
        column.distinct().is_some_and(|distinct| {
            distinct > 1
                && distinct <= 2 * FEW
                && FEW * distinct <= column.len()
                && (column.texts > 0 || column.is_whole())
        })
    }

    /// Whether column `i` is one of classes or of numbers, and a note if that was guessed from numbers.
    fn task(&self, i: usize, choices: &TableChoices, how: How) -> Result<(Task, Option<String>), Error> {
        let (column, name) = (&self.columns[i], shown(&self.names[i]));
        if let Some(task) = choices.task {
            if task == Task::Regression && column.texts > 0 {
                let (line, text) = column.first_text.clone().unwrap_or_default();
                let expected = format!("a finite number in the target {name}");
                let path = self.path.to_owned();
                return Err(Error::Line {
                    path,
                    line,
                    expected,
                    found: shown(text),
                    remedy: "name another column with --label",
                });
            }
            return Ok((task, None));
        }
        if column.texts > 0
            || column.codes > 0
            || (how == How::Called && column.distinct().is_some_and(|n| n <= MAX_CLASSES))
        {
            return Ok((Task::Classification, None));
        }
        let rows = column.numbers;
        let (low, high) = column.range.unwrap_or((0.0, 0.0));
        let distinct = column.distinct();
        let frequent = |most: usize| distinct.is_some_and(|n| n <= most && FEW * n <= rows);
        let counted = distinct.is_some_and(|n| (low == 0.0 || low == 1.0) && high - low + 1.0 == n as f64);
        let classes = |n: usize| {
            let note = format!(
                "the {n} different numbers in {name} are taken as classes; for a number to predict, pass --set data.table.task=regression"
            );
            Ok((Task::Classification, Some(note)))
        };
        match distinct {
            Some(n) if n <= 2 => Ok((Task::Classification, None)),
            Some(n) if column.is_whole() && counted && 2 * n <= rows && n <= 4 * FEW => classes(n),
            // A small table: too little to judge by.
            Some(n) if rows < 2 * FEW && 2 * n <= rows => classes(n),
            Some(n) if frequent(2 * FEW) && !column.is_whole() => classes(n),
            Some(n) if column.is_whole() && n <= MANY && 2 * n <= rows => {
                let found =
                    format!("{n} different whole numbers from {low} to {high}, which can be classes or amounts");
                Err(self.wrong(format!("in {name} either classes or a number to predict"), found, SAY_TASK))
            }
            _ => Ok((
                Task::Regression,
                Some(format!("{name} holds numbers from {low} to {high}: the network learns to predict the number")),
            )),
        }
    }

    /// What column `i` holds, or why it is left out unless it is `wanted`.
    fn content(&self, i: usize, column: &Fields, wanted: bool) -> Result<Result<Content, String>, Error> {
        let name = shown(&self.names[i]);
        let at = |line: usize, expected: String, found: &str, remedy| {
            Err(Error::Line { path: self.path.to_owned(), line, expected, found: shown(found), remedy })
        };
        if column.numbers + column.texts == 0 {
            return Ok(Err("every value is missing".to_owned()));
        }
        let (line, text) = column.first_text.clone().unwrap_or_default();
        if column.texts == 0 {
            if column.counts_rows() && !wanted {
                return Ok(Err("it numbers the rows; name it with --only to keep it".to_owned()));
            }
            return Ok(Ok(Content::Numbers));
        }
        if 2 * column.dates > column.texts {
            return at(line, format!("numbers or categories in column {name}"), &text, DATES);
        }
        if 2 * (column.numbers + column.almost_numbers) > column.numbers + column.texts {
            return at(line, format!("a finite number in column {name}"), &text, NUMBERS);
        }
        let present = column.numbers + column.texts;
        match column.distinct() {
            Some(n) if 2 * n <= present || wanted => Ok(Ok(Content::Categories)),
            Some(n) => Ok(Err(format!("it has {n} different texts in {present} rows"))),
            None if wanted => Ok(Ok(Content::Categories)),
            None => Ok(Err("it has more different texts than categories have".to_owned())),
        }
    }
}
