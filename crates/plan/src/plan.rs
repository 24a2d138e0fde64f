//! The contents of a plan's file.

use crate::error::Error;
use crate::shares::Shares;
use crate::shown::{Comparison, Decomposition, Deviation, Figure, Gap, Table, Trend};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Settings of a run by their dotted keys, as in `train --set`: `"training.epochs" = 20`.
pub type Settings = BTreeMap<String, toml::Value>;

/// An experiment: cells, the scales at which they may be run, and how the results are shown.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The plan's name: the name of its file without the extension.
    #[serde(skip)]
    pub name: String,
    /// The title of the plan in reports.
    pub title: String,
    /// A paragraph on the question and the method, with the section of the paper.
    pub about: String,
    /// Settings of all runs of the plan; the settings of scales and cells override them.
    #[serde(default)]
    pub settings: Settings,
    /// The metric whose smallest mean decides which point of a grid is chosen: `validation_error`, `validation_nll` or
    /// `validation_rmse`.
    #[serde(default = "validation_error")]
    pub choose_by: String,
    /// The key of the setting that differs between repeated runs, with values from [`Scale::choose_on`] and
    /// [`Scale::seeds`]: a seed, or the fold of a cross-validation.
    #[serde(default = "seed")]
    pub repeat: String,
    /// For each metric, the largest difference between a mean and the paper's result at which the mean counts as a
    /// reproduction of the result, in the unit of the metric.
    #[serde(default)]
    pub tolerance: BTreeMap<String, f64>,
    /// The runs of each scale.
    pub scale: BTreeMap<ScaleName, Scale>,
    /// The networks that are compared.
    #[serde(default)]
    pub cell: Vec<Cell>,
    /// The ways in which the plan differs from the paper.
    #[serde(default)]
    pub deviation: Vec<Deviation>,
    /// The tables; if the list is empty, there is one table with one row per cell.
    #[serde(default)]
    pub table: Vec<Table>,
    /// The figures.
    #[serde(default)]
    pub figure: Vec<Figure>,
    /// Statistical comparisons of two cells.
    #[serde(default)]
    pub comparison: Vec<Comparison>,
    /// Tests for a trend over several cells.
    #[serde(default)]
    pub trend: Vec<Trend>,
    /// Questions about how much of the gap between two cells a third cell closes.
    #[serde(default)]
    pub gap: Vec<Gap>,
    /// Questions about full factorial experiments.
    #[serde(default)]
    pub shares: Vec<Shares>,
    /// Questions about the parts of the difference between two cells.
    #[serde(default)]
    pub decomposition: Vec<Decomposition>,
}

fn validation_error() -> String {
    "validation_error".to_owned()
}

pub(crate) fn seed() -> String {
    "training.seed".to_owned()
}

/// The smallest seed whose runs may be reported where grids choose: smaller seeds choose, and may have been looked at
/// while a plan was written.
pub const FIRST_REPORTED: i64 = 101;

/// The smallest number of seeds on which a point of a grid is chosen.
pub const FEWEST_CHOOSING: usize = 3;

/// The size of an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScaleName {
    /// A size that takes about a minute and shows that everything works.
    Smoke,
    /// A size that takes hours on two cores.
    Desk,
    /// The size of the paper's experiment.
    Paper,
}

impl ScaleName {
    /// The name of the scale in a plan's file.
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
    /// Settings of the scale's runs. They override the settings of the plan, and the settings of a cell override them.
    #[serde(default)]
    pub settings: Settings,
    /// For each key, the value that replaces the value set by the plan, the scale or the cell, but only in runs that
    /// have the setting. Such a value can shorten pre-training, for example, without adding pre-training to other runs.
    #[serde(default)]
    pub replace: Settings,
    /// For each key, the value that replaces every element of a list, but only in runs that have the setting: 1000 for
    /// `model.hidden` changes the width of each hidden layer and keeps the number of layers.
    #[serde(default)]
    pub each: Settings,
    /// Values of the setting that [`Plan::repeat`] names, in the runs by which a point of a grid is chosen. Where grids
    /// choose on seeds, at the scales desk and paper, there are at least three, and all are below [`FIRST_REPORTED`].
    #[serde(default)]
    pub choose_on: Vec<i64>,
    /// Values of the setting that [`Plan::repeat`] names, in the reported runs. Where grids choose on seeds, at the
    /// scales desk and paper, they are [`FIRST_REPORTED`] or above.
    pub seeds: Vec<i64>,
    /// Why the seeds of this scale do not follow these rules; `None` if they do. Reports state the reason.
    #[serde(default)]
    pub exception: Option<String>,
    /// For each key, the list of values that replaces the list of a cell's [`Cell::grid`] or [`Cell::vary`].
    #[serde(default)]
    pub values: BTreeMap<String, Vec<toml::Value>>,
    /// Why results at this scale cannot be compared with the paper's results; `None` if the plan gives no reason.
    #[serde(default)]
    pub not_comparable: Option<String>,
    /// The number of values drawn from each [`Draw`].
    #[serde(default)]
    pub draws: usize,
}

