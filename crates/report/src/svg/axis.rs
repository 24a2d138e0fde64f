//! The axes of charts: ranges that begin and end at round numbers, and the positions of values on them.

use maud::{Markup, html};
use stats::Interval;

/// How an axis maps values to positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Equal distances represent equal differences.
    Linear,
    /// Equal distances represent equal ratios. Zero and negative values lie at the lower end of the axis.
    Logarithmic,
}

/// The range of an axis, with its ticks.
#[derive(Clone)]
pub(crate) struct Axis {
    /// How the axis maps values to positions.
    pub(crate) scale: Scale,
    /// The ticks in ascending order; the first and the last are the ends of the range.
    pub(crate) ticks: Vec<Tick>,
}

/// A tick: a round number marked on an axis.
#[derive(Clone)]
pub(crate) struct Tick {
    /// The round number.
    pub(crate) value: f64,
    /// The number as text.
    pub(crate) label: String,
}

/// An axis placed along one side of a chart.
pub(crate) struct Span {
    /// The range of values.
    pub(crate) axis: Axis,
    /// The coordinate of the lower end.
    pub(crate) from: f64,
    /// The coordinate of the upper end.
    pub(crate) to: f64,
}

/// On a linear axis, the range of the values is at most this many times the distance between adjacent ticks.
const STEPS: f64 = 5.0;

/// An axis is logarithmic only if the ratio of the largest value to the smallest positive value exceeds this number.
const WORTH_A_LOGARITHM: f64 = 10.0;

/// An upper estimate of the width of a digit in the largest font of a chart.
const DIGIT: f64 = 7.5;

impl Axis {
    /// The axis that covers the finite `values`, logarithmic if `wanted` is logarithmic and their range is wide enough;
    /// `None` if no value is finite.
    pub(crate) fn covering(values: impl Iterator<Item = f64> + Clone, wanted: Scale) -> Option<Self> {
        let finite = values.filter(|value| value.is_finite());
        let high = finite.clone().reduce(f64::max)?;
        let low = finite.clone().reduce(f64::min)?;
        let positive = finite.filter(|&value| value > 0.0).reduce(f64::min);
        match positive {
            Some(positive) if wanted == Scale::Logarithmic && high / positive > WORTH_A_LOGARITHM => {
                Some(Self::logarithmic(positive, high))
            }
            _ => Some(Self::linear(low, high)),
        }
    }

    /// A linear axis that covers `low..=high`, with ticks at multiples of 1, 2 or 5 times a power of ten.
    pub(crate) fn linear(low: f64, high: f64) -> Self {
        // A single value gets a range as large as its magnitude; 0 gets a range of 1.
        let high = if high > low { high } else { low + if low == 0.0 { 1.0 } else { low.abs() } };
        let step = (high - low) / STEPS;
        let exponent = step.log10().floor();
        let mantissa = step / 10_f64.powf(exponent);
        let slack = 1e-9; // a step of 1.0000000001 counts as 1
        let (mantissa, exponent) = match mantissa - slack {
            m if m <= 1.0 => (1.0, exponent),
            m if m <= 2.0 => (2.0, exponent),
            m if m <= 5.0 => (5.0, exponent),
            _ => (1.0, exponent + 1.0),
        };
        let step = mantissa * 10_f64.powf(exponent);
        let first = (low / step + slack).floor() as i64;
        let last = (high / step - slack).ceil() as i64;
        let ticks = (first..=last).map(|k| Tick::new(k as f64 * mantissa, exponent as i32)).collect();
        Self { scale: Scale::Linear, ticks }
    }

    /// A linear axis with ticks at integers, from 0 to `last` or to the next round number above it.
    pub(crate) fn counting_to(last: usize) -> Self {
        let Self { scale, mut ticks } = Self::linear(0.0, last.max(1) as f64);
        ticks.retain(|tick| tick.value.fract() == 0.0);
        for tick in &mut ticks {
            tick.label = tick.value.to_string();
        }
        Self { scale, ticks }
    }

