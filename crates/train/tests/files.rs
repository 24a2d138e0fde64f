//! Networks in safetensors files, which take the place of runs.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{Place, failure, says, stdout};

#[test]
fn a_file_predicts_and_shows_what_its_run_does() {
    let place = Place::new();
    place.run("a", &[]);
    place.write("one.pgm", format!("P2 8 8 16{}", " 0 0 0 16 0 0 0 0".repeat(8)).as_bytes());
    place.write("file.safetensors", &place.read("a/best.safetensors"));
    let answer = |network: &str| stdout(&place.train(&["predict", network, "one.pgm", "--format", "json"]));
    assert_eq!(answer("file.safetensors"), answer("a"));
    let said = stdout(&place.train(&["explore", "file.safetensors", "--images", "5"]));
    let of_run = stdout(&place.train(&["explore", "a", "--images", "5", "--out", "run.html"]));
    assert_eq!(said.lines().next().unwrap().replacen("file", "a", 1), of_run.lines().next().unwrap());
    assert!(place.path("explore.html").is_file());
    stdout(&place.train(&["explore", "a", "file.safetensors", "--images", "5"]));
    let refused = |args: &[&str], code| failure(&place.train(&[&["explore"], args].concat()), code);
    says(&refused(&["a", "--dataset", "digits"], 2), &["leave out --dataset"]);
    says(&refused(&["file.safetensors", "--part", "auto-encoder"], 2), &["file.safetensors has no auto-encoder"]);
    says(&refused(&["file.safetensors", "--dataset", "mnits"], 2), &["no data set is named \"mnits\""]);
}

#[test]
fn damaged_and_missing_files_are_refused() {
    let place = Place::new();
    place.run("a", &[]);
    let whole = place.read("a/best.safetensors");
    let refused = || failure(&place.train(&["predict", "file.safetensors", "one.pgm"]), 1);
    says(&refused(), &["file.safetensors"]);
    for bytes in [&[][..], &whole[..whole.len() - 1], &[&[0xff; 8], &whole[8..]].concat()] {
        place.write("file.safetensors", bytes);
        says(&refused(), &["file.safetensors: this ", "export it again"]);
    }
}
