//! Lines, markers and intervals as SVG paths, and the CSS classes that style them.

use stats::Interval;
use std::fmt::Write as _;

/// The number of looks, each a combination of colour and dashes, that the style sheet defines.
const LOOKS: usize = 8;

/// The number of marker shapes.
const SHAPES: usize = 6;

/// Half the width of a marker.
const MARKER: f64 = 3.2;

/// Half the length of the stroke across each end of an interval.
const END: f64 = 3.0;

/// The CSS classes of a `part`, such as `line` or `marker`, of the series with index `k`.
pub(crate) fn look(part: &str, k: usize) -> String {
    format!("{part} look{}", k % LOOKS)
}

/// The path data of line segments through `points`, interrupted at each `None`.
pub(crate) fn path(points: &[Option<(f64, f64)>]) -> String {
    let mut text = String::new();
    let mut drawing = false;
    for point in points {
        if let Some((x, y)) = point {
            // A segment of length 0 makes a point between two gaps visible as a dot.
            let (start, end) = if drawing { ("L", "") } else { ("M", "h0") };
            let _ = write!(text, "{start}{x:.1} {y:.1}{end}"); // writing to a String cannot fail
        }
        drawing = point.is_some();
    }
    text
}

/// The path data of a segment of length 0 at each of `points`. The round ends of such a segment make a disc.
pub(crate) fn dots(points: &[Option<(f64, f64)>]) -> String {
    path(&points.iter().flat_map(|point| [*point, None]).collect::<Vec<_>>())
}

/// The path data of the marker of the series with index `k`, centred on the given point: a circle, a square, a
/// triangle, a diamond, a triangle on its tip, or a cross.
pub(crate) fn marker(k: usize, (x, y): (f64, f64)) -> String {
    let (half, full) = (MARKER, 2.0 * MARKER);
    match k % SHAPES {
        0 => format!("M{:.1} {y:.1}a{half} {half} 0 1 0 {full} 0a{half} {half} 0 1 0 -{full} 0z", x - half),
        1 => format!("M{:.1} {:.1}h{full}v{full}h-{full}z", x - half, y - half),
        2 => format!("M{x:.1} {:.1}l{half} {full}h-{full}z", y - half - 1.0),
        3 => format!("M{x:.1} {:.1}l4 4l-4 4l-4 -4z", y - 4.0),
        4 => format!("M{x:.1} {:.1}l{half} -{full}h-{full}z", y + half + 1.0),
        _ => format!("M{:.1} {:.1}l{full} {full}m0 -{full}l-{full} {full}", x - half, y - half),
    }
}

/// The path data of a vertical interval at `x`, with a stroke across each end.
pub(crate) fn upright_interval(x: f64, Interval { low, high }: Interval) -> String {
    let (left, width) = (x - END, 2.0 * END);
    format!("M{left:.1} {low:.1}h{width}M{left:.1} {high:.1}h{width}M{x:.1} {low:.1}V{high:.1}")
}

/// The path data of a horizontal interval at height `y`, with a stroke across each end.
pub(crate) fn level_interval(y: f64, Interval { low, high }: Interval) -> String {
    let (top, height) = (y - END, 2.0 * END);
    format!("M{low:.1} {y:.1}H{high:.1}M{low:.1} {top:.1}v{height}M{high:.1} {top:.1}v{height}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_differ_and_then_repeat() {
        let shapes: std::collections::BTreeSet<String> = (0..SHAPES).map(|k| marker(k, (5.0, 5.0))).collect();
        assert_eq!(shapes.len(), SHAPES);
        assert_eq!(marker(SHAPES, (5.0, 5.0)), marker(0, (5.0, 5.0)));
    }

    #[test]
    fn the_style_sheet_has_as_many_looks() {
        let style = include_str!("chart.css");
        let looks = (0..100).filter(|k| style.contains(&format!(".look{k} {{"))).count();
        assert_eq!(looks, LOOKS);
    }

    #[test]
    fn intervals_span_their_ends() {
        let interval = Interval { low: 10.0, high: 20.0 };
        assert_eq!(upright_interval(5.0, interval), "M2.0 10.0h6M2.0 20.0h6M5.0 10.0V20.0");
        assert_eq!(level_interval(5.0, interval), "M10.0 5.0H20.0M10.0 2.0v6M20.0 2.0v6");
    }
}
