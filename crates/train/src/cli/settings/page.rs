//! Settings as text: all settings, the settings of a table, or one setting in full.

use super::layout::{columns, wrapped};
use super::{allowed, facts, parted, readers};
use crate::config::{Config, Kind, Setting, within};

/// Largest number of characters in a line on a terminal.
const SCREEN: usize = 80;

/// The line `KEY = DEFAULT` of the setting `key`, or the key with an example value if the setting has no default.
fn stated(key: &str, setting: &Setting) -> String {
    let value = setting.value();
    match (setting.default)() {
        Some(_) => format!("{key} = {value}"),
        None => format!("{key} (not set; for example {value})"),
    }
}

/// All settings, table by table.
pub(super) fn overview() -> String {
    let mut text = "Write a setting in a file for --config, or change it with --set KEY=VALUE.\n".to_owned();
    for table in Config::SETTINGS {
        text += "\n";
        text += &whole_table(table.name, table);
    }
    text
}

/// The settings of a table, followed by the inner tables of the table.
fn whole_table(key: &str, table: &Setting) -> String {
    let mut text = wrapped(&format!("[{key}] {}", facts(table, "")), "", SCREEN);
    let (settings, tables) = parted(table);
    for setting in settings {
        text.extend(["\n  ", &stated(&within(key, setting.name), setting), "\n"]);
        text += &wrapped(&facts(setting, &allowed(setting)), "      ", SCREEN);
    }
    tables.into_iter().fold(text, |text, table| text + "\n" + &whole_table(&within(key, table.name), table))
}

/// A setting in full, or all settings of a table.
pub(super) fn in_full(key: &str, setting: &Setting) -> String {
    if let Kind::Table(_) = setting.kind {
        return whole_table(key, setting);
    }
    let mut text = format!("{}\n\n{}\n", stated(key, setting), wrapped(setting.sentence, "", SCREEN));
    let choices = setting.kind.choices().into_iter();
    let entries = setting.entries().iter();
    let entries = entries.map(|entry| (entry.name.to_owned(), facts(entry, &allowed(entry))));
    let rows: Vec<_> =
        choices.map(|choice| (choice.name.to_owned(), choice.meaning.to_owned())).chain(entries).collect();
    if !rows.is_empty() {
        text += &columns(&rows, "  ", SCREEN);
        text.push('\n');
    }
    let value = match (setting.default)() {
        Some(toml::Value::String(name)) => name,
        _ => format!("'{}'", setting.value()),
    };
    let facts = [("allowed", setting.kind.allowed()), ("applies to", readers(key).to_owned())];
    let facts = facts.map(|(name, fact)| (name.to_owned(), fact));
    text + &columns(&facts, "", SCREEN) + &format!("set it      --set {key}={value}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    #[test]
    fn pages_are_80_characters_wide_and_name_every_setting() {
        let text = overview();
        assert!(text.lines().all(|line| line.chars().count() <= SCREEN && line == line.trim_end()), "{text}");
        for (key, setting) in config::leaves(Config::SETTINGS) {
            assert!(text.contains(&format!("\n  {key} ")), "{key}");
            let page = in_full(&key, setting);
            assert!(page.lines().all(|line| line.chars().count() <= SCREEN), "{page}");
            assert!(page.starts_with(&key) && page.contains("applies to") && page.contains("--set "), "{page}");
        }
    }
}
