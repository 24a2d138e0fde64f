//! Tests of numbers in other notations, of marks of missing values, and of lines above a table.

use super::*;

/// A table of 60 rows with the columns a, b and label, where `write` turns the number of a row into the text in column
/// b.
fn written(delimiter: char, write: impl Fn(usize) -> String) -> String {
    let row = |k: usize| format!("{}{delimiter}{}{delimiter}{}", k * k % 11, write(k * 37 % 101), ["x", "y"][k % 2]);
    format!("a{delimiter}b{delimiter}label\n{}", lines(60, row))
}

/// The numbers that are read from column b of the table `text`, and the notes for the user.
fn column_b(text: &str) -> (Vec<f64>, Vec<String>) {
    let found = found(&[text]);
    let Values::Cells(cells) = &found.tables.train.values else { panic!("the values of a table must be cells") };
    assert_eq!(cells.columns[1].categories, None, "{text}");
    (cells.rows.iter().skip(1).step_by(2).copied().collect(), found.notes)
}

#[test]
fn a_column_in_one_notation_holds_numbers_and_it_is_said() {
    let halves: Vec<f64> = (0..60).map(|k| f64::from(k * 37 % 101) + 1000.5).collect();
    let whole: Vec<f64> = halves.iter().map(|number| number - 0.5).collect();
    for (delimiter, write, expected, said) in [
        (';', (|k| format!("{},5", k + 1000)) as fn(usize) -> String, &halves, "a comma before decimals"),
        (';', |k| format!("1.{k:03},5"), &halves, "a comma before decimals, a point between thousands"),
        (',', |k| format!("\"1,{k:03}.5\""), &halves, "a comma between thousands"),
        (',', |k| format!("\"$1,{k:03}\""), &whole, "a comma between thousands, \"$\" in front"),
        (',', |k| format!("{}.5%", k + 1000), &halves, "\"%\" behind"),
        (',', |k| format!("{}.5 km/h", k + 1000), &halves, "\"km/h\" behind"),
        (',', |k| format!("1 {k:03}.5"), &halves, "a space between thousands"),
        (',', |k| format!("1'{k:03}"), &whole, "an apostrophe between thousands"),
        (',', |k| format!("1\u{202f}{k:03}"), &whole, "a space between thousands"),
    ] {
        let (numbers, notes) = column_b(&written(delimiter, write));
        assert_eq!(&numbers, expected, "{said}");
        assert!(notes.contains(&format!("\"b\" holds numbers with {said}")), "{notes:?}");
    }
}

#[test]
fn texts_beside_numbers_are_missing_values_only_if_they_say_so() {
    for mark in ["<LOD", "ND", "#DIV/0!", "-", "..", "<0.5"] {
        let (numbers, notes) = column_b(&written(',', |k| if k % 3 > 0 { mark.to_owned() } else { format!("{k}.5") }));
        assert_eq!(
            numbers.iter().filter(|number| number.is_nan()).count(),
            (0..60).filter(|k| k * 37 % 101 % 3 > 0).count()
        );
        let said = format!("\"b\" holds numbers with {mark:?} for a missing value");
        assert!(notes.contains(&said), "{notes:?}");
    }
    let notes = found(&[&written(',', |k| if k % 3 > 0 { "broken".to_owned() } else { (k % 4).to_string() })]).notes;
    let said = "\"b\" taken as categories: 39 of 60 values are not numbers, such as \"broken\"";
    assert!(notes.iter().any(|note| note == said), "{notes:?}");
}

#[test]
fn the_decimal_mark_of_a_table_decides_what_can_be_either() {
    let table = |mark: char, other: &str| {
        let row = |k: usize| format!("{k}{other};1{mark}{:03};{}", k * 37 % 101, ["x", "y"][k % 2]);
        format!("a;b;label\n{}", lines(60, row))
    };
    assert_eq!(column_b(&table(',', ",5")).0[1], 1.037);
    assert_eq!(column_b(&table(',', ".5")).0[1], 1037.0);
    assert_eq!(column_b(&table('.', ",5")).0[1], 1037.0);
    assert_eq!(column_b(&table('.', ".5")).0[1], 1.037);
}

