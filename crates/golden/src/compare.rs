//! Compares values within a tolerance.

/// Asserts that each value in `found` differs from its counterpart in `expected` by at most `tolerance` * max(1, m),
/// where m is the largest |expected|: 32-bit arithmetic rounds in proportion to the largest value of a tensor.
///
/// # Panics
/// If the lengths differ, or if a value is NaN or too far from the expected one. The message names `what` and states
/// both lengths or both values.
pub fn assert_close(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}: the numbers of values differ");
    let scale = expected.iter().fold(1.0f64, |largest, value| largest.max(value.abs()));
    for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
        let near = (found - expected).abs() <= tolerance * scale;
        assert!(near, "{what} [{k}]: expected {expected}, found {found}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tolerance_is_relative_to_the_largest_value_or_to_1() {
        assert_close("near", &[0.1 + 0.9e-3, 100.0 - 0.9e-1], &[0.1, 100.0], 1e-3);
        assert_close("small", &[0.9e-3], &[0.0], 1e-3);
    }

    #[test]
    #[should_panic(expected = "loss [1]: expected 2, found 2.01")]
    fn a_value_that_is_too_far_away_is_named() {
        assert_close("loss", &[1.0, 2.01], &[1.0, 2.0], 1e-3);
    }

    #[test]
    #[should_panic(expected = "loss [0]: expected 1, found NaN")]
    fn nan_is_never_close() {
        assert_close("loss", &[f64::NAN], &[1.0], 1e30);
    }

    #[test]
    #[should_panic(expected = "loss: the numbers of values differ")]
    fn lengths_must_agree() {
        assert_close("loss", &[1.0], &[1.0, 1.0], 1.0);
    }
}
