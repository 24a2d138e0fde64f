//! The size of an image, and an image as one looks at it.

/// The size of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Planes: 1 of grey, 2 of grey as two eyes see it, or 3 of red, green and blue. An image is stored plane by plane.
    pub channels: usize,
    /// Rows of pixels.
    pub height: usize,
    /// Columns of pixels.
    pub width: usize,
}

/// An image as one looks at it.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// One plane of grey, or three of colour.
    pub shape: Shape,
    /// `[channels, height, width]`, row-major.
    pub pixels: Vec<f32>,
}

impl Shape {
    /// An image of one plane.
    #[must_use]
    pub const fn grey(height: usize, width: usize) -> Self {
        Self { channels: 1, height, width }
    }

    /// `pixels` (`[channels, height, width]`) as one looks at them: what two eyes see side by side, anything else as it
    /// is.
    ///
    /// # Panics
    /// When there are not as many `pixels`.
    #[must_use]
    pub fn picture(self, pixels: Vec<f32>) -> Picture {
        let Self { channels, height, width } = self;
        assert_eq!(pixels.len(), channels * height * width, "a value for each pixel");
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
    fn two_eyes_look_side_by_side() {
        let pair = Shape { channels: 2, height: 2, width: 2 };
        let picture = pair.picture(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        assert_eq!(picture.shape, Shape::grey(2, 4));
        assert_eq!(picture.pixels, [1.0, 2.0, 5.0, 6.0, 3.0, 4.0, 7.0, 8.0]);
        let grey = Shape::grey(1, 2).picture(vec![1.0, 2.0]);
        assert_eq!((grey.shape, grey.pixels), (Shape::grey(1, 2), vec![1.0, 2.0]));
    }
}