/// A network with its settings. A cell with [`Cell::vary`] stands for one network per combination of values, and a cell
/// with [`Cell::draw`] for one network per draw.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The name of the cell within the plan.
    pub name: String,
    /// Settings of the cell's runs.
    #[serde(default)]
    pub settings: Settings,
    /// For each key, the values from which one is chosen on validation data.
    #[serde(default)]
    pub grid: BTreeMap<String, Vec<toml::Value>>,
    /// For each key, the values to vary: each combination of values makes a separate cell, called `NAME/VALUE`.
    #[serde(default)]
    pub vary: BTreeMap<String, Vec<toml::Value>>,
    /// For each key, the distribution of random values. The draws make separate cells, called `NAME/1`, `NAME/2` and so
    /// on. Each of these cells reports one run, and the seeds of the runs are consecutive numbers from the first of
    /// [`Scale::seeds`] on.
    #[serde(default)]
    pub draw: BTreeMap<String, Draw>,
    /// The paper's results by metric, such as `test_error` (in percent); for varied cells, use
    /// [`Series::paper`](crate::Series::paper).
    #[serde(default)]
    pub paper: BTreeMap<String, f64>,
    /// Why the cell's results cannot be compared with the paper's results; `None` if the plan gives no reason.
    #[serde(default)]
    pub not_comparable: Option<String>,
    /// The scales at which the cell is not run.
    #[serde(default)]
    pub not_at: BTreeSet<ScaleName>,
}

/// A distribution from which random values of a setting are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draw {
    /// The law of the distribution.
    pub law: Law,
    /// The lower bound of the values.
    pub low: f64,
    /// The upper bound of the values.
    pub high: f64,
}

/// The law of a distribution between two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// The values are uniform.
    Uniform,
    /// The logarithms of the values are uniform.
    LogUniform,
}

impl Plan {
    /// Parses `text`, the contents of the plan file `path`.
    ///
    /// # Errors
    /// [`Error::Malformed`] when `text` is not a plan, [`Error::Inconsistent`] when parts of the plan contradict each
    /// other, are missing or have invalid values, and [`Error::NotFactorial`] when the cells of a question in `shares`
    /// do not form a full factorial experiment.
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

    /// A plan that shows individual runs, which belong to no other plan, side by side.
    #[must_use]
    pub fn of_runs() -> Self {
        Self {
            name: "runs".to_owned(),
            title: "Runs".to_owned(),
            about: "Individual runs, side by side.".to_owned(),
            settings: Settings::new(),
            choose_by: validation_error(),
            repeat: seed(),
            tolerance: BTreeMap::new(),
            scale: BTreeMap::new(),
            cell: Vec::new(),
            deviation: Vec::new(),
            table: vec![Table {
                title: "Results".to_owned(),
                columns: [
                    "test_error",
                    "baseline_error",
                    "validation_error",
                    "test_rmse",
                    "constant_rmse",
                    "test_mae",
                    "test_r2",
                    "sparsity",
                    "dead",
                ]
                .map(ToOwned::to_owned)
                .to_vec(),
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
    /// [`Error::File`] when the file cannot be read, and the errors of [`Plan::parse`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        Self::parse(path, &files::read_text(path)?)
    }
}

impl Scale {
    /// The values of `key` at this scale, which are `values` unless the scale replaces them.
    pub(crate) fn values_of<'a>(&'a self, key: &str, values: &'a [toml::Value]) -> &'a [toml::Value] {
        self.values.get(key).map_or(values, |values| values)
    }
}
