//! Changes to images: negatives, and the range of pixel values.

use crate::inputs::{Bytes, Inputs};
use crate::{DataSet, Error, Examples, Splits};
use preprocessing::Preprocessing;
use random::RngExt as _;
use serde::{Deserialize, Serialize};

/// The range to which the bytes of images are scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Range {
    /// Numbers from 0 to 1.
    Unit,
    /// Numbers from -1 to 1, as in the paper for NORB (section 4.1).
    Symmetric,
}

/// The splits of a data set. The discriminant is the first index of an image's stream of random numbers.
#[derive(Clone, Copy)]
enum Part {
    Train,
    Validation,
    Test,
}

impl DataSet {
    /// The data set with each image replaced by its negative with the given `probability`. The negative has the byte
    /// `maximum - b` in place of each byte `b`. Labels are unchanged. Whether image `index` of a split is inverted is
    /// drawn once, from the stream "invert" of (`seed`, split, `index`); [`facts`](Self::facts) records the number of
    /// inverted images in each split. With probability 0, the data set is returned unchanged. Such negatives are not in
    /// the paper; they make the polarity of an image uninformative.
    ///
    /// # Errors
    /// [`Error::Examples`] when `probability` is outside [0, 1], or is not 0 and the inputs are not stored images.
    pub fn inverted(mut self, probability: f64, seed: u64) -> Result<Self, Error> {
        if probability == 0.0 {
            return Ok(self);
        }
        if !(0.0..=1.0).contains(&probability) {
            let (expected, found) = ("a probability from 0 to 1".to_owned(), probability.to_string());
            return Err(Error::Examples { expected, found, remedy: "correct data.invert" });
        }
        let Splits { train, validation, test } = self.splits;
        let parts = [(Part::Train, train), (Part::Validation, validation), (Part::Test, test)];
        let mut counts = [0; 3];
        let parts = parts.map(|(part, examples)| {
            let invert = |index| random::stream(seed, "invert", &[part as u64, index]).random_bool(probability);
            examples.inverted(invert, &mut counts[part as usize])
        });
        let [train, validation, test] = parts;
        self.splits = Splits { train: train?, validation: validation?, test: test? };
        let [train, validation, test] = counts;
        let said = format!("{train} of training, {validation} of validation, {test} of test");
        self.facts.insert("inverted images".to_owned(), said);
        Ok(self)
    }

    /// The data set with the bytes of its images scaled to `range`. An earlier scaling or standardisation is replaced.
    ///
    /// # Errors
    /// [`Error::Examples`] when the inputs are not stored images.
    pub fn in_range(mut self, range: Range) -> Result<Self, Error> {
        let lowest = match range {
            Range::Unit => 0.0,
            Range::Symmetric => -1.0,
        };
        let Splits { train, validation, test } = self.splits;
        let [train, validation, test] = [train, validation, test].map(|examples| examples.starting_at(lowest));
        self.splits = Splits { train: train?, validation: validation?, test: test? };
        if let Some(Preprocessing::Pixels(pixels)) = &mut self.preprocessing {
            (pixels.lowest, pixels.standard) = (lowest, Vec::new());
        }
        Ok(self)
    }
}

impl Examples {
    /// The images, with image `i` replaced by its negative if `invert(i)` is true. The number of negatives is added to
    /// `count`.
    fn inverted(self, invert: impl Fn(u64) -> bool, count: &mut usize) -> Result<Self, Error> {
        let (width, maximum) = (self.features(), self.scale().map_or(0, |scale| scale.maximum));
        let negatives = |mut rows: Vec<u8>| {
            for (row, index) in rows.chunks_exact_mut(width).zip(0..) {
                if invert(index) {
                    for byte in row {
                        *byte = maximum - *byte;
                    }
                    *count += 1;
                }
            }
            rows
        };
        self.map_bytes("leave out data.invert", |bytes| bytes.map_rows(negatives))
    }

    /// The images, scaled so that byte 0 has the value `lowest` and the largest byte the value 1.
    fn starting_at(self, lowest: f32) -> Result<Self, Error> {
        self.map_bytes("leave out data.range", |bytes| bytes.starting_at(lowest))
    }

    /// The examples with their rows of bytes replaced by the rows that `change` returns, which must be equal in number
    /// and width. `remedy` is the advice in the error for inputs that are not bytes.
    fn map_bytes(self, remedy: &'static str, change: impl FnOnce(Bytes) -> Bytes) -> Result<Self, Error> {
        let found = self.inputs().described();
        let with = self.map_inputs(|inputs| match inputs {
            Inputs::Bytes(bytes) => Some(Inputs::Bytes(change(bytes))),
            Inputs::Sparse(_) | Inputs::Numbers(_) | Inputs::Endless(_) | Inputs::Computed(_) => None,
        });
        with.ok_or_else(|| Error::Examples { expected: "stored images".to_owned(), found, remedy })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Access, Choices, Csr, Scale, Source, load};

