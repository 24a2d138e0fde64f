//! Networks of files, with what was found in the files.

use crate::portable::Portable;

/// A network read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The network.
    pub network: Portable,
    /// What was assumed where the file leaves it open, and what was changed: phrases without full stops, for the user.
    pub notes: Vec<String>,
}
