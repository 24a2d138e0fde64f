//! The rectifier, and the absolute value, which a pair of rectifiers with shared parameters can express (section 3.1).

/// max(0, x) and its derivative, which is 0 at 0. NaN stays NaN, so that a diverged network does not look sparse.
#[inline(always)]
pub(crate) fn rectifier(x: f32) -> (f32, f32) {
    (if x <= 0.0 { 0.0 } else { x }, if x > 0.0 { 1.0 } else { 0.0 })
}

/// |x| and its derivative, which is 0 at 0.
#[inline(always)]
pub(crate) fn absolute(x: f32) -> (f32, f32) {
    (x.abs(), sign(x))
}

/// The sign of x: -1, 0 or 1, and 0 for NaN. It serves as the derivative of |x|.
#[inline(always)]
#[must_use]
pub fn sign(x: f32) -> f32 {
    let above = if x > 0.0 { 1.0 } else { 0.0 };
    let below = if x < 0.0 { 1.0 } else { 0.0 };
    above - below
}
