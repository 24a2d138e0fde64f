//! How the results of a plan are shown, and the questions that they answer.

use serde::Deserialize;
use std::collections::BTreeSet;

/// Numbers of cells, one row per cell.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its title.
    pub title: String,
    /// Names of numbers, such as `test_error`, `sparsity`, `test_rmse`.
    pub columns: Vec<String>,
    /// Cells by name, `NAME/*` for all values of a varied cell; empty: all.
    #[serde(default)]
    pub cells: Vec<String>,
}

/// A chart.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// Its title.
    pub title: String,
    /// A sentence about what it shows.
    #[serde(default)]
    pub caption: String,
    /// How points are drawn.
    pub kind: FigureKind,
    /// The horizontal axis: the name of a number, or `setting:KEY`; empty for bars.
    #[serde(default)]
    pub x: String,
    /// The vertical axis: the name of a number.
    pub y: String,
    /// Whether the horizontal axis is logarithmic.
    #[serde(default)]
    pub log_x: bool,
    /// The highest value that is drawn; points above it are counted in a note. `None`: all are drawn.
    #[serde(default)]
    pub y_most: Option<f64>,
    /// The lines or clouds.
    pub series: Vec<Series>,
}

/// How the points of a figure are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FigureKind {
    /// Means of cells with their intervals, joined.
    Line,
    /// A point for each run.
    Scatter,
    /// A bar for each cell, with its interval.
    Bars,
}

/// One line of a figure.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Its name in the legend.
    pub label: String,
    /// Cells by name, `NAME/*` for all values of a varied or drawn cell.
    pub cells: Vec<String>,
    /// The paper's points.
    #[serde(default)]
    pub paper: Vec<[f64; 2]>,
}

/// A question to two cells: is `a` smaller than `b`?
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The question.
    pub question: String,
    /// A cell.
    pub a: String,
    /// Another one.
    pub b: String,
    /// The number to compare.
    pub metric: String,
    /// The statistical test.
    pub test: Test,
}

/// A question to cells in an order: does a number rise, or fall, from each to the next? Page's test over seeds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trend {
    /// The question.
    pub question: String,
    /// Cells in their order, `NAME/*` for all values of a varied cell.
    pub cells: Vec<String>,
    /// The number in question.
    pub metric: String,
    /// The expected direction.
    pub direction: Direction,
}

/// A direction of a trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Upwards.
    Rising,
    /// Downwards.
    Falling,
}

/// A question to three cells: how much of the difference between two of them does a third one close?
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The question.
    pub question: String,
    /// The cell on the far side of the gap.
    pub from: String,
    /// The cell on its near side.
    pub to: String,
    /// The cell that may close it.
    pub by: String,
    /// The number in question.
    pub metric: String,
}

/// A question about the difference between two cells in the mean of several numbers, such as the sparsity of each
/// layer: how much does each of them contribute?
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decomposition {
    /// The question.
    pub question: String,
    /// The cell that is subtracted.
    pub from: String,
    /// The cell that it is subtracted from.
    pub to: String,
    /// The differences whose mean is the difference of the means.
    pub parts: Vec<Part>,
}

impl Decomposition {
    /// What is wrong with the parts, if anything: there are none, or they are numbers of different kinds.
    pub(crate) fn problem(&self) -> Option<String> {
        let metrics = self.parts.iter().flat_map(|part| [&part.from, &part.to]);
        let kinds: BTreeSet<&str> = metrics.map(|metric| metric.split('.').next().unwrap_or_default()).collect();
        match kinds.len() {
            0 => Some(format!("decomposition '{}' has no parts; give at least one", self.question)),
            1 => None,
            _ => Some(format!(
                "decomposition '{}' adds up numbers of different kinds ({}); give one, such as sparsity.1 and sparsity.2",
                self.question,
                kinds.into_iter().collect::<Vec<_>>().join(", ")
            )),
        }
    }
}

/// A part of a [`Decomposition`]: a number of one cell minus a number of the other.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What it stands for.
    pub name: String,
    /// The number of [`Decomposition::from`], which is subtracted.
    pub from: String,
    /// The number of [`Decomposition::to`].
    pub to: String,
}

/// A statistical test of two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// Differences of runs with the same seed: a t interval and Wilcoxon's signed-rank test.
    Paired,
    /// Answers of runs with the same seed to the same test examples: McNemar's test, summed over seeds.
    Mcnemar,
}
