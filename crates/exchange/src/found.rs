//! A network read from a file, with notes on what the reader assumed and changed.

use crate::portable::Portable;

/// A network read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The network.
    pub network: Portable,
    /// What the reader assumed where the file is silent, and what it changed: phrases for the user, without full stops.
    pub notes: Vec<String>,
}
