//! Makes a data set of the user's own examples: draws the parts that the files do not provide, and turns columns and
//! pixels into inputs.

use super::csv::fit;
use super::csv::outliers::{beyond, outlying};
use super::look::Look;
use super::parts::Parts;
use super::split::split;
use super::table::{Found, Labels, Listing, Table, Values, layout};
use crate::{DataSet, Error, Examples, Scale, Scaling, Splits};
use preprocessing::{Columns, Pixels, Preprocessing, Standard, Target};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The target of a table without a header.
const LAST: &str = "the last column";

/// The data set `name`, made from the examples `found` at `path`. Parts that the files do not provide are drawn from
/// `seed`.
///
/// # Errors
/// [`Error::File`] when a file cannot be read again for its checksum; [`Error::Layout`] when there are too few examples
/// for the parts to be drawn, or all inputs or all numbers to predict are equal; [`Error::Line`] when a number is too
/// far from the mean of the training examples or from all other numbers of its column; [`Error::Examples`] when inputs
/// and labels do not match.
pub(crate) fn data_set(name: &str, path: &Path, found: Found, seed: u64) -> Result<DataSet, Error> {
    let Found { tables, files, notes, label, unnamed, sparse, pixels, listing } = found;
    let (Parts { train, validation, test }, drawn) = split(path, tables, &notes, seed)?;
    let described = described(&train);
    let classes = train.classes.clone();
    let parts = [Some(train), validation, test].into_iter().flatten();
    let mut parts = parts.collect::<Vec<Table>>();
    let columns = match &parts[0].values {
        Values::Cells(cells) => Some(fit(cells, unnamed)),
        Values::Images(..) | Values::Sparse(_) => None,
    };
    let outlying = outlying_in(&parts[0], label.as_deref())?;
    let standard = standard(path, &parts[0].labels)?;
    let scale = Scale { maximum: u8::MAX, lowest: pixels.as_ref().map_or(0.0, |(pixels, _)| pixels.lowest) };
    let examples = |table: Table| examples(table, columns.as_ref(), standard, scale);
    let (test, validation, train) = (parts.pop(), parts.pop(), parts.pop());
    let [Some(train), Some(validation), Some(test)] = [train, validation, test] else {
        unreachable!("the split makes three parts")
    };
    let far = [&validation, &test].into_iter().find_map(|part| beyond_training(&train, part, columns.as_ref()));
    let unseen =
        [(&validation, "validation"), (&test, "test")].map(|(part, name)| unseen(part, columns.as_ref(), name));
    let splits = Splits { train: examples(train)?, validation: examples(validation)?, test: examples(test)? };
    let (splits, pixels) = scaled(splits, pixels);
    let target = match standard {
        Some(standard) => Target::Number { name: label.unwrap_or_else(|| LAST.to_owned()), standard },
        None => Target::Classes { name: label, classes: classes.clone() },
    };
    let preprocessing = columns.map(Preprocessing::Columns).or(sparse.map(Preprocessing::Sparse));
    let preprocessing = preprocessing.or(pixels.map(Preprocessing::Pixels));
    let counts = [&splits.train, &splits.validation, &splits.test].map(Examples::len);
    let scaled = said_of_scale(preprocessing.as_ref());
    let parts = format!("{} to train, {} to validate, {} to test: {drawn}{scaled}", counts[0], counts[1], counts[2]);
    let what = match &target {
        Target::Classes { .. } => format!("{} classes: {}", classes.len(), shown_classes(&classes)),
        Target::Number { name, .. } => format!("a number to predict: {name}"),
    };
    let first = std::iter::once(format!("{}: {described}, {what}", path.display())).chain(notes);
    let data = DataSet {
        name: name.to_owned(),
        credit: format!("data in {}.", path.display()),
        splits,
        unlabelled: None,
        classes,
        form: None,
        preprocessing,
        target: Some(target),
        levels: None,
        facts: BTreeMap::from([("parts".to_owned(), parts.clone())]),
        found: first.collect::<Vec<_>>(),
        look: None,
        checksums: checksums(path, &files, listing)?,
    };
    let look = Look::at(&data);
    look.check(path)?;
    let unseen = unseen.into_iter().flatten().collect();
    let found =
        [vec![data.found.join("; "), parts], look.lines(), outlying, far.into_iter().collect(), unseen].concat();
    Ok(DataSet { found, look: Some(look), ..data })
}

/// The mean and standard deviation of the numbers to predict, given the `labels` of the training examples; `None` if
/// these are classes.
///
/// # Errors
/// [`Error::Layout`] when all numbers are equal.
fn standard(path: &Path, labels: &Labels) -> Result<Option<Standard>, Error> {
    let Labels::Numbers(numbers) = labels else { return Ok(None) };
    let standard = Standard::of(numbers.iter().copied());
    if standard.deviation == 0.0 {
        let expected = "a target that differs between training examples";
        return Err(layout(path, expected, "equal numbers", "name another column with --label"));
    }
    Ok(Some(standard))
}

