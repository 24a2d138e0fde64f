//! Bars to the right, each under its name, with the interval of its mean and the paper's number: any name has room.

use super::drawing::{Drawing, Entry, WIDTH};
use super::{FigureResult, PointResult, SeriesResult};
use crate::axis::{Axis, Scale};
use crate::look::marker;
use crate::quantity::{label, shown};
use maud::{Markup, html};

/// Room for the number beside the longest bar.
const RIGHT: f64 = WIDTH - 60.0;
/// The height of a name and its bar.
const ROW: f64 = 34.0;
/// Where the bar begins below the top of its row, and how high it is.
const BAR: (f64, f64) = (17.0, 10.0);
/// The height of the name of a group.
const GROUP: f64 = 24.0;
/// The marker of the paper's numbers: a diamond.
const DIAMOND: usize = 3;

/// The bars of a figure; nothing when there is nothing to draw.
pub(crate) fn bars(figure: &FigureResult, description: String) -> Option<Drawing> {
    let points = || figure.series.iter().flat_map(|series| &series.points);
    let paper = || figure.series.iter().flat_map(|series| &series.paper).map(|point| point[1]);
    points().next()?;
    let ends = points().flat_map(|point| {
        let ends = point.interval.map_or([point.y; 2], |interval| [interval.low, interval.high]);
        [point.y, ends[0], ends[1]]
    });
    // Bars begin at 0: their lengths are what is compared.
    let ends: Vec<f64> = ends.chain(paper()).chain([0.0]).collect();
    let axis = Axis::covering(ends.into_iter(), Scale::Linear)?;
    let mut top = 0.0;
    let groups = figure.series.iter().map(|series| {
        let here = top;
        top += GROUP + ROW * series.points.len() as f64;
        group(series, figure, &axis, here)
    });
    let groups: Vec<Markup> = groups.collect();
    let diamond = html! { path class="marker theirs" d=(marker(DIAMOND, 17.0, 6.0)) {} };
    let marks = html! {
        @for tick in &axis.ticks {
            @let x = format!("{:.1}", place(&axis, tick.value));
            path.grid d=(format!("M{x} 0V{top:.0}")) {}
            text x=(x) y=(format!("{:.0}", top + 16.0)) text-anchor="middle" { (tick.label) }
        }
        text x=(f64::midpoint(8.0, RIGHT)) y=(format!("{:.0}", top + 34.0)) text-anchor="middle" { (label(&figure.y)) }
        @for group in groups { (group) }
    };
    let legend = paper().next().map(|_| Entry { sign: diamond, label: "paper".to_owned() });
    Some(Drawing { description, height: top + 42.0, legend: legend.into_iter().collect(), marks })
}

fn group(series: &SeriesResult, figure: &FigureResult, axis: &Axis, top: f64) -> Markup {
    html! {
        text.group x="0" y=(top + 15.0) { (series.label) }
        @for (k, point) in series.points.iter().enumerate() {
            (bar(series, figure, point, axis, top + GROUP + ROW * k as f64))
        }
    }
}

/// A bar with its name above, in the row that begins at `y`.
fn bar(series: &SeriesResult, figure: &FigureResult, point: &PointResult, axis: &Axis, y: f64) -> Markup {
    let (from, to) = (place(axis, 0.0), place(axis, point.y));
    let middle = y + BAR.0 + BAR.1 / 2.0;
    let paper = series.paper.iter().filter(|paper| paper[0] == point.x).map(|paper| place(axis, paper[1]));
    let paper: Vec<f64> = paper.collect();
    let whisker = point.interval.map(|interval| [place(axis, interval.low), place(axis, interval.high)]);
    let end = paper.iter().map(|x| x + 4.0).chain(whisker.map(|ends| ends[1])).fold(from.max(to), f64::max);
    html! {
        text x="4" y=(y + 12.0) { (point.cell) }
        path.bar d=(format!("M{from:.1} {:.1}H{to:.1}v{}H{from:.1}z", y + BAR.0, BAR.1)) {}
        @if let Some([low, high]) = whisker {
            @let top = middle - 3.0;
            path.whisker d=(format!("M{low:.1} {middle:.1}H{high:.1}M{low:.1} {top:.1}v6M{high:.1} {top:.1}v6")) {}
        }
        @for x in paper { path class="marker theirs" d=(marker(DIAMOND, x, middle)) {} }
        text x=(format!("{:.1}", end + 7.0)) y=(format!("{:.1}", middle + 4.0)) { (shown(&figure.y, Some(point.y))) }
    }
}

fn place(axis: &Axis, value: f64) -> f64 {
    8.0 + axis.place(value) * (RIGHT - 8.0)
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn each_bar_has_its_name_its_number_and_the_paper_s() {
        let study = Sample::new().study();
        let text = bars(&study.figures[2], "d".to_owned()).unwrap().in_page().into_string();
        for words in ["three layers", "rectifier", "tanh", "softplus/6", "1.41", "1.74"] {
            assert!(text.contains(words), "{words} is not in {text}");
        }
        assert_eq!(text.matches("class=\"bar\"").count(), 5);
        assert_eq!(text.matches("class=\"whisker\"").count(), 5);
        assert_eq!(text.matches("class=\"marker theirs\"").count(), 3); // two numbers and the legend
    }

    #[test]
    fn without_runs_there_are_no_bars() {
        let study = Sample::new().without(|_, _, _| true).study();
        assert!(bars(&study.figures[2], "d".to_owned()).is_none());
    }
}
