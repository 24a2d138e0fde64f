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
//! line or review beyond 16 MiB.
//!
//! # Source
//! Section 4.2 of the paper for the features and the score; J. Blitzer, M. Dredze and F. Pereira, "Biographies,
//! Bollywood, Boom-boxes and Blenders", 2007; A. Maas et al., "Learning Word Vectors for Sentiment Analysis", 2011.

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

pub(crate) use data_set::{data_set, verify};
pub use groups::{Parts, Sizes, folds, groups, partition};
pub(crate) use read::parse;
pub use read::read;
pub use stars::{constant_rmse, expected, label_of, levels, rmse};
pub use tokens::tokens;
pub use vocabulary::Vocabulary;

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
    /// Reviews with stars that the publisher holds out; empty when the files have no test part.
    pub test: Vec<Review>,
    /// Reviews whose stars are unknown, or are not to be used: here they are `None` in any case.
    pub unlabelled: Vec<Review>,
    /// How many rows were left out because their mark is missing.
    pub left_out: usize,
}

/// A part of a corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Train,
    Test,
    Unlabelled,
}

impl Part {
    /// The stars as reviews of this part have them: none when it is unlabelled, where `stars` is not asked for them.
    fn stars<E>(self, stars: impl FnOnce() -> Result<f64, E>) -> Result<Option<f64>, E> {
        match self {
            Self::Train | Self::Test => stars().map(Some),
            Self::Unlabelled => Ok(None),
        }
    }
}

impl Corpus {
    /// The reviews of `part`.
    fn part(&mut self, part: Part) -> &mut Vec<Review> {
        match part {
            Part::Train => &mut self.train,
            Part::Test => &mut self.test,
            Part::Unlabelled => &mut self.unlabelled,
        }
    }
}
