//! Thicker and thinner strokes.

use crate::distributions::{below, uniform};
use crate::{Complexity, Image, PIXELS, Perturbation, SIDE};
use random::Rng;

/// Erodes or dilates the grey image by a small structuring element, and stretches the result to the original maximum of
/// ink.
///
/// With e = ceil(5c) and d = ceil(9c), the operation is erosion with probability e / (e + d + 1), dilation with
/// probability d / (e + d + 1), and otherwise no change; the element is drawn uniformly from the first e (erosion) or d
/// (dilation) of [`Thickness::ELEMENTS`]. With M and m the most and least ink of the image, the image is divided by M,
/// eroded or dilated to t, and stretched to M (t - (min t + m)) / (max t - (min t + m)), not below 0. If max t is at
/// most min t + m, the image stays as it is.
///
/// The operators of the published code add 1 on the element and 0 elsewhere in the element's box. For ink in [0, 1],
/// these operators equal the flat operators on the element plus a constant, which the stretching removes. For these
/// elements, the reflecting border of the published code has the same effect as leaving out the pixels outside the
/// image.
///
/// # Source
/// The published code. In the report, section 2, there are ten elements for dilation and six for erosion, up to 5x5,
/// and both operators are equally likely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thickness {
    /// The operation on the strokes.
    pub operation: Operation,
}

/// An operation on the strokes. The number of an erosion or a dilation is the index of a structuring element in
/// [`Thickness::ELEMENTS`]; numbers that are too large stand for the last element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// No change.
    Nothing,
    /// Thinner strokes: each pixel takes the least ink within the element. Elements 0 to 4 can be drawn.
    Erosion(usize),
    /// Thicker strokes: each pixel takes the most ink within the reflected element. Elements 0 to 8 can be drawn.
    Dilation(usize),
}

/// The rows of a structuring element: 1 inside the element, 0 outside. The middle of the element is at half the height
/// and half the width, rounded down.
type Element = &'static [&'static [u8]];

impl Thickness {
    /// The structuring elements (rows x columns): 1x2, 2x1, 2x2, a plus sign in 3x3, 2x3, 3x2, 3x3, 3x4 and 4x3.
    pub const ELEMENTS: [Element; 9] = [
        &[&[1, 1]],
        &[&[1], &[1]],
        &[&[1, 1], &[1, 1]],
        &[&[0, 1, 0], &[1, 1, 1], &[0, 1, 0]],
        &[&[1, 1, 1], &[1, 1, 1]],
        &[&[1, 1], &[1, 1], &[1, 1]],
        &[&[1, 1, 1], &[1, 1, 1], &[1, 1, 1]],
        &[&[1, 1, 1, 1], &[1, 1, 1, 1], &[1, 1, 1, 1]],
        &[&[1, 1, 1], &[1, 1, 1], &[1, 1, 1], &[1, 1, 1]],
    ];
}

impl Perturbation for Thickness {
    fn draw(complexity: Complexity, rng: &mut impl Rng) -> Self {
        let erosions = (5.0 * complexity.value()).ceil();
        let dilations = (9.0 * complexity.value()).ceil();
        let which = uniform(rng, 0.0, erosions + dilations + 1.0);
        let operation = if which < erosions {
            Operation::Erosion(below(rng, erosions as usize))
        } else if which < erosions + dilations {
            Operation::Dilation(below(rng, dilations as usize))
        } else {
            Operation::Nothing
        };
        Self { operation }
    }

    fn apply(&self, image: &Image) -> Image {
        match self.operation {
            Operation::Nothing => image.clone(),
            Operation::Erosion(number) => {
                stretched(image, &combined(image, number, |k, middle| REACH + k - middle, f32::min))
            }
            Operation::Dilation(number) => {
                stretched(image, &combined(image, number, |k, middle| REACH + middle - k, f32::max))
            }
        }
    }
}

/// The largest distance of a pixel of a structuring element from the middle of the element, in rows or columns.
const REACH: usize = 2;
const BORDERED: usize = SIDE + 2 * REACH;

/// Combines every pixel of the image with the pixels that the structuring element `number` covers: a pixel of the
/// element in row i and column j covers the pixel `place(i, middle)` - [`REACH`] rows below and `place(j, middle)` -
/// [`REACH`] columns to the right, where `middle` is the row or column of the element's middle. A pixel outside the
/// image is replaced by the nearest pixel inside, which the element also covers.
fn combined(
    image: &Image,
    number: usize,
    place: impl Fn(usize, usize) -> usize,
    combine: impl Fn(f32, f32) -> f32,
) -> [f32; PIXELS] {
    let bordered = bordered(image);
    let mut out = *image.pixels();
    let element = Thickness::ELEMENTS[number.min(Thickness::ELEMENTS.len() - 1)];
    for (i, element_row) in element.iter().enumerate() {
        for (j, _) in element_row.iter().enumerate().filter(|(_, inside)| **inside == 1) {
            let (top, left) = (place(i, element.len() / 2), place(j, element_row.len() / 2));
            for (to, from) in out.chunks_exact_mut(SIDE).zip(&bordered[top..]) {
                for (ink, other) in to.iter_mut().zip(&from[left..left + SIDE]) {
                    *ink = combine(*ink, *other);
                }
            }
        }
    }
    out
}

