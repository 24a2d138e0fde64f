//! Data sets from tables: missing validation and test parts are drawn, and columns of numbers are standardised.

use super::parts::{Part, Parts};
use super::table::{Found, Listing, Table, Values, layout};
use crate::{DataSet, Error, Splits};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// A validation or test part that the files do not provide gets one in this many examples of each class.
const TENTH: usize = 10;

const CHECK_LABELS: &str =
    "check that labels name classes and are not measurements, or give more examples of each class";

/// Makes the data set `name` from the tables `found` at `path`. Parts that the files do not provide are drawn from
/// `seed`, stratified by class.
///
/// # Errors
/// [`Error::File`] when a file cannot be read again for its checksum; [`Error::Layout`] when no class has enough
/// examples for the parts to be drawn; [`Error::Examples`].
pub(crate) fn data_set(name: &str, path: &Path, found: Found, seed: u64) -> Result<DataSet, Error> {
    let Found { tables, files, labels, listing } = found;
    let Parts { mut train, validation, test } = tables;
    let classes = train.classes.clone();
    let shown_inputs = shown_inputs(&train);
    let standardised = matches!(train.values, Values::Numbers(_));
    let drawn = match (&validation, &test) {
        (Some(_), Some(_)) => "as given by the files".to_owned(),
        (None, Some(_)) => format!("validation drawn from the training examples with seed {seed}"),
        (Some(_), None) => format!("test drawn from the training examples with seed {seed}"),
        (None, None) => format!("validation and test drawn with seed {seed}"),
    };
    let open: Vec<Part> = [(&validation, Part::Validation), (&test, Part::Test)]
        .into_iter()
        .filter_map(|(there, part)| there.is_none().then_some(part))
        .collect();
    check_classes(path, &train, labels.as_deref(), &open)?;
    let parts = draw(&train.labels, &open, seed);
    let validation = validation.unwrap_or_else(|| train.select(&rows(&parts, Part::Validation)));
    let test = test.unwrap_or_else(|| train.select(&rows(&parts, Part::Test)));
    if !open.is_empty() {
        train.keep(|row| parts[row] == Part::Train);
    }
    drop(parts);
    let mut parts = [train, validation, test];
    standardise(&mut parts);
    let [train, validation, test] = parts;
    let counts = [&train, &validation, &test].map(|part| part.labels.len());
    let scaled = if standardised { "; columns scaled to mean 0 and standard deviation 1 in training" } else { "" };
    let labels = labels.map_or_else(String::new, |labels| format!("; {labels}"));
    let found = vec![
        format!("{}: {shown_inputs}, {} classes: {}{labels}", path.display(), classes.len(), shown_classes(&classes)),
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
        checksums: checksums(path, &files, listing)?,
    })
}

/// Checks that [`draw`] finds at least one example for each part in `open`.
fn check_classes(path: &Path, train: &Table, labels: Option<&str>, open: &[Part]) -> Result<(), Error> {
    let Some(place) = open.iter().map(|part| place_of(*part)).max() else { return Ok(()) };
    let mut counts = [0; 256];
    train.labels.iter().for_each(|label| counts[usize::from(*label)] += 1);
    let most = counts.into_iter().max().unwrap_or(0);
    if most > place {
        return Ok(());
    }
    let expected = format!("a class of at least {} examples, so that each part gets one", place + 1);
    let labels = labels.map_or_else(String::new, |labels| format!(" ({labels})"));
    let (count, classes) = (train.labels.len(), train.classes.len());
    let found = format!("{count} examples in {classes} classes, at most {most} in each class{labels}");
    Err(layout(path, expected, found, CHECK_LABELS))
}

/// The place, among every ten examples of a class, of the example drawn for `part`. The places 0, 1 and 2 put a class
/// of three examples into all three parts.
fn place_of(part: Part) -> usize {
    match part {
        Part::Train => 0,
        Part::Validation => 1,
        Part::Test => 2,
    }
}

/// The part of each row: each part in `open` gets one in ten examples of every class, drawn from `seed`; `Train` gets
/// the rest.
fn draw(labels: &[u8], open: &[Part], seed: u64) -> Vec<Part> {
    let mut parts = vec![Part::Train; labels.len()];
    let mut places = [0; 256];
    for row in random::permutation(labels.len(), seed, "parts", &[]) {
        let place = &mut places[usize::from(labels[row as usize])];
        if let Some(part) = open.iter().find(|part| place_of(**part) == *place % TENTH) {
            parts[row as usize] = *part;
        }
        *place += 1;
    }
    parts
}

/// The indices of the rows whose entry in `parts` is `part`.
fn rows(parts: &[Part], part: Part) -> Vec<u32> {
    (0..).zip(parts).filter(|(_, of)| **of == part).map(|(row, _)| row).collect()
}

fn shown_inputs(table: &Table) -> String {
    match &table.values {
        Values::Images(_, shape) => {
            let planes = if shape.channels == 1 { "grey" } else { "colour" };
            format!("images of {}x{} pixels, {planes}", shape.width, shape.height)
        }
        Values::Sparse(rows) => {
            format!("{} columns, {:.2} % of the values nonzero", table.width, 100.0 * rows.density())
        }
        Values::Numbers(_) => format!("{} columns of numbers", table.width),
    }
}

fn shown_classes(classes: &[String]) -> String {
    let more = if classes.len() > 10 { ", ..." } else { "" };
    classes[..classes.len().min(10)].join(", ") + more
}

/// Shifts and scales each column of numbers to mean 0 and standard deviation 1 over the training part; a column that is
/// constant there becomes 0.
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

