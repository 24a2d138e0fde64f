//! Training on the user's own data, from files in each format to a result.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{Place, SMALL, failure, says, stderr, stdout};
use std::fmt::Write as _;
use std::process::Command;

/// `count` examples of two classes that a small network can distinguish, each a label and three values.
fn examples(count: usize) -> impl Iterator<Item = (usize, [usize; 3])> {
    (0..count).map(|k| (k % 2, [10 + k % 7, if k % 2 == 0 { 200 } else { 20 }, k % 11]))
}

fn csv(count: usize) -> String {
    examples(count).fold("a,b,c,label\n".to_owned(), |mut text, (label, [a, b, c])| {
        writeln!(text, "{a},{b},{c},{}", ["cat", "dog"][label]).unwrap();
        text
    })
}

fn libsvm(count: usize) -> String {
    examples(count).fold(String::new(), |mut text, (label, [a, b, c])| {
        writeln!(text, "{} 1:{a}e-2 2:{b}e-2 5:{c}e-2", [-1, 1][label]).unwrap();
        text
    })
}

fn idx(sizes: &[u32], values: impl IntoIterator<Item = u8>) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(values);
    bytes
}

/// A grey image, 3 pixels wide and 1 pixel high.
fn pgm(values: [usize; 3]) -> Vec<u8> {
    [b"P5 3 1 255\n".to_vec(), values.map(|value| value as u8).to_vec()].concat()
}

fn put(place: &Place, path: &str, bytes: &[u8]) {
    files::create_folder(place.path(path).parent().unwrap()).unwrap();
    place.write(path, bytes);
}

/// Trains on the data in `folder`; returns the notices and the result.
fn train(place: &Place, folder: &str, format: &str, more: &[&str]) -> (String, serde_json::Value) {
    let run = format!("run-{format}");
    let own = ["--data-dir", folder, "--format", format, "--run-dir", &run, "--set", "training.epochs=20"];
    let args: Vec<&str> = SMALL[..2].iter().chain(&own).chain(more).copied().collect();
    let output = place.train(&args);
    assert!(output.status.success(), "{}", stderr(&output));
    (stderr(&output), place.json(&format!("{run}/result.json")))
}

fn counts(result: &serde_json::Value) -> [u64; 3] {
    ["train", "validation", "test"].map(|part| result["examples"][part].as_u64().unwrap())
}

#[test]
fn a_csv_table_is_split_by_seed_and_learned() {
    let place = Place::new();
    put(&place, "pets/all.csv", csv(100).as_bytes());
    let (said, result) = train(&place, "pets", "csv", &[]);
    says(
        &said,
        &["3 columns of numbers, 2 classes: cat, dog", "80 to train, 10 to validate, 10 to test", "with seed 1"],
    );
    assert_eq!((counts(&result), result["dataset"].as_str().unwrap()), ([80, 10, 10], "pets"));
    assert_eq!(result["test_error"], 0.0);
    assert_eq!(place.json("run-csv/run.json")["classes"], serde_json::json!(["cat", "dog"]));
    // The run has recorded the folder of its data, so `evaluate` needs no --data-dir.
    let again = place.train(&["evaluate", "run-csv"]);
    assert!(again.status.success(), "{}", stderr(&again));
    let report = String::from_utf8(place.read("run-csv/report.html")).unwrap();
    says(&report, &[">cat</th>", ">dog</th>"]);
    // Every row of the table is predicted as its label says.
    let predicted = stdout(&place.train(&["predict", "run-csv", "pets/all.csv", "--format", "csv"]));
    let classes: Vec<&str> = predicted.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
    let labels: Vec<String> = examples(100).map(|(label, _)| ["cat", "dog"][label].to_owned()).collect();
    assert_eq!(classes, labels);
}

/// The entry `network` of a safetensors file.
fn network_entry(file: &[u8]) -> serde_json::Value {
    let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let header: serde_json::Value = serde_json::from_slice(&file[8..8 + length]).unwrap();
    serde_json::from_str(header["__metadata__"]["network"].as_str().unwrap()).unwrap()
}