/// The examples of `table`. Cells become inputs according to `columns`, and bytes according to `scale`; numbers to
/// predict are standardised by `standard`.
fn examples(
    table: Table,
    columns: Option<&Columns>,
    standard: Option<Standard>,
    scale: Scale,
) -> Result<Examples, Error> {
    let width = columns.map_or(table.width, Columns::inputs);
    let (labels, outputs) = (table.labels.classes(), table.classes.len().max(1));
    let examples = match (table.values, columns) {
        (Values::Images(rows, shape), _) => Examples::images(rows, labels, shape, outputs, scale),
        (Values::Sparse(rows), _) => Examples::sparse(rows, labels, outputs),
        (Values::Cells(cells), Some(columns)) => Examples::numbers(cells.inputs(columns)?, width, labels, outputs),
        (Values::Cells(_), None) => unreachable!("a table of cells has columns in every part"),
    }?;
    match (table.labels, standard) {
        (Labels::Numbers(numbers), Some(standard)) => {
            examples.with_targets(numbers.iter().map(|number| standard.scaled(*number) as f32).collect())
        }
        _ => Ok(examples),
    }
}

/// The `splits`, with their images standardised if that scaling was chosen, and the preprocessing of the images, which
/// is `None` if `pixels` is `None`.
fn scaled(splits: Splits, pixels: Option<(Pixels, Scaling)>) -> (Splits, Option<Pixels>) {
    let Some((pixels, scaling)) = pixels else { return (splits, None) };
    let standard = splits.train.standard().filter(|_| scaling == Scaling::Standard).unwrap_or_default();
    if standard.is_empty() {
        return (splits, Some(pixels));
    }
    let Splits { train, validation, test } = splits;
    let [train, validation, test] = [train, validation, test].map(|part| part.standardised(&standard));
    (Splits { train, validation, test }, Some(Pixels { standard, ..pixels }))
}

/// A phrase for the user on the scaling of numbers or pixels; empty if they are not standardised.
fn said_of_scale(preprocessing: Option<&Preprocessing>) -> &'static str {
    match preprocessing {
        Some(Preprocessing::Columns(_)) => "; numbers scaled to mean 0 and standard deviation 1 in training",
        Some(Preprocessing::Pixels(pixels)) if !pixels.standard.is_empty() => {
            "; pixels scaled to mean 0 and standard deviation 1 in training"
        }
        _ => "",
    }
}

/// Notes for the user on numbers of `train` that are far from all others of their column; `label` is the name of the
/// target.
fn outlying_in(train: &Table, label: Option<&str>) -> Result<Vec<String>, Error> {
    let Values::Cells(cells) = &train.values else { return Ok(Vec::new()) };
    let target = match &train.labels {
        Labels::Numbers(numbers) => Some((label.unwrap_or(LAST), &numbers[..])),
        Labels::Classes(_) => None,
    };
    outlying(cells, target)
}

/// A note for the user on the number of `part` that is furthest from the numbers of `train`; `None` if no number is far
/// from these.
fn beyond_training(train: &Table, part: &Table, columns: Option<&Columns>) -> Option<String> {
    let (Values::Cells(train), Values::Cells(part)) = (&train.values, &part.values) else { return None };
    beyond(train, part, columns?)
}

/// A note for the user on the number of examples in `part` that have a category that does not occur in training; `None`
/// if there are no such examples. `name` is the name of the part in the note.
fn unseen(part: &Table, columns: Option<&Columns>, name: &str) -> Option<String> {
    let (Values::Cells(cells), Some(columns)) = (&part.values, columns) else { return None };
    let unseen = cells.unseen(columns);
    (unseen.rows > 0).then(|| format!("{} {name} {unseen}", unseen.rows))
}

fn described(table: &Table) -> String {
    let columns = |count: usize| if count == 1 { "1 column".to_owned() } else { format!("{count} columns") };
    match &table.values {
        Values::Images(_, shape) => {
            let planes = if shape.channels == 1 { "grey" } else { "colour" };
            format!("images of {}x{} pixels, {planes}", shape.width, shape.height)
        }
        Values::Sparse(rows) => {
            format!("{}, {:.2} % of the values nonzero", columns(table.width), 100.0 * rows.density())
        }
        Values::Cells(cells) => {
            let texts = cells.columns.iter().filter(|column| column.categories.is_some()).count();
            let numbers = cells.columns.len() - texts;
            match (numbers, texts) {
                (_, 0) => format!("{} of numbers", columns(numbers)),
                (0, _) => format!("{} of categories", columns(texts)),
                _ => format!("{} of numbers and {texts} of categories", columns(numbers)),
            }
        }
    }
}

fn shown_classes(classes: &[String]) -> String {
    let more = if classes.len() > 10 { ", ..." } else { "" };
    classes[..classes.len().min(10)].join(", ") + more
}

