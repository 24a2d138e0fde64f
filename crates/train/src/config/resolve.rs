//! From files and options to a [`Config`]; errors say where, what, and what would have been allowed.

use super::Config;
use crate::config::place::Place;
use serde::Deserialize;
use std::path::Path;
use toml::{Table, Value};

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not TOML, an unknown key, or a value of the wrong type.
    #[error("{place}: {problem}; {remedy}")]
    Setting {
        /// Where it stands.
        place: Place,
        /// What is wrong with it.
        problem: String,
        /// What to do.
        remedy: String,
    },
    /// A value outside its range.
    #[error("{place}: {key} is out of range; give {allowed}")]
    Range {
        /// Where it stands.
        place: Place,
        /// Its key, with the table.
        key: &'static str,
        /// What is allowed.
        allowed: &'static str,
    },
}

/// A setting from the command line, stronger than the file.
#[derive(Clone, Debug)]
pub struct Override {
    key: String,
    value: Value,
    typed: String,
}

impl Override {
    /// `--set KEY=VALUE`: VALUE is TOML, and anything that is not TOML is a text.
    ///
    /// # Errors
    /// When there is no `=`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let typed = format!("--set {text}");
        let Some((key, value)) = text.split_once('=') else {
            return Err(Error::Setting {
                place: Place::Option(typed),
                problem: "it has no '='".to_owned(),
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

    /// An option of its own, such as `--epochs 5` for `training.epochs`.
    #[must_use]
    pub fn option(key: &str, value: impl Into<Value>, typed: String) -> Self {
        Self { key: key.to_owned(), value: value.into(), typed }
    }

    fn apply(&self, table: &mut Table) -> Result<(), Error> {
        let mut parts: Vec<&str> = self.key.split('.').collect();
        let last = parts.pop().unwrap_or_default();
        let mut inner = table;
        for part in parts {
            let entry = inner.entry(part).or_insert_with(|| Value::Table(Table::new()));
            inner = match entry {
                Value::Table(table) => table,
                _ => return Err(self.error(&format!("'{part}' is not a table"), "check the key".to_owned())),
            };
        }
        inner.insert(last.to_owned(), self.value.clone());
        Ok(())
    }

    fn error(&self, problem: &str, remedy: String) -> Error {
        Error::Setting { place: Place::Option(self.typed.clone()), problem: problem.to_owned(), remedy }
    }
}

/// The configuration that `file` (path and text) and then `overrides` make of the defaults.
///
/// # Errors
/// [`Error`] for the first setting that cannot be used.
pub fn resolve(file: Option<(&Path, &str)>, overrides: &[Override]) -> Result<Config, Error> {
    let mut table = match file {
        None => Table::new(),
        Some((path, text)) => {
            let located = |e: toml::de::Error| {
                let place = Place::at(path, text, e.span().map_or(0, |span| span.start));
                Error::Setting { place, problem: problem(e.message()), remedy: remedy(e.message()) }
            };
            toml::from_str::<Config>(text).map_err(located)?;
            toml::from_str(text).map_err(located)?
        }
    };
    for one in overrides {
        one.apply(&mut table)?;
        Config::deserialize(table.clone()).map_err(|e| one.error(&problem(e.message()), remedy(e.message())))?;
    }
    let config = Config::deserialize(table).unwrap_or_default(); // each source was read on its own above
    match config.out_of_range() {
        Some((key, allowed)) => Err(Error::Range { place: place_of(key, file, overrides), key, allowed }),
        None => Ok(config),
    }
}

/// Where `key` was set last.
fn place_of(key: &str, file: Option<(&Path, &str)>, overrides: &[Override]) -> Place {
    if let Some(one) = overrides.iter().rev().find(|one| {
        // A key that is itself a table, such as data.subset, is also set by its entries.
        one.key.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }) {
        return Place::Option(one.typed.clone());
    }
    let Some((path, text)) = file else { return Place::Default };
    let spanned = toml::de::DeTable::parse(text).ok();
    let offset = spanned.and_then(|table| {
        let mut parts = key.split('.');
        let last = parts.next_back()?;
        let inner = parts.try_fold(table.get_ref(), |table, part| table.get(part)?.get_ref().as_table())?;
        Some(inner.get(last)?.span().start)
    });
    offset.map_or(Place::Default, |offset| Place::at(path, text, offset))
}

/// The names that serde puts between backticks: the first is the culprit, the others are what was expected.
fn names(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

fn problem(message: &str) -> String {
    let first_line = message.lines().next().unwrap_or_default();
    match names(message).first() {
        Some(name) if message.starts_with("unknown field") => format!("there is no key '{name}'"),
        Some(name) if message.starts_with("unknown variant") => format!("'{name}' is not a choice"),
        _ => first_line.replace('`', "'"),
    }
}

fn remedy(message: &str) -> String {
    let names = names(message);
    let Some((culprit, allowed)) = names.split_first().filter(|(_, allowed)| !allowed.is_empty()) else {
        return "correct the value".to_owned();
    };
    let list = allowed.join(", ");
    match nearest(culprit, allowed) {
        Some(name) => format!("did you mean '{name}'? The choices are {list}"),
        None => format!("the choices are {list}"),
    }
}

fn nearest<'a>(name: &str, allowed: &[&'a str]) -> Option<&'a str> {
    let scored = allowed.iter().map(|candidate| (strsim::jaro_winkler(name, candidate), *candidate));
    scored.filter(|(score, _)| *score > 0.75).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::super::Penalty;
    use super::*;

    fn from_file(text: &str) -> Result<Config, Error> {
        resolve(Some((Path::new("a.toml"), text)), &[])
    }

    fn set(text: &str) -> Result<Config, Error> {
        resolve(None, &[Override::parse(text)?])
    }

    fn sentence(result: Result<Config, Error>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn a_subset_is_one_kind_and_its_size() {
        let config = set("data.subset.per-class=10").unwrap();
        assert_eq!(config.data.subset, Some(data::Subset::PerClass(10)));
        let config = from_file("[data]\nsubset = { fraction = 0.05 }\n").unwrap();
        assert_eq!(config.data.subset, Some(data::Subset::Fraction(0.05)));
        let zero = sentence(set("data.subset.fraction=0"));
        assert!(
            zero.starts_with("--set data.subset.fraction=0: data.subset is out of range; give a fraction above 0"),
            "{zero}"
        );
        let kind = sentence(set("data.subset.fist=1"));
        assert!(kind.contains("did you mean 'first'?"), "{kind}");
    }

    #[test]
    fn units_and_appearances_resolve_and_stay_unwritten_where_they_are_the_default() {
        let unit = |text: &str| from_file(text).unwrap().network(3, 2).activation;
        let two = "[model]\nsoftplus_alpha = 2\n";
        assert_eq!(
            unit(&format!("{two}activation = \"centred-softplus\"")),
            model::Activation::CentredSoftplus { alpha: 2.0 }
        );
        assert_eq!(
            unit(&format!("{two}activation = \"thresholded-softplus\"\nsoftplus_threshold = 0.5")),
            model::Activation::ThresholdedSoftplus { alpha: 2.0, threshold: 0.5 }
        );
        assert_eq!(unit("[model]\nactivation = \"hard-tanh\""), model::Activation::HardTanh);
        assert_eq!(unit("[model]\nactivation = \"pair\""), model::Activation::Pair);
        assert_eq!(set("data.range=symmetric").unwrap().data.range, Some(data::Range::Symmetric));
        let plain = toml::to_string(&Config::default()).unwrap();
        let new = ["softplus_threshold", "gain", "invert", "range"];
        assert!(new.iter().all(|key| !plain.contains(key)), "{plain}");
    }

    #[test]
    fn a_tied_decoder_of_pairs_is_refused() {
        let text = "[model]\nactivation = \"pair\"\n[pretraining]\ndecoder = \"tied\"\n";
        let sentence = sentence(from_file(text));
        assert!(sentence.contains("line 4") && sentence.contains("give \"untied\""), "{sentence}");
    }

    #[test]
    fn the_digits_file_states_the_defaults() {
        let text = include_str!("../../../../configs/digits.toml");
        assert_eq!(from_file(text).unwrap(), Config::default());
    }

    #[test]
    fn every_file_in_configs_resolves() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configs");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        for path in files.filter(|path| path.is_file()) {
            let text = std::fs::read_to_string(&path).unwrap();
            resolve(Some((&path, &text)), &[]).unwrap();
            assert!(text.starts_with("# "), "{} should open with what it trains", path.display());
        }
    }

