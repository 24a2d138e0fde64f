//! Contrast and polarity.

use crate::distributions::{happens, uniform};
use crate::{Complexity, Image, Perturbation, SIDE};
use random::Rng;

/// Narrows the range of ink around its middle, and turns half of the images into their negatives.
///
/// C ~ U[1 - 0.85c, 1]; ink v becomes v' = (1 - C) / 2 + C v or, with probability 1/2, 1 - v'. An image may be inverted
/// even at complexity 0.
///
/// # Source
/// The report, section 2. The public copies of the code lack this module.
#[derive(Clone, Debug, PartialEq)]
pub struct Contrast {
    /// The contrast C, in [1 - 0.85c, 1].
    pub contrast: f64,
    /// Whether the image is turned into its negative.
    pub polarity: Polarity,
}

/// Whether an image keeps its polarity or becomes its negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polarity {
    /// The image keeps its polarity.
    Kept,
    /// The image becomes its negative.
    Inverted,
}

impl Perturbation for Contrast {
    fn draw(complexity: Complexity, rng: &mut impl Rng) -> Self {
        let contrast = uniform(rng, 1.0 - 0.85 * complexity.value(), 1.0);
        let polarity = if happens(rng, 0.5) { Polarity::Inverted } else { Polarity::Kept };
        Self { contrast, polarity }
    }

    fn apply(&self, image: &Image) -> Image {
        let contrast = self.contrast as f32;
        Image::from_fn(|row, column| {
            let ink = (1.0 - contrast) / 2.0 + contrast * image.pixels()[row * SIDE + column];
            match self.polarity {
                Polarity::Kept => ink,
                Polarity::Inverted => 1.0 - ink,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_mean, assert_share, dot, parameters};

    #[test]
    fn parameters_follow_their_distribution() {
        let drawn = parameters::<Contrast>(0.6);
        assert!(drawn.iter().all(|contrast| (0.49..=1.0).contains(&contrast.contrast)));
        assert_mean(&drawn.iter().map(|contrast| contrast.contrast).collect::<Vec<_>>(), 0.745, 0.01);
        assert_share(&drawn, |contrast| contrast.polarity == Polarity::Inverted, 0.5);
    }

    #[test]
    fn the_range_narrows_around_its_middle() {
        let ends = |polarity| {
            let image = Contrast { contrast: 0.5, polarity }.apply(&dot(0, 0));
            [image.pixels()[0], image.pixels()[1]]
        };
        assert_eq!(ends(Polarity::Kept), [0.75, 0.25]);
        assert_eq!(ends(Polarity::Inverted), [0.25, 0.75]);
    }
}
