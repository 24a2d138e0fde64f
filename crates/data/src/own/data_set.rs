//! Tables as a data set: cut where the files leave that open, and columns of numbers brought to one scale.

use super::{Found, Table, Values};
use crate::error::CORRECT;
use crate::{DataSet, Error, Examples, Scale, Splits};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// Where the files have no part of their own, one example in so many is for validation, and one for test.
const TENTH: usize = 10;

/// The data set `name` of what was `found` at `path`; `seed` draws the parts that the files leave open, of each class in
/// proportion.
///
/// # Errors
/// [`Error::File`] when a file cannot be read again for its checksum; [`Error::Examples`] when a part would be empty.
pub(crate) fn data_set(name: &str, path: &Path, found: Found, seed: u64) -> Result<DataSet, Error> {
    let Found { tables, files } = found;
    let classes = tables.train.classes.clone();
    let shown_inputs = shown_inputs(&tables.train);
    let standardised = matches!(tables.train.values, Values::Numbers(_));
    let (validation_of_files, test_of_files) = (tables.validation.is_some(), tables.test.is_some());
    let train = tables.train;
    let mut order = by_class(&train.labels, seed);
    let mut draw = |there: Option<Table>, of_ten: usize| {
        there.unwrap_or_else(|| {
            let (drawn, rest) = order.iter().partition::<Vec<_>, _>(|(place, _)| place % TENTH == of_ten);
            order = rest;
            train.select(&sorted(&drawn))
        })
    };
    // A class of three examples is in all parts.
    let (test, validation) = (draw(tables.test, 2), draw(tables.validation, 1));
    let rows = sorted(&order);
    let mut parts = [train.select(&rows), validation, test];
    if let Some(empty) = ["training", "validation", "test"].iter().zip(&parts).find(|(_, part)| part.labels.is_empty())
    {
        let expected = format!("at least one example for {}", empty.0);
        return Err(Error::Examples { expected, found: format!("{} in all", train.labels.len()), remedy: CORRECT });
    }
    standardise(&mut parts);
    let [train, validation, test] = parts;
    let counts = [&train, &validation, &test].map(|part| part.labels.len());
    let drawn = match (validation_of_files, test_of_files) {
        (true, true) => "as the files have them".to_owned(),
        (false, true) => format!("validation drawn from training by seed {seed}"),
        (true, false) => format!("test drawn from training by seed {seed}"),
        (false, false) => format!("validation and test drawn by seed {seed}"),
    };
    let scaled = if standardised { "; columns scaled to mean 0 and deviation 1 in training" } else { "" };
    let found = vec![
        format!("{}: {shown_inputs}, {} classes: {}", path.display(), classes.len(), shown_classes(&classes)),
        format!("{} to train, {} to validate, {} to test: {drawn}{scaled}", counts[0], counts[1], counts[2]),
    ];
    let splits = Splits { train: train.examples()?, validation: validation.examples()?, test: test.examples()? };
    Ok(DataSet {
        name: name.to_owned(),
        credit: format!("data in {}.", path.display()),
        splits,
        unlabelled: None,
        classes,
        inputs: Vec::new(),
        levels: None,
        facts: BTreeMap::from([("parts".to_owned(), found[1].clone())]),
        found,
        checksums: checksums(path, &files)?,
    })
}

/// Each row with its place in a random order of its class.
fn by_class(labels: &[u8], seed: u64) -> Vec<(usize, u32)> {
    let mut places = [0; 256];
    let order = random::permutation(labels.len(), seed, "parts", &[]);
    let place_of = |row: u32| {
        let place = &mut places[usize::from(labels[row as usize])];
        *place += 1;
        (*place - 1, row)
    };
    order.into_iter().map(place_of).collect()
}

fn sorted(rows: &[(usize, u32)]) -> Vec<u32> {
    let mut rows: Vec<u32> = rows.iter().map(|(_, row)| *row).collect();
    rows.sort_unstable();
    rows
}

fn shown_inputs(table: &Table) -> String {
    match (&table.values, table.shape) {
        (_, Some(shape)) => {
            let planes = if shape.channels == 1 { "grey" } else { "colour" };
            format!("images of {}x{} pixels, {planes}", shape.width, shape.height)
        }
        (Values::Sparse(rows), None) => {
            format!("{} columns, {:.2} % of them not zero", table.width, 100.0 * rows.density())
        }
        (_, None) => format!("{} columns of numbers", table.width),
    }
}

fn shown_classes(classes: &[String]) -> String {
    let more = if classes.len() > 10 { ", ..." } else { "" };
    classes[..classes.len().min(10)].join(", ") + more
}

/// Brings each column of numbers to mean 0 and standard deviation 1 over the training part; one that does not vary
/// becomes 0.
fn standardise([train, validation, test]: &mut [Table; 3]) {
    let width = train.width;
    let Values::Numbers(numbers) = &train.values else { return };
    let count = train.labels.len() as f64;
    let sums = |value: &dyn Fn(usize, f64) -> f64| {
        let mut sums = vec![0.0; width];
        for row in numbers.chunks_exact(width) {
            sums.iter_mut().zip(row).enumerate().for_each(|(j, (sum, x))| *sum += value(j, f64::from(*x)));
        }
        sums
    };
    let mean: Vec<f64> = sums(&|_, x| x).iter().map(|sum| sum / count).collect();
    let squares = sums(&|j, x| (x - mean[j]).powi(2));
    let scale: Vec<f64> =
        squares.iter().map(|sum| (sum / count).sqrt()).map(|sd| if sd > 0.0 { 1.0 / sd } else { 0.0 }).collect();
    for table in [train, validation, test] {
        let Values::Numbers(numbers) = &mut table.values else { return };
        for row in numbers.chunks_exact_mut(width) {
            for (j, x) in row.iter_mut().enumerate() {
                *x = ((f64::from(*x) - mean[j]) * scale[j]) as f32;
            }
        }
    }
}

