//! The figures of a study: the points of their series, and notes on what is not drawn.

use super::cells::{CellResult, Number, matching};
use crate::text::quantity::{shown, title};
use plan::{Figure, FigureKind, Series};
use stats::Interval;

/// A figure of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureResult {
    /// The title of the figure.
    pub title: String,
    /// A sentence about what the figure shows; may be empty.
    pub caption: String,
    /// How the points are drawn.
    pub kind: FigureKind,
    /// The name of the number on the horizontal axis; empty for bars.
    pub x: String,
    /// The name of the number on the vertical axis, or of the number that the bars show.
    pub y: String,
    /// Whether the horizontal axis is logarithmic.
    pub log_x: bool,
    /// The lines, clouds or groups of bars.
    pub series: Vec<SeriesResult>,
    /// Sentences on what is not drawn, and why.
    pub notes: Vec<String>,
}

/// A line, a cloud of points or a group of bars.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesResult {
    /// The name of the series in the legend.
    pub label: String,
    /// Our points; the points of a line are in order from left to right.
    pub points: Vec<PointResult>,
    /// The paper's points as `[x, y]`; for bars, x is the position of the bar in its group, counted from 1.
    pub paper: Vec<[f64; 2]>,
}

/// A point of a series: the mean of a cell or, in a cloud, one run of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct PointResult {
    /// The name of the cell.
    pub cell: String,
    /// The horizontal value: the cell's mean or the run's number; for bars, the position in the group, counted from 1.
    pub x: f64,
    /// The vertical value: the cell's mean or the run's number.
    pub y: f64,
    /// The 95 % t interval of a mean; `None` for a single run.
    pub interval: Option<Interval>,
}

impl FigureResult {
    /// The name of a point that the paper reports; for bars, preceded by the name of the bar's cell.
    pub(crate) fn named(&self, series: &SeriesResult, paper: [f64; 2]) -> String {
        let bar = series.points.iter().find(|point| self.kind == FigureKind::Bars && point.x == paper[0]);
        bar.map_or_else(|| "the paper".to_owned(), |bar| format!("{}, the paper", bar.cell))
    }

    pub(crate) fn of(figure: &Figure, cells: &[CellResult]) -> Self {
        let mut notes = Vec::new();
        let series = figure.series.iter().map(|series| of_series(figure, series, cells, &mut notes)).collect();
        Self {
            title: figure.title.clone(),
            caption: figure.caption.clone(),
            kind: figure.kind,
            x: figure.x.clone(),
            y: figure.y.clone(),
            log_x: figure.log_x,
            series,
            notes,
        }
    }
}

fn of_series(figure: &Figure, series: &Series, cells: &[CellResult], notes: &mut Vec<String>) -> SeriesResult {
    let members: Vec<&CellResult> =
        series.cells.iter().flat_map(|pattern| matching(pattern, cells)).map(|k| &cells[k]).collect();
    let mut points = Vec::new();
    let mut paper = series.paper.clone();
    for (k, cell) in members.iter().enumerate() {
        let before = points.len();
        match figure.kind {
            FigureKind::Scatter => points.extend(runs(cell, figure)),
            FigureKind::Line => points.extend(mean(cell, figure, cell.numbers.get(&figure.x).and_then(|x| x.mean))),
            FigureKind::Bars => points.extend(mean(cell, figure, Some(k as f64 + 1.0))),
        }
        let Some(here) = points[before..].first() else {
            notes.push(not_drawn(cell, figure));
            continue;
        };
        if series.paper.is_empty() {
            paper.extend(of_paper(cell, figure, here.x));
        }
    }
    if let Some(most) = figure.y_most {
        let all = points.len();
        points.retain(|point| point.y <= most);
        if points.len() < all {
            let most = shown(&figure.y, Some(most));
            notes.push(format!(
                "{} of {all} points of {} lie above {most} and are not drawn.",
                all - points.len(),
                series.label
            ));
        }
    }
    if figure.kind == FigureKind::Line {
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
        paper.sort_by(|a, b| a[0].total_cmp(&b[0]));
    }
    SeriesResult { label: series.label.clone(), points, paper }
}

/// The paper's point for a cell whose point lies at `x` in our results. Both points have the same `x` if it is a
/// setting or the position of a bar. `None` if the paper does not report the numbers.
fn of_paper(cell: &CellResult, figure: &Figure, x: f64) -> Option<[f64; 2]> {
    let shared = figure.kind == FigureKind::Bars || figure.x.starts_with("setting:");
    let x = if shared { x } else { cell.numbers.get(&figure.x)?.paper? };
    Some([x, cell.numbers[&figure.y].paper?])
}

