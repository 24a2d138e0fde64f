//! Resolves a file and options to a [`Config`]. An error states the place of the fault (a line of the file, an option
//! or the defaults), what is wrong, and what to do.

use super::Config;
use super::check::{self, Fault, Problem};
use super::conflict::{self, Conflict};
use super::did_you_mean::Unknown;
use crate::config::place::Place;
use serde::Deserialize;
use std::path::Path;
use toml::de::DeTable;
use toml::{Table, Value};

/// The error for a setting that cannot be used, or for a file that is not TOML.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {problem}; {remedy}")]
pub struct Error {
    /// Where the setting was given.
    pub place: Place,
    /// What is wrong with the setting.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

/// A setting from the command line; it overrides the same setting in the file.
#[derive(Clone, Debug)]
pub struct Override {
    key: String,
    value: Value,
    typed: String,
}

/// The largest number of names in a key that is looked up, above that of every setting. Tables nested without limit would
/// exhaust the stack.
const MOST_LEVELS: usize = 8;

impl Override {
    /// `--set KEY=VALUE`: VALUE is TOML; anything that is not TOML is taken as a string.
    ///
    /// # Errors
    /// When `text` has no `=`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let typed = format!("--set {text}");
        let Some((key, value)) = text.split_once('=') else {
            return Err(Error {
                place: Place::Option(typed),
                problem: "there is no '='".to_owned(),
                remedy: "write --set table.key=value, such as --set training.epochs=5".to_owned(),
            });
        };
        let (key, value) = (key.trim().to_owned(), value.trim());
        let table: Result<Table, _> = toml::from_str(&format!("value = {value}"));
        let value = table.ok().and_then(|mut table| table.remove("value"));
        let value =
            value.unwrap_or_else(|| Value::String(text.split_once('=').unwrap_or_default().1.trim().to_owned()));
        Ok(Self { key, value, typed })
    }

    /// The override of the setting `key` by a dedicated option, such as `--epochs 5` for `training.epochs`; `typed` is
    /// the option as it was typed.
    #[must_use]
    pub fn option(key: &str, value: impl Into<Value>, typed: String) -> Self {
        Self { key: key.to_owned(), value: value.into(), typed }
    }

    fn apply(&self, table: &mut Table) -> Result<(), Error> {
        let levels = self.key.split('.').count();
        if levels > MOST_LEVELS {
            // The key is too long to be repeated.
            let place = Place::Option(self.typed.chars().take(40).chain("...".chars()).collect());
            let problem = format!("the key has {levels} names, but no setting has more than {MOST_LEVELS}");
            return Err(Error { place, problem, remedy: "check the key".to_owned() });
        }
        let mut parts: Vec<&str> = self.key.split('.').collect();
        let last = parts.pop().unwrap_or_default();
        let mut inner = table;
        for part in parts {
            let entry = inner.entry(part).or_insert_with(|| Value::Table(Table::new()));
            let Value::Table(table) = entry else {
                let problem = format!("'{part}' is not a table");
                return Err(Error { place: self.place(), problem, remedy: "check the key".to_owned() });
            };
            inner = table;
        }
        inner.insert(last.to_owned(), self.value.clone());
        Ok(())
    }

    fn place(&self) -> Place {
        Place::Option(self.typed.clone())
    }

    /// Whether this option sets `key`: the option's key is `key`, the key of an entry of `key`, or the key of a table
    /// that contains `key`.
    fn sets(&self, key: &str) -> bool {
        let within = |outer: &str, inner: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        within(key, &self.key) || within(&self.key, key)
    }
}

