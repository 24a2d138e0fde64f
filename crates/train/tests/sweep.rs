//! A sweep trains each run of a plan once, and writes the same bytes whichever processes are killed in between.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::sweeps::{
    PLAN, RUNS, curves, done, events, place, runs, signal, slow, sweep, wait_for, wait_for_checkpoint,
};
use common::{Place, failure, same_outcome, says, stderr, stdout};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::SystemTime;
use train::run::progress::Progress;
use train::sweep::protocol::{FailureKind, WorkerFailure, WorkerMessage};

#[test]
fn every_run_is_trained_once_and_a_deleted_one_is_trained_again_to_the_same_bytes() {
    let place = place(PLAN);
    let events = done(&place, &["--jobs", "2"]);
    let started = runs(&events, "started");
    assert_eq!(started.len(), RUNS);
    assert_eq!((runs(&events, "done").len(), runs(&events, "diverged").len()), (RUNS - 2, 2));
    // The runs that choose the learning rate come first; the reported runs use the chosen rate.
    let rates: Vec<Value> = started.iter().map(|id| setting(&place, id, "learning_rate")).collect();
    let chosen: Vec<&Value> = events.iter().filter(|event| event["cell"] == "rectifier").collect();
    assert_eq!(rates[0].as_f64(), Some(0.1));
    assert_eq!(rates[1].as_f64(), Some(0.01));
    let reported = chosen.iter().filter(|event| event["event"] == "started" && event["repeat"] != 1);
    assert!(reported.clone().count() == 2);
    for event in reported {
        assert_eq!(setting(&place, event["run"].as_str().unwrap(), "learning_rate").as_f64(), Some(0.1));
    }
    // Networks are deleted, and results are kept.
    for file in ["config.toml", "run.json", "result.json", "metrics.jsonl", "mistakes.json", "report.html"] {
        assert!(place.path(&format!("artifacts/runs/{}/{file}", started[0])).is_file(), "{file}");
    }
    for file in ["best.bpk", "last.bpk", "checkpoint.bpk", "best.safetensors", ".lock"] {
        assert!(!place.path(&format!("artifacts/runs/{}/{file}", started[0])).exists(), "{file}");
    }
    assert_eq!(std::fs::read_dir(place.path("artifacts/runs/.work")).unwrap().count(), 0);
    let curves_of = |id: &String| place.json(&format!("artifacts/runs/{id}/outcome.json"))["curves"].clone();
    assert_eq!(curves_of(&started[0])["validation_error"].as_array().unwrap().len(), 2);
    assert_eq!(curves_of(&started[0])["train_sparsity"].as_array().unwrap().len(), 1);

    // All runs are finished: no worker starts, and no file is written again.
    let written = modified(&place.path("artifacts/runs"));
    assert_eq!(done(&place, &[]), Vec::<Value>::new());
    assert_eq!(modified(&place.path("artifacts/runs")), written);

    let before = curves(&place, "artifacts/runs");
    std::fs::remove_dir_all(place.path(&format!("artifacts/runs/{}", started[0]))).unwrap();
    assert_eq!(runs(&done(&place, &["--keep", "networks"]), "started"), started[..1]);
    assert!(curves(&place, "artifacts/runs") == before);
    assert!(place.path(&format!("artifacts/runs/{}/best.bpk", started[0])).is_file());
    lists_compares_and_exports(&place, &started);
}

/// When each file below `folder` was last written.
fn modified(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let times = |path: PathBuf| match path.metadata().unwrap() {
        data if data.is_dir() => modified(&path),
        data => BTreeMap::from([(path, data.modified().unwrap())]),
    };
    entries.flat_map(times).collect()
}

fn setting(place: &Place, id: &str, key: &str) -> Value {
    place.json(&format!("artifacts/runs/{id}/outcome.json"))["config"]["training"][key].clone()
}

