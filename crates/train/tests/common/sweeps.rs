//! Helpers that run sweeps over a small plan and read their events and results.

use super::{Place, stderr, stdout};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

/// A plan with three cells: `rectifier` has a grid of two learning rates, the runs of `wild` diverge, and `tanh` has no
/// grid.
pub(crate) const PLAN: &str = r#"
title = "tiny"
about = "for tests"
settings = { "training.epochs" = 2, "model.hidden" = [16] }
[scale.smoke]
choose_on = [1]
seeds = [2, 3]
[[cell]]
name = "rectifier"
grid = { "training.learning_rate" = [0.1, 0.01] }
[[cell]]
name = "wild"
settings = { "training.learning_rate" = 1e6, "model.activation" = "linear", "model.hidden" = [16, 16] }
[[cell]]
name = "tanh"
settings = { "model.activation" = "tanh" }
"#;

/// The number of runs of [`PLAN`]: two that choose a learning rate, two at the chosen rate, and two of each other cell.
pub(crate) const RUNS: usize = 8;

/// [`PLAN`] with longer runs, which take a second or more and save checkpoints frequently.
pub(crate) fn slow() -> String {
    PLAN.replace("\"training.epochs\" = 2", "\"training.epochs\" = 15, \"training.checkpoint_seconds\" = 0.02")
        .replace("[16] }", "[48, 40] }")
}

pub(crate) fn place(plan: &str) -> Place {
    let place = Place::new();
    place.write("tiny.toml", plan.as_bytes());
    place
}

pub(crate) fn sweep(place: &Place, args: &[&str]) -> Command {
    let mut all = vec!["sweep", "tiny.toml", "--scale", "smoke", "--renderer", "json"];
    all.extend(args);
    place.command(&all)
}

pub(crate) fn done(place: &Place, args: &[&str]) -> Vec<Value> {
    let output = sweep(place, args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    events(&output)
}

pub(crate) fn events(output: &Output) -> Vec<Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The ids of the runs in the `events` called `name`.
pub(crate) fn runs(events: &[Value], name: &str) -> Vec<String> {
    let named = events.iter().filter(|event| event["event"] == name);
    named.map(|event| event["run"].as_str().unwrap().to_owned()).collect()
}

/// The learning curve (`metrics.jsonl`) of each finished run, by id.
pub(crate) fn curves(place: &Place, store: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(place.path(store)).unwrap().map(|entry| entry.unwrap().path());
    let ids = entries.map(|path| path.file_name().unwrap().to_string_lossy().into_owned());
    let finished = ids.filter(|id| !id.starts_with('.'));
    finished
        .map(|id| {
            assert!(place.path(&format!("{store}/{id}/outcome.json")).is_file(), "{id}");
            let curve = std::fs::read(place.path(&format!("{store}/{id}/metrics.jsonl"))).unwrap_or_default();
            (id, curve)
        })
        .collect()
}

/// Waits for the first event of `child` that is called `name`; all other events are read and discarded.
pub(crate) fn wait_for(child: &mut Child, name: &str) -> Value {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let wanted = lines.by_ref().find_map(|line| {
        let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
        (event["event"] == name).then_some(event)
    });
    std::thread::spawn(move || lines.for_each(drop));
    wanted.unwrap()
}

/// Runs a sweep to its end, and returns its first event called `name`.
pub(crate) fn wait_for_line(sweep: &mut Command, name: &str) -> Value {
    let output = sweep.output().unwrap();
    events(&output).into_iter().find(|event| event["event"] == name).unwrap()
}

/// Sends the signal `name` to a process.
pub(crate) fn signal(name: &str, process: u64) {
    let signal = match name {
        "INT" => Signal::INT,
        "KILL" => Signal::KILL,
        "TERM" => Signal::TERM,
        other => panic!("the signal {other} is not supported here"),
    };
    kill_process(Pid::from_raw(i32::try_from(process).unwrap()).unwrap(), signal).unwrap();
}

/// Waits until the run `id`, which is in progress, has saved a checkpoint.
pub(crate) fn wait_for_checkpoint(place: &Place, store: &str, id: &str) {
    wait_for_file(place, &format!("{store}/.work/{id}/checkpoint.bpk"));
}

/// Waits until `file` exists.
pub(crate) fn wait_for_file(place: &Place, file: &str) {
    let path = place.path(file);
    let patience = Instant::now() + Duration::from_secs(30);
    while !path.exists() {
        assert!(Instant::now() < patience, "{file} has not been written within 30 seconds");
        std::thread::sleep(Duration::from_millis(2));
    }
}
