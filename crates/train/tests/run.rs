//! A run from beginning to end, and the files that it leaves.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{OUTCOME, Place, SMALL, failure, same_outcome, says, stderr, stdout};
use serde_json::Value;

#[test]
fn a_run_leaves_all_files_of_its_folder() {
    let place = Place::new();
    place.run("a", &[]);
    for file in ["config.toml", "run.json", "checkpoint.bpk", "result.json", "report.html"].iter().chain(&OUTCOME) {
        assert!(place.path("a").join(file).is_file(), "{file}");
    }
    let result = place.json("a/result.json");
    for key in ["validation_error", "test_error", "test_nll", "examples_per_second", "training_seconds"] {
        assert!(result[key].is_number(), "{key}");
    }
    assert_eq!(
        (&result["dataset"], &result["seed"], &result["backend"]),
        (&"digits".into(), &1.into(), &"flex".into())
    );
    assert!(result["last"]["test_error"].is_number() && result["last"]["sparsity"].as_array().unwrap().len() == 2);
    for key in ["sparsity", "dead_units"] {
        assert_eq!(result[key].as_array().unwrap().len(), 2, "{key} must have one number per hidden layer");
    }
    assert_eq!(String::from_utf8(place.read("a/metrics.jsonl")).unwrap().lines().count(), 2);
    let manifest = place.json("a/run.json");
    for key in ["version", "commit", "burn", "seed", "checksums", "processor", "instruction_set", "device", "command"] {
        assert!(!manifest[key].is_null(), "{key}");
    }
}

#[test]
fn the_selected_epoch_has_the_lowest_validation_error_and_then_nll() {
    let place = Place::new();
    place.run("a", &["--epochs", "12"]);
    let metrics = String::from_utf8(place.read("a/metrics.jsonl")).unwrap();
    let epochs: Vec<Value> = metrics.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let key = |e: &Value| [e["validation_error"].as_f64().unwrap(), e["validation_nll"].as_f64().unwrap()];
    let best = epochs.iter().min_by(|a, b| key(a).partial_cmp(&key(b)).unwrap()).unwrap();
    let result = place.json("a/result.json");
    assert_eq!(result["selected_epoch"], best["epoch"]);
    assert_eq!(result["validation_error"], best["validation_error"]);
}

#[test]
fn a_subset_leaves_validation_and_test_examples_complete() {
    let place = Place::new();
    place.run("a", &["--set", "data.subset.per-class=3"]);
    let examples = &place.json("a/result.json")["examples"];
    assert_eq!([&examples["train"], &examples["validation"], &examples["test"]], [30, 200, 300]);
    let again = stdout(&place.train(&["evaluate", "a", "--format", "json"]));
    assert_eq!(serde_json::from_str::<Value>(&again).unwrap(), place.json("a/result.json"));
}

#[test]
fn json_lines_are_the_metrics_and_then_the_result() {
    let place = Place::new();
    let args: Vec<&str> = SMALL.iter().chain(&["--run-dir", "a", "--renderer", "json"]).copied().collect();
    let text = stdout(&place.train(&args));
    let (metrics, result) = text.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(format!("{metrics}\n").into_bytes(), place.read("a/metrics.jsonl"));
    assert_eq!(serde_json::from_str::<Value>(result).unwrap(), place.json("a/result.json"));
}

