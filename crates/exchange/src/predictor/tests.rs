//! Tests that run exported programs and compare the outputs of a program with the outputs of its network.

use super::c;
use super::python::quoted as quoted_in_python;
use crate::own::Own;
use crate::portable::Portable;
use crate::testing::{HOSTILE, affine, classes, columns, kinds, network, number, pixels};
use preprocessing::{
    Column, Columns, Kind, Notation, Preprocessing, Sparse, Standard, Target, TextUnit, Tokeniser, Vocabulary,
};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use units::Activation;

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// The interpreter that the environment variable `PYTHON` names; `python3` if the variable is not set.
fn python() -> Command {
    Command::new(std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into()))
}

/// Asserts that the C file `text` compiles without warnings, with and without its test, and that the test passes. The
/// option `-std=c99` makes the compiler replace trigraphs.
fn check_c(folder: &Path, text: &str) {
    assert!(text.is_ascii());
    let (source, program) = (folder.join("network.c"), folder.join("network"));
    files::write(&source, text.as_bytes()).unwrap();
    let options = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-DTEST"];
    run(Command::new("cc").args(options).args([&source, Path::new("-o"), &program, Path::new("-lm")]));
    run(&mut Command::new(program));
    run(Command::new("cc").args(&options[..4]).args([Path::new("-c"), &source, Path::new("-o")]).arg(folder.join("o")));
}

#[test]
fn c_files_of_every_activation_reproduce_their_example() {
    let folder = tempfile::tempdir().unwrap();
    for activation in Activation::ALL.into_iter().chain([Activation::Softplus { alpha: 1.0 }]) {
        check_c(folder.path(), &network(activation, None, None).to_c());
    }
}

#[test]
fn c_files_of_every_preprocessing_and_target_reproduce_their_example() {
    let folder = tempfile::tempdir().unwrap();
    for kind in kinds() {
        for target in [None, Some(classes()), Some(number())] {
            check_c(folder.path(), &network(Activation::Rectifier, kind.clone(), target).to_c());
        }
    }
    let mut parts = network(Activation::Linear, None, None).into_parts();
    parts.hidden.clear();
    parts.output = affine(5, 2, 0.3);
    parts.output.weight[..4].copy_from_slice(&[f32::MIN_POSITIVE, f32::from_bits(1), -0.0, 1e30]);
    check_c(folder.path(), &Portable::new(parts).unwrap().to_c());
}

#[test]
fn a_wrong_c_file_fails_its_test() {
    let folder = tempfile::tempdir().unwrap();
    let text = network(Activation::Tanh, None, None).to_c().replace("tanh(z)", "(tanh(z) + 1e-3)");
    let (source, program) = (folder.path().join("network.c"), folder.path().join("network"));
    files::write(&source, text.as_bytes()).unwrap();
    run(Command::new("cc").args(["-std=c99", "-DTEST"]).args([&source, Path::new("-o"), &program, Path::new("-lm")]));
    assert_eq!(Command::new(program).status().unwrap().code(), Some(1));
}

#[test]
fn names_are_found_in_c_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let network = network(Activation::Rectifier, Some(Preprocessing::Columns(columns())), Some(classes()));
    let found = |text: &str| c::quoted(text);
    let checks = [
        format!("input({}) == 0", found(HOSTILE[0])),
        format!("category({}, {}) == 3", found(HOSTILE[1]), found(HOSTILE[3])),
        format!("category({}, NULL) == 2", found(HOSTILE[1])),
        format!("category({}, \"new\") == 4", found(HOSTILE[1])),
        "input(\"time\") == 5".to_owned(),
        "category(\"island\", \"Dream\") == 8".to_owned(),
        "category(\"island\", \"Torgersen\") == -1".to_owned(),
        "class_names[3][2] == '\\303' && sizeof class_names / sizeof *class_names == 4".to_owned(),
    ];
    let main = format!("int main(void) {{ return !({}); }}\n", checks.join(" && "));
    let (source, program) = (folder.path().join("network.c"), folder.path().join("network"));
    files::write(&source, (network.to_c() + &main).as_bytes()).unwrap();
    run(Command::new("cc").args(["-std=c99", "-Wall"]).args([&source, Path::new("-o"), &program, Path::new("-lm")]));
    run(&mut Command::new(program));
}

