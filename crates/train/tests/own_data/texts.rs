//! Tests of training on texts that are labelled with classes or stars.

use super::{csv, libsvm, put, train};
use crate::common::{Place, failure, says, stderr, stdout};
use std::fmt::Write as _;
use std::io::Write as _;

#[test]
fn reviews_have_a_root_mean_square_error_in_stars() {
    let place = Place::new();
    let texts = (0..200).fold(String::new(), |mut text, k| {
        let (stars, word) = [("1", "bad"), ("2.5", "middling"), ("5", "good")][k % 3];
        writeln!(text, "{stars}\ta {word} place{k}").unwrap();
        text
    });
    put(&place, "places/reviews.tsv", texts.as_bytes());
    for engine in ["training.engine=zeros", "training.engine=autodiff"] {
        let (said, result) =
            train(&place, "places", "reviews", &["--set", engine, "--set", "data.reviews.vocabulary=50"]);
        says(&said, &["200 labelled with stars (1, 2.5, 5)", "the 50 most frequent terms"]);
        let rmse = |key: &str| result[key].as_f64().unwrap();
        assert!(rmse("test_rmse") < 0.5 && rmse("validation_rmse") < 0.5, "{result}");
        assert!((1.4..1.9).contains(&rmse("constant_rmse")), "{result}");
        std::fs::remove_dir_all(place.path("run-reviews")).unwrap();
    }
}

