//! The readers as functions of bytes, for the fuzz targets in `fuzz/`. No input may make a reader panic or hang.

use crate::TableChoices;
use crate::cifar::{self, Batch};
use crate::{idx, norb, own, reviews};
use std::io::Write as _;
use std::path::Path;

/// Reads `bytes` as an idx file.
pub fn idx(bytes: &[u8]) {
    let _ = idx::parse(Path::new("file"), bytes);
}

/// Reads `bytes` as an archive of two batches of CIFAR-10 with two records each.
pub fn cifar(bytes: &[u8]) {
    let batch = |name| Batch { name, sha256: "" };
    let batches = [batch("data_batch_1.bin"), batch("test_batch.bin")];
    let _ = cifar::archive(Path::new("file"), bytes, &batches, 2);
}

/// Reads `bytes` as reviews in the form of counted terms, the format of `processed_acl`.
pub fn processed_acl(bytes: &[u8]) {
    let _ = reviews::parse(Path::new("positive.review"), bytes);
}

/// Reads `bytes` as reviews between tags, the format of `sorted_data_acl`.
pub fn tag_soup(bytes: &[u8]) {
    let _ = reviews::parse(Path::new("positive.review"), &[b"<review>\n", bytes].concat());
}

/// Reads `bytes` as a matrix of NORB, once row by row and once as integers.
pub fn norb(bytes: &[u8]) {
    with_file(bytes, "a.mat", |path| drop((norb::read_through(path), norb::integers(path))));
}

/// Reads `bytes` as a libsvm table.
pub fn libsvm(bytes: &[u8]) {
    with_file(bytes, "a.libsvm", |path| drop(own::read_libsvm(path)));
}

/// Reads `bytes` as a CSV table.
pub fn csv(bytes: &[u8]) {
    with_file(bytes, "a.csv", |path| drop(own::read_csv(path, &TableChoices::default())));
}

/// Calls `read` with the path of a temporary file that holds `bytes`, for readers that open a path.
fn with_file(bytes: &[u8], ending: &str, read: impl FnOnce(&Path)) {
    let file = tempfile::Builder::new().suffix(ending).tempfile();
    if let Ok(mut file) = file
        && file.write_all(bytes).is_ok()
    {
        read(file.path());
    }
}
