//! Checks a table of TOML against the descriptions of the settings.

use super::did_you_mean::{Unknown, unknown_choice, unknown_key};
use super::setting::{Choice, Kind, Setting, within};
use toml::{Table, Value};

/// A fault of a setting: the key of the setting, and the problem.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    /// The key of the setting, including its table.
    pub key: String,
    /// What is wrong with the setting.
    pub problem: Problem,
}

/// The ways in which a setting can be wrong.
#[derive(Debug, PartialEq)]
pub(crate) enum Problem {
    /// A key or a choice that does not exist.
    Name(Unknown),
    /// A value of the wrong type, or a table with too many or too few entries.
    Type {
        /// A description of the value, with an article, such as `a string` or `a table of 2 entries`.
        found: String,
        /// A description of the values that are allowed.
        allowed: String,
    },
    /// A value out of range, or a list that is too short or too long, with a description of the values that are
    /// allowed.
    Range(String),
}

/// All faults of `table`, whose keys and values should be those that `settings` describe.
pub(crate) fn faults(settings: &'static [Setting], table: &Table) -> Vec<Fault> {
    let mut found = Vec::new();
    Examination { root: settings, found: &mut found }.table(settings, "", table);
    found
}

/// The setting, table or entry with the key `key`, such as `training.epochs`, `training` or `data.subset.first`. `root`
/// contains all tables.
///
/// # Errors
/// [`Unknown`] when no setting, table or entry has this key.
pub fn find(root: &'static [Setting], key: &str) -> Result<&'static Setting, Unknown> {
    let (mut settings, mut table) = (root, String::new());
    let mut found = None;
    for name in key.split('.') {
        let setting = settings.iter().find(|setting| setting.name == name);
        let setting = setting.ok_or_else(|| unknown_key(root, settings, &table, name))?;
        (settings, table) = (setting.entries(), within(&table, name));
        found = Some(setting);
    }
    found.ok_or_else(|| unknown_key(root, settings, "", key))
}

struct Examination<'a> {
    root: &'static [Setting],
    found: &'a mut Vec<Fault>,
}

impl Examination<'_> {
    fn table(&mut self, settings: &'static [Setting], table: &str, values: &Table) {
        for (name, value) in values {
            let key = within(table, name);
            match settings.iter().find(|setting| setting.name == name) {
                Some(setting) => self.value(&setting.kind, &key, value),
                None => self.note(&key, Problem::Name(unknown_key(self.root, settings, table, name))),
            }
        }
    }

    fn value(&mut self, kind: &Kind, key: &str, value: &Value) {
        match (kind, value) {
            (Kind::Text(_), Value::String(_)) => {}
            (Kind::Whole(least, most), Value::Integer(n)) => {
                self.range(kind, key, u64::try_from(*n).is_ok_and(|n| (*least..=*most).contains(&n)));
            }
            (Kind::Number(range) | Kind::PerLayer(range), Value::Integer(_) | Value::Float(_)) => {
                self.range(kind, key, range.holds(number(value)));
            }
            (Kind::PerLayer(range), Value::Array(all)) => self.entries(kind, &Kind::Number(*range), key, all),
            (Kind::List { of, entries: (least, most) }, Value::Array(all)) => {
                self.range(kind, key, (*least..=*most).contains(&all.len()));
                self.entries(kind, of, key, all);
            }
            (Kind::Choice(choices), Value::String(name)) => {
                self.choice(&choices(), key, &format!("{key} = "), name);
            }
            (Kind::OneOf(entries), Value::Table(values)) => {
                self.table(entries, key, values);
                if values.len() != 1 {
                    self.mistaken(kind, key, format!("a table of {} entries", values.len()));
                }
            }
            (Kind::AllOf(entries), Value::Table(values)) => {
                self.table(entries, key, values);
                if let Some(entry) = entries.iter().find(|entry| !values.contains_key(entry.name)) {
                    self.mistaken(kind, key, format!("a table without {}", entry.name));
                }
            }
            (Kind::Table(settings), Value::Table(values)) => self.table(settings, key, values),
            _ => self.mistaken(kind, key, type_of(value)),
        }
    }

    /// Checks the entries of a list, each of which should be of the kind `entry`.
    fn entries(&mut self, list: &Kind, entry: &Kind, key: &str, values: &[Value]) {
        let mut found = Vec::new();
        let mut inner = Examination { root: self.root, found: &mut found };
        for value in values {
            match (entry, value) {
                (Kind::Choice(choices), Value::String(name)) => inner.choice(&choices(), key, "", name),
                _ => inner.value(entry, key, value),
            }
        }
        for Fault { key, problem } in found {
            match problem {
                Problem::Range(_) => self.note(&key, Problem::Range(list.allowed())),
                Problem::Type { found, .. } => self.mistaken(list, &key, format!("a list with {found}")),
                Problem::Name(_) => self.note(&key, problem),
            }
        }
    }

    /// Checks that `name` is one of `choices`. If `name` is a synonym of exactly one choice, the remedy is to write
    /// `before`, followed by this choice.
    fn choice(&mut self, choices: &[Choice], key: &str, before: &str, name: &str) {
        if !choices.iter().any(|choice| choice.is_called(name)) {
            self.note(key, Problem::Name(unknown_choice(choices, before, name)));
        }
    }

    fn note(&mut self, key: &str, problem: Problem) {
        self.found.push(Fault { key: key.to_owned(), problem });
    }

    fn range(&mut self, kind: &Kind, key: &str, holds: bool) {
        if !holds {
            self.note(key, Problem::Range(kind.allowed()));
        }
    }

    fn mistaken(&mut self, kind: &Kind, key: &str, found: String) {
        self.note(key, Problem::Type { found, allowed: kind.allowed() });
    }
}

