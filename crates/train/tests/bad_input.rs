//! Tests of bad input, which the program refuses with one sentence and an exit code.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{Place, SMALL, failure, says, stderr, stdout};
use std::io::Write;
use std::process::Stdio;

/// The error message of `train` for the small network with `args`, which must fail with the exit code `code`.
fn refused(place: &Place, args: &[&str], code: i32) -> String {
    let all: Vec<&str> = SMALL.iter().chain(args).copied().collect();
    failure(&place.train(&all), code)
}

fn idx(sizes: &[u32], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(values);
    bytes
}

fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
    bytes
}

#[test]
fn settings_in_a_file_name_file_line_and_remedy() {
    let place = Place::new();
    for (text, parts) in [
        ("[model]\nhiden = [3]", &["a.toml, line 2", "hiden", "did you mean 'hidden'"][..]),
        ("[training]\n\nepochs = \"many\"", &["a.toml, line 3", "training.epochs cannot be a string", "whole number"]),
        ("[training]\nlearning_rate = -1", &["a.toml, line 2", "training.learning_rate", "above 0"]),
        (
            "[model]\nactivation = \"relu\"",
            &["a.toml, line 2", "'relu' is called 'rectifier'", "write model.activation"],
        ),
        ("[training\n", &["a.toml, line 1"]),
    ] {
        place.write("a.toml", text.as_bytes());
        says(&failure(&place.train(&["--config", "a.toml"]), 2), parts);
    }
    says(&failure(&place.train(&["--config", "nowhere.toml"]), 1), &["nowhere.toml"]);
}

#[test]
fn settings_on_the_command_line_name_the_option_and_remedy() {
    let place = Place::new();
    says(&refused(&place, &["--set", "training.epoch=3"], 2), &["--set training.epoch=3", "did you mean 'epochs'"]);
    says(&refused(&place, &["--set", "training.l1=-1"], 2), &["--set training.l1=-1", "of at least 0"]);
    let short = refused(&place, &["--set", "training.l1=[0.001]"], 2);
    says(
        &short,
        &[
            "--set training.l1=[0.001]",
            "training.l1 is a list of length 1, but model.hidden has length 2",
            "a number for each layer of model.hidden",
        ],
    );
    says(&refused(&place, &["--set", "epochs"], 2), &["--set epochs", "="]);
    says(&refused(&place, &["--dataset", "mnits"], 2), &["mnits", "digits, mnist"]);
    says(&refused(&place, &["--backend", "gpu"], 2), &["--backend gpu", "may mean wgpu or cuda"]);
    says(&refused(&place, &["--backend", "felx"], 2), &["--backend felx", "did you mean 'flex'?"]);
    says(&failure(&place.train(&["sweep", "figure3", "--backend", "nvidia"]), 2), &["write --backend \"cuda\""]);
    says(&refused(&place, &["--format", "libsmv", "--data-dir", "x"], 2), &["did you mean 'libsvm'?"]);
    says(
        &refused(&place, &["--set", "data.nistp.test=5"], 2),
        &["applies only to the data sets nistp", "not to digits"],
    );
    says(&refused(&place, &["--epochs", "0"], 2), &["--epochs 0", "whole number from 1 to 1000000"]);
    assert_eq!(place.train(&["--renderer", "tui"]).status.code(), Some(2), "--renderer tui needs a terminal");
    assert!(!place.path("artifacts").exists(), "a refused command must not create a folder");
}

#[test]
fn missing_and_altered_data_files_are_named() {
    let place = Place::new();
    std::fs::create_dir(place.path("data")).unwrap();
    let mnist = ["--dataset", "mnist", "--data-dir", "data"];
    says(&refused(&place, &mnist, 1), &["train-images-idx3-ubyte", "data", "fetch"]);

    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
    for name in names {
        place.write(&format!("data/{name}-ubyte.gz"), &gzip(&idx(&[2], &[1, 2])));
    }
    says(&refused(&place, &mnist, 1), &["train-images-idx3-ubyte.gz", "expected", "found"]);
    for name in names {
        std::fs::remove_file(place.path(&format!("data/{name}-ubyte.gz"))).unwrap();
        place.write(&format!("data/{name}-ubyte"), &idx(&[60_000, 28, 28], &[0; 100]));
    }
    says(&refused(&place, &mnist, 1), &["train-images-idx3-ubyte", "expected", "found"]);

    let offline = refused(&place, &["--dataset", "mnist", "--offline"], 1);
    says(&offline, &["--offline", "train data fetch mnist"]);
}