/// The SHA-256 of each of `files`, keyed by its name relative to `path`, or a single SHA-256 of the sorted list of
/// these checksums and names.
fn checksums(path: &Path, files: &[PathBuf], listing: Listing) -> Result<BTreeMap<String, String>, Error> {
    let checksum = |file: &PathBuf| {
        let name = file.strip_prefix(path).unwrap_or(file).display().to_string();
        let read = File::open(file).and_then(|mut stored| files::sha256_of(&mut stored));
        let (sha256, _) = read.map_err(files::Error::new("read", file))?;
        Ok((name, sha256))
    };
    let mut each = files.iter().map(checksum).collect::<Result<Vec<_>, Error>>()?;
    Ok(match listing {
        Listing::Each => each.into_iter().collect(),
        Listing::Together(all) => {
            each.sort();
            let list: Vec<String> = each.iter().map(|(name, sha256)| format!("{sha256}  {name}")).collect();
            BTreeMap::from([(all.to_owned(), files::sha256(list.join("\n").as_bytes()))])
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Csr, Examples, Inputs, Row, Shape};

    /// A table of `count` rows: row k is (k, 7), and every fifth row, from row 0, is of class b.
    fn table(count: usize) -> Table {
        Table {
            values: Values::Numbers((0..count).flat_map(|k| [k as f32, 7.0]).collect()),
            width: 2,
            labels: (0..count).map(|k| u8::from(k % 5 == 0)).collect(),
            classes: vec!["a".to_owned(), "b".to_owned()],
        }
    }

    /// A table of `count` rows that alternate between the two classes.
    fn even(count: usize) -> Table {
        Table { labels: (0..count).map(|k| (k % 2) as u8).collect(), ..table(count) }
    }

    fn made(validation: Option<Table>, test: Option<Table>, seed: u64) -> DataSet {
        let found = Found {
            tables: Parts { train: table(100), validation, test },
            files: Vec::new(),
            labels: None,
            listing: Listing::Each,
        };
        data_set("own", Path::new("own"), found, seed).unwrap()
    }

    fn counts(data: &DataSet) -> [[usize; 2]; 3] {
        [&data.splits.train, &data.splits.validation, &data.splits.test].map(|part| {
            let of_b: u8 = part.labels().iter().sum();
            [part.len() - usize::from(of_b), usize::from(of_b)]
        })
    }

    #[test]
    fn missing_parts_are_drawn_from_each_class_in_proportion() {
        assert_eq!(counts(&made(None, None, 1)), [[64, 16], [8, 2], [8, 2]]);
        let own_test = made(None, Some(table(30)), 1);
        assert_eq!(counts(&own_test)[2], [24, 6]);
        assert!(
            own_test.found[1].contains("validation drawn from the training examples with seed 1"),
            "{:?}",
            own_test.found
        );
        assert!(made(None, None, 1) == made(None, None, 1) && made(None, None, 1) != made(None, None, 2));
    }

    #[test]
    fn columns_are_scaled_by_the_training_part_and_a_constant_one_is_0() {
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
    fn too_few_examples_are_rejected() {
        let found = Found {
            tables: Parts { train: even(4), validation: None, test: None },
            files: Vec::new(),
            labels: None,
            listing: Listing::Each,
        };
        let labels = Some("no header, labels in the last column".to_owned());
        let error = data_set("own", Path::new("own"), Found { labels, ..found }, 1).unwrap_err().to_string();
        assert!(
            error.starts_with(
                "own: expected a class of at least 3 examples, so that each part gets one, found 4 examples in \
                 2 classes, at most 2 in each class (no header, labels in the last column); check that labels name"
            ),
            "{error}"
        );
    }

    #[test]
    fn two_examples_of_a_class_are_enough_to_draw_validation() {
        let tables = Parts { train: even(4), validation: None, test: Some(even(2)) };
        let found = Found { tables, files: Vec::new(), labels: None, listing: Listing::Each };
        assert_eq!(counts(&data_set("own", Path::new("own"), found, 1).unwrap()), [[1, 1], [1, 1], [1, 1]]);
    }

    #[test]
    fn the_remaining_examples_keep_their_order_in_every_form() {
        let mut csr = Csr::new(2);
        (0..4).for_each(|k| csr.push([(0, k as f32), (1, 7.0)]));
        let numbers = (0..4).flat_map(|k| [k as f32, 7.0]).collect();
        for values in
            [Values::Images((0..8).collect(), Shape::grey(1, 2)), Values::Numbers(numbers), Values::Sparse(csr)]
        {
            let all = Table { values, ..even(4) };
            let mut kept = all.clone();
            kept.keep(|row| row % 3 != 1);
            assert_eq!(kept, all.select(&[0, 2, 3]));
        }
    }

    #[test]
    fn many_files_share_one_checksum_of_names_and_contents() {
        let together = |files: [(&str, &[u8]); 2]| {
            let folder = crate::synthetic::tree(&files);
            let paths = files.map(|(name, _)| folder.path().join(name));
            checksums(folder.path(), &paths, Listing::Together("pictures")).unwrap()
        };
        let found = together([("a/1", b"x"), ("b/1", b"y")]);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["pictures"]);
        let list = format!("{}  a/1\n{}  b/1", files::sha256(b"x"), files::sha256(b"y"));
        assert_eq!(found["pictures"], files::sha256(list.as_bytes()));
        assert_eq!(found, together([("b/1", b"y"), ("a/1", b"x")]));
        assert_ne!(found, together([("a/1", b"y"), ("b/1", b"x")]));
    }
}
