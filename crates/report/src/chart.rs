//! Line charts as inline SVG: colours come from the page's style sheet, so they follow its theme.

use maud::{Markup, html};
use std::fmt::Write as _;

/// A curve over epochs 1, 2, ...
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) values: Vec<f64>,
}

/// What a chart shows.
pub(crate) struct Chart<'a> {
    pub(crate) title: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) series: &'a [Series],
    /// Epoch to mark, from 1.
    pub(crate) marked: usize,
}

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 40.0;

/// Maps a range of values to a range of the picture.
struct Axis {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

impl Axis {
    fn at(&self, value: f64) -> f64 {
        self.start + (value - self.from) / (self.to - self.from) * (self.end - self.start)
    }
}

impl Chart<'_> {
    pub(crate) fn svg(&self) -> Markup {
        let epochs = self.series.iter().map(|s| s.values.len()).max().unwrap_or(0);
        let x = Axis { from: 1.0, to: (epochs as f64).max(2.0), start: LEFT, end: WIDTH - RIGHT };
        let y_ticks = ticks(self.range());
        let (bottom, top) = (y_ticks[0], y_ticks[y_ticks.len() - 1]);
        let y = Axis { from: bottom, to: top, start: HEIGHT - BOTTOM, end: TOP };
        let x_ticks = ticks((1.0, x.to)).into_iter().filter(|t| *t >= 1.0 && *t <= x.to && t.fract() == 0.0);
        let summary: Vec<String> = self.series.iter().map(|s| s.summary(self.unit)).collect();
        html! {
            figure {
                figcaption { (self.title) }
                svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(self.title) {
                    title { (self.title) }
                    desc { (summary.join("; ")) }
                    @for tick in &y_ticks {
                        line.grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(place(y.at(*tick))) y2=(place(y.at(*tick))) {}
                        text.tick x=(LEFT - 6.0) y=(place(y.at(*tick) + 4.0)) text-anchor="end" { (number(*tick)) }
                    }
                    @for tick in x_ticks {
                        text.tick x=(place(x.at(tick))) y=(HEIGHT - BOTTOM + 18.0) text-anchor="middle" { (number(tick)) }
                    }
                    text.tick x=((LEFT + WIDTH - RIGHT) / 2.0) y=(HEIGHT - 6.0) text-anchor="middle" { "epoch" }
                    @if self.marked >= 1 && self.marked <= epochs {
                        line.marked x1=(place(x.at(self.marked as f64))) x2=(place(x.at(self.marked as f64)))
                            y1=(TOP) y2=(HEIGHT - BOTTOM) {}
                    }
                    @for (k, series) in self.series.iter().enumerate() {
                        polyline class=(format!("line s{}", k % 6)) points=(points(series, &x, &y)) {}
                    }
                }
                ul.legend {
                    @for (k, series) in self.series.iter().enumerate() {
                        li {
                            svg.key viewBox="0 0 28 8" aria-hidden="true" {
                                line class=(format!("line s{}", k % 6)) x1="0" x2="28" y1="4" y2="4" {}
                            }
                            (series.summary(self.unit))
                        }
                    }
                }
            }
        }
    }

    /// Smallest and largest value, 0 included when it is near.
    fn range(&self) -> (f64, f64) {
        let values = self.series.iter().flat_map(|s| &s.values).filter(|v| v.is_finite());
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
        if low > high {
            return (0.0, 1.0);
        }
        (if low > 0.0 && low < 0.5 * high { 0.0 } else { low }, high)
    }
}

impl Series {
    fn summary(&self, unit: &str) -> String {
        let last = self.values.last().map_or_else(|| "no epoch".to_owned(), |v| format!("{v:.2}"));
        format!("{}: {last}{unit} at the end", self.name)
    }
}

/// The curve's points; values that are no numbers are left out.
fn points(series: &Series, x: &Axis, y: &Axis) -> String {
    let mut text = String::new();
    for (k, value) in series.values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
        let _ = write!(text, "{},{} ", place(x.at((k + 1) as f64)), place(y.at(*value))); // to a String: cannot fail
    }
    text
}

/// Round numbers, 1, 2 or 5 times a power of ten apart, that cover the range; at least two.
fn ticks((low, high): (f64, f64)) -> Vec<f64> {
    let span = if high > low { high - low } else { low.abs().max(1.0) };
    let rough = span / 5.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= rough).unwrap_or(rough);
    let (first, last) = ((low / step).floor() as i64, ((high / step).ceil() as i64).max((low / step).floor() as i64 + 1));
    (first..=last).map(|k| k as f64 * step).collect()
}

fn place(value: f64) -> String {
    format!("{value:.1}")
}

fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[f64]) -> String {
        let series = [Series { name: "a".to_owned(), values: values.to_vec() }];
        Chart { title: "t", unit: " %", series: &series, marked: 2 }.svg().into_string()
    }

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        assert_eq!(ticks((0.0, 10.0)), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(ticks((0.3, 1.1)), [0.2, 0.4, 0.6000000000000001, 0.8, 1.0, 1.2000000000000002]);
        for (low, high) in [(0.0, 0.0), (5.0, 5.0), (-3.0, 17.3), (1e-9, 2e-9)] {
            let ticks = ticks((low, high));
            assert!(ticks.len() >= 2 && ticks[0] <= low && ticks[ticks.len() - 1] >= high, "{low} {high} {ticks:?}");
        }
    }

    #[test]
    fn values_land_where_the_axes_say() {
        // 0..=10 over 260 - 14 = 246 units of height, epochs 1..=3 over 52..=466.
        let svg = chart(&[0.0, 10.0, 5.0]);
        assert!(svg.contains("points=\"52.0,260.0 259.0,14.0 466.0,137.0 \""), "{svg}");
        assert!(svg.contains("x1=\"259.0\""), "the marked epoch is the second");
    }

    #[test]
    fn no_values_one_value_and_no_numbers_break_nothing() {
        for values in [&[][..], &[3.0], &[f64::NAN, 1.0, f64::INFINITY]] {
            let svg = chart(values);
            assert!(!svg.contains("NaN") && !svg.contains("inf,"), "{svg}");
        }
    }
}