/// The point with a cell's mean at the horizontal value `x`; `None` if the mean or `x` is missing.
fn mean(cell: &CellResult, figure: &Figure, x: Option<f64>) -> Option<PointResult> {
    let y = &cell.numbers[&figure.y];
    Some(PointResult { cell: cell.name.clone(), x: x?, y: y.mean?, interval: y.interval })
}

/// A point for each run of the cell that has the numbers of both axes.
fn runs(cell: &CellResult, figure: &Figure) -> Vec<PointResult> {
    let Some(Number { values: x, .. }) = cell.numbers.get(&figure.x) else { return Vec::new() };
    let y = &cell.numbers[&figure.y].values;
    let point = |&(repeat, y): &(i64, f64)| {
        let &(_, x) = x.iter().find(|other| other.0 == repeat)?;
        Some(PointResult { cell: cell.name.clone(), x, y, interval: None })
    };
    y.iter().filter_map(point).collect()
}

/// A sentence on why a cell is not drawn.
fn not_drawn(cell: &CellResult, figure: &Figure) -> String {
    let y = cell.numbers[&figure.y].mean;
    let [x_name, y_name] = [&figure.x, &figure.y].map(|name| title(name));
    match y {
        None => format!("{} is not drawn: it has no {y_name}.", cell.name),
        Some(_) => format!("{} is not drawn: it has no {x_name}; its {y_name} is {}.", cell.name, shown(&figure.y, y)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;

    #[test]
    fn a_line_joins_means_from_left_to_right() {
        let study = Sample::new().study();
        let line = &study.figures[0].series[0];
        assert_eq!(line.points.iter().map(|point| point.x).collect::<Vec<_>>(), [1.0, 6.0]);
        assert!(line.points.iter().all(|point| point.interval.is_some()));
        assert_eq!(line.paper, [[1.0, 1.77], [6.0, 1.6]]);
    }

    #[test]
    fn a_cell_without_the_horizontal_number_is_named_with_its_mean() {
        let study = Sample::new().study();
        let note = &study.figures[0].notes[0];
        assert!(note.starts_with("rectifier is not drawn: it has no softplus alpha; its test error is 1."), "{note}");
    }

    #[test]
    fn a_cloud_has_a_point_for_each_run() {
        let study = Sample::new().study();
        let cloud = &study.figures[1].series[0];
        assert_eq!(cloud.points.len(), 40);
        assert!(cloud.points.iter().all(|point| point.interval.is_none()));
    }

    #[test]
    fn points_above_the_limit_are_counted() {
        let mut sample = Sample::new();
        let drawn = sample.study().figures[1].series[0].points.clone();
        let most = drawn.iter().map(|point| point.y).fold(f64::INFINITY, f64::min);
        sample.plan.figure[1].y_most = Some(most);
        let figure = &sample.study().figures[1];
        let kept = drawn.iter().filter(|point| point.y <= most).count();
        assert!(kept < drawn.len());
        assert_eq!(figure.series[0].points.len(), kept);
        let note = format!("{} of {} points", drawn.len() - kept, drawn.len());
        assert!(figure.notes.iter().any(|line| line.starts_with(&note)), "{:?}", figure.notes);
    }

    #[test]
    fn a_figure_without_a_horizontal_number_has_no_points() {
        let mut sample = Sample::new();
        sample.plan.figure.iter_mut().for_each(|figure| figure.x.clear());
        let study = sample.study();
        assert!(study.figures[..2].iter().flat_map(|figure| &figure.series).all(|series| series.points.is_empty()));
    }

    #[test]
    fn bars_are_numbered_and_take_the_paper_s_numbers_of_their_cells() {
        let study = Sample::new().without(|cell, _, _| cell == "tanh").study();
        let group = &study.figures[2].series[0];
        let bars: Vec<(f64, &str)> = group.points.iter().map(|point| (point.x, &*point.cell)).collect();
        assert_eq!(bars, [(1.0, "rectifier"), (3.0, "mask")]);
        assert_eq!(group.paper, [[1.0, 1.43]]);
        assert_eq!(study.figures[2].notes, ["tanh is not drawn: it has no test error."]);
    }
}
