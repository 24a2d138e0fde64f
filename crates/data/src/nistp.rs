//! NISTP: perturbed characters, as many as one asks for.
//!
//! The set of the paper was never published, only how its 81.92 million images were made. Here image `index` of a part is
//! a function of (seed, index) alone: a character drawn from the sources of that part, and then perturbed. Sources are
//! cut into parts before anything is perturbed, so that no character is in two of them.
//!
//! # Source
//! F. Bastien, Y. Bengio, A. Bergeron et al., *Deep Self-Taught Learning for Handwritten Character Recognition*,
//! arXiv:1009.3589, 2010; the paper's section 4.1 for the sizes.

use crate::catalogue::Entry;
use crate::{DataSet, Error, Examples, NistpChoices, Perturbations, Picture, Scale, Shape, Splits};
use perturb::{Image, PIXELS, PinchVariant, Pipeline, SIDE, SMALLER};
use random::RngExt as _;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Validation and test images are the same for every seed.
const FIXED_SEED: u64 = 2011;

const SHAPE: Shape = Shape::grey(SIDE, SIDE);

/// An endless row of perturbed characters.
#[derive(Debug, PartialEq)]
pub struct Nistp {
    characters: Vec<[u8; SMALLER * SMALLER]>, // [len]
    labels: Vec<u8>,                          // [len]
    pipeline: Pipeline,
    complexity: f64,
    seed: u64,
}

impl Nistp {
    /// Image `index`, `[32 * 32]`, ink at 255.
    #[must_use]
    pub fn image(&self, index: u32) -> [u8; PIXELS] {
        self.pipeline.apply(&self.character(index), self.complexity, self.seed, u64::from(index)).to_bytes()
    }

    /// Its label.
    #[must_use]
    pub fn label(&self, index: u32) -> u8 {
        self.labels[self.source(index)]
    }

    /// The character of image `index` with `pipeline` in place of the usual one, every module at `complexity`.
    #[must_use]
    pub fn with(&self, pipeline: &Pipeline, complexity: f64, index: u32) -> Picture {
        let image = pipeline.apply_at(&self.character(index), complexity, self.seed, u64::from(index));
        SHAPE.picture(image.pixels().to_vec())
    }

    fn character(&self, index: u32) -> Image {
        Image::from_smaller(&self.characters[self.source(index)])
    }

    fn source(&self, index: u32) -> usize {
        random::stream(self.seed, "nistp source", &[u64::from(index)]).random_range(0..self.labels.len())
    }

    /// The images `0..count` as stored examples, made on all cores.
    fn stored(&self, count: usize, classes: usize) -> Result<Examples, Error> {
        let mut rows = vec![0; count * PIXELS];
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = count.div_ceil(threads);
        std::thread::scope(|scope| {
            for (k, rows) in rows.chunks_mut(share * PIXELS).enumerate() {
                scope.spawn(move || {
                    for (i, row) in rows.chunks_exact_mut(PIXELS).enumerate() {
                        row.copy_from_slice(&self.image((k * share + i) as u32));
                    }
                });
            }
        });
        let labels = (0..count as u32).map(|index| self.label(index)).collect();
        Examples::images(rows, labels, SHAPE, classes, Scale::unit(255))
    }
}