/// The defaults, changed first by `file` (path and text) and then by `overrides`.
///
/// # Errors
/// [`Error`] if the text of `file` is not TOML, or if a setting cannot be used.
pub fn resolve(file: Option<(&Path, &str)>, overrides: &[Override]) -> Result<Config, Error> {
    let mut table = match file {
        None => Table::new(),
        Some((path, text)) => read(path, text)?,
    };
    for one in overrides {
        one.apply(&mut table)?;
        if let Some(fault) = malformed(&table).next() {
            return Err(fault.at(one.place()));
        }
    }
    // Ranges are checked last, because a value out of range does no harm if an option replaces the value.
    if let Some(fault) = check::faults(Config::SETTINGS, &table).into_iter().next() {
        let place = place_of(&fault.key, file, overrides);
        return Err(fault.at(place));
    }
    let config = Config::deserialize(table).map_err(|e| Error {
        place: Place::Default,
        problem: e.message().replace('`', "'"),
        remedy: "correct the value".to_owned(),
    })?;
    match conflict::first(&config) {
        Some(conflict) => Err(conflict.at(place_of(&conflict.key, file, overrides))),
        None => Ok(config),
    }
}

/// Like [`resolve`], but for a new run: a setting in `[data]` that has no effect on the data set is refused as well.
/// The runs of plans may have such settings, because the smallest scale of a plan replaces the data set.
///
/// # Errors
/// [`Error`] if the text of `file` is not TOML, or if a setting cannot be used.
pub fn resolve_new(file: Option<(&Path, &str)>, overrides: &[Override]) -> Result<Config, Error> {
    let config = resolve(file, overrides)?;
    match conflict::unread_by_data(&config.data) {
        Some(conflict) => Err(conflict.at(place_of(&conflict.key, file, overrides))),
        None => Ok(config),
    }
}

/// The table in `text`, which was read from `path`, checked for unknown keys and choices and for values of the wrong
/// type.
fn read(path: &Path, text: &str) -> Result<Table, Error> {
    let table: Table = toml::from_str(text).map_err(|e| Error {
        place: Place::at(path, text, e.span().map_or(0, |span| span.start)),
        problem: e.message().lines().next().unwrap_or_default().replace('`', "'"),
        remedy: "correct the line".to_owned(),
    })?;
    let located = malformed(&table).map(|fault| (offset_of(&fault.key, text).unwrap_or_default(), fault));
    match located.min_by_key(|(offset, _)| *offset) {
        Some((offset, fault)) => Err(fault.at(Place::at(path, text, offset))),
        None => Ok(table),
    }
}

/// The faults of `table`, except values that are out of range and lists that are too short or too long.
fn malformed(table: &Table) -> impl Iterator<Item = Fault> {
    check::faults(Config::SETTINGS, table).into_iter().filter(|fault| !matches!(fault.problem, Problem::Range(_)))
}

impl Conflict {
    fn at(&self, place: Place) -> Error {
        Error { place, problem: self.problem.clone(), remedy: self.remedy.clone() }
    }
}

impl Fault {
    fn at(self, place: Place) -> Error {
        let Self { key, problem } = self;
        let (problem, remedy) = match problem {
            Problem::Name(Unknown { problem, remedy }) => (problem, remedy),
            Problem::Type { found, allowed } => (format!("{key} cannot be {found}"), format!("give {allowed}")),
            Problem::Range(allowed) => (format!("{key} is out of range"), format!("give {allowed}")),
        };
        Error { place, problem, remedy }
    }
}

/// The place at which `key` was set last: the last option that sets `key`, or else the line of `file` that
/// [`offset_of`] finds; [`Place::Default`] if there is neither.
fn place_of(key: &str, file: Option<(&Path, &str)>, overrides: &[Override]) -> Place {
    if let Some(one) = overrides.iter().rev().find(|one| one.sets(key)) {
        return one.place();
    }
    let Some((path, text)) = file else { return Place::Default };
    offset_of(key, text).map_or(Place::Default, |offset| Place::at(path, text, offset))
}

/// The byte offset in `text` at which `key` is set, or else at which the innermost table around `key` begins; `None` if
/// `text` contains neither `key` nor a table around `key`.
fn offset_of(key: &str, text: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let mut inner = Some(table.get_ref());
    let mut offset = None;
    for part in key.split('.') {
        let Some((name, value)) = inner.and_then(|table| table.get_key_value(part)) else { break };
        offset = Some(name.span().start);
        inner = value.get_ref().as_table();
    }
    offset
}

#[cfg(test)]
mod tests;
