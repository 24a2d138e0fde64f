//! Affine transformations of an image.

use crate::distributions::uniform;
use crate::{Complexity, Image, Perturbation, SIDE};
use random::Rng;

/// Scales, shears and moves the image: out(x, y) is the ink of the pixel nearest to (a x + b y + tx, d x + e y + ty),
/// or background if this point is outside the image.
///
/// a, e ~ U[1 - 0.4c, 1 + 0.4c], b, d ~ U[-0.4c, 0.4c], and tx, ty ~ U[-4.5c, 4.5c] pixels, all independent; x is the
/// column and y the row, from the centre of the pixel at the top left. A positive tx moves ink to the left.
///
/// # Source
/// The report, section 2 (which prints the ranges without their decimal points); ranges and interpolation: the
/// published code. That code first rounds ink to bytes; here ink is not rounded.
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    /// The coefficients a, b and tx, which give the column in the original image.
    pub x: [f64; 3],
    /// The coefficients d, e and ty, which give the row in the original image.
    pub y: [f64; 3],
}

impl Perturbation for Affine {
    fn draw(complexity: Complexity, rng: &mut impl Rng) -> Self {
        let c = complexity.value();
        let mut within = |most: f64| uniform(rng, -most * c, most * c);
        let x = [1.0 + within(0.4), within(0.4), within(4.5)];
        let y = [within(0.4), 1.0 + within(0.4), within(4.5)];
        Self { x, y }
    }

    fn apply(&self, image: &Image) -> Image {
        Image::from_fn(|row, column| {
            let at = |[x, y, constant]: [f64; 3]| nearest(x * column as f64 + y * row as f64 + constant);
            match (at(self.x), at(self.y)) {
                (Some(column), Some(row)) => image.pixels()[row * SIDE + column],
                _ => 0.0,
            }
        })
    }
}

/// The row or column nearest to a coordinate; `None` outside the image.
fn nearest(coordinate: f64) -> Option<usize> {
    let from_edge = coordinate + 0.5;
    (0.0..SIDE as f64).contains(&from_edge).then_some(from_edge as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_mean, dot, parameters, place, random_image};

    #[test]
    fn parameters_follow_their_distribution() {
        let drawn = parameters::<Affine>(0.5);
        let expected = [(1.0, 0.2), (0.0, 0.2), (0.0, 2.25), (0.0, 0.2), (1.0, 0.2), (0.0, 2.25)];
        for (k, (mean, most)) in expected.into_iter().enumerate() {
            let values: Vec<f64> = drawn.iter().map(|affine| [affine.x, affine.y].concat()[k]).collect();
            assert!(values.iter().all(|value| (value - mean).abs() <= most), "parameter {k}");
            assert_mean(&values, mean, 0.05 * most);
            let squares: Vec<f64> = values.iter().map(|value| (value - mean).powi(2)).collect();
            assert_mean(&squares, most * most / 3.0, 0.05 * most * most);
        }
    }

    #[test]
    fn a_translation_moves_ink_the_other_way() {
        let moved = Affine { x: [1.0, 0.0, 3.0], y: [0.0, 1.0, -2.0] }.apply(&dot(10, 20));
        assert_eq!(place(&moved), (12, 17));
        let nearest = Affine { x: [1.0, 0.0, 0.4], y: [0.0, 1.0, -0.6] }.apply(&dot(10, 20));
        assert_eq!(place(&nearest), (11, 20));
    }

    #[test]
    fn scale_and_shear_are_from_the_top_left() {
        let corner = |image: &Image| image.pixels()[0];
        let image = random_image(1);
        let halved = Affine { x: [2.0, 0.0, 0.0], y: [0.0, 2.0, 0.0] }.apply(&image);
        assert_eq!(corner(&halved), corner(&image));
        assert_eq!(halved.pixels()[3 * SIDE + 5], image.pixels()[6 * SIDE + 10]);
        assert_eq!(halved.pixels()[16 * SIDE], 0.0);
        let sheared = Affine { x: [1.0, 1.0, 0.0], y: [0.0, 1.0, 0.0] }.apply(&image);
        assert_eq!(sheared.pixels()[3 * SIDE + 5], image.pixels()[3 * SIDE + 8]);
    }
}
