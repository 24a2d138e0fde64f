//! Helpers for the tests of several modules.

use crate::{Complexity, Image, Perturbation};
use random::{Rng, RngExt, stream};

/// Ten thousand independent draws from a distribution.
pub(crate) fn draws<T>(mut draw: impl FnMut(&mut Box<dyn Rng>) -> T) -> Vec<T> {
    let mut rng: Box<dyn Rng> = Box::new(stream(7, "draws", &[]));
    (0..10_000).map(|_| draw(&mut rng)).collect()
}

/// Ten thousand draws of the parameters of a module at complexity `c`.
pub(crate) fn parameters<P: Perturbation>(c: f64) -> Vec<P> {
    draws(|rng| P::draw(Complexity::new(c), rng))
}

pub(crate) fn assert_mean(values: &[f64], expected: f64, tolerance: f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    assert!((mean - expected).abs() < tolerance, "the mean is {mean}, not {expected}");
}

/// Asserts that the condition `so` holds for the share `expected` of the values, within 0.02.
pub(crate) fn assert_share<T>(values: &[T], so: impl Fn(&T) -> bool, expected: f64) {
    let holds: Vec<f64> = values.iter().map(|value| f64::from(u8::from(so(value)))).collect();
    assert_mean(&holds, expected, 0.02);
}

/// An image with independent, uniformly random ink in every pixel.
pub(crate) fn random_image(seed: u64) -> Image {
    let mut rng = stream(seed, "image", &[]);
    let mut image = Image::from_fn(|_, _| 0.0);
    image.pixels_mut().fill_with(|| rng.random());
    image
}

/// An image of a ring with soft edges, the size of a character.
pub(crate) fn ring() -> Image {
    Image::from_fn(|row, column| 3.0 - ((row as f32 - 15.5).hypot(column as f32 - 15.5) - 8.0).abs())
}

/// An image with one pixel of ink.
pub(crate) fn dot(row: usize, column: usize) -> Image {
    Image::from_fn(|y, x| f32::from((y, x) == (row, column)))
}

/// The sum of all ink.
pub(crate) fn mass(image: &Image) -> f32 {
    image.pixels().iter().sum()
}

/// The row and column of the only pixel of ink in an image.
pub(crate) fn place(image: &Image) -> (usize, usize) {
    let inked: Vec<usize> = (0..crate::PIXELS).filter(|pixel| image.pixels()[*pixel] > 0.0).collect();
    assert_eq!(inked.len(), 1, "exactly one pixel must have ink; pixels with ink: {inked:?}");
    (inked[0] / crate::SIDE, inked[0] % crate::SIDE)
}