#[test]
fn occupied_and_impossible_run_folders_are_refused() {
    let place = Place::new();
    place.write("file", b"text");
    std::fs::create_dir(place.path("full")).unwrap();
    place.write("full/thesis.tex", b"text");
    says(&refused(&place, &["--run-dir", "full"], 2), &["full", "not empty", "--resume", "--run-dir"]);
    says(&refused(&place, &["--run-dir", "file/run"], 1), &["file/run"]);
    says(&refused(&place, &["--run-dir", "/proc/run"], 1), &["/proc/run"]);
}

#[test]
fn a_full_disk_ends_with_one_sentence_and_no_partial_record() {
    let place = Place::new();
    // A limit on the size of files stands in for a full disk: metrics stay below the limit, records exceed it.
    let script = format!(
        "trap '' XFSZ; ulimit -f 4; exec {} --set 'model.hidden=[64, 64]' --epochs 2 --run-dir a",
        env!("CARGO_BIN_EXE_train")
    );
    let mut shell = std::process::Command::new("sh");
    let output = shell.args(["-c", &script]).current_dir(place.path("")).output().unwrap();
    says(&failure(&output, 1), &["cannot write", "a/checkpoint.bpk"]);
    let left: Vec<_> = std::fs::read_dir(place.path("a")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".bpk")), "{left:?}");
}

#[test]
fn truncated_altered_foreign_and_mismatched_records_are_refused() {
    let place = Place::new();
    place.run("a", &[]);
    place.run("b", &["--set", "model.hidden=[9, 8]"]);
    let image = place.write("x.png", &png(8, 8, &[100; 64]));
    let whole = place.read("a/best.bpk");
    let predict = |code| failure(&place.train(&["predict", "a", &image]), code);

    for length in [0, 3, 10, 200, whole.len() / 2, whole.len() - 1] {
        place.write("a/best.bpk", &whole[..length]);
        says(&predict(1), &["a/best.bpk", "complete record"]);
    }
    let mut altered = whole.clone();
    // The last 16 bytes of the safetensors file are values of a tensor; the test looks for these bytes in the record,
    // and changes one of them.
    let numbers = place.read("a/best.safetensors");
    let numbers = &numbers[numbers.len() - 16..];
    let at = whole.windows(16).position(|window| window == numbers).unwrap();
    altered[at] ^= 1;
    place.write("a/best.bpk", &altered);
    says(&predict(1), &["a/best.bpk", "altered", "sha256"]);
    place.write("a/best.bpk", b"I am not a record, I am a diary, and I am quite long for a header.");
    says(&predict(1), &["a/best.bpk"]);
    std::fs::remove_file(place.path("a/best.bpk")).unwrap();
    says(&predict(1), &["a/best.bpk"]);

    place.write("a/best.bpk", &place.read("b/best.bpk"));
    says(&failure(&place.train(&["evaluate", "a"]), 1), &["a/best.bpk", "does not fit", "[64, 16]", "[64, 9]"]);
    place.write("a/checkpoint.bpk", &place.read("b/checkpoint.bpk"));
    std::fs::remove_file(place.path("a/result.json")).unwrap();
    says(
        &failure(&place.train(&["--resume", "--run-dir", "a"]), 1),
        &["a/checkpoint.bpk", "does not belong to the config.toml"],
    );
    says(&failure(&place.train(&["predict", "nowhere", &image]), 2), &["nowhere", "config.toml"]);
}

