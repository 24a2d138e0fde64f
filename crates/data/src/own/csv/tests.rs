use super::*;
use crate::synthetic::{gzip, tree};
use proptest::prelude::*;

mod columns;
mod descriptions;
mod notations;

fn found_with(texts: &[&[u8]], choices: &TableChoices) -> Result<Found, Error> {
    let files: Vec<_> = ["train.csv", "test.csv"].into_iter().zip(texts.iter().copied()).collect();
    read(tree(&files).path(), choices)
}

fn found(texts: &[&str]) -> Found {
    let texts: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    found_with(&texts, &TableChoices::default()).unwrap()
}

fn train(text: &str) -> Table {
    found(&[text]).tables.train
}

fn refused_with(texts: &[&str], choices: &TableChoices) -> String {
    let texts: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    found_with(&texts, choices).err().map_or_else(|| panic!("{texts:?} must be refused"), |error| error.to_string())
}

fn refused(texts: &[&str]) -> String {
    refused_with(texts, &TableChoices::default())
}

/// The cells, the labels and the names of the classes in `table`.
fn parts_of(table: &Table) -> (&[f64], &[u8], Vec<&str>) {
    let (Values::Cells(cells), Labels::Classes(labels)) = (&table.values, &table.labels) else {
        panic!("the table must have cells and classes")
    };
    (&cells.rows, labels, table.classes.iter().map(String::as_str).collect())
}

fn names(table: &Table) -> Vec<&str> {
    let Values::Cells(cells) = &table.values else { panic!("the values of a table must be cells") };
    cells.columns.iter().map(|column| column.name.as_str()).collect()
}

/// The lines that `line` returns for 0 to `count - 1`, each with a line end.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(|k| line(k) + "\n").collect()
}

#[test]
fn without_a_header_the_last_column_is_the_label() {
    let table = train("1,2.5,10\n-3e1, 4 ,9\n\n0,0,10");
    assert_eq!(parts_of(&table), (&[1.0, 2.5, -30.0, 4.0, 0.0, 0.0][..], &[1, 0, 1][..], vec!["9", "10"]));
    assert_eq!(names(&table), ["column 1", "column 2"]);
}

#[test]
fn a_header_names_the_label_whatever_its_letters_and_place() {
    for text in
        ["Label,a,b\nx,1,2\ny,3,4\n", "y,label,b\n1,x,2\n3,y,4\n", "a,b,CLASS\n1,2,x\n3,4,y", "a,b,c\n1,2,x\n3,4,y"]
    {
        let table = train(text);
        assert_eq!(parts_of(&table), (&[1.0, 2.0, 3.0, 4.0][..], &[0, 1][..], vec!["x", "y"]), "{text}");
    }
}

#[test]
fn tables_are_the_same_in_every_dialect() {
    let expected = train("1,2,b\n3,4,a");
    for text in
        ["1;2;b\r\n3;4;a\r\n", "1\t2\tb\n3\t4\ta", "\"1\",\"2\",\"b\"\n3,\"4\",a", "1|2|b\r3|4|a", "1 2  b\n 3 4 a"]
    {
        assert_eq!(train(text), expected, "{text:?}");
    }
    assert_eq!(found_with(&[&gzip(b"1,2,b\n3,4,a")], &TableChoices::default()).unwrap().tables.train, expected);
}

#[test]
fn texts_are_categories_and_gaps_are_allowed() {
    let text = format!(
        "island,mass,sex,species\n{}",
        lines(20, |k| {
            format!(
                "{},{},{},{}",
                ["Dream", "Biscoe"][k % 2],
                if k == 3 { "NA".to_owned() } else { k.to_string() + ".5" },
                ["male", "female", ""][k % 3],
                ["a", "b"][k / 10]
            )
        })
    );
    let table = train(&text);
    assert_eq!(names(&table), ["island", "mass", "sex"]);
    let Values::Cells(cells) = &table.values else { panic!() };
    assert_eq!(cells.columns[0].categories.as_deref(), Some(&["Dream".to_owned(), "Biscoe".to_owned()][..]));
    assert_eq!(cells.columns[1].categories, None);
    assert!(cells.rows[3 * 3 + 1].is_nan() && cells.rows[2 * 3 + 2].is_nan());
}

