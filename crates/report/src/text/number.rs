//! Numbers as text for a reader.

use stats::Interval;

/// The text in place of a missing number.
pub(crate) const NONE: &str = "–";

/// A fraction as a percentage with two decimals: `1.43 %`.
pub(crate) fn percent(fraction: f64) -> String {
    finite(fraction, |fraction| format!("{:.2}\u{a0}%", 100.0 * fraction))
}

/// A number with four decimals.
pub(crate) fn decimal(value: f64) -> String {
    finite(value, |value| format!("{value:.4}"))
}

/// A rate: with one decimal below 10, as a whole number from 10 upwards.
pub(crate) fn rate(value: f64) -> String {
    finite(value, |value| if value < 10.0 { format!("{value:.1}") } else { count(value.round() as usize) })
}

/// A count with commas between thousands: `60,000`.
pub(crate) fn count(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count followed by `noun`, whose plural must end in -s: `1 seed`, `5 seeds`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number))
}

/// A duration of `seconds`: below a minute with one decimal, otherwise in minutes and seconds or in hours and minutes:
/// `12.3 s`, `4 min 5 s`, `2 h 10 min`.
pub(crate) fn duration(seconds: f64) -> String {
    finite(seconds, |seconds| {
        let whole = seconds.round() as u64;
        match whole {
            0..60 => format!("{seconds:.1}\u{a0}s"),
            60..3600 => format!("{}\u{a0}min {}\u{a0}s", whole / 60, whole % 60),
            _ => format!("{}\u{a0}h {}\u{a0}min", whole / 3600, whole % 3600 / 60),
        }
    })
}

/// A number with this many decimals and, if it is negative, a minus sign instead of a hyphen.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    // A number that rounds to 0 has no sign.
    let zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    if zero { text.trim_start_matches('-').to_owned() } else { text.replace('-', "−") }
}

/// A number with this many decimals and its sign, `+` or `−`; a number that rounds to 0 has no sign.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    if value > 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) { format!("+{text}") } else { text }
}

/// An interval as `LOW to HIGH`, with both ends formatted by `text`.
pub(crate) fn range(Interval { low, high }: Interval, text: impl Fn(f64) -> String) -> String {
    format!("{} to {}", text(low), text(high))
}

/// The relation that follows the letter p: `= 0.062`, with at least two significant digits, or `< 0.0001`.
pub(crate) fn p_value(p: f64) -> String {
    match p {
        p if p < 0.000_1 => "< 0.0001".to_owned(),
        p if p < 0.001 => format!("= {p:.5}"),
        p if p < 0.01 => format!("= {p:.4}"),
        p if p < 0.1 => format!("= {p:.3}"),
        p => format!("= {p:.2}"),
    }
}

fn finite(value: f64, text: impl FnOnce(f64) -> String) -> String {
    if value.is_finite() { text(value) } else { "not a finite number".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_in_a_paper() {
        assert_eq!(percent(0.014_3), "1.43\u{a0}%");
        assert_eq!([count(0), count(999), count(1000), count(1_234_567)], ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([counted(1, "seed"), counted(0, "seed")], ["1 seed", "0 seeds"]);
        assert_eq!([rate(8412.6), rate(2.34)], ["8,413", "2.3"]);
        assert_eq!(duration(12.34), "12.3\u{a0}s");
        assert_eq!(duration(59.97), "1\u{a0}min 0\u{a0}s");
        assert_eq!(duration(7830.0), "2\u{a0}h 10\u{a0}min");
    }

    #[test]
    fn numbers_that_are_not_finite_say_so() {
        for text in [percent(f64::NAN), decimal(f64::INFINITY), duration(f64::NAN), rate(f64::NAN)] {
            assert_eq!(text, "not a finite number");
        }
    }

    #[test]
    fn negative_numbers_have_a_minus_sign_and_zero_has_none() {
        assert_eq!(
            [signed(0.5, 2), signed(-0.5, 2), signed(-0.001, 2), signed(0.001, 2)],
            ["+0.50", "−0.50", "0.00", "0.00"]
        );
        assert_eq!(range(Interval { low: -0.5, high: 1.0 }, |value| signed(value, 1)), "−0.5 to +1.0");
    }

    #[test]
    fn small_p_values_are_not_zero() {
        assert_eq!(
            [p_value(0.062_5), p_value(1e-9), p_value(0.5), p_value(0.000_42)],
            ["= 0.062", "< 0.0001", "= 0.50", "= 0.00042"]
        );
    }
}
