//! The outcome of a run: one line of JSON that is enough to report the run without its folder.

use super::curves::{Curves, PretrainingCurves};
use super::files::{Epoch, Manifest, Measures, RunResult, read_epochs, read_manifest, read_pretraining, read_result};
use super::json::{self, Error};
use super::settings::{flatten, plain};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The record of a run without its networks and page: `outcome.json` in the run's folder, or `ID.json` in a
/// folder of results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The run's id: a hash of every setting that affects the result.
    pub id: String,
    /// The run's configuration, as in `config.toml`, without the path of the data (`data.dir`).
    pub config: Value,
    /// The manifest: what was run, with which versions, on which data and device.
    pub run: Manifest,
    /// How the run ended.
    pub end: End,
    /// The learning curves; `None` if no epoch was completed, and in outcomes of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curves: Option<Curves>,
    /// The learning curves of each layer and learning rate of pre-training; empty without pre-training, and in outcomes
    /// of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pretraining_curves: Vec<PretrainingCurves>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// The run finished with a result.
    Finished {
        /// The contents of `result.json`.
        result: Box<RunResult>,
        /// The selected epoch.
        selected: Box<Epoch>,
        /// The contents of `mistakes.json`: the rows of the test set that were misclassified; empty if they were not
        /// recorded.
        mistakes: Vec<usize>,
        /// The contents of `measures.json`; empty if the run has no such file.
        measures: Measures,
    },
    /// The loss became NaN or infinite, or the network learned nothing.
    Diverged {
        /// The run's error message, which says where the loss diverged or that nothing was learned.
        reason: String,
    },
}

impl Outcome {
    /// The outcome of the finished run in `folder`.
    ///
    /// # Errors
    /// [`Error`] when one of the run's files cannot be read or is malformed.
    pub fn of(folder: &Path, id: &str) -> Result<Self, Error> {
        let result = read_result(&folder.join("result.json"))?;
        let metrics = folder.join("metrics.jsonl");
        let selected = read_epochs(&metrics)?.into_iter().find(|epoch| epoch.epoch == result.selected_epoch);
        let selected = selected.ok_or_else(|| Error::Malformed {
            path: metrics,
            line: result.selected_epoch,
            column: 1,
            reason: "the selected epoch is missing".to_owned(),
        })?;
        let optional = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
        let mistakes = optional("mistakes.json").map_or_else(|| Ok(Vec::new()), |path| json::read(&path))?;
        let measures = optional("measures.json").map_or_else(|| Ok(Measures::new()), |path| json::read(&path))?;
        let end = End::Finished { result: Box::new(result), selected: Box::new(selected), mistakes, measures };
        Self::ending(folder, id, end)
    }

    /// The outcome of a diverged run, whose files are in `folder`; `reason` is the error message of the run.
    ///
    /// # Errors
    /// [`Error`] when the run's configuration or manifest cannot be read or is malformed.
    pub fn diverged(folder: &Path, id: &str, reason: String) -> Result<Self, Error> {
        Self::ending(folder, id, End::Diverged { reason })
    }

    fn ending(folder: &Path, id: &str, end: End) -> Result<Self, Error> {
        let path = folder.join("config.toml");
        let mut config: Value = toml::from_str(&files::read_text(&path)?).map_err(|e| Error::Malformed {
            path,
            line: 1,
            column: 1,
            reason: e.message().to_owned(),
        })?;
        let place = config.get_mut("data").and_then(Value::as_object_mut).and_then(|data| data.remove("dir"));
        let mut run = read_manifest(&folder.join("run.json"))?;
        run.command = command(&config);
        // A local path is useless on other machines, so the name of the file or folder stands for a user's own data.
        if let Some(place) = place.as_ref().and_then(Value::as_str)
            && let Some(name) = Path::new(place).file_name().map(|name| name.to_string_lossy())
        {
            run.credit = run.credit.replace(place, &name);
            for line in run.look.iter_mut().flat_map(|look| &mut look.found) {
                *line = line.replace(place, &name);
            }
            if config.pointer("/data/format").is_some() {
                run.command.extend([" --data-dir ", &name]);
            }
        }
        let optional = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
        let epochs = optional("metrics.jsonl").map_or_else(|| Ok(Vec::new()), |path| read_epochs(&path))?;
        let pretraining =
            optional("pretraining.jsonl").map_or_else(|| Ok(Vec::new()), |path| read_pretraining(&path))?;
        Ok(Self {
            id: id.to_owned(),
            config,
            run,
            end,
            curves: (!epochs.is_empty()).then(|| Curves::of(&epochs)),
            pretraining_curves: PretrainingCurves::of(&pretraining),
        })
    }

