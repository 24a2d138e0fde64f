//! `train settings`, and what else the command line knows of settings, all from their descriptions.

use crate::config::{self, Choice, Config, Kind, Setting, Unknown, within};
use crate::failure::Failure;
use crate::terminal;
use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer, value};
use std::ffi::OsStr;
use std::sync::LazyLock;

/// Options of `train settings`.
#[derive(clap::Args, Debug)]
pub struct SettingsArgs {
    /// A setting, such as training.epochs, or a table, such as training; default: all.
    #[arg(value_parser = Keys, hide_possible_values = true)]
    key: Option<String>,
    /// How to write them.
    #[arg(long, value_enum, default_value = "text")]
    format: SettingsFormat,
}

/// How settings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum SettingsFormat {
    /// For people.
    Text,
    /// A JSON object for each setting.
    Json,
    /// As a file for --config that states the defaults: configs/digits.toml.
    Toml,
}

/// Prints the settings that `args` asks for.
///
/// # Errors
/// [`Failure::Usage`] when there is no such setting.
pub fn settings(args: &SettingsArgs) -> Result<(), Failure> {
    let found = args.key.as_deref().map(|key| config::find(Config::SETTINGS, key).map(|setting| (key, setting)));
    let refused = |Unknown { problem, remedy }| {
        let key = args.key.as_deref().unwrap_or_default();
        Failure::Usage(format!("train settings {key}: {problem}; {remedy}"))
    };
    let found = found.transpose().map_err(refused)?;
    match (args.format, found) {
        (SettingsFormat::Text, None) => terminal::text(&overview()),
        (SettingsFormat::Text, Some((key, setting))) => terminal::text(&in_full(key, setting)),
        (SettingsFormat::Json, found) => {
            for (key, setting) in rows(found) {
                terminal::line(&terminal::json(&Row::of(&key, setting)));
            }
        }
        (SettingsFormat::Toml, None) => terminal::text(&as_file()),
        (SettingsFormat::Toml, Some((key, _))) => {
            return Err(Failure::Usage(format!("--format toml writes a whole file; leave out {key}")));
        }
    }
    Ok(())
}

/// The settings of what was found, or all.
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

/// A setting for programs.
#[derive(Serialize)]
struct Row<'a> {
    key: &'a str,
    default: Option<toml::Value>,
    example: Option<&'a str>,
    allowed: String,
    choices: Vec<Named<'a>>,
    sentence: &'a str,
    read_by: Option<&'a str>,
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
            read_by: setting.read_by,
        }
    }
}

/// Characters in a line on a terminal.
const SCREEN: usize = 80;
/// Characters in a line of a file.
const PAGE: usize = 120;

