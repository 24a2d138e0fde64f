//! What each column of a table is for: the label, the group, an input, or nothing.

use super::beginning::Quotes;
use super::descriptions;
use super::fields::Fields;
use super::header::{counts_from, header};
use super::notation;
use super::survey::Survey;
use crate::choices::{Header, TableChoices, Task};
use crate::lines::{listed, shown};
use crate::{Error, names};
use preprocessing::Notation;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The note for the user on a table with [`Quotes::Escaped`].
pub(crate) const ESCAPED: &str = "a backslash stands before each quotation mark inside a quoted field";
const GIVE_EXAMPLES: &str = "give a table with several examples";
const RENAME: &str = "give one of these columns another name";
const KEEP_LABEL: &str = "take the column out of --drop, or name another column of labels with --label";
const NAME_GROUP: &str = "name another column with --group, or another column of labels with --label";
const NAME_ONCE: &str = "name the column in only one of these options";
pub(crate) const FILL_GROUPS: &str = "give every row a group, or leave --group out";

/// What each column of a table is for.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) header: Header,
    /// The names of all columns. A third column to which the table gives no name, for example, is called `column 3`.
    pub(crate) names: Vec<String>,
    /// The notation of the numbers in each column.
    pub(crate) notations: Vec<Notation>,
    /// The index of the label column.
    pub(crate) label: usize,
    pub(crate) task: Task,
    /// The index of the column of groups, if there is one.
    pub(crate) group: Option<usize>,
    /// The index of each input column, and what the column holds.
    pub(crate) inputs: Vec<(usize, Content)>,
    /// The lines of the training file that describe the columns, from 1.
    pub(crate) described: Vec<usize>,
    /// Notes for the user on what was guessed or left out.
    pub(crate) notes: Vec<String>,
}

/// Whether the first record of a file is a header, and the position in the file of each column of a layout; `None` for
/// a column that the file lacks.
pub(crate) type Positions = (Header, Vec<Option<usize>>);

/// What an input column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Numbers,
    Categories,
}

impl Layout {
    /// The layout of the table at `path`, derived from `survey` and the user's `choices`. If the table has no header,
    /// the first line is added to `survey`.
    ///
    /// # Errors
    /// [`Error::Line`] when a choice or a column is unusable, or when it is unclear what a column is for; the error
    /// says what the user can do.
    pub(crate) fn of(path: &Path, survey: &mut Survey, choices: &TableChoices) -> Result<Self, Error> {
        if survey.rows == 0 {
            let (path, line) = (path.to_owned(), survey.first_line);
            let expected = "examples below the first line".to_owned();
            return Err(Error::Line { path, line, expected, found: "none".to_owned(), remedy: GIVE_EXAMPLES });
        }
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
        if chosen == Header::Yes {
            table.check_names(&survey.first)?;
        }
        let header_note = match chosen {
            Header::Yes => "first line taken as column names",
            Header::No => "no header",
        };
        let mut notes = Vec::new();
        notes.extend(passed_over(&survey.passed_over));
        notes.extend((survey.quotes == Quotes::Escaped).then(|| ESCAPED.to_owned()));
        notes.extend(descriptions::said(&survey.described.0, &survey.described.1));
        let chosen_columns = table.chosen(choices)?;
        let (label, how) = table.label(choices, &chosen_columns)?;
        table.check_label(label, &chosen_columns)?;
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
        let (inputs, further) = table.inputs(label, &chosen_columns)?;
        notes.extend(further);
        let notations: Vec<Notation> = columns.iter().map(|column| column.notation.clone()).collect();
        let numbers = inputs.iter().filter(|(_, content)| *content == Content::Numbers).map(|(i, _)| *i);
        let numbers = (task == Task::Regression).then_some(label).into_iter().chain(numbers);
        notes.extend(notation::said(numbers.map(|i| (&names[i], &notations[i]))));
        let (group, described) = (chosen_columns.group, survey.described.0.clone());
        Ok(Self { header: chosen, names, notations, label, task, group, inputs, described, notes })
    }