    /// Reads an outcome from its file.
    ///
    /// # Errors
    /// [`Error`] when the file cannot be read or is not an outcome.
    pub fn read(path: &Path) -> Result<Self, Error> {
        json::read(path)
    }

    /// Writes the outcome to the file `path`.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        json::write_line(path, self)
    }

    /// The value of the dotted `key` in the run's configuration; `None` if the configuration lacks the key.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<&Value> {
        key.split('.').try_fold(&self.config, |table, part| table.get(part))
    }

    /// The run's number called `name`: `test_error`, `validation_error`, `train_error`, `test_nll`,
    /// `validation_nll`, `train_nll`, `baseline_error` (the test error of always predicting the most frequent class),
    /// `test_rmse`, `validation_rmse`, `constant_rmse`, `test_mae`, `test_r2`, `last_test_error`, `last_test_nll` and
    /// `last_sparsity` (of the network after the last epoch), `sparsity` (exact zeros over all hidden
    /// units), `sparsity.K` (exact zeros in hidden layer K, from 1), `dead` (dead hidden units),
    /// `selected_epoch`, `epochs` (the number of completed epochs), `training_seconds`, `pretraining_seconds`, `setting:KEY` (a numeric setting), or a measure, as `NAME` for its first
    /// value or as `NAME.K` for its K-th value, from 1. Errors, sparsities and dead units are in percent.
    ///
    /// `None` if the run does not have the number; a run that diverged has only its settings.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        if let Some(key) = name.strip_prefix("setting:") {
            return self.setting(key)?.as_f64();
        }
        let End::Finished { result, selected, measures, .. } = &self.end else { return None };
        if let Some((_, formula)) = NUMBERS.iter().find(|(known, _)| *known == name) {
            return formula(Finished { result, selected, hidden: self.run.hidden() });
        }
        if let Some(values) = measures.get(name) {
            return values.first().copied();
        }
        let (name, k) = name.rsplit_once('.')?;
        let k = k.parse::<usize>().ok()?.checked_sub(1)?;
        if name == "sparsity" {
            return result.sparsity.get(k).map(|zeros| 100.0 * zeros);
        }
        measures.get(name)?.get(k).copied()
    }

    /// The run's number called `name`, as in [`Outcome::number`], for lists in which errors are percentages of
    /// misclassified examples: `None` for the errors of a network that predicts numbers, because its errors are shown
    /// as RMSEs.
    #[must_use]
    pub fn listed(&self, name: &str) -> Option<f64> {
        let of_numbers = matches!(&self.end, End::Finished { result, .. } if result.is_of_numbers());
        if of_numbers && ERRORS.contains(&name) { None } else { self.number(name) }
    }
}

/// The errors that are percentages of misclassified examples for classification, and percentages of a variance for
/// regression.
const ERRORS: [&str; 4] = ["train_error", "validation_error", "test_error", "last_test_error"];

/// The parts of a finished run from which its numbers are computed.
#[derive(Clone, Copy)]
struct Finished<'a> {
    result: &'a RunResult,
    selected: &'a Epoch,
    /// The number of outputs of each hidden layer.
    hidden: &'a [usize],
}

