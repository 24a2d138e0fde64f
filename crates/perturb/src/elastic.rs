//! Elastic deformations.

use crate::distributions::noise;
use crate::sampling::Surface;
use crate::separable::weighted;
use crate::{Complexity, Image, Perturbation, SIDE};
use random::Rng;

/// Displaces every pixel by a smooth random field: out(y, x) is the bilinear interpolation of the input at
/// (y + dy, x + dx), with background outside the image.
///
/// c is first rounded down to a multiple of 0.1, 0.9 at most. With q = cbrt(c), the intensity is alpha = 10 q and the
/// smoothness sigma = 10 - 7 q pixels. Each field is alpha times white noise U[-1, 1], smoothed by a square kernel of
/// side n = ceil(1.5 sigma) with the weights exp(-((i - 0.75 sigma) / sigma)^2 - ((j - 0.75 sigma) / sigma)^2),
/// i, j = 0 .. n - 1, normalised to sum 1.
///
/// The noise extends beyond every side of the image, so that the field has the same distribution everywhere. (The
/// published code intends this, but its crop ends the noise at the right and bottom sides, where displacements are
/// therefore smaller. The published code also reuses 51 stored fields for each level; here, each image has its own
/// fields.)
///
/// # Source
/// The report, section 2, after Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied
/// to visual document analysis", 2003; levels and weights: the published code.
#[derive(Clone, Debug, PartialEq)]
pub struct Elastic {
    /// The displacement downwards at each pixel, by row and column, in pixels.
    pub dy: [[f32; SIDE]; SIDE],
    /// The displacement to the right at each pixel, by row and column, in pixels.
    pub dx: [[f32; SIDE]; SIDE],
}

impl Perturbation for Elastic {
    fn draw(complexity: Complexity, rng: &mut impl Rng) -> Self {
        let level = ((10.0 * complexity.value()) as u32).min(9);
        if level == 0 {
            return Self { dy: [[0.0; SIDE]; SIDE], dx: [[0.0; SIDE]; SIDE] };
        }
        let q = (f64::from(level) / 10.0).cbrt();
        let (alpha, sigma) = (10.0 * q, 10.0 - 7.0 * q);
        let mut weights = [0.0; MOST_TAPS];
        let weights = kernel(sigma, &mut weights);
        let mut field = || {
            let smooth = weighted(weights, |_, row| row.fill_with(|| noise(rng)));
            smooth.map(|row| row.map(|displacement| alpha as f32 * displacement))
        };
        Self { dx: field(), dy: field() }
    }

    fn apply(&self, image: &Image) -> Image {
        Surface::new(image)
            .resampled(|row, column| (row as f32 + self.dy[row][column], column as f32 + self.dx[row][column]))
    }
}

/// The number of weights in one dimension at the first level above 0, which has the largest sigma, 6.75.
const MOST_TAPS: usize = 11;