#[test]
fn columns_that_carry_nothing_are_left_out_and_said() {
    let text =
        format!("id,name,empty,a,label\n{}", lines(30, |k| format!("{k},n{k},,{}.5,{}", k * k % 7, ["x", "y"][k % 2])));
    let found = found(&[&text]);
    assert_eq!(names(&found.tables.train), ["a"]);
    let notes = found.notes.join("\n");
    for expected in [
        "column \"id\" left out: it numbers the rows",
        "column \"name\" left out: it has 30 different texts in 30 rows",
        "column \"empty\" left out: every value is missing",
    ] {
        assert!(notes.contains(expected), "{notes}");
    }
    let only = TableChoices { only: vec!["id".to_owned(), "a".to_owned()], ..TableChoices::default() };
    assert_eq!(names(&found_with(&[text.as_bytes()], &only).unwrap().tables.train), ["id", "a"]);
}

#[test]
fn the_user_chooses_label_inputs_and_groups() {
    let text =
        format!("who,a,b,kind\n{}", lines(20, |k| format!("p{},{k}.5,{},{}", k % 5, k % 2, ["x", "y", "z"][k % 3])));
    let choices = TableChoices {
        label: Some("b".to_owned()),
        drop: vec!["kind".to_owned()],
        group: Some("WHO".to_owned()),
        ..TableChoices::default()
    };
    let found = found_with(&[text.as_bytes()], &choices).unwrap();
    let table = &found.tables.train;
    assert_eq!((names(table), &table.classes[..]), (vec!["a"], &["0".to_owned(), "1".to_owned()][..]));
    assert_eq!(table.groups[..6], [0, 1, 2, 3, 4, 0]);
    let unknown = TableChoices { label: Some("c".to_owned()), ..TableChoices::default() };
    let error = refused_with(&[&text], &unknown);
    assert!(error.contains("expected a column called \"c\", found \"who\", \"a\", \"b\", \"kind\";"), "{error}");
    let third = TableChoices { label: Some("3".to_owned()), ..choices };
    assert_eq!(found_with(&[text.as_bytes()], &third).unwrap().tables.train.classes.len(), 2);
}

#[test]
fn numbers_are_classes_if_few_and_else_predicted() {
    let task = |text: &str| match train(text).labels {
        Labels::Classes(_) => Task::Classification,
        Labels::Numbers(_) => Task::Regression,
    };
    let table = |target: &dyn Fn(usize) -> String| {
        format!("a,price\n{}", lines(60, |k| format!("{}.25,{}", k * k % 17, target(k))))
    };
    assert_eq!(task(&table(&|k| format!("{}.75", k * k))), Task::Regression);
    assert_eq!(task(&table(&|k| (k * 37 % 1000).to_string())), Task::Regression);
    assert_eq!(task(&table(&|k| (k % 2 * 7).to_string())), Task::Classification);
    assert_eq!(task(&table(&|k| (k % 5).to_string())), Task::Classification);
    assert_eq!(task(&table(&|k| format!("00{}", k % 3 * 5))), Task::Classification);
    let either = table(&|k| (3 + k % 6).to_string());
    let error = refused(&[&either]);
    assert!(
        error.contains("either classes or a number to predict in \"price\", found 6 different whole numbers"),
        "{error}"
    );
    for task in [Task::Classification, Task::Regression] {
        let choices = TableChoices { task: Some(task), ..TableChoices::default() };
        let found = found_with(&[either.as_bytes()], &choices).unwrap();
        assert_eq!(matches!(found.tables.train.labels, Labels::Numbers(_)), task == Task::Regression);
    }
}

