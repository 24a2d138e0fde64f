//! Options whose values are settings: their parsers, and the completions that shells offer.

use crate::config::{self, Choice, Config, Kind, Setting, Unknown};
use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use serde::de::{DeserializeOwned, IntoDeserializer, value};
use std::ffi::OsStr;
use std::sync::LazyLock;

/// A parser that accepts any text. Shells complete the keys of tables and settings.
#[derive(Clone, Copy)]
pub(super) struct Keys;

/// A parser that accepts any text, which is checked later, together with all other settings. Shells complete `KEY=`, or
/// `KEY=VALUE` for a setting with choices.
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
        Some(candidates(&KEYS))
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
        Some(candidates(&STARTS))
    }
}

/// A completion, and its description.
type Candidate = (String, &'static str);

fn candidates(all: &'static [Candidate]) -> Box<dyn Iterator<Item = PossibleValue>> {
    Box::new(all.iter().map(|(text, help)| PossibleValue::new(text.as_str()).help(*help)))
}

/// The first sentence of the setting's description, without its full stop.
fn brief(setting: &Setting) -> &'static str {
    setting.sentence.split_once(". ").map_or(setting.sentence, |(first, _)| first).trim_end_matches('.')
}

fn text(command: &clap::Command, value: &OsStr) -> Result<String, clap::Error> {
    let text = value.to_str().ok_or_else(|| clap::Error::new(ErrorKind::InvalidUtf8).with_cmd(command))?;
    Ok(text.to_owned())
}

/// A parser that accepts one of the choices of the setting with the key `self.0`.
#[derive(Clone, Copy)]
struct ChoiceOf(&'static str);

/// A parser that accepts one of the choices of the setting `key`, and returns the choice as a `T`.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_and_choices_of_settings_are_completed() {
        let starts: Vec<String> =
            KeyValue.possible_values().unwrap().map(|value| value.get_name().to_owned()).collect();
        for start in ["training.epochs=", "model.activation=rectifier", "pretraining.corruption=", "data.nistp.test="] {
            assert!(starts.iter().any(|known| known == start), "{start} is not in {starts:?}");
        }
        let names = |key| ChoiceOf(key).possible_values().unwrap().count();
        assert_eq!([names("training.backend"), names("data.format")], [4, 5]);
    }
}
