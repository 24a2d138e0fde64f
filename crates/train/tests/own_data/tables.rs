//! Tests of training on CSV and libsvm tables.

use super::{counts, csv, examples, libsvm, put, train};
use crate::common::{Place, failure, says, stderr, stdout};
use std::fmt::Write as _;
use std::process::Command;

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
    // Every row of the table is predicted to have the class of its label.
    let predicted = stdout(&place.train(&["predict", "run-csv", "pets/all.csv", "--format", "csv"]));
    let classes: Vec<&str> = predicted.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
    let labels: Vec<String> = examples(100).map(|(label, _)| ["cat", "dog"][label].to_owned()).collect();
    assert_eq!(classes, labels);
}

/// The entry `network` in the metadata of a safetensors file.
fn network_entry(file: &[u8]) -> serde_json::Value {
    let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let header: serde_json::Value = serde_json::from_slice(&file[8..8 + length]).unwrap();
    serde_json::from_str(header["__metadata__"]["network"].as_str().unwrap()).unwrap()
}

/// The names of four columns with texts and missing values, and 120 rows of these columns and the species.
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
    assert_eq!(classes.len(), 2, "the network must predict both classes");
    // The best network of each run is stored with the same entry as an exported file.
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
    assert!(!report.contains("misclassif"), "the report on a regression must not mention misclassification");
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
    let expected = "2 examples have a category that training has not seen, in \"colour\", first in line ";
    assert!(output.status.success() && notices.contains(expected), "{notices}");
}

/// A table of 200 homes, whose price per unit of size is `rate`.
fn homes(rate: usize) -> String {
    (0..200).fold("size,age,price,weight\n".to_owned(), |mut text, k| {
        writeln!(text, "{k},{},{},{}", k * 7 % 50, 1000 + rate * k, 5 * k + 3).unwrap();
        text
    })
}

#[test]
fn a_network_is_imported_only_for_the_number_that_it_predicts() {
    let place = Place::new();
    put(&place, "homes/all.csv", homes(3).as_bytes());
    put(&place, "dearer/all.csv", homes(4).as_bytes());
    train(&place, "homes", "csv", &["--label", "price", "--drop", "weight"]);
    for format in ["safetensors", "onnx", "npz"] {
        let file = format!("homes.{format}");
        let exported = place.train(&["export", "run-csv", "--to", format, "--out", &file]);
        assert!(exported.status.success(), "{}", stderr(&exported));
        let import = |folder: &str, [label, drop]: [&str; 2], more: &[&str]| {
            let settings = ["data.format=csv", "data.table.task=regression"].map(str::to_owned);
            let settings = settings
                .into_iter()
                .chain([format!("data.table.label={label}"), format!("data.table.drop=[\"{drop}\"]")]);
            let settings: Vec<String> = settings.flat_map(|setting| ["--set".to_owned(), setting]).collect();
            let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
            let args = ["import", &file, "--data-dir", folder, "--run-dir", &format!("{folder}-{format}")];
            place.train(&[&args[..], &settings, more].concat())
        };
        for (folder, columns) in [("homes", ["weight", "price"]), ("dearer", ["price", "weight"])] {
            says(
                &failure(&import(folder, columns, &[]), 2),
                &[&file, "predicts a target whose name, mean or standard"],
            );
        }
        let scaled = failure(&import("homes", ["price", "weight"], &["--mean", "0", "--std", "1"]), 2);
        says(&scaled, &[&file, "states how its inputs are scaled; leave out --mean and --std"]);
        let same = import("homes", ["price", "weight"], &[]);
        assert!(same.status.success(), "{}", stderr(&same));
        let [trained, imported] =
            ["run-csv", &format!("homes-{format}")].map(|run| place.json(&format!("{run}/result.json")));
        assert_eq!(trained["test_rmse"], imported["test_rmse"]);
    }
}