    /// A logarithmic axis that covers `low..=high`, with ticks at 1, 2 and 5 times powers of ten or, if the range is
    /// wide, at evenly spaced powers of ten.
    fn logarithmic(low: f64, high: f64) -> Self {
        let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
        let stride = (last - first) / 7 + 1;
        let mantissas: &[f64] = if last - first <= 3 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        // There is one more stride at the top, so that a tick lies at or above `high`.
        let decades = (first..=last + stride).step_by(stride as usize);
        let ticks: Vec<Tick> = decades.flat_map(|e| mantissas.iter().map(move |&m| Tick::new(m, e))).collect();
        let from = ticks.iter().rposition(|tick| tick.value <= low).unwrap_or(0);
        let to = ticks.iter().position(|tick| tick.value >= high).unwrap_or(ticks.len() - 1);
        Self { scale: Scale::Logarithmic, ticks: ticks.into_iter().take(to + 1).skip(from).collect() }
    }

    /// The position of `value` on the axis, from 0 at the lower end to 1 at the upper end. Values outside the range lie
    /// at the nearer end.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let (Some(first), Some(last)) = (self.ticks.first(), self.ticks.last()) else { return 0.0 };
        let (low, high) = (first.value, last.value);
        let place = match self.scale {
            Scale::Linear => (value - low) / (high - low),
            Scale::Logarithmic if value <= 0.0 => 0.0,
            Scale::Logarithmic => (value / low).ln() / (high / low).ln(),
        };
        place.clamp(0.0, 1.0)
    }
}

impl Span {
    /// The coordinate of `value`; a value outside the axis has the coordinate of the nearer end.
    pub(crate) fn at(&self, value: f64) -> f64 {
        self.from + self.axis.place(value) * (self.to - self.from)
    }

    /// The coordinates of both ends of `interval`.
    pub(crate) fn interval(&self, Interval { low, high }: Interval) -> Interval {
        Interval { low: self.at(low), high: self.at(high) }
    }

    /// The ticks of a horizontal axis that lies at the coordinate `y`, with as many labels as fit without overlap.
    pub(crate) fn ticks_below(&self, y: f64) -> Markup {
        html! {
            @for tick in &self.axis.ticks {
                path.axis d=(format!("M{:.1} {y}v4", self.at(tick.value))) {}
            }
            @for tick in self.legible() {
                text x=(format!("{:.1}", self.at(tick.value))) y=(y + 17.0) text-anchor="middle" { (tick.label) }
            }
        }
    }

    /// The ticks whose labels can be shown without overlap. On a logarithmic axis, powers of ten take precedence; among
    /// the other ticks, ticks further to the left take precedence.
    fn legible(&self) -> Vec<&Tick> {
        let logarithmic = self.axis.scale == Scale::Logarithmic;
        let power = |tick: &&Tick| logarithmic && tick.value.log10().fract().abs() < 1e-9;
        let (first, others): (Vec<&Tick>, Vec<&Tick>) = self.axis.ticks.iter().partition(power);
        let mut kept: Vec<&Tick> = Vec::new();
        for tick in first.into_iter().chain(others) {
            let clear = |other: &&Tick| {
                let apart = (self.axis.place(tick.value) - self.axis.place(other.value)).abs() * (self.to - self.from);
                // The distance between the centres of two labels must be at least half the sum of their widths, plus
                // the width of a digit.
                apart >= DIGIT * ((tick.label.len() + other.label.len()) as f64 / 2.0 + 1.0)
            };
            if kept.iter().all(clear) {
                kept.push(tick);
            }
        }
        kept.sort_by(|a, b| a.value.total_cmp(&b.value));
        kept
    }
}

