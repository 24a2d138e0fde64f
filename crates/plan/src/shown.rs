//! How the results of a plan are shown, and the questions that the results answer.

use serde::Deserialize;
use std::collections::BTreeSet;

/// A table of metrics, with one row per cell.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The title of the table.
    pub title: String,
    /// The metrics in the columns, such as `test_error`, `sparsity` and `test_rmse`.
    pub columns: Vec<String>,
    /// Names of cells, where `NAME/*` stands for all values of a varied or drawn cell; empty for all cells of the plan.
    #[serde(default)]
    pub cells: Vec<String>,
}

/// A way in which the plan differs from the paper.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// What the plan does.
    pub ours: String,
    /// What the paper or, where the paper is silent, the authors' code does.
    pub paper: String,
    /// Why the plan differs.
    pub why: String,
    /// The two cells whose difference measures the effect; `None` if no cells measure it.
    #[serde(default)]
    pub effect: Option<Effect>,
}

/// The effect of a deviation: the mean of a metric over a cell that follows the paper, minus that over a cell that
/// deviates.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The name of the cell that follows the paper in this respect.
    pub paper: String,
    /// The name of the cell that deviates, and is otherwise equal.
    pub ours: String,
    /// The metric.
    pub metric: String,
}

/// A chart of a metric of cells or runs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The title of the figure.
    pub title: String,
    /// A sentence about what the figure shows.
    #[serde(default)]
    pub caption: String,
    /// How points are drawn.
    pub kind: FigureKind,
    /// The quantity on the horizontal axis: a metric, or `setting:KEY`; empty for bars.
    #[serde(default)]
    pub x: String,
    /// The metric on the vertical axis, or the metric that the bars show.
    pub y: String,
    /// Whether the horizontal axis is logarithmic.
    #[serde(default)]
    pub log_x: bool,
    /// The highest value that is drawn; points above it are counted in a note. With `None`, all points are drawn.
    #[serde(default)]
    pub y_most: Option<f64>,
    /// The series to draw.
    pub series: Vec<Series>,
}

/// How the points of a figure are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FigureKind {
    /// A point for the mean of each cell, with its confidence interval; lines join the points of a series.
    Line,
    /// A point for each run.
    Scatter,
    /// A bar for the mean of each cell, with its confidence interval.
    Bars,
}

/// One series of a figure: a line, a cloud of points or a group of bars.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// The name of the series in the legend.
    pub label: String,
    /// Names of cells, where `NAME/*` stands for all values of a varied or drawn cell.
    pub cells: Vec<String>,
    /// The paper's points as `[x, y]`; for bars, x is the position of the bar in its group, counted from 1.
    #[serde(default)]
    pub paper: Vec<[f64; 2]>,
}

/// A question about two cells: does a metric differ between `a` and `b`? With [`Comparison::minus`], it is a question
/// about four cells: is the difference between `a` and `b` another one than that between two other cells?
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The text of the question.
    pub question: String,
    /// The name of the first cell.
    pub a: String,
    /// The name of the second cell.
    pub b: String,
    /// The difference that is subtracted from `a` minus `b`, for questions such as whether one unit gains more by
    /// pre-training than another.
    #[serde(default)]
    pub minus: Option<Minus>,
    /// The metric to compare.
    pub metric: String,
    /// The statistical test.
    pub test: Test,
}

/// The difference between two cells that a [`Comparison`] subtracts from the difference of its own cells.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minus {
    /// The name of the cell that corresponds to [`Comparison::a`].
    pub a: String,
    /// The name of the cell that corresponds to [`Comparison::b`].
    pub b: String,
}

impl Comparison {
    /// The names of the compared cells, each with the sign of its metric in the difference, 1 or -1.
    #[must_use]
    pub fn terms(&self) -> Vec<(&str, i32)> {
        let own = [(&*self.a, 1), (&*self.b, -1)];
        own.into_iter().chain(self.minus.iter().flat_map(|minus| [(&*minus.a, -1), (&*minus.b, 1)])).collect()
    }

    /// What is wrong with the test, if anything.
    pub(crate) fn problem(&self) -> Option<String> {
        let question = &self.question;
        if self.test != Test::Mcnemar {
            return None;
        }
        if self.metric != "test_error" {
            return Some(format!(
                "comparison '{question}' uses McNemar's test, which counts misclassified examples, with the metric {}; \
                 give test_error",
                self.metric
            ));
        }
        self.minus.as_ref().map(|_| {
            format!(
                "comparison '{question}' uses McNemar's test, which is of two networks, with minus, which adds two \
                 more; give test = \"paired\""
            )
        })
    }
}

/// A question about cells in a given order: does a metric rise, or fall, from each cell to the next? The answer is the
/// result of Page's test over seeds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trend {
    /// The text of the question.
    pub question: String,
    /// Names of cells in the given order, where `NAME/*` stands for all values of a varied or drawn cell.
    pub cells: Vec<String>,
    /// The metric in question.
    pub metric: String,
    /// The expected direction.
    pub direction: Direction,
}

/// The direction of a trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// The metric rises from each cell to the next.
    Rising,
    /// The metric falls from each cell to the next.
    Falling,
}

/// A question about three cells: how much of the gap between two of them does the third one close? The gap is the
/// metric of the cell `from` minus the metric of the cell `to`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The text of the question.
    pub question: String,
    /// The name of the cell whose metric is expected to be the larger one.
    pub from: String,
    /// The name of the cell whose metric is expected to be the smaller one.
    pub to: String,
    /// The name of the cell that may close the gap.
    pub by: String,
    /// The metric in question.
    pub metric: String,
}

/// A question about the difference between two cells in the mean of several metrics, such as the sparsity of each
/// layer: how much does each metric contribute to the difference?
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decomposition {
    /// The text of the question.
    pub question: String,
    /// The name of the cell whose metrics are subtracted.
    pub from: String,
    /// The name of the other cell, from whose metrics the metrics of the cell [`Decomposition::from`] are subtracted.
    pub to: String,
    /// The differences whose mean is the difference of the means.
    pub parts: Vec<Part>,
}

impl Decomposition {
    /// The problem with the parts, if there is one: the list of parts is empty, or the metrics are of different kinds.
    pub(crate) fn problem(&self) -> Option<String> {
        let metrics = self.parts.iter().flat_map(|part| [&part.from, &part.to]);
        let kinds: BTreeSet<&str> = metrics.map(|metric| metric.split('.').next().unwrap_or_default()).collect();
        match kinds.len() {
            0 => Some(format!("decomposition '{}' has no parts; give at least one part", self.question)),
            1 => None,
            _ => Some(format!(
                "decomposition '{}' adds up metrics of different kinds ({}); give one kind, such as sparsity.1 and sparsity.2",
                self.question,
                kinds.into_iter().collect::<Vec<_>>().join(", ")
            )),
        }
    }
}

/// A part of a [`Decomposition`]: a metric of the cell [`Decomposition::to`] minus a metric of the cell
/// [`Decomposition::from`].
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The name of the part in reports, such as the layer that it stands for.
    pub name: String,
    /// The metric of the cell [`Decomposition::from`], which is subtracted.
    pub from: String,
    /// The metric of the cell [`Decomposition::to`].
    pub to: String,
}

/// The further test that a comparison shows, beside the differences over seeds and test examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// Wilcoxon's signed-rank test of the differences between runs with the same seed or fold.
    Paired,
    /// McNemar's test of the predictions of runs with the same seed on the same test examples, summed over seeds. It
    /// takes the networks as given, and therefore cannot say what other seeds would give.
    Mcnemar,
}
