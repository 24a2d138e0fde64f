//! What a plan's file may say.

use crate::error::Error;
use crate::shares::Shares;
use crate::shown::{Comparison, Decomposition, Figure, Gap, Table, Trend};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Settings of a run by their dotted keys, as `train --set` takes them: `"training.epochs" = 20`.
pub type Settings = BTreeMap<String, toml::Value>;

/// An experiment: cells, the scales at which they may be run, and how the results are shown.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Name: that of its file.
    #[serde(skip)]
    pub name: String,
    /// What it is called in reports.
    pub title: String,
    /// What is asked and how, with the section of the paper; a paragraph.
    pub about: String,
    /// Settings of all its runs; everything below is stronger.
    #[serde(default)]
    pub settings: Settings,
    /// The number of a run that decides in a grid, the smallest being best: `validation_error`, `validation_nll` or
    /// `validation_rmse`.
    #[serde(default = "validation_error")]
    pub choose_by: String,
    /// The key whose values are [`Scale::seeds`]: a seed, or the fold of a cross-validation.
    #[serde(default = "seed")]
    pub repeat: String,
    /// How far a mean may be from the paper's number and still reproduce it, in the unit of that number.
    #[serde(default)]
    pub tolerance: BTreeMap<String, f64>,
    /// What each scale runs.
    pub scale: BTreeMap<ScaleName, Scale>,
    /// What is compared.
    #[serde(default)]
    pub cell: Vec<Cell>,
    /// How cells are laid out; none: one table, a cell a row.
    #[serde(default)]
    pub table: Vec<Table>,
    /// What is drawn.
    #[serde(default)]
    pub figure: Vec<Figure>,
    /// What is tested.
    #[serde(default)]
    pub comparison: Vec<Comparison>,
    /// What is tested of more than two cells.
    #[serde(default)]
    pub trend: Vec<Trend>,
    /// What is asked of differences.
    #[serde(default)]
    pub gap: Vec<Gap>,
    /// What is asked of full factorial experiments.
    #[serde(default)]
    pub shares: Vec<Shares>,
    /// What is asked of the parts of differences.
    #[serde(default)]
    pub decomposition: Vec<Decomposition>,
}

fn validation_error() -> String {
    "validation_error".to_owned()
}

fn seed() -> String {
    "training.seed".to_owned()
}

/// How much of an experiment is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScaleName {
    /// A minute: shows that everything works.
    Smoke,
    /// Hours on two cores.
    Desk,
    /// All that the paper did.
    Paper,
}

impl ScaleName {
    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Smoke => "smoke",
            Self::Desk => "desk",
            Self::Paper => "paper",
        }
    }
}

/// What one scale runs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Settings of its runs, stronger than those of the plan, weaker than those of a cell.
    #[serde(default)]
    pub settings: Settings,
    /// Values in place of those of a cell, where a run has that setting at all: what makes networks small without, say,
    /// pre-training those that are not to be.
    #[serde(default)]
    pub replace: Settings,
    /// A value in place of each element of a list, where a run has that setting at all: 1000 for `model.hidden` makes
    /// each hidden layer wider and keeps how many there are.
    #[serde(default)]
    pub each: Settings,
    /// Seeds on which grids are run.
    #[serde(default)]
    pub choose_on: Vec<i64>,
    /// Values of [`Plan::repeat`] of the final runs.
    pub seeds: Vec<i64>,
    /// For each key of a cell's grid or of what it varies, the values in place of the cell's.
    #[serde(default)]
    pub values: BTreeMap<String, Vec<toml::Value>>,
    /// Why its figures cannot be held against the paper's, if they cannot.
    #[serde(default)]
    pub not_comparable: Option<String>,
    /// How many values each [`Draw`] takes.
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
    /// Values of which validation data chooses one for each key.
    #[serde(default)]
    pub grid: BTreeMap<String, Vec<toml::Value>>,
    /// Values that each make a cell of their own, called `NAME/VALUE`.
    #[serde(default)]
    pub vary: BTreeMap<String, Vec<toml::Value>>,
    /// Random values, each a cell of its own with one run, of seed [`Scale::seeds`]`[0]` + k.
    #[serde(default)]
    pub draw: BTreeMap<String, Draw>,
    /// What the paper reports, by the names of the numbers, such as `test_error` (in percent); of varied cells, use
    /// [`Series::paper`](crate::Series::paper).
    #[serde(default)]
    pub paper: BTreeMap<String, f64>,
    /// Why it cannot be held against the paper's, if it cannot.
    #[serde(default)]
    pub not_comparable: Option<String>,
    /// Where it is run: all scales but these.
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
    /// Reads the plan `text`, which is that of `path`.
    ///
    /// # Errors
    /// [`Error`] with the line, or the parts that do not fit.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        let malformed = |e: toml::de::Error| Error::Malformed {
            path: path.to_owned(),
            line: text[..e.span().map_or(0, |span| span.start).min(text.len())].matches('\n').count() + 1,
            problem: e.message().lines().next().unwrap_or_default().replace('`', "'"),
        };
        let mut plan: Self = toml::from_str(text).map_err(malformed)?;
        plan.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(problem) = plan.misfit() {
            return Err(Error::Inconsistent { path: path.to_owned(), problem });
        }
        for shares in &plan.shares {
            let refused =
                |problem| Error::NotFactorial { path: path.to_owned(), question: shares.question.clone(), problem };
            shares.ordered().map_err(refused)?;
        }
        Ok(plan)
    }

    /// Runs that no plan asked for, beside one another.
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
    /// [`Error`] when it cannot be read, or is no plan.
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