/// A table with texts and missing values in its columns, and the names of these columns.
fn birds() -> ([&'static str; 4], Vec<[String; 5]>) {
    let row = |k: usize| {
        let bill = if k % 13 == 4 { "NA".to_owned() } else { format!("{}.{}", 30 + k * k % 17, k % 10) };
        let mass = if k % 7 == 2 { String::new() } else { (2700 + 37 * (k % 50)).to_string() };
        let island = ["Dream", "Caf\u{e9} \"??/\"", "Biscoe", "3"][k % 4];
        let sex = ["male", "", "female"][k % 3];
        [bill, mass, island.to_owned(), sex.to_owned(), ["Adelie", "Gentoo"][k % 4 / 2].to_owned()]
    };
    (["bill", "mass", "island", "sex"], (0..120).map(row).collect())
}

/// A `main` for an exported C file. It prints the class and the probabilities for each of `rows`.
fn main_of_c(names: &[&str], rows: &[[String; 5]]) -> String {
    let quoted = |text: &str| {
        let escaped = text.bytes().map(|byte| format!("\\{byte:03o}")).collect::<Vec<_>>().concat();
        format!("\"{escaped}\"")
    };
    let list = |fields: &[String]| fields.iter().map(|field| quoted(field)).collect::<Vec<_>>().join(", ");
    let rows: Vec<String> = rows.iter().map(|row| format!("{{{}}}", list(&row[..names.len()]))).collect();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    format!(
        "#include <stdio.h>\n#include <stdlib.h>\n\
         static const char *const names[] = {{{}}};\nstatic const char *const rows[][{}] = {{{}}};\n\
         int main(void) {{\n    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {{\n        \
         double inputs[INPUTS] = {{0}}, outputs[OUTPUTS];\n        \
         for (size_t k = 0; k < sizeof names / sizeof *names; k++) {{\n            \
         const char *field = rows[r][k];\n            \
         const int number = input(names[k]), text = number < 0 ? category(names[k], field) : -1;\n            \
         if (number >= 0) inputs[number] = *field == '\\0' || *field == 'N' ? NAN : strtod(field, NULL);\n            \
         if (text >= 0) inputs[text] = 1;\n        }}\n        predict(inputs, outputs);\n        \
         printf(\"%s,%.9g,%.9g\\n\", class_names[outputs[1] > outputs[0]], outputs[0], outputs[1]);\n    }}\n}}\n",
        list(&names),
        names.len(),
        rows.join(",\n")
    )
}

#[test]
fn a_c_file_answers_every_row_of_a_table_with_texts_and_missing_values_as_predict_does() {
    let place = Place::new();
    let (names, rows) = birds();
    let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
    let lines = rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n");
    let table = format!("{},species\n{}", names.join(","), lines.collect::<String>());
    put(&place, "birds/birds.csv", table.as_bytes());
    let (said, _) = train(&place, "birds", "csv", &[]);
    says(&said, &["2 classes: Adelie, Gentoo"]);
    let exported = place.train(&["export", "run-csv", "--to", "c", "--out", "birds.c"]);
    assert!(exported.status.success(), "{}", stderr(&exported));
    let source = place.read("birds.c");
    place.write("birds.c", &[&source, main_of_c(&names, &rows).as_bytes()].concat());
    let arguments = ["-std=c99", "-Wall", "-Werror", "birds.c", "-o", "predictor", "-lm"];
    let compiled = Command::new("cc").args(arguments).current_dir(place.path("")).output().unwrap();
    assert!(compiled.status.success(), "{}", stderr(&compiled));
    let answers = stdout(&Command::new(place.path("predictor")).output().unwrap());
    let predicted = stdout(&place.train(&["predict", "run-csv", "birds/birds.csv", "--format", "csv"]));
    let fields = |line: &str| line.rsplitn(3, ',').map(str::to_owned).collect::<Vec<_>>();
    let answers: Vec<Vec<String>> = answers.lines().map(fields).collect();
    let predicted: Vec<Vec<String>> = predicted.lines().skip(1).map(fields).collect();
    assert_eq!((answers.len(), predicted.len()), (rows.len(), rows.len()));
    for (row, (found, expected)) in answers.iter().zip(&predicted).enumerate() {
        let near = |k: usize| (found[k].parse::<f64>().unwrap() - expected[k].parse::<f64>().unwrap()).abs() < 1e-5;
        assert!(near(0) && near(1) && expected[2].ends_with(&found[2]), "row {row}: {found:?}, not {expected:?}");
    }
    let classes: std::collections::BTreeSet<&str> = answers.iter().map(|answer| answer[2].as_str()).collect();
    assert_eq!(classes.len(), 2, "the network distinguishes the classes");
    // The file that each run leaves has all that an exported one has.
    let exported = place.train(&["export", "run-csv", "--to", "safetensors", "--out", "birds.safetensors"]);
    assert!(exported.status.success(), "{}", stderr(&exported));
    let entry = network_entry(&place.read("birds.safetensors"));
    assert_eq!(entry["preprocessing"]["of"], "columns");
    assert_eq!(network_entry(&place.read("run-csv/best.safetensors")), entry);
}

#[test]
fn libsvm_files_keep_their_split() {
    let place = Place::new();
    put(&place, "rows/train.libsvm", libsvm(60).as_bytes());
    put(&place, "rows/test.libsvm", libsvm(20).as_bytes());
    let (said, result) = train(&place, "rows", "libsvm", &[]);
    says(&said, &["5 columns, ", "2 classes: -1, 1", "validation drawn from the training examples with seed 1"]);
    assert_eq!(counts(&result), [54, 6, 20]);
    assert_eq!(result["test_error"], 0.0);
}

#[test]
fn idx_pairs_and_folders_of_pictures_are_images_that_can_be_predicted() {
    let place = Place::new();
    let values = |count| examples(count).flat_map(|(_, values)| values.map(|value| value as u8)).collect::<Vec<_>>();
    let labels = |count| examples(count).map(|(label, _)| label as u8 + 3).collect::<Vec<_>>();
    put(&place, "pairs/train-images-idx3-ubyte", &idx(&[60, 1, 3], values(60)));
    put(&place, "pairs/train-labels-idx1-ubyte", &idx(&[60], labels(60)));
    for (k, (label, values)) in examples(40).enumerate() {
        put(&place, &format!("photos/{}/{k}.pgm", ["cat", "dog"][label]), &pgm(values));
    }
    for (folder, format, classes) in [("pairs", "idx", "2 classes: 3, 4"), ("photos", "images", "2 classes: cat, dog")]
    {
        let (said, result) = train(&place, folder, format, &[]);
        says(&said, &["images of 3x1 pixels, grey", classes]);
        assert_eq!(result["test_error"], 0.0, "{format}");
        let run = format!("run-{format}");
        let answer = place.train(&["predict", &run, "pairs/train-images-idx3-ubyte", "--format", "json"]);
        assert_eq!(stdout(&answer).lines().count(), 60, "{}", stderr(&answer));
        let first: serde_json::Value = serde_json::from_str(stdout(&answer).lines().next().unwrap()).unwrap();
        assert_eq!(
            (&first["class"], &first["name"]),
            (&0.into(), &classes[11..classes.len()].split(", ").next().into())
        );
        // Images are read for prediction as they were read for training.
        let dog = place.train(&["predict", &run, "photos/dog/1.pgm", "--format", "json"]);
        let dog: serde_json::Value = serde_json::from_str(&stdout(&dog)).unwrap();
        assert_eq!(dog["class"], 1, "{run}");
        place.write("cut.pgm", b"P5 3 1 255\n\x01");
        says(&failure(&place.train(&["predict", &run, "cut.pgm"]), 1), &["cut.pgm", "a whole picture"]);
    }
}

#[test]
fn reviews_have_a_root_mean_square_error_in_stars() {
    let place = Place::new();
    let texts = (0..200).fold(String::new(), |mut text, k| {
        let (stars, word) = [("1", "bad"), ("2.5", "middling"), ("5", "good")][k % 3];
        writeln!(text, "{stars}\ta {word} place{k}").unwrap();
        text
    });
    put(&place, "places/reviews.tsv", texts.as_bytes());
    for engine in ["training.engine=zeros", "training.engine=autodiff"] {
        let (said, result) =
            train(&place, "places", "reviews", &["--set", engine, "--set", "data.reviews.vocabulary=50"]);
        says(&said, &["200 labelled with stars (1, 2.5, 5)", "the 50 most frequent terms"]);
        let rmse = |key: &str| result[key].as_f64().unwrap();
        assert!(rmse("test_rmse") < 0.5 && rmse("validation_rmse") < 0.5, "{result}");
        assert!((1.4..1.9).contains(&rmse("constant_rmse")), "{result}");
        std::fs::remove_dir_all(place.path("run-reviews")).unwrap();
    }
}

#[test]
fn predictions_read_the_column_of_texts_that_training_was_given() {
    let place = Place::new();
    let rows = (0..120).fold("text,summary,label\n".to_owned(), |mut rows, k| {
        let (word, label) = [("bad", "no"), ("good", "yes")][k % 2];
        writeln!(rows, "a very long tale that says nothing about any place,{word} {k},{label}").unwrap();
        rows
    });
    put(&place, "tales/tales.csv", rows.as_bytes());
    let only = ["--only", "summary", "--label", "label", "--set", "data.reviews.vocabulary=2"];
    let (_, result) = train(&place, "tales", "reviews", &only);
    assert_eq!(result["test_error"], 0.0);
    let classes = |file: &str| {
        let predicted = stdout(&place.train(&["predict", "run-reviews", file, "--format", "csv"]));
        predicted.lines().skip(1).filter_map(|line| line.split(',').nth(2)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(classes("tales/tales.csv"), (0..120).map(|k| ["no", "yes"][k % 2]).collect::<Vec<_>>());
    place.write("new.csv", b"text,summary\ngood,bad\nbad,good\n");
    assert_eq!(classes("new.csv"), ["no", "yes"]);
}

#[test]
fn a_run_whose_data_moved_is_resumed_with_their_new_folder() {
    let place = Place::new();
    put(&place, "pets/all.csv", csv(100).as_bytes());
    train(&place, "pets", "csv", &[]);
    std::fs::remove_file(place.path("run-csv/result.json")).unwrap();
    files::rename(&place.path("pets"), &place.path("animals")).unwrap();
    assert!(!place.train(&["--resume", "--run-dir", "run-csv"]).status.success());
    let resumed = place.train(&["--resume", "--run-dir", "run-csv", "--data-dir", "animals"]);
    assert!(resumed.status.success(), "{}", stderr(&resumed));
}

#[test]
fn a_network_too_large_to_allocate_is_refused() {
    let place = Place::new();
    put(&place, "pets/all.csv", csv(100).as_bytes());
    let wide = ["--data-dir", "pets", "--format", "csv", "--set", "model.hidden=[100000, 100000]"];
    says(&failure(&place.train(&wide), 2), &["weights and biases", "narrower layers"]);
}

#[test]
fn data_that_changed_since_training_are_refused() {
    let place = Place::new();
    put(&place, "pets/all.csv", csv(100).as_bytes());
    train(&place, "pets", "csv", &[]);
    put(&place, "pets/all.csv", csv(101).as_bytes());
    let sentence = failure(&place.train(&["evaluate", "run-csv"]), 1);
    says(&sentence, &["the checksum of all.csv differs from that in run-csv/run.json"]);
}

#[test]
fn empty_folders_and_contradictory_options_are_refused() {
    let place = Place::new();
    put(&place, "empty/readme.txt", b"nothing here");
    for format in ["images", "idx", "csv", "libsvm", "reviews"] {
        let sentence = failure(&place.train(&["--data-dir", "empty", "--format", format]), 1);
        says(&sentence, &["empty: expected ", "found "]);
        assert!(!place.path("artifacts").exists(), "a run that does not start creates no folder");
    }
    assert_eq!(place.train(&["--format", "csv"]).status.code(), Some(2), "--format needs --data-dir");
    let neither = failure(&place.train(&["--data-dir", "empty"]), 2);
    says(&neither, &["digits, which is embedded in the program", "--format", "--dataset"]);
    let both = place.train(&["--data-dir", "empty", "--format", "csv", "--dataset", "mnist"]);
    assert_eq!(both.status.code(), Some(2), "--format contradicts --dataset");
    let config = failure(&place.train(&["--set", "data.format=csv"]), 2);
    says(&config, &["pass --data-dir"]);
}

#[test]
fn a_store_with_runs_on_other_user_data_is_refused() {
    let place = Place::new();
    put(&place, "cats/table.csv", csv(60).as_bytes());
    put(&place, "copy/table.csv", csv(60).as_bytes());
    put(&place, "dogs/table.csv", csv(80).as_bytes());
    place.write(
        "own.toml",
        b"title = 't'\nabout = 'a'\n[settings]\n'data.format' = 'csv'\n'model.hidden' = [4]\n'training.epochs' = 1\n\
          [scale.smoke]\nseeds = [1]\n[[cell]]\nname = 'c'\n",
    );
    let sweep = |folder: &str| place.train(&["sweep", "own.toml", "--scale", "smoke", "--data-dir", folder]);
    let first = sweep("cats");
    assert!(first.status.success(), "{}", stderr(&first));
    says(&stdout(&sweep("copy")), &["1 of 1 runs done"]);
    says(&failure(&sweep("dogs"), 1), &["used other data than", "dogs", "--runs"]);
}

#[test]
fn minibatches_too_large_to_allocate_are_refused() {
    let place = Place::new();
    let rows = "0 1:1 1048576:1\n1 1:2 1048576:1\n".repeat(350);
    put(&place, "wide/data.libsvm", rows.as_bytes());
    let args = [
        "--data-dir",
        "wide",
        "--format",
        "libsvm",
        "--set",
        "model.hidden=[1]",
        "--set",
        "training.batch_size=100000",
    ];
    says(&failure(&place.train(&args), 2), &["minibatch", "lower training.batch_size"]);
}

#[test]
fn a_network_that_overflows_on_test_data_leaves_no_result() {
    let place = Place::new();
    put(&place, "own/train.libsvm", libsvm(60).as_bytes());
    put(&place, "own/test.libsvm", b"-1 1:3e38 2:2 5:1\n1 1:3e38 2:0.2 5:3e38\n");
    let own = ["--data-dir", "own", "--format", "libsvm", "--run-dir", "a"];
    let slow = ["--set", "model.gain=4", "--set", "training.learning_rate=0.01", "--epochs", "3"];
    says(&failure(&place.train(&[&own[..], &slow].concat()), 1), &["on the test examples"]);
    assert!(!place.path("a/result.json").exists());
}

#[test]
fn what_was_found_is_kept_in_the_run_and_shown_in_its_report() {
    let place = Place::new();
    put(&place, "pets/all.csv", csv(100).as_bytes());
    put(&place, "pets/notes.md", b"not a table");
    let (said, _) = train(&place, "pets", "csv", &[]);
    let run = place.json("run-csv/run.json");
    let found: Vec<&str> = run["look"]["found"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let report = String::from_utf8(place.read("run-csv/report.html")).unwrap();
    assert!(found.len() >= 3, "{found:?}");
    for line in &found {
        assert!(said.lines().any(|printed| printed == *line), "{line} was not printed in {said}");
        let escaped = line.replace('&', "&amp;").replace('"', "&quot;");
        assert!(report.contains(&escaped), "{line} is not on the page");
    }
    let cat = serde_json::json!({ "name": "cat", "train": 40, "validation": 5, "test": 5 });
    assert_eq!((&run["look"]["classes"][0], &run["look"]["baseline_error"]), (&cat, &0.5.into()));
    assert_eq!(run["look"]["columns"][2]["name"], "c");
    // A run of an earlier version did not keep it.
    let mut earlier = run.clone();
    earlier.as_object_mut().unwrap().remove("look");
    place.write("run-csv/run.json", earlier.to_string().as_bytes());
    let again = place.train(&["evaluate", "run-csv"]);
    assert!(again.status.success(), "{}", stderr(&again));
}

#[test]
fn predicted_numbers_are_kept_and_drawn() {
    let place = Place::new();
    let rows = (0..200).fold("size,age,price\n".to_owned(), |mut text, k| {
        writeln!(text, "{},{},{}", k, k * 7 % 50, 1000 + 3 * k).unwrap();
        text
    });
    put(&place, "homes/all.csv", rows.as_bytes());
    let (_, result) = train(&place, "homes", "csv", &["--label", "price", "--set", "training.learning_rate=0.01"]);
    let predictions = place.json("run-csv/predictions.json");
    let predictions: Vec<[f64; 2]> = serde_json::from_value(predictions).unwrap();
    assert_eq!(predictions.len() as u64, counts(&result)[2]);
    let squares: f64 = predictions.iter().map(|[truth, predicted]| (truth - predicted).powi(2)).sum();
    let rmse = (squares / predictions.len() as f64).sqrt();
    assert!((rmse - result["test_rmse"].as_f64().unwrap()).abs() < 1e-9, "{rmse} {result}");
    assert_eq!(place.json("run-csv/run.json")["predicted"]["name"], "price");
    assert!(!place.path("run-csv/mistakes.json").exists());
    let report = String::from_utf8(place.read("run-csv/report.html")).unwrap();
    says(&report, &["Predicted against true price", "RMSE of the mean", "Root mean squared error"]);
    assert!(!report.contains("misclassif"), "a number is not misclassified");
}

#[test]
fn large_pictures_have_the_same_size_in_all_commands() {
    let place = Place::new();
    for k in 0..40u8 {
        let half = |y: usize| if (y < 24) == k.is_multiple_of(2) { 200 + k } else { k };
        let bytes = [b"P5 64 48 255\n".to_vec(), (0..64 * 48).map(|i| half(i / 64)).collect()].concat();
        put(&place, &format!("large/{}/{k}.pgm", ["top", "bottom"][usize::from(k % 2)]), &bytes);
    }
    let (notices, result) = train(&place, "large", "images", &[]);
    says(
        &notices,
        &["pictures of 64x48 pixels shrunk to 36x27, enough for dense layers; --resize 64x48 keeps their size"],
    );
    assert_eq!(result["test_error"], 0.0);
    for (command, said) in [
        (&["predict", "run-images", "large/top/0.pgm"][..], "class top"),
        (&["evaluate", "run-images"], "test error 0.00 %"),
        (&["data", "show", "--data-dir", "large", "--format", "images"], "36x27"),
    ] {
        let output = place.train(command);
        assert!(output.status.success(), "{}", stderr(&output));
        says(&(stdout(&output) + &stderr(&output)), &[said]);
    }
}

#[test]
fn a_number_that_32_bits_cannot_hold_is_refused_by_its_column() {
    let place = Place::new();
    put(&place, "own/train.csv", csv(60).as_bytes());
    put(&place, "own/test.csv", b"a,b,c,label\n10,200,5,cat\n1e300,20,3,dog\n");
    let args = ["--data-dir", "own", "--format", "csv", "--epochs", "1", "--run-dir", "a"];
    says(&failure(&place.train(&args), 1), &["in column \"a\", found 1e300; correct the number"]);
}

#[test]
fn epochs_of_a_regression_and_unseen_categories_are_told() {
    let place = Place::new();
    let rows = (0..60).map(|k| format!("{},{},{}\n", k % 7, ["red", "blue"][k % 2], 100.5 * (k % 7) as f64));
    let text = format!("a,colour,price\n{}", rows.collect::<String>());
    put(&place, "own/prices.csv", text.as_bytes());
    let args = [
        "--data-dir",
        "own",
        "--format",
        "csv",
        "--epochs",
        "1",
        "--run-dir",
        "a",
        "--label",
        "price",
        "--task",
        "regression",
    ];
    let output = place.train(&args);
    let told = stdout(&output) + &stderr(&output);
    assert!(told.contains("  train RMSE ") && told.contains("  validation RMSE ") && !told.contains("nll"), "{told}");
    put(&place, "new.csv", b"a,colour\n1,red\n2,green\n3,black\n");
    let output = place.train(&["predict", "a", "new.csv"]);
    let notices = stderr(&output);
    let expected = "2 examples have a category that training has not seen, in \"colour\": its inputs are 0";
    assert!(output.status.success() && notices.contains(expected), "{notices}");
}
