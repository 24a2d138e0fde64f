//! Tests of which columns are used, and of which choices and rows are refused.

use super::*;

fn choices(label: &str, group: &str, drop: &[&str], only: &[&str]) -> TableChoices {
    let some = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    TableChoices { label: some(label), group: some(group), drop: all(drop), only: all(only), ..TableChoices::default() }
}

#[test]
fn names_that_occur_twice_are_refused_with_both_places() {
    let error = refused(&["x,y,x,label\n1,2,3,a\n4,5,6,b"]);
    assert!(
        error
            .contains("line 1: expected a different name for each column, found \"x\" as the name of columns 1 and 3;")
    );
    let named =
        refused(&[&format!("x,x,label\n{}", lines(12, |k| format!("r{k},{},{k}.5,{}", k % 7, ["a", "b"][k % 2])))]);
    assert!(named.contains("found \"x\" as the name of columns 2 and 3;"), "{named}");
    let test = refused(&["x,y,label\n1,2,a\n4,5,b", "x,y,x,label\n1,2,3,a"]);
    assert!(test.contains("test.csv, line 1: expected one column called \"x\", found columns 1 and 3;"), "{test}");
    assert_eq!(names(&found(&["x,y,label\n1,2,a\n4,5,b", "x,y,z,z,label\n1,2,3,4,a"]).tables.train), ["x", "y"]);
}

#[test]
fn a_label_is_never_a_text_that_stands_for_no_value() {
    let text =
        format!("a,label\n{}", lines(70, |k| format!("{k}.5,{}", ["x", "?", "y", "NA", "None", "null", ""][k % 7])));
    let found = found(&[&text]);
    assert_eq!(found.tables.train.classes, ["x", "y"]);
    let expected = "50 rows without a value in \"label\" (missing values: \"?\", \"NA\", \"None\", \"null\") left out";
    assert!(found.notes.iter().any(|note| note == expected), "{:?}", found.notes);
}

#[test]
fn choices_that_contradict_one_another_are_refused() {
    let text = format!("a,b,who,label\n{}", lines(20, |k| format!("{k}.5,{k}.25,p{},{}", k % 4, ["x", "y"][k % 2])));
    for (choices, expected) in [
        (choices("", "", &["LABEL"], &[]), "expected a column of labels that is kept, found \"label\" in --drop;"),
        (choices("a", "", &["a"], &[]), "expected a column of labels that is kept, found \"a\" in --drop;"),
        (choices("", "label", &[], &[]), "expected groups in another column than the labels, found \"label\" as both;"),
        (choices("", "", &["a"], &["a", "b"]), "expected a column either in --only or in --drop, found \"a\" in both;"),
        (choices("", "", &["c"], &[]), "expected a column called \"c\", found \"a\", \"b\", \"who\", \"label\";"),
    ] {
        let error = refused_with(&[&text], &choices);
        assert!(error.contains(expected), "{error}");
    }
    let only = choices("", "who", &[], &["b", "label"]);
    assert_eq!(names(&found_with(&[text.as_bytes()], &only).unwrap().tables.train), ["b"]);
}

#[test]
fn every_row_has_a_group() {
    let text =
        format!("a,who,label\n{}", lines(20, |k| format!("{k}.5,{},{}", ["p", "q", ""][k % 3], ["x", "y"][k % 2])));
    let error = refused_with(&[&text], &choices("", "who", &[], &[]));
    assert!(
        error.contains("line 4: expected a group in column \"who\", found no value; give every row a group"),
        "{error}"
    );
}

#[test]
fn quantities_that_count_up_are_inputs() {
    for (name, kept) in [("year", true), ("Hour_of_day", true), ("day", true), ("id", false), ("k", false), ("", false)]
    {
        let text =
            format!("{name},a,label\n{}", lines(30, |k| format!("{},{}.5,{}", 1990 + k, k * k % 7, ["x", "y"][k % 2])));
        let found = found(&[&text]);
        assert_eq!(names(&found.tables.train).len(), if kept { 2 } else { 1 }, "{name}");
        assert_eq!(found.notes.iter().any(|note| note.contains("name it with --only to keep it")), !kept);
    }
}

