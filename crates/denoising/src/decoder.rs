//! The weights of decoders.

use serde::{Deserialize, Serialize};

/// The weights of a decoder: separate weights, or the encoder's weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decoder {
    /// The decoder has separate weights, as in the paper's formula.
    #[default]
    Untied,
    /// The decoder uses the encoder's weights, transposed.
    Tied,
}
