//! Training on the user's own data, from files in each format to a result.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "../common/mod.rs"]
mod common;
mod pictures;
mod tables;
mod texts;

use common::{Place, SMALL, failure, says, stderr, stdout};
use std::fmt::Write as _;

/// `count` examples of two classes that a small network can distinguish, each with its label and three values.
fn examples(count: usize) -> impl Iterator<Item = (usize, [usize; 3])> {
    (0..count).map(|k| (k % 2, [10 + k % 7, if k % 2 == 0 { 200 } else { 20 }, k % 11]))
}

fn csv(count: usize) -> String {
    examples(count).fold("a,b,c,label\n".to_owned(), |mut text, (label, [a, b, c])| {
        writeln!(text, "{a},{b},{c},{}", ["cat", "dog"][label]).unwrap();
        text
    })
}

fn libsvm(count: usize) -> String {
    examples(count).fold(String::new(), |mut text, (label, [a, b, c])| {
        writeln!(text, "{} 1:{a}e-2 2:{b}e-2 5:{c}e-2", [-1, 1][label]).unwrap();
        text
    })
}

fn idx(sizes: &[u32], values: impl IntoIterator<Item = u8>) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(values);
    bytes
}

/// A grey image, 3 pixels wide and 1 pixel high.
fn pgm(values: [usize; 3]) -> Vec<u8> {
    [b"P5 3 1 255\n".to_vec(), values.map(|value| value as u8).to_vec()].concat()
}

fn put(place: &Place, path: &str, bytes: &[u8]) {
    files::create_folder(place.path(path).parent().unwrap()).unwrap();
    place.write(path, bytes);
}

/// Trains on the data in `folder`; returns the notices and the result.
fn train(place: &Place, folder: &str, format: &str, more: &[&str]) -> (String, serde_json::Value) {
    let run = format!("run-{format}");
    let own = ["--data-dir", folder, "--format", format, "--run-dir", &run, "--set", "training.epochs=20"];
    let args: Vec<&str> = SMALL[..2].iter().chain(&own).chain(more).copied().collect();
    let output = place.train(&args);
    assert!(output.status.success(), "{}", stderr(&output));
    (stderr(&output), place.json(&format!("{run}/result.json")))
}

fn counts(result: &serde_json::Value) -> [u64; 3] {
    ["train", "validation", "test"].map(|part| result["examples"][part].as_u64().unwrap())
}

#[test]
fn a_run_whose_data_moved_is_resumed_with_their_new_folder() {
    let place = Place::new();
    put(&place, "pets/all.csv", csv(100).as_bytes());
    train(&place, "pets", "csv", &[]);
    std::fs::remove_file(place.path("run-csv/result.json")).unwrap();
    files::rename(&place.path("pets"), &place.path("animals")).unwrap();
    assert!(!place.train(&["--resume", "--run-dir", "run-csv"]).status.success());
    let resumed = place.train(&["--resume", "--run-dir", "run-csv", "--data-dir", "animals"]);
    assert!(resumed.status.success(), "{}", stderr(&resumed));
}

#[test]
fn a_network_too_large_to_allocate_is_refused() {
    let place = Place::new();
    put(&place, "pets/all.csv", csv(100).as_bytes());
    let wide = ["--data-dir", "pets", "--format", "csv", "--set", "model.hidden=[100000, 100000]"];
    says(&failure(&place.train(&wide), 2), &["weights and biases", "narrower layers"]);
}

#[test]
fn data_that_changed_since_training_are_refused() {
    let place = Place::new();
    put(&place, "pets/all.csv", csv(100).as_bytes());
    train(&place, "pets", "csv", &[]);
    put(&place, "pets/all.csv", csv(101).as_bytes());
    let sentence = failure(&place.train(&["evaluate", "run-csv"]), 1);
    says(&sentence, &["the checksum of all.csv differs from that in run-csv/run.json"]);
}

#[test]
fn empty_folders_and_contradictory_options_are_refused() {
    let place = Place::new();
    put(&place, "empty/readme.txt", b"nothing here");
    for format in ["images", "idx", "csv", "libsvm", "reviews"] {
        let sentence = failure(&place.train(&["--data-dir", "empty", "--format", format]), 1);
        says(&sentence, &["empty: expected ", "found "]);
        assert!(!place.path("artifacts").exists(), "a run that does not start must not create a folder");
    }
    assert_eq!(place.train(&["--format", "csv"]).status.code(), Some(2), "--format without --data-dir must be refused");
    let neither = failure(&place.train(&["--data-dir", "empty"]), 2);
    says(&neither, &["digits, which is embedded in the program", "--format", "--dataset"]);
    let both = place.train(&["--data-dir", "empty", "--format", "csv", "--dataset", "mnist"]);
    assert_eq!(both.status.code(), Some(2), "--format and --dataset together must be refused");
    let config = failure(&place.train(&["--set", "data.format=csv"]), 2);
    says(&config, &["pass --data-dir"]);
}

#[test]
fn a_store_with_runs_on_other_user_data_is_refused() {
    let place = Place::new();
    put(&place, "cats/table.csv", csv(60).as_bytes());
    put(&place, "copy/table.csv", csv(60).as_bytes());
    put(&place, "dogs/table.csv", csv(80).as_bytes());
    place.write(
        "own.toml",
        b"title = 't'\nabout = 'a'\n[settings]\n'data.format' = 'csv'\n'model.hidden' = [4]\n'training.epochs' = 1\n\
          [scale.smoke]\nseeds = [1]\n[[cell]]\nname = 'c'\n",
    );
    let sweep = |folder: &str| place.train(&["sweep", "own.toml", "--scale", "smoke", "--data-dir", folder]);
    let first = sweep("cats");
    assert!(first.status.success(), "{}", stderr(&first));
    says(&stdout(&sweep("copy")), &["1 of 1 runs done"]);
    says(&failure(&sweep("dogs"), 1), &["used other data than", "dogs", "--runs"]);
}

#[test]
fn what_was_found_is_kept_in_the_run_and_shown_in_its_report() {
    let place = Place::new();
    put(&place, "pets/all.csv", csv(100).as_bytes());
    put(&place, "pets/notes.md", b"not a table");
    let (said, _) = train(&place, "pets", "csv", &[]);
    let run = place.json("run-csv/run.json");
    let found: Vec<&str> = run["look"]["found"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let report = String::from_utf8(place.read("run-csv/report.html")).unwrap();
    assert!(found.len() >= 3, "{found:?}");
    for line in &found {
        assert!(said.lines().any(|printed| printed == *line), "the line {line:?} is missing from the output {said}");
        let escaped = line.replace('&', "&amp;").replace('"', "&quot;");
        assert!(report.contains(&escaped), "the line {line:?} is missing from the page");
    }
    let cat = serde_json::json!({ "name": "cat", "train": 40, "validation": 5, "test": 5 });
    assert_eq!((&run["look"]["classes"][0], &run["look"]["baseline_error"]), (&cat, &0.5.into()));
    assert_eq!(run["look"]["columns"][2]["name"], "c");
    // The record of a run of an earlier version has no `look`.
    let mut earlier = run.clone();
    earlier.as_object_mut().unwrap().remove("look");
    place.write("run-csv/run.json", earlier.to_string().as_bytes());
    let again = place.train(&["evaluate", "run-csv"]);
    assert!(again.status.success(), "{}", stderr(&again));
}
