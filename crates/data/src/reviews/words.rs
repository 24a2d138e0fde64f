//! Checks whether texts can be learned from by their words: whether words are separated by spaces, and whether
//! different texts have words in common.

use super::{Content, Review, tokens};
use std::collections::{HashMap, HashSet};

/// The number of texts that are examined first.
const SOME: usize = 2000;

const ADVICE: &str = "words need spaces between them, so separate the words of Chinese, Japanese or Thai by spaces \
                      first; emoji are not words";

/// A note for the user if most of the texts in `reviews` have at most one word, if most of them have no word in common
/// with another text, or if most words are phrases without spaces; otherwise `None`.
pub(super) fn notice(reviews: &[Review]) -> Option<String> {
    // To save time, all texts are counted only if the first ones give rise to a note.
    Counts::of(&reviews[..reviews.len().min(SOME)]).notice().and_then(|_| Counts::of(reviews).notice())
}

/// Counts of texts and words.
struct Counts {
    texts: usize,
    /// The number of texts of at most one word.
    short: usize,
    /// The number of texts without a word that occurs in another text.
    apart: usize,
    /// The number of words, each counted once for each text.
    words: usize,
    /// The number of words for which [`is_phrase`] is true.
    phrases: usize,
}

/// Whether `word` is in a script that is written without spaces and is longer than words of this script usually are.
fn is_phrase(word: &str) -> bool {
    let longest = match word.chars().next() {
        Some('\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}') => 3, // kana and Chinese characters
        Some('\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}') => 8, // Thai, Lao, Burmese, Khmer
        _ => return false,
    };
    word.chars().nth(longest).is_some()
}

impl Counts {
    fn of(reviews: &[Review]) -> Self {
        let texts = reviews.iter().filter_map(|review| match &review.content {
            Content::Text(text) => Some(tokens(text).collect::<HashSet<_>>()),
            Content::Terms(_) => None,
        });
        let texts: Vec<_> = texts.collect();
        let mut occurrences: HashMap<&str, usize> = HashMap::new();
        for word in texts.iter().flatten() {
            *occurrences.entry(word).or_default() += 1;
        }
        let short = texts.iter().filter(|words| words.len() < 2).count();
        let apart = texts.iter().filter(|words| words.iter().all(|word| occurrences[word.as_ref()] < 2)).count();
        let words = texts.iter().map(HashSet::len).sum();
        let phrases = texts.iter().flatten().filter(|word| is_phrase(word)).count();
        Self { texts: texts.len(), short, apart, words, phrases }
    }

    fn notice(&self) -> Option<String> {
        let Self { texts, short, apart, words, phrases } = self;
        let what = match () {
            () if 2 * apart > *texts => {
                format!("{apart} of {texts} training reviews have no word in common with another")
            }
            () if 2 * short > *texts => format!("{short} of {texts} training reviews have at most one word"),
            () if 2 * phrases > *words => {
                format!("{phrases} of {words} words of the training reviews are whole phrases")
            }
            () => return None,
        };
        Some(format!("{what}: {ADVICE}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(texts: &[&str]) -> Option<String> {
        let review = |text: &&str| Review::new(Content::Text((*text).to_owned()), None);
        notice(&texts.iter().map(review).collect::<Vec<_>>())
    }

    #[test]
    fn texts_without_common_words_are_said() {
        let apart =
            said(&["\u{8fd9}\u{4e2a}\u{5f88}\u{597d}", "\u{670d}\u{52a1}\u{5f88}\u{5dee}", "\u{1f600}"]).unwrap();
        assert!(
            apart.starts_with("3 of 3 training reviews have no word in common with another: words need"),
            "{apart}"
        );
        let short = said(&["good", "good", "bad", "bad"]).unwrap();
        assert!(short.starts_with("4 of 4 training reviews have at most one word: "), "{short}");
        let phrases = said(&[
            "\u{975e}\u{5e38}\u{597d}\u{5403} 1",
            "\u{975e}\u{5e38}\u{597d}\u{5403}\u{ff0c}\u{975e}\u{5e38}\u{559c}\u{6b22} 1",
        ])
        .unwrap();
        assert!(phrases.starts_with("3 of 5 words of the training reviews are whole phrases: "), "{phrases}");
        assert_eq!(said(&["a fine place", "a bad place", "\u{5f88} \u{597d}", "\u{5f88} \u{5dee}"]), None);
        assert_eq!(said(&[]), None);
    }
}
