//! Texts with labels: reading files of texts or of counted terms, and turning them into examples.
//!
//! [`read()`] detects the format of a file or folder; [`Vocabulary`] holds the most frequent terms and encodes texts by
//! them; [`Labels`] are the classes; [`groups`], [`folds`] and [`partition`] split a corpus so that no text is on both
//! sides of a split; [`rmse`] is the root mean squared error in stars. Texts stay in memory until they become rows of
//! [`Csr`](crate::Csr). [`Texts`] reads texts without labels one by one.
//!
//! | format              | contents of the file or folder                                                             |
//! |---------------------|--------------------------------------------------------------------------------------------|
//! | table               | CSV or TSV, with or without a header: a column of texts and a column of labels             |
//! | JSON                | objects, one per line or in an array, with a text and label; tables as pandas writes them  |
//! | folders             | a folder of text files for each class, or such folders in `train`, `validation` and `test` |
//! | `processed_acl`     | Amazon reviews as counted terms: `DOMAIN/{positive,negative,unlabeled}.review`             |
//! | `sorted_data_acl`   | the same reviews with their stars and texts, between tags                                  |
//! | `aclImdb`           | one film review per file: `{train,test}/{pos,neg}/ID_STARS.txt`, `train/unsup`             |
//! | folder              | tables and JSON; the name of each file contains its part                                   |
//!
//! Labels are stars, that is levels whose differences are meaningful, if all of them are numbers, their column is not
//! called class, category or topic, and the user has not chosen classification; other labels are classes, named as
//! written.
//!
//! Every file may be plain or gzip, as its first bytes show. The limits are 4 GiB (unpacked) and 2^26 lines per
//! file, 16 MiB per line or text, and 4 million texts per corpus.
//!
//! # Source
//! Section 4.2 of the paper for the features and the score; J. Blitzer, M. Dredze and F. Pereira, "Biographies,
//! Bollywood, Boom-boxes and Blenders", 2007; A. Maas et al., "Learning Word Vectors for Sentiment Analysis", 2011.

mod archive;
mod bags;
mod columns;
mod data_set;
mod films;
mod folded;
mod folders;
mod groups;
mod imdb;
mod json;
mod labels;
mod mended;
mod objects;
mod read;
mod soup;
mod source;
mod stars;
mod table;
mod texts;
mod vocabulary;
mod words;

use crate::choices::Header;
use crate::lines::Lines;
use crate::{Error, names};
use columns::Columns;
use std::collections::BTreeMap;
use std::path::Path;

pub use archive::ReviewArchive;
pub(crate) use data_set::data_set;
pub use groups::{Parts, Sizes, folds, groups, partition};
pub use imdb::IMDB;
pub use labels::{Labels, Numbers};
use preprocessing::TextUnit;
pub use preprocessing::tokens;
pub(crate) use read::parse;
pub use read::read;
pub use stars::{constant_rmse, expected, rmse};
pub use texts::Texts;
pub use vocabulary::Vocabulary;

/// The largest number of reviews in a corpus; without a limit, a small gzip file could unpack to more short lines than
/// fit into memory.
const MAX_REVIEWS: usize = 4_000_000;

const FEWER: &str = "give fewer reviews";

/// A text and its label.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// The text, or its counted terms.
    pub content: Content,
    /// The label as written, with composed accents (NFC): a class, or stars on the file's own scale. Counted terms of
    /// which only the polarity is known have 1 for positive and 0 for negative. `None` for an unlabelled review.
    pub label: Option<String>,
    /// The group to which the user's table assigns the review; a group is never divided between parts. `None` if there
    /// are no groups.
    pub group: Option<String>,
}

impl Review {
    /// A review without a group.
    #[must_use]
    pub fn new(content: Content, label: Option<String>) -> Self {
        Self { content, label, group: None }
    }

