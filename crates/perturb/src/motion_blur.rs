//! Blur along a line.

use crate::distributions::{normals, uniform};
use crate::{Complexity, Image, Perturbation, SIDE};
use random::Rng;

/// Every pixel becomes the mean of the first `length` pixels of a line that starts at this pixel, up to the border of
/// the image.
///
/// length = |round(N(0, 3c))| (standard deviation 3c pixels), angle ~ U[0, 360] degrees; lengths 0 and 1 have no
/// effect. From each pixel of the line to the next, the row or the column, whichever changes more along the line,
/// changes by 1.
///
/// In the published code, motion blur and pinch share one complexity; here, each module draws its own complexity.
///
/// # Source
/// The published code, which calls GIMP's linear motion blur.
#[derive(Clone, Debug, PartialEq)]
pub struct MotionBlur {
    /// The number of pixels in the line.
    pub length: usize,
    /// The direction of the line in degrees: 0 is to the right, and 90 is downwards.
    pub angle: f64,
}

impl Perturbation for MotionBlur {
    fn draw(complexity: Complexity, rng: &mut impl Rng) -> Self {
        let [normal, _] = normals(rng);
        Self { length: (3.0 * complexity.value() * normal).abs().round() as usize, angle: uniform(rng, 0.0, 360.0) }
    }

    fn apply(&self, image: &Image) -> Image {
        let offsets = self.offsets();
        if offsets.len() < 2 {
            return image.clone();
        }
        Image::from_fn(|row, column| {
            let inside = offsets.iter().map_while(|(down, right)| {
                let (row, column) = (row.checked_add_signed(*down)?, column.checked_add_signed(*right)?);
                (row < SIDE && column < SIDE).then(|| image.pixels()[row * SIDE + column])
            });
            let (sum, count) = inside.fold((0.0, 0.0), |(sum, count), ink| (sum + ink, count + 1.0));
            sum / count
        })
    }
}

impl MotionBlur {
    /// The offsets of the line's pixels from its first pixel, in rows downwards and columns to the right; at most
    /// [`SIDE`] pixels.
    fn offsets(&self) -> Vec<(isize, isize)> {
        let (down, right) = self.angle.to_radians().sin_cos();
        let longer = down.abs().max(right.abs());
        let step = |k: usize, side: f64| (k as f64 * side / longer).round() as isize;
        (0..self.length.min(SIDE)).map(|k| (step(k, down), step(k, right))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_mean, assert_share, dot, parameters, random_image};

    #[test]
    fn parameters_follow_their_distribution() {
        let drawn = parameters::<MotionBlur>(0.5);
        assert!(drawn.iter().all(|blur| (0.0..=360.0).contains(&blur.angle)));
        assert_mean(&drawn.iter().map(|blur| blur.angle).collect::<Vec<_>>(), 180.0, 4.0);
        // For x ~ N(0, 1.5), P(|x| < 0.5) = 0.2611 and P(0.5 < |x| < 1.5) = 0.4216.
        assert_share(&drawn, |blur| blur.length == 0, 0.2611);
        assert_share(&drawn, |blur| blur.length == 1, 0.4216);
    }

    #[test]
    fn a_dot_is_drawn_out_against_the_direction() {
        let blurred = MotionBlur { length: 4, angle: 0.0 }.apply(&dot(10, 20));
        assert_eq!(blurred.pixels()[10 * SIDE + 16..=10 * SIDE + 21], [0.0, 0.25, 0.25, 0.25, 0.25, 0.0]);
        let diagonal = MotionBlur { length: 2, angle: 45.0 }.apply(&dot(10, 20));
        assert_eq!([diagonal.pixels()[9 * SIDE + 19], diagonal.pixels()[10 * SIDE + 20]], [0.5; 2]);
    }

    #[test]
    fn the_mean_ends_at_the_border() {
        let blurred = MotionBlur { length: 4, angle: 180.0 }.apply(&Image::from_fn(|_, column| f32::from(column < 2)));
        assert_eq!(blurred.pixels()[..5], [1.0, 1.0, 2.0 / 3.0, 0.5, 0.25]);
    }

    #[test]
    fn one_pixel_is_no_line() {
        let image = random_image(1);
        assert_eq!(MotionBlur { length: 1, angle: 77.0 }.apply(&image), image);
    }
}