#[test]
fn plain_output_is_one_clean_line_per_epoch_and_names_report_and_records() {
    let place = Place::new();
    let args: Vec<&str> = SMALL.iter().chain(&["--run-dir", "a"]).copied().collect();
    let text = stdout(&place.train(&args));
    assert_eq!(text.lines().filter(|line| line.starts_with("epoch ")).count(), 2, "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
    says(&text, &["a/report.html", "a/best.bpk", "train predict a"]);
}

#[test]
fn runs_without_a_folder_take_the_next_free_one() {
    let place = Place::new();
    for _ in 0..2 {
        assert!(place.train(&SMALL).status.success());
    }
    assert!(place.path("artifacts/digits-seed1/result.json").is_file());
    assert!(place.path("artifacts/digits-seed1-2/result.json").is_file());
    let again = place.train(&["--resume"]);
    says(&stderr(&again), &["artifacts/digits-seed1-2 is already finished"]);
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads_and_another_seed_does_not() {
    let place = Place::new();
    // The layers are wide enough for matrix products to be computed in parallel.
    let args = ["--set", "model.hidden=[700, 600]", "--set", "training.batch_size=50", "--epochs", "1"];
    for (name, threads, seed) in [("a", "1", "1"), ("b", "2", "1"), ("c", "1", "2")] {
        let all: Vec<&str> = args.iter().chain(&["--run-dir", name, "--seed", seed]).copied().collect();
        assert!(place.command(&all).env("RAYON_NUM_THREADS", threads).output().unwrap().status.success());
    }
    same_outcome(&place, "a", "b");
    assert_ne!(place.read("a/best.bpk"), place.read("c/best.bpk"));
}

#[test]
fn evaluating_repeats_the_test_result_exactly_and_detects_a_changed_one() {
    let place = Place::new();
    place.run("a", &[]);
    let output = place.train(&["evaluate", "a", "--format", "json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(serde_json::from_str::<Value>(&stdout(&output)).unwrap(), place.json("a/result.json"));

    let mut result = place.json("a/result.json");
    result["test_nll"] = 0.5.into();
    place.write("a/result.json", result.to_string().as_bytes());
    says(&failure(&place.train(&["evaluate", "a"]), 1), &["differs", "a/result.json"]);
}

#[test]
fn patience_ends_a_run_that_no_longer_improves() {
    let place = Place::new();
    // At this learning rate, no prediction ever changes, so the first epoch remains the best.
    let stuck = ["--epochs", "9", "--set", "training.learning_rate=1e-30", "--set", "training.patience=2"];
    place.run("a", &stuck);
    let result = place.json("a/result.json");
    assert_eq!(
        (&result["stopped"], &result["epochs"], &result["selected_epoch"]),
        (&"patience".into(), &3.into(), &1.into())
    );
}

#[test]
fn a_loss_that_is_not_finite_stops_the_run_with_epoch_step_layer_and_remedy() {
    let place = Place::new();
    let args: Vec<&str> =
        SMALL.iter().chain(&["--run-dir", "a", "--set", "training.learning_rate=1e6"]).copied().collect();
    let text = failure(&place.train(&args), 1);
    says(&text, &["epoch 1", "step ", "layer", "training.learning_rate", "1000000"]);
    assert!(!place.path("a/result.json").exists());
}

#[test]
fn every_activation_trains() {
    let place = Place::new();
    for name in units::ActivationName::ALL {
        place.run(name, &["--set", &format!("model.activation={name}"), "--epochs", "1"]);
        let sparsity = place.json(&format!("{name}/result.json"))["sparsity"][0].as_f64().unwrap();
        let unit = units::ActivationName::find(name).unwrap().with(units::Numbers::default());
        let has_zeros = unit.at(-1.0).0 == 0.0;
        assert_eq!(sparsity > 0.1, has_zeros, "{name}: {sparsity}");
        assert_eq!(place.json(&format!("{name}/run.json"))["activation"], name);
    }
}

#[cfg(feature = "ndarray")]
#[test]
fn ndarray_computes_nearly_the_same_run() {
    let place = Place::new();
    place.run("flex", &[]);
    place.run("ndarray", &["--backend", "ndarray"]);
    let error = |run: &str| place.json(&format!("{run}/result.json"))["validation_error"].as_f64().unwrap();
    assert!((error("flex") - error("ndarray")).abs() <= 0.005);
}

#[test]
fn a_network_without_hidden_layers_is_softmax_regression() {
    let place = Place::new();
    for engine in ["zeros", "autodiff"] {
        let run = format!("none-{engine}");
        let engine = format!("training.engine={engine}");
        let output = place.train(&["--set", "model.hidden=[]", "--set", &engine, "--epochs", "3", "--run-dir", &run]);
        assert!(output.status.success(), "{}", stderr(&output));
        let result = place.json(&format!("{run}/result.json"));
        assert!(result["test_error"].as_f64().unwrap() < 0.15 && result["sparsity"].as_array().unwrap().is_empty());
        assert!(place.train(&["evaluate", &run]).status.success());
    }
}

#[test]
fn measures_are_written_on_request_and_are_the_same_after_an_interruption() {
    let place = Place::new();
    place.run("plain", &[]);
    assert!(!place.path("plain/measures.json").exists());
    let all = "analysis.measures=['pairs', 'stages', 'means', 'paths', 'credit', 'selectivity', 'permuted', 'swap']";
    let pretrained = ["--set", "pretraining.epochs=1", "--set", "pretraining.learning_rates=[0.001]"];
    let args: Vec<&str> = ["--set", all].into_iter().chain(pretrained).collect();
    for engine in ["zeros", "autodiff"] {
        let setting = format!("training.engine={engine}");
        let args = [&args[..], &["--set", &setting]].concat();
        place.run(engine, &args);
        let first = place.read(&format!("{engine}/measures.json"));
        // Without these files, the run looks as if it had been killed after training but before its result was written.
        for file in ["measures.json", "result.json"] {
            std::fs::remove_file(place.path(engine).join(file)).unwrap();
        }
        assert!(place.train(&["--resume", "--run-dir", engine]).status.success());
        assert!(place.read(&format!("{engine}/measures.json")) == first);
    }
    let measures = place.json("zeros/measures.json");
    for key in ["pairs.layer2.share", "means.mean", "paths.overlap", "selectivity.same", "permuted.plain"] {
        assert!(measures[key].is_array(), "{key}");
    }
    for key in
        ["stages.pretrained", "stages.trained", "credit.gini.trained", "credit.norm.preactivation.initialisation"]
    {
        assert_eq!(measures[key].as_array().unwrap().len(), 2, "{key} must have one number per hidden layer");
    }
    let (own, result) = (measures["swap.own_error"][0].as_f64().unwrap(), place.json("zeros/result.json"));
    assert!((own - 100.0 * result["validation_error"].as_f64().unwrap()).abs() < 1e-9);
}

#[test]
fn a_run_that_learns_nothing_fails_as_a_diverged_one_does() {
    let place = Place::new();
    let large = ["--set", "model.activation=tanh", "--set", "training.learning_rate=1000", "--run-dir", "a"];
    let text = failure(&place.train(&[&SMALL[..], &large].concat()), 1);
    says(&text, &["the network learned nothing", "of the untrained network", "--set training.learning_rate=100"]);
    assert!(place.path("a/diverged.json").is_file() && !place.path("a/result.json").exists());
}
