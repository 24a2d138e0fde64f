use super::*;
use crate::own::csv::{fit, read};
use crate::own::table::Values;
use crate::synthetic::tree;
use crate::{Choices, Format, load_own};
use preprocessing::Preprocessing;
use std::io::Cursor;

fn rows(text: &str, columns: &Columns) -> Result<Vec<(usize, Vec<f32>)>, String> {
    let reader = Cursor::new(text.as_bytes().to_vec());
    let mut table = Table::of(Path::new("new.csv"), reader, columns).map_err(|e| e.to_string())?;
    let mut rows = Vec::new();
    loop {
        let mut inputs = Vec::new();
        match table.next(&mut inputs).map_err(|e| e.to_string())? {
            Some(line) => rows.push((line, inputs)),
            None => return Ok(rows),
        }
    }
}

fn penguins() -> String {
    let line = |k: usize| {
        let mass = if k == 4 { "NA".to_owned() } else { (3000 + 37 * k).to_string() };
        format!("{},{mass},{},{}\n", ["Dream", "Caf\u{e9}"][k % 2], ["male", "", "female"][k % 3], ["a", "b"][k % 2])
    };
    format!("island,mass,sex,species\n{}", (0..40).map(line).collect::<String>())
}

#[test]
fn a_row_has_the_inputs_that_training_gave_it() {
    let text = penguins();
    let folder = tree(&[("penguins.csv", text.as_bytes())]);
    let found = read(folder.path(), &crate::TableChoices::default()).unwrap();
    let Values::Cells(cells) = &found.tables.train.values else { panic!() };
    let columns = fit(cells, None);
    let trained = cells.inputs(&columns).unwrap();
    let streamed = rows(&text, &columns).unwrap();
    assert_eq!(streamed.iter().flat_map(|(_, inputs)| inputs.clone()).collect::<Vec<_>>(), trained);
    assert_eq!((streamed[0].0, streamed[39].0), (2, 41));
}

