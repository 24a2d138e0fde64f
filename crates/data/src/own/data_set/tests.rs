use super::*;
use crate::own::parts::Parts;
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
    Found { tables, files, notes, label: None, unnamed: Some(3), sparse: None, pixels: None, listing: Listing::Each }
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
fn images_that_are_nearly_black_are_named() {
    let images = |highest: usize| {
        let pixels = (0..400).map(|k| (k % 5 * highest / 4) as u8).collect();
        Table { values: Values::Images(pixels, Shape::grey(2, 2)), width: 4, ..even(100) }
    };
    assert_eq!(dim(&images(255)), None);
    assert_eq!(dim(&images(0)), None);
    let said = dim(&images(16)).unwrap();
    assert!(
        said.starts_with(
            "the training images have only values from 0 to 16, on a scale of 0 to 255, and are nearly black:"
        ),
        "{said}"
    );
    assert_eq!(dim(&table(10)), None);
}

#[test]
fn pixels_are_scaled_by_each_plane_of_the_training_part_as_chosen() {
    let shape = Shape { channels: 3, height: 1, width: 2 };
    let images = |count: usize, first: usize| Table {
        values: Values::Images((0..6 * count).map(|k| (first + k * k % 97 + 50 * (k / 2 % 3)) as u8).collect(), shape),
        width: 6,
        ..even(count)
    };
    let with = |scaling: Scaling| {
        let pixels = PictureChoices { scaling, ..PictureChoices::default() }.pixels(shape, 255, None);
        let tables = Parts { train: images(20, 3), validation: Some(images(6, 40)), test: Some(images(6, 80)) };
        let data = data_set("own", Path::new("own"), Found { pixels: Some(pixels), ..found_in(tables) }, 1).unwrap();
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
    for values in [Values::Images((0..8).collect(), Shape::grey(1, 2)), Values::Cells(cells(4)), Values::Sparse(csr)] {
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
