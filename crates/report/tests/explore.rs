//! Tests of the explorer page: its contents, its script, and the networks and test images that it rejects.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use exchange::Affine;
use preprocessing::Pixels;
use report::explore::{
    Answer, Effect, Error, Explored, ExploredLayer, Explorer, Sample, explorer_html, quantise, write_explorer,
};
use serde_json::Value;
use std::io::Write as _;
use std::process::{Command, Stdio};
use units::{Activation, Reconstruction};

const IMAGE: Pixels = Pixels::plain([1, 2, 3], 255, 0.0);

fn affine(inputs: usize, units: usize) -> Affine {
    let weight = (0..inputs * units).map(|k| (k as f32 * 1.7).sin() / 3.0).collect();
    Affine { inputs, weight, bias: vec![0.25; units] }
}

/// A 6-4-2 classifier with hidden rectifiers and a sign mask.
fn network() -> Explored {
    let layer = ExploredLayer {
        affine: affine(6, 4),
        signs: Some(vec![1.0, -1.0, 1.0, 1.0]),
        activation: Activation::Rectifier,
    };
    let effect = Effect { exact: 0.0143, rounded: 0.0145, examples: 10_000 };
    Explored {
        name: "mnist-seed1".to_owned(),
        hidden: vec![layer],
        output: affine(4, 2),
        answer: Answer::Classes,
        effect: Some(effect),
    }
}

fn sample() -> Sample {
    Sample { pixels: vec![0, 1, 2, 3, 254, 255], label: 1, answers: vec![vec![0.25, 0.75]] }
}

fn classes() -> Vec<String> {
    vec!["zero".to_owned(), "one".to_owned()]
}

fn html(networks: &[Explored], samples: &[Sample]) -> Result<String, Error> {
    explorer_html(&Explorer { command: "train explore RUN", classes: &classes(), image: IMAGE, networks, samples })
}

/// The texts of the page between each occurrence of `open` and the next occurrence of `close`.
fn contents<'a>(page: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    page.split(open).skip(1).map(|rest| rest.split(close).next().unwrap()).collect()
}