#[test]
fn identifiers_are_left_out_and_codes_are_said() {
    let row = |k: usize| format!("{},{:05},{}.5,{}", 1000 + k * 37 % 997, k % 3 * 5, k * k % 7, ["x", "y"][k % 2]);
    for (name, kept) in [("PassengerId", false), ("customer_id", false), ("weight", true)] {
        let found = found(&[&format!("{name},town,a,label\n{}", lines(30, row))]);
        assert_eq!(names(&found.tables.train).contains(&name), kept);
        let said = "it has a different whole number in every row; name it with --only to keep it";
        assert_eq!(found.notes.iter().any(|note| note.ends_with(said)), !kept, "{:?}", found.notes);
        assert!(found.notes.iter().any(|note| note.starts_with("\"town\" holds numbers with leading zeros")));
    }
}

#[test]
fn empty_columns_at_the_end_are_no_labels() {
    let row = |k: usize| format!("{}.5,{},,\n", k * k % 7, ["x", "y"][k % 2]);
    let found = found(&[&format!("a,kind,,\n{}", (0..30).map(row).collect::<String>())]);
    assert_eq!(
        (names(&found.tables.train), &found.tables.train.classes[..]),
        (vec!["a"], &["x".to_owned(), "y".to_owned()][..])
    );
    let rows = (0..30).map(|k| row(k).replace(",,", ",")).collect::<String>();
    assert_eq!(names(&self::found(&[&format!("a,kind\n{rows}")]).tables.train), ["a"]);
}

#[test]
fn a_single_line_is_no_table() {
    for text in ["a,b,kind\n", "1,2,x"] {
        let error = refused(&[text]);
        assert!(error.contains("line 1: expected examples below the first line, found none; give a table"), "{error}");
    }
}

#[test]
fn names_in_quotes_may_have_two_lines() {
    let text =
        format!("\"a\n(cm)\",b,kind\n{}", lines(30, |k| format!("{k}.5,{}.25,{}", k * k % 7, ["x", "y"][k % 2])));
    assert_eq!(names(&train(&text)), ["a\n(cm)", "b"]);
}

#[test]
fn whole_numbers_that_are_all_days_are_dates() {
    let day = |k: usize| 20_240_100 + 100 * (k / 28) + k % 28 + 1;
    let table = |name: &str, day: &dyn Fn(usize) -> String| {
        format!("{name},size,label\n{}", lines(40, |k| format!("{},{},{}", day(k), k * k % 17, ["a", "b"][k % 2])))
    };
    let ascending = table("when", &|k| day(k).to_string());
    let shuffled = table("visit", &|k| if k == 3 { String::new() } else { format!("{}.0", day(k * 7 % 40)) });
    for (text, name, day) in [(&ascending, "when", "20240101"), (&shuffled, "visit", "20240101.0")] {
        let found = found(&[text]);
        assert_eq!(names(&found.tables.train), [name, "size"]);
        let expected = format!("{name:?} holds dates such as {day:?}, which are taken as quantities: give year, month");
        assert!(found.notes.iter().any(|note| note.starts_with(&expected)), "{:?}", found.notes);
    }
    let numbers = table("part", &|k| (20_240_100 + k * k % 41).to_string());
    assert_eq!(names(&found(&[&numbers]).tables.train), ["part", "size"]);
    let last = format!("size,when\n{}", lines(40, |k| format!("{},{}", k * k % 17, day(k))));
    assert!(refused(&[&last]).contains("classes or numbers in the label column, taken to be \"when\", found"));
}

#[test]
fn categories_that_differ_only_in_case_are_named() {
    let text = format!(
        "paid,town,size,label\n{}",
        lines(60, |k| format!(
            "{},{},{},{}",
            ["Yes", "yes", "no"][k % 3],
            ["Ulm", "Bonn"][k % 2],
            k * k % 17,
            ["a", "b"][k % 2]
        ))
    );
    let folder = tree(&[("t.csv", text.as_bytes())]);
    let data = crate::load_own(folder.path(), crate::Format::Csv, &crate::Choices::default(), 1).unwrap();
    let said: Vec<&String> = data.found.iter().filter(|line| line.contains("differ only")).collect();
    let expected = "column \"paid\" has categories that differ only in upper and lower case (\"Yes\", \"yes\") and are kept apart: \
                    write them alike if they are one category";
    assert_eq!(said, [expected]);
}
