//! Reviews with stars: reading files of texts or of counted terms, and turning reviews into examples.
//!
//! [`read()`] detects the format of a file or folder; [`Vocabulary`] holds the most frequent terms and encodes reviews
//! by them; [`levels`] are the classes; [`groups`], [`folds`] and [`partition`] split a corpus so that no text is on
//! both sides of a split; [`rmse`] is the error. Texts stay in memory until they become rows of [`Csr`](crate::Csr).
//!
//! | format              | contents of the file or folder                                                             |
//! |---------------------|--------------------------------------------------------------------------------------------|
//! | table               | one row per line, columns separated by tabs, with or without a header                      |
//! | JSON lines          | one object per line                                                                        |
//! | `processed_acl`     | Amazon reviews as counted terms: `DOMAIN/{positive,negative,unlabeled}.review`             |
//! | `sorted_data_acl`   | the same reviews with their stars and texts, between tags                                  |
//! | `aclImdb`           | one film review per file: `{train,test}/{pos,neg}/ID_STARS.txt`, `train/unsup`             |
//! | folder              | tables and JSON lines; the name of each file contains its part                             |
//!
//! Every file may be plain or gzip, as its first bytes show. The limits are 4 GiB (unpacked) and 2^26 lines per
//! file, 16 MiB per line or review, and 4 million reviews per corpus.
//!
//! # Source
//! Section 4.2 of the paper for the features and the score; J. Blitzer, M. Dredze and F. Pereira, "Biographies,
//! Bollywood, Boom-boxes and Blenders", 2007; A. Maas et al., "Learning Word Vectors for Sentiment Analysis", 2011.

mod archive;
mod bags;
mod data_set;
mod films;
mod groups;
mod json;
mod read;
mod soup;
mod stars;
mod table;
mod vocabulary;

use crate::Error;
use crate::lines::Lines;
use std::collections::BTreeMap;

pub use archive::ReviewArchive;
pub(crate) use data_set::data_set;
pub use groups::{Parts, Sizes, folds, groups, partition};
pub use preprocessing::tokens;
pub(crate) use read::parse;
pub use read::read;
pub use stars::{constant_rmse, expected, label_of, levels, rmse};
pub use vocabulary::Vocabulary;

/// The largest number of reviews in a corpus; without a limit, a small gzip file could unpack to more short lines than
/// fit into memory.
const MAX_REVIEWS: usize = 4_000_000;

const FEWER: &str = "give fewer reviews";

/// A text and its stars.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// The text, or its counted terms.
    pub content: Content,
    /// The stars in the units of the file, finite; 1 for positive and 0 for negative if only the polarity is known;
    /// `None` for an unlabelled review.
    pub stars: Option<f64>,
}

/// The text of a review, or its counted terms.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// The text as in the file; [`tokens`] splits it into terms.
    Text(String),
    /// The terms with their counts, each term once, in ascending order.
    Terms(Vec<(String, u32)>),
}

impl Content {
    /// Counted terms in any order; the counts of repeated terms are added.
    fn counted(mut terms: Vec<(String, u32)>) -> Self {
        terms.sort_unstable();
        terms.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 = kept.1.saturating_add(if same { next.1 } else { 0 });
            same
        });
        Self::Terms(terms)
    }
}

/// All reviews of a file or folder, in stored order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Corpus {
    /// Reviews with stars for training.
    pub train: Vec<Review>,
    /// Reviews with stars for validation; empty when the files have no validation part.
    pub validation: Vec<Review>,
    /// Reviews with stars for testing; empty when the files have no test part.
    pub test: Vec<Review>,
    /// Reviews whose stars are unknown or must not be used; [`stars`](Review::stars) is `None` in each.
    pub unlabelled: Vec<Review>,
    /// The number of rows that were left out because their rating is missing.
    pub left_out: usize,
    /// The SHA-256 of each file, in lower-case hexadecimal, by the file's name relative to the given path. An `aclImdb`
    /// tree has a single checksum, that of the list of its files' names and checksums.
    pub checksums: BTreeMap<String, String>,
}

/// A part of a corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Train,
    Validation,
    Test,
    Unlabelled,
}

impl Part {
    /// The result of `stars`; for the unlabelled part `None`, without a call of `stars`.
    fn stars<E>(self, stars: impl FnOnce() -> Result<f64, E>) -> Result<Option<f64>, E> {
        match self {
            Self::Train | Self::Validation | Self::Test => stars().map(Some),
            Self::Unlabelled => Ok(None),
        }
    }
}

impl Corpus {
    /// Adds `review`, read at `line`, to `part`.
    ///
    /// # Errors
    /// [`Error::Line`] when the corpus already has [`MAX_REVIEWS`] reviews.
    fn push(&mut self, part: Part, review: Review, line: &Lines) -> Result<(), Error> {
        self.push_within(MAX_REVIEWS, part, review, line)
    }

    fn push_within(&mut self, most: usize, part: Part, review: Review, line: &Lines) -> Result<(), Error> {
        if self.len() >= most {
            return Err(line.wrong(format!("no more than {most} reviews in all"), "more", FEWER));
        }
        self.part(part).push(review);
        Ok(())
    }

    /// The number of reviews in all parts.
    fn len(&self) -> usize {
        [&self.train, &self.validation, &self.test, &self.unlabelled].map(Vec::len).iter().sum()
    }

    /// The reviews of `part`.
    fn part(&mut self, part: Part) -> &mut Vec<Review> {
        match part {
            Part::Train => &mut self.train,
            Part::Validation => &mut self.validation,
            Part::Test => &mut self.test,
            Part::Unlabelled => &mut self.unlabelled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;
    use std::path::Path;

    #[test]
    fn the_number_of_reviews_is_limited() {
        let line = Lines::of(Path::new("some/file"), Cursor::new(b"5\tfine\n")).unwrap();
        let (mut corpus, review) =
            (Corpus::default(), || Review { content: Content::Text(String::new()), stars: None });
        for part in [Part::Train, Part::Validation, Part::Test, Part::Unlabelled] {
            corpus.push_within(4, part, review(), &line).unwrap();
        }
        let error = corpus.push_within(4, Part::Train, review(), &line).unwrap_err().to_string();
        assert!(error.ends_with(": expected no more than 4 reviews in all, found more; give fewer reviews"), "{error}");
    }
}
