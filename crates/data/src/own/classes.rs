//! Classes: the sorted distinct labels of the training examples.

use crate::names::composed;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// An error about a label: a description of what was expected, and the advice.
pub(crate) type LabelError = (String, &'static str);

/// The advice for a class without training examples.
pub(crate) const UNKNOWN: &str = "add training examples of this class, or leave the class out";

/// A description of the text that [`Class::parse`] accepts, for error messages.
pub(crate) const TEXT: &str = "UTF-8 text without control characters";

/// The largest number of classes, because a label is a byte.
pub(crate) const MAX_CLASSES: usize = 256;

/// The class that a label names: the text of the label, with composed accents (NFC). Texts that are numbers come first,
/// ordered by value; other texts follow alphabetically. `1`, `1.0` and `01` are different classes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Class(String);

impl Class {
    /// The class that `label` names, ignoring spaces around it; `None` when the label is empty, not UTF-8 or contains a
    /// control character.
    pub(crate) fn parse(label: &[u8]) -> Option<Self> {
        let text = composed(std::str::from_utf8(label).ok()?);
        if text.is_empty() || text.contains(char::is_control) { None } else { Some(Self(text)) }
    }

    /// The class of a whole number.
    pub(crate) fn of_number(number: i64) -> Self {
        Self(number.to_string())
    }

    /// The finite number that the text of the class represents; `None` if the text is not a finite number.
    fn number(&self) -> Option<f64> {
        self.0.parse().ok().filter(|number: &f64| number.is_finite())
    }
}

impl Ord for Class {
    fn cmp(&self, other: &Self) -> Ordering {
        let values = match (self.number(), other.number()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        values.then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Class {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The classes that have been found so far in the training examples, numbered in the order of their appearance.
#[derive(Default)]
pub(crate) struct Growing(HashMap<Class, u8>);

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
            return Err(self.0.keys().next().map_or("no class".to_owned(), |only| format!("only class {only}")));
        }
        let mut sorted: Vec<(Class, u8)> = self.0.into_iter().collect();
        sorted.sort_unstable();
        let mut places = [0; MAX_CLASSES];
        for (place, (_, label)) in (0..=u8::MAX).zip(&sorted) {
            places[usize::from(*label)] = place;
        }
        for label in labels {
            *label = places[usize::from(*label)];
        }
        Ok(Classes::new(sorted.into_iter().map(|(class, _)| class).collect()))
    }
}

/// The sorted classes of the training examples; the label of a class is its place in this order.
#[derive(Default)]
pub(crate) struct Classes {
    sorted: Vec<Class>,
    labels: HashMap<Class, u8>,
    /// Labels that are numbers in another notation than in the training examples, each with the class to which it was
    /// assigned.
    respelt: BTreeMap<String, String>,
}

impl Classes {
    fn new(sorted: Vec<Class>) -> Self {
        let labels = sorted.iter().cloned().zip(0..=u8::MAX).collect();
        Self { sorted, labels, respelt: BTreeMap::new() }
    }

    /// The label of `class`. A number that the training examples write differently has the class of the same value, if
    /// exactly one class has this value.
    ///
    /// # Errors
    /// A description of what was expected, when no training example has this class.
    pub(crate) fn label(&mut self, class: &Class) -> Result<u8, String> {
        if let Some(label) = self.labels.get(class) {
            return Ok(*label);
        }
        let value = class.number();
        let mut same = self.sorted.iter().filter(|known| value.is_some() && known.number() == value);
        match (same.next(), same.next()) {
            (Some(only), None) => {
                self.respelt.insert(class.to_string(), only.to_string());
                Ok(self.labels[only])
            }
            _ => Err(format!("a class of the training examples ({})", self.listed())),
        }
    }

    /// Notes for the user on labels that are numbers in another notation than in training and were taken as classes of
    /// training, one note for each label.
    pub(crate) fn respelt(&self) -> Vec<String> {
        let said = |(text, class)| format!("the label {text:?} is taken as the class {class:?} of training");
        self.respelt.iter().map(said).collect()
    }

    /// The names of the classes, in the order of their labels.
    pub(crate) fn names(&self) -> Vec<String> {
        self.sorted.iter().map(Class::to_string).collect()
    }

    fn listed(&self) -> String {
        const MAX_LISTED: usize = 10;
        let names: Vec<String> = self.sorted.iter().take(MAX_LISTED).map(Class::to_string).collect();
        let more = if self.sorted.len() > MAX_LISTED { ", ..." } else { "" };
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
    fn a_class_is_the_text_of_its_label() {
        for text in ["1", "+1", "01", "1.00", "1.", "1.5", "1e0", "nan", "-0", "b", "Yes", "yes"] {
            assert_eq!(class(&format!(" {text} ")).to_string(), text);
        }
        assert_eq!(class("cafe\u{301}"), class("caf\u{e9}"));
        assert_eq!((Class::parse(b"  "), Class::parse(b"\xff")), (None, None));
        assert_eq!((Class::parse(b"a\0b"), Class::parse(b"\x1b[31ma")), (None, None));
    }

    #[test]
    fn a_number_in_another_notation_is_the_only_class_of_its_value() {
        let (growing, mut labels) = grown(&["0.0", "1.0", "2", "2.0"]);
        let mut classes = growing.close(&mut labels).unwrap();
        assert_eq!(classes.names(), ["0.0", "1.0", "2", "2.0"]);
        assert_eq!((classes.label(&class("0")), classes.label(&class("1e0"))), (Ok(0), Ok(1)));
        let said = [
            "the label \"0\" is taken as the class \"0.0\" of training",
            "the label \"1e0\" is taken as the class \"1.0\" of training",
        ];
        assert_eq!(classes.respelt(), said);
        assert!(classes.label(&class("2.00")).is_err() && classes.label(&class("nan")).is_err());
    }

    #[test]
    fn numbers_are_ordered_by_value_and_before_texts() {
        let (growing, mut labels) = grown(&["b", "10", "a", "-1", "9.5", "10"]);
        let classes = growing.close(&mut labels).unwrap();
        assert_eq!(classes.names(), ["-1", "9.5", "10", "a", "b"]);
        assert_eq!(labels, [4, 2, 3, 0, 1, 2]);
    }

    #[test]
    fn a_class_without_training_examples_is_answered_with_the_known_ones() {
        let (growing, mut labels) = grown(&["a", "b"]);
        let mut classes = growing.close(&mut labels).unwrap();
        assert_eq!(classes.label(&class("c")).unwrap_err(), "a class of the training examples (a, b)");
        let many: Vec<String> = (0..12).map(|k| k.to_string()).collect();
        let (growing, mut labels) = grown(&many.iter().map(String::as_str).collect::<Vec<_>>());
        let error = growing.close(&mut labels).unwrap().label(&class("12")).unwrap_err();
        assert!(error.ends_with("(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...)"), "{error}");
    }

    #[test]
    fn there_are_2_to_256_classes() {
        assert_eq!(grown(&[]).0.close(&mut []).err().unwrap(), "no class");
        assert_eq!(grown(&["a", "a"]).0.close(&mut [0, 0]).err().unwrap(), "only class a");
        let mut growing = Growing::default();
        let mut labels: Vec<u8> = (0..256).rev().map(|k| growing.label(Class::of_number(k)).unwrap()).collect();
        assert_eq!(growing.label(Class::of_number(256)).unwrap_err(), "at most 256 classes");
        growing.close(&mut labels).unwrap();
        assert!(labels.into_iter().eq((0..=255).rev()));
    }
}
