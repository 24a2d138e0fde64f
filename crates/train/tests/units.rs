//! The units, initial weights and appearances of images that the open questions vary, from a setting to a result.
#![expect(clippy::unwrap_used, reason = "a test stops where its case is not what it should be")]

mod common;

use common::{OUTCOME, Place, SMALL, failure, says, stderr, stdout};

/// `settings` as options.
fn set<'a>(settings: &[&'a str]) -> Vec<&'a str> {
    settings.iter().flat_map(|setting| ["--set", setting]).collect()
}

fn idx(side: u32, values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 3];
    bytes.extend([1, side, side].into_iter().flat_map(u32::to_be_bytes));
    bytes.extend(values);
    bytes
}

#[test]
fn every_unit_trains_on_both_engines_to_the_same_errors_and_predicts() {
    let place = Place::new();
    let image = place.write("image", &idx(8, &[7; 64]));
    for (k, unit) in ["centred-softplus", "thresholded-softplus", "hard-tanh", "pair"].into_iter().enumerate() {
        let activation = format!("model.activation={unit}");
        let threshold = if unit == "thresholded-softplus" { "0.5" } else { "0.0" };
        let threshold = format!("model.softplus_threshold={threshold}");
        let errors = ["zeros", "autodiff"].map(|engine| {
            let (run, engine) = (format!("{engine}{k}"), format!("training.engine={engine}"));
            place.run(&run, &set(&[&activation, &threshold, &engine]));
            assert!(place.train(&["predict", &run, &image]).status.success(), "{unit}");
            let result = place.json(&format!("{run}/result.json"));
            let zeros = result["sparsity"][0].as_f64().unwrap();
            assert!(unit != "pair" || zeros >= 0.5, "{zeros}");
            result["validation_error"].as_f64().unwrap()
        });
        assert!((errors[0] - errors[1]).abs() < 0.02, "{unit}: {errors:?}");
    }
}

#[test]
fn pairs_are_written_down_with_both_outputs_and_can_be_pre_trained() {
    let place = Place::new();
    place.run("a", &set(&["model.activation=pair", "pretraining.epochs=1", "pretraining.learning_rates=[0.01]"]));
    let run = place.json("a/run.json");
    assert_eq!((&run["layers"], &run["engine"]), (&serde_json::json!([64, 32, 16, 10]), &serde_json::json!("zeros")));
    assert_eq!(run["parameters"], 65 * 16 + 33 * 8 + 17 * 10);
    let result = place.json("a/result.json");
    assert!(result["pretraining"][0]["sparsity"].as_f64().unwrap() >= 0.5);
}

#[test]
fn a_gain_of_1_is_the_run_without_one_and_another_is_another() {
    let place = Place::new();
    place.run("plain", &[]);
    place.run("one", &set(&["model.gain=1"]));
    place.run("two", &set(&["model.gain=2"]));
    common::same_outcome(&place, "plain", "one");
    assert_ne!(place.read(&format!("plain/{}", OUTCOME[0])), place.read(&format!("two/{}", OUTCOME[0])));
}

#[test]
fn a_run_on_inverted_images_in_a_symmetric_range_says_so_evaluates_and_predicts() {
    let place = Place::new();
    place.run("a", &set(&["data.invert=0.5", "data.range=symmetric"]));
    let run = place.json("a/run.json");
    assert!(run["facts"]["inverted images"].as_str().unwrap().contains(" of training, "), "{run}");
    // The test is repeated on the same negatives: another error would be a failure.
    let evaluated = place.train(&["evaluate", "a"]);
    assert!(evaluated.status.success(), "{}", stderr(&evaluated));

    // In a network for [-1, 1], the middle grey is 0 and says nothing but the biases; black does more.
    let grey = place.write("grey", &idx(8, &[8; 64]));
    let black = place.write("black", &idx(8, &[0; 64]));
    let answer = |image: &str| stdout(&place.train(&["predict", "a", image]));
    assert_ne!(answer(&grey).split("class").nth(1), answer(&black).split("class").nth(1));
}

#[test]
fn images_that_are_none_are_not_inverted() {
    let place = Place::new();
    std::fs::create_dir(place.path("own")).unwrap();
    let table = format!("a,label\n{}", "1,cat\n2,dog\n3,cat\n".repeat(20));
    place.write("own/data.csv", table.as_bytes());
    for (setting, key) in [("data.invert=0.5", "data.invert"), ("data.range=symmetric", "data.range")] {
        let args = [&SMALL[..], &["--data-dir", "own", "--format", "csv"], &set(&[setting])].concat();
        says(&failure(&place.train(&args), 1), &["expected images that are stored", "found", key]);
    }
}