#[test]
fn files_that_are_not_images_are_refused_by_name() {
    let place = Place::new();
    place.run("a", &[]);
    let whole = png(8, 8, &[100; 64]);
    let mut huge = whole.clone();
    huge[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]); // 100,000 x 100,000, with a wrong checksum
    let cases = [
        ("empty", Vec::new()),
        ("text", b"a text about images".to_vec()),
        ("cut.png", whole[..whole.len() - 20].to_vec()),
        ("huge.png", huge),
        ("promise.idx", idx(&[1000, 8, 8], &[0; 64])),
        ("memory.idx", idx(&[u32::MAX, u32::MAX, u32::MAX], &[0; 64])),
        ("flat.idx", idx(&[64], &[0; 64])),
        ("bright.idx", idx(&[1, 8, 8], &[200; 64])),
    ];
    for (name, bytes) in cases {
        place.write(name, &bytes);
        says(&failure(&place.train(&["predict", "a", name]), 1), &[name]);
    }
    says(&failure(&place.train(&["predict", "a", "missing.png"]), 1), &["missing.png"]);
    says(&failure(&place.train(&["predict", "a", "a"]), 1), &["cannot read a"]);
    assert_eq!(place.train(&["predict", "a"]).status.code(), Some(2), "predict must refuse a command without a file");
}

#[test]
fn of_several_files_those_that_are_read_are_answered() {
    let place = Place::new();
    place.run("a", &[]);
    place.write("x.png", &png(8, 8, &[100; 64]));
    place.write("text", b"a text about images");
    let files = ["x.png", "text", "missing.png", "x.png"];
    let output = place.train(&[&["predict", "a", "--show", "sheet.png"], &files[..]].concat());
    assert_eq!((output.status.code(), stdout(&output).lines().count()), (Some(1), 2));
    // All pictures that were read are in one sheet.
    place.train(&["predict", "a", "x.png", "--show", "one.png"]);
    let width = |name: &str| u32::from_be_bytes(place.read(name)[16..20].try_into().unwrap());
    let lit = |name: &str| {
        let mut reader = png::Decoder::new(std::io::Cursor::new(place.read(name))).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        pixels.iter().filter(|pixel| **pixel != 128).count()
    };
    assert_eq!((width("sheet.png"), lit("sheet.png")), (width("one.png"), 2 * lit("one.png")));
    says(
        &stderr(&output),
        &[
            "error: text: expected a picture or an idx file of images, as in training, found text;",
            "error: cannot read missing.png:",
            "2 of 4 files were refused",
        ],
    );
}

