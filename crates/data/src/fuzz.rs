//! The readers as functions of bytes, for the fuzz targets in `fuzz/`. They return for any bytes.

use crate::cifar::{self, Batch};
use crate::{idx, norb, own, reviews};
use std::io::Write as _;
use std::path::Path;

/// An idx file.
pub fn idx(bytes: &[u8]) {
    let _ = idx::parse(Path::new("file"), bytes);
}

/// An archive of two batches of CIFAR-10 with two records each.
pub fn cifar(bytes: &[u8]) {
    let batch = |name| Batch { name, sha256: "" };
    let batches = [batch("data_batch_1.bin"), batch("test_batch.bin")];
    let _ = cifar::archive(Path::new("file"), bytes, &batches, 2);
}

/// Reviews as counted terms, `processed_acl`.
pub fn processed_acl(bytes: &[u8]) {
    let _ = reviews::parse(Path::new("positive.review"), bytes);
}

/// Reviews between tags, `sorted_data_acl`.
pub fn tag_soup(bytes: &[u8]) {
    let _ = reviews::parse(Path::new("positive.review"), &[b"<review>\n", bytes].concat());
}

/// A matrix of NORB, row by row and as numbers.
pub fn norb(bytes: &[u8]) {
    with_file(bytes, "a.mat", |path| drop((norb::read_through(path), norb::integers(path))));
}

/// A libsvm table.
pub fn libsvm(bytes: &[u8]) {
    with_file(bytes, "a.libsvm", |path| drop(own::read_libsvm(path)));
}

/// A CSV table.
pub fn csv(bytes: &[u8]) {
    with_file(bytes, "a.csv", |path| drop(own::read_csv(path)));
}

/// Calls `read` with a file of `bytes`, for readers that open a path.
fn with_file(bytes: &[u8], ending: &str, read: impl FnOnce(&Path)) {
    let file = tempfile::Builder::new().suffix(ending).tempfile();
    if let Ok(mut file) = file
        && file.write_all(bytes).is_ok()
    {
        read(file.path());
    }
}