fn weights(page: &str) -> Vec<Value> {
    let texts = contents(page, "<script type=\"application/json\" class=\"weights\">", "</script>");
    texts.into_iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

fn floats(value: &Value) -> Vec<f32> {
    bytes(value).chunks(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
}

#[test]
fn a_page_holds_codes_scales_biases_signs_and_samples() {
    let page = html(&[network()], &[sample()]).unwrap();
    let found = &weights(&page)[0];
    let rounded = quantise(&network().hidden[0].affine.weight, 4);
    let layer = &found["hidden"][0];
    let codes: Vec<i8> = bytes(&layer["codes"]).into_iter().map(u8::cast_signed).collect();
    assert_eq!((codes, floats(&layer["scale"])), (rounded.codes, rounded.scale));
    assert_eq!((floats(&layer["bias"]), floats(&layer["signs"])), (vec![0.25; 4], vec![1.0, -1.0, 1.0, 1.0]));
    assert_eq!((&found["kind"], &found["effect"]["rounded"]), (&Value::from("classes"), &Value::from(0.0145)));
    let data: Value = serde_json::from_str(contents(&page, "id=\"page\">", "</script>")[0]).unwrap();
    assert_eq!(bytes(&data["samples"][0]["pixels"]), sample().pixels);
    assert_eq!(floats(&data["samples"][0]["answers"][0]), [0.25, 0.75]);
    assert_eq!(data["command"], "train explore RUN");
}

#[test]
fn only_weights_are_rounded_and_as_on_the_page() {
    let (exact, rounded) = (network(), network().rounded());
    assert_eq!(rounded.hidden[0].affine.weight, quantise(&exact.hidden[0].affine.weight, 4).weight());
    assert_eq!(rounded.output.weight, quantise(&exact.output.weight, 2).weight());
    assert_ne!(rounded.output.weight, exact.output.weight);
    let back = Explored { hidden: exact.hidden.clone(), output: exact.output.clone(), ..rounded.clone() };
    assert_eq!(back, exact);
    assert_eq!(rounded.hidden[0].affine.bias, exact.hidden[0].affine.bias);
}

#[test]
fn the_papers_network_takes_less_than_6_megabytes() {
    let layer = |inputs| ExploredLayer { affine: affine(inputs, 1000), signs: None, activation: Activation::Rectifier };
    let image = Pixels { height: 28, width: 28, ..IMAGE };
    let hidden = vec![layer(784), layer(1000), layer(1000)];
    let networks = [Explored { hidden, output: affine(1000, 2), ..network() }];
    let samples = vec![Sample { pixels: vec![200; 784], ..sample() }; 100];
    let page = Explorer { command: "", classes: &classes(), image, networks: &networks, samples: &samples };
    let length = explorer_html(&page).unwrap().len();
    assert!((2_784_000..6_000_000).contains(&length), "the page has {length} bytes");
}

#[test]
fn no_name_closes_a_script() {
    let evil = "</script><script>alert(1)</script><!--".to_owned();
    let networks = [Explored { name: evil.clone(), ..network() }];
    let classes = [evil.clone(), evil.clone()];
    let page = Explorer { command: &evil, classes: &classes, image: IMAGE, networks: &networks, samples: &[] };
    let page = explorer_html(&page).unwrap();
    assert!(!page.contains("alert(1)</script>") && !page.contains("<script>alert"));
    assert_eq!(page.matches("</script>").count(), html(&[network()], &[]).unwrap().matches("</script>").count());
    assert_eq!(weights(&page)[0]["name"], evil);
}

#[test]
fn the_policy_allows_only_the_script_of_the_page() {
    let page = html(&[network()], &[]).unwrap();
    let policy = contents(&page, "Content-Security-Policy\" content=\"", "\"")[0];
    assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{policy}");
    for (open, close) in [("<script>", "</script>"), ("<style>", "</style>")] {
        let [text] = contents(&page, open, close)[..] else { panic!("expected exactly one {open}") };
        let hex = files::sha256(text.as_bytes());
        let hash: Vec<u8> = (0..32).map(|k| u8::from_str_radix(&hex[2 * k..2 * k + 2], 16).unwrap()).collect();
        assert!(policy.contains(&STANDARD.encode(hash)), "the policy lacks the hash of {open}");
    }
    let addresses = page.matches("http").count() - page.matches("http-equiv").count();
    assert_eq!(
        addresses,
        page.matches("http://www.w3.org/2000/svg").count(),
        "expected no address except the SVG namespace, which a browser does not load"
    );
}

/// The names of all operators in a formula of the page.
fn operators(tree: &Value) -> Vec<String> {
    let Some([operator, inputs @ ..]) = tree.as_array().map(Vec::as_slice) else { return Vec::new() };
    let name = operator.as_str().unwrap().to_owned();
    std::iter::once(name).chain(inputs.iter().flat_map(operators)).collect()
}

/// The classifier of [`network`] with another activation function and without a sign mask.
fn network_of(activation: Activation) -> Explored {
    let layer = ExploredLayer { activation, signs: None, ..network().hidden.remove(0) };
    Explored { hidden: vec![layer], output: affine(4 * activation.outputs_per_unit(), 2), ..network() }
}

/// A 6-4-6 auto-encoder with hidden rectifiers and a sign mask.
fn autoencoder(reconstruction: Reconstruction) -> Explored {
    Explored { output: affine(4, 6), answer: Answer::Reconstruction(reconstruction), ..network() }
}

#[test]
fn the_script_knows_every_operator_of_every_unit_and_reconstruction() {
    let check = |page: &str, tree: &Value| {
        let script = contents(page, "const OPERATORS = {", "\n};")[0];
        for operator in operators(tree) {
            assert!(script.contains(&format!("\n  {operator}: {{")), "formulas.js does not define {operator}; add it");
        }
    };
    for activation in Activation::ALL {
        let page = html(&[network_of(activation)], &[]).unwrap();
        let found = &weights(&page)[0]["hidden"][0]["activation"];
        assert_eq!(found["homogeneous"], activation.is_positively_homogeneous());
        let outputs = found["outputs"].as_array().unwrap();
        assert_eq!(outputs.len(), activation.outputs_per_unit());
        for tree in outputs {
            check(&page, tree);
        }
    }
    for reconstruction in Reconstruction::ALL {
        let page = html(&[autoencoder(reconstruction)], &[]).unwrap();
        check(&page, &weights(&page)[0]["output_function"]);
    }
}

/// The value and the slope of each formula in `trees` at each of `inputs`, as computed by the page's script.
fn computed_by_the_page(trees: &[Value], inputs: &[f32]) -> Vec<Vec<[f64; 2]>> {
    let script = [include_str!("../src/explore/formulas.js"), include_str!("../src/explore/column.js")].concat();
    let lines = format!(
        "{script}\nconst at = (f) => {inputs:?}.map((z) => [f.value(z), f.slope(z)]);\n\
         console.log(JSON.stringify({}.map((tree) => at(functionOf(tree)))));",
        serde_json::to_string(trees).unwrap()
    );
    let node = Command::new("node").arg("-").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut node = node.expect("node must be installed to run the page's script");
    node.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    serde_json::from_slice(&node.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
#[ignore = "needs node"]
fn the_script_computes_every_unit_and_reconstruction() {
    const INPUTS: [f32; 10] = [-30.0, -2.5, -1.0, -0.4, 0.0, 0.01, 0.3, 1.0, 1.7, 30.0];
    let (mut trees, mut cases) = (Vec::new(), Vec::new());
    for activation in Activation::ALL {
        let page = html(&[network_of(activation)], &[]).unwrap();
        let outputs = weights(&page)[0]["hidden"][0]["activation"]["outputs"].as_array().unwrap().clone();
        // The second output of a pair is its first output for -z.
        for (tree, sign) in outputs.into_iter().zip([1.0, -1.0]) {
            let expected = INPUTS.map(|z| {
                let (value, slope) = activation.at(sign * z);
                [value, sign * slope]
            });
            trees.push(tree);
            cases.push((activation.to_string(), expected));
        }
    }
    for reconstruction in Reconstruction::ALL {
        let page = html(&[autoencoder(reconstruction)], &[]).unwrap();
        trees.push(weights(&page)[0]["output_function"].clone());
        // The page does not use the slope of a reconstruction.
        cases.push((reconstruction.to_string(), INPUTS.map(|z| [reconstruction.output(z), f32::NAN])));
    }
    let close = |found: f64, expected: f32| {
        expected.is_nan() || (found - f64::from(expected)).abs() <= 2e-6 * found.abs().max(1.0)
    };
    for ((name, expected), found) in cases.iter().zip(computed_by_the_page(&trees, &INPUTS)) {
        for ((z, expected), found) in INPUTS.iter().zip(expected).zip(found) {
            let both = close(found[0], expected[0]) && close(found[1], expected[1]);
            assert!(both, "{name} at {z}: found {found:?}, expected {expected:?}");
        }
    }
}

#[test]
fn parts_that_do_not_fit_are_rejected_in_a_sentence() {
    let hidden = |change: fn(&mut ExploredLayer)| {
        let mut network = network();
        change(&mut network.hidden[0]);
        (network, sample())
    };
    let cases = [
        (hidden(|layer| layer.affine.weight.truncate(23)), "weights of hidden layer 1 of mnist-seed1: expected 24"),
        (hidden(|layer| layer.signs = Some(vec![1.0; 3])), "signs of hidden layer 1 of mnist-seed1: expected 4"),
        (hidden(|layer| layer.activation = Activation::Pair), "signs of hidden layer 1 of mnist-seed1: expected 8"),
        (
            (Explored { output: affine(5, 2), ..network() }, sample()),
            "weights of the output layer of mnist-seed1: expected 8",
        ),
        (
            (Explored { output: affine(4, 3), ..network() }, sample()),
            "units of the output layer of mnist-seed1: expected 2",
        ),
        (
            (Explored { answer: Answer::Reconstruction(Reconstruction::LinearQuadratic), ..network() }, sample()),
            "units of the output layer of mnist-seed1: expected 6, found 2;",
        ),
        ((network(), Sample { pixels: vec![0; 5], ..sample() }), "bytes of test image 1: expected 6, found 5;"),
        ((network(), Sample { answers: vec![], ..sample() }), "outputs for test image 1: expected 1, found 0;"),
        (
            (network(), Sample { answers: vec![vec![1.0]], ..sample() }),
            "values in the output of mnist-seed1 for test image 1: expected 2, found 1;",
        ),
        (
            (network(), Sample { label: 2, ..sample() }),
            "test image 1 is of class 2, but only classes below 2 are named;",
        ),
    ];
    for ((network, sample), start) in cases {
        let error = html(&[network], &[sample]).unwrap_err();
        assert!(error.to_string().starts_with(start), "{error}");
    }
}

#[test]
fn weights_that_are_not_finite_are_rejected() {
    for (at, place) in [(0, "hidden layer 1"), (1, "the output layer")] {
        let mut network = network();
        if at == 0 { &mut network.hidden[0].affine } else { &mut network.output }.bias[1] = f32::NAN;
        let error = html(&[network], &[]).unwrap_err();
        assert!(matches!(&error, Error::NotFinite { place: found, .. } if found == place), "{error}");
    }
}

#[test]
fn a_page_shows_one_to_three_networks() {
    for count in 1..=3 {
        assert_eq!(weights(&html(&vec![network(); count], &[]).unwrap()).len(), count);
    }
    for count in [0, 4] {
        let error = html(&vec![network(); count], &[]).unwrap_err();
        assert!(matches!(error, Error::Networks { found } if found == count), "{error}");
    }
}

#[test]
fn equal_networks_give_equal_bytes() {
    let page = html(&[network()], &[sample()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("explore.html");
    let (networks, samples, classes) = ([network()], [sample()], classes());
    let explorer = Explorer {
        command: "train explore RUN",
        classes: &classes,
        image: IMAGE,
        networks: &networks,
        samples: &samples,
    };
    write_explorer(&path, &explorer).unwrap();
    assert_eq!(files::read_text(&path).unwrap(), page);
    let nowhere = folder.path().join("none").join("explore.html");
    assert!(matches!(write_explorer(&nowhere, &explorer), Err(Error::File(_))));
}
