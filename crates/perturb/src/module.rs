//! The trait of perturbations, and the list of all modules.

use crate::{
    Affine, Complexity, Contrast, Elastic, GaussianNoise, Image, MotionBlur, PermutePixels, Pinch, SaltAndPepper,
    Slant, Smoothing, Thickness,
};
use random::Rng;

/// The random parameters of one module for one image, with the distribution that they are drawn from and their effect
/// on the image.
pub trait Perturbation: Sized {
    /// Draws the parameters at the given complexity.
    fn draw(complexity: Complexity, rng: &mut impl Rng) -> Self;

    /// The image perturbed with these parameters.
    #[must_use]
    fn apply(&self, image: &Image) -> Image;
}

/// A module of the pipeline, by name; the type of the same name implements it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// The module [`Slant`], called "slant".
    Slant,
    /// The module [`Thickness`], called "thickness".
    Thickness,
    /// The module [`Affine`], called "affine".
    Affine,
    /// The module [`Elastic`], called "elastic".
    Elastic,
    /// The module [`Pinch`], called "pinch".
    Pinch,
    /// The module [`MotionBlur`], called "motion-blur".
    MotionBlur,
    /// The module [`PermutePixels`], called "permute-pixels".
    PermutePixels,
    /// The module [`GaussianNoise`], called "gaussian-noise".
    GaussianNoise,
    /// The module [`SaltAndPepper`], called "salt-and-pepper".
    SaltAndPepper,
    /// The module [`Smoothing`], called "smoothing".
    Smoothing,
    /// The module [`Contrast`], called "contrast".
    Contrast,
}

impl Module {
    /// All modules: the modules of NISTP in the order of the pipeline, then the modules that only P07 has.
    pub const ALL: [Self; 11] = [
        Self::Slant,
        Self::Thickness,
        Self::Affine,
        Self::Elastic,
        Self::Pinch,
        Self::MotionBlur,
        Self::PermutePixels,
        Self::GaussianNoise,
        Self::SaltAndPepper,
        Self::Smoothing,
        Self::Contrast,
    ];

    /// The module's name, such as "motion-blur".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Slant => "slant",
            Self::Thickness => "thickness",
            Self::Affine => "affine",
            Self::Elastic => "elastic",
            Self::Pinch => "pinch",
            Self::MotionBlur => "motion-blur",
            Self::PermutePixels => "permute-pixels",
            Self::GaussianNoise => "gaussian-noise",
            Self::SaltAndPepper => "salt-and-pepper",
            Self::Smoothing => "smoothing",
            Self::Contrast => "contrast",
        }
    }

    /// Draws the parameters of this module and applies them to `image`.
    pub fn perturb(self, image: &Image, complexity: Complexity, rng: &mut impl Rng) -> Image {
        match self {
            Self::Slant => Slant::draw(complexity, rng).apply(image),
            Self::Thickness => Thickness::draw(complexity, rng).apply(image),
            Self::Affine => Affine::draw(complexity, rng).apply(image),
            Self::Elastic => Elastic::draw(complexity, rng).apply(image),
            Self::Pinch => Pinch::draw(complexity, rng).apply(image),
            Self::MotionBlur => MotionBlur::draw(complexity, rng).apply(image),
            Self::PermutePixels => PermutePixels::draw(complexity, rng).apply(image),
            Self::GaussianNoise => GaussianNoise::draw(complexity, rng).apply(image),
            Self::SaltAndPepper => SaltAndPepper::draw(complexity, rng).apply(image),
            Self::Smoothing => Smoothing::draw(complexity, rng).apply(image),
            Self::Contrast => Contrast::draw(complexity, rng).apply(image),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{random_image, ring};
    use random::stream;

    #[test]
    fn every_module_is_listed_once_under_its_own_name() {
        let names: std::collections::BTreeSet<_> = Module::ALL.map(Module::name).into();
        assert_eq!(names.len(), Module::ALL.len());
    }

    #[test]
    fn complexity_0_changes_nothing_but_polarity() {
        for module in Module::ALL {
            for (seed, image) in [random_image(1), random_image(2), ring()].into_iter().enumerate() {
                let inverted = Image::from_fn(|row, column| 1.0 - image.pixels()[row * 32 + column]);
                for index in 0..20 {
                    let rng = &mut stream(seed as u64, "test", &[index]);
                    let perturbed = module.perturb(&image, Complexity::new(0.0), rng);
                    let may_invert = module == Module::Contrast;
                    assert!(perturbed == image || may_invert && perturbed == inverted, "{module:?}");
                }
            }
        }
    }

    #[test]
    fn ink_stays_in_its_range_at_every_complexity() {
        let mut images = [1.0, 0.3, 0.0].map(|ink| Image::from_fn(|_, _| ink)).to_vec();
        images.extend([random_image(3), ring()]);
        for module in Module::ALL {
            for (number, image) in images.iter().enumerate() {
                for tenths in 0..=10 {
                    for index in 0..20 {
                        let rng = &mut stream(number as u64, "test", &[tenths, index]);
                        let perturbed = module.perturb(image, Complexity::new(tenths as f64 / 10.0), rng);
                        let bounded = perturbed.pixels().iter().all(|ink| (0.0..=1.0).contains(ink));
                        assert!(bounded, "{module:?}, image {number}, complexity {tenths}/10: ink is outside [0, 1]");
                    }
                }
            }
        }
    }

    #[test]
    fn every_module_changes_some_images() {
        let image = ring();
        for module in Module::ALL {
            let changes =
                |index| module.perturb(&image, Complexity::new(0.7), &mut stream(1, "test", &[index])) != image;
            assert!((0..100).any(changes), "{module:?}");
        }
    }
}