/// `text` in lines of at most `width` characters, each behind `before`.
fn wrapped(text: &str, before: &str, width: usize) -> String {
    let mut lines = vec![before.to_owned()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > before.len() && line + 1 + word.chars().count() > width {
            lines.push(before.to_owned());
        }
        if let Some(line) = lines.last_mut() {
            if line.len() > before.len() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n") + "\n"
}

/// What a setting is, what is allowed, and what reads it.
fn facts(setting: &Setting) -> String {
    let choices: Vec<String> = setting.kind.choices().iter().map(Choice::described).collect();
    let allowed = match setting.kind {
        Kind::Table(_) => String::new(),
        Kind::Choice(_) => format!(" One of {}.", choices.join(", ")),
        Kind::List { .. } if !choices.is_empty() => format!(" Any of {}.", choices.join(", ")),
        _ => format!(" Give {}.", setting.kind.allowed()),
    };
    let read_by = setting.read_by.map_or(String::new(), |readers| format!(" Read by {readers}."));
    format!("{}{allowed}{read_by}", setting.sentence)
}

impl Choice {
    fn described(&self) -> String {
        if self.meaning.is_empty() { self.name.to_owned() } else { format!("{} ({})", self.name, self.meaning) }
    }
}

/// The setting `key` with its default, or with an example where there is none.
fn stated(key: &str, setting: &Setting) -> String {
    let value = setting.value();
    match (setting.default)() {
        Some(_) => format!("{key} = {value}"),
        None => format!("{key} (not set; for instance {value})"),
    }
}

/// All settings, table by table.
fn overview() -> String {
    let mut text = "A setting is written in a file for --config, or as --set KEY=VALUE.\n".to_owned();
    for table in Config::SETTINGS {
        text += "\n";
        text += &whole_table(table.name, table);
    }
    text
}

/// The settings of a table.
fn whole_table(key: &str, table: &'static Setting) -> String {
    let mut text = wrapped(&format!("[{key}] {}", facts(table)), "", SCREEN);
    for (name, setting) in rows(Some((key, table))) {
        text += &format!("\n  {}\n", stated(&name, setting));
        text += &wrapped(&facts(setting), "      ", SCREEN);
    }
    text
}

/// A setting in full, or a table of them.
fn in_full(key: &str, setting: &'static Setting) -> String {
    if let Kind::Table(_) = setting.kind {
        return whole_table(key, setting);
    }
    let mut text = format!("{}\n\n{}\n", stated(key, setting), wrapped(setting.sentence, "", SCREEN));
    let choices = setting.kind.choices();
    let names = choices.iter().map(|choice| (choice.name, choice.meaning.to_owned()));
    let entries = setting.entries().iter();
    let entries = entries.map(|entry| (entry.name, format!("{} Give {}.", entry.sentence, entry.kind.allowed())));
    let listed: Vec<(&str, String)> = names.chain(entries).collect();
    let width = listed.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, meaning) in &listed {
        let lines = wrapped(meaning, &" ".repeat(width + 4), SCREEN);
        text += &format!("  {name:width$}  {}", lines.trim_start());
    }
    if listed.is_empty() {
        text += &format!("allowed  {}\n", wrapped(&setting.kind.allowed(), "         ", SCREEN).trim());
    } else {
        text += "\n";
    }
    text += &format!("read by  {}\n", wrapped(readers(key), "         ", SCREEN).trim());
    text + &format!("set it   --set '{key}={}'\n", setting.value())
}

/// What reads the setting `key`: it says so itself, or its table does.
fn readers(key: &str) -> &'static str {
    let above = key.char_indices().rev().filter(|(_, c)| *c == '.').map(|(end, _)| &key[..end]);
    let found = |key| config::find(Config::SETTINGS, key).ok().and_then(|setting| setting.read_by);
    std::iter::once(key).chain(above).find_map(found).unwrap_or("every run")
}

/// The opening of `configs/digits.toml`.
const OPENING: &str = "\
# Three hidden layers of 200 rectifiers on the embedded UCI digits (8x8, about 1,300 / 200 / 300 examples by seed).
#
#   cargo run -p train
#
# Less than a second of training on 2 cores. Expect 2 to 3 % test error: 2.47 % as a mean over seeds 1 to 5.
#
# This file states the defaults and explains every setting; what is commented out is not set. It is written by
# `train settings --format toml > configs/digits.toml`.
";

/// All settings as a file.
fn as_file() -> String {
    Config::SETTINGS.iter().fold(OPENING.to_owned(), |text, table| text + &file_table("", table))
}

/// A table of the file, and then the tables in it. Tables that not every run reads are commented out.
fn file_table(above: &str, table: &Setting) -> String {
    let key = within(above, table.name);
    let mark = if table.read_by.is_some() { "#" } else { "" };
    let mut text = format!("\n{}{mark}[{key}]\n", wrapped(&facts(table), "# ", PAGE));
    let (tables, plain): (Vec<&Setting>, Vec<&Setting>) =
        table.entries().iter().partition(|setting| matches!(setting.kind, Kind::Table(_)));
    for setting in plain {
        let mark = if (setting.default)().is_some() { mark } else { "#" };
        text += &format!("\n{}{mark}{} = {}\n", wrapped(&facts(setting), "# ", PAGE), setting.name, setting.value());
    }
    tables.into_iter().fold(text, |text, table| text + &file_table(&key, table))
}

