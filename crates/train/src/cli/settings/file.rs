//! All settings and their defaults as the text of the file `configs/digits.toml`.

use super::layout::{columns, wrapped};
use super::{allowed, facts, parted};
use crate::config::{Config, Setting, within};

/// Largest number of characters in a line of the file.
const PAGE: usize = 120;

/// The comment at the beginning of `configs/digits.toml`.
const OPENING: &str = "\
# Three hidden layers of 200 rectifiers on the embedded UCI digits (8x8; 1,297 / 200 / 300 examples).
#
#   cargo run -p train
#
# Trains in less than a second on 2 cores. Expect a test error of 2 to 3 %; the mean over seeds 1 to 5 is 2.47 %.
#
# This file states the defaults and explains every setting. A setting that is commented out is not set. The file is
# written by `train settings --format toml > configs/digits.toml`.
";

/// All settings as the text of a file.
pub(super) fn as_file() -> String {
    Config::SETTINGS.iter().fold(OPENING.to_owned(), |text, table| text + &file_table("", table))
}

/// A table of the file, followed by the inner tables of this table. A table that applies only to some runs is commented
/// out.
fn file_table(above: &str, table: &Setting) -> String {
    let key = within(above, table.name);
    let mark = if table.read_by.is_some() { "#" } else { "" };
    let mut text = format!("\n{}{mark}[{key}]\n", wrapped(&facts(table, ""), "# ", PAGE));
    let (settings, tables) = parted(table);
    for setting in settings {
        text += &file_entry(setting, if (setting.default)().is_some() { mark } else { "#" });
    }
    tables.into_iter().fold(text, |text, table| text + &file_table(&key, table))
}

/// The comment that describes a setting, followed by the setting itself, which is preceded by `mark`.
fn file_entry(setting: &Setting, mark: &str) -> String {
    let rows = listed(setting);
    let allowed = if rows.is_empty() { allowed(setting) } else { String::new() };
    let comment = wrapped(&facts(setting, &allowed), "# ", PAGE) + &columns(&rows, "#   ", PAGE);
    format!("\n{comment}{mark}{}\n", setting.written())
}

/// The choices or entries of a setting, each with its meaning; empty if the setting has neither.
fn listed(setting: &Setting) -> Vec<(String, String)> {
    let choices = setting.kind.choices().into_iter();
    let entries = setting.entries().iter().map(|entry| (entry.written(), entry.sentence.to_owned()));
    choices.map(|choice| (choice.name.to_owned(), choice.meaning.to_owned())).chain(entries).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use std::path::Path;

    #[test]
    fn the_digits_file_is_generated_from_the_descriptions() {
        let path = Path::new("../../configs/digits.toml");
        let file = std::fs::read_to_string(path).unwrap();
        assert_eq!(file, as_file(), "regenerate the file with: train settings --format toml > configs/digits.toml");
        assert_eq!(config::resolve(Some((path, &file)), &[]).unwrap(), Config::default());
    }

    #[test]
    fn settings_that_are_commented_out_in_the_file_are_valid() {
        let set = |line: &str| line.strip_prefix('#').filter(|line| !line.starts_with(' ')).unwrap_or(line).to_owned();
        let text: Vec<String> = as_file().lines().map(set).collect();
        let text = text.join("\n").replace("format = \"images\"", "format = \"reviews\"");
        config::resolve(Some((Path::new("all.toml"), &text)), &[]).unwrap();
    }
}