    #[test]
    fn the_resolved_description_reads_back_as_itself() {
        for text in ["model.hidden=[3, 4]", "training.l1=[0.001,0,0]"] {
            let config = set(text).unwrap();
            assert_eq!(from_file(&toml::to_string(&config).unwrap()).unwrap(), config);
        }
    }

    #[test]
    fn options_are_stronger_than_the_file_and_later_ones_than_earlier_ones() {
        let overrides = ["training.epochs=5", "training.epochs=6"].map(|text| Override::parse(text).unwrap());
        let config = resolve(Some((Path::new("a"), "[training]\nepochs = 4\nl1 = 0.5")), &overrides).unwrap();
        assert_eq!((config.training.epochs, config.training.l1), (6, Penalty::Same(0.5)));
    }

    #[test]
    fn a_whole_number_serves_where_any_number_does() {
        assert_eq!(set("training.learning_rate=1").unwrap().training.learning_rate, 1.0);
        assert_eq!(from_file("[training]\nl1 = 0").unwrap().training.l1, Penalty::Same(0.0));
    }

    #[test]
    fn a_penalty_is_a_number_or_one_for_each_hidden_layer() {
        let each = Penalty::Each(vec![0.001, 0.0, 0.0]);
        assert_eq!(set("training.l1=[0.001,0,0]").unwrap().training.l1, each);
        assert_eq!(from_file("[pretraining]\nl1 = [0.001, 0, 0]").unwrap().pretraining.unwrap().l1, each);
        let short = sentence(from_file("[model]\nhidden = [5, 5]\n[pretraining]\nl1 = [0.1, 0.1, 0.1]\n"));
        assert!(
            short.starts_with("a.toml, line 4 ('l1 = [0.1, 0.1, 0.1]'): pretraining.l1 is out of range"),
            "{short}"
        );
        assert!(
            short.ends_with("give a number from 0 on, or a list with one for each layer of model.hidden"),
            "{short}"
        );
        let text = sentence(from_file("[training]\nl1 = \"none\"\n"));
        assert!(
            text.starts_with("a.toml, line 2 ('l1 = \"none\"'): expected a number, or a list of numbers"),
            "{text}"
        );
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_one() {
        let text = sentence(from_file("[model]\nhiden = [3]\n"));
        assert!(text.starts_with("a.toml, line 2 ('hiden = [3]')"), "{text}");
        assert!(text.contains("did you mean 'hidden'?") && text.contains("softplus_alpha"), "{text}");
        let text = sentence(set("training.epoch=3"));
        assert!(text.starts_with("--set training.epoch=3") && text.contains("'epochs'"), "{text}");
    }

    #[test]
    fn a_wrong_type_is_named_with_its_line() {
        let text = sentence(from_file("[training]\n\nepochs = \"many\"\n"));
        assert!(text.starts_with("a.toml, line 3 ('epochs = \"many\"')"), "{text}");
        assert!(text.contains("string") && text.contains("usize"), "{text}");
        assert!(sentence(set("training.epochs=-1")).contains("--set training.epochs=-1"));
    }

    #[test]
    fn a_choice_that_is_none_lists_the_choices() {
        let text = sentence(from_file("[model]\nactivation = \"rectifer\"\n"));
        assert!(
            text.contains("line 2") && text.contains("did you mean 'rectifier'?") && text.contains("tanh"),
            "{text}"
        );
        assert!(sentence(set("training.backend=gpu")).contains("ndarray"));
    }

    #[test]
    fn values_out_of_range_name_the_place_and_the_range() {
        let text = sentence(from_file("[training]\nlearning_rate = -0.1\n"));
        assert!(text.contains("line 2") && text.contains("give a number above 0"), "{text}");
        let text = sentence(from_file("[data]\n\n[data.nistp]\ncomplexity = 2.0\n"));
        assert!(text.contains("line 4") && text.contains("give a number from 0 to 1"), "{text}");
        for bad in [
            "data.reviews.vocabulary=0",
            "data.reviews.fold=10",
            "data.nistp.examples=0",
            "training.epochs=0",
            "training.batch_size=0",
            "training.learning_rate=0",
            "training.learning_rate=nan",
            "training.l1=-1",
            "training.l1=inf",
            "training.l1=[0.1, 0.1]",
            "training.l1=[0.1, 0.1, -0.1]",
            "training.l1=[0.1, 0.1, nan]",
            "pretraining.l1=-1",
            "pretraining.l1=[]",
            "pretraining.l1=[0.1]",
            "training.checkpoint_seconds=0",
            "model.hidden=[0]",
            "model.hidden=[1000000000]",
            "model.softplus_alpha=0",
            "model.softplus_threshold=-1",
            "model.softplus_threshold=0.5",
            "model.gain=0",
            "model.gain=inf",
            "data.invert=1.5",
            "data.invert=nan",
        ] {
            let text = sentence(set(bad));
            assert!(text.contains(&format!("--set {bad}")) && text.contains("give "), "{text}");
        }
    }

    #[test]
    fn what_is_not_toml_is_named_with_its_line() {
        let text = sentence(from_file("[training]\nepochs = = 3\n"));
        assert!(text.starts_with("a.toml, line 2"), "{text}");
        assert!(sentence(set("training.epochs")).contains("no '='"));
        assert!(sentence(set("training=3")).contains("--set training=3"));
    }
}
