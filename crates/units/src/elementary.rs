//! The exponential function and the logarithm, after the Cephes library (S. L. Moshier): range reduction and a short
//! polynomial, without branches.

/// e^x; the result is 0 for x below -87.3, and e^88.3 for x above 88.3.
#[inline(always)]
#[must_use]
pub fn exp(x: f32) -> f32 {
    /// 1.5 * 2^23. Adding it to a number rounds the number to an integer, which is then in the low bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    let clamped = x.clamp(-87.3, 88.3);
    let rounded = clamped * std::f32::consts::LOG2_E + ROUND;
    let whole = rounded - ROUND;
    // ln 2 is split into 0.6933594 - 0.00021219444. The first part has so few significant bits that its product with
    // `whole` is exact.
    let r = clamped - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_2e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 5e-1;
    let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0f32.to_bits()));
    let y = (p * r * r + r + 1.0) * power;
    if x < -87.3 { 0.0 } else { y }
}

/// ln(1 + u) for u from 0 to 1e30.
#[inline(always)]
pub(crate) fn log1p(u: f32) -> f32 {
    // ln(w) u / (w - 1) corrects the rounding error of w = 1 + u.
    let w = 1.0 + u;
    let correction = u / (w - 1.0).max(f32::MIN_POSITIVE);
    if w > 1.0 { ln(w) * correction } else { u }
}

/// ln(x) for finite x of at least 1.
#[inline(always)]
#[expect(clippy::many_single_char_names, reason = "the letters are those of Cephes")]
fn ln(x: f32) -> f32 {
    // x = (1 + m) 2^e with 1 + m in [sqrt(1/2), sqrt(2))
    const HALF_ROOT: u32 = 0x3f35_04f3;
    let shifted = x.to_bits().wrapping_sub(HALF_ROOT);
    let e = (shifted.cast_signed() >> 23) as f32;
    let m = f32::from_bits((shifted & 0x007f_ffff).wrapping_add(HALF_ROOT)) - 1.0;
    let z = m * m;
    let mut p = 7.037_683_6e-2;
    p = p * m - 1.151_461e-1;
    p = p * m + 1.167_699_9e-1;
    p = p * m - 1.242_014_1e-1;
    p = p * m + 1.424_932_3e-1;
    p = p * m - 1.666_805_8e-1;
    p = p * m + 2.000_071_5e-1;
    p = p * m - 2.499_999_4e-1;
    p = p * m + 3.333_333e-1;
    let tail = p * m * z - 2.121_944_4e-4 * e - 0.5 * z;
    m + tail + 0.693_359_4 * e
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::worst;

    #[test]
    fn both_are_within_a_few_units_in_the_last_place_of_float64() {
        assert!(worst(-87.0, 88.0, exp, f64::exp) < 3.0);
        assert!(worst(0.0, 1000.0, log1p, f64::ln_1p) < 4.0);
    }

    #[test]
    fn a_large_negative_exponent_gives_0_and_nan_stays_nan() {
        assert_eq!(exp(-1e4), 0.0);
        assert!(exp(f32::NAN).is_nan());
    }
}