#[test]
fn hostile_names_are_escaped_as_each_language_does() {
    assert_eq!(c::quoted("a\"?\\\n\u{0}7é"), r#""a\"\?\\\012\0007\303\251""#);
    assert_eq!(quoted_in_python("a\"?\\\n\u{0}7é"), r#""a\"?\\\U0000000a\U000000007\U000000e9""#);
    for kind in kinds() {
        let network = network(Activation::Pair, kind, Some(classes()));
        for text in [network.to_python(), network.to_c()] {
            assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')));
        }
        assert!(!network.to_c().contains("??"), "the C file must not contain trigraphs");
    }
}

/// The outputs of `network` for `rows`, which are inputs after preprocessing.
fn outputs(network: &Portable, rows: &[Vec<f32>]) -> Vec<Vec<f64>> {
    let mut parts = network.parts().clone();
    parts.notes.preprocessing = None;
    let own = Own::of(&parts.notes, parts.inputs());
    let plain = Portable::new(parts).unwrap();
    rows.iter().map(|row| plain.outputs(&own, &row.iter().copied().map(f64::from).collect::<Vec<_>>())).collect()
}

/// Asserts that the Python file of `network` returns for the examples `rows` the outputs that `network` has for
/// `inputs`, which are the same examples after preprocessing.
fn check_python(folder: &Path, network: &Portable, rows: &Value, inputs: &[Vec<f32>]) {
    let text = network.to_python();
    files::write(&folder.join("network.py"), text.as_bytes()).unwrap();
    files::write(&folder.join("rows.json"), rows.to_string().as_bytes()).unwrap();
    let ask = if network.parts().notes.number().is_some() {
        "json, network; x = network.predict(rows()).tolist(); p = [[y] for y in x]"
    } else {
        "json, network; x = network.predict(rows()); p = network.predict_probabilities(rows()).tolist()"
    };
    let program = format!(
        "rows = lambda: json.loads(pathlib.Path('rows.json').read_bytes())\nimport pathlib, {ask}; print(json.dumps([x, p]))"
    );
    let answer = run(python().args(["-W", "error", "-c", &program]).current_dir(folder));
    let (predicted, found): (Vec<Value>, Vec<Vec<f64>>) = serde_json::from_str(&answer).unwrap();
    let expected = outputs(network, inputs);
    assert_eq!(found.len(), expected.len());
    for ((found, expected), predicted) in found.iter().zip(&expected).zip(predicted) {
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-5 * b.abs().max(1.0);
        assert!(found.len() == expected.len() && found.iter().zip(expected).all(near), "{found:?}, not {expected:?}");
        if let Some(Target::Classes { classes, .. }) = &network.parts().notes.target {
            let best = (0..4).max_by(|a, b| expected[*a].total_cmp(&expected[*b])).unwrap();
            assert_eq!(predicted, json!(classes[best]));
        }
    }
}

#[test]
#[ignore = "needs python3 with numpy"]
fn python_files_of_every_activation_give_the_outputs_of_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let inputs: Vec<Vec<f32>> = (0..9).map(|row| (0..5).map(|k| (row * 5 + k) as f32 / 7.0 - 3.0).collect()).collect();
    let inputs = [inputs, vec![vec![1e4; 5], vec![-1e4; 5]]].concat();
    for activation in Activation::ALL.into_iter().chain([Activation::Softplus { alpha: 1.0 }]) {
        for target in [None, Some(number())] {
            check_python(folder.path(), &network(activation, None, target), &json!(inputs), &inputs);
        }
    }
}

/// Fields for [`columns`]: numbers, missing values of all sorts, and categories.
const FIELDS: [[&str; 5]; 4] = [
    ["5.5", HOSTILE[3], "1700000048", "3", "Dream"],
    [" NA ", "new", "?", "4", "Torgersen"],
    ["-1e0", "", "1700000017.5", "", " Biscoe "],
    [".5", HOSTILE[2], "+1.7e9", "null", "none"],
];

#[test]
#[ignore = "needs python3 with numpy"]
fn a_python_file_reads_fields_as_columns_do() {
    let folder = tempfile::tempdir().unwrap();
    let columns = columns();
    let encoded = |fields: &[&str; 5]| {
        let mut inputs = Vec::new();
        columns.columns.iter().zip(fields).for_each(|(column, field)| {
            column.write(column.cell(field).unwrap(), &mut inputs).unwrap();
        });
        inputs
    };
    let inputs = FIELDS.each_ref().map(encoded);
    let names: Vec<_> = columns.columns.iter().map(|column| column.name.as_str()).collect();
    let dictionary = |fields: &[&str; 5]| json!(names.iter().zip(fields).collect::<std::collections::BTreeMap<_, _>>());
    let network = network(Activation::Tanh, Some(Preprocessing::Columns(columns.clone())), Some(classes()));
    check_python(folder.path(), &network, &json!(FIELDS), &inputs);
    check_python(folder.path(), &network, &json!(FIELDS.each_ref().map(dictionary)), &inputs);
    let typed = json!([[5.5, HOSTILE[3], 1_700_000_048, 3, "Dream"], [null, "new", null, 4.0, "Torgersen"]]);
    check_python(folder.path(), &network, &typed, &inputs[..2]);
}

#[test]
#[ignore = "needs python3 with numpy"]
fn a_python_file_reads_numbers_in_the_notation_of_their_column() {
    let folder = tempfile::tempdir().unwrap();
    let of = |decimal, thousands, before: &str, after: &str| {
        let (before, after, missing) = (before.to_owned(), after.to_owned(), vec!["<LOD".to_owned()]);
        let notation = Notation { decimal, thousands, before, after, brackets: true, missing };
        let kind = Kind::Number { standard: Standard::IDENTITY, fill: Some(0.5), indicator: true, notation };
        Column { name: format!("{decimal}{thousands:?}"), kind }
    };
    let columns = vec![
        of(',', Some('.'), "", "\u{20ac}"),
        of('.', Some(','), "$", ""),
        of('.', Some(' '), "", "%"),
        of(',', Some('\''), "", ""),
    ];
    let columns = Columns { columns, unnamed: None };
    let fields = [
        ["1.234,5 \u{20ac}", "-$1,100.5", "1\u{202f}000.5 %", "-1\u{2019}000,25"],
        ["<LOD", "$-5", "\u{2212}42%", "1,5e2"],
        ["(0,5 \u{20ac})", "($1,100.5)", " <LOD ", "(7)"],
    ];
    let encoded = |fields: &[&str; 4]| {
        let mut inputs = Vec::new();
        columns.columns.iter().zip(fields).for_each(|(column, field)| {
            column.write(column.cell(field).unwrap(), &mut inputs).unwrap();
        });
        inputs
    };
    let inputs = fields.each_ref().map(encoded);
    assert_eq!(inputs[2], [-0.5, 0.0, -1100.5, 0.0, 0.5, 1.0, -7.0, 0.0]);
    assert_eq!(inputs[0], [1234.5, 0.0, -1100.5, 0.0, 1000.5, 0.0, -1000.25, 0.0]);
    let network = network(Activation::Tanh, Some(Preprocessing::Columns(columns)), Some(classes()));
    check_python(folder.path(), &network, &json!(fields), &inputs);
}

#[test]
#[ignore = "needs python3 with numpy"]
fn a_python_file_prints_the_predictions_for_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let kind = |mean| Kind::Number {
        standard: Standard { mean, deviation: 1.0 },
        fill: Some(0.0),
        indicator: false,
        notation: Notation::default(),
    };
    let columns = ["a", "b"].map(|name| Column { name: name.to_owned(), kind: kind(1.0) }).to_vec();
    let network =
        network(Activation::Tanh, Some(Preprocessing::Columns(Columns { columns, unnamed: None })), Some(number()));
    files::write(&folder.path().join("network.py"), network.to_python().as_bytes()).unwrap();
    let printed = |table: &str| {
        files::write(&folder.path().join("table.csv"), table.as_bytes()).unwrap();
        python().args(["network.py", "table.csv"]).current_dir(folder.path()).output().unwrap()
    };
    let output = printed("\u{feff}b,id, a \n2,x,3\n\n4,\"y,\nz\",NA\n");
    assert_eq!(printed("b;id;a\n2;x;3\n4;\"y\";NA\n").stdout, output.stdout);
    let lines = String::from_utf8(output.stdout).unwrap();
    let found: Vec<f64> = lines.lines().skip(1).map(|line| line.parse().unwrap()).collect();
    let expected = outputs(&network, &[vec![2.0, 1.0], vec![-1.0, 3.0]]).concat();
    assert!(
        found.len() == 2 && found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-2),
        "printed {lines}, expected {expected:?}"
    );
    for (table, problem) in [
        ("", "the file is empty"),
        ("a\n1\n", "names 0 columns 'b', not 1"),
        ("a,b,a\n1,2,3\n", "names 2 columns 'a', not 1"),
        ("a,b\n1,2,3\n", "line 2 has 3 fields"),
        ("a,b\n1_0,2\n", "not a number"),
    ] {
        let errors = String::from_utf8(printed(table).stderr).unwrap();
        assert!(
            errors.starts_with("table.csv: ") && errors.contains(problem) && errors.lines().count() == 1,
            "{errors}"
        );
    }
}

