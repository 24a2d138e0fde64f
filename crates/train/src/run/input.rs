//! How the image in an input row is laid out.

use data::{Examples, Scale, Shape};

/// How the image in an input row is laid out, noted in each record for `train predict`; for inputs that
/// are no images that note is `null`.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Input {
    /// Planes of the image, stored one after the other: 1 of grey, 2 of grey as two eyes see it, or 3 of red, green and
    /// blue.
    pub(crate) channels: usize,
    /// Rows of the image.
    pub(crate) height: usize,
    /// Columns of the image.
    pub(crate) width: usize,
    /// The stored value that stands for 1.
    pub(crate) maximum: u8,
    /// What the stored value 0 stands for: 0 or -1.
    pub(crate) lowest: f32,
}

impl Input {
    /// The layout of `examples`; `None` when they are no images.
    pub(crate) fn of(examples: &Examples) -> Option<Self> {
        let (Shape { channels, height, width }, Scale { maximum, lowest }) = (examples.shape()?, examples.scale()?);
        Some(Self { channels, height, width, maximum, lowest })
    }
}
