//! Gaussian noise.

use crate::distributions::{happens, normals};
use crate::{Complexity, Image, PIXELS, Perturbation, SIDE};
use random::Rng;

/// Adds independent noise to every pixel, and clamps the sum to [0, 1].
///
/// With probability 0.3, the noise of each pixel is drawn from N(0, c / 10) (standard deviation c / 10); otherwise the
/// image stays as it is.
///
/// # Source
/// The published code; the report, section 2.
#[derive(Clone, Debug, PartialEq)]
pub struct GaussianNoise {
    /// The noise added to each pixel, row by row.
    pub noise: [f32; PIXELS],
}

impl Perturbation for GaussianNoise {
    fn draw(complexity: Complexity, rng: &mut impl Rng) -> Self {
        let mut noise = [0.0; PIXELS];
        if happens(rng, 0.3) {
            let deviation = complexity.value() / 10.0;
            for pair in noise.as_chunks_mut().0 {
                *pair = normals(rng).map(|normal| (deviation * normal) as f32);
            }
        }
        Self { noise }
    }

    fn apply(&self, image: &Image) -> Image {
        Image::from_fn(|row, column| image.pixels()[row * SIDE + column] + self.noise[row * SIDE + column])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_mean, assert_share, parameters, random_image};

    #[test]
    fn noise_follows_its_distribution() {
        let drawn: Vec<GaussianNoise> = parameters(0.5);
        let noisy = |noise: &GaussianNoise| noise.noise != [0.0; PIXELS];
        assert_share(&drawn, noisy, 0.3);
        let values = drawn.iter().filter(|noise| noisy(noise)).take(50).flat_map(|noise| noise.noise).map(f64::from);
        let values: Vec<f64> = values.collect();
        assert_mean(&values, 0.0, 0.002);
        assert_mean(&values.iter().map(|value| value * value).collect::<Vec<_>>(), 0.05 * 0.05, 1e-4);
    }

    #[test]
    fn the_sum_is_bounded() {
        let image = random_image(1);
        let noise = std::array::from_fn(|pixel| [0.5, -0.5][pixel % 2]);
        let noisy = GaussianNoise { noise }.apply(&image);
        assert_eq!(noisy.pixels()[0], (image.pixels()[0] + 0.5).min(1.0));
        assert_eq!(noisy.pixels()[1], (image.pixels()[1] - 0.5).max(0.0));
    }
}
