//! Groups of horizontal bars. Each bar lies below its name, so that long names fit.

use super::axis::{Axis, Scale, Span};
use super::drawing::{Drawing, Entry, SIGN_MIDDLE, WIDTH};
use super::shapes::{level_interval, marker};
use maud::{Markup, html};
use stats::Interval;

/// A bar chart. All bars begin at 0, so that their lengths can be compared.
pub(crate) struct Bars {
    /// A description of the chart for screen readers.
    pub(crate) description: String,
    /// The label of the horizontal axis.
    pub(crate) label: String,
    /// The groups, from top to bottom.
    pub(crate) groups: Vec<Group>,
}

/// A group of bars under a common name.
pub(crate) struct Group {
    /// The name of the group.
    pub(crate) label: String,
    /// The bars of the group, from top to bottom.
    pub(crate) bars: Vec<Bar>,
}

/// A bar and the numbers drawn with it.
pub(crate) struct Bar {
    /// The name above the bar.
    pub(crate) name: String,
    /// The value at which the bar ends.
    pub(crate) value: f64,
    /// The value as text, which is written beside the bar.
    pub(crate) text: String,
    /// The confidence interval of the value; `None` if the value has no interval.
    pub(crate) interval: Option<Interval>,
    /// The values that the paper reports for this bar; may be empty.
    pub(crate) paper: Vec<f64>,
}

/// The coordinate of the left end of the axis.
const LEFT: f64 = 8.0;
/// The coordinate of the right end of the axis. The space to the right of the axis is for the number beside the longest
/// bar.
const RIGHT: f64 = WIDTH - 60.0;
/// The height of a row, which contains a bar and its name.
const ROW: f64 = 34.0;
/// The distance from the top of a row to the top of its bar.
const BAR_TOP: f64 = 17.0;
/// The height of a bar.
const BAR_HEIGHT: f64 = 10.0;
/// The height of the line with the name of a group.
const GROUP: f64 = 24.0;
/// The index of the marker for the paper's numbers: a diamond.
const DIAMOND: usize = 3;

impl Bars {
    /// Draws the chart and its legend; `None` if there are no bars.
    pub(crate) fn draw(self) -> Option<Drawing> {
        let bars = || self.groups.iter().flat_map(|group| &group.bars);
        bars().next()?;
        let values: Vec<f64> = bars().flat_map(Bar::extent).chain([0.0]).collect();
        let x = Span { axis: Axis::covering(values.into_iter(), Scale::Linear)?, from: LEFT, to: RIGHT };
        let tops = self.groups.iter().scan(0.0, |top, group| {
            let here = *top;
            *top += group.height();
            Some(here)
        });
        let bottom: f64 = self.groups.iter().map(Group::height).sum();
        let marks = html! {
            @for tick in &x.axis.ticks {
                @let at = format!("{:.1}", x.at(tick.value));
                path.grid d=(format!("M{at} 0V{bottom:.0}")) {}
                text x=(at) y=(format!("{:.0}", bottom + 16.0)) text-anchor="middle" { (tick.label) }
            }
            text x=(f64::midpoint(LEFT, RIGHT)) y=(format!("{:.0}", bottom + 34.0)) text-anchor="middle" { (self.label) }
            @for (group, top) in self.groups.iter().zip(tops) { (group.draw(&x, top)) }
        };
        let paper = bars().any(|bar| !bar.paper.is_empty());
        let legend = paper.then(|| Entry { sign: diamond(SIGN_MIDDLE), label: "paper".to_owned() });
        let (description, legend) = (self.description, legend.into_iter().collect());
        Some(Drawing { description, width: WIDTH, height: bottom + 42.0, legend, marks })
    }
}

impl Group {
    fn height(&self) -> f64 {
        GROUP + ROW * self.bars.len() as f64
    }

    fn draw(&self, x: &Span, top: f64) -> Markup {
        html! {
            text.group x="0" y=(top + 15.0) { (self.label) }
            @for (k, bar) in self.bars.iter().enumerate() { (bar.draw(x, top + GROUP + ROW * k as f64)) }
        }
    }
}

impl Bar {
    /// The values of the bar that the axis must cover.
    fn extent(&self) -> impl Iterator<Item = f64> {
        let interval = self.interval.map(|Interval { low, high }| [low, high]);
        interval.into_iter().flatten().chain([self.value]).chain(self.paper.iter().copied())
    }

    /// Draws the bar with its name above it, in the row whose top is at y = `top`.
    fn draw(&self, x: &Span, top: f64) -> Markup {
        let (from, to) = (x.at(0.0), x.at(self.value));
        let middle = top + BAR_TOP + BAR_HEIGHT / 2.0;
        let paper: Vec<f64> = self.paper.iter().map(|&number| x.at(number)).collect();
        let interval = self.interval.map(|interval| x.interval(interval));
        let ends = paper.iter().map(|at| at + 4.0).chain(interval.map(|interval| interval.high));
        let end = ends.fold(from.max(to), f64::max);
        html! {
            text x="4" y=(top + 12.0) { (self.name) }
            path.bar d=(format!("M{from:.1} {:.1}H{to:.1}v{BAR_HEIGHT}H{from:.1}z", top + BAR_TOP)) {}
            @if let Some(interval) = interval { path.whisker d=(level_interval(middle, interval)) {} }
            @for at in paper { (diamond((at, middle))) }
            text x=(format!("{:.1}", end + 7.0)) y=(format!("{:.1}", middle + 4.0)) { (self.text) }
        }
    }
}

/// The marker of a number reported by the paper.
fn diamond(place: (f64, f64)) -> Markup {
    html! { path class="marker theirs" d=(marker(DIAMOND, place)) {} }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(value: f64, paper: Vec<f64>) -> Bar {
        let interval = Some(Interval { low: value - 1.0, high: value + 1.0 });
        Bar { name: format!("bar {value}"), value, text: format!("{value:.2}"), interval, paper }
    }

    fn bars(groups: Vec<Vec<Bar>>) -> Option<Drawing> {
        let groups = groups.into_iter().map(|bars| Group { label: "a group".to_owned(), bars }).collect();
        Bars { description: "d".to_owned(), label: "error".to_owned(), groups }.draw()
    }

    #[test]
    fn each_bar_has_its_name_its_number_its_interval_and_the_paper_s_number() {
        let drawing = bars(vec![vec![bar(4.0, vec![5.0]), bar(9.0, vec![])], vec![bar(2.0, vec![])]]).unwrap();
        let text = drawing.chart().into_string();
        for words in ["a group", "bar 4", ">9.00<", ">error<"] {
            assert!(text.contains(words), "{words} is not in {text}");
        }
        // The axis runs from the value 0 at x = 8 to 10 at x = 380; the first row begins at y = 24, below the group's
        // name.
        assert!(text.contains("M8.0 41.0H156.8v10H8.0z"), "{text}");
        assert_eq!(text.matches("class=\"whisker\"").count(), 3);
        assert_eq!(text.matches("class=\"marker theirs\"").count(), 1);
        assert!(drawing.legend().into_string().contains("paper"));
        assert_eq!(drawing.height, 2.0 * GROUP + 3.0 * ROW + 42.0);
    }

    #[test]
    fn without_bars_there_is_no_chart() {
        assert!(bars(vec![vec![]]).is_none() && bars(vec![]).is_none());
    }
}
