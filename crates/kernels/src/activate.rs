//! Activation functions with their derivatives, as straight-line arithmetic that compiles to vector code.
//!
//! The standard library's `exp` and `ln` are function calls for one number at a time, in which a dense layer would spend
//! more time than in its products. These follow the Cephes library (S. L. Moshier): range reduction and a short
//! polynomial, without branches. Tests hold them to a few units in the last place.

/// The activation function of a hidden unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// max(0, x), derivative 0 at 0.
    Rectifier,
    /// ln(1 + exp(alpha x)) / alpha.
    Softplus {
        /// Sharpness, above 0.
        alpha: f32,
    },
    /// ln(1 + exp(alpha x)) / alpha - ln 2 / alpha, which is 0 at 0.
    CentredSoftplus {
        /// Sharpness, above 0.
        alpha: f32,
    },
    /// max(0, ln(1 + exp(alpha x)) / alpha - threshold), derivative 0 where it is 0.
    ThresholdedSoftplus {
        /// Sharpness, above 0.
        alpha: f32,
        /// The value that a unit must exceed, at least 0.
        threshold: f32,
    },
    /// tanh(x).
    Tanh,
    /// x within [-1, 1], else the nearer end; derivative 1 within, both ends included, else 0.
    HardTanh,
    /// 1 / (1 + exp(-x)).
    Logistic,
    /// |x|, derivative 0 at 0.
    Absolute,
    /// 1 / (1 + 7.5 ln(1 + 0.05 / x)) for x > 0, else 0: a leaky integrate-and-fire neuron (section 2.1).
    IntegrateAndFire,
    /// x.
    Linear,
    /// max(0, x) and max(0, -x): the two neighbouring outputs of a unit, with derivatives 0 at 0.
    Pair,
}

impl Activation {
    /// Number of outputs of a unit: 2 for [`Activation::Pair`], else 1.
    #[must_use]
    pub fn outputs_per_unit(self) -> usize {
        if self == Self::Pair { 2 } else { 1 }
    }

    /// Whether the function is exactly zero over a whole range, with a derivative of zero wherever it is zero. Only then
    /// can the backward pass skip a unit at zero, and only then does listing the nonzero units pay.
    #[must_use]
    pub fn is_silent(self) -> bool {
        match self {
            Self::Rectifier
            | Self::ThresholdedSoftplus { .. }
            | Self::Absolute
            | Self::IntegrateAndFire
            | Self::Pair => true,
            Self::Softplus { .. }
            | Self::CentredSoftplus { .. }
            | Self::Tanh
            | Self::HardTanh
            | Self::Logistic
            | Self::Linear => false,
        }
    }

    /// Replaces pre-activations by sign * f(x), and writes sign * f'(x) to `slope`. Those of pairs are x and -x already.
    #[inline(always)]
    pub(crate) fn apply(self, x: &mut [f32], slope: &mut [f32], signs: &[f32]) {
        match self {
            Self::Rectifier | Self::Pair => each(x, slope, signs, rectifier),
            Self::Softplus { alpha } => each(x, slope, signs, |x| (softplus(alpha * x) / alpha, logistic(alpha * x))),
            Self::CentredSoftplus { alpha } => {
                let rest = std::f32::consts::LN_2 / alpha;
                each(x, slope, signs, |x| (softplus(alpha * x) / alpha - rest, logistic(alpha * x)));
            }
            Self::ThresholdedSoftplus { alpha, threshold } => each(x, slope, signs, |x| {
                let (y, fires) = rectifier(softplus(alpha * x) / alpha - threshold);
                (y, fires * logistic(alpha * x))
            }),
            Self::Tanh => each(x, slope, signs, |x| {
                let y = tanh(x);
                (y, 1.0 - y * y)
            }),
            Self::HardTanh => each(x, slope, signs, |x| (x.clamp(-1.0, 1.0), if x.abs() <= 1.0 { 1.0 } else { 0.0 })),
            Self::Logistic => each(x, slope, signs, |x| {
                let y = logistic(x);
                (y, y * (1.0 - y))
            }),
            Self::Absolute => each(x, slope, signs, |x| (x.abs(), sign(x))),
            Self::IntegrateAndFire => each(x, slope, signs, integrate_and_fire),
            Self::Linear => each(x, slope, signs, |x| (x, 1.0)),
        }
    }
}

#[inline(always)]
fn each(x: &mut [f32], slope: &mut [f32], signs: &[f32], f: impl Fn(f32) -> (f32, f32)) {
    for ((x, slope), sign) in x.iter_mut().zip(slope).zip(signs) {
        let (y, dy) = f(*x);
        *x = sign * y;
        *slope = sign * dy;
    }
}

