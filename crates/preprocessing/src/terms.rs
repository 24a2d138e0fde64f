//! The terms of a text, and the vocabulary: the list of terms that are inputs.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// How a text becomes terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tokeniser {
    /// The function [`tokens`] splits the text into lower-case words and numbers.
    #[default]
    Words,
    /// An unknown tokeniser: the training files contain counts of terms instead of texts.
    Counted,
}

/// What counts as one text, both in the training files and in the files to predict: a line, a whole file, or certain
/// columns or fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextUnit {
    /// A line.
    #[default]
    Lines,
    /// A whole file.
    Files,
    /// Of the columns of a row, or of the fields of an object, that have these names, the first one that holds a text.
    First(Vec<String>),
    /// The joined texts of all columns of a row, or of all fields of an object, that have these names.
    Joined(Vec<String>),
    /// In a table without column names, the joined texts of these fields of a row.
    Fields {
        /// The indices of the fields, from 0.
        indices: Vec<usize>,
        /// The number of fields in a row.
        of: usize,
        /// The character between fields.
        delimiter: char,
    },
}

impl TextUnit {
    /// The names of the columns that hold texts; empty if texts are lines, files, or fields without names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        match self {
            Self::Lines | Self::Files | Self::Fields { .. } => &[],
            Self::First(names) | Self::Joined(names) => names,
        }
    }

    fn is_lines(&self) -> bool {
        *self == Self::Lines
    }
}

/// A list of terms. Each term has a column, its index in the list; the input in this column is 1 if the term occurs in
/// the text, and 0 otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Vocabulary {
    tokeniser: Tokeniser,
    unit: TextUnit,
    /// The terms, which are distinct.
    terms: Vec<String>,
    columns: HashMap<String, u32>,
}

/// The serialised form of a vocabulary.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(default)]
    tokeniser: Tokeniser,
    #[serde(default, skip_serializing_if = "TextUnit::is_lines")]
    unit: TextUnit,
    terms: Vec<String>,
}

impl From<Stored> for Vocabulary {
    fn from(Stored { tokeniser, unit, terms }: Stored) -> Self {
        Self::new(tokeniser, terms).of(unit)
    }
}

impl From<Vocabulary> for Stored {
    fn from(Vocabulary { tokeniser, unit, terms, .. }: Vocabulary) -> Self {
        Self { tokeniser, unit, terms }
    }
}

impl Vocabulary {
    /// The vocabulary of `terms`, which must be distinct, for training files in which each line is a text.
    #[must_use]
    pub fn new(tokeniser: Tokeniser, terms: Vec<String>) -> Self {
        let columns = terms.iter().cloned().zip(0..).collect();
        Self { tokeniser, unit: TextUnit::Lines, terms, columns }
    }

    /// The same vocabulary, for training files in which each `unit` is a text.
    #[must_use]
    pub fn of(self, unit: TextUnit) -> Self {
        Self { unit, ..self }
    }

    /// The part of the training files that counted as one text, such as a line or a whole file.
    #[must_use]
    pub fn unit(&self) -> &TextUnit {
        &self.unit
    }

    /// How a text becomes terms.
    #[must_use]
    pub fn tokeniser(&self) -> Tokeniser {
        self.tokeniser
    }

    /// The terms, in the order of their columns.
    #[must_use]
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// The columns of those `terms` that are in the vocabulary, in ascending order and without repetition.
    #[must_use]
    pub fn columns<'a>(&self, terms: impl IntoIterator<Item = Cow<'a, str>>) -> Vec<u32> {
        let mut present: Vec<u32> =
            terms.into_iter().filter_map(|term| self.columns.get(term.as_ref()).copied()).collect();
        present.sort_unstable();
        present.dedup();
        present
    }

    /// The columns of the terms of `text` that are in the vocabulary, in ascending order and without repetition.
    #[must_use]
    pub fn encode(&self, text: &str) -> Vec<u32> {
        self.columns(tokens(text))
    }
}

/// The terms of `text`, in order. The text is split at HTML line breaks and at every character that does not [continue
/// a word](continues_word); a word begins with the first character that [can begin one](begins_word). Terms are
/// lower-cased by the rules of Unicode that hold for every language, except that İ becomes i; they are in composed form
/// (NFC); and curly apostrophes become straight ones.
///
/// The paper does not say how texts were split into terms.
///
/// ```
/// let terms: Vec<_> = preprocessing::tokens("Don't go!<br />It’s 5 o'clock").collect();
/// assert_eq!(terms, ["don't", "go", "it's", "5", "o'clock"]);
/// ```
pub fn tokens(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    without_breaks(text)
        .flat_map(|part| part.split(|c| !continues_word(c)))
        .map(|word| word.trim_start_matches(|c| !begins_word(c)))
        .filter(|word| !word.is_empty())
        .map(normalised)
}

/// Whether a word can begin with `c`: a letter, a digit or an apostrophe.
#[must_use]
pub fn begins_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’')
}