impl Table {
    /// The examples `rows`, in that order.
    fn select(&self, rows: &[u32]) -> Self {
        fn of<T: Copy>(all: &[T], width: usize, rows: &[u32]) -> Vec<T> {
            rows.iter().flat_map(|row| &all[*row as usize * width..][..width]).copied().collect()
        }
        let values = match &self.values {
            Values::Bytes(bytes) => Values::Bytes(of(bytes, self.width, rows)),
            Values::Numbers(numbers) => Values::Numbers(of(numbers, self.width, rows)),
            Values::Sparse(csr) => Values::Sparse(csr.select(rows)),
        };
        Self { values, labels: of(&self.labels, 1, rows), classes: self.classes.clone(), ..*self }
    }

    fn examples(self) -> Result<Examples, Error> {
        let classes = self.classes.len();
        match (self.values, self.shape) {
            (Values::Bytes(rows), Some(shape)) => Examples::images(rows, self.labels, shape, classes, Scale::unit(255)),
            (Values::Bytes(rows), None) => {
                Examples::numbers(rows.into_iter().map(f32::from).collect(), self.width, self.labels, classes)
            }
            (Values::Sparse(rows), _) => Examples::sparse(rows, self.labels, classes),
            (Values::Numbers(rows), _) => Examples::numbers(rows, self.width, self.labels, classes),
        }
    }
}

/// The SHA-256 of each of `files`, named as they lie below `path`.
fn checksums(path: &Path, files: &[std::path::PathBuf]) -> Result<BTreeMap<String, String>, Error> {
    let checksum = |file: &std::path::PathBuf| {
        let name = file.strip_prefix(path).unwrap_or(file).display().to_string();
        let read = File::open(file).and_then(|mut stored| files::sha256_of(&mut stored));
        let (sha256, _) = read.map_err(files::Error::new("read", file))?;
        Ok((name, sha256))
    };
    files.iter().map(checksum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::own::parts::Parts;
    use crate::{Inputs, Row};

    /// `count` rows of (k, 7), of which every fifth is of class b.
    fn table(count: usize) -> Table {
        Table {
            values: Values::Numbers((0..count).flat_map(|k| [k as f32, 7.0]).collect()),
            width: 2,
            labels: (0..count).map(|k| u8::from(k % 5 == 0)).collect(),
            classes: vec!["a".to_owned(), "b".to_owned()],
            shape: None,
        }
    }

    fn made(validation: Option<Table>, test: Option<Table>, seed: u64) -> DataSet {
        let found = Found { tables: Parts { train: table(100), validation, test }, files: Vec::new() };
        data_set("own", Path::new("own"), found, seed).unwrap()
    }

    fn counts(data: &DataSet) -> [[usize; 2]; 3] {
        [&data.splits.train, &data.splits.validation, &data.splits.test].map(|part| {
            let of_b: u8 = part.labels().iter().sum();
            [part.len() - usize::from(of_b), usize::from(of_b)]
        })
    }

    #[test]
    fn parts_that_the_files_lack_are_drawn_of_each_class_in_proportion() {
        assert_eq!(counts(&made(None, None, 1)), [[64, 16], [8, 2], [8, 2]]);
        let own_test = made(None, Some(table(30)), 1);
        assert_eq!(counts(&own_test)[2], [24, 6]);
        assert!(own_test.found[1].contains("validation drawn from training by seed 1"), "{:?}", own_test.found);
        assert!(made(None, None, 1) == made(None, None, 1) && made(None, None, 1) != made(None, None, 2));
    }

    #[test]
    fn columns_are_scaled_by_what_is_trained_on_and_one_that_does_not_vary_is_0() {
        let data = made(Some(table(10)), Some(table(10)), 1);
        let Inputs::Numbers(_) = data.splits.train.inputs() else { panic!("tables are numbers") };
        let values = |part: &Examples| -> Vec<f32> {
            (0..part.len()).map(|i| if let Row::Numbers(row) = part.row(i) { row[0] } else { f32::NAN }).collect()
        };
        let train = values(&data.splits.train);
        let mean: f32 = train.iter().sum::<f32>() / 100.0;
        let square: f32 = train.iter().map(|x| x * x).sum::<f32>() / 100.0;
        assert!(mean.abs() < 1e-5 && (square - 1.0).abs() < 1e-5, "{mean} {square}");
        assert_eq!(values(&data.splits.test), train[..10]);
        assert!(matches!(data.splits.test.row(3), Row::Numbers(row) if row[1] == 0.0));
    }

    #[test]
    fn too_few_examples_are_refused() {
        let found = Found { tables: Parts { train: table(1), validation: None, test: None }, files: Vec::new() };
        let error = data_set("own", Path::new("own"), found, 1).unwrap_err().to_string();
        assert!(error.contains("at least one example for"), "{error}");
    }
}