impl Tick {
    /// The tick at `mantissa` · 10^`exponent`.
    fn new(mantissa: f64, exponent: i32) -> Self {
        // Dividing 3 by 10 gives the double nearest to 0.3; multiplying 3 by 0.1 does not.
        let power = 10_f64.powi(exponent.abs());
        let value = if exponent < 0 { mantissa / power } else { mantissa * power };
        let label = match exponent {
            -4..=6 => format!("{value:.*}", exponent.min(0).unsigned_abs() as usize),
            _ if mantissa == 0.0 => "0".to_owned(),
            _ => format!("{mantissa}e{exponent}"),
        };
        Self { value, label }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn linear_ticks_are_round_and_cover_the_range() {
        assert_eq!(labels(&Axis::linear(0.0, 60.0)), ["0", "20", "40", "60"]);
        assert_eq!(labels(&Axis::linear(0.0, 5.0)), ["0", "1", "2", "3", "4", "5"]);
        assert_eq!(labels(&Axis::linear(0.13, 0.98)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&Axis::linear(-3.0, 4.0)), ["-4", "-2", "0", "2", "4"]);
    }

    #[test]
    fn logarithmic_ticks_are_round_and_cover_the_range() {
        let axis = Axis::covering([0.3, 12.0, f64::NAN].into_iter(), Scale::Logarithmic).unwrap();
        assert_eq!(labels(&axis), ["0.2", "0.5", "1", "2", "5", "10", "20"]);
        let axis = Axis::covering([0.000_04, 3.0].into_iter(), Scale::Logarithmic).unwrap();
        assert_eq!(labels(&axis), ["1e-5", "0.0001", "0.001", "0.01", "0.1", "1", "10"]);
    }

    #[test]
    fn any_range_is_covered_by_few_ticks() {
        for (low, high) in
            [(0.0, 0.0), (5.0, 5.0), (1e-9, 1e9), (1e-7, 1.1e-7), (99.1, 99.2), (0.0, 1e12), (0.0, 3e-12)]
        {
            for scale in [Scale::Linear, Scale::Logarithmic] {
                let axis = Axis::covering([low, high].into_iter(), scale).unwrap();
                let (first, last) = (axis.ticks.first().unwrap().value, axis.ticks.last().unwrap().value);
                assert!(
                    (2..=11).contains(&axis.ticks.len()),
                    "the ticks for {low} to {high}, {scale:?}, are {:?}",
                    labels(&axis)
                );
                assert!(
                    last >= high * (1.0 - 1e-9),
                    "the ticks for {low} to {high}, {scale:?}, are {:?}",
                    labels(&axis)
                );
                assert!(
                    first <= low * (1.0 + 1e-9) || axis.scale == Scale::Logarithmic,
                    "the ticks are {:?}",
                    labels(&axis)
                );
            }
        }
    }

    #[test]
    fn labels_of_very_large_and_very_small_numbers_stay_short() {
        for size in [1e-30, 1e30] {
            let axis = Axis::linear(-size, size);
            assert!(labels(&axis).iter().all(|label| label.len() <= 8), "the labels are {:?}", labels(&axis));
        }
    }

    #[test]
    fn places_run_from_0_to_1_and_a_logarithmic_axis_has_zeros_at_its_lower_end() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "found {a}, expected {b}");
        close(Axis::linear(0.0, 60.0).place(15.0), 0.25);
        let axis = Axis::covering([0.0, 1.0, 100.0].into_iter(), Scale::Logarithmic).unwrap();
        assert_eq!(axis.scale, Scale::Logarithmic);
        close(axis.place(10.0), 0.5);
        close(axis.place(0.0), 0.0);
    }

    #[test]
    fn ticks_of_counts_are_whole() {
        assert_eq!(labels(&Axis::counting_to(0)), ["0", "1"]);
        assert_eq!(labels(&Axis::counting_to(2)), ["0", "1", "2"]);
        assert_eq!(labels(&Axis::counting_to(57)), ["0", "20", "40", "60"]);
    }

    #[test]
    fn labels_do_not_overlap() {
        for scale in [Scale::Linear, Scale::Logarithmic] {
            for high in [0.001, 0.01, 0.1, 1.0, 1e7] {
                let axis = Axis::covering([1e-5, high].into_iter(), scale).unwrap();
                let span = Span { axis, from: 46.0, to: 424.0 };
                for both in span.legible().windows(2) {
                    let apart = span.at(both[1].value) - span.at(both[0].value);
                    let needed = (both[0].label.len() + both[1].label.len()) as f64 * DIGIT / 2.0;
                    assert!(apart > needed, "the labels {} and {} overlap", both[0].label, both[1].label);
                }
            }
        }
    }

    #[test]
    fn a_narrow_range_stays_linear_and_no_finite_value_gives_no_axis() {
        let axis = Axis::covering([2.0, 8.0].into_iter(), Scale::Logarithmic).unwrap();
        assert_eq!(axis.scale, Scale::Linear);
        assert!(Axis::covering([f64::NAN, f64::INFINITY].into_iter(), Scale::Linear).is_none());
    }
}
