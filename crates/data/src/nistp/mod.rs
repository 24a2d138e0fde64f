//! NISTP: images of perturbed characters, of which any number can be generated.
//!
//! The paper's set of 81.92 million images was never published, only the method of generating it. Here, an image is
//! determined by its split, its index and, in the training split, the seed of the run: a character is drawn from the
//! source characters of that split and then perturbed. The source characters are split before anything is perturbed, so
//! no character is in two splits.
//!
//! # Source
//! F. Bastien, Y. Bengio, A. Bergeron et al., *Deep Self-Taught Learning for Handwritten Character Recognition*,
//! arXiv:1009.3589, 2010; section 4.1 of the rectifier paper for the sizes.

pub(crate) mod generator;

use crate::characters::{CHARACTERS, NUMERALS_AND_CAPITALS};
use crate::emnist::{EMNIST_BYCLASS, EMNIST_LETTERS};
use crate::entry::{Content, Entry, Kind, Loading, Place};
use crate::error::CORRECT;
use crate::file::File;
use crate::mnist::MNIST;
use crate::{DataSet, Error, Examples, NistpChoices, Perturbations, Scale, Shape, Splits};
pub use generator::Nistp;
use generator::SHAPE;
use perturb::{PIXELS, PinchVariant, Pipeline, SMALLER};
use random::RngExt as _;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The seed of validation and test images, which are the same whatever the seed of a run.
const FIXED_SEED: u64 = 2011;

/// The largest number of images in a stored split, which then occupies about one gigabyte.
const MAX_STORED: usize = 1_000_000;

/// NISTP, recreated from the characters of EMNIST `ByClass`.
pub const NISTP: Entry = Entry {
    name: "nistp",
    folder: "nistp",
    title: "NISTP, perturbed characters, made from EMNIST ByClass",
    licence: "that of the source characters",
    citation: "F. Bastien, Y. Bengio, A. Bergeron et al., Deep self-taught learning for handwritten character recognition, \
               arXiv:1009.3589, 2010; the images of the paper were never published",
    shape: Some(Shape::grey(32, 32)),
    form: None,
    classes: 62,
    class_names: CHARACTERS,
    train: 500_000,
    validation: 80_000,
    test: 20_000,
    content: Content::Files(&PerturbedCharacters { sources: &[&EMNIST_BYCLASS] }),
};

/// A stand-in for NISTP with fewer classes, made from the digits of MNIST and the letters of EMNIST Letters; the upper
/// and lower case of a letter are one class.
pub const NISTP36: Entry = Entry {
    name: "nistp36",
    title: "NISTP36, perturbed characters, made from MNIST and EMNIST Letters",
    classes: 36,
    class_names: NUMERALS_AND_CAPITALS,
    content: Content::Files(&PerturbedCharacters { sources: &[&MNIST, &EMNIST_LETTERS] }),
    ..NISTP
};

/// NISTP, made from the characters of other data sets. Each split is made from the same split of every source.
#[derive(Clone, Debug)]
pub struct PerturbedCharacters {
    /// The source data sets, with images of 28x28 pixels. The label of a character is its label in the source plus the
    /// number of classes of all sources before it in this list.
    pub sources: &'static [&'static Entry],
}

impl Kind for PerturbedCharacters {
    fn files(&self) -> &[File] {
        &[]
    }

    fn mirrors(&self) -> &'static [&'static str] {
        &[]
    }

    fn sources(&self) -> &'static [&'static Entry] {
        self.sources
    }

    fn is_drawn(&self) -> bool {
        true
    }

    fn is_dense(&self) -> bool {
        false
    }

    fn choices(&self) -> Option<&'static str> {
        Some("nistp")
    }

    fn load(&self, loading: &mut Loading<'_>) -> Result<DataSet, Error> {
        let sources = self.sources.iter().map(|source| loading.load_source(source)).collect::<Result<_, _>>()?;
        perturbed(loading.place.entry, sources, &loading.choices.nistp, loading.seed)
    }

    fn verify(&self, file: &File, path: &Path, place: Place<'_>) -> Result<String, Error> {
        place.checksum(file, path)
    }
}

/// Makes NISTP from the characters of `sources`, each of 28x28 pixels. The label of a character is its label in the
/// source plus the number of classes of all earlier sources.
///
/// # Errors
/// [`Error::Examples`] when the images of a source have another size, a split has no characters, or `choices` ask for a
/// split without images, for more than a million validation or test images, or for more than 2^32 - 1 training images
/// in an epoch.
fn perturbed(entry: &Entry, sources: Vec<DataSet>, choices: &NistpChoices, seed: u64) -> Result<DataSet, Error> {
    within(choices.examples, u32::MAX as usize, "training images in an epoch")?;
    within(choices.validation, MAX_STORED, "validation images")?;
    within(choices.test, MAX_STORED, "test images")?;
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
                found: format!("examples with {} inputs", examples.features()),
                remedy: CORRECT,
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
    counts.iter().try_for_each(|count| within(*count, usize::MAX, "source character in each split"))?;
    let [train, validation, test] = parts;
    let generator = |(characters, labels), seed, part| Nistp {
        characters,
        labels,
        pipeline: pipeline.clone(),
        complexity: choices.complexity,
        seed: seed_of(seed, part),
    };
    let validation = stored(&generator(validation, FIXED_SEED, 1), choices.validation, classes.len())?;
    let test = stored(&generator(test, FIXED_SEED, 2), choices.test, classes.len())?;
    let train = Examples::endless(Arc::new(generator(train, seed, 0)), choices.examples, SHAPE, classes.len());
    let facts = BTreeMap::from([
        (
            "source characters".to_owned(),
            format!("{} to train, {} to validate, {} to test", counts[0], counts[1], counts[2]),
        ),
        ("largest complexity".to_owned(), choices.complexity.to_string()),
    ]);
    let splits = Splits { train, validation, test };
    Ok(DataSet { credit, classes, facts, ..entry.data_set(splits, checksums) })
}

