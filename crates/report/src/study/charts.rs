//! Charts of the figures of a study, and of the functions drawn in Figures 1 and 2 of the paper.

use super::figures::{FigureResult, PointResult, SeriesResult};
use crate::document::{header_row, scrolling_tall};
use crate::svg::{Bar, Bars, Drawing, Group, Plot, Scale, Spot, Style, Trace};
use crate::text::number::range;
use crate::text::quantity::{label, shown};
use maud::{Markup, html};
use plan::FigureKind;

/// A figure with its legend, its caption, its notes, and its numbers as a table.
pub(crate) fn figure(figure: &FigureResult) -> Markup {
    html! {
        figure.wide {
            figcaption { b { (figure.title) } span { (caption(figure)) } }
            @match drawing(figure) {
                Some(drawing) => { (drawing.legend()) (drawing.chart()) },
                None => p { "No finished run has the numbers of this figure." },
            }
            @for note in &figure.notes { p.muted { (note) } }
            (numbers(figure))
        }
    }
}

impl FigureResult {
    /// The figure as an SVG file that contains its style sheet, for documents; `None` if the figure has no point to
    /// draw.
    #[must_use]
    pub fn picture(&self) -> Option<String> {
        drawing(self).map(|drawing| drawing.file())
    }
}

/// The chart of a figure; `None` if the figure has no point to draw.
fn drawing(figure: &FigureResult) -> Option<Drawing> {
    let (x, y) = (label(&figure.x), label(&figure.y));
    let against = if figure.kind == FigureKind::Bars { String::new() } else { format!(" against {x}") };
    let labels: Vec<&str> = figure.series.iter().map(|series| &*series.label).collect();
    let description = format!("{}: {y}{against}; {}.", figure.title, labels.join("; "));
    let scale = if figure.log_x { Scale::Logarithmic } else { Scale::Linear };
    match figure.kind {
        FigureKind::Bars => bars(figure, description).draw(),
        FigureKind::Line | FigureKind::Scatter => {
            Plot { description, x: &x, y: &y, scale, traces: traces(figure) }.draw()
        }
    }
}

/// The figure's caption, followed by a sentence on what a point represents and, if the logarithmic axis has zeros, a
/// sentence on where these zeros lie.
pub(crate) fn caption(figure: &FigureResult) -> String {
    let mut text = figure.caption.clone();
    let drawn = match figure.kind {
        FigureKind::Line | FigureKind::Bars => "Means of runs with their 95 % t intervals.",
        FigureKind::Scatter => "Each marker is one run.",
    };
    let zeros = figure.log_x && figure.series.iter().flat_map(|series| &series.points).any(|point| point.x <= 0.0);
    for part in [drawn, if zeros { "On the logarithmic axis, zeros lie at the left edge." } else { "" }] {
        if !text.is_empty() && !part.is_empty() {
            text.push(' ');
        }
        text.push_str(part);
    }
    text
}

/// The traces of each series: our points, followed by the paper's points.
fn traces(figure: &FigureResult) -> Vec<Trace> {
    let style = if figure.kind == FigureKind::Scatter { Style::Cloud } else { Style::Joined };
    let mut traces = Vec::new();
    for (look, series) in figure.series.iter().enumerate() {
        let spots = series.points.iter().map(|point| Spot { x: point.x, y: point.y, interval: point.interval });
        traces.push(Trace { label: series.label.clone(), look, style, spots: spots.collect() });
        if !series.paper.is_empty() {
            let spots = series.paper.iter().map(|&[x, y]| Spot { x, y, interval: None }).collect();
            traces.push(Trace { label: format!("{}, paper", series.label), look, style: Style::Theirs, spots });
        }
    }
    traces
}

/// A chart with a group of bars for each series, and the paper's numbers.
fn bars(figure: &FigureResult, description: String) -> Bars {
    let paper = |series: &SeriesResult, point: &PointResult| {
        let numbers = series.paper.iter().filter(|paper| paper[0] == point.x).map(|paper| paper[1]);
        numbers.collect()
    };
    let bar = |series: &SeriesResult, point: &PointResult| Bar {
        name: point.cell.clone(),
        value: point.y,
        text: shown(&figure.y, Some(point.y)),
        interval: point.interval,
        paper: paper(series, point),
    };
    let group = |series: &SeriesResult| Group {
        label: series.label.clone(),
        bars: series.points.iter().map(|point| bar(series, point)).collect(),
    };
    Bars { description, label: label(&figure.y), groups: figure.series.iter().map(group).collect() }
}