/// max(0, x) that keeps NaN: a diverged network must not look silent.
#[inline(always)]
fn rectifier(x: f32) -> (f32, f32) {
    (if x <= 0.0 { 0.0 } else { x }, if x > 0.0 { 1.0 } else { 0.0 })
}

/// -1, 0 or 1.
#[inline(always)]
pub(crate) fn sign(x: f32) -> f32 {
    let above = if x > 0.0 { 1.0 } else { 0.0 };
    let below = if x < 0.0 { 1.0 } else { 0.0 };
    above - below
}

/// 1 / (1 + exp(-x)), without overflow.
#[inline(always)]
pub(crate) fn logistic(x: f32) -> f32 {
    let e = exp(-x.abs());
    let small = e / (1.0 + e);
    if x >= 0.0 { 1.0 - small } else { small }
}

/// ln(1 + exp(x)), without overflow.
#[inline(always)]
pub(crate) fn softplus(x: f32) -> f32 {
    x.max(0.0) + log1p(exp(-x.abs()))
}

#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    let magnitude = x.abs();
    let square = x * x;
    let mut p = -5.704_988_7e-3;
    p = p * square + 2.063_909e-2;
    p = p * square - 5.373_971_6e-2;
    p = p * square + 1.333_144_2e-1;
    p = p * square - 3.333_328e-1;
    let near = p * square * x + x;
    let far = 1.0 - 2.0 / (exp(2.0 * magnitude) + 1.0);
    if magnitude < 0.625 { near } else { far.copysign(x) }
}

/// Rate and derivative of the leaky integrate-and-fire neuron: with g = 0.05 / x and r = 1 / (1 + 7.5 ln(1 + g)),
/// r' = 7.5 r^2 g / (x (1 + g)).
#[inline(always)]
fn integrate_and_fire(x: f32) -> (f32, f32) {
    // Smaller currents are raised to this, so that the arithmetic stays finite; those below 0 are discarded at the end.
    let current = x.max(1e-30);
    let g = 0.05 / current;
    let rate = 1.0 / (1.0 + 7.5 * log1p(g));
    let slope = 7.5 * rate * rate * (g / (1.0 + g)) / current;
    if x > 0.0 { (rate, slope) } else { (0.0, 0.0) }
}

/// e^x; 0 below -87.3, and e^88.3 above.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    /// 1.5 * 2^23: adding it rounds to a whole number, which is then in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let clamped = x.clamp(-87.3, 88.3);
    let rounded = clamped * std::f32::consts::LOG2_E + ROUND;
    let whole = rounded - ROUND;
    // ln 2 in two parts, the first exact in few bits
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
fn log1p(u: f32) -> f32 {
    // ln(w) u / (w - 1) corrects for what rounding 1 + u lost.
    let w = 1.0 + u;
    let correction = u / (w - 1.0).max(f32::MIN_POSITIVE);
    if w > 1.0 { ln(w) * correction } else { u }
}