/// The first `count` images of the generator `images` as stored examples, computed on all cores; `count` must be at
/// least 1.
fn stored(images: &Nistp, count: usize, classes: usize) -> Result<Examples, Error> {
    let mut rows = vec![0; count * PIXELS];
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = count.div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        for (k, rows) in rows.chunks_mut(share * PIXELS).enumerate() {
            scope.spawn(move || {
                for (i, row) in rows.chunks_exact_mut(PIXELS).enumerate() {
                    row.copy_from_slice(&images.image((k * share + i) as u32));
                }
            });
        }
    });
    let labels = (0..count as u32).map(|index| images.label(index)).collect();
    Examples::images(rows, labels, SHAPE, classes, Scale::unit(255))
}

/// Checks that `count` is between 1 and `most`. `what` names the counted things in the error message.
///
/// # Errors
/// [`Error::Examples`] when `count` is outside this range.
fn within(count: usize, most: usize, what: &str) -> Result<(), Error> {
    if (1..=most).contains(&count) {
        return Ok(());
    }
    let bounds = if most == usize::MAX { "at least 1".to_owned() } else { format!("1 to {most}") };
    Err(Error::Examples { expected: format!("{bounds} {what}"), found: count.to_string(), remedy: CORRECT })
}

/// The seed of the split `part`: 0 for training, 1 for validation, 2 for test. The three seeds differ even if the seed
/// of the run is [`FIXED_SEED`]; with equal seeds, a training image would be perturbed exactly like the test image with
/// the same index.
fn seed_of(seed: u64, part: u64) -> u64 {
    random::stream(seed, "nistp", &[part]).random()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A data set of images of 28x28 pixels with `count` characters in each split. If the characters of the training,
    /// validation and test splits are numbered consecutively from 0, character k is a vertical bar in column k with the
    /// label k modulo `classes`.
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
        let entry = Entry { class_names: MNIST.class_names.split_at(classes).0, ..MNIST };
        entry.data_set(splits, BTreeMap::new())
    }

    fn choices(complexity: f64) -> NistpChoices {
        NistpChoices { examples: 50, validation: 30, test: 20, complexity, ..NistpChoices::default() }
    }

    fn made(complexity: f64, seed: u64) -> Splits {
        let choices = choices(complexity);
        perturbed(&NISTP, vec![characters(6, 3), characters(6, 2)], &choices, seed).unwrap().splits
    }

    fn bytes(examples: &Examples, i: usize) -> Vec<u8> {
        let crate::Row::Bytes(bytes, _) = examples.row(i) else { panic!("the images must be bytes") };
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
    fn no_seed_makes_a_part_of_what_another_is_made_of() {
        // All three splits have the same characters, so images with the same index can differ only because of the
        // splits' seeds.
        let same = || {
            let DataSet { splits, .. } = characters(6, 3);
            let Splits { train, .. } = splits;
            let splits = Splits { validation: train.clone(), test: train.clone(), train };
            DataSet { splits, ..characters(6, 3) }
        };
        for seed in [FIXED_SEED, FIXED_SEED + 1] {
            let Splits { train, validation, test } =
                perturbed(&NISTP, vec![same()], &choices(0.7), seed).unwrap().splits;
            for (one, other) in [(&train, &validation), (&train, &test), (&validation, &test)] {
                let equal = (0..20).filter(|i| bytes(one, *i) == bytes(other, *i)).count();
                // A few images may be equal, because some are hardly perturbed.
                assert!(equal < 5, "seed {seed}: {equal} of 20 images are equal");
            }
        }
    }

    #[test]
    fn counts_out_of_range_are_one_sentence_each() {
        let refused = |choices: &NistpChoices, sources| perturbed(&NISTP, sources, choices, 1).unwrap_err().to_string();
        let of = |choices| refused(&choices, vec![characters(6, 3)]);
        let none = of(NistpChoices { validation: 0, ..choices(0.7) });
        assert!(none.contains("expected 1 to 1000000 validation images, found 0;"), "{none}");
        assert!(of(NistpChoices { test: 0, ..choices(0.7) }).contains("1 to 1000000 test images, found 0"));
        assert!(of(NistpChoices { test: 1_000_001, ..choices(0.7) }).contains("test images, found 1000001"));
        assert!(of(NistpChoices { examples: 0, ..choices(0.7) }).contains("training images in an epoch, found 0"));
        let empty = refused(&choices(0.7), vec![]);
        assert!(empty.contains("expected at least 1 source character in each split, found 0"), "{empty}");
    }

    #[test]
    fn fewer_images_than_cores_can_be_stored() {
        let choices = NistpChoices { validation: 1, test: 1, ..choices(0.7) };
        let splits = perturbed(&NISTP, vec![characters(6, 3)], &choices, 1).unwrap().splits;
        assert_eq!((splits.validation.len(), splits.test.len()), (1, 1));
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