#[test]
fn predictions_read_the_column_of_texts_that_training_was_given() {
    let place = Place::new();
    let rows = (0..120).fold("text,summary,label\n".to_owned(), |mut rows, k| {
        let (word, label) = [("bad", "no"), ("good", "yes")][k % 2];
        writeln!(rows, "a very long tale that says nothing about any place,{word} {k},{label}").unwrap();
        rows
    });
    put(&place, "tales/tales.csv", rows.as_bytes());
    let only = ["--only", "summary", "--label", "label", "--set", "data.reviews.vocabulary=2"];
    let (_, result) = train(&place, "tales", "reviews", &only);
    assert_eq!(result["test_error"], 0.0);
    let classes = |file: &str| {
        let predicted = stdout(&place.train(&["predict", "run-reviews", file, "--format", "csv"]));
        predicted.lines().skip(1).filter_map(|line| line.split(',').nth(2)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(classes("tales/tales.csv"), (0..120).map(|k| ["no", "yes"][k % 2]).collect::<Vec<_>>());
    place.write("new.csv", b"text,summary\ngood,bad\nbad,good\n");
    assert_eq!(classes("new.csv"), ["no", "yes"]);
    place.write("long.csv", &[&b"text,summary\n"[..], &b"good,bad\nbad,good\n".repeat(1500)].concat());
    assert_eq!(classes("long.csv"), ["no", "yes"].repeat(1500));
}

/// The words that distinguish the texts of the two classes: first the words of class 0, then the words of class 1.
const WORDS: [[&str; 4]; 2] = [["bad", "cold", "slow", "bland"], ["good", "warm", "fresh", "kind"]];

/// The text number `k`, which has the class `k % 2`.
fn text(k: usize) -> String {
    let words = WORDS[k % 2];
    format!("the {} table\nwas {} and {}", words[k % 4], words[k / 2 % 4], words[k / 8 % 4])
}

/// The rows of a table of 60 texts and their labels.
fn rows() -> String {
    let row = |k: usize| format!("\"{}\",{}\n", text(k), ["no", "yes"][k % 2]);
    (0..60).map(row).collect()
}

/// The fields from index `from` on of each line of CSV that `train` prints for `args`, without the header.
fn answers(place: &Place, args: &[&str], from: usize) -> Vec<String> {
    let output = place.train(args);
    assert!(output.status.success(), "{}", stderr(&output));
    let fields = |line: &str| line.split(',').skip(from).map(str::to_owned).collect::<Vec<_>>().join(",");
    stdout(&output).lines().skip(1).map(fields).collect()
}

#[test]
fn a_network_of_files_takes_the_files_of_a_folder_or_one_text_by_standard_input() {
    let place = Place::new();
    for k in 0..60 {
        put(&place, &format!("posts/{}/{k}.txt", ["no", "yes"][k % 2]), text(k).as_bytes());
    }
    let (_, result) = train(&place, "posts", "reviews", &[]);
    assert_eq!(result["test_error"], 0.0);
    put(&place, "new/b.txt", b"a warm\n\nand kind place");
    put(&place, "new/10.txt", b"slow and cold");
    put(&place, "new/a/c.md", b"fresh");
    let predict = ["predict", "run-reviews", "new", "--format", "csv"];
    let places: Vec<String> = answers(&place, &predict, 0).iter().map(|line| line.replace(",0,", " ")).collect();
    let expected = ["new/10.txt no", "new/a/c.md yes", "new/b.txt yes"];
    assert!(places.iter().zip(expected).all(|(found, expected)| found.starts_with(expected)), "{places:?}");
    let mut child = place.command(&["predict", "run-reviews", "-", "--format", "csv"]);
    let mut child = child.stdin(std::process::Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a warm\n\nand kind place\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let expected = &answers(&place, &predict, 2)[2];
    assert!(stdout(&output).ends_with(&format!("standard input,0,{expected}\n")), "{}", stdout(&output));
    assert_eq!(stdout(&output).lines().count(), 2, "a header and the prediction for one text must be printed");
}

#[test]
fn rows_without_a_text_are_answered_and_counted() {
    let place = Place::new();
    let rows = rows();
    put(&place, "posts/posts.csv", format!("review,label\n{rows}NA,yes\n,no\ngood,\n").as_bytes());
    let (said, _) = train(&place, "posts", "reviews", &[]);
    says(&said, &["60 labelled with 2 classes", "reviews left out: 1 without a label, 2 without a text"]);
    place.write("new.csv", b"n,review\n1,good warm fresh kind\n2,NA\n3,\n4,null\n5,bad cold slow bland\n");
    let objects = "{\"review\": \"good warm fresh kind\"} {\"review\": null} {} {\"review\": \"n/a\"}\n\
                   {\"review\": \"bad cold slow bland\"}";
    place.write("new.jsonl", objects.as_bytes());
    let [table, objects] = ["new.csv", "new.jsonl"].map(|file| {
        let args = ["predict", "run-reviews", file, "--format", "csv"];
        let notices = stderr(&place.train(&args));
        says(&notices, &[file, "3 of 5 texts are empty, the first being line "]);
        answers(&place, &args, 1)
    });
    assert_eq!(table, objects);
    assert_eq!(table.len(), 5);
    assert!(table[0].starts_with("0,yes,") && table[4].starts_with("4,no,"), "{table:?}");
}

#[test]
fn a_table_without_names_is_predicted_as_it_was_trained_whatever_its_ending() {
    let place = Place::new();
    let rows = (0..60).map(|k| format!("{}\t{}\n", ["ham", "spam"][k % 2], text(k).replace('\n', " ")));
    let rows: String = rows.collect();
    put(&place, "posts/posts.tsv", rows.as_bytes());
    train(&place, "posts", "reviews", &[]);
    let of = |file: &str| {
        place.write(file, rows.as_bytes());
        answers(&place, &["predict", "run-reviews", file, "--format", "csv"], 1)
    };
    let expected = of("new.tsv");
    let classes: Vec<bool> = expected.iter().map(|line| line.contains(",spam,")).collect();
    assert_eq!(classes, (0..60).map(|k| k % 2 == 1).collect::<Vec<_>>());
    assert_eq!((of("new.txt"), of("Collection")), (expected.clone(), expected));
}

#[test]
fn an_imported_network_of_texts_answers_as_the_exported_one() {
    let place = Place::new();
    let rows = rows();
    put(&place, "posts/posts.csv", format!("review,label\n{rows}").as_bytes());
    train(&place, "posts", "reviews", &[]);
    place.write("new.csv", b"text,review\nbad,a warm place\ngood,slow\ngood,\n");
    let expected = answers(&place, &["predict", "run-reviews", "new.csv", "--format", "csv"], 0);
    for format in ["safetensors", "onnx"] {
        let (file, run) = (format!("posts.{format}"), format!("back-{format}"));
        let exported = place.train(&["export", "run-reviews", "--to", format, "--out", &file]);
        assert!(exported.status.success(), "{}", stderr(&exported));
        let bare = failure(&place.train(&["import", &file, "--run-dir", &run]), 2);
        says(&bare, &["the network reads texts: give their folder with --data-dir FOLDER --set data.format=reviews"]);
        let data = ["--data-dir", "posts", "--set", "data.format=reviews"];
        let imported = place.train(&[&["import", &file, "--run-dir", &run], &data[..]].concat());
        assert!(imported.status.success(), "{}", stderr(&imported));
        let summary = stdout(&imported);
        says(&summary, &["with the network as it was imported, whose validation error is ", "zeros per hidden layer "]);
        assert!(!summary.contains("of training"), "an import has no speed of training: {summary}");
        assert_eq!(answers(&place, &["predict", &run, "new.csv", "--format", "csv"], 0), expected, "{format}");
    }
}

#[test]
fn networks_of_texts_and_tables_refuse_pictures_and_their_options() {
    let place = Place::new();
    put(&place, "posts/posts.csv", format!("review,label\n{}", rows()).as_bytes());
    put(&place, "animals/animals.csv", csv(60).as_bytes());
    put(&place, "sparse/animals.libsvm", libsvm(60).as_bytes());
    // PNG, JPEG
    for picture in [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], b"\xff\xd8\xff\xe0\0\x10JFIF"] {
        place.write("picture", picture);
        for (folder, format, expected) in [
            ("posts", "reviews", "expected texts, as in training, found a picture;"),
            ("animals", "csv", "expected a table, as in training, found a picture;"),
            ("sparse", "libsvm", "expected a libsvm table, as in training, found a picture;"),
        ] {
            let run = format!("run-{format}");
            if !place.path(&run).exists() {
                train(&place, folder, format, &[]);
            }
            says(&failure(&place.train(&["predict", &run, "picture"]), 1), &["picture: ", expected]);
            for option in [&["--invert"][..], &["--as-it-is"], &["--show", "sheet.png"]] {
                let output = place.train(&[&["predict", &run, folder, "--format", "csv"], option].concat());
                says(&failure(&output, 2), &[&format!("{} is for pictures, but {run} reads", option[0])]);
                assert_eq!(stdout(&output), "", "a refused command must not print a header");
            }
        }
    }
}