/// Reads any text; completes keys.
#[derive(Clone, Copy)]
struct Keys;

/// Reads KEY=VALUE, which is checked later, with all others; completes `KEY=`, or `KEY=VALUE` where there are choices.
#[derive(Clone, Copy)]
pub(crate) struct KeyValue;

impl TypedValueParser for Keys {
    type Value = String;

    fn parse_ref(&self, command: &clap::Command, _: Option<&clap::Arg>, value: &OsStr) -> Result<String, clap::Error> {
        text(command, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        static KEYS: LazyLock<Vec<Candidate>> = LazyLock::new(|| {
            let tables = Config::SETTINGS.iter().map(|table| (table.name.to_owned(), table));
            let all = tables.chain(config::leaves(Config::SETTINGS));
            all.map(|(key, setting)| (key, brief(setting))).collect()
        });
        candidates(&KEYS)
    }
}

impl TypedValueParser for KeyValue {
    type Value = String;

    fn parse_ref(&self, command: &clap::Command, _: Option<&clap::Arg>, value: &OsStr) -> Result<String, clap::Error> {
        text(command, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        static STARTS: LazyLock<Vec<Candidate>> = LazyLock::new(|| {
            let of = |(key, setting): (String, &'static Setting)| match setting.kind {
                Kind::Choice(choices) => {
                    choices().iter().map(|choice| (format!("{key}={}", choice.name), choice.meaning)).collect()
                }
                _ => vec![(format!("{key}="), brief(setting))],
            };
            config::leaves(Config::SETTINGS).into_iter().flat_map(of).collect()
        });
        candidates(&STARTS)
    }
}

/// What a shell may complete, and what it says of it.
type Candidate = (String, &'static str);

fn candidates(all: &'static [Candidate]) -> Option<Box<dyn Iterator<Item = PossibleValue>>> {
    Some(Box::new(all.iter().map(|(text, help)| PossibleValue::new(text.as_str()).help(*help))))
}

/// The first sentence.
fn brief(setting: &Setting) -> &'static str {
    setting.sentence.split_once(". ").map_or(setting.sentence, |(first, _)| first).trim_end_matches('.')
}

fn text(command: &clap::Command, value: &OsStr) -> Result<String, clap::Error> {
    let text = value.to_str().ok_or_else(|| clap::Error::new(ErrorKind::InvalidUtf8).with_cmd(command))?;
    Ok(text.to_owned())
}

/// Reads one of the choices of the setting with this key.
#[derive(Clone, Copy)]
struct ChoiceOf(&'static str);

/// What reads one of the choices of the setting `key`, and gives it as its type.
pub(crate) fn choice<T>(key: &'static str) -> impl TypedValueParser<Value = T>
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    ChoiceOf(key).try_map(|name| {
        let deserializer: value::StringDeserializer<value::Error> = name.into_deserializer();
        T::deserialize(deserializer)
    })
}

impl ChoiceOf {
    fn choices(self) -> Vec<Choice> {
        config::find(Config::SETTINGS, self.0).map_or(Vec::new(), |setting| setting.kind.choices())
    }
}

impl TypedValueParser for ChoiceOf {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        option: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let (name, choices) = (text(command, value)?, self.choices());
        if choices.iter().any(|choice| choice.name == name) {
            return Ok(name);
        }
        let option = option.and_then(clap::Arg::get_long).unwrap_or(self.0);
        let Unknown { problem, remedy } = config::unknown_choice(&choices, &format!("--{option} "), &name);
        let sentence = format!("--{option} {name}: {problem}; {remedy}\n");
        Err(clap::Error::raw(ErrorKind::InvalidValue, sentence))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let value = |choice: Choice| PossibleValue::new(choice.name).help(choice.meaning);
        Some(Box::new(self.choices().into_iter().map(value)))
    }
}
