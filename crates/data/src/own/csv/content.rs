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
const NUMBERS: &str = "write every number alike, as in 12.5, or leave the column out with --drop";
const DATES: &str = "give year, month or the time that has passed as numbers, or leave the column out with --drop";

const NUMBERED_DATES: &str = "give year, month or the time that has passed as numbers, leave the column out with --drop, or keep it as a \
                              quantity with --only";

/// The inputs, and what was left out or guessed, for the user.
type Inputs = (Vec<(usize, Content)>, Vec<String>);

impl Table<'_> {
    /// The columns that are inputs of the column `label`, by the columns that the user has `chosen`.
    ///
    /// # Errors
    /// [`Error::Line`] when a column is unusable, or none is an input.
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
        let found = format!("no column that is one ({})", notes.join("; "));
        Err(self.wrong("a column of inputs".to_owned(), found, "give a table with inputs beside the label"))
    }

    /// That column `i` is one of categories although it holds numbers or digits, or one of numbers that may
    /// be codes, for the user.
    fn mixed(&self, i: usize, content: Content) -> Option<String> {
        let column = &self.columns[i];
        let name = shown(&self.names[i]);
        if content == Content::Numbers && column.codes > 0 && column.is_whole() {
            return Some(format!(
                "{name} holds numbers with zeros in front, which are taken as quantities: if they are codes, leave them out with --drop"
            ));
        }
        if let Some((_, day)) = column.numbered_day() {
            return Some(format!("{name} holds dates such as {}, which are taken as quantities", shown(day)));
        }
        let (_, text) = column.first_text.as_ref().filter(|_| content == Content::Categories)?;
        let why = match unlike(column) {
            Some(unlike) => format!("it holds {unlike}"),
            None if column.numbers > 0 => {
                let present = column.numbers + column.texts;
                format!("{} of {present} values are no numbers, such as {}", column.texts, shown(text))
            }
            None if begins_with_digit(text) => format!("its values, such as {}, are no numbers", shown(text)),
            None => return None,
        };
        Some(format!("{name} taken as categories: {why}"))
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
        if let Some((line, day)) = column.numbered_day().filter(|_| !wanted) {
            return at(*line, format!("numbers or categories in column {name}, not dates"), day, NUMBERED_DATES);
        }
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
                Ok(Err(format!("it holds {unlike}; write every number alike to keep it")))
            }
            Some(n) => Ok(Err(format!("it has {n} different texts in {present} rows, such as {}", shown(&text)))),
            None if wanted => Ok(Ok(Content::Categories)),
            None => Ok(Err("it has more different texts than categories have".to_owned())),
        }
    }
}

/// Whether the first letter or digit of `text` is a digit.
fn begins_with_digit(text: &str) -> bool {
    text.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(|c: char| c.is_ascii_digit())
}

/// That the values of `column` are mostly numbers, but not in one notation, for the user.
pub(super) fn unlike(column: &Fields) -> Option<String> {
    let (_, text) = column.first_text.as_ref()?;
    let numbers = column.numbers + column.evidence.amounts;
    let is_mostly_numbers = column.evidence.amounts > 0 && 2 * numbers > column.numbers + column.texts;
    let other = column.evidence.other_unit.as_ref().filter(|_| is_mostly_numbers)?;
    let unit = column.evidence.first_written.as_deref().unwrap_or(text);
    Some(format!("numbers written in several ways, such as {} and {}", shown(unit), shown(other)))
}

/// Whether the column called `name` identifies rows, as `PassengerId` and `customer_id` do.
fn is_identifier(name: &str) -> bool {
    let before = name.strip_suffix("Id").or_else(|| name.strip_suffix("ID"));
    before.is_some_and(|before| before.ends_with(char::is_lowercase))
        || names::words(name).iter().any(|word| matches!(word.as_str(), "id" | "identifier" | "serial" | "key"))
}

/// Whether the column called `name` holds a quantity, such as a year, even where its values count up.
fn is_quantity(name: &str) -> bool {
    names::words(name).iter().any(|word| QUANTITIES.contains(&word.trim_end_matches('s')))
}
