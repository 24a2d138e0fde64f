//! The stars of reviews: parsing them, their classes, and prediction errors in stars.
//!
//! Classes stand for the sorted values of stars `v_1 < .. < v_K` that occur, not for their ranks, so a scale with a gap
//! (1, 2, 4, 5) keeps its distances.

use super::Review;
use crate::Error;

/// The largest number of classes.
const MAX_LEVELS: usize = 256;

/// The largest absolute value of stars: far above any scale, but small enough for accurate sums of squares.
const MAX_STARS: f64 = 1e6;

/// The description of valid stars in error messages.
pub(super) const EXPECTED: &str = "a number of stars, no more than a million";

/// The advice in errors about reviews without valid stars.
pub(super) const REMEDY: &str = "correct it, or put reviews without stars into a file with \"unlabelled\" in its name";

/// The stars in `text`, a number or a polarity; `None` if `text` is neither or the number is too large.
pub(super) fn parse(text: &str) -> Option<f64> {
    match text.trim() {
        "positive" | "pos" => Some(1.0),
        "negative" | "neg" => Some(0.0),
        number => number.parse().ok().and_then(within),
    }
}

/// `stars`, with -0 replaced by 0; `None` if they are NaN or their absolute value is above a million.
pub(super) fn within(stars: f64) -> Option<f64> {
    (stars.abs() <= MAX_STARS).then_some(stars + 0.0)
}

/// The classes of `reviews`: the values of stars that occur, ascending, each once.
///
/// # Errors
/// [`Error::Examples`] when more than 256 different values occur.
pub fn levels<'a>(reviews: impl IntoIterator<Item = &'a Review>) -> Result<Vec<f64>, Error> {
    let mut levels: Vec<f64> = Vec::new();
    for stars in reviews.into_iter().filter_map(|review| review.stars) {
        if let Err(place) = levels.binary_search_by(|level| level.total_cmp(&stars)) {
            levels.insert(place, stars);
        }
        if levels.len() > MAX_LEVELS {
            let found = format!("more, from {} to {}", levels[0], levels[MAX_LEVELS]);
            let expected = format!("no more than {MAX_LEVELS} different star ratings");
            let remedy = "round the stars";
            return Err(Error::Examples { expected, found, remedy });
        }
    }
    Ok(levels)
}

/// The class of a review with `stars`: its index in `levels`.
///
/// # Errors
/// [`Error::Examples`] when `stars` is not in `levels`, as may happen if `levels` are those of other reviews.
pub fn label_of(levels: &[f64], stars: f64) -> Result<u8, Error> {
    levels.binary_search_by(|level| level.total_cmp(&stars)).map(|class| class as u8).map_err(|_| {
        let known: Vec<String> = levels.iter().map(f64::to_string).collect();
        let expected = format!("one of the star ratings {}", known.join(", "));
        Error::Examples {
            expected,
            found: stars.to_string(),
            remedy: "correct the stars of the review or leave it out",
        }
    })
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
/// Both are in stars.
#[must_use]
pub fn constant_rmse(train: &[f64], test: &[f64]) -> f64 {
    let mean = train.iter().sum::<f64>() / train.len() as f64;
    rmse(test.iter().map(|stars| (mean, *stars)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reviews::Content;

    fn with(stars: impl IntoIterator<Item = Option<f64>>) -> Vec<Review> {
        stars.into_iter().map(|stars| Review { content: Content::Text(String::new()), stars }).collect()
    }

    #[test]
    fn stars_are_numbers_or_polarities() {
        let cases = [("4.5", Some(4.5)), (" 3 ", Some(3.0)), ("positive", Some(1.0)), ("neg", Some(0.0))];
        for (text, expected) in cases {
            assert_eq!(parse(text), expected);
        }
        assert!(["", "five", "NaN", "inf", "1e999", "4,5"].into_iter().all(|text| parse(text).is_none()));
        assert!(parse("-0").is_some_and(f64::is_sign_positive));
    }

    #[test]
    fn classes_are_the_values_that_occur_and_keep_their_gaps() {
        let levels = levels(&with([Some(5.0), Some(1.0), None, Some(4.0), Some(1.0), Some(2.0), Some(4.5)])).unwrap();
        assert_eq!(levels, [1.0, 2.0, 4.0, 4.5, 5.0]);
        assert_eq!(label_of(&levels, 4.0).unwrap(), 2);
        let error = label_of(&levels, 3.0).unwrap_err().to_string();
        assert!(error.contains("expected one of the star ratings 1, 2, 4, 4.5, 5, found 3"), "{error}");
    }

    #[test]
    fn a_thousand_different_values_are_too_many_classes() {
        let all: Vec<Review> = with((0..256).map(|stars| Some(f64::from(stars))));
        let levels = levels(&all).unwrap();
        assert_eq!((levels.len(), label_of(&levels, 255.0).unwrap()), (256, 255));
        let error = super::levels(&with((0..1000).map(|stars| Some(f64::from(stars))))).unwrap_err().to_string();
        assert!(error.contains("expected no more than 256 different star ratings, found more, from 0 to"), "{error}");
    }

    #[test]
    fn errors_are_in_stars() {
        assert_eq!(expected(&[1.0, 2.0, 4.0], &[0.25, 0.25, 0.5]), 2.75);
        assert_eq!(rmse([(1.0, 4.0), (2.0, 2.0), (5.0, 5.0), (1.0, 4.0)]), f64::sqrt(18.0 / 4.0));
        assert_eq!(constant_rmse(&[1.0, 3.0], &[2.0, 4.0]), f64::sqrt(2.0));
        assert!(rmse([]).is_nan());
    }
}