#[test]
#[ignore = "needs python3 with numpy"]
fn a_python_file_scales_pixels_and_takes_sparse_rows() {
    let folder = tempfile::tempdir().unwrap();
    let pixels = pixels();
    let stored: Vec<Vec<u8>> = (0..3).map(|picture| (0..12).map(|k| (k * 7 + picture * 5) % 17).collect()).collect();
    let input = |(k, value): (usize, &u8)| pixels.input(k / 6, f32::from(*value) / 16.0);
    let inputs: Vec<Vec<f32>> = stored.iter().map(|picture| picture.iter().enumerate().map(input).collect()).collect();
    let network_of = |kind| network(Activation::Rectifier, Some(kind), Some(classes()));
    check_python(folder.path(), &network_of(Preprocessing::Pixels(pixels.clone())), &json!(stored), &inputs);
    let sparse = network_of(Preprocessing::Sparse(Sparse { base: 1, width: 7 }));
    let row = [0.5, 0.0, 0.0, -2.0, 0.0, 0.0, 3.0];
    check_python(folder.path(), &sparse, &json!([row]), &[row.to_vec()]);
    files::write(&folder.path().join("rows"), b"1 1:0.5 4:-2 7:3 # a\n\n").unwrap();
    let lines = run(python().args(["network.py", "rows"]).current_dir(folder.path()));
    let expected = format!("{:.9}", outputs(&sparse, &[row.to_vec()])[0][0]);
    assert!(lines.contains(&expected[..7]), "printed {lines}, expected {expected}");
}

