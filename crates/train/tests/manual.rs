//! What shells and `man` are told.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{Place, failure, says, stdout};

#[test]
fn every_shell_completes_commands_and_options() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        says(&stdout(&place.train(&["completions", shell])), &["explore", "reproduce", "run-dir"]);
    }
    says(&failure_of(&place, "csh"), &["csh", "bash"]);
}

fn failure_of(place: &Place, shell: &str) -> String {
    let output = place.train(&["completions", shell]);
    assert_eq!(output.status.code(), Some(2));
    common::stderr(&output)
}

#[test]
fn every_command_has_a_page() {
    let place = Place::new();
    assert!(place.train(&["man", "pages"]).status.success());
    for name in ["train", "train-explore", "train-export", "train-runs", "train-runs-show", "train-data-fetch"] {
        let page = String::from_utf8(place.read(&format!("pages/{name}.1"))).unwrap();
        says(&page, &[".TH ", ".SH NAME", ".SH SYNOPSIS"]);
    }
    place.write("file", b"");
    says(&failure(&place.train(&["man", "file"]), 1), &["file"]);
}

#[test]
fn quiet_commands_print_nothing_but_errors() {
    let place = Place::new();
    let quiet = |args: &[&str]| {
        let output = place.train(args);
        assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(), "{args:?}");
    };
    quiet(&[&common::SMALL[..], &["--quiet", "--run-dir", "run"]].concat());
    quiet(&["evaluate", "run", "-q"]);
    says(&failure(&place.train(&["evaluate", "none", "--quiet"]), 2), &["none"]);
}
