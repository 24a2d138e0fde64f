//! Reviews with stars: files of texts or of counted terms, and what makes examples of them.
//!
//! [`read()`] finds out the format of a file or folder; [`Vocabulary`] keeps the most frequent terms and says which of
//! them a review holds; [`levels`] are the classes; [`groups`], [`folds`] and [`partition`] cut a corpus so that no text
//! is on both sides of a cut; [`rmse`] judges. Texts stay texts until they are rows of [`Csr`](crate::Csr).
//!
//! | what                | file or folder                                                                              |
//! |---------------------|---------------------------------------------------------------------------------------------|
//! | table               | a row a line, columns separated by tabs, with or without a header                           |
//! | JSON lines          | an object a line                                                                            |
//! | `processed_acl`     | Amazon reviews as counted terms: `DOMAIN/{positive,negative,unlabeled}.review`              |
//! | `sorted_data_acl`   | the same reviews with their stars and texts, between tags                                   |
//! | `aclImdb`           | a film review a file: `{train,test}/{pos,neg}/ID_STARS.txt`, `train/unsup`                  |
//! | folder              | tables and JSON lines; their names say which part they are                                  |
//!
//! Every file may be plain or gzip, which its bytes tell. No file is read beyond 4 GiB (unpacked) or 2^26 lines, and no
//! line or review beyond 16 MiB; a corpus holds no more than 4 million reviews.
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
mod tokens;
mod vocabulary;

use crate::Error;
use crate::lines::Lines;
use std::collections::BTreeMap;

pub use archive::ReviewArchive;
pub(crate) use data_set::data_set;
pub use groups::{Parts, Sizes, folds, groups, partition};
pub(crate) use read::parse;
pub use read::read;
pub use stars::{constant_rmse, expected, label_of, levels, rmse};
pub use tokens::tokens;
pub use vocabulary::Vocabulary;

/// The most reviews of a corpus: few bytes, packed, may hold far more short lines than fit into memory.
const MAX_REVIEWS: usize = 4_000_000;

const FEWER: &str = "give fewer reviews";

/// What somebody wrote, and how many stars they gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// The text, or its terms.
    pub content: Content,
    /// The stars in the units of the file; positive is 1 and negative is 0 where only that is known; none for an
    /// unlabelled review. Finite.
    pub stars: Option<f64>,
}

/// The text of a review, or what the publisher made of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// The text as it is in the file; [`tokens`] are its terms.
    Text(String),
    /// Terms counted already, ascending, each once.
    Terms(Vec<(String, u32)>),
}

impl Content {
    /// Counted terms in any order; those named twice are added up.
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
    /// Reviews with stars.
    pub train: Vec<Review>,
    /// Reviews with stars to choose on; empty when the files have no validation part.
    pub validation: Vec<Review>,
    /// Reviews with stars that the publisher holds out; empty when the files have no test part.
    pub test: Vec<Review>,
    /// Reviews whose stars are unknown, or are not to be used: here they are `None` in any case.
    pub unlabelled: Vec<Review>,
    /// How many rows were left out because their mark is missing.
    pub left_out: usize,
    /// The SHA-256 of each file that was read, by its name below the path that was given; of an `aclImdb` tree one, that
    /// of the list of its files' names and checksums. Lower-case hexadecimal.
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
    /// The stars as reviews of this part have them: none when it is unlabelled, where `stars` is not asked for them.
    fn stars<E>(self, stars: impl FnOnce() -> Result<f64, E>) -> Result<Option<f64>, E> {
        match self {
            Self::Train | Self::Validation | Self::Test => stars().map(Some),
            Self::Unlabelled => Ok(None),
        }
    }
}

impl Corpus {
    /// Adds `review`, which was read at `line`, to `part`.
    ///
    /// # Errors
    /// [`Error::Line`] when there are [`MAX_REVIEWS`] already.
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

    /// How many reviews there are.
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
    fn no_corpus_grows_without_end() {
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