#[test]
#[ignore = "needs python3 with numpy"]
fn a_python_file_finds_the_terms_that_tokens_finds() {
    let folder = tempfile::tempdir().unwrap();
    let texts = [
        "Don’t go!<br />CRÈME brûlée: 10/10<BR>ⓐ Ⓐ <br",
        "हिन्दी भाषा — ὈΔΥΣΣΕΎΣ, ΣΊΣΥΦΟΣ; STRASSE straße İstanbul ﬁn",
        "x² ½ Ⅷ 五つ_underscored कि עִבְרִית العَرَبِيَّة ไทยนี้ 한국어 e\u{301}t\u{e9}",
        "",
        "10<br\n/>10 <bring> <3 \u{345} \u{1f600}don't",
        "ज़्यादा ज\u{93c} ไม่ดี می\u{200c}خواهم ❤\u{fe0f}good 5\u{fe0f}\u{20e3} İ I\u{307} cafe\u{301}s",
    ];
    // Every eleventh character of Unicode is put into rows of 64 characters, and every ninth row becomes a text.
    let all: Vec<char> = ('\0'..=char::MAX).step_by(11).collect();
    let rows = all.chunks(64).map(|row| row.iter().flat_map(|c| ['x', *c, ' ']).collect::<String>());
    let texts: Vec<String> = texts.map(str::to_owned).into_iter().chain(rows.step_by(9)).collect();
    let mut terms: Vec<String> =
        texts.iter().flat_map(|text| preprocessing::tokens(text)).map(std::borrow::Cow::into_owned).collect();
    terms.extend([HOSTILE[0].to_owned(), "absent".to_owned()]);
    terms.sort();
    terms.dedup();
    let vocabulary = Vocabulary::new(Tokeniser::Words, terms.clone());
    let network = network(Activation::Rectifier, Some(Preprocessing::Terms(vocabulary.clone())), None);
    files::write(&folder.path().join("network.py"), network.to_python().as_bytes()).unwrap();
    files::write(&folder.path().join("texts.json"), json!(texts).to_string().as_bytes()).unwrap();
    let program = "import json, network\n\
        print(json.dumps([network.encoded(t).nonzero()[0].tolist() for t in json.load(open('texts.json'))]))";
    let answer = run(python().args(["-c", program]).current_dir(folder.path()));
    let found: Vec<Vec<u32>> = serde_json::from_str(&answer).unwrap();
    for (text, found) in texts.iter().zip(found) {
        assert_eq!(found, vocabulary.encode(text), "{text}");
    }
}

#[test]
#[ignore = "needs python3 with numpy"]
fn a_python_file_reads_the_fields_of_training_in_tables_without_names() {
    let folder = tempfile::tempdir().unwrap();
    let vocabulary = Vocabulary::new(Tokeniser::Words, vec!["ham".to_owned(), "win".to_owned()]);
    let unit = TextUnit::Fields { indices: vec![1], of: 2, delimiter: '\t' };
    let preprocessing = Preprocessing::Terms(vocabulary.clone().of(unit));
    let network = network(Activation::Rectifier, Some(preprocessing), None);
    files::write(&folder.path().join("network.py"), network.to_python().as_bytes()).unwrap();
    files::write(&folder.path().join("rows.csv"), b"ham\t\"no, he said\nspam\twin; \"now\"\n").unwrap();
    files::write(&folder.path().join("lines.txt"), b"win, now\n").unwrap();
    let program = "import network\n\
        print([list(network.examples(open(f, newline=''), '\\t')) for f in ('rows.csv', 'lines.txt')])";
    let answer = run(python().args(["-c", program]).current_dir(folder.path()));
    assert_eq!(answer.trim(), r#"[['"no, he said', 'win; "now"'], ['win, now']]"#);
    let lines = run(python().args(["network.py", "rows.csv"]).current_dir(folder.path()));
    assert_eq!(lines.lines().count(), 3, "{lines}");
}
