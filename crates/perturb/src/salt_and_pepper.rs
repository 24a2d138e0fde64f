//! Salt-and-pepper noise: single pixels of random ink.

use crate::distributions::{happens, pixels};
use crate::{Complexity, Image, Perturbation};
use random::{Rng, RngExt};

/// Replaces pixels by random ink.
///
/// With probability 0.25, each of floor(1024 c / 5) different pixels takes a value from U[0, 1].
///
/// # Source
/// The published code; the report, section 2.
#[derive(Clone, Debug, PartialEq)]
pub struct SaltAndPepper {
    /// The index of each replaced pixel, from 0 to 1023 row by row, and the new ink of that pixel, in [0, 1].
    grains: Vec<(usize, f32)>,
}

impl Perturbation for SaltAndPepper {
    fn draw(complexity: Complexity, rng: &mut impl Rng) -> Self {
        if !happens(rng, 0.25) {
            return Self { grains: Vec::new() };
        }
        let count = (1024.0 * complexity.value() / 5.0) as usize;
        Self { grains: pixels(rng, count).into_iter().map(|pixel| (pixel, rng.random())).collect() }
    }

    fn apply(&self, image: &Image) -> Image {
        let mut strewn = image.clone();
        self.grains.iter().for_each(|(pixel, ink)| strewn.pixels_mut()[*pixel] = *ink);
        strewn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_mean, assert_share, parameters, random_image};
    use std::collections::BTreeSet;

    #[test]
    fn grains_follow_their_distribution() {
        let drawn = parameters::<SaltAndPepper>(0.5);
        assert_share(&drawn, |strewn| !strewn.grains.is_empty(), 0.25);
        let mut inks = Vec::new();
        for SaltAndPepper { grains } in drawn.iter().filter(|strewn| !strewn.grains.is_empty()) {
            assert_eq!(grains.iter().map(|(pixel, _)| pixel).collect::<BTreeSet<_>>().len(), 102);
            inks.extend(grains.iter().map(|(_, ink)| f64::from(*ink)));
        }
        assert!(inks.iter().all(|ink| (0.0..=1.0).contains(ink)));
        assert_mean(&inks, 0.5, 0.005);
    }

    #[test]
    fn other_pixels_stay() {
        let image = random_image(1);
        let strewn = SaltAndPepper { grains: vec![(77, 0.125)] }.apply(&image);
        assert_eq!(strewn.pixels()[77], 0.125);
        assert_eq!(strewn.pixels().iter().zip(image.pixels()).filter(|(a, b)| a != b).count(), 1);
    }
}
