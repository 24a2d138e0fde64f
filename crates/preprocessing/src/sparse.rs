//! The columns of a table in libsvm format.

use serde::{Deserialize, Serialize};

/// The columns of a table in libsvm format. Each column is an input, and its values are not scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sparse {
    /// The index of the first column: 0 or 1.
    pub base: u32,
    /// The number of columns.
    pub width: usize,
}
