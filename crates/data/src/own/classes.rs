//! Classes: the sorted distinct labels of the training examples.

use std::collections::BTreeMap;
use std::fmt;

/// An error about a label: what was expected, and what to do about it.
pub(crate) type LabelError = (String, &'static str);

/// What to do about a class without training examples.
pub(crate) const UNKNOWN: &str = "add training examples of this class, or leave the class out";

/// A description of the text that [`Class::parse`] accepts, for error messages.
pub(crate) const TEXT: &str = "UTF-8 text without control characters";

/// The largest number of classes: a label is a byte.
const MAX_CLASSES: usize = 256;

/// The class that a label names. Whole numbers come first, ordered by value; texts follow alphabetically.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// A whole number: `1`, `+1`, `01` and `1.0` are the same class.
    Number(i64),
    /// Any other text.
    Text(String),
}

impl Class {
    /// The class that `label` names, ignoring spaces around it; `None` when the label is empty, not UTF-8 or contains a
    /// control character.
    pub(crate) fn parse(label: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(label).ok()?.trim();
        match whole(text) {
            Some(number) => Some(Self::Number(number)),
            None if text.is_empty() || text.contains(char::is_control) => None,
            None => Some(Self::Text(text.to_owned())),
        }
    }
}

fn whole(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.bytes().all(|digit| digit == b'0') { whole.parse().ok() } else { None }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// The classes that have been found so far in the training examples, numbered in the order of their appearance.
#[derive(Default)]
pub(crate) struct Growing(BTreeMap<Class, u8>);

impl Growing {
    /// The number of `class`, which is added if it is new.
    ///
    /// # Errors
    /// A description of what was expected, when there are too many classes.
    pub(crate) fn label(&mut self, class: Class) -> Result<u8, String> {
        let next = self.0.len();
        if let Some(label) = self.0.get(&class) {
            return Ok(*label);
        }
        let label = u8::try_from(next).map_err(|_| format!("at most {MAX_CLASSES} classes"))?;
        self.0.insert(class, label);
        Ok(label)
    }

    /// The sorted classes. Changes `labels` from numbers in the order of appearance to numbers in this sorted order.
    ///
    /// # Errors
    /// A description of what was found, when there are fewer than two classes.
    pub(crate) fn close(self, labels: &mut [u8]) -> Result<Classes, String> {
        if self.0.len() < 2 {
            return Err(self.0.keys().next().map_or("none".to_owned(), |only| format!("only class {only}")));
        }
        let mut places = [0; MAX_CLASSES];
        for (place, label) in (0..=u8::MAX).zip(self.0.values()) {
            places[usize::from(*label)] = place;
        }
        for label in labels {
            *label = places[usize::from(*label)];
        }
        Ok(Classes(self.0.into_keys().zip(0..=u8::MAX).collect()))
    }
}

/// The sorted classes of the training examples; the label of a class is its place in this order.
pub(crate) struct Classes(BTreeMap<Class, u8>);

impl Classes {
    /// The label of `class`.
    ///
    /// # Errors
    /// A description of what was expected, when no training example has this class.
    pub(crate) fn label(&self, class: &Class) -> Result<u8, String> {
        self.0.get(class).copied().ok_or_else(|| format!("a class of the training examples ({})", self.listed()))
    }

    /// The names of the classes, in the order of their labels.
    pub(crate) fn names(&self) -> Vec<String> {
        self.0.keys().map(Class::to_string).collect()
    }

    fn listed(&self) -> String {
        const MAX_LISTED: usize = 10;
        let names: Vec<String> = self.0.keys().take(MAX_LISTED).map(Class::to_string).collect();
        let more = if self.0.len() > MAX_LISTED { ", ..." } else { "" };
        names.join(", ") + more
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(label: &str) -> Class {
        Class::parse(label.as_bytes()).unwrap()
    }

    fn grown(labels: &[&str]) -> (Growing, Vec<u8>) {
        let mut growing = Growing::default();
        let labels = labels.iter().map(|label| growing.label(class(label)).unwrap()).collect();
        (growing, labels)
    }

    #[test]
    fn a_whole_number_is_the_same_class_however_it_is_written() {
        assert!(["1", "+1", "01", " 1.00 ", "1."].into_iter().all(|label| class(label) == Class::Number(1)));
        for text in ["1.5", "1e0", "nan", ".0", "99999999999999999999", "-", "b"] {
            assert_eq!(class(text), Class::Text(text.to_owned()));
        }
        assert_eq!((Class::parse(b"  "), Class::parse(b"\xff")), (None, None));
        assert_eq!((Class::parse(b"a\0b"), Class::parse(b"\x1b[31ma")), (None, None));
    }

    #[test]
    fn numbers_are_ordered_by_value_and_before_texts() {
        let (growing, mut labels) = grown(&["b", "10", "a", "-1", "9", "10"]);
        let classes = growing.close(&mut labels).unwrap();
        assert_eq!(classes.names(), ["-1", "9", "10", "a", "b"]);
        assert_eq!(labels, [4, 2, 3, 0, 1, 2]);
        assert_eq!(classes.label(&class("9.0")), Ok(1));
    }

    #[test]
    fn a_class_without_training_examples_is_answered_with_the_known_ones() {
        let (growing, mut labels) = grown(&["a", "b"]);
        let classes = growing.close(&mut labels).unwrap();
        assert_eq!(classes.label(&class("c")).unwrap_err(), "a class of the training examples (a, b)");
        let many: Vec<String> = (0..12).map(|k| k.to_string()).collect();
        let (growing, mut labels) = grown(&many.iter().map(String::as_str).collect::<Vec<_>>());
        let error = growing.close(&mut labels).unwrap().label(&class("12")).unwrap_err();
        assert!(error.ends_with("(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...)"), "{error}");
    }

    #[test]
    fn there_are_2_to_256_classes() {
        assert_eq!(grown(&[]).0.close(&mut []).err().unwrap(), "none");
        assert_eq!(grown(&["a", "a"]).0.close(&mut [0, 0]).err().unwrap(), "only class a");
        let mut growing = Growing::default();
        let mut labels: Vec<u8> = (0..256).rev().map(|k| growing.label(Class::Number(k)).unwrap()).collect();
        assert_eq!(growing.label(Class::Number(256)).unwrap_err(), "at most 256 classes");
        growing.close(&mut labels).unwrap();
        assert!(labels.into_iter().eq((0..=255).rev()));
    }
}