/// NISTP from characters of 28x28 pixels: `sources`, one after the other, with labels counted on from one to the next.
///
/// # Errors
/// [`Error::Examples`] when a source has other images.
pub(crate) fn load(entry: &Entry, sources: Vec<DataSet>, choices: &NistpChoices, seed: u64) -> Result<DataSet, Error> {
    let credits = sources.iter().map(|source| source.credit.as_str());
    let credit = std::iter::once(entry.credit().as_str()).chain(credits).collect::<Vec<_>>().join(" ");
    let classes: Vec<String> = sources.iter().flat_map(|source| source.classes.clone()).collect();
    let mut checksums = BTreeMap::new();
    let mut parts: [(Vec<_>, Vec<u8>); 3] = Default::default();
    let mut first = 0;
    for source in sources {
        checksums.extend(source.checksums);
        let Splits { train, validation, test } = source.splits;
        for (examples, (characters, labels)) in [train, validation, test].iter().zip(&mut parts) {
            let bytes =
                examples.inputs().as_bytes().filter(|_| examples.shape() == Some(Shape::grey(SMALLER, SMALLER)));
            let bytes = bytes.ok_or_else(|| Error::Examples {
                expected: "characters of 28 x 28 pixels".to_owned(),
                found: format!("{} inputs", examples.features()),
            })?;
            characters.extend_from_slice(bytes.rows().as_chunks().0);
            labels.extend(examples.labels().iter().map(|label| label + first));
        }
        first += source.classes.len() as u8;
    }
    let pipeline = match choices.perturbations {
        Perturbations::Nistp => Pipeline::nistp(PinchVariant::Report),
        Perturbations::NistpWithoutPinch => Pipeline::nistp(PinchVariant::Code),
        Perturbations::P07 => Pipeline::p07(),
    };
    let counts = parts.each_ref().map(|(_, labels)| labels.len());
    let [train, validation, test] = parts;
    let endless = |(characters, labels), seed| Nistp {
        characters,
        labels,
        pipeline: pipeline.clone(),
        complexity: choices.complexity,
        seed,
    };
    let validation = endless(validation, FIXED_SEED).stored(choices.validation, classes.len())?;
    let test = endless(test, FIXED_SEED + 1).stored(choices.test, classes.len())?;
    let train = Examples::endless(Arc::new(endless(train, seed)), choices.examples, SHAPE, classes.len());
    let facts = BTreeMap::from([
        (
            "source characters".to_owned(),
            format!("{} to train, {} to validate, {} to test", counts[0], counts[1], counts[2]),
        ),
        ("largest complexity".to_owned(), choices.complexity.to_string()),
    ]);
    let splits = Splits { train, validation, test };
    let (name, unlabelled, inputs, levels, found) = (entry.name.to_owned(), None, Vec::new(), None, Vec::new());
    Ok(DataSet { name, credit, splits, unlabelled, classes, inputs, levels, found, facts, checksums })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{MNIST, NISTP};

    /// Characters of 28x28 pixels: number k of a part is a bar at k and its label is k modulo `classes`.
    fn characters(count: usize, classes: usize) -> DataSet {
        let part = |first: usize| {
            let bar = |k: usize| {
                (0..784).map(move |pixel| if (4..24).contains(&(pixel / 28)) && pixel % 28 == k { 255 } else { 0 })
            };
            let rows = (first..first + count).flat_map(bar).collect();
            let labels = (first..first + count).map(|k| (k % classes) as u8).collect();
            Examples::images(rows, labels, Shape::grey(28, 28), classes, Scale::unit(255)).unwrap()
        };
        let splits = Splits { train: part(0), validation: part(count), test: part(2 * count) };
        DataSet::numbered(&MNIST, splits, BTreeMap::new())
    }

    fn made(complexity: f64, seed: u64) -> Splits {
        let choices = NistpChoices { examples: 50, validation: 30, test: 20, complexity, ..NistpChoices::default() };
        load(&NISTP, vec![characters(6, 3), characters(6, 2)], &choices, seed).unwrap().splits
    }

    fn bytes(examples: &Examples, i: usize) -> Vec<u8> {
        let crate::Row::Bytes(bytes, _) = examples.row(i) else { panic!("images are bytes") };
        bytes.into_owned()
    }

    #[test]
    fn an_image_is_a_function_of_seed_and_index_and_never_ends() {
        let (train, again) = (made(0.7, 1).train, made(0.7, 1).train);
        let beyond = 3 * train.len() + 7;
        assert_eq!(bytes(&train, beyond), bytes(&again, beyond));
        assert_ne!(bytes(&train, beyond), bytes(&train, 7));
        assert_ne!(bytes(&train, 7), bytes(&made(0.7, 2).train, 7));
        assert_eq!(train.order(9, 2), (50..100).collect::<Vec<u32>>());
    }

    #[test]
    fn validation_and_test_are_the_same_for_every_seed() {
        let (one, two) = (made(0.7, 1), made(0.7, 2));
        assert!(one.validation == two.validation && one.test == two.test);
        assert_eq!((one.validation.len(), one.test.len(), one.train.classes()), (30, 20, 5));
    }

    #[test]
    fn the_parts_share_no_character_and_labels_follow_their_characters() {
        let Splits { train, validation, test } = made(0.0, 1);
        for (part, examples) in [train, validation, test].iter().enumerate() {
            for i in 0..50.min(examples.len()) {
                let image = bytes(examples, i);
                let bar = (0..32).find(|x| image[32 * 16 + x] > 0).unwrap() - 2;
                assert!((6 * part..6 * part + 6).contains(&bar), "part {part}, bar {bar}");
                let label = usize::from(examples.label(i));
                assert!(label == bar % 3 || label == 3 + bar % 2, "bar {bar}, label {label}");
            }
        }
    }
}
