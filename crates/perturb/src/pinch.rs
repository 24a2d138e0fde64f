//! The pinch of GIMP's "whirl and pinch" filter.

use crate::distributions::uniform;
use crate::sampling::Surface;
use crate::{Complexity, Image, Perturbation, SIDE};
use random::Rng;
use std::f64::consts::FRAC_PI_2;
use std::sync::LazyLock;

/// Pulls the image towards its middle (p > 0) or pushes it outwards (p < 0).
///
/// p ~ U[-c, 0.7c]. A pixel at a distance d1 < r = 16 from the centre (15.5, 15.5) takes the ink on the same ray at the
/// distance d2 = d1 sin(pi d1 / (2 r))^(-p), interpolated bilinearly, with background outside the image. Other pixels
/// stay as they are.
///
/// # Source
/// Formula: the report, section 2, after the filter of GIMP with whirl 0 and radius 1; range of p: the published code,
/// which first rounds ink to bytes. [`PinchVariant`](crate::PinchVariant) says whether NISTP includes the pinch.
#[derive(Clone, Debug, PartialEq)]
pub struct Pinch {
    /// The strength p, in [-c, 0.7c].
    pub p: f64,
}

const HALF: usize = SIDE / 2;
const CENTRE: f32 = (SIDE - 1) as f32 / 2.0;

/// ln sin(pi d1 / (2 r)), indexed by the numbers of rows and columns between a pixel and the middle; 0, for a factor of
/// 1, where d1 is at least r.
static LN_SIN: LazyLock<[[f64; HALF]; HALF]> = LazyLock::new(|| {
    std::array::from_fn(|row| {
        std::array::from_fn(|column| {
            let distance = (row as f64 + 0.5).hypot(column as f64 + 0.5) / HALF as f64;
            if distance < 1.0 { (FRAC_PI_2 * distance).sin().ln() } else { 0.0 }
        })
    })
});

impl Perturbation for Pinch {
    fn draw(complexity: Complexity, rng: &mut impl Rng) -> Self {
        Self { p: uniform(rng, -complexity.value(), 0.7 * complexity.value()) }
    }

    fn apply(&self, image: &Image) -> Image {
        let factors = self.factors();
        Surface::new(image).resampled(|row, column| {
            let factor = factors[from_middle(row)][from_middle(column)];
            (CENTRE + factor * (row as f32 - CENTRE), CENTRE + factor * (column as f32 - CENTRE))
        })
    }
}

impl Pinch {
    /// The factors d2 / d1, indexed by the numbers of rows and columns between a pixel and the middle. The table is
    /// symmetric, because d1 stays the same when the two numbers are exchanged.
    fn factors(&self) -> [[f32; HALF]; HALF] {
        let mut factors = [[1.0; HALF]; HALF];
        for row in 0..HALF {
            for column in 0..=row {
                let factor = (-self.p * LN_SIN[row][column]).exp() as f32;
                (factors[row][column], factors[column][row]) = (factor, factor);
            }
        }
        factors
    }
}

/// The number of rows or columns between the row or column `line` and the middle.
fn from_middle(line: usize) -> usize {
    if line < HALF { HALF - 1 - line } else { line - HALF }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_mean, parameters, random_image, ring};
    use std::f32::consts::PI;

    #[test]
    fn p_follows_its_distribution() {
        let drawn: Vec<f64> = parameters::<Pinch>(0.6).iter().map(|pinch| pinch.p).collect();
        assert!(drawn.iter().all(|p| (-0.6..=0.42).contains(p)));
        assert_mean(&drawn, -0.09, 0.01);
    }

    #[test]
    fn p_0_changes_nothing() {
        let image = random_image(1);
        assert_eq!(Pinch { p: 0.0 }.apply(&image), image);
    }

    #[test]
    fn ink_comes_from_where_the_formula_says() {
        // The ink of a pixel is proportional to the column of the pixel, so the ink after the pinch shows the column
        // from which it was taken, if all four pixels of the interpolation lie in the image.
        let slope = Image::from_fn(|_, column| column as f32 / 31.0);
        for p in [-0.7, -0.3, 0.2, 0.45] {
            let pinched = Pinch { p: f64::from(p) }.apply(&slope);
            for (row, column) in [(15, 22), (9, 9), (20, 5), (25, 20)] {
                let (y, x) = (row as f32 - 15.5, column as f32 - 15.5);
                let d1 = y.hypot(x);
                let d2 = d1 * (PI * d1 / 32.0).sin().powf(-p);
                let found = 31.0 * pinched.pixels()[row * SIDE + column];
                assert!((found - (15.5 + x * d2 / d1)).abs() < 1e-4, "p = {p}, row {row}, column {column}: {found}");
            }
        }
    }

    #[test]
    fn positive_p_shrinks_a_ring_and_negative_p_widens_it() {
        let radius = |image: &Image| {
            let ink = |column: usize| image.pixels()[15 * SIDE + column];
            let moment: f32 = (16..SIDE).map(|column| ink(column) * (column as f32 - 15.5)).sum();
            moment / (16..SIDE).map(ink).sum::<f32>()
        };
        assert!(radius(&Pinch { p: 0.4 }.apply(&ring())) < radius(&ring()) - 0.5);
        assert!(radius(&Pinch { p: -0.4 }.apply(&ring())) > radius(&ring()) + 0.5);
    }

    #[test]
    fn corners_stay() {
        let image = random_image(2);
        let pinched = Pinch { p: 0.5 }.apply(&image);
        for pixel in [0, 1, SIDE - 1, SIDE * SIDE - 1, 2 * SIDE + 2] {
            assert_eq!(pinched.pixels()[pixel], image.pixels()[pixel]);
        }
    }
}
