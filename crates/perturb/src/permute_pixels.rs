//! Random swaps of neighbouring pixels.

use crate::distributions::{happens, pixels};
use crate::{Complexity, Image, PIXELS, Perturbation, SIDE};
use random::Rng;

/// Swaps pixels with their neighbours, one swap after the other.
///
/// With probability 0.2, 4 floor(256 c / 3) different pixels are drawn; of every four pixels, the first is swapped with
/// its left neighbour, the second with its right, the third with its upper and the fourth with its lower neighbour.
/// Pixels are numbered row by row, so that the left neighbour of the first pixel in a row is the last pixel of the row
/// above; a pixel whose neighbour is outside the image is not swapped.
///
/// # Source
/// The published code; the report, section 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermutePixels {
    /// The indices of the two pixels of each swap; pixels are numbered from 0 to 1023, row by row.
    swaps: Vec<(usize, usize)>,
}

impl Perturbation for PermutePixels {
    fn draw(complexity: Complexity, rng: &mut impl Rng) -> Self {
        const ROW: isize = SIDE.cast_signed();
        const NEIGHBOURS: [isize; 4] = [-1, 1, -ROW, ROW];
        if !happens(rng, 0.2) {
            return Self { swaps: Vec::new() };
        }
        let count = 4 * (256.0 * complexity.value() / 3.0) as usize;
        let pairs = pixels(rng, count).into_iter().zip(NEIGHBOURS.into_iter().cycle());
        let inside = |(pixel, offset): (usize, isize)| {
            pixel.checked_add_signed(offset).filter(|neighbour| *neighbour < PIXELS).map(|neighbour| (pixel, neighbour))
        };
        Self { swaps: pairs.filter_map(inside).collect() }
    }

    fn apply(&self, image: &Image) -> Image {
        let mut permuted = image.clone();
        self.swaps.iter().for_each(|(pixel, neighbour)| permuted.pixels_mut().swap(*pixel, *neighbour));
        permuted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_share, dot, parameters, place, random_image};
    use std::collections::BTreeSet;

    #[test]
    fn swaps_follow_their_distribution() {
        let drawn = parameters::<PermutePixels>(0.5);
        assert_share(&drawn, |permutation| !permutation.swaps.is_empty(), 0.2);
        for PermutePixels { swaps } in drawn.iter().filter(|permutation| !permutation.swaps.is_empty()).take(100) {
            // There are 4 floor(42.67) = 168 swaps, less the swaps with a neighbour outside the image.
            assert!((150..=168).contains(&swaps.len()), "the number of swaps is {}", swaps.len());
            assert!(swaps.iter().all(|(pixel, neighbour)| [1, SIDE].contains(&pixel.abs_diff(*neighbour))));
            assert_eq!(swaps.iter().map(|(pixel, _)| pixel).collect::<BTreeSet<_>>().len(), swaps.len());
        }
    }

    #[test]
    fn swapped_pixels_change_places() {
        let permuted = PermutePixels { swaps: vec![(5 * SIDE + 7, 5 * SIDE + 8), (5 * SIDE + 8, 4 * SIDE + 8)] };
        assert_eq!(place(&permuted.apply(&dot(5, 7))), (4, 8));
    }

    #[test]
    fn no_ink_is_made_or_lost() {
        let image = random_image(1);
        let sorted = |image: &Image| {
            let mut bits = image.pixels().map(f32::to_bits);
            bits.sort_unstable();
            bits
        };
        let permutation = parameters(1.0).into_iter().find(|permutation: &PermutePixels| permutation.swaps.len() > 99);
        let permuted = permutation.unwrap().apply(&image);
        assert_ne!(permuted, image);
        assert_eq!(sorted(&permuted), sorted(&image));
    }
}