#[test]
fn images_of_every_kind_are_classified() {
    let place = Place::new();
    place.run("a", &[]);
    place.write("x.png", &png(8, 8, &[100; 64]));
    place.write("large.png", &png(16, 16, &[100; 256]));
    place.write("two.idx", &idx(&[2, 8, 8], &[5; 128]));
    let output = place.train(&["predict", "a", "x.png", "large.png", "two.idx", "--as-it-is", "--format", "json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    says(&stderr(&output), &["large.png has 16x16 pixels: it was resized to 8x8"]);
    let lines: Vec<serde_json::Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    for line in &lines {
        let probabilities = line["probabilities"].as_array().unwrap();
        let sum: f64 = probabilities.iter().map(|p| p.as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-5 && probabilities.len() == 10 && line["class"].is_u64());
    }
    assert_eq!(
        lines[0]["probabilities"], lines[1]["probabilities"],
        "resizing an image of one grey value must not change the prediction"
    );

    let mut child = place.command(&["predict", "a", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&place.read("x.png")).unwrap();
    let output = child.wait_with_output().unwrap();
    says(&stdout(&output), &["standard input", &format!("class {}", lines[0]["class"])]);
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let place = Place::new();
    let args: Vec<&str> = SMALL.iter().chain(&["--run-dir", "a", "--renderer", "plain"]).copied().collect();
    let mut child = place.command(&args).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(place.path("a/result.json").is_file());
}

#[cfg(feature = "wgpu")]
#[test]
fn without_an_adapter_wgpu_names_the_remedy() {
    let place = Place::new();
    let mut command = place.command(&["--backend", "wgpu", "--run-dir", "a"]);
    for hidden in ["VK_ICD_FILENAMES", "VK_DRIVER_FILES", "LIBGL_DRIVERS_PATH", "__EGL_VENDOR_LIBRARY_FILENAMES"] {
        command.env(hidden, "/nonexistent");
    }
    says(&failure(&command.output().unwrap(), 1), &["adapter", "mesa-vulkan-drivers", "--backend flex"]);
    assert!(!place.path("a").exists());
}

#[cfg(not(feature = "cuda"))]
#[test]
fn a_backend_that_is_not_built_in_says_how_to_build_it() {
    says(&failure(&Place::new().train(&["--backend", "cuda"]), 1), &["cuda", "--features cuda"]);
}

#[test]
fn a_network_that_overflows_on_validation_data_leaves_no_result() {
    let place = Place::new();
    // A single step covers all examples: the loss before the step is finite, but the losses after the step are not.
    let step =
        ["training.learning_rate=100", "training.batch_size=100000", "model.activation=linear", "training.epochs=3"];
    let args: Vec<&str> = step.iter().flat_map(|set| ["--set", set]).collect();
    says(&refused(&place, &[&args[..], &["--run-dir", "a"]].concat(), 1), &["validation examples", "learning_rate=10"]);
    assert!(!place.path("a/result.json").exists() && !place.path("a/best.bpk").exists());
}

#[test]
fn numbers_out_of_the_range_of_32_bits_are_refused() {
    let place = Place::new();
    for (set, part) in [
        ("training.learning_rate=1e-46", "training.learning_rate is out of range"),
        ("model.gain=1e-320", "model.gain is out of range"),
        ("training.l1=1e39", "training.l1 is out of range"),
        ("training.checkpoint_seconds=1e20", "up to 1000000000"),
        ("model.hidden=[20000, 100000]", "weights and biases"),
    ] {
        says(&refused(&place, &["--set", set], 2), &[part]);
    }
    place.write("a.toml", b"[model]\n# \xff\n");
    says(&failure(&place.train(&["--config", "a.toml"]), 1), &["a.toml", "index 10", "UTF-8"]);
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let place = Place::new();
    place.run("a", &[]);
    place.run("b", &[]);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = place.command(&["evaluate", "a"]).stdout(full).output().unwrap();
    says(&failure(&output, 1), &["standard output", "free some disk space"]);
}

#[test]
fn an_unfinished_run_is_refused_with_the_command_that_resumes_it() {
    let place = Place::new();
    place.run("a", &[]);
    for file in ["a/result.json", "a/best.bpk"] {
        std::fs::remove_file(place.path(file)).unwrap();
        says(&failure(&place.train(&["evaluate", "a"]), 2), &["not finished", "--resume --run-dir a"]);
    }
    for command in ["export", "explore"] {
        let end: &[&str] = if command == "export" { &["--to", "npz"] } else { &[] };
        says(&failure(&place.train(&[&[command, "a"], end].concat()), 2), &["not finished", "--resume --run-dir a"]);
    }
}

#[test]
fn a_missing_folder_of_runs_is_refused() {
    let place = Place::new();
    for args in [&["report", "figure3"][..], &["runs", "list"], &["runs", "export", "figure3", "--to", "kept"]] {
        says(
            &failure(&place.train(&[args, &["--runs", "nope"]].concat()), 2),
            &["the folder of runs nope does not exist", "--runs"],
        );
    }
    assert!(!place.path("kept").exists());
}

#[test]
fn the_embedded_digits_need_no_home() {
    let place = Place::new();
    let mut command = place.command(&SMALL);
    for name in ["HOME", "XDG_CACHE_HOME", "RECTIFIER_DATA"] {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn a_network_without_a_stated_activation_asks_for_the_option_that_states_it() {
    let place = Place::new();
    let tensor = |shape: &str, from: usize, to: usize| {
        format!(r#"{{"dtype":"F32","shape":{shape},"data_offsets":[{from},{to}]}}"#)
    };
    let header = format!(
        r#"{{"fc1.weight":{},"fc1.bias":{},"fc2.weight":{},"fc2.bias":{}}}"#,
        tensor("[3,64]", 0, 768),
        tensor("[3]", 768, 780),
        tensor("[10,3]", 780, 900),
        tensor("[10]", 900, 940)
    );
    let file = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[0; 940]].concat();
    place.write("bare.safetensors", &file);
    let error = failure(&place.train(&["import", "bare.safetensors"]), 2);
    says(&error, &["bare.safetensors: the file does not name the activation", "--activation rectifier"]);
    for (scaling, part) in [(["--std", "0"], "the deviation of the inputs is 0"), (["--mean", "1,2"], "has 2 numbers")]
    {
        let import = ["import", "bare.safetensors", "--activation", "rectifier"];
        says(&failure(&place.train(&[&import[..], &scaling].concat()), 2), &[part]);
    }
}
