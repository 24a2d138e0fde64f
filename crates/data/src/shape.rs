//! The dimensions of an image, and an image for display.

/// The dimensions of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The number of planes: 1 for grey, 2 for a stereo pair of grey images, 3 for red, green and blue. An image is
    /// stored plane by plane.
    pub channels: usize,
    /// The number of rows of pixels.
    pub height: usize,
    /// The number of columns of pixels.
    pub width: usize,
}

/// An image for display.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The dimensions: one plane of grey, or three planes of colour.
    pub shape: Shape,
    /// The values of the pixels, `[channels, height, width]`, row-major.
    pub pixels: Vec<f32>,
}

impl Shape {
    /// The dimensions of a grey image.
    #[must_use]
    pub const fn grey(height: usize, width: usize) -> Self {
        Self { channels: 1, height, width }
    }

    /// Prepares `pixels` (`[channels, height, width]`) for display: a stereo pair is placed side by side, and any other
    /// image is left as it is.
    ///
    /// # Panics
    /// When the length of `pixels` does not match the dimensions.
    #[must_use]
    pub fn picture(self, pixels: Vec<f32>) -> Picture {
        let Self { channels, height, width } = self;
        assert_eq!(pixels.len(), channels * height * width, "the image must have a value for each pixel");
        if channels != 2 {
            return Picture { shape: self, pixels };
        }
        let (left, right) = pixels.split_at(height * width);
        let rows = left.chunks(width).zip(right.chunks(width));
        let pixels = rows.flat_map(|(left, right)| left.iter().chain(right).copied()).collect();
        Picture { shape: Self::grey(height, 2 * width), pixels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stereo_pair_is_shown_side_by_side() {
        let pair = Shape { channels: 2, height: 2, width: 2 };
        let picture = pair.picture(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        assert_eq!(picture.shape, Shape::grey(2, 4));
        assert_eq!(picture.pixels, [1.0, 2.0, 5.0, 6.0, 3.0, 4.0, 7.0, 8.0]);
        let grey = Shape::grey(1, 2).picture(vec![1.0, 2.0]);
        assert_eq!((grey.shape, grey.pixels), (Shape::grey(1, 2), vec![1.0, 2.0]));
    }
}
