//! The vocabulary of the most frequent terms, and the encoding of reviews as rows of these terms.

use super::{Content, Review, tokens};
use crate::Csr;
use preprocessing::Tokeniser;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;

/// The most frequent terms of reviews; the index of a term is its column.
#[derive(Clone, Debug, PartialEq)]
pub struct Vocabulary(preprocessing::Vocabulary);

impl Vocabulary {
    /// The `k` most frequent terms of `reviews`, or all if there are fewer, by descending number of occurrences;
    /// equally frequent terms are in alphabetical order. Use only reviews of the training and unlabelled parts.
    #[must_use]
    pub fn most_frequent<'a>(reviews: impl IntoIterator<Item = &'a Review>, k: usize) -> Self {
        let mut totals: HashMap<Cow<'a, str>, u64> = HashMap::new();
        let mut tokeniser = Tokeniser::Counted;
        for review in reviews {
            if matches!(review.content, Content::Text(_)) {
                tokeniser = Tokeniser::Words;
            }
            for (term, count) in counted(review) {
                *totals.entry(term).or_default() += count;
            }
        }
        let mut order: Vec<(Reverse<u64>, Cow<'a, str>)> =
            totals.into_iter().map(|(term, total)| (Reverse(total), term)).collect();
        order.sort_unstable();
        order.truncate(k);
        let terms: Vec<String> = order.into_iter().map(|(_, term)| term.into_owned()).collect();
        Self(preprocessing::Vocabulary::new(tokeniser, terms))
    }

    /// The vocabulary in the form that is stored with a trained network.
    #[must_use]
    pub fn into_preprocessing(self) -> preprocessing::Vocabulary {
        self.0
    }

    /// The terms, in the order of their columns.
    #[must_use]
    pub fn terms(&self) -> &[String] {
        self.0.terms()
    }

    /// The columns of the terms in `review`, ascending, each once.
    #[must_use]
    pub fn encode(&self, review: &Review) -> Vec<u32> {
        self.0.columns(counted(review).map(|(term, _)| term))
    }

    /// A row for each of `reviews`, `[reviews, terms]`, with the value 1 for each term that occurs, however often.
    #[must_use]
    pub fn csr<'a>(&self, reviews: impl IntoIterator<Item = &'a Review>) -> Csr {
        let mut rows = Csr::new(self.terms().len());
        for review in reviews {
            rows.push(self.encode(review).into_iter().map(|column| (column, 1.0)));
        }
        rows
    }

    /// The SHA-256 of the list of terms, one per line, in lower-case hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        let list: String = self.terms().iter().flat_map(|term| [term, "\n"]).collect();
        files::sha256(list.as_bytes())
    }
}

/// The terms of `review` with their counts; a term may occur several times.
fn counted(review: &Review) -> Box<dyn Iterator<Item = (Cow<'_, str>, u64)> + '_> {
    match &review.content {
        Content::Text(text) => Box::new(tokens(text).map(|term| (term, 1))),
        Content::Terms(terms) => Box::new(terms.iter().map(|(term, n)| (Cow::Borrowed(&**term), u64::from(*n)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Review {
        Review::starred(Content::Text(text.to_owned()), None)
    }

    fn terms(terms: &[(&str, u32)]) -> Review {
        let terms = terms.iter().map(|(term, count)| ((*term).to_owned(), *count)).collect();
        Review::starred(Content::Terms(terms), None)
    }

    #[test]
    fn terms_are_sorted_by_count_and_then_alphabetically() {
        let reviews = [text("pear pear pear fig"), text("fig Apple kiwi apple"), terms(&[("kiwi", 1), ("zest", 9)])];
        let vocabulary = Vocabulary::most_frequent(&reviews, 4);
        assert_eq!(vocabulary.terms(), ["zest", "pear", "apple", "fig"]); // apple, fig and kiwi occur twice
        assert_eq!(Vocabulary::most_frequent(&reviews, 9).terms()[4..], ["kiwi"]);
        assert!(Vocabulary::most_frequent(&[], 9).terms().is_empty());
    }

    #[test]
    fn a_row_holds_which_terms_occur_and_not_how_often() {
        let vocabulary = Vocabulary::most_frequent(&[text("a a a b b c")], 3);
        assert_eq!(vocabulary.encode(&text("C a, unknown A")), [0, 2]);
        assert_eq!(vocabulary.encode(&terms(&[("b", 7), ("d", 1)])), [1]);
        let rows = vocabulary.csr(&[text("c b b"), text("?"), text("a")]);
        assert_eq!((rows.len(), rows.width()), (3, 3));
        assert_eq!(rows.row(0), (&[1, 2][..], &[1.0, 1.0][..]));
        assert_eq!(rows.row(1), (&[][..], &[][..]));
        assert_eq!(rows.row(2), (&[0][..], &[1.0][..]));
    }

    #[test]
    fn other_reviews_change_nothing() {
        let train = [text("good good bad"), text("fine")];
        let vocabulary = Vocabulary::most_frequent(&train, 5000);
        let _ = vocabulary.csr(&[text("awful awful awful awful good")]);
        assert_eq!(vocabulary, Vocabulary::most_frequent(&train, 5000));
        assert_eq!(vocabulary.terms(), ["good", "bad", "fine"]);
        assert!(vocabulary.encode(&text("awful awful")).is_empty());
    }

    #[test]
    fn the_checksum_is_that_of_the_list_as_a_file() {
        let vocabulary = Vocabulary::most_frequent(&[text("b b a")], 2);
        assert_eq!(vocabulary.sha256(), files::sha256(b"b\na\n"));
        assert_ne!(vocabulary.sha256(), Vocabulary::most_frequent(&[text("a a b")], 2).sha256());
    }
}
