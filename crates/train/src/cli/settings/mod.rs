//! `train settings`, and the parsers of options whose values are settings. The command and the parsers use the
//! descriptions of the settings.

mod file;
mod layout;
mod options;
mod page;

pub(crate) use options::{KeyValue, choice};

use crate::config::{self, Choice, Config, Kind, Setting, Unknown, within};
use crate::failure::Failure;
use crate::terminal;
use options::Keys;
use serde::Serialize;

/// Options of `train settings`.
#[derive(clap::Args, Debug)]
pub struct SettingsArgs {
    /// A setting, such as training.epochs, or a table of settings, such as training; default: all settings.
    #[arg(value_parser = Keys, hide_possible_values = true)]
    key: Option<String>,
    /// How to write the settings.
    #[arg(long, value_enum, default_value = "text")]
    format: SettingsFormat,
}

/// How settings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum SettingsFormat {
    /// Text for people.
    Text,
    /// A JSON object for each setting.
    Json,
    /// A file for --config that states all defaults, like configs/digits.toml.
    Toml,
}

/// Prints the settings that `args` selects.
///
/// # Errors
/// [`Failure::Usage`] when there is no such setting, or when a key is given with `--format toml`.
pub fn settings(args: &SettingsArgs) -> Result<(), Failure> {
    let found = args.key.as_deref().map(|key| config::find(Config::SETTINGS, key).map(|setting| (key, setting)));
    let refused = |Unknown { problem, remedy }| {
        let key = args.key.as_deref().unwrap_or_default();
        Failure::Usage(format!("train settings {key}: {problem}; {remedy}"))
    };
    let found = found.transpose().map_err(refused)?;
    match (args.format, found) {
        (SettingsFormat::Text, None) => terminal::text(&page::overview()),
        (SettingsFormat::Text, Some((key, setting))) => terminal::text(&page::in_full(key, setting)),
        (SettingsFormat::Json, found) => {
            for (key, setting) in rows(found) {
                terminal::line(&terminal::json(&Row::of(&key, setting)));
            }
        }
        (SettingsFormat::Toml, None) => terminal::text(&file::as_file()),
        (SettingsFormat::Toml, Some((key, _))) => {
            return Err(Failure::Usage(format!("--format toml writes all settings; leave out {key}")));
        }
    }
    Ok(())
}

/// The setting `found`, or the settings of the table `found`, each with its key; all settings if `found` is `None`.
fn rows(found: Option<(&str, &'static Setting)>) -> Vec<(String, &'static Setting)> {
    match found {
        None => config::leaves(Config::SETTINGS),
        Some((key, setting)) => match setting.kind {
            Kind::Table(inner) => {
                config::leaves(inner).into_iter().map(|(name, inner)| (within(key, &name), inner)).collect()
            }
            _ => vec![(key.to_owned(), setting)],
        },
    }
}

/// A setting as a JSON object.
#[derive(Serialize)]
struct Row<'a> {
    key: &'a str,
    default: Option<toml::Value>,
    example: Option<&'a str>,
    allowed: String,
    choices: Vec<Named<'a>>,
    sentence: &'a str,
    read_by: &'a str,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    meaning: &'a str,
}

impl<'a> Row<'a> {
    fn of(key: &'a str, setting: &'a Setting) -> Self {
        let choices = setting.kind.choices();
        Self {
            key,
            default: (setting.default)(),
            example: setting.example,
            allowed: setting.kind.allowed(),
            choices: choices.iter().map(|&Choice { name, meaning, .. }| Named { name, meaning }).collect(),
            sentence: setting.sentence,
            read_by: readers(key),
        }
    }
}

/// The settings of a table, and the inner tables of the table.
fn parted(table: &Setting) -> (Vec<&Setting>, Vec<&Setting>) {
    table.entries().iter().partition(|setting| !matches!(setting.kind, Kind::Table(_)))
}

/// The description of a setting, followed by `allowed`, unless `allowed` is empty, and by what the setting applies to,
/// if this is stated at the setting.
fn facts(setting: &Setting, allowed: &str) -> String {
    let read_by = setting.read_by.map_or(String::new(), |readers| format!("Applies to {readers}."));
    let sentences = [setting.sentence, allowed, &read_by];
    sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A sentence on the allowed values of a setting; empty for a table.
fn allowed(setting: &Setting) -> String {
    match setting.kind {
        Kind::Table(_) => String::new(),
        Kind::Choice(_) => format!("Choose {}.", setting.kind.allowed()),
        _ => format!("Give {}.", setting.kind.allowed()),
    }
}

/// What the setting `key` applies to, as stated at the setting or at a table around the setting; `every run` if this is
/// stated at neither.
fn readers(key: &str) -> &'static str {
    let above = key.char_indices().rev().filter(|(_, c)| *c == '.').map(|(end, _)| &key[..end]);
    let found = |key| config::find(Config::SETTINGS, key).ok().and_then(|setting| setting.read_by);
    std::iter::once(key).chain(above).find_map(found).unwrap_or("every run")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_stated_at_the_setting_or_at_its_table() {
        assert_eq!(readers("training.epochs"), "every run");
        assert_eq!(readers("model.softplus_threshold"), "thresholded-softplus units");
        assert_eq!(readers("data.nistp.test"), "the data sets nistp and nistp36");
        assert_eq!(readers("pretraining.sampling"), "the first layer");
    }
}
