//! What the outputs of a network mean.

use crate::Standard;
use serde::{Deserialize, Serialize};

/// What the outputs of a network mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum Target {
    /// The logits of classes.
    Classes {
        /// The name of the column of labels, or what a class is; `None` if that has no name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The names of the classes, `[classes]`; empty if they have no names.
        classes: Vec<String>,
    },
    /// One number, in deviations from its mean.
    Number {
        /// The name of the column.
        name: String,
        /// Mean and standard deviation in the training examples.
        #[serde(flatten)]
        standard: Standard,
    },
}
