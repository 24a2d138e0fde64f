//! Slanted writing.

use crate::distributions::{happens, uniform};
use crate::{Complexity, Image, Perturbation, SIDE};
use random::Rng;

/// Shifts every row sideways in proportion to its distance from the middle; pixels that leave on one side reappear on
/// the other.
///
/// The slope a ~ U[0, c] is in pixels per row, and each [`Direction`] has probability 1/2. A slant to the right shifts
/// row i (0 at the top) to the right by round(a i) - round(16 a) pixels; a slant to the left shifts the row to the left
/// by the same number. Row 16, in the middle, stays in place.
///
/// # Source
/// The report, section 2; distribution, circular shift and centring: the published code.
#[derive(Clone, Debug, PartialEq)]
pub struct Slant {
    /// The slope a, in [0, c], in pixels per row.
    pub angle: f64,
    /// The direction in which the lower rows are shifted.
    pub direction: Direction,
}

/// The direction in which the lower rows of a slanted image are shifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Lower rows are shifted to the left.
    Left,
    /// Lower rows are shifted to the right.
    Right,
}

impl Perturbation for Slant {
    fn draw(complexity: Complexity, rng: &mut impl Rng) -> Self {
        let angle = uniform(rng, 0.0, complexity.value());
        let direction = if happens(rng, 0.5) { Direction::Left } else { Direction::Right };
        Self { angle, direction }
    }

    fn apply(&self, image: &Image) -> Image {
        let centring = self.shift(SIDE / 2);
        let mut slanted = image.clone();
        for (i, row) in slanted.pixels_mut().chunks_exact_mut(SIDE).enumerate() {
            let columns = (self.shift(i) - centring).rem_euclid(row.len() as f64) as usize;
            match self.direction {
                Direction::Left => row.rotate_left(columns),
                Direction::Right => row.rotate_right(columns),
            }
        }
        slanted
    }
}

impl Slant {
    /// The number of columns by which row `i` is shifted relative to the top row.
    fn shift(&self, i: usize) -> f64 {
        (self.angle * i as f64).round()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_mean, assert_share, mass, parameters, random_image};

    fn bar() -> Image {
        Image::from_fn(|_, column| f32::from(column == 10))
    }

    fn columns(image: &Image) -> Vec<usize> {
        image.rows().map(|row| row.iter().position(|ink| *ink == 1.0).unwrap()).collect()
    }

    #[test]
    fn parameters_follow_their_distribution() {
        let drawn = parameters::<Slant>(0.6);
        assert!(drawn.iter().all(|slant| (0.0..=0.6).contains(&slant.angle)));
        assert_mean(&drawn.iter().map(|slant| slant.angle).collect::<Vec<_>>(), 0.3, 0.01);
        assert_share(&drawn, |slant| slant.direction == Direction::Left, 0.5);
    }

    #[test]
    fn a_vertical_bar_leans_around_its_middle() {
        let right = columns(&Slant { angle: 0.5, direction: Direction::Right }.apply(&bar()));
        // Row 0 is shifted by 0 - 8 columns, row 1 by round(0.5) - 8, row 16 by 0, and row 31 by round(15.5) - 8.
        assert_eq!([right[0], right[1], right[2], right[16], right[31]], [2, 3, 3, 10, 18]);
        let left = columns(&Slant { angle: 0.5, direction: Direction::Left }.apply(&bar()));
        assert_eq!([left[0], left[1], left[2], left[16], left[31]], [18, 17, 17, 10, 2]);
    }

    #[test]
    fn what_leaves_on_one_side_comes_back_on_the_other() {
        let steep = columns(&Slant { angle: 1.0, direction: Direction::Right }.apply(&bar()));
        assert_eq!([steep[0], steep[5], steep[6]], [26, 31, 0]);
        let image = random_image(1);
        let slanted = Slant { angle: 0.83, direction: Direction::Left }.apply(&image);
        assert!((mass(&slanted) - mass(&image)).abs() < 0.01);
    }
}
