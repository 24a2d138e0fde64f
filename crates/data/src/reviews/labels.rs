//! The classes of labelled texts: stars in ascending order, or the labels as written.

use super::{Review, stars};
use crate::Error;
use crate::own::classes::{Class, MAX_CLASSES};
use std::collections::{BTreeSet, HashMap};

/// The meaning of labels that are all numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Numbers {
    /// Stars: levels whose differences are meaningful.
    #[default]
    Stars,
    /// Classes that have numbers as names, such as topics.
    Classes,
}

/// The classes of a corpus.
#[derive(Clone, Debug, PartialEq)]
pub struct Labels {
    /// The names of the classes: stars in ascending order, or labels with numbers first.
    pub classes: Vec<String>,
    /// The stars of each class, ascending; `None` if the classes are not levels.
    pub levels: Option<Vec<f64>>,
    indices: HashMap<String, u8>,
}

impl Labels {
    /// The classes of the labelled reviews among `reviews`: stars if every label is a number and `numbers` is
    /// [`Numbers::Stars`], otherwise the labels as written.
    ///
    /// # Errors
    /// [`Error::Examples`] when there are more than 256 classes.
    pub fn of<'a>(reviews: impl IntoIterator<Item = &'a Review>, numbers: Numbers) -> Result<Self, Error> {
        let mut labels = BTreeSet::new();
        for label in reviews.into_iter().filter_map(|review| review.label.as_deref()) {
            if let Some(class) = Class::parse(label.as_bytes()) {
                labels.insert(class);
            }
        }
        let written: Vec<String> = labels.iter().map(Class::to_string).collect();
        let stars: Option<Vec<f64>> = written.iter().map(|label| stars::parse(label)).collect();
        let this = match stars.filter(|_| numbers == Numbers::Stars) {
            Some(mut levels) => {
                levels.sort_unstable_by(f64::total_cmp);
                levels.dedup();
                let place = |label: &String| {
                    let stars = stars::parse(label).unwrap_or(f64::NAN);
                    levels.partition_point(|level| *level < stars) as u8
                };
                let indices = written.iter().map(|label| (label.clone(), place(label))).collect();
                let classes = levels.iter().map(f64::to_string).collect();
                Self { classes, levels: Some(levels), indices }
            }
            None => {
                Self { indices: written.iter().cloned().zip(0..=u8::MAX).collect(), classes: written, levels: None }
            }
        };
        if this.classes.len() <= MAX_CLASSES {
            return Ok(this);
        }
        let (what, remedy) = match this.levels {
            Some(_) => ("star ratings", "round the stars, or name the column of labels with --label COLUMN"),
            None => ("classes", "name the column of labels with --label COLUMN"),
        };
        let found = format!("more, among them {} and {}", this.classes[0], this.classes[MAX_CLASSES]);
        Err(Error::Examples { expected: format!("no more than {MAX_CLASSES} different {what}"), found, remedy })
    }

    /// The index of the class of `review`; `None` if the review has no label, or a label that is not one of the
    /// classes.
    #[must_use]
    pub fn of_review(&self, review: &Review) -> Option<u8> {
        self.indices.get(review.label.as_ref()?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reviews::Content;

    fn labelled(labels: &[&str]) -> Vec<Review> {
        let review = |label: &&str| Review::new(Content::Text(String::new()), Some((*label).to_owned()));
        labels.iter().map(review).collect()
    }

    fn labels(labels: &[&str], numbers: Numbers) -> Labels {
        Labels::of(&labelled(labels), numbers).unwrap()
    }

    #[test]
    fn numbers_are_stars_and_keep_their_gaps() {
        let found = labels(&["5.0", "1", "4", "1.0", "10", "5"], Numbers::Stars);
        assert_eq!(found.classes, ["1", "4", "5", "10"]);
        assert_eq!(found.levels.as_deref(), Some(&[1.0, 4.0, 5.0, 10.0][..]));
        let places: Vec<_> = labelled(&["5.0", "5", "1", "3"]).iter().map(|review| found.of_review(review)).collect();
        assert_eq!(places, [Some(2), Some(2), Some(0), None]);
    }

    #[test]
    fn texts_are_classes_as_written_with_numbers_in_order() {
        let found = labels(&["spam", "Ham", "10", "9", "spam"], Numbers::Stars);
        assert_eq!(
            (found.classes.as_slice(), found.levels.as_ref()),
            (&["9", "10", "Ham", "spam"].map(str::to_owned)[..], None)
        );
        let topics = labels(&["10", "9", "2"], Numbers::Classes);
        assert_eq!((topics.classes.as_slice(), topics.levels), (&["2", "9", "10"].map(str::to_owned)[..], None));
    }

    #[test]
    fn more_than_256_classes_are_refused() {
        let numbered = |count: usize, prefix: &str| -> Vec<Review> {
            let all: Vec<String> = (0..count).map(|k| format!("{prefix}{k}")).collect();
            labelled(&all.iter().map(String::as_str).collect::<Vec<_>>())
        };
        assert_eq!(Labels::of(&numbered(256, ""), Numbers::Stars).unwrap().classes.len(), 256);
        let stars = Labels::of(&numbered(1000, ""), Numbers::Stars).unwrap_err().to_string();
        assert!(stars.contains("no more than 256 different star ratings, found more, among them 0 and 256"), "{stars}");
        let names = Labels::of(&numbered(300, "t"), Numbers::Stars).unwrap_err().to_string();
        assert!(names.contains("no more than 256 different classes") && names.contains("--label"), "{names}");
    }

    #[test]
    fn stars_in_many_spellings_are_all_known() {
        let written: Vec<String> =
            (0..200).flat_map(|k| ["", ".0", ".00"].map(|zeros| format!("{k}{zeros}"))).collect();
        let reviews = labelled(&written.iter().map(String::as_str).collect::<Vec<_>>());
        let found = Labels::of(&reviews, Numbers::Stars).unwrap();
        let places: Vec<_> = reviews.iter().map(|review| found.of_review(review)).collect();
        assert_eq!(places, (0..600).map(|k| Some((k / 3) as u8)).collect::<Vec<_>>());
    }
}
