//! The stars of reviews: parsing them, and prediction errors in stars.
//!
//! A class stands for one of the different numbers of stars `v_1 < .. < v_K` that occur, not for its rank, so a scale
//! with a gap (1, 2, 4, 5) keeps its distances.

/// The largest absolute value of stars: far above any scale, but small enough for accurate sums of squares.
const MAX_STARS: f64 = 1e6;

/// The description of valid stars in error messages.
pub(super) const EXPECTED: &str = "a number of stars, no more than a million";

/// The advice in errors about reviews without valid stars.
pub(super) const REMEDY: &str =
    "correct the label, or put reviews without labels into a file with \"unlabelled\" in its name";

/// The stars in `text`, such as 4.5 or 4,5; `None` if `text` is not a number or its absolute value is above a million.
pub(super) fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let number = if has_decimal_comma(text) { text.replacen(',', ".", 1).parse() } else { text.parse() };
    number.ok().and_then(within)
}

/// Whether `text` is a number with a comma before one or two decimals. A comma before three digits could separate
/// thousands.
pub(super) fn has_decimal_comma(text: &str) -> bool {
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = text.trim().split_once(',');
    parts.is_some_and(|(whole, decimals)| {
        all_digits(whole.trim_start_matches(['-', '+'])) && all_digits(decimals) && decimals.len() <= 2
    })
}

/// The stars that stand for a polarity in files of counted terms: 1 for positive and 0 for negative; `None` for any
/// other text.
pub(super) fn polarity(text: &str) -> Option<f64> {
    match text.trim() {
        "positive" | "pos" => Some(1.0),
        "negative" | "neg" => Some(0.0),
        _ => None,
    }
}

/// `stars`, with -0 replaced by 0; `None` if they are NaN or their absolute value is above a million.
pub(super) fn within(stars: f64) -> Option<f64> {
    (stars.abs() <= MAX_STARS).then_some(stars + 0.0)
}

/// The expected stars of a review: `sum_k v_k p_k`.
///
/// `levels` has the stars `v_k` of the classes, and `probabilities` their probabilities `p_k`; both are `[classes]`.
#[must_use]
pub fn expected(levels: &[f64], probabilities: &[f32]) -> f64 {
    levels.iter().zip(probabilities).map(|(v, p)| v * f64::from(*p)).sum()
}

/// The root mean squared error over `pairs` of (predicted, true) stars; NaN if there are no pairs.
#[must_use]
pub fn rmse(pairs: impl IntoIterator<Item = (f64, f64)>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for (predicted, stars) in pairs {
        sum += (predicted - stars).powi(2);
        count += 1.0;
    }
    f64::sqrt(sum / count)
}

/// The baseline for star predictions: the root mean squared error on `test` of always predicting the mean of `train`.
/// Both slices hold stars.
#[must_use]
pub fn constant_rmse(train: &[f64], test: &[f64]) -> f64 {
    let mean = train.iter().sum::<f64>() / train.len() as f64;
    rmse(test.iter().map(|stars| (mean, *stars)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_numbers_and_polarities_stand_for_two() {
        assert_eq!((parse("4.5"), parse(" 3 ")), (Some(4.5), Some(3.0)));
        assert_eq!((parse("4,5"), parse("-1,25"), parse("10,0")), (Some(4.5), Some(-1.25), Some(10.0)));
        assert_eq!((polarity("positive "), polarity("neg"), polarity("3")), (Some(1.0), Some(0.0), None));
        assert!(
            ["", "positive", "five", "NaN", "inf", "1e999", "1,000", "1,5,2", ",5", "5,"]
                .into_iter()
                .all(|text| parse(text).is_none())
        );
        assert!(parse("-0").is_some_and(f64::is_sign_positive));
    }

    #[test]
    fn errors_are_in_stars() {
        assert_eq!(expected(&[1.0, 2.0, 4.0], &[0.25, 0.25, 0.5]), 2.75);
        assert_eq!(rmse([(1.0, 4.0), (2.0, 2.0), (5.0, 5.0), (1.0, 4.0)]), f64::sqrt(18.0 / 4.0));
        assert_eq!(constant_rmse(&[1.0, 3.0], &[2.0, 4.0]), f64::sqrt(2.0));
        assert!(rmse([]).is_nan());
    }
}