/// For [`Listing::Each`], the SHA-256 of each of `files`, keyed by the file's name relative to `path`; for
/// [`Listing::Together`], a single SHA-256 of the list of these checksums and names, sorted.
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
    use crate::own::table::{CellColumn, Cells, Source};
    use crate::{Csr, Inputs, PictureChoices, Row, Shape};
    use preprocessing::Notation;
    use std::sync::Arc;

    fn cells(count: usize) -> Cells {
        let column = |name: &str| CellColumn { name: name.to_owned(), categories: None, notation: Notation::default() };
        let rows = (0..count).flat_map(|k| [k as f64, 7.0]).collect();
        let source = Source { file: Path::new("t.csv").into(), lines: (1..=count as u32).collect() };
        Cells { rows, columns: Arc::new(vec![column("k"), column("seven")]), source }
    }

    fn found_in(tables: Parts<Table>) -> Found {
        let (files, notes) = (Vec::new(), vec!["no header, labels in the last column".to_owned()]);
        Found {
            tables,
            files,
            notes,
            label: None,
            unnamed: Some(3),
            sparse: None,
            pixels: None,
            listing: Listing::Each,
        }
    }

    /// A table of `count` rows: row k is (k, 7), and every fifth row, from row 0, is of class b.
    fn table(count: usize) -> Table {
        Table {
            values: Values::Cells(cells(count)),
            width: 2,
            labels: Labels::Classes((0..count).map(|k| u8::from(k % 5 == 0)).collect()),
            classes: vec!["a".to_owned(), "b".to_owned()],
            groups: Vec::new(),
        }
    }

    /// A table of `count` rows that alternate between the two classes.
    fn even(count: usize) -> Table {
        Table { labels: Labels::Classes((0..count).map(|k| (k % 2) as u8).collect()), ..table(count) }
    }

    fn made(validation: Option<Table>, test: Option<Table>, seed: u64) -> DataSet {
        let found = found_in(Parts { train: table(100), validation, test });
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
        let Inputs::Numbers(_) = data.splits.train.inputs() else { panic!("the inputs of a table must be numbers") };
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
    fn pixels_are_scaled_by_each_plane_of_the_training_part_as_chosen() {
        let shape = Shape { channels: 3, height: 1, width: 2 };
        let images = |count: usize, first: usize| Table {
            values: Values::Images(
                (0..6 * count).map(|k| (first + k * k % 97 + 50 * (k / 2 % 3)) as u8).collect(),
                shape,
            ),
            width: 6,
            ..even(count)
        };
        let with = |scaling: Scaling| {
            let pixels = PictureChoices { scaling, ..PictureChoices::default() }.pixels(shape, 255, None);
            let tables = Parts { train: images(20, 3), validation: Some(images(6, 40)), test: Some(images(6, 80)) };
            let data =
                data_set("own", Path::new("own"), Found { pixels: Some(pixels), ..found_in(tables) }, 1).unwrap();
            let Some(Preprocessing::Pixels(pixels)) = data.preprocessing() else {
                panic!("pictures must have the preprocessing of pixels")
            };
            let values = |part: &Examples| -> Vec<f32> {
                let mut values = Vec::new();
                (0..part.len()).for_each(|i| part.row(i).write(&mut values));
                values
            };
            (pixels, values(&data.splits.train), values(&data.splits.test))
        };
        let (unit, plain, test) = with(Scaling::Unit);
        assert!(unit.standard.is_empty() && unit.ground == 255 && plain.iter().all(|x| (0.0..=1.0).contains(x)));
        let (standard, train, other) = with(Scaling::Standard);
        for plane in 0..3 {
            let of = |values: &[f32]| -> Vec<f64> {
                values.chunks(2).skip(plane).step_by(3).flatten().map(|x| f64::from(*x)).collect()
            };
            let (exact, scaled) = (Standard::of(of(&plain).into_iter()), Standard::of(of(&train).into_iter()));
            assert!((exact.mean - standard.standard[plane].mean).abs() < 1e-6, "{exact:?}");
            assert!(scaled.mean.abs() < 1e-6 && (scaled.deviation - 1.0).abs() < 1e-6, "{scaled:?}");
            // Test pictures are scaled with the mean and standard deviation of the training pictures.
            assert!(of(&test).iter().zip(of(&other)).all(|(x, scaled)| (exact.scaled(*x) - scaled).abs() < 1e-5));
        }
        let (symmetric, values, _) = with(Scaling::Symmetric);
        assert_eq!(symmetric.lowest, -1.0);
        assert!(plain.iter().zip(values).all(|(x, y)| (2.0 * x - 1.0 - y).abs() < 1e-6));
    }

    #[test]
    fn too_few_examples_are_rejected() {
        let found = found_in(Parts { train: even(4), validation: None, test: None });
        let error = data_set("own", Path::new("own"), found, 1).unwrap_err().to_string();
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
        let found = found_in(tables);
        assert_eq!(counts(&data_set("own", Path::new("own"), found, 1).unwrap()), [[1, 1], [1, 1], [1, 1]]);
    }

    #[test]
    fn the_remaining_examples_keep_their_order_in_every_form() {
        let mut csr = Csr::new(2);
        (0..4).for_each(|k| csr.push([(0, k as f32), (1, 7.0)]));
        for values in
            [Values::Images((0..8).collect(), Shape::grey(1, 2)), Values::Cells(cells(4)), Values::Sparse(csr)]
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
