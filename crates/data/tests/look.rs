//! Tests of the statistics that loading the user's own data collects.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use data::{Choices, Format, Look, load_own};

/// The statistics of a table with the rows `train` for training, and one row of each class for validation and for test.
fn look(train: &[&str]) -> Look {
    let folder = tempfile::tempdir().unwrap();
    let table = |rows: &[&str]| format!("size,colour,kind\n{}\n", rows.join("\n"));
    let few = ["1.5,red,a", "2.5,blue,b"];
    for (name, rows) in [("train", train), ("validation", &few), ("test", &few)] {
        files::write(&folder.path().join(format!("{name}.csv")), table(rows).as_bytes()).unwrap();
    }
    load_own(folder.path(), Format::Csv, &Choices::default(), 1).unwrap().look.unwrap()
}

#[test]
fn missing_values_of_each_column_are_counted_in_training() {
    let rows = ["1,red,a", ",blue,a", "3,,b", "NA,red,b", "5,?,a", "6,blue,b", "?,red,a"];
    let look = look(&rows.repeat(10));
    let missing: Vec<(&str, usize)> =
        look.columns.iter().map(|(column, missing)| (column.name.as_str(), *missing)).collect();
    assert_eq!(missing, [("size", 30), ("colour", 20)]);
    assert_eq!(look.classes, [("a".to_owned(), [40, 1, 1]), ("b".to_owned(), [30, 1, 1])]);
}

#[test]
fn the_first_of_equally_frequent_classes_is_the_constant_answer() {
    let even = look(&["1,red,a", "2,blue,b", "3,red,a", "4,blue,b"]);
    assert_eq!(even.baseline_error(), Some(0.5));
    let equal = look(&["1.5,red,a", "2,blue,b", "2.5,blue,b"]);
    assert_eq!((equal.baseline_error(), equal.repeated), (Some(0.5), [2, 2]));
}