/// Checks `train runs` and `train report` on the finished runs `ids`.
fn lists_compares_and_exports(place: &Place, ids: &[String]) {
    let said = |args: &[&str]| {
        let output = place.train(args);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    assert_eq!(said(&["runs", "list"]).lines().count(), RUNS + 1);
    assert_eq!(said(&["runs", "list", "--format", "csv"]).lines().count(), RUNS + 1);
    let list: Value = serde_json::from_str(&said(&["runs", "list", "--format", "json"])).unwrap();
    assert_eq!(list.as_array().unwrap().len(), RUNS);
    says(&said(&["runs", "show", &ids[0][..10]]), &[&ids[0], "training.learning_rate", "0.1", "test error"]);
    let compared = said(&["runs", "compare", &ids[0], &ids[1]]);
    says(&compared, &["training.learning_rate", "0.01", "validation error"]);
    assert!(!compared.contains("training.seed"), "{compared}");
    says(&said(&["runs", "export", "tiny.toml", "--scale", "smoke", "--to", "kept"]), &["runs copied to kept: 8"]);
    let report = ["report", "tiny.toml", "--scale", "smoke", "--runs"];
    let [store, kept] = ["artifacts/runs", "kept"].map(|folder| {
        says(&said(&[&report[..], &[folder]].concat()), &["tiny", "8 of 8 runs", "artifacts/report/report.html"]);
        ["md", "csv"]
            .map(|end| std::fs::read_to_string(place.path(&format!("artifacts/report/tiny-smoke.{end}"))).unwrap())
    });
    assert_eq!(store[0], kept[0]);
    assert_eq!(store[1], kept[1]);
    says(&store[0], &["| rectifier | 2 of 2 |", "diverged"]);
    said(&["report", &format!("artifacts/runs/{}", ids[0])]);
    says(&std::fs::read_to_string(place.path("artifacts/report/runs-desk.md")).unwrap(), &[&ids[0], "1 of 1"]);
    says(&failure(&place.train(&["runs", "show", "nothing"]), 2), &["no run 'nothing'", "train runs list"]);
}

#[test]
fn kill_9_of_workers_and_sweeps_changes_no_byte() {
    let place = place(&slow());
    done(&place, &["--runs", "whole"]);

    let mut child = sweep(&place, &["--runs", "worker", "--jobs", "1"]).spawn().unwrap();
    let started = wait_for(&mut child, "started");
    wait_for_checkpoint(&place, "worker", started["run"].as_str().unwrap());
    signal("KILL", started["process"].as_u64().unwrap());
    assert!(child.wait().unwrap().success());
    assert!(curves(&place, "worker") == curves(&place, "whole"));

    // After a sweep is killed, the sweep's worker finishes the run: the next sweep does not start that run again, and
    // publishes the result.
    let mut child = sweep(&place, &["--runs", "sweep", "--jobs", "2"]).spawn().unwrap();
    let orphan = wait_for(&mut child, "started");
    wait_for_checkpoint(&place, "sweep", orphan["run"].as_str().unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    let next = done(&place, &["--runs", "sweep"]);
    assert!(!runs(&next, "failed").contains(&orphan["run"].as_str().unwrap().to_owned()));
    assert_eq!(runs(&next, "retried"), Vec::<String>::new());
    assert!(curves(&place, "sweep") == curves(&place, "whole"));
}

#[test]
fn sweeps_that_share_a_store_train_every_run_once() {
    let place = place(&slow());
    let shards = ["1/2", "2/2"].map(|shard| sweep(&place, &["--jobs", "1", "--shard", shard]).spawn().unwrap());
    let outputs = shards.map(|child| child.wait_with_output().unwrap());
    let mut started = Vec::new();
    for output in &outputs {
        assert!(output.status.success(), "{}", stderr(output));
        let own = runs(&events(output), "started");
        assert!(!own.is_empty(), "each sweep must train some of the runs");
        started.extend(own);
    }
    assert_eq!(started.len(), RUNS);
    started.sort();
    assert_eq!(started, curves(&place, "artifacts/runs").into_keys().collect::<Vec<_>>());
}

#[test]
fn a_stop_signal_saves_the_run_and_the_next_sweep_resumes_it() {
    let place = place(&slow());
    let mut child = sweep(&place, &["--jobs", "1"]).spawn().unwrap();
    let started = wait_for(&mut child, "started");
    let id = started["run"].as_str().unwrap();
    wait_for_checkpoint(&place, "artifacts/runs", id);
    signal("TERM", u64::from(child.id()));
    let output = child.wait_with_output().unwrap();
    says(&failure(&output, 130), &["stopped after 0 of 8 runs", "continue with the same command"]);
    assert!(place.path(&format!("artifacts/runs/.work/{id}/checkpoint.bpk")).is_file());
    assert_eq!(runs(&done(&place, &[]), "resumed"), [id]);
}

/// The output of a worker that receives `assignments` in reply to its request for runs.
fn worker(place: &Place, assignments: &Value) -> Output {
    let mut child = place.command(&["worker"]).env("RAYON_NUM_THREADS", "1").stdin(Stdio::piped()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{assignments}").unwrap();
    child.wait_with_output().unwrap()
}

fn messages(output: &Output) -> Vec<WorkerMessage> {
    stdout(output).lines().map(|line| WorkerMessage::parse(line).unwrap()).collect()
}

#[test]
fn a_worker_trains_like_train_and_reports_in_messages() {
    let place = Place::new();
    place.run("alone", &["--set", "pretraining.epochs=1"]);
    let assignment = json!([{"run": "a", "folder": "assigned", "config": "alone/config.toml"}]);
    let output = worker(&place, &assignment);
    assert!(output.status.success(), "{}", stderr(&output));
    same_outcome(&place, "alone", "assigned");
    assert_eq!(place.read("alone/pretraining.jsonl"), place.read("assigned/pretraining.jsonl"));
    let epochs = String::from_utf8(place.read("assigned/metrics.jsonl")).unwrap();
    let last: Value = serde_json::from_str(epochs.lines().last().unwrap()).unwrap();
    let messages = messages(&output);
    assert_eq!(messages[0], WorkerMessage::Free(1));
    let epoch = |layer, epoch, validation_error| WorkerMessage::Epoch {
        run: "a".to_owned(),
        progress: Progress { layer, epoch, validation_error },
    };
    assert!(messages.contains(&epoch(Some(1), 1, None)) && messages.contains(&epoch(Some(2), 1, None)));
    let end = [epoch(None, 2, last["validation_error"].as_f64()), WorkerMessage::Ended { run: "a".to_owned() }];
    assert_eq!(messages[messages.len() - 2..], end);
}

#[test]
fn a_worker_that_cannot_train_reports_the_reason_in_a_message() {
    let place = Place::new();
    place.run("alone", &[]);
    std::fs::create_dir(place.path("locked")).unwrap();
    place.write("locked/config.toml", &place.read("alone/config.toml"));
    let lock = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(place.path("locked/.lock"));
    lock.as_ref().unwrap().lock().unwrap();
    for (folder, config, kind, words) in [
        ("locked", "alone/config.toml", FailureKind::Busy, "another process is training in locked"),
        ("new", "missing.toml", FailureKind::Error, "missing.toml"),
    ] {
        let output = worker(&place, &json!([{"run": "a", "folder": folder, "config": config}]));
        let sentence = failure(&output, if kind == FailureKind::Busy { 2 } else { 1 });
        says(&sentence, &[words]);
        let failed = WorkerMessage::Failed(WorkerFailure { kind, sentence });
        assert_eq!(messages(&output), [WorkerMessage::Free(1), failed]);
    }
}

#[test]
fn a_failed_run_is_reported_at_the_end_and_the_others_are_trained() {
    let plan = PLAN.replace(
        "[[cell]]\nname = \"tanh\"",
        "[[cell]]\nname = \"elsewhere\"\nsettings = { \"data.dataset\" = \"mnist\" }\n[[cell]]\nname = \"tanh\"",
    );
    let place = place(&plan);
    std::fs::create_dir(place.path("none")).unwrap();
    let output = sweep(&place, &["--data-dir", "none"]).output().unwrap();
    says(&failure(&output, 1), &["2 of 10 runs failed", "elsewhere", "none"]);
    let events = events(&output);
    assert_eq!((runs(&events, "failed").len(), runs(&events, "retried").len()), (2, 2));
    assert_eq!(curves(&place, "artifacts/runs").len(), RUNS);
}

#[test]
fn a_rate_at_which_nothing_is_learned_is_never_chosen() {
    let plan = PLAN
        .replace("[0.1, 0.01]", "[1000.0, 0.01]")
        .replace("name = \"rectifier\"", "name = \"rectifier\"\nsettings = { \"model.activation\" = \"tanh\" }");
    let place = place(&plan);
    let output = sweep(&place, &[]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let events = events(&output);
    let of_cell = |event: &&Value| event["cell"] == "rectifier";
    let diverged: Vec<&Value> = events.iter().filter(of_cell).filter(|event| event["event"] == "diverged").collect();
    assert_eq!(diverged.len(), 1, "{events:?}");
    let id = diverged[0]["run"].as_str().unwrap();
    let folder = place.path(&format!("artifacts/runs/{id}"));
    says(&std::fs::read_to_string(folder.join("diverged.json")).unwrap(), &["the network learned nothing"]);
    assert!(!folder.join("result.json").exists() && !folder.join("best.bpk").exists());
    let chosen = events.iter().filter(of_cell).filter(|event| event["event"] == "done");
    for event in chosen {
        let id = event["run"].as_str().unwrap();
        assert_eq!(setting(&place, id, "learning_rate").as_f64(), Some(0.01), "{id}");
    }
}

#[test]
fn wrong_use_is_one_sentence() {
    let place = place(PLAN);
    let refused = |args: &[&str]| failure(&place.train(&[&["sweep"], args].concat()), 2);
    says(&refused(&["nowhere"]), &["no plan 'nowhere'", "path"]);
    says(&refused(&["tiny.toml", "--scale", "paper"]), &["tiny.toml", "scale paper"]);
    says(&refused(&["tiny.toml", "--shard", "3/2"]), &["3/2", "such as 2/4"]);
    says(&refused(&["tiny.toml", "--jobs", "0"]), &["--jobs"]);
    place.write("bad.toml", PLAN.replace("title", "titel").as_bytes());
    says(&refused(&["bad.toml"]), &["bad.toml, line 2", "titel"]);
    place.write("worse.toml", PLAN.replace("training.epochs", "training.epoch").as_bytes());
    says(&refused(&["worse.toml", "--scale", "smoke"]), &["worse.toml, cell 'rectifier', training.epoch", "epochs"]);
    says(&refused(&["tiny.toml", "--renderer", "tui"]), &["terminal"]);
    assert!(!place.path("artifacts").exists(), "a refused command must not create a folder");
}
