//! Smoothing around random places.

use crate::distributions::{below, happens, uniform};
use crate::separable::{MOST, weighted};
use crate::{Complexity, Image, PIXELS, Perturbation, SIDE};
use random::Rng;

/// Mixes the image with a smoothed copy of itself around random places.
///
/// The image f is changed with probability 0.25, and never at c = 0. A filter is applied to f, with background outside:
/// a kernel of side n = 12 + floor(U[0, 20c]) with the weights exp(-d^2 / sigma^2), where sigma ~ U[2, 2 + 6c], d is
/// the distance from (h, h), and h = n / 2. With m and M the least and most ink of f, the filtered image g is stretched
/// to M (g - min g + m) / (max g - min g + m). Around each of 3 + floor(U[0, 10c]) uniformly drawn places, a window
/// ((sqrt(2) h - d) / h)^5 is added to a mask w, and the result is (f + g w) / (1 + w).
///
/// # Source
/// The published code; the report, section 2.
#[derive(Clone, Debug, PartialEq)]
pub struct Smoothing {
    /// The side n of the kernel, 12 to 31 pixels.
    pub side: usize,
    /// The width sigma of the kernel, in pixels.
    pub sigma: f64,
    /// The row and column of each place, less than 32; without places the image stays as it is.
    pub places: Vec<(usize, usize)>,
}

impl Perturbation for Smoothing {
    fn draw(complexity: Complexity, rng: &mut impl Rng) -> Self {
        let c = complexity.value();
        let applied = happens(rng, 0.25) && c > 0.0;
        let side = 12 + uniform(rng, 0.0, 20.0 * c) as usize;
        let sigma = uniform(rng, 2.0, 2.0 + 6.0 * c);
        let count = if applied { 3 + uniform(rng, 0.0, 10.0 * c) as usize } else { 0 };
        let places = (0..count).map(|_| (below(rng, SIDE), below(rng, SIDE))).collect();
        Self { side: side.min(MOST), sigma, places }
    }

    fn apply(&self, image: &Image) -> Image {
        if self.places.is_empty() || image.max() == 0.0 {
            return image.clone();
        }
        let (mask, smooth) = (self.mask(), self.smooth(image));
        Image::from_fn(|row, column| {
            let pixel = row * SIDE + column;
            (image.pixels()[pixel] + smooth[pixel] * mask[pixel]) / (1.0 + mask[pixel])
        })
    }
}

impl Smoothing {
    fn side(&self) -> usize {
        self.side.clamp(1, MOST)
    }

    /// The filtered image, stretched towards the range of the original image.
    fn smooth(&self, image: &Image) -> [f32; PIXELS] {
        let side = self.side();
        let half = side as f64 / 2.0;
        let mut room = [0.0; MOST];
        let weights = &mut room[..side];
        // As in a convolution, the last weight belongs to the first pixel of the grid.
        for (k, weight) in weights.iter_mut().rev().enumerate() {
            *weight = (-((k as f64 - half) / self.sigma).powi(2)).exp() as f32;
        }
        let before = side - 1 - side / 2;
        let filtered = weighted(weights, |k, row| {
            row.fill(0.0);
            if let Some(line) = k.checked_sub(before).and_then(|line| image.rows().nth(line)) {
                row[before..before + SIDE].copy_from_slice(line);
            }
        });
        let values = filtered.as_flattened();
        let (min, max) = (image.min(), image.max());
        let low = values.iter().copied().fold(f32::INFINITY, f32::min) - min;
        let high = values.iter().copied().fold(0.0, f32::max);
        std::array::from_fn(|pixel| (values[pixel] - low) / (high - low) * max)
    }

    /// The mask w: the sum of the windows around all places.
    fn mask(&self) -> [f32; PIXELS] {
        let side = self.side();
        let half = side as f32 / 2.0;
        let window = |i: usize, j: usize| {
            let distance = (i as f32 - half).hypot(j as f32 - half);
            ((2f32.sqrt() * half - distance) / half).max(0.0).powi(5)
        };
        let mut mask = [0.0; PIXELS];
        for (i, j) in (0..side * side).map(|k| (k / side, k % side)) {
            let weight = window(i, j);
            for (row, column) in &self.places {
                let inside = |place: usize, k: usize| (place + k).checked_sub(side / 2).filter(|line| *line < SIDE);
                if let (Some(row), Some(column)) = (inside(*row, i), inside(*column, j)) {
                    mask[row * SIDE + column] += weight;
                }
            }
        }
        mask
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_mean, assert_share, dot, parameters, ring};

    #[test]
    fn parameters_follow_their_distribution() {
        let drawn = parameters::<Smoothing>(0.5);
        assert_share(&drawn, |smoothing| !smoothing.places.is_empty(), 0.25);
        assert!(drawn.iter().all(|smoothing| (12..22).contains(&smoothing.side)));
        assert!(drawn.iter().all(|smoothing| (2.0..=5.0).contains(&smoothing.sigma)));
        assert_mean(&drawn.iter().map(|smoothing| smoothing.side as f64).collect::<Vec<_>>(), 16.5, 0.1);
        assert_mean(&drawn.iter().map(|smoothing| smoothing.sigma).collect::<Vec<_>>(), 3.5, 0.03);
        let counts: Vec<f64> =
            drawn.iter().map(|smoothing| smoothing.places.len() as f64).filter(|n| *n > 0.0).collect();
        assert!(counts.iter().all(|count| (3.0..8.0).contains(count)));
        assert_mean(&counts, 5.0, 0.15);
    }

    #[test]
    fn a_dot_becomes_the_kernel() {
        // The middle of the window has the weight (sqrt 2)^5, and the filtered dot has the ink exp(-d^2 / sigma^2) at
        // the distance d from the dot.
        let smoothing = Smoothing { side: 12, sigma: 2.0, places: vec![(16, 16)] };
        let smooth = smoothing.apply(&dot(16, 16));
        let window = |distance: f32| ((2f32.sqrt() * 6.0 - distance) / 6.0).powi(5);
        for (row, column) in [(16usize, 16usize), (16, 17), (14, 16), (15, 15)] {
            let distance = (row as f32 - 16.0).hypot(column as f32 - 16.0);
            let (f, g, w) = (f32::from(distance == 0.0), (-distance * distance / 4.0).exp(), window(distance));
            let found = smooth.pixels()[row * SIDE + column];
            assert!((found - (f + g * w) / (1.0 + w)).abs() < 1e-5, "row {row}, column {column}: {found}");
        }
        assert_eq!(smooth.pixels()[5 * SIDE + 5], 0.0);
    }

    #[test]
    fn away_from_all_places_the_image_stays() {
        let smooth = Smoothing { side: 12, sigma: 3.0, places: vec![(8, 8)] }.apply(&ring());
        for pixel in [20 * SIDE + 20, 8 * SIDE + 20, 20 * SIDE + 8] {
            assert_eq!(smooth.pixels()[pixel], ring().pixels()[pixel]);
        }
        assert_ne!(smooth.pixels()[12 * SIDE + 12], ring().pixels()[12 * SIDE + 12]);
    }
}