    /// The position of each column of this layout in a further file whose first record has the fields `first`, and
    /// whether that record is a header.
    ///
    /// # Errors
    /// The texts of what was expected and what was found, when the file does not have the needed columns.
    pub(crate) fn positions(&self, first: &[&str]) -> Result<Positions, (String, String)> {
        let find = |name: &String| first.iter().position(|field| column_name(field) == *name);
        let all = self.names.len();
        let is_needed =
            |name: &str| self.inputs.iter().any(|(i, _)| self.names[*i] == name) || self.names[self.label] == name;
        if self.header == Header::Yes
            && let Some((name, [one, other])) = repeated(first, is_needed)
        {
            return Err((format!("one column called {}", shown(name)), format!("columns {one} and {other}")));
        }
        let needed = self.inputs.iter().map(|(i, _)| *i).chain([self.label]);
        if self.header == Header::Yes {
            let found: Vec<Option<usize>> = self.names.iter().map(find).collect();
            let missing: Vec<&str> =
                needed.clone().filter(|i| found[*i].is_none()).map(|i| self.names[i].as_str()).collect();
            if missing.is_empty() {
                return Ok((Header::Yes, found));
            }
            // If a file has no names, it has the columns of training, in the same order.
            let named = missing.len() < needed.clone().count() || first.len() != all;
            let foreign = first.iter().all(|field| super::evidence::number(field).is_none());
            if named || foreign {
                return Err((format!("the columns of training, among them {}", listed(&missing)), listed(first)));
            }
        }
        if first.len() != all {
            return Err((format!("{all} columns as in training"), first.len().to_string()));
        }
        let texts = self.inputs.iter().filter(|(_, content)| *content == Content::Numbers);
        let named = texts.clone().count() > 0
            && texts.clone().all(|(i, _)| {
                self.notations[*i].number(first[*i]).is_none() && !self.notations[*i].is_missing(first[*i])
            });
        let header = if named || (all > 2 && counts_from(first)) { Header::Yes } else { Header::No };
        Ok((header, (0..all).map(Some).collect()))
    }
}

/// The first name in `fields` that satisfies `counts` and occurs twice, with both of its positions, from 1. Empty
/// fields are not names.
pub(super) fn repeated<S: AsRef<str>>(fields: &[S], counts: impl Fn(&str) -> bool) -> Option<(String, [usize; 2])> {
    let mut places = HashMap::new();
    (1..).zip(fields).find_map(|(place, field)| {
        let name = column_name(field.as_ref());
        let before = if name.is_empty() || !counts(&name) { None } else { places.insert(name.clone(), place) };
        before.map(|before| (name, [before, place]))
    })
}

/// The name that `field`, in a line of names, gives a column: a line of names may begin with a comment sign, as in
/// `# length,width`.
pub(super) fn column_name(field: &str) -> String {
    names::composed(field.trim_start().strip_prefix("# ").unwrap_or(field))
}

/// The name of the column with this `number`, from 1, in a table that does not name the column.
pub(crate) fn unnamed(number: usize) -> String {
    format!("column {number}")
}

/// The names of all columns, each different: a name that has already occurred gets a number, as in `x (2)`.
pub(crate) fn names_of(survey: &Survey, header: Header) -> Vec<String> {
    let mut names: Vec<String> = (1..=survey.columns.len()).map(unnamed).collect();
    if header == Header::No {
        return names;
    }
    let before = survey.columns.len() - survey.first.len().min(survey.columns.len());
    for (k, field) in survey.first.iter().enumerate() {
        let name = column_name(field);
        if name.is_empty() {
            continue;
        }
        let taken = |name: &String| names[..k + before].contains(name);
        let again =
            (2..=names.len() + 2).map(|n| format!("{name} ({n})")).find(|name| !taken(name)).unwrap_or_default();
        let name = if taken(&name) { again } else { name };
        names[k + before] = name;
    }
    names
}