#[test]
fn another_column_that_can_be_the_label_is_asked_about() {
    let one_hot = format!("a,is_x,is_y\n{}", lines(40, |k| format!("{}.5,{},{}", k * k % 7, k % 2, 1 - k % 2)));
    let region = format!(
        "region,2019,2020\n{}",
        lines(40, |k| format!("{},{}.5,{}.25", ["n", "s"][k % 2], k * k % 7, k * k % 11))
    );
    for (text, rivals) in [(one_hot, "\"is_x\" as well as \"is_y\""), (region, "\"region\" as well as \"2020\"")] {
        let error = refused(&[&text]);
        assert!(error.contains(&format!("expected one column that can be the label, found {rivals}; name")), "{error}");
    }
}

#[test]
fn labels_are_the_text_that_the_file_has() {
    let text = "a,label\n1.5,cafe\u{301}\n2.5,caf\u{e9}\n3.5,01000\n4.5,1000\n5.5,yes\n6.5,Yes";
    assert_eq!(train(text).classes, ["01000", "1000", "Yes", "caf\u{e9}", "yes"]);
}

#[test]
fn dates_and_other_notations_are_refused_by_column_and_line() {
    let table = |field: &str, other: &str| {
        format!(
            "a,b,label\n{}",
            lines(20, |k| format!("{k}.5,{},{}", if k == 3 { field } else { other }, ["x", "y"][k % 2]))
        )
    };
    for (field, other, expected) in [
        (
            "\"1,5\"",
            "2.5",
            "line 5: expected a finite number in column \"b\", found \"1,5\"; write all numbers in the same notation",
        ),
        ("inf", "2.5", "line 5: expected a finite number in column \"b\", found \"inf\";"),
        ("x", "2.5", "line 5: expected a finite number in column \"b\", found \"x\";"),
        (
            "2024-01-31",
            "2024-02-01",
            "line 2: expected numbers or categories in column \"b\", found \"2024-02-01\"; give year",
        ),
    ] {
        let error = refused(&[&table(field, other)]);
        assert!(error.contains("train.csv, ") && error.contains(expected), "{error}");
    }
}

#[test]
fn rows_of_unequal_width_are_reported_with_their_line() {
    let error = refused(&["1,2,x\n1,2,3,y\n1,2,z\n1,2,z"]);
    assert!(error.contains("line 2: expected 3 fields as in the first line, found 4; give every example"), "{error}");
    let quote = refused(&["1,2,x\n1,2,x\n1,2,\"y\n1,2,z"]);
    assert!(quote.contains("line 3: expected an end of each quoted field, found none in the last record"), "{quote}");
    assert!(refused(&["\n\n"]).contains("expected fields separated by commas, found an empty file;"));
}

#[test]
fn rows_may_be_named_as_r_writes_them() {
    let text = format!("a,label\n{}", lines(12, |k| format!("r{k},{}.5,{}", k * k % 5, ["x", "y"][k % 2])));
    let table = train(&text);
    assert_eq!((names(&table), table.classes.len()), (vec!["a"], 2));
}

#[test]
fn there_are_2_to_256_classes() {
    let many = refused(&[&format!("size,label\n{}", lines(300, |k| format!("{k}.5,c{k}")))]);
    assert!(
        many.contains(
            "line 258: expected at most 256 classes in the label column, taken to be \"label\", found \"c256\";"
        ),
        "{many}"
    );
    let one = refused(&["7,1,0\n8,3,0\n"]);
    assert!(
        one.contains(
            "expected at least 2 different values in the label column, taken to be \"column 3\", found only class 0;"
        ),
        "{one}"
    );
}

#[test]
fn examples_without_a_label_are_left_out_and_counted() {
    let found = found(&["a,label\n1,x\n2,\n3,y\n4,x\n5,"]);
    assert_eq!(parts_of(&found.tables.train).1, [0, 1, 0]);
    assert!(found.notes.iter().any(|note| note == "2 rows without a value in \"label\" left out"), "{:?}", found.notes);
}