fn bordered(image: &Image) -> [[f32; BORDERED]; BORDERED] {
    let nearest = |k: usize| k.saturating_sub(REACH).min(SIDE - 1);
    std::array::from_fn(|row| {
        let inside = &image.pixels()[nearest(row) * SIDE..][..SIDE];
        let mut line = [0.0; BORDERED];
        line[..REACH].fill(inside[0]);
        line[REACH..REACH + SIDE].copy_from_slice(inside);
        line[REACH + SIDE..].fill(inside[SIDE - 1]);
        line
    })
}

/// The eroded or dilated pixels, stretched to the maximum ink of `image`.
fn stretched(image: &Image, pixels: &[f32; PIXELS]) -> Image {
    let (min, max) = (image.min(), image.max());
    let low = pixels.iter().copied().fold(1.0, f32::min) / max + min;
    let high = pixels.iter().copied().fold(0.0, f32::max) / max;
    if max == 0.0 || high <= low {
        return image.clone();
    }
    Image::from_fn(|row, column| (pixels[row * SIDE + column] / max - low) / (high - low) * max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_share, dot, mass, parameters, ring};

    fn operated(image: &Image, operation: Operation) -> Image {
        Thickness { operation }.apply(image)
    }

    fn inked(image: &Image) -> Vec<(usize, usize)> {
        (0..PIXELS).filter(|pixel| image.pixels()[*pixel] > 0.0).map(|pixel| (pixel / SIDE, pixel % SIDE)).collect()
    }

    #[test]
    fn operations_follow_their_distribution() {
        let drawn = parameters::<Thickness>(0.5); // e = 3, d = 5
        for number in 0..3 {
            assert_share(&drawn, |thickness| thickness.operation == Operation::Erosion(number), 1.0 / 9.0);
        }
        for number in 0..5 {
            assert_share(&drawn, |thickness| thickness.operation == Operation::Dilation(number), 1.0 / 9.0);
        }
        assert_share(&drawn, |thickness| thickness.operation == Operation::Nothing, 1.0 / 9.0);
        let numbers: Vec<usize> = parameters::<Thickness>(1.0)
            .into_iter()
            .filter_map(|thickness| match thickness.operation {
                Operation::Dilation(number) => Some(number),
                _ => None,
            })
            .collect();
        assert_eq!((numbers.iter().min(), numbers.iter().max()), (Some(&0), Some(&8)));
    }

    #[test]
    fn dilation_draws_the_element_around_a_dot() {
        let plus = [(9, 10), (10, 9), (10, 10), (10, 11), (11, 10)];
        assert_eq!(inked(&operated(&dot(10, 10), Operation::Dilation(3))), plus);
        let pair = [(10, 9), (10, 10)];
        assert_eq!(inked(&operated(&dot(10, 10), Operation::Dilation(0))), pair);
        assert_eq!(inked(&operated(&dot(10, 10), Operation::Dilation(8))).len(), 12);
    }

    #[test]
    fn erosion_keeps_what_holds_the_whole_element() {
        let rectangle = Image::from_fn(|row, column| f32::from((4..7).contains(&row) && (8..13).contains(&column)));
        let plus = operated(&rectangle, Operation::Erosion(3));
        assert_eq!(inked(&plus), [(5, 9), (5, 10), (5, 11)]);
        let pair = operated(&rectangle, Operation::Erosion(0));
        assert_eq!(inked(&pair).len(), 3 * 4);
    }

    #[test]
    fn dilation_adds_ink_and_erosion_takes_it() {
        for number in 0..9 {
            assert!(mass(&operated(&ring(), Operation::Dilation(number))) > mass(&ring()));
        }
        for number in 0..5 {
            assert!(mass(&operated(&ring(), Operation::Erosion(number))) < mass(&ring()));
        }
    }

    #[test]
    fn the_old_maximum_comes_back() {
        let pale = Image::from_fn(|row, column| 0.25 * f32::from((4..9).contains(&row) && (8..13).contains(&column)));
        assert_eq!(operated(&pale, Operation::Erosion(2)).max(), 0.25);
        assert_eq!(operated(&pale, Operation::Dilation(2)).max(), 0.25);
    }

    #[test]
    fn an_image_that_erosion_would_clear_stays() {
        assert_eq!(operated(&dot(5, 5), Operation::Erosion(4)), dot(5, 5));
    }

    #[test]
    fn nothing_comes_in_over_the_border() {
        assert_eq!(
            inked(&operated(&dot(0, 31), Operation::Dilation(7))),
            inked(&Image::from_fn(|row, column| { f32::from(row <= 1 && column >= 29) }))
        );
    }
}
