//! A limit on the number of parts of a model, checked before the model is decoded: an empty node takes two bytes in a
//! file, but more than a hundred bytes in memory.

use super::messages::FORMAT;
use crate::error::Error;

/// The limit on the number of fields that take more space in memory than in the file. A layer of an exported model has
/// fewer than a hundred such fields.
const FIELDS: u32 = 100_000;

/// The kinds of message whose fields are counted, and [`Message::Leaf`] for all other kinds.
#[derive(Clone, Copy)]
enum Message {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    ValueInfo,
    Type,
    TensorType,
    Shape,
    /// Any other message, whose fields are not counted.
    Leaf,
}

impl Message {
    /// The kind of message in field `number` of this message.
    fn inside(self, number: usize) -> Self {
        match (self, number) {
            (Self::Model, 7) => Self::Graph,
            (Self::Graph, 1) => Self::Node,
            (Self::Graph | Self::Attribute, 5) => Self::Tensor,
            (Self::Node, 5) => Self::Attribute,
            (Self::Graph, 11 | 12) => Self::ValueInfo,
            (Self::ValueInfo, 2) => Self::Type,
            (Self::Type, 1) => Self::TensorType,
            (Self::TensorType, 2) => Self::Shape,
            _ => Self::Leaf,
        }
    }

    /// Whether field `number` of this message is counted. In tensors and attributes, which also hold long lists of
    /// numbers, only texts are counted.
    fn counts(self, number: usize) -> bool {
        match self {
            Self::Attribute => number == 9,
            Self::Tensor => number == 6,
            _ => true,
        }
    }
}

/// Checks that the model in `bytes` has few enough parts to be decoded.
pub(super) fn check(bytes: &[u8]) -> Result<(), Error> {
    let mut left = FIELDS;
    count(bytes, Message::Model, &mut left)
}

fn count(mut bytes: &[u8], message: Message, left: &mut u32) -> Result<(), Error> {
    if matches!(message, Message::Leaf) {
        return Ok(());
    }
    let ends_early = || Error::malformed(FORMAT, "it ends within a field");
    while !bytes.is_empty() {
        let key = varint(&mut bytes)?;
        *left = left.checked_sub(u32::from(message.counts(key >> 3))).ok_or_else(|| Error::TooLarge {
            format: FORMAT,
            what: "the number of the model's nodes and their parts".to_owned(),
            limit: FIELDS.to_string(),
        })?;
        let length = match key & 7 {
            0 => varint(&mut bytes).map(|_| 0)?,
            1 => 8,
            2 => varint(&mut bytes)?,
            5 => 4,
            kind => return Err(Error::malformed(FORMAT, format!("a field has the unknown wire type {kind}"))),
        };
        let (content, rest) = bytes.split_at_checked(length).ok_or_else(ends_early)?;
        if key & 7 == 2 {
            count(content, message.inside(key >> 3), left)?;
        }
        bytes = rest;
    }
    Ok(())
}

fn varint(bytes: &mut &[u8]) -> Result<usize, Error> {
    prost::decode_length_delimiter(bytes).map_err(|e| Error::malformed(FORMAT, e))
}