    fn digits() -> DataSet {
        let source = Source { data_dir: None, access: Access::Offline };
        load("digits", &source, &Choices::default(), 1, &mut |_| {}).unwrap()
    }

    fn parts(set: &DataSet) -> [&Examples; 3] {
        [&set.splits.train, &set.splits.validation, &set.splits.test]
    }

    fn bytes(examples: &Examples) -> Vec<&[u8]> {
        let bytes = examples.inputs().as_bytes().unwrap();
        (0..examples.len()).map(|i| bytes.row(i)).collect()
    }

    /// Whether each image of each split of `set` is the negative of the image with the same index in `digits`; if not,
    /// the two images must be equal.
    fn negatives(set: &DataSet) -> [Vec<bool>; 3] {
        let plain = digits();
        let of = |k: usize| {
            let images = bytes(parts(&plain)[k]).into_iter().zip(bytes(parts(set)[k]));
            let negative = |(image, other): (&[u8], &[u8])| {
                let negative: Vec<u8> = image.iter().map(|byte| 16 - byte).collect();
                assert!(other == image || other == negative);
                other == negative
            };
            images.map(negative).collect()
        };
        [0, 1, 2].map(of)
    }

    #[test]
    fn the_share_of_negatives_in_each_split_is_the_probability() {
        assert_eq!(digits().inverted(0.0, 1).unwrap(), digits());
        assert!(digits().inverted(1.5, 1).unwrap_err().to_string().contains("from 0 to 1, found 1.5"));
        assert!(negatives(&digits().inverted(1.0, 1).unwrap()).iter().flatten().all(|negative| *negative));
        let half = digits().inverted(0.5, 1).unwrap();
        let negatives = negatives(&half);
        let counts = negatives.each_ref().map(|part| part.iter().filter(|negative| **negative).count());
        for (part, count) in negatives.iter().zip(counts) {
            let deviations = (count as f64 - part.len() as f64 / 2.0) / (part.len() as f64 / 4.0).sqrt();
            assert!(deviations.abs() < 4.0, "{count} of {} images are negatives", part.len());
        }
        let said = format!("{} of training, {} of validation, {} of test", counts[0], counts[1], counts[2]);
        assert_eq!(half.facts["inverted images"], said);
        assert_eq!(half.splits.train.labels(), digits().splits.train.labels());
    }

    #[test]
    fn the_choice_of_images_is_a_function_of_seed_split_and_index() {
        let of = |seed| negatives(&digits().inverted(0.5, seed).unwrap());
        let (one, two) = (of(1), of(2));
        assert_eq!(one, of(1));
        assert_ne!(one, two);
        let least = one[1].len().min(one[2].len());
        assert_ne!(one[1][..least], one[2][..least], "two splits must not have the same draws");
    }

    #[test]
    fn a_symmetric_range_goes_from_minus_one_to_one_and_back() {
        let symmetric = digits().in_range(Range::Symmetric).unwrap();
        assert_eq!(symmetric.splits.test.scale(), Some(Scale { maximum: 16, lowest: -1.0 }));
        let values = |set: &DataSet| {
            let mut values = Vec::new();
            set.splits.train.row(0).write(&mut values);
            values
        };
        let expected: Vec<f32> = values(&digits()).iter().map(|x| 2.0 * x - 1.0).collect();
        assert_eq!(values(&symmetric), expected);
        assert_eq!(symmetric.in_range(Range::Unit).unwrap(), digits());
        // In the symmetric range, a negative has the opposite sign in every pixel.
        let negative = digits().in_range(Range::Symmetric).unwrap().inverted(1.0, 1).unwrap();
        assert_eq!(values(&negative), expected.iter().map(|x| -x).collect::<Vec<f32>>());
    }

    #[test]
    fn other_inputs_are_rejected_with_the_key_to_leave_out() {
        let mut rows = Csr::new(3);
        rows.push([(1, 1.0)]);
        let words = Examples::sparse(rows, vec![0], 1).unwrap();
        let splits = Splits { train: words.clone(), validation: words.clone(), test: words };
        let set = DataSet { splits, ..digits() };
        let refused = set.clone().inverted(0.5, 1).unwrap_err().to_string();
        assert!(refused.contains("expected stored images, found sparse rows of 3 columns"), "{refused}");
        assert!(refused.ends_with("leave out data.invert"), "{refused}");
        assert!(set.clone().in_range(Range::Symmetric).unwrap_err().to_string().ends_with("leave out data.range"));
        assert_eq!(set.clone().inverted(0.0, 1).unwrap(), set, "probability 0 must change no inputs");
    }
}
