//! Tests of networks that are exported for other programs and imported again, of event files, and of the page that
//! shows networks.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{Place, failure, says, stderr, stdout};

const FORMATS: [&str; 3] = ["safetensors", "onnx", "npz"];

fn done(output: &std::process::Output) -> String {
    assert!(output.status.success(), "{}", stderr(output));
    stdout(output)
}

#[test]
fn a_network_survives_every_format_and_gives_the_same_results() {
    let units: [&[&str]; 4] = [
        &[],
        &["--set", "model.activation=thresholded-softplus", "--set", "model.softplus_threshold=0.25"],
        &["--set", "model.activation=pair"],
        &["--set", "model.activation=tanh", "--set", "model.sign_mask=none", "--set", "data.range=symmetric"],
    ];
    let place = Place::new();
    for (k, settings) in units.into_iter().enumerate() {
        let run = format!("run{k}");
        place.run(&run, settings);
        for format in FORMATS {
            let (file, back) = (format!("{run}.{format}"), format!("{run}-{format}"));
            done(&place.train(&["export", &run, "--to", format, "--out", &file]));
            done(&place.train(&["import", &file, "--run-dir", &back]));
            let [begun, imported] = [&run, &back].map(|run| place.json(&format!("{run}/result.json")));
            for number in ["test_error", "test_nll", "sparsity", "dead_units"] {
                assert_eq!(begun[number], imported[number], "{number} of {back}");
            }
            assert_eq!((&imported["stopped"], &imported["selected_epoch"]), (&"imported".into(), &0.into()));
            assert_eq!(place.read(&format!("{run}/best.safetensors")), place.read(&format!("{back}/best.safetensors")));
            done(&place.train(&["evaluate", &back]));
            let resumed = failure(&place.train(&["--resume", "--run-dir", &back]), 2);
            says(&resumed, &[&back, "holds an imported network, which cannot be resumed"]);
        }
    }
}

#[test]
fn an_exported_file_goes_into_the_folder_of_its_run_by_default() {
    let place = Place::new();
    place.run("run", &[]);
    for format in FORMATS {
        let said = done(&place.train(&["export", "run", "--to", format]));
        let length = place.read(&format!("run/best.{format}")).len();
        says(&said, &[&format!("run/best.{format} ({length} bytes)")]);
    }
}

#[test]
fn files_that_cannot_be_imported_are_refused_in_one_sentence() {
    let place = Place::new();
    place.run("run", &[]);
    done(&place.train(&["export", "run", "--to", "onnx", "--out", "net.onnx"]));
    let whole = place.read("net.onnx");
    place.write("cut.onnx", &whole[..whole.len() / 2]);
    place.write("net.pth", &whole);
    place.write("net.npz", &whole);
    let refused = |args: &[&str], code, parts: &[&str]| {
        let sentence = failure(&place.train(&[&["import"], args].concat()), code);
        says(&sentence, parts);
        assert!(
            !place.path("artifacts").exists() && !place.path("new").exists(),
            "a folder was created, although the import failed: {sentence}"
        );
    };
    refused(&["cut.onnx"], 1, &["cut.onnx: ", "onnx"]);
    refused(&["net.npz"], 1, &["net.npz: ", "npz"]);
    refused(&["net.pth"], 2, &["net.pth is not a .safetensors, .onnx or .npz file"]);
    refused(&["none.onnx"], 1, &["none.onnx"]);
    refused(&["net.onnx", "--activation", "tanh"], 1, &["the file states the activation rectifier, not tanh"]);
    refused(&["net.onnx", "--set", "data.range=symmetric"], 2, &["net.onnx reads inputs whose shape or scale"]);
    refused(&["net.onnx", "--set", "training.backend=cuda"], 1, &["no cuda backend"]);
    refused(&["net.onnx", "--dataset", "nonsense"], 2, &["nonsense"]);
    refused(&["net.onnx", "--set", "model.hidden=[3]"], 2, &["net.onnx"]);
    refused(&["net.onnx", "--set", "data.table.label=x"], 2, &["--set data.table.label=x", "not to digits"]);
    refused(&["net.onnx", "--mean", "0"], 2, &["net.onnx states how its inputs are scaled"]);
}

