//! The attributes and inputs of a node, and errors that name the node and what is not supported.

use super::messages::{Attribute, Node};
use crate::error::Error;

impl Node {
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attribute.iter().find(|attribute| attribute.name == name)
    }

    /// The integer in the attribute `name`; `default` if the node has no such integer.
    pub(super) fn integer(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).and_then(|attribute| attribute.i).unwrap_or(default)
    }

    /// The floating-point number in the attribute `name`; `default` if the node has no such number.
    pub(super) fn number(&self, name: &str, default: f32) -> f32 {
        self.attribute(name).and_then(|attribute| attribute.f).unwrap_or(default)
    }

    /// The list of floating-point numbers in the attribute `name`; empty if the node has no such list.
    pub(super) fn numbers(&self, name: &str) -> &[f32] {
        self.attribute(name).map_or(&[], |attribute| &attribute.floats)
    }

    /// The names of the classes, read from the attributes with the names `integers` and `texts`; `None` if both
    /// attributes are missing or empty.
    pub(super) fn classes(&self, integers: &str, texts: &str) -> Option<Vec<String>> {
        let integers = self.attribute(integers).map_or(&[][..], |attribute| &attribute.ints);
        let texts = self.attribute(texts).map_or(&[][..], |attribute| &attribute.strings);
        let texts = texts.iter().map(|text| String::from_utf8_lossy(text).into_owned());
        let names: Vec<String> = integers.iter().map(i64::to_string).chain(texts).collect();
        (!names.is_empty()).then_some(names)
    }

    /// The name of input `index`; empty if the node has no such input.
    pub(super) fn reads(&self, index: usize) -> &str {
        self.input.get(index).map_or("", String::as_str)
    }

    /// Checks that the node has no attributes other than `known`.
    pub(super) fn allow(&self, known: &[&str]) -> Result<(), Error> {
        match self.attribute.iter().find(|attribute| !known.contains(&attribute.name.as_str())) {
            Some(Attribute { name, .. }) => {
                let supported = if known.is_empty() { "no attributes".to_owned() } else { known.join(", ") };
                Err(self.refused(&format!("has the attribute '{name}'"), &supported))
            }
            None => Ok(()),
        }
    }

    /// Checks that the attribute `axis` is the last of two dimensions. A missing attribute counts as `default`.
    pub(super) fn along_classes(&self, default: i64) -> Result<(), Error> {
        match self.integer("axis", default) {
            1 | -1 => Ok(()),
            axis => Err(self.refused(&format!("has axis = {axis}"), "axis = 1 or -1")),
        }
    }

    pub(super) fn refused(&self, reason: &str, supported: &str) -> Error {
        let name = Some(&self.name).filter(|name| !name.is_empty()).or(self.output.first());
        let place = format!("the node '{}' ({})", name.map_or("", String::as_str), self.op_type);
        Error::Graph { place, reason: reason.to_owned(), supported: supported.to_owned() }
    }
}
