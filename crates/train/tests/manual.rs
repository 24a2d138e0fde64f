//! Tests of shell completions, manual pages, the explanation of settings, and `--quiet`.
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
fn every_shell_completes_settings() {
    let place = Place::new();
    // For the other shells, clap_complete does not complete the values of options.
    for shell in ["bash", "zsh", "fish"] {
        says(
            &stdout(&place.train(&["completions", shell])),
            &["training.epochs=", "model.activation=rectifier", "data.subset="],
        );
    }
    says(&stdout(&place.train(&["completions", "fish"])), &["Passes over the training set"]);
}

#[cfg(unix)]
#[test]
fn bash_completes_the_option_that_changes_a_setting() {
    let place = Place::new();
    let script = format!(
        "source <({} completions bash); COMP_WORDS=(train --set training.en); COMP_CWORD=2; \
         _train train training.en --set; echo ${{COMPREPLY[*]}}",
        env!("CARGO_BIN_EXE_train")
    );
    let output = std::process::Command::new("bash").args(["-c", &script]).current_dir(place.path("")).output().unwrap();
    assert_eq!(stdout(&output).trim(), "training.engine=auto training.engine=sparse training.engine=autodiff");
}

#[test]
fn settings_are_explained() {
    let place = Place::new();
    let said = |args: &[&str]| {
        let output = place.train(&[&["settings"], args].concat());
        assert!(output.status.success(), "{}", common::stderr(&output));
        stdout(&output)
    };
    says(&said(&[]), &["[training]", "training.epochs = 30", "Passes over the training set."]);
    says(&said(&["training"]), &["training.epochs = 30"]);
    assert!(!said(&["training"]).contains("model.hidden ="));
    says(&said(&["training.engine"]), &["zeros", "allowed", "applies to  every run", "--set training.engine=auto"]);
    let lines = said(&["--format", "json"]);
    let rows: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let epochs = rows.iter().find(|row| row["key"] == "training.epochs").unwrap();
    assert_eq!((&epochs["default"], &epochs["allowed"]), (&30.into(), &"a whole number from 1 to 1000000".into()));
    says(
        &said(&["data.nistp", "--format", "json"]),
        &["\"key\":\"data.nistp.test\"", "the data sets nistp and nistp36"],
    );

    let wrong = |args: &[&str]| failure(&place.train(&[&["settings"], args].concat()), 2);
    says(&wrong(&["training.epoch"]), &["train settings training.epoch", "did you mean 'epochs'?"]);
    says(&wrong(&["learning-rate"]), &["did you mean 'pretraining.learning_rates' or 'training.learning_rate'?"]);
    says(&wrong(&["training", "--format", "toml"]), &["leave out training"]);
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
