//! What the outputs of a network mean.

use crate::Standard;
use serde::{Deserialize, Serialize};

/// What the outputs of a network mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum Target {
    /// The outputs are the logits of the classes.
    Classes {
        /// The name of the property that the classes describe, such as the name of the label column; `None` if the
        /// property has no name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The names of the classes, `[classes]`; empty if they have no names.
        classes: Vec<String>,
    },
    /// The output is one number: the distance of the predicted number from its mean, in standard deviations.
    Number {
        /// The name of the column that holds the number.
        name: String,
        /// The mean and standard deviation of the number in the training examples.
        #[serde(flatten)]
        standard: Standard,
    },
}