/// A function that computes a number of a finished run, or returns `None` if the run lacks the number.
type Formula = fn(Finished<'_>) -> Option<f64>;

/// The names and formulas of a finished run's numbers other than measures, in the order in which they are listed.
const NUMBERS: [(&str, Formula); 21] = [
    ("test_error", |run| Some(100.0 * run.result.test_error)),
    ("baseline_error", |run| run.result.baseline_error.map(|error| 100.0 * error)),
    ("validation_error", |run| Some(100.0 * run.result.validation_error)),
    ("train_error", |run| Some(100.0 * run.selected.train_error)),
    ("test_nll", |run| Some(run.result.test_nll)),
    ("validation_nll", |run| Some(run.selected.validation_nll)),
    ("train_nll", |run| Some(run.selected.train_nll)),
    ("test_rmse", |run| run.result.test_rmse),
    ("validation_rmse", |run| run.result.validation_rmse),
    ("constant_rmse", |run| run.result.constant_rmse),
    ("test_mae", |run| run.result.test_mae),
    ("test_r2", |run| run.result.test_r2),
    ("last_test_error", |run| run.result.last.as_ref().map(|last| 100.0 * last.test_error)),
    ("last_test_nll", |run| run.result.last.as_ref().map(|last| last.test_nll)),
    ("last_sparsity", |run| run.zeros(&run.result.last.as_ref()?.sparsity)),
    ("sparsity", |run| run.zeros(&run.result.sparsity)),
    ("dead", |run| run.of_hidden_units(total(&run.result.dead_units))),
    ("selected_epoch", |run| Some(run.result.selected_epoch as f64)),
    ("epochs", |run| Some(run.result.epochs as f64)),
    ("training_seconds", |run| Some(run.result.training_seconds)),
    ("pretraining_seconds", |run| run.result.pretraining_seconds),
];

/// The names of the numbers of a finished run other than its measures.
pub(crate) fn number_names() -> impl Iterator<Item = &'static str> {
    NUMBERS.iter().map(|(name, _)| *name)
}

impl Finished<'_> {
    /// The percentage of exact zeros over all hidden units, given the fraction of each hidden layer; `None` for a network
    /// without hidden units.
    fn zeros(self, sparsity: &[f64]) -> Option<f64> {
        self.of_hidden_units(self.hidden.iter().zip(sparsity).map(|(&units, zeros)| units as f64 * zeros).sum())
    }

    /// A number of units as a percentage of all hidden units; `None` for a network without hidden units.
    fn of_hidden_units(self, units: f64) -> Option<f64> {
        let all = total(self.hidden);
        (all > 0.0).then(|| 100.0 * units / all)
    }
}

fn total(counts: &[usize]) -> f64 {
    counts.iter().map(|&count| count as f64).sum()
}

/// The command that repeats the run with the configuration `config` and with the data in the default folder.
fn command(config: &Value) -> String {
    let mut text = "train".to_owned();
    flatten("", config, &mut |key, value| {
        let set = format!("{key}={}", plain(value));
        let quote = if set.contains(['"', '[', ' ']) { "'" } else { "" };
        text.extend([" --set ", quote, &set, quote]);
    });
    text
}