/// The indices of the columns other than the label that the user names.
pub(super) struct Chosen {
    pub(super) group: Option<usize>,
    pub(super) drop: Vec<usize>,
    pub(super) only: Vec<usize>,
}

/// A table whose columns are to be assigned a use.
pub(crate) struct Table<'a> {
    pub(crate) path: &'a Path,
    /// The names of all columns.
    pub(crate) names: &'a [String],
    pub(crate) columns: &'a [Fields],
    /// The line number of the first record, from 1.
    pub(crate) line: usize,
}

impl Table<'_> {
    pub(crate) fn wrong(&self, expected: String, found: String, remedy: &'static str) -> Error {
        let path: PathBuf = self.path.to_owned();
        Error::Line { path, line: self.line, expected, found, remedy }
    }

    /// The index of the column that the user means by `name`: the name of the column, in any case, or the number of the
    /// column, from 1.
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
                let expected = format!("a column called {}", shown(&wanted));
                self.wrong(expected, listed(self.names), "name one of the columns of the table")
            })
    }

    /// Checks that no name occurs twice in the header `first`, since a column is found by its name.
    fn check_names(&self, first: &[String]) -> Result<(), Error> {
        match repeated(first, |_| true) {
            None => Ok(()),
            Some((name, [one, other])) => {
                let before = self.names.len().saturating_sub(first.len());
                let found = format!("{} as the name of columns {} and {}", shown(name), one + before, other + before);
                Err(self.wrong("a different name for each column".to_owned(), found, RENAME))
            }
        }
    }

    /// The columns other than the label that `choices` names.
    ///
    /// # Errors
    /// [`Error::Line`] when there is no such column, a column is to be kept as well as dropped, or a row has no group.
    fn chosen(&self, choices: &TableChoices) -> Result<Chosen, Error> {
        let all = |names: &[String]| names.iter().map(|name| self.find(name)).collect::<Result<Vec<_>, _>>();
        let group = choices.group.as_ref().map(|name| self.find(name)).transpose()?;
        let (drop, only) = (all(&choices.drop)?, all(&choices.only)?);
        if let Some(both) = only.iter().find(|i| drop.contains(i)) {
            return Err(self.contradiction("a column either in --only or in --drop", *both, "in both", NAME_ONCE));
        }
        if let Some((i, line)) = group.and_then(|i| Some((i, self.columns[i].first_missing?))) {
            let (path, expected) = (self.path.to_owned(), format!("a group in column {}", shown(&self.names[i])));
            return Err(Error::Line { path, line, expected, found: "no value".to_owned(), remedy: FILL_GROUPS });
        }
        Ok(Chosen { group, drop, only })
    }

    /// Checks that the `label` column is neither dropped nor the column of groups.
    fn check_label(&self, label: usize, chosen: &Chosen) -> Result<(), Error> {
        if chosen.drop.contains(&label) {
            return Err(self.contradiction("a column of labels that is kept", label, "in --drop", KEEP_LABEL));
        }
        if chosen.group == Some(label) {
            return Err(self.contradiction("groups in another column than the labels", label, "as both", NAME_GROUP));
        }
        Ok(())
    }

    /// The error for column `i`, which the user's `options` name for two uses.
    fn contradiction(&self, expected: &str, i: usize, options: &str, remedy: &'static str) -> Error {
        self.wrong(expected.to_owned(), format!("{} {options}", shown(&self.names[i])), remedy)
    }
}

/// A note for the user that `lines`, which hold titles and comments, were skipped; `None` if `lines` is empty.
fn passed_over(lines: &[usize]) -> Option<String> {
    match lines {
        [] => None,
        [line] => Some(format!("line {line} passed over as a title or comment")),
        [first, ..] => {
            Some(format!("{} lines passed over as titles or comments, the first being line {first}", lines.len()))
        }
    }
}
