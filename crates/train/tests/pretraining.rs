//! Pre-training as a part of a run is reproducible, can be resumed, and is refused where it is impossible.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{Place, failure, same_outcome, says, stderr};
use random::RngExt as _;
use std::time::Duration;

const RUN: [&str; 12] = [
    "--set",
    "model.hidden=[40, 30]",
    "--set",
    "training.checkpoint_seconds=0.02",
    "--set",
    "pretraining.epochs=3",
    "--set",
    "pretraining.learning_rates=[0.01, 0.001]",
    "--epochs",
    "3",
    "--renderer",
    "plain",
];

fn args<'a>(run: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    RUN.iter().chain(&["--run-dir", run]).chain(more).copied().collect()
}

/// The arguments that resume `run`; if the run does not exist, or was killed before it wrote its settings, which can
/// happen on a busy machine, the arguments that start the run.
fn onward<'a>(place: &Place, run: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let begun = place.path(run).join("config.toml").exists();
    if begun { vec!["--resume", "--run-dir", run, "--renderer", "plain"] } else { args(run, more) }
}

fn finished(place: &Place, run: &str, more: &[&str]) {
    let output = place.train(&args(run, more));
    assert!(output.status.success(), "{}", stderr(&output));
}

fn lines(place: &Place, run: &str) -> Vec<serde_json::Value> {
    let text = String::from_utf8(place.read(&format!("{run}/pretraining.jsonl"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_layer_is_trained_at_each_rate_and_the_lowest_validation_cost_is_taken() {
    let place = Place::new();
    finished(&place, "a", &[]);
    let lines = lines(&place, "a");
    assert_eq!(lines.len(), 2 * 2 * 3);
    let result = place.json("a/result.json");
    assert!(result["pretraining_seconds"].as_f64().unwrap() > 0.0);
    for (k, chosen) in result["pretraining"].as_array().unwrap().iter().enumerate() {
        let of_layer = lines.iter().filter(|line| line["layer"] == k + 1);
        let lowest = of_layer
            .min_by(|a, b| a["validation_cost"].as_f64().unwrap().total_cmp(&b["validation_cost"].as_f64().unwrap()));
        let lowest = lowest.unwrap();
        for key in ["learning_rate", "epoch", "validation_cost"] {
            assert_eq!(chosen[key], lowest[key], "{key} of layer {}", k + 1);
        }
    }
    let costs: Vec<f64> = lines[..3].iter().map(|line| line["train_cost"].as_f64().unwrap()).collect();
    assert!(costs[2] < costs[0], "the cost must fall: {costs:?}");
}

#[test]
fn kill_9_in_any_phase_changes_no_byte() {
    let place = Place::new();
    finished(&place, "whole", &[]);
    let mut moments = random::stream(1, "kill", &[]);
    for run in ["killed-1", "killed-2"] {
        for _ in 0..6 {
            let mut child = place.command(&onward(&place, run, &[])).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(moments.random_range(1..200)));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let output = place.train(&onward(&place, run, &[]));
        assert!(output.status.success(), "{}", stderr(&output));
        same_outcome(&place, "whole", run);
        assert_eq!(place.read("whole/pretraining.jsonl"), place.read(&format!("{run}/pretraining.jsonl")));
    }
}

#[test]
fn the_threads_do_not_matter_and_the_engines_nearly_agree() {
    let place = Place::new();
    finished(&place, "a", &[]);
    let mut one = place.command(&args("one", &[]));
    assert!(one.env("RAYON_NUM_THREADS", "1").output().unwrap().status.success());
    same_outcome(&place, "a", "one");
    finished(&place, "autodiff", &["--set", "training.engine=autodiff"]);
    for (zeros, autodiff) in lines(&place, "a").iter().zip(lines(&place, "autodiff")) {
        let cost = |line: &serde_json::Value| line["validation_cost"].as_f64().unwrap();
        assert!((cost(zeros) - cost(&autodiff)).abs() < 0.02 * cost(zeros), "{zeros} {autodiff}");
    }
}

#[test]
fn each_layer_has_its_own_penalty() {
    let place = Place::new();
    let with = |run: &str, l1: &str| finished(&place, run, &["--set", &format!("pretraining.l1={l1}")]);
    with("number", "0.001");
    with("equal", "[0.001, 0.001]");
    with("other", "[0.001, 0.1]");
    for file in ["pretraining.jsonl", "metrics.jsonl"] {
        assert_eq!(place.read(&format!("equal/{file}")), place.read(&format!("number/{file}")), "{file}");
    }
    for (number, other) in lines(&place, "number").iter().zip(lines(&place, "other")) {
        assert_eq!(*number == other, number["layer"] == 1, "{number} {other}");
    }
}

#[test]
fn a_subset_limits_the_labels_but_not_the_inputs_of_pretraining() {
    let place = Place::new();
    finished(&place, "all", &[]);
    finished(&place, "few", &["--set", "data.subset.per-class=5"]);
    assert_eq!(place.json("few/result.json")["examples"]["train"], 50);
    // Both runs pre-train on the same inputs in different orders, so the costs are similar; supervised training
    // differs.
    let cost = |run: &str| lines(&place, run)[2]["validation_cost"].as_f64().unwrap();
    assert!((cost("all") - cost("few")).abs() < 0.1 * cost("all"), "{} {}", cost("all"), cost("few"));
    assert_ne!(place.read("all/metrics.jsonl"), place.read("few/metrics.jsonl"));
}

#[test]
fn every_reconstruction_and_corruption_trains_where_its_targets_can_be_reached() {
    let place = Place::new();
    let kinds = [
        ("softplus-quadratic", "pretraining.corruption.masking=0.25", "rectifier", "none"),
        (
            "logistic-cross-entropy",
            "pretraining.corruption={ salt-and-pepper = { to-zero = 0.5, to-one = 0.01 } }",
            "rectifier",
            "global",
        ),
        ("logistic-cross-entropy", "pretraining.corruption.masking=0.5", "rectifier", "per-unit"),
        ("tanh-cross-entropy", "pretraining.corruption.gaussian=0.1", "tanh", "none"),
        ("linear-quadratic", "pretraining.corruption.masking=0", "softplus", "none"),
        ("rectifier-quadratic", "pretraining.corruption.masking=0.1", "rectifier", "none"),
    ];
    for (k, (reconstruction, corruption, activation, rescaling)) in kinds.into_iter().enumerate() {
        let settings = [
            format!("pretraining.reconstruction={reconstruction}"),
            corruption.to_owned(),
            format!("model.activation={activation}"),
            format!("pretraining.rescaling={rescaling}"),
        ];
        let more: Vec<&str> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
        let run = format!("run-{k}");
        finished(&place, &run, &more);
        assert!(lines(&place, &run).iter().all(|line| line["validation_cost"].as_f64().unwrap().is_finite()));
    }
}

#[test]
fn tied_decoders_samples_and_noise_before_the_activation_resume_to_the_byte_and_engines_agree() {
    let place = Place::new();
    let kinds: [&[&str]; 3] = [
        &["pretraining.decoder=tied"],
        &["pretraining.sampling=0.2"],
        &["pretraining.corruption={ gaussian-before-activation = 0.2 }", "pretraining.decoder=tied"],
    ];
    for (k, settings) in kinds.iter().enumerate() {
        let more: Vec<&str> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
        let [run, killed, autodiff] = ["run", "killed", "autodiff"].map(|name| format!("{name}-{k}"));
        finished(&place, &run, &more);
        for _ in 0..2 {
            let mut child = place.command(&onward(&place, &killed, &more)).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(60));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let output = place.train(&onward(&place, &killed, &more));
        assert!(output.status.success(), "{}", stderr(&output));
        same_outcome(&place, &run, &killed);
        finished(&place, &autodiff, &[&more[..], &["--set", "training.engine=autodiff"]].concat());
        for (zeros, autodiff) in lines(&place, &run).iter().zip(lines(&place, &autodiff)) {
            let cost = |line: &serde_json::Value| line["validation_cost"].as_f64().unwrap();
            assert!((cost(zeros) - cost(&autodiff)).abs() < 0.02 * cost(zeros), "{zeros} {autodiff}");
        }
    }
}

#[test]
fn codes_too_large_to_keep_are_recomputed_to_the_same_bytes() {
    let place = Place::new();
    finished(&place, "kept", &[]);
    finished(&place, "anew", &["--set", "pretraining.code_gib=0"]);
    same_outcome(&place, "kept", "anew");
}

#[test]
fn targets_that_cannot_be_reached_and_settings_that_make_no_sense_are_refused() {
    let place = Place::new();
    let beyond = place.train(&args("a", &["--set", "pretraining.reconstruction=logistic-cross-entropy"]));
    says(
        &failure(&beyond, 2),
        &["layer 2 must reconstruct", "reaches only values from 0 to 1", "pretraining.rescaling"],
    );
    let tanh = ["--set", "model.activation=tanh", "--set", "pretraining.rescaling=global"];
    says(
        &failure(&place.train(&args("b", &tanh)), 2),
        &["possible only for rectifiers, pairs of rectifiers, absolute-value units and linear units"],
    );
    let none = ["--set", "pretraining.epochs=1", "--set", "model.hidden=[]"];
    says(&failure(&place.train(&none), 2), &["model.hidden=[]", "model.hidden has no layer to pre-train"]);
    for (bad, allowed) in [
        ("pretraining.corruption.masking=1.5", "a number from 0 to 1"),
        ("pretraining.learning_rates=[]", "a list of 1 to 20 entries, each a number above 0"),
        ("pretraining.epochs=0", "a whole number from 1"),
        ("pretraining.sampling=0", "a number above 0"),
        ("pretraining.code_gib=-1", "a number from 0 to"),
    ] {
        says(&failure(&place.train(&["--set", bad]), 2), &[bad, allowed]);
    }
}

#[test]
fn an_auto_encoder_that_learns_nothing_is_never_the_best() {
    let place = Place::new();
    let run = |run, rates| {
        let own =
            ["model.hidden=[16]", "model.activation=tanh", "pretraining.reconstruction=logistic-cross-entropy", rates];
        place.train(&args(run, &own.map(|setting| ["--set", setting]).concat()))
    };
    let sentence = failure(&run("a", "pretraining.learning_rates=[1000.0]"), 1);
    says(&sentence, &["the network learned nothing", "--set pretraining.learning_rates=[100]"]);
    assert!(place.path("a/diverged.json").is_file() && !place.path("a/result.json").exists());
    assert!(lines(&place, "a").iter().all(|line| line["best"] == false), "{:?}", lines(&place, "a"));

    let output = run("b", "pretraining.learning_rates=[1000.0, 0.01]");
    assert!(output.status.success(), "{}", stderr(&output));
    says(&stderr(&output), &["layer 1, rate 1000: the network learned nothing"]);
    assert_eq!(place.json("b/result.json")["pretraining"][0]["learning_rate"], 0.01);
}
