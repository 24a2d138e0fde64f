//! Which columns of a table are inputs, and what they hold.

use super::fields::Fields;
use super::layout::{Chosen, Content, Table};
use crate::lines::shown;
use crate::{Error, names};

/// Words, without a final s, in the names of columns that hold quantities.
const QUANTITIES: [&str; 28] = [
    "year",
    "yr",
    "month",
    "week",
    "day",
    "date",
    "hour",
    "hr",
    "minute",
    "min",
    "second",
    "sec",
    "time",
    "age",
    "dose",
    "distance",
    "depth",
    "height",
    "length",
    "temperature",
    "temp",
    "concentration",
    "speed",
    "weight",
    "price",
    "frequency",
    "wavelength",
    "angle",
];

const READ_TEXTS: &str = "pass --format reviews, which learns from the words of texts";
const NUMBERS: &str = "write all numbers in the same notation, as in 12.5, or leave the column out with --drop";
const DATES: &str = "give year, month or the time that has passed as numbers, or leave the column out with --drop";

/// The index and the content of each input column, and notes for the user on what was left out or guessed.
type Inputs = (Vec<(usize, Content)>, Vec<String>);

impl Table<'_> {
    /// The columns that are inputs when the column `label` is predicted, given the columns that the user has `chosen`;
    /// and notes for the user.
    ///
    /// # Errors
    /// [`Error::Line`] when a column is unusable, or no column is an input.
    pub(super) fn inputs(&self, label: usize, chosen: &Chosen) -> Result<Inputs, Error> {
        let Chosen { group, drop, only } = chosen;
        let (mut inputs, mut notes) = (Vec::new(), Vec::new());
        for (i, column) in self.columns.iter().enumerate() {
            let wanted = only.is_empty() || only.contains(&i);
            if i == label || *group == Some(i) || drop.contains(&i) || !wanted {
                continue;
            }
            match self.content(i, column, only.contains(&i))? {
                Ok(content) => {
                    notes.extend(self.mixed(i, content));
                    inputs.push((i, content));
                }
                Err(why) => notes.push(format!("column {} left out: {why}", shown(&self.names[i]))),
            }
        }
        if !inputs.is_empty() {
            return Ok((inputs, notes));
        }
        let mut texts = (0..self.names.len()).filter(|i| *i != label && self.columns[*i].holds_texts());
        if let Some(text) = texts.next() {
            let found = format!("only texts, in {}", shown(&self.names[text]));
            return Err(self.wrong("columns of numbers or categories".to_owned(), found, READ_TEXTS));
        }
        let found = format!("no usable column ({})", notes.join("; "));
        Err(self.wrong("a column of inputs".to_owned(), found, "give a table with inputs beside the label"))
    }

    /// A note for the user if column `i` is taken as categories although some of its values are numbers or begin with
    /// digits, or as numbers although its values may be codes or dates; `None` otherwise.
    fn mixed(&self, i: usize, content: Content) -> Option<String> {
        let column = &self.columns[i];
        let name = shown(&self.names[i]);
        if content == Content::Numbers && column.codes > 0 && column.is_whole() {
            return Some(format!(
                "{name} holds numbers with leading zeros, which are taken as quantities: if they are codes, leave the column out with --drop"
            ));
        }
        if let Some(day) = column.numbered_day() {
            return Some(format!("{name} holds dates such as {}, which are taken as quantities: {DATES}", shown(day)));
        }
        let (_, text) = column.first_text.as_ref().filter(|_| content == Content::Categories)?;
        let why = match unlike(column) {
            Some(unlike) => format!("it holds {unlike}"),
            None if column.numbers > 0 => {
                let present = column.numbers + column.texts;
                format!("{} of {present} values are not numbers, such as {}", column.texts, shown(text))
            }
            None if begins_with_digit(text) => format!("its values, such as {}, are not numbers", shown(text)),
            None => return None,
        };
        Some(format!("{name} taken as categories: {why}"))
    }

    /// What column `i` holds, or the reason why the column is left out; a column is `wanted` if the user names it with
    /// `--only`.
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
            if column.counts_rows() && !wanted && !is_quantity(&self.names[i]) {
                return Ok(Err("it numbers the rows; name it with --only to keep it".to_owned()));
            }
            if column.identifies_rows() && !wanted && is_identifier(&self.names[i]) {
                return Ok(Err(
                    "it has a different whole number in every row; name it with --only to keep it".to_owned()
                ));
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
            _ if let Some(unlike) = unlike(column) => {
                Ok(Err(format!("it holds {unlike}; write all numbers in the same notation to keep it")))
            }
            Some(n) => Ok(Err(format!("it has {n} different texts in {present} rows, such as {}", shown(&text)))),
            None if wanted => Ok(Ok(Content::Categories)),
            None => Ok(Err("it has too many different texts to be a column of categories".to_owned())),
        }
    }
}

/// Whether the first letter or digit of `text` is a digit.
fn begins_with_digit(text: &str) -> bool {
    text.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(|c: char| c.is_ascii_digit())
}

/// A phrase for the user if most values of `column` are numbers, but not all in the same notation; `None` otherwise.
pub(super) fn unlike(column: &Fields) -> Option<String> {
    let (_, text) = column.first_text.as_ref()?;
    let numbers = column.numbers + column.evidence.amounts;
    let is_mostly_numbers = column.evidence.amounts > 0 && 2 * numbers > column.numbers + column.texts;
    let other = column.evidence.other_unit.as_ref().filter(|_| is_mostly_numbers)?;
    let unit = column.evidence.first_written.as_deref().unwrap_or(text);
    Some(format!("numbers written in several ways, such as {} and {}", shown(unit), shown(other)))
}

/// Whether `name` suggests a column that identifies the rows, as `PassengerId` and `customer_id` do.
fn is_identifier(name: &str) -> bool {
    let before = name.strip_suffix("Id").or_else(|| name.strip_suffix("ID"));
    before.is_some_and(|before| before.ends_with(char::is_lowercase))
        || names::words(name).iter().any(|word| matches!(word.as_str(), "id" | "identifier" | "serial" | "key"))
}

/// Whether `name` suggests a column of quantities, such as years, which is an input even if its values count up.
fn is_quantity(name: &str) -> bool {
    names::words(name).iter().any(|word| QUANTITIES.contains(&word.trim_end_matches('s')))
}