/// The table of all numbers that the figure shows.
fn numbers(figure: &FigureResult) -> Markup {
    let x = if figure.kind == FigureKind::Bars { "bar".to_owned() } else { label(&figure.x) };
    let row = |series: &SeriesResult, name: &str, point: [f64; 2], interval: Option<stats::Interval>| {
        let interval = interval.map(|interval| range(interval, |end| shown(&figure.y, Some(end))));
        let place =
            if figure.kind == FigureKind::Bars { point[0].to_string() } else { shown(&figure.x, Some(point[0])) };
        html! {
            tr {
                th scope="row" { (series.label) }
                td { (name) }
                td { (place) }
                td { (shown(&figure.y, Some(point[1]))) }
                td { (interval.unwrap_or_default()) }
            }
        }
    };
    html! {
        details {
            summary { "The numbers of this figure" }
            (scrolling_tall(&format!("Numbers of: {}", figure.title), &html! {
                table {
                    (header_row(["series", "cell", &x, &label(&figure.y), "95 % interval"]))
                    tbody {
                        @for series in &figure.series {
                            @for point in &series.points { (row(series, &point.cell, [point.x, point.y], point.interval)) }
                            @for &point in &series.paper { (row(series, &figure.named(series, point), point, None)) }
                        }
                    }
                }
            }))
        }
    }
}

/// The functions drawn in Figures 1 and 2 of the paper as HTML: the firing rate of a leaky integrate-and-fire neuron,
/// the logistic sigmoid and tanh, the rectifier and softplus. The curves are computed from their formulas, without
/// runs.
///
/// Section 2.1 gives the neuron's formula without values for its constants. The values used here are from the code of
/// the paper's first author: E + R I - `V_r` is 0.5 I + 0.025, E + R I - `V_th` is 0.5 I, tau is 7.5 and `t_ref` is 1.
#[must_use]
pub fn figure1() -> String {
    functions().into_string()
}

/// The three panels of [`figure1`].
pub(crate) fn functions() -> Markup {
    let panels = [
        ("Leaky integrate-and-fire neuron", "input current", "firing rate", vec![curve("neuron", 0, -2.0, 6.0, fire)]),
        (
            "Logistic sigmoid and tanh",
            "input",
            "output",
            vec![curve("logistic", 0, -4.0, 4.0, |x| 1.0 / (1.0 + (-x).exp())), curve("tanh", 1, -4.0, 4.0, f64::tanh)],
        ),
        (
            "Rectifier and softplus",
            "input",
            "output",
            vec![
                curve("rectifier", 0, -4.0, 3.9, |x| x.max(0.0)),
                curve("softplus", 1, -4.0, 3.9, |x| x.exp().ln_1p()),
            ],
        ),
    ];
    html! {
        div.charts {
            @for (title, x, y, traces) in panels {
                figure {
                    figcaption { b { (title) } }
                    @let plot = Plot { description: format!("{title}: {y} against {x}"), x, y, scale: Scale::Linear, traces };
                    @if let Some(drawing) = plot.draw() { (drawing.legend()) (drawing.chart()) }
                }
            }
        }
    }
}

/// The firing rate of the neuron at the input current `x` (section 2.1), with the constants given at [`figure1`].
fn fire(x: f64) -> f64 {
    let (above_reset, above_threshold) = (0.5 * x + 0.025, 0.5 * x);
    if above_threshold > 0.0 { 1.0 / (7.5 * (above_reset / above_threshold).ln() + 1.0) } else { 0.0 }
}

fn curve(label: &str, look: usize, low: f64, high: f64, function: impl Fn(f64) -> f64) -> Trace {
    const STEPS: u32 = 240;
    let spots = (0..=STEPS).map(|k| {
        let x = low + (high - low) * f64::from(k) / f64::from(STEPS);
        Spot { x, y: function(x), interval: None }
    });
    Trace { label: label.to_owned(), look, style: Style::Curve, spots: spots.collect() }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn the_neuron_fires_as_its_formula_says() {
        // The expected rates were computed by hand.
        for (x, rate) in [(0.1, 0.2475), (1.0, 0.7321), (5.0, 0.9306)] {
            assert!((fire(x) - rate).abs() < 5e-5, "the rate at {x} is {}, not {rate}", fire(x));
        }
        assert_eq!(fire(-1.0), 0.0);
    }

    #[test]
    fn five_functions_are_drawn() {
        let text = figure1();
        for name in ["neuron", "logistic", "tanh", "rectifier", "softplus"] {
            assert!(text.contains(name), "{name} is missing");
        }
        assert!(!text.contains("NaN"));
    }

    #[test]
    fn the_paper_s_points_look_different_from_ours() {
        let study = Sample::new().study();
        let text = figure(&study.figures[0]).into_string();
        assert!(text.contains("line look0 ours") && text.contains("line look0 theirs"), "{text}");
        assert!(text.contains("softplus, paper"));
    }

    #[test]
    fn every_point_that_is_drawn_is_in_the_table() {
        let study = Sample::new().study();
        let text = figure(&study.figures[1]).into_string();
        let (_, table) = text.split_once("<tbody>").unwrap();
        assert_eq!(table.matches("<tr>").count(), 45);
    }
}