#[test]
fn columns_are_found_by_name_and_the_label_is_not_needed() {
    let folder = tree(&[("penguins.csv", penguins().as_bytes())]);
    let data = load_own(folder.path(), Format::Csv, &Choices::default(), 1).unwrap();
    let Some(Preprocessing::Columns(columns)) = data.preprocessing else { panic!() };
    let expected = rows("island,mass,sex\nDream,4000,male\n", &columns).unwrap();
    for text in ["sex;note;island;mass\nmale;?;Dream;4000\n", "mass,island,sex,species\n4000,Dream,male,zzz\n"] {
        assert_eq!(rows(text, &columns).unwrap(), expected, "{text}");
    }
    let units = rows("island,mass,sex\n,kg,m/f\nDream,4000,male\n", &columns).unwrap();
    assert_eq!((units.len(), units[0].0, &units[0].1), (1, 3, &expected[0].1));
    let flags = rows("island,mass,sex,kind\n,kg,m/f,\n,,,class\nDream,4000,male,\n", &columns).unwrap();
    assert_eq!((flags.len(), flags[0].0), (1, 4));
    for text in ["island,mass,sex\nr1,Dream,4000,male\n", "island,mass,sex\nDream,4000,male,\n"] {
        assert_eq!(rows(text, &columns).unwrap(), expected[..1], "{text}");
    }
    assert_eq!(
        rows("island,mass,sex\nCafe\u{301},1,male\n", &columns),
        rows("island,mass,sex\nCaf\u{e9},1,male\n", &columns)
    );
    for (text, expected) in [
        (
            "island,sex\nDream,male\n",
            "new.csv, line 1: expected a first line that names the columns \"mass\", found \"island\", \"sex\";",
        ),
        (
            "island,mass,sex\nDream,heavy,male\n",
            "new.csv, line 2: expected a finite number in column \"mass\", found \"heavy\";",
        ),
        ("island,mass,sex\nDream,1\n", "new.csv, line 2: expected 3 fields as in the first line, found 2;"),
        (
            "mass,island,mass,sex\n1,Dream,2,male\n",
            "new.csv, line 1: expected one column called \"mass\", found columns 1 and 3;",
        ),
        ("island,mass,sex\n,kg,\n", "new.csv, line 2: expected a finite number in column \"mass\", found \"kg\";"),
        ("", "new.csv, line 1: expected a table, found an empty file;"),
        ("island,mass,sex\n", "new.csv, line 1: expected rows below the names, found none;"),
        ("island,mass,sex\n,kg,\n", "new.csv, line 2: expected a finite number in column \"mass\", found \"kg\";"),
        (
            "Island,mass ,sex\nDream,4000,male\n",
            "new.csv, line 1: expected a first line that names the columns \"island\", found \"Island\", which \
             differs only in case or punctuation; give the columns the names",
        ),
    ] {
        let error = rows(text, &columns).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn what_is_unlike_training_is_said_with_its_first_line() {
    let folder = tree(&[("penguins.csv", penguins().as_bytes())]);
    let data = load_own(folder.path(), Format::Csv, &Choices::default(), 1).unwrap();
    let Some(Preprocessing::Columns(columns)) = data.preprocessing else { panic!() };
    let said = |text: &str| {
        let mut table = Table::of(Path::new("new.csv"), Cursor::new(text.as_bytes().to_vec()), &columns).unwrap();
        while table.next(&mut Vec::new()).unwrap().is_some() {}
        table.unlike_training()
    };
    let text = "island,mass,sex\nDream,4000,male\nSaba,4000,male\nDream,1e9,male\nCuba,4000,male\n";
    assert_eq!(
        said(text),
        [
            "2 examples have a category that training has not seen, in \"island\", first in line 3: its inputs are 0",
            "1 row has a number more than 100 standard deviations from the mean of training, in \"mass\", line 4",
        ]
    );
}

#[test]
fn a_table_without_names_has_the_columns_of_training_in_their_order() {
    let lines: Vec<String> = (0..30).map(|k| format!("{}.5,{},{}", k * k % 7, k * k % 11, ["x", "y"][k % 2])).collect();
    let text = lines.join("\n");
    let folder = tree(&[("t.csv", text.as_bytes())]);
    let data = load_own(folder.path(), Format::Csv, &Choices::default(), 1).unwrap();
    let Some(Preprocessing::Columns(columns)) = data.preprocessing else { panic!() };
    assert_eq!(columns.unnamed, Some(3));
    assert_eq!(rows("1.5,2\n", &columns), rows("1.5,2,?\n", &columns));
    assert!(rows("1.5\n", &columns).unwrap_err().contains("expected 3 fields, as in training, found 1;"));
}

#[test]
fn rows_that_end_in_a_delimiter_are_told_from_named_rows() {
    let folder = tree(&[("penguins.csv", penguins().as_bytes())]);
    let data = load_own(folder.path(), Format::Csv, &Choices::default(), 1).unwrap();
    let Some(Preprocessing::Columns(columns)) = data.preprocessing else { panic!() };
    let error = rows("island,mass,sex\nr1,Dream,4000,\nr2,Dream,4000,male\n", &columns).unwrap_err();
    assert!(error.contains("expected a finite number in column \"mass\", found \"Dream\""), "{error}");
    let error = rows("mass,note,island,sex\n1,4000,x,Dream,\n2,4100,y,Dream,male\n", &columns).unwrap_err();
    assert!(
        error.starts_with(
            "new.csv, line 3: expected an empty field behind the last named column, as in line 2, found \"male\"; name"
        ),
        "{error}"
    );
}

#[test]
fn a_line_of_units_is_no_row_with_unseen_categories() {
    let folder = tree(&[("penguins.csv", penguins().as_bytes())]);
    let data = load_own(folder.path(), Format::Csv, &Choices::default(), 1).unwrap();
    let Some(Preprocessing::Columns(columns)) = data.preprocessing else { panic!() };
    let text = "island,mass,sex\nname,kg,\nDream,4000,other\n";
    let mut table = Table::of(Path::new("new.csv"), Cursor::new(text.as_bytes().to_vec()), &columns).unwrap();
    while table.next(&mut Vec::new()).unwrap().is_some() {}
    let said = table.unlike_training();
    assert!(said[0].starts_with("1 example has a category that training has not seen, in \"sex\", line 3"), "{said:?}");
}

#[test]
fn names_behind_a_comment_sign_are_found() {
    let text = penguins().replacen("island", "# island", 1);
    let folder = tree(&[("penguins.csv", text.as_bytes())]);
    let data = load_own(folder.path(), Format::Csv, &Choices::default(), 1).unwrap();
    let Some(Preprocessing::Columns(columns)) = data.preprocessing else { panic!() };
    let expected = rows(&penguins(), &columns).unwrap();
    assert_eq!(rows(&text, &columns).unwrap(), expected);
}
