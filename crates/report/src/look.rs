//! Lines and markers as SVG paths.

use std::fmt::Write as _;

/// Markers of different shape.
pub(crate) const SHAPES: usize = 6;

/// Half the width of a marker.
const MARKER: f64 = 3.2;

/// Line segments through the points, broken at gaps.
pub(crate) fn path(points: &[Option<(f64, f64)>]) -> String {
    let mut text = String::new();
    let mut drawing = false;
    for point in points {
        if let Some((x, y)) = point {
            // The empty segment makes a dot of a point between two gaps.
            let (start, end) = if drawing { ("L", "") } else { ("M", "h0") };
            let _ = write!(text, "{start}{x:.1} {y:.1}{end}"); // writing to a String cannot fail
        }
        drawing = point.is_some();
    }
    text
}

/// The outline of a marker around a place: a circle, a square, a triangle, a diamond, a triangle on its tip, or a cross.
pub(crate) fn marker(shape: usize, x: f64, y: f64) -> String {
    let (half, full) = (MARKER, 2.0 * MARKER);
    match shape % SHAPES {
        0 => format!("M{:.1} {y:.1}a{half} {half} 0 1 0 {full} 0a{half} {half} 0 1 0 -{full} 0z", x - half),
        1 => format!("M{:.1} {:.1}h{full}v{full}h-{full}z", x - half, y - half),
        2 => format!("M{x:.1} {:.1}l{half} {full}h-{full}z", y - half - 1.0),
        3 => format!("M{x:.1} {:.1}l4 4l-4 4l-4 -4z", y - 4.0),
        4 => format!("M{x:.1} {:.1}l{half} -{full}h-{full}z", y + half + 1.0),
        _ => format!("M{:.1} {:.1}l{full} {full}m0 -{full}l-{full} {full}", x - half, y - half),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_differ_and_then_repeat() {
        let shapes: std::collections::BTreeSet<String> = (0..SHAPES).map(|k| marker(k, 5.0, 5.0)).collect();
        assert_eq!(shapes.len(), SHAPES);
        assert_eq!(marker(SHAPES, 5.0, 5.0), marker(0, 5.0, 5.0));
    }
}
