//! The test file of UCI optdigits, embedded in the program for training, tests and demonstrations without files or
//! network access.

use crate::entry::{Content, Entry};
use crate::{DataSet, Examples, Scale, Shape, Splits};
use flate2::read::GzDecoder;
use preprocessing::Form;
use std::collections::BTreeMap;
use std::io::Read as _;

/// The catalogue entry of the test file of UCI optdigits; the file has 1,797 digits and is embedded in the program.
pub const DIGITS: Entry = Entry {
    name: "digits",
    folder: "digits",
    title: "Optical Recognition of Handwritten Digits",
    licence: "CC BY 4.0",
    citation: "E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998, https://archive.ics.uci.edu/dataset/80",
    shape: Some(Shape::grey(8, 8)),
    form: Some(Form::Filling),
    classes: 10,
    class_names: &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    train: 1_297,
    validation: 200,
    test: 300,
    content: Content::Embedded(load),
};

const FILE_NAME: &str = "optdigits-test.csv.gz";
const FILE: &[u8] = include_bytes!("../assets/optdigits-test.csv.gz");

/// The 1,797 digits in the order of the file: inputs `[1797, 64]` with values in `0..=16`, and labels from 0 to 9.
///
/// # Source
/// E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", file `optdigits.tes`,
/// <https://archive.ics.uci.edu/dataset/80>: each line has 64 pixels, row by row, then the label, separated by commas.
#[must_use]
#[expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "the file is part of the program, and the tests read the whole file"
)]
pub fn all() -> Examples {
    let mut text = String::new();
    GzDecoder::new(FILE).read_to_string(&mut text).expect("the embedded file is gzip");
    let mut inputs = Vec::with_capacity(1797 * 64);
    let mut labels = Vec::with_capacity(1797);
    for line in text.lines() {
        let mut values = line.split(',').map(|value| value.parse::<u8>().expect("the embedded file holds integers"));
        inputs.extend(values.by_ref().take(64));
        labels.extend(values);
    }
    Examples::images(inputs, labels, Shape::grey(8, 8), 10, Scale::unit(16)).expect("the embedded file is complete")
}

/// The digits, split into 1,297 training, 200 validation and 300 test examples at random, with `seed`.
#[must_use]
pub fn load(seed: u64) -> DataSet {
    let order = random::permutation(DIGITS.train + DIGITS.validation + DIGITS.test, seed, "digits split", &[]);
    let (train, rest) = order.split_at(DIGITS.train);
    let (validation, test) = rest.split_at(DIGITS.validation);
    let all = all();
    let splits = Splits { train: all.select(train), validation: all.select(validation), test: all.select(test) };
    DIGITS.data_set(splits, BTreeMap::from([(FILE_NAME.to_owned(), files::sha256(FILE))]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(examples: &Examples) -> &[u8] {
        examples.inputs().as_bytes().unwrap().rows()
    }

    #[test]
    fn the_embedded_file_is_the_published_one() {
        let all = all();
        assert_eq!(all.len(), 1797);
        assert_eq!((&bytes(&all)[..8], all.label(0)), (&[0, 0, 5, 13, 9, 1, 0, 0][..], 0));
        let mut histogram = [0; 10];
        all.labels().iter().for_each(|label| histogram[usize::from(*label)] += 1);
        assert_eq!(histogram, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        let sum: u32 = bytes(&all).iter().map(|input| u32::from(*input)).sum();
        assert!((f64::from(sum) / (1797.0 * 64.0) - 4.88416).abs() < 5e-6);
    }

    #[test]
    fn the_splits_are_disjoint_and_cover_everything() {
        let Splits { train, validation, test } = load(5).splits;
        assert_eq!([train.len(), validation.len(), test.len()], [1297, 200, 300]);
        let rows = |examples: &Examples| -> Vec<(Vec<u8>, u8)> {
            (0..examples.len()).map(|i| (bytes(examples)[64 * i..][..64].to_vec(), examples.label(i))).collect()
        };
        let mut parts = [rows(&train), rows(&validation), rows(&test)].concat();
        let mut whole = rows(&all());
        parts.sort();
        whole.sort();
        assert_eq!(parts, whole); // all 1,797 rows differ, so equality implies that the splits are disjoint
        whole.dedup();
        assert_eq!(whole.len(), 1797);
    }

    #[test]
    fn the_seed_alone_chooses_the_split() {
        assert_eq!(load(1), load(1));
        assert_ne!(load(1).splits, load(2).splits);
    }
}
