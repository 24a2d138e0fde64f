//! Which column of a table is the label, and whether its values are classes or numbers to predict.

use super::content::unlike;
use super::fields::Fields;
use super::layout::{Chosen, Table};
use crate::Error;
use crate::choices::{TableChoices, Task};
use crate::lines::{listed, shown};
use crate::own::classes::MAX_CLASSES;

/// Usual names of the label column, in order of preference.
const LABEL: [&str; 4] = ["label", "class", "target", "y"];

/// The base of several limits: for example, up to 2 * `FEW` different numbers can be classes, if each of them occurs at
/// least `FEW` times on average.
const FEW: usize = 10;
/// A label column with up to this many different whole numbers may hold classes or amounts. If no other rule decides
/// which, the user is asked.
const MANY: usize = 100;

const ALIKE: &str = "write all numbers in the same notation, as in 12.5, or pass --set data.table.task=classification";
const NAME_LABEL: &str = "name the column of labels with --label COLUMN";
const SAY_TASK: &str = "say which with --set data.table.task=classification or =regression";

/// How the column of labels was found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// The user named the column.
    Chosen,
    /// The column is called label or class.
    Called,
    /// The column was guessed, from another name or as the last column.
    Guessed,
}

impl Table<'_> {
    /// The index of the label column, and how the column was found: the user names the column, or the column has a name
    /// of [`LABEL`], or the column is the last one with a value.
    pub(super) fn label(&self, choices: &TableChoices, chosen: &Chosen) -> Result<(usize, How), Error> {
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
        // Rows may end in delimiters, which add empty columns.
        let is_filled = |i: &usize| self.columns[*i].numbers + self.columns[*i].texts > 0;
        let last = (0..self.names.len()).rev().find(is_filled).unwrap_or(self.names.len() - 1);
        if last == 0 {
            return Err(self.wrong(
                "an input and a label".to_owned(),
                "one column".to_owned(),
                "separate the fields with commas",
            ));
        }
        if self.columns[last].texts == 0 {
            // Another column may be the label as plausibly as the last one.
            let same = |column: &Fields| column.distinct.is_some() && Self::looks_like_classes(column);
            let rivals: Vec<&str> = (0..last)
                .filter(|i| self.columns[*i].texts > 0 || (same(&self.columns[*i]) && same(&self.columns[last])))
                .filter(|i| Self::looks_like_classes(&self.columns[*i]))
                .filter(|i| !chosen.drop.contains(i) && chosen.group != Some(*i))
                .map(|i| self.names[i].as_str())
                .collect();
            if !rivals.is_empty() {
                let found = format!("{} as well as {}", listed(&rivals), listed(&[&self.names[last]]));
                return Err(self.wrong("one column that can be the label".to_owned(), found, NAME_LABEL));
            }
        }
        Ok((last, How::Guessed))
    }

    /// Whether `column` has 2 to 20 different fields, each at least ten times on average, and holds texts or only whole
    /// numbers.
    fn looks_like_classes(column: &Fields) -> bool {
        column.distinct().is_some_and(|distinct| {
            distinct > 1
                && distinct <= 2 * FEW
                && FEW * distinct <= column.len()
                && (column.texts > 0 || column.is_whole())
        })
    }

    /// Checks that column `i`, if it has more than 20 different values, does not hold numbers in several notations.
    ///
    /// # Errors
    /// [`Error::Line`] when the column holds more than 20 different values, most of them numbers, in several notations.
    fn is_alike(&self, i: usize) -> Result<(), Error> {
        let column = &self.columns[i];
        let is_many = column.distinct().is_none_or(|distinct| distinct > 2 * FEW);
        let Some(unlike) = unlike(column).filter(|_| is_many) else { return Ok(()) };
        let expected =
            format!("classes, or numbers in a single notation, in the label column {}", shown(&self.names[i]));
        Err(self.wrong(expected, unlike, ALIKE))
    }

    /// Whether the label column `i` holds classes or numbers to predict, and a note for the user if that was guessed
    /// from its numbers.
    pub(super) fn task(&self, i: usize, choices: &TableChoices, how: How) -> Result<(Task, Option<String>), Error> {
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
        let numbered_day = column.numbered_day();
        if 2 * column.dates > column.numbers + column.texts || numbered_day.is_some() {
            let text = numbered_day.or(column.first_text.as_ref().map(|(_, text)| text.as_str())).unwrap_or_default();
            return Err(self.wrong(
                format!("classes or numbers in the label column, taken to be {name}"),
                shown(text),
                NAME_LABEL,
            ));
        }
        self.is_alike(i)?;
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
                "the {n} different numbers in {name} are taken as classes; to predict the number instead, pass --set data.table.task=regression"
            );
            Ok((Task::Classification, Some(note)))
        };
        match distinct {
            Some(n) if n <= 2 => Ok((Task::Classification, None)),
            Some(n) if column.is_whole() && counted && 2 * n <= rows && n <= 4 * FEW => classes(n),
            // In a table of fewer than 20 rows, numbers that occur twice or more on average are taken as classes.
            Some(n) if rows < 2 * FEW && 2 * n <= rows => classes(n),
            Some(n) if frequent(2 * FEW) && !column.is_whole() => classes(n),
            Some(n) if column.is_whole() && n <= MANY && 2 * n <= rows => {
                let found =
                    format!("{n} different whole numbers from {low} to {high}, which can be classes or amounts");
                Err(self.wrong(format!("either classes or a number to predict in {name}"), found, SAY_TASK))
            }
            _ => Ok((
                Task::Regression,
                Some(format!("{name} holds numbers from {low} to {high}: the network learns to predict the number")),
            )),
        }
    }
}
