//! How an example becomes the inputs of a network, and what the network's outputs mean.
//!
//! The record of a trained network contains its [`Preprocessing`] and its [`Target`], so that predictions for new
//! examples do not need the training data. Both are derived from the training examples alone.
//!
//! | file         | contents                                                                     |
//! |--------------|------------------------------------------------------------------------------|
//! | `columns.rs` | the columns of a table: numbers, categories and missing values               |
//! | `notation.rs`| the notation of the numbers of a column                                      |
//! | `sparse.rs`  | the columns of a table in libsvm format                                      |
//! | `pixels.rs`  | the pixels of a picture                                                      |
//! | `terms.rs`   | the terms of a text                                                          |
//! | `standard.rs`| standardisation by mean and standard deviation                               |
//! | `target.rs`  | the meaning of the outputs: classes or a number                              |

mod columns;
mod notation;
mod pixels;
mod sparse;
mod standard;
mod target;
mod terms;

pub use columns::{Cell, Column, Columns, FURTHEST, Kind, MISSING, Unusable, is_missing};
pub use notation::Notation;
pub use pixels::{Form, Pixels};
pub use sparse::Sparse;
pub use standard::Standard;
pub use target::Target;
pub use terms::{TextUnit, Tokeniser, Vocabulary, begins_word, continues_word, tokens};

use serde::{Deserialize, Serialize};

/// How an example becomes the inputs of a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum Preprocessing {
    /// A row of a table.
    Columns(Columns),
    /// A row of a table in libsvm format.
    Sparse(Sparse),
    /// A picture.
    Pixels(Pixels),
    /// A text.
    Terms(Vocabulary),
}

impl Preprocessing {
    /// The number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        match self {
            Self::Columns(columns) => columns.inputs(),
            Self::Sparse(sparse) => sparse.width,
            Self::Pixels(pixels) => pixels.inputs(),
            Self::Terms(vocabulary) => vocabulary.terms().len(),
        }
    }

    /// The names of the inputs, `[inputs]`; `None` where inputs have no names.
    #[must_use]
    pub fn names(&self) -> Option<Vec<String>> {
        match self {
            Self::Columns(columns) => Some(columns.names()),
            Self::Terms(vocabulary) => Some(vocabulary.terms().to_vec()),
            Self::Sparse(_) | Self::Pixels(_) => None,
        }
    }

    /// The kind of source that an example is read from, for messages: "table", "libsvm table", "picture" or "text".
    #[must_use]
    pub fn described(&self) -> &'static str {
        match self {
            Self::Columns(_) => "table",
            Self::Sparse(_) => "libsvm table",
            Self::Pixels(_) => "picture",
            Self::Terms(_) => "text",
        }
    }
}