    /// A review whose label is a number of stars.
    fn starred(content: Content, stars: Option<f64>) -> Self {
        Self::new(content, stars.map(|stars| stars.to_string()))
    }
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

/// All reviews of a file or folder, in the order of reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Corpus {
    /// Labelled reviews for training.
    pub train: Vec<Review>,
    /// Labelled reviews for validation; empty when the files have no validation part.
    pub validation: Vec<Review>,
    /// Labelled reviews for testing; empty when the files have no test part.
    pub test: Vec<Review>,
    /// Reviews whose labels are unknown or must not be used; [`label`](Review::label) is `None` in each.
    pub unlabelled: Vec<Review>,
    /// The number of rows that were left out because their label is missing.
    pub left_out: usize,
    /// The number of rows that were left out because their text is missing or empty.
    pub without_text: usize,
    /// The meaning of labels that are all numbers.
    pub numbers: Numbers,
    /// What counts as one text: a line, a whole file, or certain columns or fields. If the files differ in this, this
    /// is the unit of the first file.
    pub unit: TextUnit,
    /// The name of the column of labels; `None` if it has no name.
    pub column: Option<String>,
    /// Notes for the user about what was guessed or passed over.
    pub notes: Vec<String>,
    /// The SHA-256 of each file, in lower-case hexadecimal, by the file's name relative to the given path. An `aclImdb`
    /// tree or a folder of text files has a single checksum: the SHA-256 of the names and checksums of its files.
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

impl From<names::Part> for Part {
    fn from(part: names::Part) -> Self {
        match part {
            names::Part::Train => Self::Train,
            names::Part::Validation => Self::Validation,
            names::Part::Test => Self::Test,
        }
    }
}

impl Part {
    /// The result of `label`; for the unlabelled part, `None` without calling `label`.
    fn label<T, E>(self, label: impl FnOnce() -> Result<T, E>) -> Result<Option<T>, E> {
        match self {
            Self::Train | Self::Validation | Self::Test => label().map(Some),
            Self::Unlabelled => Ok(None),
        }
    }
}

impl Corpus {
    /// Adds what is known of the texts in a file of `part` with these `columns` before its rows are read; each text is a
    /// `unit`.
    fn begin(&mut self, part: Part, header: Header, columns: &Columns, unit: TextUnit) {
        let (label, how) = match header {
            Header::Yes => (columns.labels.first().map(|i| columns.names[*i].clone()), ""),
            Header::No => (None, "no header, "),
        };
        self.column = self.column.take().or(label);
        if part != Part::Unlabelled {
            self.note(columns.described(how));
        }
        if self.unit == TextUnit::Lines {
            self.unit = unit;
        }
        self.numbers = self.numbers.max(columns.numbers);
    }

    /// Adds `review`, read at `line`, to `part`.
    ///
    /// # Errors
    /// [`Error::Line`] when the corpus already has [`MAX_REVIEWS`] reviews.
    fn push(&mut self, part: Part, review: Review, line: &Lines) -> Result<(), Error> {
        self.push_within(MAX_REVIEWS, part, review, |expected, found| line.wrong(expected, found, FEWER))
    }

    /// Adds `review`, the text of `file`, to `part`.
    ///
    /// # Errors
    /// [`Error::Layout`] when the corpus already has [`MAX_REVIEWS`] reviews.
    fn push_file(&mut self, part: Part, review: Review, file: &Path) -> Result<(), Error> {
        self.push_within(MAX_REVIEWS, part, review, |expected, found| Error::Layout {
            path: file.to_owned(),
            expected,
            found: found.to_owned(),
            remedy: FEWER,
        })
    }

    fn push_within(
        &mut self,
        most: usize,
        part: Part,
        review: Review,
        wrong: impl FnOnce(String, &'static str) -> Error,
    ) -> Result<(), Error> {
        if self.len() >= most {
            return Err(wrong(format!("no more than {most} reviews in all"), "more"));
        }
        self.part(part).push(review);
        Ok(())
    }

    /// Adds `note` unless the same note is already present.
    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
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

    #[test]
    fn the_number_of_reviews_is_limited() {
        let line = Lines::of(Path::new("some/file"), Cursor::new(b"5\tfine\n")).unwrap();
        let (mut corpus, review) = (Corpus::default(), || Review::starred(Content::Text(String::new()), None));
        let wrong = |expected, found| line.wrong(expected, found, FEWER);
        for part in [Part::Train, Part::Validation, Part::Test, Part::Unlabelled] {
            corpus.push_within(4, part, review(), wrong).unwrap();
        }
        let error = corpus.push_within(4, Part::Train, review(), wrong).unwrap_err().to_string();
        assert!(error.ends_with(": expected no more than 4 reviews in all, found more; give fewer reviews"), "{error}");
    }
}
