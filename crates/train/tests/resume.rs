//! A run that is interrupted and resumed gives the same result as a run that is never interrupted.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{OUTCOME, Place, failure, same_outcome, says, stderr};
use random::RngExt;
use std::process::Child;
use std::time::Duration;

const RUN: [&str; 8] = [
    "--set",
    "model.hidden=[48, 40]",
    "--set",
    "training.checkpoint_seconds=0.02",
    "--epochs",
    "8",
    "--renderer",
    "plain",
];

fn start(place: &Place, name: &str) -> Child {
    let args: Vec<&str> = RUN.iter().chain(&["--run-dir", name]).copied().collect();
    place.command(&args).spawn().unwrap()
}

fn resume(place: &Place, name: &str) -> Child {
    place.command(&["--resume", "--run-dir", name, "--renderer", "plain"]).spawn().unwrap()
}

fn uninterrupted(place: &Place) {
    let output = start(place, "whole").wait_with_output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

/// Waits until `file` exists or the process has ended.
fn wait_for(child: &mut Child, file: &std::path::Path) {
    while !file.exists() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn kill_9_at_20_random_moments_changes_no_byte() {
    let place = Place::new();
    uninterrupted(&place);
    let mut moments = random::stream(1, "kill", &[]);
    let mut kills = 0;
    let mut run = 0;
    // A run may end before it has been killed 20 times; the next run then receives the remaining kills.
    while kills < 20 {
        run += 1;
        let name = format!("killed-{run}");
        loop {
            let begun = place.path(&name).join("config.toml").exists();
            let mut child = if begun { resume(&place, &name) } else { start(&place, &name) };
            std::thread::sleep(Duration::from_millis(moments.random_range(1..250)));
            if kills == 20 || child.try_wait().unwrap().is_some() {
                let output = child.wait_with_output().unwrap();
                assert!(output.status.success(), "{}", stderr(&output));
                break;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
        }
        same_outcome(&place, "whole", &name);
    }
}

#[cfg(unix)]
#[test]
fn a_stop_signal_saves_the_run_names_the_command_to_resume_and_changes_no_byte() {
    let place = Place::new();
    uninterrupted(&place);
    for signal in ["INT", "TERM"] {
        let mut child = start(&place, signal);
        wait_for(&mut child, &place.path(signal).join("metrics.jsonl"));
        common::sweeps::signal(signal, u64::from(child.id()));
        let output = child.wait_with_output().unwrap();
        let text = failure(&output, 130);
        says(&text, &["epoch", "step", &format!("train --resume --run-dir {signal}")]);
        for file in OUTCOME {
            assert!(place.path(signal).join(file).is_file(), "{file}");
        }
        assert!(!place.path(signal).join("result.json").exists());
        assert!(resume(&place, signal).wait().unwrap().success());
        same_outcome(&place, "whole", signal);
    }
}

#[test]
fn resuming_a_finished_run_leaves_it_unchanged() {
    let place = Place::new();
    place.run("a", &[]);
    let before = place.read("a/result.json");
    let output = place.train(&["--resume", "--run-dir", "a"]);
    assert!(output.status.success());
    says(&stderr(&output), &["a is already finished"]);
    assert_eq!(place.read("a/result.json"), before);
}

#[test]
fn options_that_contradict_the_run_are_refused_and_equal_ones_are_accepted() {
    let place = Place::new();
    place.run("a", &[]);
    let other = place.train(&["--resume", "--run-dir", "a", "--epochs", "99"]);
    says(&failure(&other, 2), &["differ", "a/config.toml", "--resume"]);
    assert!(place.train(&["--resume", "--run-dir", "a", "--epochs", "2"]).status.success());
}

#[test]
fn a_folder_without_a_run_cannot_be_resumed() {
    let place = Place::new();
    says(&failure(&place.train(&["--resume", "--run-dir", "nothing"]), 2), &["nothing", "config.toml"]);
    says(&failure(&place.train(&["--resume"]), 2), &["artifacts/digits-seed1", "--run-dir"]);
}

#[test]
fn a_folder_in_which_a_run_is_in_progress_is_refused() {
    let place = Place::new();
    let args = ["--run-dir", "a", "--epochs", "100000", "--renderer", "plain"];
    let mut first = place.command(&args).spawn().unwrap();
    wait_for(&mut first, &place.path("a/checkpoint.bpk"));
    let second = place.train(&["--resume", "--run-dir", "a"]);
    first.kill().unwrap();
    first.wait().unwrap();
    says(&failure(&second, 2), &["another process", "a", "--run-dir"]);
}

#[test]
fn a_run_killed_before_its_first_file_can_be_started_again() {
    let place = Place::new();
    std::fs::create_dir(place.path("a")).unwrap();
    place.write("a/.lock", b"");
    place.write("a/.writing-x.tmp", b"half");
    place.run("a", &[]);
    assert!(!place.path("a/.writing-x.tmp").exists());
}

#[test]
fn a_checkpoint_of_another_configuration_is_refused_and_a_missing_one_is_reported() {
    let place = Place::new();
    let mut child = start(&place, "a");
    wait_for(&mut child, &place.path("a/metrics.jsonl"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!place.path("a/result.json").exists(), "the run must be killed before it finishes");
    let config = String::from_utf8(place.read("a/config.toml")).unwrap();
    place.write("a/config.toml", config.replace("learning_rate = 0.1", "learning_rate = 0.2").as_bytes());
    says(&failure(&resume(&place, "a").wait_with_output().unwrap(), 1), &["a/checkpoint.bpk", "restore config.toml"]);
    place.write("a/config.toml", config.as_bytes());
    std::fs::remove_file(place.path("a/checkpoint.bpk")).unwrap();
    let again = resume(&place, "a").wait_with_output().unwrap();
    assert!(again.status.success(), "{}", stderr(&again));
    says(&stderr(&again), &["a/checkpoint.bpk is missing: training starts again"]);
}
