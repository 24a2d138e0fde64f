//! Chains of modules.

use crate::{Complexity, Image, Module};
use random::stream;

/// Whether NISTP includes the pinch; the report and the published code differ on this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinchVariant {
    /// With the pinch: NISTP has the deformations "from slant to pinch" (the report, section 3).
    Report,
    /// Without the pinch: the published revision of the code stops one module earlier. It is not known which revision
    /// made the authors' files.
    Code,
}

/// Modules that are applied one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    modules: Vec<Module>,
}

impl Pipeline {
    /// A pipeline of `modules`, applied in this order.
    #[must_use]
    pub fn of(modules: Vec<Module>) -> Self {
        Self { modules }
    }

    /// The deformations of NISTP in the order of the published code: slant, thickness, affine, elastic and, with
    /// [`PinchVariant::Report`], pinch. (The report names thickness before slant.)
    #[must_use]
    pub fn nistp(pinch: PinchVariant) -> Self {
        let mut modules = vec![Module::Slant, Module::Thickness, Module::Affine, Module::Elastic];
        match pinch {
            PinchVariant::Report => modules.push(Module::Pinch),
            PinchVariant::Code => {}
        }
        Self { modules }
    }

    /// The part of P07 that needs no other pictures, in the order of the published code: the deformations of NISTP
    /// without the pinch, motion blur, pinch, permuted pixels, Gaussian noise, salt and pepper, smoothing, contrast.
    ///
    /// Scratches and occlusion (before permuted pixels) and backgrounds (before salt and pepper) are missing.
    #[must_use]
    pub fn p07() -> Self {
        let mut modules = Self::nistp(PinchVariant::Code).modules;
        modules.extend([
            Module::MotionBlur,
            Module::Pinch,
            Module::PermutePixels,
            Module::GaussianNoise,
            Module::SaltAndPepper,
            Module::Smoothing,
            Module::Contrast,
        ]);
        Self { modules }
    }

    /// The modules in their order.
    #[must_use]
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// Perturbs `image` as example `index` with the given seed: each module draws its complexity c ~ U[0,
    /// `max_complexity`], then its parameters, all from the random stream "perturb" for the seed and the index.
    /// `max_complexity` is clamped to [0, 1].
    #[must_use]
    pub fn apply(&self, image: &Image, max_complexity: f64, seed: u64, index: u64) -> Image {
        let most = Complexity::new(max_complexity);
        let mut rng = stream(seed, "perturb", &[index]);
        self.modules.iter().fold(image.clone(), |image, module| {
            let complexity = Complexity::up_to(most, &mut rng);
            module.perturb(&image, complexity, &mut rng)
        })
    }

    /// Perturbs `image` as [`Pipeline::apply`] does, but with every module at exactly `complexity`, clamped to [0, 1].
    #[must_use]
    pub fn apply_at(&self, image: &Image, complexity: f64, seed: u64, index: u64) -> Image {
        let complexity = Complexity::new(complexity);
        let mut rng = stream(seed, "perturb", &[index]);
        self.modules.iter().fold(image.clone(), |image, module| module.perturb(&image, complexity, &mut rng))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_COMPLEXITY;
    use crate::testing::{mass, random_image, ring};

    fn both() -> [Pipeline; 2] {
        [Pipeline::nistp(PinchVariant::Report), Pipeline::p07()]
    }

    #[test]
    fn an_image_depends_on_its_seed_and_index_alone() {
        for pipeline in both() {
            let make = |seed, index| pipeline.apply(&ring(), MAX_COMPLEXITY, seed, index);
            let sequence: Vec<Image> = (0..20).map(|index| make(5, index)).collect();
            assert_eq!(make(5, 13), sequence[13]);
            assert_ne!(make(5, 13), sequence[14]);
            assert_ne!(make(6, 13), sequence[13]);
        }
    }

    #[test]
    fn complexity_0_leaves_nistp_as_it_is() {
        let nistp = Pipeline::nistp(PinchVariant::Report);
        for index in 0..20 {
            let image = random_image(index);
            assert_eq!(nistp.apply(&image, 0.0, 1, index), image);
            assert_eq!(nistp.apply_at(&image, 0.0, 1, index), image);
            assert_eq!(nistp.apply(&image, f64::NAN, 1, index), image);
        }
    }

    #[test]
    fn a_blank_image_stays_blank_through_nistp() {
        let blank = Image::from_fn(|_, _| 0.0);
        let nistp = Pipeline::nistp(PinchVariant::Report);
        assert!((0..200).all(|index| nistp.apply_at(&blank, 0.9, 1, index) == blank));
    }

    #[test]
    fn the_two_descriptions_of_nistp_differ_by_the_pinch_alone() {
        let [report, code] = [PinchVariant::Report, PinchVariant::Code].map(Pipeline::nistp);
        assert_eq!(report.modules(), [code.modules(), &[Module::Pinch]].concat());
        let changed =
            (0..50).filter(|index| report.apply(&ring(), 0.7, 1, *index) != code.apply(&ring(), 0.7, 1, *index));
        assert!(changed.count() > 40);
    }

    #[test]
    fn a_fixed_complexity_is_stronger_than_one_drawn_below_it() {
        let affine = Pipeline::of(vec![Module::Affine]);
        let distance =
            |image: Image| image.pixels().iter().zip(ring().pixels()).map(|(a, b)| (a - b).abs()).sum::<f32>();
        let drawn: f32 = (0..200).map(|index| distance(affine.apply(&ring(), 0.7, 1, index))).sum();
        let fixed: f32 = (0..200).map(|index| distance(affine.apply_at(&ring(), 0.7, 1, index))).sum();
        assert!(fixed > 1.2 * drawn, "the change is {fixed} at a fixed complexity, and {drawn} at drawn complexities");
    }

    #[test]
    fn characters_keep_their_ink_on_the_whole() {
        let nistp = Pipeline::nistp(PinchVariant::Report);
        let total: f32 = (0..500).map(|index| mass(&nistp.apply(&ring(), MAX_COMPLEXITY, 2, index))).sum();
        let share = total / 500.0 / mass(&ring());
        assert!((0.7..1.5).contains(&share), "the ink after NISTP is {share} times the ink before it");
    }
}