/// The value of an integer or a float; NaN for values of other types.
fn number(value: &Value) -> f64 {
    value.as_float().or_else(|| value.as_integer().map(|n| n as f64)).unwrap_or(f64::NAN)
}

/// The name of the type of `value` in TOML, with an article, such as `an integer`.
fn type_of(value: &Value) -> String {
    let name = value.type_str();
    let article = if matches!(name, "array" | "integer") { "an" } else { "a" };
    format!("{article} {name}")
}

#[cfg(test)]
mod tests {
    use super::super::setting::Number;
    use super::super::{Config, names};
    use super::*;

    /// Every table, setting and entry with its key, including nested ones.
    fn all() -> Vec<(String, &'static Setting)> {
        fn below(table: &str, settings: &'static [Setting], found: &mut Vec<(String, &'static Setting)>) {
            for setting in settings {
                let key = within(table, setting.name);
                below(&key, setting.entries(), found);
                found.push((key, setting));
            }
        }
        let mut found = Vec::new();
        below("", Config::SETTINGS, &mut found);
        found
    }

    #[test]
    fn every_setting_has_one_sentence_and_a_value_that_it_allows() {
        for (key, setting) in all() {
            assert!(setting.sentence.ends_with('.') && !setting.sentence.contains("  "), "{key}: {}", setting.sentence);
            if matches!(setting.kind, Kind::Table(_)) {
                continue;
            }
            let example =
                setting.example.map(|text| toml::from_str::<Table>(&format!("x = {text}")).unwrap()["x"].clone());
            assert!(example.is_some() || (setting.default)().is_some(), "{key} has neither a default nor an example");
            for value in example.into_iter().chain((setting.default)()) {
                let mut found = Vec::new();
                Examination { root: Config::SETTINGS, found: &mut found }.value(&setting.kind, &key, &value);
                assert_eq!(found, [], "{key}");
            }
        }
    }

    #[test]
    fn every_choice_has_a_meaning_and_no_other_word_is_a_name() {
        for (key, setting) in all() {
            let choices = setting.kind.choices();
            for Choice { name, meaning, also, .. } in &choices {
                assert!(!meaning.is_empty(), "{key} = {name}");
                let names = || choices.iter().map(|choice| choice.name);
                assert!(names().all(|name| !also.contains(&name)), "{key} = {name}");
            }
        }
    }

    #[test]
    fn tables_and_entries_have_the_names_that_are_read() {
        let names = |key: &str| {
            let entries = find(Config::SETTINGS, key).unwrap().entries();
            entries.iter().map(|entry| entry.name).collect::<Vec<_>>()
        };
        assert_eq!(names("data.reviews"), names::of::<data::ReviewChoices>());
        assert_eq!(names("data.nistp"), names::of::<data::NistpChoices>());
        assert_eq!(names("data.subset"), names::of::<data::Subset>());
        assert_eq!(names("pretraining.corruption"), names::of::<model::Corruption>());
        assert_eq!(names("model"), names::of::<super::super::ModelConfig>());
    }

    #[test]
    fn keys_are_found_and_misspelt_ones_answered() {
        assert_eq!(find(Config::SETTINGS, "training.epochs").ok().unwrap().name, "epochs");
        assert_eq!(
            find(Config::SETTINGS, "pretraining.corruption.salt-and-pepper.to-one").ok().unwrap().name,
            "to-one"
        );
        let answer = |key| find(Config::SETTINGS, key).err().unwrap();
        assert_eq!(answer("training.epoch").problem, "there is no key 'training.epoch'");
        assert!(answer("training.epoch").remedy.starts_with("did you mean 'epochs'?"));
        assert_eq!(answer("epochs").remedy, "did you mean 'pretraining.epochs' or 'training.epochs'?");
        assert_eq!(answer("training.epochs.x").problem, "there is no key 'training.epochs.x'");
        assert!(answer("").problem.contains("''"));
    }

    #[test]
    fn numbers_of_networks_are_those_of_32_bits() {
        assert!([1.2e-38, 0.1, 3.4e38].iter().all(|x| Number::Positive.holds(*x)));
        assert!([0.0, 1e-39, 3.5e38, -1.0, f64::NAN].iter().all(|x| !Number::Positive.holds(*x)));
        assert!(Number::NotNegative.holds(0.0) && !Number::NotNegative.holds(-0.1));
    }
}
