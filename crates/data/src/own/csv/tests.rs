use super::*;
use crate::synthetic::{gzip, tree};
use proptest::prelude::*;

fn found(texts: &[&[u8]]) -> Result<Found, Error> {
    let files: Vec<_> = ["train.csv", "test.csv"].into_iter().zip(texts.iter().copied()).collect();
    read(tree(&files).path())
}

fn written(texts: &[&[u8]]) -> Result<Parts<Table>, Error> {
    Ok(found(texts)?.tables)
}

fn train(text: &str) -> Table {
    written(&[text.as_bytes()]).unwrap().train
}

fn refused(texts: &[&str]) -> String {
    let texts: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    written(&texts).unwrap_err().to_string()
}

/// The inputs, labels and classes of `table`.
fn parts_of(table: &Table) -> (&[f32], &[u8], Vec<&str>) {
    let Values::Numbers(values) = &table.values else { panic!("tables hold numbers") };
    (values, &table.labels, table.classes.iter().map(String::as_str).collect())
}

#[test]
fn without_a_header_the_last_column_is_the_label() {
    let table = train("1,2.5,10\n-3e1, 4 ,9\n\n0,0,10");
    assert_eq!(parts_of(&table), (&[1.0, 2.5, -30.0, 4.0, 0.0, 0.0][..], &[1, 0, 1][..], vec!["9", "10"]));
    assert_eq!(table.width, 2);
}

#[test]
fn a_header_names_the_label_whatever_its_letters_and_place() {
    for text in
        ["Label,a,b\nx,1,2\ny,3,4\n", "y,label,b\n1,x,2\n3,y,4\n", "0,1,CLASS\n1,2,x\n3,4,y", "a,b,c\n1,2,x\n3,4,y"]
    {
        let table = train(text);
        assert_eq!(parts_of(&table), (&[1.0, 2.0, 3.0, 4.0][..], &[0, 1][..], vec!["x", "y"]), "{text}");
    }
}

#[test]
fn a_first_label_y_is_no_header() {
    assert_eq!(parts_of(&train("1,y\n2,n\n")), (&[1.0, 2.0][..], &[1, 0][..], vec!["n", "y"]));
}

#[test]
fn semicolons_tabs_quotes_and_gzip_are_understood() {
    let expected = train("1,2,b\n3,4,a");
    assert_eq!(train("1;2;b\r\n3;4;a\r\n"), expected);
    assert_eq!(train("1\t2\tb\n3\t4\ta"), expected);
    assert_eq!(train("\"1\",\"2\",\"b\"\n3,\"4\",a"), expected);
    assert_eq!(train("\u{feff}\"p,q\",r,\"the \"\"s\"\"\"\n1,2,b\n3,4,a"), expected);
    assert_eq!(written(&[&gzip(b"1,2,b\n3,4,a")]).unwrap().train, expected);
}

