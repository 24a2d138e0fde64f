//! The complexity, or strength, of a perturbation.

use crate::distributions::uniform;
use random::Rng;

/// The largest complexity in P07 and NISTP: for each image, every module draws a complexity from U[0, 0.7] (the report,
/// section 3).
pub const MAX_COMPLEXITY: f64 = 0.7;

/// The complexity c of a module, in [0, 1], which sets the strength of the module. At c = 0, a module leaves the image
/// as it is, except that [`Contrast`](crate::Contrast) may invert the image; the effect is strongest at c = 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Complexity(f64);

impl Complexity {
    /// The complexity `value`, clamped to [0, 1]; NaN counts as 0.
    #[must_use]
    pub fn new(value: f64) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
    }

    /// A complexity drawn from U[0, `most`].
    pub fn up_to(most: Self, rng: &mut impl Rng) -> Self {
        Self(uniform(rng, 0.0, most.0))
    }

    /// The value of c, in [0, 1].
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_mean, draws};

    #[test]
    fn a_value_outside_is_the_nearest_inside() {
        let values = [-1.0, 0.3, 7.0, f64::INFINITY, f64::NAN].map(|value| Complexity::new(value).value());
        assert_eq!(values, [0.0, 0.3, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn a_drawn_complexity_is_uniform() {
        let values = draws(|rng| Complexity::up_to(Complexity::new(0.7), rng).value());
        assert!(values.iter().all(|value| (0.0..=0.7).contains(value)));
        assert_mean(&values, 0.35, 0.01);
    }
}
