//! Tests of reading texts to predict.

use super::*;
use crate::synthetic::{gzip, tree};
use std::io::Cursor;

fn of_file(name: &str, bytes: &[u8]) -> Result<Vec<(String, String)>, String> {
    let folder = tree(&[(name, bytes)]);
    let texts = Texts::open(&folder.path().join(name), &TableChoices::default(), &TextUnit::Lines)
        .map_err(|e| e.to_string())?;
    texts.collect::<Result<_, _>>().map_err(|e| e.to_string())
}

fn placed(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(place, text)| ((*place).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn every_form_yields_its_texts_with_their_places() {
    let expected = placed(&[("line 2", "good, really"), ("line 3", "bad \"film\"")]);
    for (name, bytes) in [
        ("a.csv", "text,label\n\"good, really\",pos\n\"bad \"\"film\"\"\",neg\n"),
        ("a.CSV", "id;review\n1;good, really\n2;\"bad \"\"film\"\"\"\n"),
        ("a.tsv", "text\ngood, really\nbad \"film\"\n"),
        ("a.jsonl", "\n{\"text\": \"good, really\"}\n{\"text\": \"bad \\\"film\\\"\", \"stars\": 3}\n"),
        ("a.json", "[\n{\"text\": \"good, really\"},\n{\"text\": \"bad \\\"film\\\"\", \"stars\": 3}\n]"),
        ("a.txt", "\ngood, really\r\nbad \"film\"\n\n"),
        ("a.txt.gz", "\ngood, really\nbad \"film\""),
    ] {
        let packed = gzip(bytes.as_bytes());
        let bytes = if name.ends_with("gz") { &packed } else { bytes.as_bytes() };
        assert_eq!(of_file(name, bytes).unwrap(), expected, "{name}");
    }
}

#[test]
fn lines_of_a_reader_are_texts() {
    let reader = Box::new(Cursor::new(b"one\n\ntwo".to_vec()));
    let texts: Vec<_> = Texts::of(Path::new("standard input"), reader, &TableChoices::default(), &TextUnit::Lines)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(texts, placed(&[("line 1", "one"), ("line 3", "two")]));
    let latin = Box::new(Cursor::new(b"one\ncaf\xe9".to_vec()));
    let error = Texts::of(Path::new("standard input"), latin, &TableChoices::default(), &TextUnit::Lines)
        .unwrap()
        .last()
        .unwrap()
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("standard input, line 2: expected UTF-8 text, found the byte e9 after \"caf\""),
        "{error}"
    );
}

#[test]
fn every_file_below_a_folder_is_a_text() {
    let files = ["b/2", "b/1.txt", "a.csv", "c/d/e.md", ".hidden"];
    let folder = tree(&files.map(|name| (name, name.as_bytes())));
    let texts = Texts::open(folder.path(), &TableChoices::default(), &TextUnit::Lines).unwrap();
    let all: Vec<_> = texts.map(Result::unwrap).collect();
    let places = ["a.csv", "b/1.txt", "b/2", "c/d/e.md"].map(|name| folder.path().join(name).display().to_string());
    let expected =
        places.iter().zip(["a.csv", "b/1.txt", "b/2", "c/d/e.md"]).map(|(place, text)| (place.as_str(), text));
    assert_eq!(all, placed(&expected.collect::<Vec<_>>()));
}

#[test]
fn an_empty_row_is_an_empty_text_so_that_rows_stay_in_step() {
    assert_eq!(of_file("a.csv", b"text,n\none,1\n,2\n").unwrap()[1], ("line 3".to_owned(), String::new()));
    assert_eq!(of_file("a.jsonl", b"{\"text\":\"x\"}\n{\"text\":null}").unwrap()[1].1, "");
}

/// The texts of a file called `name`, or of a stream if `name` is `None`, with this `content`, read as if each training
/// text had been a `unit`; or the error.
fn of_unit(name: Option<&str>, content: &str, unit: &TextUnit) -> Result<Vec<String>, String> {
    let folder = tree(&[(name.unwrap_or("none"), content.as_bytes())]);
    let choices = TableChoices::default();
    let texts = match name {
        Some(name) => Texts::open(&folder.path().join(name), &choices, unit),
        None => {
            Texts::of(Path::new("standard input"), Box::new(Cursor::new(content.as_bytes().to_vec())), &choices, unit)
        }
    };
    texts.and_then(|texts| texts.map(|text| text.map(|(_, text)| text)).collect()).map_err(|e| e.to_string())
}

#[test]
fn a_file_is_one_text_if_those_of_training_were_files() {
    for name in [Some("a.txt"), Some("README"), None] {
        assert_eq!(of_unit(name, "one\n\ntwo\n", &TextUnit::Files).unwrap(), ["one\n\ntwo\n"]);
        assert_eq!(of_unit(name, "one\n\ntwo\n", &TextUnit::Lines).unwrap(), ["one", "two"]);
    }
    assert_eq!(
        of_unit(Some("a.csv"), "text,n\ngood one,1\nbad two,2\n", &TextUnit::Files).unwrap(),
        ["good one", "bad two"]
    );
}

#[test]
fn tables_and_objects_are_known_by_their_beginning_and_read_by_the_names_of_training() {
    let unit = TextUnit::First(vec!["Review".to_owned()]);
    let table = "id,review,text\n1,\"good, really\",a much longer text that was not read\n2,bad,x y\n";
    let objects = "{\"review\":\"good, really\",\"text\":\"a b c d\"}\n{\"review\":\"bad\"}\n";
    for name in [Some("a.csv"), Some("a.txt"), None] {
        assert_eq!(of_unit(name, table, &unit).unwrap(), ["good, really", "bad"]);
        assert_eq!(of_unit(name, &table.replace(',', "\t"), &unit).unwrap()[1], "bad");
    }
    for name in [Some("a.jsonl"), Some("a.txt"), None] {
        assert_eq!(of_unit(name, objects, &unit).unwrap(), ["good, really", "bad"]);
    }
    assert_eq!(of_unit(None, "a review, of lines\nbad\n", &unit).unwrap(), ["a review, of lines", "bad"]);
    let both = TextUnit::Joined(vec!["title".to_owned(), "body".to_owned()]);
    assert_eq!(of_unit(None, "body,title\nworld,hello\n", &both).unwrap(), ["hello world"]);
}

#[test]
fn a_table_without_the_column_of_training_is_refused() {
    let unit = TextUnit::First(vec!["review".to_owned()]);
    for (name, content) in [
        ("a.csv", "id,notes,text\n1,some long notes on it,b c\n2,other notes,d e\n"),
        ("a.jsonl", "{\"notes\":\"some long notes\",\"text\":\"x y\"}\n"),
    ] {
        let error = of_unit(Some(name), content, &unit).unwrap_err();
        assert!(error.contains("expected a column called \"review\", as in training, found \""), "{error}");
    }
    let both = TextUnit::Joined(vec!["title".to_owned(), "body".to_owned()]);
    let error = of_unit(Some("a.csv"), "title,label\nhello,1\n", &both).unwrap_err();
    assert!(error.contains("columns called \"title\" and \"body\", as in training"), "{error}");
}

#[test]
fn what_stands_for_a_missing_text_is_no_text() {
    let unit = TextUnit::First(vec!["text".to_owned()]);
    let rows = of_unit(Some("a.csv"), "text,n\nNA,1\nnull,2\n ,3\ngood,4\n", &unit).unwrap();
    assert_eq!(rows, ["", "", "", "good"]);
    let objects = of_unit(Some("a.jsonl"), "{\"text\":\"n/a\"}\n{\"text\":null}\n{}\n{\"text\":\"x\"}", &unit).unwrap();
    assert_eq!(objects, ["", "", "", "x"]);
}

#[test]
fn a_table_without_names_is_read_by_the_fields_of_training_whatever_its_ending() {
    let unit = TextUnit::Fields { indices: vec![1], of: 2, delimiter: '\t' };
    let rows = "ham\t\"Hello, he said\nspam\twin; \"now\"\nspam\twin\n";
    for name in [Some("a.tsv"), Some("a.csv"), Some("a.txt"), Some("Collection"), None] {
        assert_eq!(of_unit(name, rows, &unit).unwrap(), ["\"Hello, he said", "win; \"now\"", "win"], "{name:?}");
        assert_eq!(of_unit(name, "ham\tone line alone", &unit).unwrap(), ["one line alone"], "{name:?}");
    }
    for name in [Some("a.txt"), None] {
        assert_eq!(of_unit(name, "Hello, world\ngood\n", &unit).unwrap(), ["Hello, world", "good"]);
    }
    assert_eq!(of_unit(Some("a.csv"), "good\nbad\n", &unit).unwrap(), ["good", "bad"]);
    let error = of_unit(Some("a.tsv"), "1\tham\tx y\n2\tham\tz\n", &unit).unwrap_err();
    assert!(error.contains("expected 2 fields, as in training, or texts alone, found 3"), "{error}");
    let commas = TextUnit::Fields { indices: vec![1], of: 2, delimiter: ',' };
    assert_eq!(of_unit(None, "no,\"good, really\"\nyes,bad\n", &commas).unwrap(), ["good, really", "bad"]);
    assert_eq!(of_unit(None, "Well, good\nbad\n", &commas).unwrap(), ["Well, good", "bad"]);
}

#[test]
fn the_limits_of_a_file_hold_for_every_pass() {
    let lines = "{\"text\": \"some words\", \"label\": \"a\"}\n".repeat(9);
    let table = "some words,a\n".repeat(9);
    let choices = TableChoices::default();
    let opened = |bytes: &str, most: usize| {
        let limits = Limits { bytes: u64::MAX, lines: most };
        let source = Source { path: Path::new("a"), bytes: Some(bytes.as_bytes().into()), limits };
        if bytes.starts_with('{') {
            json::open(&source, Part::Unlabelled, &choices, None).map(drop)
        } else {
            Rows::open(&source, Part::Unlabelled, &choices, None).map(drop)
        }
    };
    for bytes in [lines, format!("text,label\n{table}")] {
        assert!(opened(&bytes, 20).is_ok());
        let error = opened(&bytes, 5).unwrap_err().to_string();
        assert!(error.contains("bytes and 5 lines, found more"), "{error}");
    }
}