#[test]
fn a_test_file_has_the_columns_of_training_by_name() {
    let first = "label,a,b\nx,1,2\ny,3,4\nz,5,6";
    let test = |text: &str| found(&[first, text]).tables.test.unwrap();
    let same = test("label,a,b\nz,7,8");
    assert_eq!(parts_of(&same), (&[7.0, 8.0][..], &[2][..], vec!["x", "y", "z"]));
    for text in ["b,note,label,a\n8,?,z,7", "z;7;8", "a\tb\tlabel\n7\t8\tz"] {
        assert_eq!(test(text), same, "{text}");
    }
    assert_eq!(parts_of(&found(&["1,2,x\n1,3,y", "a,b,c\n3,4,y"]).tables.test.unwrap()).1, [1]);
    for (test, expected) in [
        (
            "a,b\n1,2",
            "line 1: expected the columns of training, among them \"label\", found \"a\", \"b\"; give every file",
        ),
        ("label,a,b\nw,1,2", "line 2: expected a class of the training examples (x, y, z) in the label column"),
        ("label,a,b\n", "expected an example, found none;"),
    ] {
        let error = refused(&[first, test]);
        assert!(error.contains("test.csv") && error.contains(expected), "{test}: {error}");
    }
}

#[test]
fn a_cut_gzip_file_is_rejected() {
    let whole = gzip(b"1,x\n2,y\n");
    let error = found_with(&[&whole[..whole.len() - 4]], &TableChoices::default()).unwrap_err().to_string();
    assert!(error.contains("expected a whole gzip stream"), "{error}");
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_or_rejected(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = found_with(&[&bytes], &TableChoices::default());
    }

    #[test]
    fn lines_of_its_letters_are_read_or_rejected(text in "([0-9a.\" -]{0,3}[,;\t\n\r]){0,30}", test in "([0-9a\"]{0,2}[,\n]){0,10}") {
        if let Ok(found) = found_with(&[text.as_bytes(), test.as_bytes()], &TableChoices::default()) {
            let table = found.tables.train;
            let Values::Cells(cells) = &table.values else { panic!("the values of a table must be cells") };
            prop_assert_eq!(cells.rows.len(), table.labels.len() * table.width);
        }
    }

    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec((-1e300f64..1e300, "[a-z\",; ]{0,4}[a-z]"), 1..20)) {
        prop_assume!(rows.iter().all(|(_, label)| !preprocessing::is_missing(label.trim())));
        let field = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let lines: Vec<String> = rows.iter().map(|(value, label)| format!("{value},{}", field(label))).collect();
        // The plain lines determine the delimiter, so labels may contain the other delimiters.
        let table = train(&format!("input,label\n{}{}", "0,a\n0,b\n".repeat(30), lines.join("\n")));
        let (values, labels, classes) = parts_of(&table);
        for (k, (value, label)) in rows.iter().enumerate() {
            prop_assert_eq!((values[k + 60], classes[usize::from(labels[k + 60])]), (*value, label.trim()));
        }
    }
}

#[test]
fn long_texts_alone_are_refused_with_the_format_that_reads_them() {
    let rows = (0..30).map(|k| format!("\"word{k}, and more words\",{}", ["a", "b"][k % 2]));
    let rows = rows.collect::<Vec<_>>().join("\n");
    let folder = tree(&[("t.csv", format!("text,label\n{rows}").as_bytes())]);
    let error = read(folder.path(), &TableChoices::default()).unwrap_err().to_string();
    assert!(
        error.contains(
            "expected columns of numbers or categories, found only texts, in \"text\"; pass --format reviews"
        ),
        "{error}"
    );
}

