//! Tests of loading data sets by name, as the program does.

use data::{Access, Choices, Source, State, catalogue, load, locate, verify};

fn offline(folder: &std::path::Path) -> Source {
    Source { data_dir: Some(folder.to_owned()), access: Access::Offline }
}

#[test]
fn digits_need_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let digits = load("digits", &offline(folder.path()), &Choices::default(), 3, &mut |_| {}).unwrap();
    assert_eq!(digits, data::digits::load(3));
    assert!(digits.credit.contains("Alpaydin") && digits.credit.contains("CC BY 4.0"));
    assert_eq!(
        digits.checksums["optdigits-test.csv.gz"],
        "e31b7ccbf8cc2b158de948b1bb7a67bf39a856fb064b3aa8ef489f12a2dc4b63"
    );
    assert!(verify(&catalogue::DIGITS, &offline(folder.path())).unwrap().is_empty());
}

#[test]
fn an_unknown_name_and_a_missing_file_are_one_sentence_each() {
    let folder = tempfile::tempdir().unwrap();
    let unknown = load("mnits", &offline(folder.path()), &Choices::default(), 1, &mut |_| {}).unwrap_err().to_string();
    assert!(unknown.starts_with("no data set is named \"mnits\"; choose one of digits, mnist, cifar10,"), "{unknown}");
    let missing = load("mnist", &offline(folder.path()), &Choices::default(), 1, &mut |_| {}).unwrap_err().to_string();
    assert!(missing.starts_with("train-images-idx3-ubyte.gz is neither in "), "{missing}");
    assert!(missing.contains("run `train data fetch mnist --data-dir "), "{missing}");
}

#[test]
fn missing_and_foreign_files_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let name = "t10k-labels-idx1-ubyte.gz";
    files::write(&folder.path().join(name), b"not found").unwrap();
    let found = locate(&catalogue::MNIST, &offline(folder.path())).unwrap();
    assert_eq!(found, [None, None, None, Some(folder.path().join(name))]);
    let states = verify(&catalogue::MNIST, &offline(folder.path())).unwrap();
    assert!(matches!(states[0].state, State::Missing));
    assert_eq!(states[0].path, folder.path().join("mnist/train-images-idx3-ubyte.gz"));
    assert!(
        matches!(&states[3].state, State::Wrong(data::Error::Checksum { found, .. }) if *found == files::sha256(b"not found"))
    );
}