/// ln(x) for finite x from 1 on.
#[inline(always)]
#[expect(clippy::many_single_char_names, reason = "the letters are those of Cephes")]
fn ln(x: f32) -> f32 {
    // x = m 2^e with m in [sqrt(1/2), sqrt(2))
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

    /// |found - expected| in units of the last place of `expected`.
    fn ulps(found: f32, expected: f64) -> f64 {
        let unit = f64::from(expected.abs().max(1e-35) as f32) * f64::from(f32::EPSILON);
        (f64::from(found) - expected).abs() / unit
    }

    fn worst(from: f32, to: f32, f: impl Fn(f32) -> f32, exact: impl Fn(f64) -> f64) -> f64 {
        let points = (0..=100_000).map(|k| from + (to - from) * k as f32 / 100_000.0);
        points.map(|x| ulps(f(x), exact(f64::from(x)))).fold(0.0, f64::max)
    }

    /// sign * f(x) and sign * f'(x).
    fn at(f: Activation, x: f32, sign: f32) -> (f32, f32) {
        let (mut y, mut slope) = ([x], [0.0]);
        f.apply(&mut y, &mut slope, &[sign]);
        (y[0], slope[0])
    }

    #[test]
    fn functions_are_within_a_few_units_in_the_last_place_of_float64() {
        assert!(worst(-87.0, 88.0, exp, f64::exp) < 3.0);
        assert!(worst(-20.0, 20.0, tanh, f64::tanh) < 4.0);
        assert!(worst(-0.01, 0.01, tanh, f64::tanh) < 4.0);
        assert!(worst(-80.0, 80.0, logistic, |x| 1.0 / (1.0 + (-x).exp())) < 4.0);
        assert!(worst(-80.0, 80.0, softplus, |x| x.max(0.0) + (-x.abs()).exp().ln_1p()) < 5.0);
        assert!(worst(0.0, 1000.0, log1p, f64::ln_1p) < 4.0);
        assert!(worst(1e-6, 10.0, |x| integrate_and_fire(x).0, |x| 1.0 / (1.0 + 7.5 * (0.05 / x).ln_1p())) < 5.0);
    }

    #[test]
    fn extreme_inputs_stay_finite() {
        for x in [-1e30, -1e4, -88.0, -1e-30, 0.0, 1e-40, 1e-30, 1.0, 88.0, 1e4, 1e30f32] {
            for f in [softplus, logistic, tanh, |x| integrate_and_fire(x).0, |x| integrate_and_fire(x).1] {
                assert!(f(x).is_finite() || (x > 1e29 && f(x) > 1e29), "{x}");
            }
        }
        assert_eq!((exp(-1e4), logistic(-1e4), logistic(1e4), tanh(1e4), tanh(-1e4)), (0.0, 0.0, 1.0, 1.0, -1.0));
        assert_eq!(
            (softplus(-1e4), softplus(1e4), integrate_and_fire(0.0), integrate_and_fire(-1.0)),
            (0.0, 1e4, (0.0, 0.0), (0.0, 0.0))
        );
    }

    #[test]
    fn nan_stays_nan() {
        for f in [exp, softplus, logistic, tanh] {
            assert!(f(f32::NAN).is_nan());
        }
    }

    #[test]
    fn slopes_agree_with_central_differences() {
        let all = [
            Activation::Rectifier,
            Activation::Softplus { alpha: 1.0 },
            Activation::Softplus { alpha: 3.0 },
            Activation::CentredSoftplus { alpha: 2.0 },
            Activation::ThresholdedSoftplus { alpha: 2.0, threshold: 0.25 },
            Activation::Tanh,
            Activation::HardTanh,
            Activation::Logistic,
            Activation::Absolute,
            Activation::IntegrateAndFire,
            Activation::Linear,
        ];
        for f in all {
            let at = |x| at(f, x, -1.0);
            for x in [-2.0, -0.3, 0.4, 1.7f32] {
                let numeric = (at(x + 0.01).0 - at(x - 0.01).0) / 0.02;
                assert!((numeric - at(x).1).abs() < 2e-3, "{f:?} at {x}: {numeric} against {}", at(x).1);
            }
        }
    }

    #[test]
    fn a_centred_softplus_rests_at_zero_and_has_the_slope_of_the_plain_one() {
        for alpha in [0.5, 1.0, 3.0] {
            let (centred, plain) = (Activation::CentredSoftplus { alpha }, Activation::Softplus { alpha });
            assert!(at(centred, 0.0, 1.0).0.abs() < 1e-7);
            for x in [-2.0, 0.3, 1.7] {
                let ((y, slope), (plain, slope_of_plain)) = (at(centred, x, -1.0), at(plain, x, -1.0));
                assert!((y - plain - std::f32::consts::LN_2 / alpha).abs() < 1e-6);
                assert_eq!(slope, slope_of_plain);
            }
        }
    }

    #[test]
    fn a_thresholded_softplus_is_silent_below_its_threshold_and_shifted_above() {
        let f = Activation::ThresholdedSoftplus { alpha: 1.0, threshold: std::f32::consts::LN_2 };
        for x in [-1e4, -3.0, -1e-3] {
            assert_eq!(at(f, x, 1.0), (0.0, 0.0), "{x}");
        }
        let (y, slope) = at(f, 2.0, 1.0);
        assert!((y - (2.0 + (-2f32).exp().ln_1p() - std::f32::consts::LN_2)).abs() < 1e-6);
        assert!((slope - 1.0 / (1.0 + (-2f32).exp())).abs() < 1e-6);
        assert_eq!(at(Activation::ThresholdedSoftplus { alpha: 1.0, threshold: 0.0 }, -1e4, 1.0), (0.0, 0.0));
        assert!(at(f, f32::NAN, 1.0).0.is_nan());
    }

    #[test]
    fn a_hard_tanh_is_the_odd_pair_of_rectifiers() {
        let r = |x: f32| x.max(0.0);
        for x in [-1e4, -1.0, -0.3, 0.0, 0.25, 1.0, 7.0] {
            let (y, slope) = at(Activation::HardTanh, x, 1.0);
            assert!((y - (r(x + 1.0) - r(x - 1.0) - 1.0)).abs() < 1e-6, "{x}");
            assert_eq!(slope, if (-1.0..=1.0).contains(&x) { 1.0 } else { 0.0 }, "{x}");
            assert_eq!(at(Activation::HardTanh, -x, 1.0).0, -y);
        }
        assert!(at(Activation::HardTanh, f32::NAN, 1.0).0.is_nan());
    }
}
