//! Tests of lines below the names that describe the columns, and of numbers far from all others.

use super::*;
use crate::{Choices, Format, load_own};

/// A table with the names a, b, c and kind, then the lines `below`, then 40 rows; column a of row k is `a(k)`.
fn table(below: &str, a: impl Fn(usize) -> String) -> String {
    let row = |k: usize| format!("{},{}.25,{},{}", a(k), k * k % 11, ["u", "v", "w"][k % 3], ["x", "y"][k % 2]);
    format!("a,b,c,kind\n{below}{}", lines(40, row))
}

fn usual(k: usize) -> String {
    format!("{}.5", k * k % 7)
}

#[test]
fn lines_that_describe_the_columns_are_passed_over_and_said() {
    let plain = found(&[&table("", usual)]);
    for (below, said) in [
        ("cm,kg,,\n", "line 2 passed over: it describes the columns (\"cm\", \"kg\") and is not an example"),
        ("(cm),,,\n", "line 2 passed over: it describes the columns (\"(cm)\") and is not an example"),
        (
            "cm,-,text,text\n",
            "line 2 passed over: it describes the columns (\"cm\", \"text\", \"text\") and is not an example",
        ),
        (
            "How tall?,How heavy?,Which?,What?\n{id: 1},{id: 2},{id: 3},{id: 4}\n",
            "lines 2 to 3 passed over: they describe the columns (\"How tall?\", \"How heavy?\", \"Which?\", \"What?\") and are not \
             examples",
        ),
    ] {
        let with = found(&[&table(below, usual)]);
        assert_eq!(with.tables, plain.tables, "{below}");
        assert!(with.notes.contains(&said.to_owned()), "{:?}", with.notes);
        let parts = found(&[&table(below, usual), &table(below, usual)]).tables;
        assert_eq!(parts.test.as_ref(), Some(&plain.tables.train), "{below}");
        let bare = found(&[&table(below, usual), &table("", usual)]).tables;
        assert_eq!(bare.test.as_ref(), Some(&plain.tables.train), "{below}");
    }
}

#[test]
fn an_example_without_numbers_describes_nothing() {
    for below in ["broken,,u,x\n", "broken,broken,new,y\n"] {
        let error = refused(&[&table(below, usual)]);
        let expected = "line 2: expected a finite number in column \"a\", found \"broken\"; write all numbers in the same notation";
        assert!(error.contains(expected), "{error}");
    }
}

/// The notes for the user on a data set of `files`, which are pairs of a name and a text, or the error.
fn said(files: &[(&str, &str)]) -> Result<Vec<String>, String> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let folder = tree(&files);
    let data = load_own(folder.path(), Format::Csv, &Choices::default(), 1).map_err(|e| e.to_string())?;
    Ok(data.found)
}

#[test]
fn a_number_far_from_all_others_is_said_or_refused_with_its_line() {
    let with = |number: &str| table("", |k| if k == 7 { number.to_owned() } else { usual(k) });
    let validation = table("", usual);
    let said_of = |train: &str| said(&[("train.csv", train), ("val.csv", &validation), ("test.csv", &validation)]);
    for number in ["9999", "-9999"] {
        let notes = said_of(&with(number)).unwrap();
        let expected =
            format!("{number} in line 9 is far from all other numbers in \"a\": correct the number, write NA");
        assert!(notes.iter().any(|note| note.starts_with(&expected)), "{notes:?}");
    }
    for number in ["1e30", "-1e300", "1e9"] {
        let error = said_of(&with(number)).unwrap_err();
        assert!(
            error.contains("train.csv, line 9: expected numbers in column \"a\" that 32 bits can tell apart"),
            "{error}"
        );
    }
    let often = table("", |k| if k % 8 == 7 { "-9999".to_owned() } else { usual(k) });
    let notes = said_of(&often).unwrap();
    let expected = "5 numbers in \"a\" are far from all others, the first being -9999 in line 9: correct";
    assert!(notes.iter().any(|note| note.starts_with(expected)), "{notes:?}");
    assert!(!said_of(&with("30.5")).unwrap().iter().any(|note| note.contains("far from")));
}

#[test]
fn a_number_of_another_part_that_training_is_far_from_is_said_or_refused_with_its_file_and_line() {
    let train = table("", usual);
    let test = |number: &str| table("", |k| if k == 7 { number.to_owned() } else { usual(k) });
    let said_of = |number: &str| said(&[("train.csv", &train), ("val.csv", &train), ("test.csv", &test(number))]);
    let notes = said_of("5000").unwrap();
    let has = |note: &String| note.starts_with("5000 in column \"a\" of ") && note.contains("test.csv, line 9, is ");
    assert!(notes.iter().any(has), "{notes:?}");
    let error = said_of("5e40").unwrap_err();
    assert!(error.contains("test.csv, line 9: expected a number within 1e15 standard deviations"), "{error}");
}

#[test]
fn a_target_far_from_all_others_is_refused_and_a_constant_one_too() {
    let with =
        |target: &dyn Fn(usize) -> String| format!("a,price\n{}", lines(60, |k| format!("{},{}", usual(k), target(k))));
    let far = with(&|k| if k == 7 { "1e30".to_owned() } else { format!("{}.75", k * k) });
    let error = said(&[("train.csv", &far), ("val.csv", &far), ("test.csv", &far)]).unwrap_err();
    assert!(error.contains("train.csv, line 9: expected numbers in column \"price\" that 32 bits"), "{error}");
    let constant = with(&|_| "7.5".to_owned());
    let error = refused(&[&constant]);
    assert!(
        error.contains(
            "expected at least 2 different values in the label column, taken to be \"price\", found only class 7.5;"
        ),
        "{error}"
    );
}

#[test]
fn numbered_columns_behind_an_unnamed_index_are_names() {
    let text =
        format!(",0,1,2\n{}", lines(40, |k| format!("{k},{},{}.25,{}", usual(k), k * k % 11, ["x", "y"][k % 2])));
    let found = found(&[&text]);
    assert_eq!(names(&found.tables.train), ["0", "1"]);
    let said = "column \"column 1\" left out: it numbers the rows; name it with --only to keep it";
    assert!(found.notes.contains(&said.to_owned()), "{:?}", found.notes);
}