/// All outcomes in `folders`, sorted by id, read from `ID/outcome.json` and `ID.json`. If an id occurs in several
/// folders, the outcome in the first such folder is used. Files and folders whose names begin with a dot, and runs
/// without an outcome, are skipped.
///
/// # Errors
/// [`Error`] when a folder cannot be read, or when one of these files cannot be read or is not an outcome.
pub fn outcomes(folders: &[PathBuf]) -> Result<Vec<Outcome>, Error> {
    let mut files = BTreeMap::new();
    for folder in folders.iter().rev() {
        for entry in std::fs::read_dir(folder).map_err(files::Error::new("read", folder))? {
            let path = entry.map_err(files::Error::new("read", folder))?.path();
            let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let kept = path.extension().is_some_and(|end| end == "json");
            let file = if kept { path } else { path.join("outcome.json") };
            if !id.starts_with('.') && file.is_file() {
                files.insert(id, file);
            }
        }
    }
    // The files are read in parallel, because there may be thousands of them.
    let files: Vec<PathBuf> = files.into_values().collect();
    files.par_iter().map(|file| Outcome::read(file)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::files::LastEpoch;
    use crate::run::look::Look;
    use crate::run::sample::outcome;

    #[test]
    fn outcomes_are_found_in_both_places_and_sorted() {
        let folder = tempfile::tempdir().unwrap();
        outcome("b", 1.0).write(&folder.path().join("b.json")).unwrap();
        std::fs::create_dir_all(folder.path().join("a")).unwrap();
        outcome("a", 2.0).write(&folder.path().join("a").join("outcome.json")).unwrap();
        std::fs::create_dir_all(folder.path().join("unfinished")).unwrap();
        files::write(&folder.path().join(".hidden.json"), b"{").unwrap();
        files::write(&folder.path().join("notes.txt"), b"x").unwrap();
        let found = outcomes(&[folder.path().to_owned()]).unwrap();
        assert_eq!(found, [outcome("a", 2.0), outcome("b", 1.0)]);
    }

    #[test]
    fn outcomes_of_earlier_versions_are_read_and_lack_what_these_did_not_record() {
        let run = Outcome::read(Path::new("../../results/2a3b16a3a010.json")).unwrap();
        assert_eq!((&run.curves, &*run.pretraining_curves), (&None, &[][..]));
        assert_eq!((&run.run.commit, &run.run.processor), (&None, &None));
        assert!(run.number("test_error").is_some() && run.number("last_test_error").is_none());
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.json");
        run.write(&copy).unwrap();
        assert_eq!(
            files::read_text(&copy).unwrap(),
            files::read_text(Path::new("../../results/2a3b16a3a010.json")).unwrap()
        );
    }

    #[test]
    fn the_last_epoch_has_numbers_of_its_own() {
        let mut run = outcome("a", 1.0);
        let End::Finished { result, .. } = &mut run.end else { panic!() };
        result.last =
            Some(LastEpoch { test_error: 0.02, test_nll: 0.5, test_rmse: None, sparsity: vec![0.3, 0.6, 0.9] });
        result.pretraining_seconds = Some(12.5);
        let numbers =
            ["last_test_error", "last_test_nll", "epochs", "pretraining_seconds"].map(|name| run.number(name));
        assert_eq!(numbers, [Some(2.0), Some(0.5), Some(20.0), Some(12.5)]);
        assert!((run.number("last_sparsity").unwrap() - 60.0).abs() < 1e-9);
    }

    #[test]
    fn the_first_folder_with_an_id_wins() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        outcome("a", 1.0).write(&folders[0].path().join("a.json")).unwrap();
        outcome("a", 2.0).write(&folders[1].path().join("a.json")).unwrap();
        let found = outcomes(&folders.each_ref().map(|folder| folder.path().to_owned())).unwrap();
        assert_eq!(found, [outcome("a", 1.0)]);
    }

    #[test]
    fn a_malformed_outcome_is_named() {
        let folder = tempfile::tempdir().unwrap();
        files::write(&folder.path().join("bad.json"), b"{}").unwrap();
        assert!(outcomes(&[folder.path().to_owned()]).unwrap_err().to_string().contains("bad.json, line 1"));
    }

    #[test]
    fn the_path_of_data_is_not_kept_but_the_name_of_a_user_s_own_data_is() {
        let folder = tempfile::tempdir().unwrap();
        let mut run = outcome("a", 1.0).run;
        run.credit = "data in /some/where/stars.tsv.".to_owned();
        let found = vec!["/some/where/stars.tsv: 2 columns of numbers".to_owned()];
        run.look = Some(Look { found, ..Look::default() });
        crate::write_manifest(&folder.path().join("run.json"), &run).unwrap();
        let config = "[data]\nformat = \"reviews\"\ndir = \"/some/where/stars.tsv\"\n";
        files::write(&folder.path().join("config.toml"), config.as_bytes()).unwrap();
        let kept = Outcome::diverged(folder.path(), "a", String::new()).unwrap();
        assert!(!serde_json::to_string(&kept).unwrap().contains("/some/where"));
        assert_eq!(kept.run.credit, "data in stars.tsv.");
        assert_eq!(kept.run.command, "train --set data.format=reviews --data-dir stars.tsv");
    }

    #[test]
    fn the_command_repeats_every_setting_of_the_run() {
        let config = serde_json::json!({
            "model": {"hidden": [5, 3], "activation": "tanh"},
            "pretraining": {"corruption": {"masking": 0.25}},
            "analysis": {"measures": ["pairs"]},
        });
        let expected = "train --set 'analysis.measures=[\"pairs\"]' --set model.activation=tanh --set 'model.hidden=[5,3]' \
                        --set pretraining.corruption.masking=0.25";
        assert_eq!(command(&config), expected);
    }
}