#[test]
fn other_fields_than_numbers_are_reported_with_line_and_column() {
    for (text, expected) in [
        ("a,b,c\n1,2,x\n\n1,,y", "line 4: expected a finite number in column 2 (\"b\"), found \"\"; give each input"),
        ("1,2,x\n1,nan,y", "line 2: expected a finite number in column 2, found \"nan\";"),
        ("1,2,x\n-inf,2,y", "line 2: expected a finite number in column 1, found \"-inf\";"),
        ("1,2,x\n1e39,2,y", "line 2: expected a finite number in column 1, found \"1e39\";"),
        ("1,2,x\n\"1,5\",2,y", "line 2: expected a finite number in column 1, found \"1,5\";"),
    ] {
        let error = refused(&[text]);
        assert!(error.contains("train.csv, ") && error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn a_first_line_that_mixes_numbers_and_others_is_rejected_with_its_column() {
    for (text, column, field) in [
        ("nan,1,a", 1, "nan"),
        ("NA,1,a", 1, "NA"),
        ("1,?,a", 2, "?"),
        ("inf,1,a", 1, "inf"),
        ("1,,a", 2, ""),
        ("setosa,1,2", 1, "setosa"),
        ("label,1,x", 3, "x"),
        ("?,nan,a", 1, "?"),
        ("1,1,label,b", 4, "b"),
    ] {
        let error = refused(&[&format!("{text}\n1,2,b\n3,4,a")]);
        let remedy =
            if missing(field) { "missing values are not supported; fill" } else { "give each input as a number;" };
        let expected = format!(
            "train.csv, line 1: expected names in all columns or a finite number in column {column}, found {field:?}; {remedy}"
        );
        assert!(error.contains(&expected), "{text}: {error}");
    }
}

#[test]
fn a_first_example_of_a_class_named_label_is_no_header() {
    let table = train("0.5,1,label\n2,3,b\n4,5,label");
    assert_eq!(parts_of(&table), (&[0.5, 1.0, 2.0, 3.0, 4.0, 5.0][..], &[1, 0, 1][..], vec!["b", "label"]));
    assert_eq!(train("1,label\n2,b").labels, [1, 0]);
}

#[test]
fn names_may_look_like_missing_values_beside_others() {
    assert_eq!(train("RI,Na,type\n1,2,x\n3,4,y").labels, [0, 1]);
    assert_eq!(train("Na,class\n1,x\n3,y").labels, [0, 1]);
}

#[test]
fn the_interpretation_of_the_first_line_is_reported() {
    let described = |text: &str| found(&[text.as_bytes()]).unwrap().labels.unwrap();
    assert_eq!(described("Class,a\nx,1\ny,2"), "first line taken as column names, labels in column \"Class\"");
    assert_eq!(described("1,x\n2,y"), "no header, labels in the last column");
}

#[test]
fn control_characters_are_not_a_class() {
    for label in ["a\0", "a\u{1b}[31mb"] {
        let error = refused(&[&format!("1,x\n2,{label}")]);
        assert!(error.contains("line 2: expected a label of UTF-8 text without control characters in"), "{error}");
    }
}

#[test]
fn rows_of_unequal_width_are_reported_with_their_line() {
    let error = refused(&["1,2,x\n1,2,3,y"]);
    assert!(error.contains("line 2: expected 3 fields as in the first line, found 4; give every example"), "{error}");
    let quote = refused(&["1,2,x\n1,2,\"y\n1,2,z"]);
    assert!(quote.contains("line 2: expected fields that end on their line, found an unclosed quote;"), "{quote}");
    assert!(refused(&["label\n1\n2"]).contains("line 1: expected an input and a label, found one field;"));
    assert!(refused(&["\n\n"]).contains("line 3: expected fields separated by commas, found an empty file;"));
}

#[test]
fn the_classes_are_2_to_256_in_the_column_that_was_taken_for_the_label() {
    let prices: Vec<String> = (0..300).map(|k| format!("1,{k}.5")).collect();
    let many = refused(&[&format!("size,price\n{}", prices.join("\n"))]);
    assert!(
        many.ends_with(
            "line 258: expected at most 256 classes in the label column, taken to be column 2 (\"price\"), \
             found \"256.5\"; name the label column label, class, target or y in a header"
        ),
        "{many}"
    );
    let one = refused(&["7,1,0\n8,3,0\n"]);
    assert!(
        one.contains(
            "line 3: expected at least 2 classes in the label column, taken to be column 3, found only class 0;"
        ),
        "{one}"
    );
    assert!(refused(&["a,b"]).contains("found none;"));
    assert!(
        refused(&["1,2,x\n1,2,"])
            .contains("line 2: expected a label of UTF-8 text without control characters in the label column")
    );
    assert!(written(&[b"1,2,x\n1,2,\xff"]).unwrap_err().to_string().contains("found \"\u{fffd}\";"));
}

#[test]
fn a_header_names_every_column() {
    let error = refused(&[",a,label\n0,1,x\n1,2,y"]);
    assert!(
        error.contains("line 1: expected a name for each column in the header, found none for column 1;"),
        "{error}"
    );
}

#[test]
fn a_test_file_has_the_columns_and_classes_of_training() {
    let first: &[u8] = b"label,a,b\nx,1,2\ny,3,4\nz,5,6";
    let same = Table { ..written(&[first, b"label,a,b\nz,7,8"]).unwrap().test.unwrap() };
    assert_eq!(parts_of(&same), (&[7.0, 8.0][..], &[2][..], vec!["x", "y", "z"]));
    assert_eq!(written(&[first, b"z;7;8"]).unwrap().test.unwrap(), same);
    assert_eq!(written(&[b"1,2,x\n1,2,y", b"a,b,c\n3,4,y"]).unwrap().test.unwrap().labels, [1]);
    for (test, expected) in [
        ("a,b\n1,2", "line 1: expected the columns of "),
        ("a,b\n1,2", "train.csv, found 2 instead of 3; give every file the same columns"),
        ("label,b,a\nx,1,2", "found column 2 (\"b\") instead of column 2 (\"a\");"),
        (
            "label,a,b\nw,1,2",
            "test.csv, line 2: expected a class of the training examples (x, y, z) in the label column",
        ),
        ("label,a,b\n", "test.csv, line 2: expected an example, found none;"),
    ] {
        let error = written(&[first, test.as_bytes()]).unwrap_err().to_string();
        assert!(error.contains("test.csv, ") && error.contains(expected), "{test}: {error}");
    }
    let moved = refused(&["1,2,x\n1,2,y", "label,a,b\nx,1,2"]);
    assert!(moved.contains("found column 1 (\"label\") instead of column 1;"), "{moved}");
}

#[test]
fn a_cut_gzip_file_is_rejected() {
    let whole = gzip(b"1,x\n2,y\n");
    let error = written(&[&whole[..whole.len() - 4]]).unwrap_err().to_string();
    assert!(error.contains("expected a whole gzip stream"), "{error}");
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_or_rejected(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = written(&[&bytes]);
    }

    #[test]
    fn lines_of_its_letters_are_read_or_rejected(text in "([0-9a.\" -]{0,3}[,;\t\n\r]){0,30}", test in "([0-9a\"]{0,2}[,\n]){0,10}") {
        if let Ok(parts) = written(&[text.as_bytes(), test.as_bytes()]) {
            let (values, labels, _) = parts_of(&parts.train);
            prop_assert_eq!(values.len(), labels.len() * parts.train.width);
        }
    }

    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec((-1e6f32..1e6, "[a-z\",; ]{0,4}[a-z]"), 1..20)) {
        let field = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let lines: Vec<String> = rows.iter().map(|(value, label)| format!("{value},{}", field(label))).collect();
        // The header has commas, so labels may contain tabs and semicolons.
        let table = train(&format!("input,label\n0,a\n0,b\n{}", lines.join("\n")));
        let (values, labels, classes) = parts_of(&table);
        for (k, (value, label)) in rows.iter().enumerate() {
            prop_assert_eq!((values[k + 2], classes[usize::from(labels[k + 2])]), (*value, label.trim()));
        }
    }
}
