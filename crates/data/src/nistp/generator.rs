//! The generator of perturbed characters. For given characters, pipeline and complexity, an image depends only on the
//! seed and on the index of the image.

use crate::shape::{Picture, Shape};
use perturb::{Image, PIXELS, Pipeline, SIDE, SMALLER};
use random::RngExt as _;

/// The shape of every image.
pub(crate) const SHAPE: Shape = Shape::grey(SIDE, SIDE);

/// An endless sequence of perturbed characters.
#[derive(Debug, PartialEq)]
pub struct Nistp {
    pub(super) characters: Vec<[u8; SMALLER * SMALLER]>, // [len]
    pub(super) labels: Vec<u8>,                          // [len]
    pub(super) pipeline: Pipeline,
    pub(super) complexity: f64,
    pub(super) seed: u64,
}

impl Nistp {
    /// The image with index `index`, `[32 * 32]`; 0 is background and 255 is ink.
    #[must_use]
    pub fn image(&self, index: u32) -> [u8; PIXELS] {
        self.pipeline.apply(&self.character(index), self.complexity, self.seed, u64::from(index)).to_bytes()
    }

    /// The label of the image with index `index`.
    #[must_use]
    pub fn label(&self, index: u32) -> u8 {
        self.labels[self.source(index)]
    }

    /// The character of the image with index `index`, perturbed by `pipeline` instead of the generator's own pipeline,
    /// with every module of the pipeline at exactly `complexity`.
    #[must_use]
    pub fn with(&self, pipeline: &Pipeline, complexity: f64, index: u32) -> Picture {
        let image = pipeline.apply_at(&self.character(index), complexity, self.seed, u64::from(index));
        SHAPE.picture(image.pixels().to_vec())
    }

    fn character(&self, index: u32) -> Image {
        Image::from_smaller(&self.characters[self.source(index)])
    }

    fn source(&self, index: u32) -> usize {
        random::stream(self.seed, "nistp source", &[u64::from(index)]).random_range(0..self.labels.len())
    }
}
