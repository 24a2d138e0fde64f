//! Runs trained side by side in a fleet match runs trained alone, in numbers and in files, whichever processes are
//! killed.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::sweeps::{
    PLAN, RUNS, curves, done, place, runs, signal, slow, sweep, wait_for, wait_for_checkpoint, wait_for_file,
    wait_for_line,
};
use common::{Place, failure, says};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::Stdio;

/// The epochs of each run in `store`; the key is the run's settings except the backend.
fn epochs(place: &Place, store: &str) -> BTreeMap<String, Vec<Value>> {
    let of = |(id, curve): (String, Vec<u8>)| {
        let mut config = place.json(&format!("{store}/{id}/outcome.json"))["config"].clone();
        config["training"]["backend"] = Value::Null;
        let lines = String::from_utf8(curve).unwrap();
        (config.to_string(), lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    };
    curves(place, store).into_iter().map(of).collect()
}

/// Asserts that the costs of `a` and `b`, records of the same epoch with different rounding, agree to 1e-4. The numbers
/// of errors and of zeros are not compared, because rounding can change the predicted class of an example, or make an
/// output zero.
fn close(run: &str, a: &Value, b: &Value) {
    for key in ["train_loss", "train_nll", "validation_nll"] {
        let [a, b] = [a, b].map(|epoch| epoch[key].as_f64().unwrap());
        assert!((a - b).abs() <= 1e-4 * a.abs().max(1.0), "{run}, {key}: {a} and {b}");
    }
}

/// Asserts that the stores `a` and `b` hold the same runs, that each run has the same number of epochs in both stores,
/// and that the first epoch of each run agrees. Later epochs are not compared, because rounding errors grow over
/// thousands of steps.
fn same_runs(place: &Place, a: &str, b: &str) {
    let [a, b] = [a, b].map(|store| epochs(place, store));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for ((run, a), b) in a.iter().zip(b.values()) {
        assert_eq!(a.len(), b.len(), "{run}");
        a.iter().zip(b).take(1).for_each(|(a, b)| close(run, a, b));
    }
}

/// Checks the runs in `store`, whose sweep was stopped and continued with other options. `begun` and `ended` are stores
/// of uninterrupted sweeps, with the options before and after the stop. The epochs of each run must equal the epochs of
/// the run in `ended`, or else the epochs in `begun` up to the first epoch that differs; this epoch must agree with the
/// same epoch in `begun` within the tolerance of [`close`].
fn parted(place: &Place, store: &str, [begun, ended]: [&str; 2]) {
    let [runs, begun, ended] = [store, begun, ended].map(|store| epochs(place, store));
    for (run, epochs) in &runs {
        assert_eq!(epochs.len(), begun[run].len(), "{run}");
        if *epochs == ended[run] {
            continue;
        }
        if let Some(k) = (0..epochs.len()).find(|k| epochs[*k] != begun[run][*k]) {
            close(run, &epochs[k], &begun[run][k]);
        }
    }
}

/// Appends all numbers in `value`, at any depth, to `all`.
fn collect(value: &Value, all: &mut Vec<f64>) {
    match value {
        Value::Number(number) => all.push(number.as_f64().unwrap()),
        Value::Array(values) => values.iter().for_each(|value| collect(value, all)),
        Value::Object(values) => values.values().for_each(|value| collect(value, all)),
        _ => {}
    }
}

fn files(place: &Place, run: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(place.path(run)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_fleet_gives_the_numbers_and_files_of_runs_trained_alone() {
    let place = place(PLAN);
    let alone = done(&place, &["--runs", "alone", "--keep", "networks"]);
    let beside = done(&place, &["--runs", "beside", "--fleet", "3", "--keep", "networks"]);
    assert_eq!((runs(&beside, "done").len(), runs(&beside, "diverged").len()), (RUNS - 2, 2));
    let started = beside.iter().filter(|event| event["event"] == "started");
    let processes: BTreeSet<u64> = started.map(|event| event["process"].as_u64().unwrap()).collect();
    assert_eq!(processes.len(), 3, "there must be one process for each pair of a shape and an activation");
    same_runs(&place, "alone", "beside");
    for id in runs(&alone, "done") {
        assert_eq!(files(&place, &format!("alone/{id}")), files(&place, &format!("beside/{id}")));
    }
    assert_eq!(done(&place, &["--runs", "beside"]), Vec::<Value>::new());
    assert_eq!(files(&place, "beside/.work").len(), 0);
}

#[test]
fn kill_9_of_a_fleet_or_of_its_sweep_changes_no_byte() {
    let place = place(&slow());
    done(&place, &["--runs", "whole", "--fleet", "4"]);
    kill_9_of_a_fleet(&place, &["--runs", "fleet", "--fleet", "4"]);
    assert!(curves(&place, "fleet") == curves(&place, "whole"));

    // After a sweep is killed, the sweep's fleet finishes the runs, and the next sweep does not start them again.
    let mut child = sweep(&place, &["--runs", "sweep", "--fleet", "4"]).spawn().unwrap();
    let orphan = wait_for(&mut child, "started");
    wait_for_checkpoint(&place, "sweep", orphan["run"].as_str().unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    let next = done(&place, &["--runs", "sweep", "--fleet", "4"]);
    assert_eq!((runs(&next, "retried"), runs(&next, "resumed")), (Vec::new(), Vec::new()));
    assert!(curves(&place, "sweep") == curves(&place, "whole"));
}

/// Kills the first fleet of a sweep with `args` once the fleet has saved a checkpoint; the sweep continues to its end.
fn kill_9_of_a_fleet(place: &Place, args: &[&str]) {
    let mut child = sweep(place, args).spawn().unwrap();
    let started = wait_for(&mut child, "started");
    wait_for_checkpoint(place, args[1], started["run"].as_str().unwrap());
    signal("KILL", started["process"].as_u64().unwrap());
    assert!(child.wait().unwrap().success());
}

#[cfg(feature = "wgpu")]
#[test]
#[ignore = "needs a GPU or a software adapter"]
fn a_fleet_on_a_gpu_or_its_software_adapter_matches_runs_trained_alone_and_survives_kill_9() {
    // The plan has one network shape and few steps, because every process compiles the GPU's kernels, and a software
    // adapter is slow.
    let plan = PLAN[..PLAN.find("[[cell]]\nname = \"wild\"").unwrap()].to_owned();
    let plan = plan.replace("\"training.epochs\" = 2", "\"training.epochs\" = 2, \"training.batch_size\" = 16");
    let place = place(&plan.replace("settings = {", "settings = { \"training.checkpoint_seconds\" = 0.02,"));
    done(&place, &["--runs", "alone"]);
    let gpu = ["--fleet", "2", "--backend", "wgpu"];
    done(&place, &[&["--runs", "whole"], &gpu[..]].concat());
    same_runs(&place, "alone", "whole");
    kill_9_of_a_fleet(&place, &[&["--runs", "killed"], &gpu[..]].concat());
    assert!(curves(&place, "killed") == curves(&place, "whole"));
}

/// Starts a sweep with the options `first`, and stops it with SIGTERM once its first run has saved a checkpoint.
/// Returns the runs that a sweep with the options `next` then resumes.
fn stopped_and_gone_on_with(place: &Place, store: &str, first: &[&str], next: &[&str]) -> Vec<String> {
    let mut child = sweep(place, &[&["--runs", store], first].concat()).spawn().unwrap();
    let started = wait_for(&mut child, "started");
    wait_for_checkpoint(place, store, started["run"].as_str().unwrap());
    signal("TERM", u64::from(child.id()));
    says(&failure(&child.wait_with_output().unwrap(), 130), &["of 8 runs", "continue with the same command"]);
    runs(&done(place, &[&["--runs", store], next].concat()), "resumed")
}

#[test]
fn stopped_runs_are_resumed_in_a_fleet_or_alone() {
    let place = place(&slow());
    done(&place, &["--runs", "alone"]);
    done(&place, &["--runs", "whole", "--fleet", "4"]);
    let fleet = ["--fleet", "4"];
    assert!(stopped_and_gone_on_with(&place, "fleets", &fleet, &fleet).len() > 1);
    assert!(curves(&place, "fleets") == curves(&place, "whole"));
    assert!(stopped_and_gone_on_with(&place, "parted", &fleet, &[]).len() > 1);
    parted(&place, "parted", ["whole", "alone"]);
    // A run that was stopped in the middle of an epoch finishes the epoch before it joins a fleet.
    assert!(!stopped_and_gone_on_with(&place, "joined", &["--jobs", "2"], &fleet).is_empty());
    parted(&place, "joined", ["alone", "whole"]);
}

/// A run that was stopped in its last epoch and is then resumed ends with that epoch.
#[test]
fn a_stop_in_the_last_epoch_does_not_add_an_epoch() {
    let place = place(&PLAN.replace(
        "\"training.epochs\" = 2, \"model.hidden\" = [16]",
        "\"training.epochs\" = 2, \"training.batch_size\" = 1, \"training.checkpoint_seconds\" = 0.02, \"model.hidden\" = [96]",
    ));
    let fleet = ["--fleet", "4"];
    done(&place, &[&["--runs", "whole"], &fleet[..]].concat());
    assert!(!stopped_and_gone_on_with(&place, "stopped", &fleet, &fleet).is_empty());
    assert!(curves(&place, "stopped") == curves(&place, "whole"));
}

/// A plan whose networks have two hidden layers, pre-trained at up to two learning rates each. The first cell has
/// rectifiers, for which one of the rates diverges; in the second cell, the only rate diverges; the third cell has tanh
/// units.
fn pretraining() -> String {
    let settings = "{ \"training.epochs\" = 2, \"model.hidden\" = [24, 16], \"training.checkpoint_seconds\" = 0.02, \
        \"pretraining.epochs\" = 2, \"pretraining.learning_rates\" = [0.01, 1e30] }";
    let plan = PLAN.replace("{ \"training.epochs\" = 2, \"model.hidden\" = [16] }", settings);
    plan[..plan.find("[[cell]]\nname = \"wild\"").unwrap()].to_owned()
        + "[[cell]]\nname = \"lost\"\nsettings = { \"pretraining.learning_rates\" = [1e30] }\n\
        [[cell]]\nname = \"tanh\"\n\
        settings = { \"model.activation\" = \"tanh\", \"pretraining.reconstruction\" = \"tanh-cross-entropy\", \
        \"pretraining.corruption\" = { masking = 0.5 }, \"pretraining.learning_rates\" = [0.01, 0.003] }\n"
}

/// The numbers in `pretraining.jsonl` of each run in `ids`.
fn pretraining_lines(place: &Place, store: &str, ids: &[String]) -> Vec<Vec<f64>> {
    let of = |id: &String| {
        let text = String::from_utf8(place.read(&format!("{store}/{id}/pretraining.jsonl"))).unwrap();
        let mut all = Vec::new();
        text.lines().for_each(|line| collect(&serde_json::from_str(line).unwrap(), &mut all));
        all
    };
    ids.iter().map(of).collect()
}

#[test]
fn pretrained_runs_in_a_fleet_match_runs_trained_alone() {
    let place = place(&pretraining());
    let alone = done(&place, &["--runs", "alone"]);
    let beside = done(&place, &["--runs", "beside", "--fleet", "4"]);
    for events in [&alone, &beside] {
        assert_eq!((runs(events, "done").len(), runs(events, "diverged").len()), (6, 2));
    }
    let started = beside.iter().filter(|event| event["event"] == "started");
    let processes: BTreeSet<u64> = started.map(|event| event["process"].as_u64().unwrap()).collect();
    assert_eq!(processes.len(), 3, "the rectifiers, the diverging cell and tanh must have one process each");
    same_runs(&place, "alone", "beside");
    let ids = runs(&alone, "done");
    let [alone, beside] = ["alone", "beside"].map(|store| pretraining_lines(&place, store, &ids));
    for (alone, beside) in alone.iter().zip(&beside) {
        assert_eq!(alone.len(), beside.len());
        assert!(!beside.contains(&1e30), "pretraining.jsonl must have no lines for a learning rate that diverged");
        for (a, b) in alone.iter().zip(beside) {
            assert!((a - b).abs() <= 1e-3 * a.abs().max(1.0), "{a} and {b}");
        }
    }
}

#[test]
fn pretrained_runs_are_resumed_after_a_kill_or_a_stop() {
    let place = place(&pretraining());
    let whole = done(&place, &["--runs", "whole", "--fleet", "4"]);
    let ids = runs(&whole, "done");
    let saved = |started: &Value, store: &str| {
        let id = started["run"].as_str().unwrap();
        wait_for_file(&place, &format!("{store}/.work/{id}/pretraining/layer1-rate0.01.bpk"));
    };
    let mut child = sweep(&place, &["--runs", "killed", "--fleet", "4"]).spawn().unwrap();
    let started = wait_for(&mut child, "started");
    saved(&started, "killed");
    signal("KILL", started["process"].as_u64().unwrap());
    assert!(child.wait().unwrap().success());

    let stop = |store: &str, next: &[&str]| {
        let mut child = sweep(&place, &["--runs", store, "--fleet", "4"]).spawn().unwrap();
        let started = wait_for(&mut child, "started");
        saved(&started, store);
        signal("TERM", u64::from(child.id()));
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert!(!runs(&done(&place, &[&["--runs", store], next].concat()), "resumed").is_empty());
    };
    stop("stopped", &["--fleet", "4"]);
    stop("parted", &[]);
    for store in ["killed", "stopped"] {
        assert!(curves(&place, store) == curves(&place, "whole"), "{store}");
        assert!(pretraining_lines(&place, store, &ids) == pretraining_lines(&place, "whole", &ids), "{store}");
    }
    same_runs(&place, "whole", "parted");
}

#[test]
fn runs_that_cannot_share_a_fleet_are_trained_alone() {
    // The runs cannot all share a fleet: the number of examples in a fraction of each class depends on the seed, and
    // only one cell is pre-trained.
    let plan =
        PLAN.replace("\"training.epochs\" = 2", "\"training.epochs\" = 2, \"data.subset\" = { fraction = 0.31 }");
    let pretrained = "[[cell]]\nname = \"pretrained\"\nsettings = { \"pretraining.epochs\" = 1 }\n";
    let place = place(&(plan + pretrained));
    done(&place, &["--runs", "alone"]);
    let events = done(&place, &["--runs", "beside", "--fleet", "auto"]);
    assert_eq!(runs(&events, "failed"), Vec::<String>::new());
    let started = runs(&events, "started");
    assert!(
        started.iter().collect::<BTreeSet<_>>().len() < started.len(),
        "a refused run must be started again in its own worker"
    );
    same_runs(&place, "alone", "beside");
}

/// Two sweeps that share a store each train some of its runs in a fleet.
#[test]
fn shards_do_not_take_runs_from_each_other() {
    let place = place(&slow());
    let shards = ["1/2", "2/2"].map(|shard| {
        let fleet = ["--jobs", "1", "--fleet", "8", "--shard", shard];
        sweep(&place, &fleet).spawn().unwrap()
    });
    let outputs = shards.map(|child| child.wait_with_output().unwrap());
    let started: Vec<Vec<String>> =
        outputs.iter().map(|output| runs(&common::sweeps::events(output), "started")).collect();
    assert!(started.iter().all(|own| !own.is_empty()), "each sweep must train some of the runs");
    assert_eq!(started.concat().len(), RUNS);
    assert_eq!(curves(&place, "artifacts/runs").len(), RUNS);
}

#[test]
fn a_failing_fleet_is_halved_until_the_failing_run_is_found() {
    let place = place(PLAN);
    // A folder in place of `result.json` makes the run fail at its end.
    let started = wait_for_line(&mut sweep(&place, &["--runs", "once", "--fleet", "4"]), "started");
    let id = started["run"].as_str().unwrap();
    std::fs::create_dir_all(place.path(&format!("broken/.work/{id}/result.json"))).unwrap();
    let config = place.read(&format!("once/{id}/config.toml"));
    place.write(&format!("broken/.work/{id}/config.toml"), &config);
    let output = sweep(&place, &["--runs", "broken", "--fleet", "4"]).output().unwrap();
    says(&failure(&output, 1), &["1 of", "runs failed", id]);
    let events = common::sweeps::events(&output);
    assert_eq!(runs(&events, "failed"), [id]);
    assert!(!runs(&events, "halved").is_empty());
}

#[test]
fn wrong_use_is_one_sentence() {
    let place = place(PLAN);
    for wrong in ["0", "some", "-1"] {
        let fleet = format!("--fleet={wrong}");
        says(&failure(&place.train(&["sweep", "tiny.toml", &fleet]), 2), &["--fleet", "auto"]);
    }
    for worker in [&["worker"][..], &["worker", "--slots", "auto"]] {
        let mut child = place.command(worker).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"[{\"run\": 1}]\n").unwrap();
        says(&failure(&child.wait_with_output().unwrap(), 2), &["standard input", "train sweep"]);
        // Without a sweep, a worker has no runs to train.
        assert!(place.train(worker).status.success());
    }
}