#[test]
fn a_page_holds_the_networks_and_states_the_effect_of_rounding() {
    let place = Place::new();
    place.run("rectifier", &[]);
    place.run("tanh", &["--set", "model.activation=tanh"]);
    let said = done(&place.train(&["explore", "rectifier", "tanh", "--images", "20", "--out", "page.html"]));
    says(&said, &["rectifier: ", "tanh: ", "8-bit weights (300 examples)", "page     page.html"]);
    let page = String::from_utf8(place.read("page.html")).unwrap();
    let data = page.split("id=\"page\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    let samples = data["samples"].as_array().unwrap();
    assert_eq!((samples.len(), data["command"].as_str().unwrap()), (20, "train explore rectifier tanh"));
    let labels: Vec<u64> = samples.iter().take(10).map(|sample| sample["label"].as_u64().unwrap()).collect();
    assert_eq!(labels, (0..10).collect::<Vec<_>>(), "the page must begin with one image of each class");
    assert_eq!(samples[0]["answers"].as_array().unwrap().len(), 2);
    done(&place.train(&["explore", "tanh"]));
    assert!(place.path("tanh/explore.html").is_file());
}

#[test]
fn a_page_of_an_auto_encoder_shows_reconstructions() {
    let place = Place::new();
    let pretrained = [
        "--set",
        "pretraining.epochs=1",
        "--set",
        "pretraining.learning_rates=[0.01]",
        "--set",
        "pretraining.reconstruction=softplus-quadratic",
    ];
    place.run("run", &pretrained);
    let said = done(&place.train(&["explore", "run", "--part", "auto-encoder", "--images", "5"]));
    says(&said, &["run: ", " mean cost, ", "(300 examples)"]);
    let page = String::from_utf8(place.read("run/explore.html")).unwrap();
    says(&page, &[r#""kind":"reconstruction","output_function":["Softplus","z"]"#, "--part auto-encoder"]);
    place.run("plain", &[]);
    let refused = failure(&place.train(&["explore", "plain", "--part", "auto-encoder"]), 2);
    says(&refused, &["plain was not pre-trained"]);
}

#[test]
fn runs_that_do_not_read_the_same_images_cannot_share_a_page() {
    let place = Place::new();
    place.run("digits", &[]);
    place.run("symmetric", &["--set", "data.range=symmetric"]);
    let table = "a,b,label\n".to_owned() + &"1,2,x\n2,1,y\n".repeat(40);
    files::create_folder(&place.path("own")).unwrap();
    place.write("own/table.csv", table.as_bytes());
    place.run("table", &["--data-dir", "own", "--format", "csv"]);
    says(&failure(&place.train(&["explore", "table"]), 2), &["table does not read images"]);
    let both = failure(&place.train(&["explore", "digits", "symmetric"]), 2);
    says(&both, &["symmetric does not read the images of the first run"]);
    says(&failure(&place.train(&["explore", "none"]), 2), &["none is not a run's folder"]);
}

/// The lengths of the records of the event file `bytes`, which must end with a complete record.
fn records(bytes: &[u8]) -> Vec<usize> {
    let mut lengths = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let length = u64::from_le_bytes(rest[..8].try_into().unwrap()) as usize;
        rest = &rest[8 + 4 + length + 4..];
        lengths.push(length);
    }
    lengths
}

#[test]
fn events_hold_each_epoch_once_and_change_nothing_else() {
    let place = Place::new();
    place.run("run", &["--events"]);
    // One record for the version; then, for each of two epochs, five numbers and the sparsity of two layers on two sets
    // of examples.
    assert_eq!(records(&place.read("run/events.out.tfevents.0")).len(), 1 + 2 * 9);
    place.run("plain", &[]);
    assert!(!place.path("plain/events.out.tfevents.0").exists());
    common::same_outcome(&place, "run", "plain");
}
