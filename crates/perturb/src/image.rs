//! The images that are perturbed.

/// The number of rows, and of columns, in an image.
pub const SIDE: usize = 32;

/// The number of pixels in an image.
pub const PIXELS: usize = SIDE * SIDE;

/// The number of rows, and of columns, in an MNIST or EMNIST image, which [`Image::from_smaller`] pads.
pub const SMALLER: usize = 28;

/// A grey image of [`SIDE`] x [`SIDE`] pixels: the amount of ink in each pixel, from 0 (background) to 1, row by row
/// from the top left.
#[derive(Clone, Debug, PartialEq)]
pub struct Image([f32; PIXELS]);

impl Image {
    /// The image whose pixels have the ink `ink(row, column)`, clamped to [0, 1]; NaN counts as 0.
    #[must_use]
    pub fn from_fn(ink: impl Fn(usize, usize) -> f32) -> Self {
        let mut pixels = [0.0; PIXELS];
        for (row, line) in pixels.chunks_exact_mut(SIDE).enumerate() {
            for (column, pixel) in line.iter_mut().enumerate() {
                let value = ink(row, column);
                *pixel = if value > 0.0 { value.min(1.0) } else { 0.0 };
            }
        }
        Self(pixels)
    }

    /// The image with the ink b / 255 for each byte b, row by row.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; PIXELS]) -> Self {
        Self(bytes.map(|byte| f32::from(byte) / 255.0))
    }

    /// The image with 28 x 28 bytes in the middle, as in [`Image::from_bytes`], and two pixels of background on each
    /// side.
    #[must_use]
    pub fn from_smaller(bytes: &[u8; SMALLER * SMALLER]) -> Self {
        const BORDER: usize = (SIDE - SMALLER) / 2;
        let mut padded = [0; PIXELS];
        for (row, from) in bytes.chunks_exact(SMALLER).enumerate() {
            let start = (row + BORDER) * SIDE + BORDER;
            padded[start..start + SMALLER].copy_from_slice(from);
        }
        Self::from_bytes(&padded)
    }

    /// The image as bytes, row by row: for each pixel, 255 times its ink, rounded to the nearest integer.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; PIXELS] {
        self.0.map(|ink| (ink * 255.0 + 0.5) as u8)
    }

    /// The ink of all pixels, row by row.
    #[must_use]
    pub fn pixels(&self) -> &[f32; PIXELS] {
        &self.0
    }

    /// The rows of pixels, from top to bottom.
    #[must_use]
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.0.chunks_exact(SIDE)
    }

    /// The least ink of any pixel.
    #[must_use]
    pub fn min(&self) -> f32 {
        self.0.iter().copied().fold(1.0, f32::min)
    }

    /// The most ink of any pixel.
    #[must_use]
    pub fn max(&self) -> f32 {
        self.0.iter().copied().fold(0.0, f32::max)
    }

    /// The ink of all pixels, row by row, for changes that keep the ink in [0, 1].
    pub(crate) fn pixels_mut(&mut self) -> &mut [f32; PIXELS] {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_as_they_were() {
        let bytes = std::array::from_fn(|pixel| (pixel % 256) as u8);
        assert_eq!(Image::from_bytes(&bytes).to_bytes(), bytes);
    }

    #[test]
    fn a_smaller_image_lies_in_the_middle() {
        let mut smaller = [0; SMALLER * SMALLER];
        (smaller[0], smaller[SMALLER * SMALLER - 1]) = (255, 51);
        let image = Image::from_smaller(&smaller);
        assert_eq!((image.pixels()[2 * SIDE + 2], image.pixels()[29 * SIDE + 29]), (1.0, 0.2));
        assert_eq!(image.pixels().iter().filter(|ink| **ink > 0.0).count(), 2);
    }

    #[test]
    fn ink_outside_its_range_is_bounded() {
        let image = Image::from_fn(|row, _| [-1.0, 0.5, 7.0, f32::NAN][row % 4]);
        assert_eq!(image.rows().take(4).map(|row| row[0]).collect::<Vec<_>>(), [0.0, 0.5, 1.0, 0.0]);
        assert_eq!((image.min(), image.max()), (0.0, 1.0));
    }
}