/// Whether `c` continues the word before it: a letter, a digit, an apostrophe, a combining mark such as the virama of
/// Hindi or a tone mark of Thai, or a joiner such as those within words of Persian. The variation selectors that follow
/// emoji do not continue a word.
#[must_use]
pub fn continues_word(c: char) -> bool {
    const SELECTORS: std::ops::RangeInclusive<char> = '\u{fe00}'..='\u{fe0f}';
    begins_word(c) || (is_combining_mark(c) && !SELECTORS.contains(&c)) || matches!(c, '\u{200c}' | '\u{200d}')
}

fn normalised(word: &str) -> Cow<'_, str> {
    let is_normal = word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_normal {
        return Cow::Borrowed(word);
    }
    // Unicode's lower case of İ is i with a second dot above, which Turkish does not use.
    let composed: String = word.nfc().map(|c| if c == '’' { '\'' } else { c }).collect();
    Cow::Owned(composed.replace('İ', "i").to_lowercase().nfc().collect())
}

/// The pieces of `text` between its HTML line breaks.
fn without_breaks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let at = text.match_indices('<').find_map(|(at, _)| Some((at, after_break(&text[at..])?)));
        rest = at.map(|(_, after)| after);
        Some(at.map_or(text, |(at, _)| &text[..at]))
    })
}

/// The text after the line break, such as `<br>` or `<BR />`, at the beginning of `text`; `None` if `text` does not
/// begin with a line break.
fn after_break(text: &str) -> Option<&str> {
    let name = text.get(..3).filter(|name| name.eq_ignore_ascii_case("<br"))?;
    text[name.len()..].trim_start_matches([' ', '/']).strip_prefix('>')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(tokens(text).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn terms_are_lower_case_words_and_numbers() {
        check(
            "The 1st, best-ever; CRÈME brûlée?! 10/10",
            &["the", "1st", "best", "ever", "crème", "brûlée", "10", "10"],
        );
        check(" \t.. -- ", &[]);
        check("", &[]);
        check("dogs' 'quoted' don’t", &["dogs'", "'quoted'", "don't"]);
    }

    #[test]
    fn marks_and_joiners_belong_to_the_word_before_them() {
        check("हिन्दी ज़्यादा है", &["हिन्दी", "ज\u{93c}्यादा", "है"]);
        check("นี้ไม่ดี", &["นี้ไม่ดี"]);
        check("می\u{200c}خواهم", &["می\u{200c}خواهم"]);
        check("❤\u{fe0f}good 5\u{fe0f}\u{20e3} 👩\u{200d}👩 \u{301}", &["good", "5"]);
    }

    #[test]
    fn a_word_is_one_term_however_its_accents_are_composed() {
        check("cafe\u{301} CAFE\u{301} café", &["café"; 3]);
        check("İstanbul I\u{307}stanbul istanbul", &["istanbul"; 3]);
        check("Ὀδυσσεύς ΟΔΟΣ", &["ὀδυσσεύς", "οδος"]);
    }

    #[test]
    fn a_text_is_encoded_by_which_terms_occur_and_not_how_often() {
        let words = ["a", "b", "c"].map(str::to_owned).to_vec();
        let vocabulary = Vocabulary::new(Tokeniser::Words, words);
        assert_eq!(vocabulary.encode("C a, unknown A"), [0, 2]);
        let text = serde_json::to_string(&vocabulary).unwrap();
        assert_eq!(text, r#"{"tokeniser":"words","terms":["a","b","c"]}"#);
        assert_eq!(serde_json::from_str::<Vocabulary>(&text).unwrap(), vocabulary);
        let of_files = vocabulary.of(TextUnit::Files);
        let text = serde_json::to_string(&of_files).unwrap();
        assert_eq!(text, r#"{"tokeniser":"words","unit":"files","terms":["a","b","c"]}"#);
        assert_eq!(serde_json::from_str::<Vocabulary>(&text).unwrap(), of_files);
        let of_fields = of_files.of(TextUnit::Fields { indices: vec![1], of: 2, delimiter: '\t' });
        let text = serde_json::to_string(&of_fields).unwrap();
        assert!(text.contains(r#""unit":{"fields":{"indices":[1],"of":2,"delimiter":"\t"}}"#), "{text}");
        assert_eq!(serde_json::from_str::<Vocabulary>(&text).unwrap(), of_fields);
    }

    #[test]
    fn breaks_are_not_terms_and_separate_words() {
        check("one<br />two<BR>three<br/><br / >four", &["one", "two", "three", "four"]);
        check("<br />", &[]);
    }

    #[test]
    fn what_only_looks_like_a_break_is_text() {
        check("a <bring> b <br", &["a", "bring", "b", "br"]);
        check("<3 <i>x</i> <", &["3", "i", "x", "i"]);
        check("<é <bé>", &["é", "bé"]);
    }

    #[test]
    fn a_text_of_open_brackets_takes_linear_time() {
        let long = "<br<br ".repeat(1 << 18);
        assert_eq!(tokens(&long).count(), 1 << 19);
    }
}
