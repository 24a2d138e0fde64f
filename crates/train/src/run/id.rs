//! The id of a run: a hash of every setting that affects its result.

use crate::config::Config;
use std::path::Path;
use toml::Table;

/// Settings that do not affect the result: where the data are, how often checkpoints are saved, and how much memory the
/// codes may use.
const WITHOUT_EFFECT: [[&str; 2]; 3] =
    [["data", "dir"], ["training", "checkpoint_seconds"], ["pretraining", "code_gib"]];

/// Number of hexadecimal digits of an id. Among a million runs, the probability that two share an id is below 1 in 500.
const DIGITS: usize = 12;

/// The id of the run of `config`: 12 hexadecimal digits. User data are identified only by their folder below
/// `--data-dir`: this folder, passed as `own_data`, is part of the id. The folder of a data set of the catalogue is not
/// part of the id.
#[must_use]
pub fn of(config: &Config, own_data: Option<&Path>) -> String {
    let mut table = essentials(config);
    if let (Some(folder), Some(data)) = (own_data, table.get_mut("data").and_then(toml::Value::as_table_mut)) {
        data.insert("dir".to_owned(), folder.to_string_lossy().into_owned().into());
    }
    let mut digits = files::sha256(toml::to_string(&table).unwrap_or_default().as_bytes());
    digits.truncate(DIGITS);
    digits
}

/// Whether two configurations describe the same run, given the same data.
#[must_use]
pub fn same(a: &Config, b: &Config) -> bool {
    essentials(a) == essentials(b)
}

/// The settings that affect the result, as a table with sorted keys.
fn essentials(config: &Config) -> Table {
    let mut table = Table::try_from(config).unwrap_or_default(); // plain tables always serialise
    for [part, key] in WITHOUT_EFFECT {
        if let Some(part) = table.get_mut(part).and_then(toml::Value::as_table_mut) {
            part.remove(key);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Override, resolve};

    fn id(settings: &[&str]) -> String {
        let overrides: Vec<Override> = settings.iter().map(|text| Override::parse(text).unwrap()).collect();
        of(&resolve(None, &overrides).unwrap(), None)
    }

    #[test]
    fn ids_are_stable() {
        // If these ids change, existing stores no longer find their finished runs: change them only on purpose.
        let ids = [id(&[]), id(&["pretraining.l1=0.5", "data.subset.per-class=10"])];
        assert_eq!(ids, ["4ec5d5f0e6b9", "4887fd75cad8"]);
    }

    #[test]
    fn recorded_outcomes_have_the_ids_of_their_configurations() {
        let folder = Path::new("../../results");
        let kept = report::outcomes(&[folder.to_path_buf()]).unwrap();
        assert!(!kept.is_empty());
        // The ids of runs on user data depend on the folder of the data, which outcomes do not record.
        for outcome in kept.iter().filter(|outcome| outcome.config["data"].get("format").is_none()) {
            let config: Config = serde_json::from_value(outcome.config.clone()).unwrap();
            assert_eq!(of(&config, None), outcome.id);
        }
    }

    #[test]
    fn key_order_data_folder_and_checkpoint_interval_do_not_matter() {
        let one = id(&["training.epochs=3", "model.hidden=[5]"]);
        assert_eq!(one, id(&["model.hidden=[5]", "training.epochs=3"]));
        assert_eq!(one, id(&["model.hidden=[5]", "training.epochs=3", "data.dir=elsewhere"]));
        assert_eq!(one, id(&["model.hidden=[5]", "training.epochs=3", "training.checkpoint_seconds=1"]));
        assert_eq!(id(&["pretraining.l1=0"]), id(&["pretraining.l1=0", "pretraining.code_gib=1"]));
        assert_eq!(id(&["training.learning_rate=1"]), id(&["training.learning_rate=1.0"]));
    }

    #[test]
    fn every_other_setting_matters() {
        let settings = [
            "training.seed=2",
            "training.epochs=3",
            "training.batch_size=3",
            "training.learning_rate=0.5",
            "training.l1=0",
            "training.l1=[0.0001, 0.0001, 0.0001]",
            "training.l1=[0.0001, 0, 0]",
            "training.patience=3",
            "training.backend=ndarray",
            "training.engine=autodiff",
            "model.hidden=[5]",
            "model.activation=tanh",
            "model.sign_mask=none",
            "data.dataset=mnist",
            "data.subset.first=10",
            "data.format=csv",
            "pretraining.epochs=30",
            "pretraining.epochs=3",
            "pretraining.l1=0.5",
            "pretraining.learning_rates=[0.1]",
            "pretraining.decoder=tied",
        ];
        let mut ids: Vec<String> = settings.iter().map(|setting| id(&[setting])).collect();
        ids.extend([id(&["model.activation=softplus"]), id(&["model.activation=softplus", "model.softplus_alpha=2"])]);
        ids.extend([id(&["data.dataset=imdb"]), id(&["data.dataset=imdb", "data.reviews.fold=1"])]);
        ids.extend([id(&["data.dataset=nistp"]), id(&["data.dataset=nistp", "data.nistp.examples=7"])]);
        ids.push(id(&[]));
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    #[test]
    fn user_data_are_told_apart_by_their_folder() {
        let config = Config::default();
        let [a, b] = ["a", "b"].map(|folder| of(&config, Some(Path::new(folder))));
        assert!(a != b && a != of(&config, None));
    }
}