#[test]
fn numbers_in_several_notations_and_dates_are_refused() {
    for (write, expected) in [
        (
            (|k| if k % 2 == 0 { "1,5".to_owned() } else { "2.5".to_owned() }) as fn(usize) -> String,
            "a finite number in column \"b\"",
        ),
        (|k| format!("{}-Jan-2020", 1 + k % 28), "numbers or categories in column \"b\""),
        (|k| format!("{:02}:30", k % 24), "numbers or categories in column \"b\""),
    ] {
        let error = refused(&[&written(';', write)]);
        assert!(error.contains(&format!("expected {expected}, found")), "{error}");
    }
    let error = refused(&[&format!("a,when\n{}", lines(60, |k| format!("{k}.5,{:02}:30", k % 24)))]);
    let expected = "expected classes or numbers in the label column, taken to be \"when\", found \"00:30\";";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn targets_in_another_notation_are_numbers() {
    let rate = |k: usize| if k == 7 { "ND".to_owned() } else { format!("{}.25%", k * k) };
    let text = format!("a,rate\n{}", lines(60, |k| format!("{k}.5,{}", rate(k))));
    let Labels::Numbers(targets) = &found(&[&text]).tables.train.labels else {
        panic!("the labels must be numbers to predict")
    };
    assert_eq!((targets.len(), targets[3], targets[8]), (59, 9.25, 81.25));
}

#[test]
fn comments_and_titles_are_passed_over_and_said() {
    let row = |k: usize| format!("{k}.5,{}.25,{}", k * k % 7, ["x", "y"][k % 2]);
    let table = format!("a,b,label\n{}", lines(30, row));
    let plain = found(&[&table]);
    for (above, said) in [
        ("# by me\n# on a day, or two\n", "2 lines passed over as titles or comments, the first being line 1"),
        ("% by me\n", "line 1 passed over as a title or comment"),
        ("Table 1: measurements\n\n", "line 1 passed over as a title or comment"),
        ("Table 1: measurements,,\n,,\n", "2 lines passed over as titles or comments, the first being line 1"),
    ] {
        let with = found(&[&format!("{above}{table}")]);
        assert_eq!(with.tables, plain.tables, "{above}");
        assert_eq!(with.notes[0], said, "{above}");
    }
    let within = found(&[&table.replace("\n5.5", "\n# a comment\n5.5")]);
    assert_eq!(within.tables, plain.tables);
    assert_eq!(within.notes[0], "line 7 passed over as a title or comment");
    assert_eq!(names(&found(&[&format!("# by me\n# {table}")]).tables.train), ["a", "b"]);
}

#[test]
fn numbers_in_brackets_are_negative_where_others_are_not() {
    for (open, close, said) in
        [("", "", "brackets around negative ones"), ("$", "", "\"$\" in front, brackets around negative ones")]
    {
        let write = |k: usize| {
            if k.is_multiple_of(4) { format!("({open}{k}.5{close})") } else { format!("{open}{k}.5{close}") }
        };
        let (numbers, notes) = column_b(&written(',', write));
        let expected =
            (0..60).map(|k| k * 37 % 101).map(|k| (f64::from(k) + 0.5) * if k % 4 == 0 { -1.0 } else { 1.0 });
        assert_eq!(numbers, expected.collect::<Vec<_>>());
        assert!(notes.contains(&format!("\"b\" holds numbers with {said}")), "{notes:?}");
    }
    let all = found(&[&written(',', |k| format!("({k})"))]);
    let said = "column \"b\" left out: it has 60 different texts in 60 rows, such as \"(0)\"";
    assert!(all.notes.contains(&said.to_owned()), "{:?}", all.notes);
}

#[test]
fn numbers_in_several_units_are_no_numbers_and_it_is_said() {
    let several = "it holds numbers written in several ways, such as \"0M\" and \"37k\"";
    let write = |k: usize| format!("{k}{}", ["M", "k"][k % 2]);
    let left_out = format!("column \"b\" left out: {several}; write all numbers in the same notation to keep it");
    let notes = found(&[&written(',', write)]).notes;
    assert!(notes.contains(&left_out), "{notes:?}");
    let notes = found(&[&written(',', |k| write(k % 4))]).notes;
    let categories = "\"b\" taken as categories: it holds numbers written in several ways, such as \"0M\" and \"1k\"";
    assert!(notes.contains(&categories.to_owned()), "{notes:?}");
    let notes = found(&[&written(',', |k| format!("{}'4\"", k % 4))]).notes;
    let feet = "\"b\" taken as categories: its values, such as \"0'4\\\"\", are not numbers";
    assert!(notes.contains(&feet.to_owned()), "{notes:?}");
}

#[test]
fn a_label_of_numbers_in_several_units_is_refused() {
    let text = format!("a,views\n{}", lines(60, |k| format!("{k}.5,{}{}", k * 37 % 101, ["K", "M"][k % 2])));
    let error = refused(&[&text]);
    let expected =
        "expected classes, or numbers in a single notation, in the label column \"views\", found numbers written";
    assert!(error.contains(expected), "{error}");
}
