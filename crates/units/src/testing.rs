//! Helpers for tests: the error of a 32-bit function relative to its 64-bit counterpart, and extreme inputs.

/// |found - expected| in units in the last place of `expected`.
fn ulps(found: f32, expected: f64) -> f64 {
    let unit = f64::from(expected.abs().max(1e-35) as f32) * f64::from(f32::EPSILON);
    (f64::from(found) - expected).abs() / unit
}

/// The largest error of `f` relative to `exact` at 100,001 points of [from, to], in units in the last place.
pub(crate) fn worst(from: f32, to: f32, f: impl Fn(f32) -> f32, exact: impl Fn(f64) -> f64) -> f64 {
    let points = (0..=100_000).map(|k| from + (to - from) * k as f32 / 100_000.0);
    points.map(|x| ulps(f(x), exact(f64::from(x)))).fold(0.0, f64::max)
}

/// Inputs at which careless arithmetic overflows or divides by zero.
pub(crate) const EXTREMES: [f32; 11] = [-1e30, -1e4, -88.0, -1e-30, 0.0, 1e-40, 1e-30, 1.0, 88.0, 1e4, 1e30];
