//! The contents of a plan's file.

use crate::error::Error;
use crate::shares::Shares;
use crate::shown::{Comparison, Decomposition, Figure, Gap, Table, Trend};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Settings of a run by their dotted keys, as in `train --set`: `"training.epochs" = 20`.
pub type Settings = BTreeMap<String, toml::Value>;

/// An experiment: cells, the scales at which they may be run, and how the results are shown.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Its name: that of its file.
    #[serde(skip)]
    pub name: String,
    /// Its title in reports.
    pub title: String,
    /// A paragraph on what is asked and how, with the section of the paper.
    pub about: String,
    /// Settings of all its runs; the settings of scales and cells override them.
    #[serde(default)]
    pub settings: Settings,
    /// The number that decides in a grid, the smallest being best: `validation_error`, `validation_nll` or
    /// `validation_rmse`.
    #[serde(default = "validation_error")]
    pub choose_by: String,
    /// The key whose values are [`Scale::seeds`]: a seed, or the fold of a cross-validation.
    #[serde(default = "seed")]
    pub repeat: String,
    /// How far a mean may be from the paper's number and still count as reproducing it, in the unit of that number.
    #[serde(default)]
    pub tolerance: BTreeMap<String, f64>,
    /// The runs of each scale.
    pub scale: BTreeMap<ScaleName, Scale>,
    /// The networks that are compared.
    #[serde(default)]
    pub cell: Vec<Cell>,
    /// How cells are laid out; empty: one table, one row per cell.
    #[serde(default)]
    pub table: Vec<Table>,
    /// The figures.
    #[serde(default)]
    pub figure: Vec<Figure>,
    /// Tests of two cells.
    #[serde(default)]
    pub comparison: Vec<Comparison>,
    /// Tests of more than two cells.
    #[serde(default)]
    pub trend: Vec<Trend>,
    /// Questions about differences.
    #[serde(default)]
    pub gap: Vec<Gap>,
    /// Questions about full factorial experiments.
    #[serde(default)]
    pub shares: Vec<Shares>,
    /// Questions about the parts of differences.
    #[serde(default)]
    pub decomposition: Vec<Decomposition>,
}

fn validation_error() -> String {
    "validation_error".to_owned()
}

fn seed() -> String {
    "training.seed".to_owned()
}

/// The size of an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScaleName {
    /// A minute: shows that everything works.
    Smoke,
    /// Hours on two cores.
    Desk,
    /// Everything that the paper did.
    Paper,
}

impl ScaleName {
    /// Its name in a plan's file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Smoke => "smoke",
            Self::Desk => "desk",
            Self::Paper => "paper",
        }
    }
}

/// The runs of one scale.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Settings of its runs; they override those of the plan, and those of a cell override them.
    #[serde(default)]
    pub settings: Settings,
    /// Values in place of those of a cell, if a run has that setting at all: this makes networks small without, say,
    /// pre-training those that should not be.
    #[serde(default)]
    pub replace: Settings,
    /// A value in place of each element of a list, if a run has that setting at all: 1000 for `model.hidden` changes
    /// the width of each hidden layer and keeps their number.
    #[serde(default)]
    pub each: Settings,
    /// Seeds on which grids are run.
    #[serde(default)]
    pub choose_on: Vec<i64>,
    /// Values of [`Plan::repeat`] of the final runs.
    pub seeds: Vec<i64>,
    /// Values in place of a cell's, by the keys of its grid or of [`Cell::vary`].
    #[serde(default)]
    pub values: BTreeMap<String, Vec<toml::Value>>,
    /// Why its numbers cannot be compared with the paper's, if they cannot.
    #[serde(default)]
    pub not_comparable: Option<String>,
    /// The number of values of each [`Draw`].
    #[serde(default)]
    pub draws: usize,
}

/// A network with its settings; with [`Cell::vary`], one for each combination of values.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Its name within the plan.
    pub name: String,
    /// Its settings.
    #[serde(default)]
    pub settings: Settings,
    /// For each key, the values from which one is chosen on validation data.
    #[serde(default)]
    pub grid: BTreeMap<String, Vec<toml::Value>>,
    /// Values that each make a separate cell, called `NAME/VALUE`.
    #[serde(default)]
    pub vary: BTreeMap<String, Vec<toml::Value>>,
    /// Random values, each a separate cell with one run, whose seed is [`Scale::seeds`]`[0]` + k.
    #[serde(default)]
    pub draw: BTreeMap<String, Draw>,
    /// What the paper reports, by the names of the numbers, such as `test_error` (in percent); for varied cells, use
    /// [`Series::paper`](crate::Series::paper).
    #[serde(default)]
    pub paper: BTreeMap<String, f64>,
    /// Why it cannot be compared with the paper's, if it cannot.
    #[serde(default)]
    pub not_comparable: Option<String>,
    /// The scales at which it is not run.
    #[serde(default)]
    pub not_at: BTreeSet<ScaleName>,
}

/// Random values of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draw {
    /// Their distribution.
    pub law: Law,
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

/// A distribution between two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// Uniform.
    Uniform,
    /// Uniform in the logarithm.
    LogUniform,
}

impl Plan {
    /// Reads the plan in `text`, the contents of `path`.
    ///
    /// # Errors
    /// [`Error`] with the line, or with the parts that contradict each other.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        let malformed = |e: toml::de::Error| Error::Malformed {
            path: path.to_owned(),
            line: text[..e.span().map_or(0, |span| span.start).min(text.len())].matches('\n').count() + 1,
            problem: e.message().lines().next().unwrap_or_default().replace('`', "'"),
        };
        let mut plan: Self = toml::from_str(text).map_err(malformed)?;
        plan.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(problem) = plan.problem() {
            return Err(Error::Inconsistent { path: path.to_owned(), problem });
        }
        for shares in &plan.shares {
            let refused =
                |problem| Error::NotFactorial { path: path.to_owned(), question: shares.question.clone(), problem };
            shares.ordered().map_err(refused)?;
        }
        Ok(plan)
    }

    /// A plan for showing runs that belong to no plan, side by side.
    #[must_use]
    pub fn of_runs() -> Self {
        Self {
            name: "runs".to_owned(),
            title: "Runs".to_owned(),
            about: "Single runs, beside one another.".to_owned(),
            settings: Settings::new(),
            choose_by: validation_error(),
            repeat: seed(),
            tolerance: BTreeMap::new(),
            scale: BTreeMap::new(),
            cell: Vec::new(),
            table: vec![Table {
                title: "What came out".to_owned(),
                columns: ["test_error", "validation_error", "sparsity", "dead"].map(ToOwned::to_owned).to_vec(),
                cells: Vec::new(),
            }],
            figure: Vec::new(),
            comparison: Vec::new(),
            trend: Vec::new(),
            gap: Vec::new(),
            shares: Vec::new(),
            decomposition: Vec::new(),
        }
    }

    /// Reads the plan in the file `path`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read or is not a plan.
    pub fn read(path: &Path) -> Result<Self, Error> {
        Self::parse(path, &files::read_text(path)?)
    }
}

impl Scale {
    /// The values of `key`, which are `values` unless this scale has others.
    pub(crate) fn values_of<'a>(&'a self, key: &str, values: &'a [toml::Value]) -> &'a [toml::Value] {
        self.values.get(key).map_or(values, |values| values)
    }
}