#[test]
fn files_with_other_endings_are_named() {
    let table = b"x,label\n1.5,a\n2.5,b\n1.7,a\n2.7,b\n";
    let folder = tree(&[("t.csv", table), ("readme.md", b"x"), ("u.xlsx", b"x")]);
    let found = read(folder.path(), &TableChoices::default()).unwrap();
    assert_eq!(found.notes.last().unwrap(), "passed over: readme.md, u.xlsx");
}

#[test]
fn a_test_file_may_have_rows_named_as_r_writes_them() {
    let row = |k: usize| format!("{},{}.25,{}.5", k * k % 7, k * k % 11, k * k % 5);
    let named = |count| format!("x,y,z\n{}", lines(count, |k| format!("{},{}", k + 1, row(k))));
    let plain = |count| format!("x,y,z\n{}", lines(count, row));
    let trailing = |count| format!("x,y,z\n{}", lines(count, |k| row(k) + ","));
    let gaps = |count| format!("x,y,z\n{}", lines(count, |k| format!("r{k},{}.5,1.25,{}", k, ["", "2.5"][k % 2])));
    let choices = TableChoices { task: Some(Task::Regression), ..TableChoices::default() };
    let test = |train: &str, test: &str| {
        found_with(&[train.as_bytes(), test.as_bytes()], &choices).unwrap().tables.test.unwrap()
    };
    let values = |table: &Table| match (&table.values, &table.labels) {
        (Values::Cells(cells), Labels::Numbers(numbers)) => (cells.rows.clone(), numbers.clone()),
        _ => panic!("the table must have cells and numbers"),
    };
    let expected = values(&test(&plain(60), &plain(9)));
    for train in [plain(60), named(60), trailing(60)] {
        for further in [plain(9), named(9), trailing(9)] {
            assert_eq!(values(&test(&train, &further)), expected, "{train} {further}");
        }
    }
    // The first row has no label.
    assert_eq!(values(&test(&plain(60), &gaps(4))), (vec![1.5, 1.25, 3.5, 1.25], vec![2.5, 2.5]));
    let long = refused_with(&[&plain(60), "x,y,z\n1,2,3,4,5\n"], &choices);
    assert!(long.contains("test.csv, line 2: expected 3 fields as in the first line, found 5;"), "{long}");
    let short = refused_with(&[&plain(60), "x,y,z,note,date\n1,2,3\n"], &choices);
    assert!(short.contains("test.csv, line 2: expected 5 fields as in the first line, found 3;"), "{short}");
}

#[test]
fn names_behind_a_comment_sign_are_read_alike_everywhere() {
    let rows = lines(30, |k| format!("{}.5,{},{}", k * k % 7, k * k % 11, ["x", "y"][k % 2]));
    let text = format!("# a,b # of rooms,kind\n{rows}");
    let found = found(&[&text, &text]);
    assert_eq!(names(&found.tables.train), ["a", "b # of rooms"]);
    assert_eq!(parts_of(found.tables.test.as_ref().unwrap()), parts_of(&found.tables.train));
    let plain = text.replace("# a", "a");
    assert_eq!(train(&plain).classes, self::found(&[&text, &plain]).tables.train.classes);
}

#[test]
fn a_column_that_is_dropped_or_groups_the_rows_is_no_rival_for_the_label() {
    let text =
        format!("a,Kind,price\n{}", lines(60, |k| format!("{}.25,{},{}.75", k * k % 17, ["x", "y"][k % 2], k * k)));
    assert!(refused(&[&text]).contains("one column that can be the label, found \"Kind\" as well as \"price\""));
    for name in ["Kind", "kind", "2"] {
        let drop = TableChoices { drop: vec![name.to_owned()], ..TableChoices::default() };
        assert_eq!(names(&found_with(&[text.as_bytes()], &drop).unwrap().tables.train), ["a"], "{name}");
        let group = TableChoices { group: Some(name.to_owned()), ..TableChoices::default() };
        assert_eq!(names(&found_with(&[text.as_bytes()], &group).unwrap().tables.train), ["a"], "{name}");
    }
}
