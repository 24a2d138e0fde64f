//! The message for an unknown name. For a synonym such as `relu` or `lr`, the message proposes the program's own name.
//! Otherwise, it proposes the name with the most similar spelling, if any spelling is similar enough, or a setting of
//! this name in another table; if there is neither, the message only lists the choices.

use super::names::any_of;
use super::setting::{Choice, Setting, leaves, within};

/// The message for an unknown name.
#[derive(Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What is wrong with the name.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

/// A name and its synonyms.
type Named = (&'static str, &'static [&'static str]);

/// The names in `names` that equal `typed` or have it as a synonym. Upper and lower case count as equal, and so do
/// `-`, `_` and spaces.
fn called(typed: &str, names: impl IntoIterator<Item = Named>) -> Vec<&'static str> {
    let typed = spelling(typed);
    let means = |&(name, also): &Named| std::iter::once(&name).chain(also).any(|word| spelling(word) == typed);
    names.into_iter().filter(means).map(|(name, _)| name).collect()
}

fn spelling(word: &str) -> String {
    word.to_lowercase().replace(['_', ' '], "-")
}

/// The name in `names` that is nearest to `typed`, if their Jaro-Winkler similarity, from 0 to 1, is above `least`;
/// otherwise `None`.
fn nearest(typed: &str, names: impl IntoIterator<Item = &'static str>, least: f64) -> Option<&'static str> {
    let scored = names.into_iter().map(|name| (strsim::jaro_winkler(typed, name), name));
    scored.filter(|(score, _)| *score > least).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

/// The message for the key `name`, which is not among the `settings` of the table `table`; `root` contains all tables.
pub(super) fn unknown_key(root: &'static [Setting], settings: &'static [Setting], table: &str, name: &str) -> Unknown {
    let key = within(table, name);
    let problem = format!("there is no key '{key}'");
    let known = || settings.iter().map(|setting| setting.name);
    let list = known().collect::<Vec<_>>().join(", ");
    if let [called] = called(name, settings.iter().map(named))[..] {
        let (problem, remedy) =
            (format!("'{name}' is called '{called}' here"), format!("write {}", within(table, called)));
        return Unknown { problem, remedy };
    }
    let keys = elsewhere(root, name);
    // The same name in another table is a better suggestion than a name in this table that is only similar.
    let least = if keys.is_empty() { 0.75 } else { 0.9 };
    let remedy = match nearest(name, known(), least) {
        Some(near) => format!("did you mean '{near}'? The choices are {list}"),
        None if keys.is_empty() => format!("the choices are {list}"),
        None => format!("did you mean {}?", any_of(&keys)),
    };
    Unknown { problem, remedy }
}

/// The keys, in quotation marks, of all settings in the tables of `root` that have `name` as their name or a synonym.
fn elsewhere(root: &'static [Setting], name: &str) -> Vec<String> {
    let inner = leaves(root).into_iter();
    let named = inner.filter(|(_, setting)| !called(name, [named(setting)]).is_empty());
    named.map(|(key, _)| format!("'{key}'")).collect()
}

/// The message for `name`, which is not among `choices`. If `name` is a synonym of exactly one choice, the remedy is to
/// write `before`, such as `model.activation = `, followed by this choice.
pub(crate) fn unknown_choice(choices: &[Choice], before: &str, name: &str) -> Unknown {
    let list = choices.iter().map(|choice| choice.name).collect::<Vec<_>>().join(", ");
    let (problem, remedy) = match &called(name, choices.iter().map(|choice| (choice.name, choice.also)))[..] {
        [called] => (format!("'{name}' is called '{called}' here"), format!("write {before}\"{called}\"")),
        [] => {
            let remedy = match nearest(name, choices.iter().map(|choice| choice.name), 0.75) {
                Some(near) => format!("did you mean '{near}'? The choices are {list}"),
                None => format!("the choices are {list}"),
            };
            (format!("'{name}' is not a choice"), remedy)
        }
        several => (format!("'{name}' may mean {} here", any_of(several)), "write one of these".to_owned()),
    };
    Unknown { problem, remedy }
}

fn named(setting: &Setting) -> Named {
    (setting.name, setting.also)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [Named; 3] = [("hard-tanh", &["hardtanh"]), ("learning_rate", &["lr"]), ("rate", &["lr"])];

    #[test]
    fn other_words_and_spellings_are_known() {
        assert_eq!(called("HardTanh", NAMES), ["hard-tanh"]);
        assert_eq!(called("hard_tanh", NAMES), ["hard-tanh"]);
        assert_eq!(called("learning-rate", NAMES), ["learning_rate"]);
        assert_eq!(called("lr", NAMES), ["learning_rate", "rate"]);
        assert!(called("tanh", NAMES).is_empty());
    }

    #[test]
    fn the_nearest_name_is_found_unless_all_are_far() {
        assert_eq!(nearest("epoch", ["seed", "epochs"], 0.75), Some("epochs"));
        assert_eq!(nearest("zebra", ["seed", "epochs"], 0.75), None);
    }
}
