//! Bilinear interpolation of an image between its pixels.

use crate::{Image, SIDE};

/// The side of an image with one row and column of background before it and two after it, so that no lookup leaves the
/// array.
const BORDERED: usize = SIDE + 3;

/// An image that can be read at any point of the plane, with bilinear interpolation between the centres of its pixels
/// and background outside.
pub(crate) struct Surface([[f32; BORDERED]; BORDERED]);

impl Surface {
    pub(crate) fn new(image: &Image) -> Self {
        let mut bordered = [[0.0; BORDERED]; BORDERED];
        for (to, from) in bordered[1..].iter_mut().zip(image.rows()) {
            to[1..=SIDE].copy_from_slice(from);
        }
        Self(bordered)
    }

    /// The ink at row `y` and column `x`, in pixels from the centre of the top-left pixel. The weights never sum to
    /// more than 1, so the result is in [0, 1].
    #[inline]
    pub(crate) fn at(&self, y: f32, x: f32) -> f32 {
        let (row, below) = cell(y);
        let (column, right) = cell(x);
        let between = |line: &[f32; BORDERED]| (1.0 - right) * line[column] + right * line[column + 1];
        (1.0 - below) * between(&self.0[row]) + below * between(&self.0[row + 1])
    }

    /// The image whose pixel at (row, column) has the ink of the surface at the point (y, x) = `source(row, column)`.
    pub(crate) fn resampled(&self, source: impl Fn(usize, usize) -> (f32, f32)) -> Image {
        Image::from_fn(|row, column| {
            let (y, x) = source(row, column);
            self.at(y, x)
        })
    }
}

/// The last row or column of the bordered array at or before a coordinate, and the distance from that row or column to
/// the coordinate, in [0, 1).
fn cell(coordinate: f32) -> (usize, f32) {
    let bordered = (coordinate + 1.0).clamp(0.0, (SIDE + 1) as f32);
    let line = bordered as usize;
    (line, bordered - line as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{dot, random_image};

    #[test]
    fn at_a_pixel_the_ink_is_that_of_the_pixel() {
        let image = random_image(1);
        assert_eq!(Surface::new(&image).resampled(|row, column| (row as f32, column as f32)), image);
    }

    #[test]
    fn between_pixels_ink_is_shared_by_distance() {
        let surface = Surface::new(&dot(3, 4));
        assert_eq!(surface.at(3.25, 4.5), 0.75 * 0.5);
        assert_eq!(surface.at(2.5, 3.75), 0.5 * 0.75);
    }

    #[test]
    fn outside_there_is_background() {
        let surface = Surface::new(&Image::from_fn(|_, _| 1.0));
        assert_eq!([surface.at(-0.5, 0.0), surface.at(31.0, 31.25)], [0.5, 0.75]);
        for far in [-1e30, -1.0, 32.0, 33.0, 1e30, f32::INFINITY] {
            assert_eq!([surface.at(far, 5.0), surface.at(5.0, far)], [0.0; 2]);
        }
    }
}
