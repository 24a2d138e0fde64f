//! The layout of the image in an input row.

use data::{Examples, Scale, Shape};

/// The layout of the image in an input row. Each record contains this layout, for `train predict`, or `null` if the
/// inputs are not images.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Input {
    /// Planes of the image, stored one after the other: 1 for grey, 2 for a stereo pair of grey images, or 3 for red,
    /// green and blue.
    pub(crate) channels: usize,
    /// Rows of the image.
    pub(crate) height: usize,
    /// Columns of the image.
    pub(crate) width: usize,
    /// The stored value that represents 1.
    pub(crate) maximum: u8,
    /// The value that a stored 0 represents: 0 or -1.
    pub(crate) lowest: f32,
}

impl Input {
    /// The layout of `examples`; `None` if the examples are not images.
    pub(crate) fn of(examples: &Examples) -> Option<Self> {
        let (Shape { channels, height, width }, Scale { maximum, lowest }) = (examples.shape()?, examples.scale()?);
        Some(Self { channels, height, width, maximum, lowest })
    }
}