/// The one-dimensional weights of the kernel, normalised to sum 1, at the start of the buffer `room`.
fn kernel(sigma: f64, room: &mut [f32; MOST_TAPS]) -> &[f32] {
    let taps = &mut room[..((1.5 * sigma).ceil() as usize).min(MOST_TAPS)];
    let gauss = |i: usize| (-((i as f64 - 0.75 * sigma) / sigma).powi(2)).exp();
    let sum: f64 = (0..taps.len()).map(gauss).sum();
    taps.iter_mut().enumerate().for_each(|(i, weight)| *weight = (gauss(i) / sum) as f32);
    taps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_mean, dot, place, random_image};
    use random::stream;

    fn constant(dy: f32, dx: f32) -> Elastic {
        Elastic { dy: [[dy; SIDE]; SIDE], dx: [[dx; SIDE]; SIDE] }
    }

    fn drawn(c: f64, count: u64) -> Vec<Elastic> {
        (0..count).map(|index| Elastic::draw(Complexity::new(c), &mut stream(1, "test", &[index]))).collect()
    }

    #[test]
    fn a_constant_field_moves_ink_the_other_way() {
        assert_eq!(place(&constant(2.0, -3.0).apply(&dot(10, 20))), (8, 23));
        let half = constant(0.0, 0.25).apply(&dot(10, 20));
        assert_eq!(half.pixels()[10 * SIDE + 19..=10 * SIDE + 20], [0.25, 0.75]);
    }

    #[test]
    fn the_kernel_is_the_published_one() {
        // At c = 0.7, sigma is 3.785, and the 6 weights are centred at 2.839.
        let sigma = 10.0 - 7.0 * 0.7f64.cbrt();
        let mut room = [0.0; MOST_TAPS];
        let weights = kernel(sigma, &mut room);
        assert_eq!(weights.len(), 6);
        assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        let ratio = (-(2.839f64 / 3.785).powi(2) + (0.839f64 / 3.785).powi(2)).exp();
        assert!((f64::from(weights[0] / weights[2]) - ratio).abs() < 1e-3);
    }

    #[test]
    fn the_first_level_has_the_most_taps() {
        let sigma = |level: u32| 10.0 - 7.0 * (f64::from(level) / 10.0).cbrt();
        let taps: Vec<f64> = (1..=9).map(|level| (1.5 * sigma(level)).ceil()).collect();
        assert_eq!(taps, [11.0, 9.0, 8.0, 8.0, 7.0, 7.0, 6.0, 6.0, 5.0]);
    }

    #[test]
    fn displacements_have_the_mean_and_variance_of_their_distribution() {
        for c in [0.1, 0.45, 0.7, 1.0] {
            let q = f64::from(((10.0 * c) as u32).min(9)) / 10.0;
            let (alpha, sigma) = (10.0 * q.cbrt(), 10.0 - 7.0 * q.cbrt());
            let mut room = [0.0; MOST_TAPS];
            let squares: f64 = kernel(sigma, &mut room).iter().map(|weight| f64::from(*weight).powi(2)).sum();
            let variance = alpha * alpha * squares * squares / 3.0;
            let fields = drawn(c, 10_000);
            for (row, column) in [(0, 0), (16, 16), (31, 31)] {
                for field in [|elastic: &Elastic| elastic.dy, |elastic: &Elastic| elastic.dx] {
                    let values: Vec<f64> =
                        fields.iter().map(|elastic| f64::from(field(elastic)[row][column])).collect();
                    assert!(values.iter().all(|value| value.abs() <= alpha));
                    assert_mean(&values, 0.0, 0.05 * variance.sqrt());
                    let squares: Vec<f64> = values.iter().map(|value| value * value).collect();
                    assert_mean(&squares, variance, 0.06 * variance);
                }
            }
        }
    }

    #[test]
    fn neighbours_move_together_and_the_two_fields_apart() {
        let fields = drawn(0.5, 2000);
        let moment = |product: fn(&Elastic) -> f32| {
            fields.iter().map(|elastic| f64::from(product(elastic))).sum::<f64>() / fields.len() as f64
        };
        let variance = moment(|elastic| elastic.dx[9][9].powi(2));
        assert!(moment(|elastic| elastic.dx[9][9] * elastic.dx[9][10]) > 0.7 * variance);
        assert!(moment(|elastic| elastic.dx[9][9] * elastic.dx[25][9]).abs() < 0.1 * variance);
        assert!(moment(|elastic| elastic.dx[9][9] * elastic.dy[9][9]).abs() < 0.1 * variance);
    }

    #[test]
    fn complexity_counts_in_tenths() {
        let at = |c: f64| Elastic::draw(Complexity::new(c), &mut stream(1, "test", &[]));
        assert_eq!(at(0.3), at(0.39));
        assert_ne!(at(0.3), at(0.4));
        assert_eq!(at(0.9), at(1.0));
        let image = random_image(1);
        assert_eq!(at(0.09).apply(&image), image);
    }
}
