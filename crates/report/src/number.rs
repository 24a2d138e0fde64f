//! Numbers as a reader wants them. What is not finite says so in words.

/// A fraction in percent with two decimals: `1.43 %`.
pub(crate) fn percent(fraction: f64) -> String {
    finite(fraction, |fraction| format!("{:.2}\u{a0}%", 100.0 * fraction))
}

/// A plain number with four decimals.
pub(crate) fn decimal(value: f64) -> String {
    finite(value, |value| format!("{value:.4}"))
}

/// A rate per second: whole from 10 on, with one decimal below.
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

/// Seconds in the largest two units that matter: `12.3 s`, `4 min 5 s`, `2 h 10 min`.
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

/// The mean, NaN of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
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
        assert_eq!([rate(8412.6), rate(2.34)], ["8,413", "2.3"]);
        assert_eq!(duration(12.34), "12.3\u{a0}s");
        assert_eq!(duration(59.97), "1\u{a0}min 0\u{a0}s");
        assert_eq!(duration(7830.0), "2\u{a0}h 10\u{a0}min");
    }

    #[test]
    fn what_is_not_finite_says_so() {
        for text in [percent(f64::NAN), decimal(f64::INFINITY), duration(f64::NAN), rate(f64::NAN)] {
            assert_eq!(text, "not a finite number");
        }
    }
}
