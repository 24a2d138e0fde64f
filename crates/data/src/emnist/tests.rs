//! Tests of the reader of EMNIST on small archives and folders.

use super::*;
use crate::synthetic::{gzip, idx};
use std::io::Write as _;

const NAMES: [&str; 4] = ["train-images.gz", "train-labels.gz", "test-images.gz", "test-labels.gz"];

/// The unpacked files: three training images of 1 x 2 stored pixels, their labels, a test image of the same size, and
/// its label. Labels start at 1.
fn contents() -> [Vec<u8>; 4] {
    [idx(&[3, 1, 2], &[1, 2, 3, 4, 5, 6]), idx(&[3], &[1, 2, 2]), idx(&[1, 1, 2], &[7, 8]), idx(&[1], &[2])]
}

fn small() -> Emnist {
    let sizes: [&[usize]; 4] = [&[3, 1, 2], &[3], &[1, 1, 2], &[1]];
    let member = |k: usize| {
        let sha256: &str = files::sha256(&contents()[k]).leak();
        Member { name: NAMES[k], sizes: sizes[k], sha256: Some(sha256) }
    };
    let members = Box::leak(Box::new([member(0), member(1), member(2), member(3)]));
    Emnist { archive: EMNIST_LETTERS.files()[0].clone(), members, first_label: 1, mirrors: &[] }
}

fn packed() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in NAMES.iter().zip(contents()) {
        writer.start_file(format!("gzip/{name}"), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&gzip(&bytes)).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn load_from(path: &Path) -> Result<DataSet, Error> {
    let (classes, class_names) = (2, &["A", "B"]);
    let entry = Entry { classes, class_names, train: 2, validation: 1, test: 1, ..EMNIST_LETTERS };
    small().load_from(&entry, path, "train data fetch small")
}

#[test]
fn images_are_put_upright_and_labels_begin_at_0() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in NAMES.iter().zip(contents()) {
        files::write(&folder.path().join(plain(name)), &bytes).unwrap();
    }
    let data = load_from(folder.path()).unwrap();
    let splits = data.splits;
    assert_eq!(splits.train.shape(), Some(Shape::grey(2, 1)));
    assert_eq!(*splits.train.labels(), [0, 1]);
    assert_eq!(*splits.validation.labels(), [1]);
    assert_eq!(data.classes, ["A", "B"]);
    // The image has 2 rows of 3 columns, stored column by column.
    let mut image = [1, 4, 2, 5, 3, 6];
    transpose(&mut image, Shape::grey(2, 3));
    assert_eq!(image, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn the_archive_gives_what_the_folder_gives() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in NAMES.iter().zip(contents()) {
        files::write(&folder.path().join(name), &gzip(&bytes)).unwrap();
    }
    let archive = folder.path().join("gzip.zip");
    files::write(&archive, &packed()).unwrap();
    assert!(load_from(&archive).unwrap() == load_from(folder.path()).unwrap());
    let checksums = |path: &Path| small().read(path, "").unwrap().1;
    assert_eq!(checksums(&archive), checksums(folder.path()));
}

#[test]
fn an_archive_cut_off_or_altered_anywhere_is_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("gzip.zip");
    let whole = packed();
    files::write(&archive, &whole).unwrap();
    let complete = load_from(&archive).unwrap();
    let refused_or_the_same = |bytes: &[u8]| {
        files::write(&archive, bytes).unwrap();
        match load_from(&archive) {
            Ok(data) => assert!(data == complete),
            Err(error) => assert!(error.to_string().contains("gzip.zip"), "{error}"),
        }
    };
    for at in 0..whole.len() {
        refused_or_the_same(&whole[..at]);
        let mut altered = whole.clone();
        altered[at] ^= 0xff;
        refused_or_the_same(&altered);
    }
}

#[test]
fn labels_outside_of_the_classes_are_located() {
    let refused = |label: u8| {
        let images = Idx { sizes: vec![1, 1, 2], values: vec![0, 0] };
        let labels = Found { idx: Idx { sizes: vec![1], values: vec![label] }, path: "labels".into() };
        examples(images, &labels, (1, 2), [1]).unwrap_err().to_string()
    };
    assert!(refused(0).contains("labels: byte 8: expected a label from 1 to 2, found 0;"), "{}", refused(0));
    assert!(refused(3).contains("found 3;"));
}

#[test]
fn the_members_of_emnist_add_up_to_the_splits() {
    for (entry, files) in [(EMNIST_LETTERS, LETTERS), (EMNIST_BYCLASS, BYCLASS)] {
        let [train_images, train_labels, test_images, test_labels] = files.members;
        assert_eq!(train_images.sizes, [entry.train + entry.validation, 28, 28], "{}", entry.name);
        assert_eq!(train_labels.sizes, [entry.train + entry.validation]);
        assert_eq!(test_images.sizes, [entry.test, 28, 28]);
        assert_eq!(test_labels.sizes, [entry.test]);
    }
}
