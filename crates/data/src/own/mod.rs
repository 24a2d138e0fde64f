//! Your own data: tables, pictures and idx files that no catalogue knows.
//!
//! | what            | how it is laid out                                              | inputs           |
//! |-----------------|-----------------------------------------------------------------|------------------|
//! | [`csv`]         | `.csv` or `.tsv`, one example a line, one column of labels      | numbers          |
//! | [`libsvm`]      | `.libsvm`, `.svm` or `.svmlight`, `label index:value ...`       | sparse rows      |
//! | [`idx_pairs`]   | a file of images and a file of labels for each part, as MNIST   | bytes, grey      |
//! | [`images`]      | a folder of pictures for each class                             | bytes, by planes |
//!
//! Text and idx files may be gzip. No text is read beyond 4 GiB (unpacked) or 2^26 lines, and no line beyond 16 MiB; no
//! table beyond 2^28 numbers (of libsvm, those that are written), a libsvm table not beyond 2^20 columns, and idx files not
//! beyond 2^31 pixels or 2^26 examples.
//! Names say what is for training, validation and test ([`parts`]). Classes are the distinct labels of the training
//! examples in order, numbers by value and texts by their letters ([`classes`]).

mod classes;
mod csv;
mod data_set;
mod idx_pairs;
mod images;
mod libsvm;
mod parts;

use crate::lines::Lines;
use crate::{Csr, Error, Shape};
pub(crate) use data_set::data_set;
pub use images::{Pixels, picture};
use parts::{Parts, assign, entries, folders, holds};
use std::path::{Path, PathBuf};

/// The most numbers of a table, those that are not written aside when its rows are sparse: 1 GiB of them.
const MOST_NUMBERS: usize = 1 << 28;

/// The inputs of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Values {
    /// Pixels, `[len, channels, height, width]`, row-major, 0 to 255, of images of this size.
    Images(Vec<u8>, Shape),
    /// Rows of numbers most of which are zero.
    Sparse(Csr),
    /// Finite numbers, `[len, width]`, row-major.
    Numbers(Vec<f32>),
}

/// Labelled examples, at least one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    /// What is learnt from, `[len, width]`.
    pub(crate) values: Values,
    /// The number of inputs of an example, at least 1.
    pub(crate) width: usize,
    /// The class of each example, a place in `classes`, `[len]`.
    pub(crate) labels: Vec<u8>,
    /// The names of the classes, 2 to 256, the same in all parts.
    pub(crate) classes: Vec<String>,
}

/// Data as found: the examples, and the files that they are in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// The examples of each part; width, size of images and classes are those of the training examples.
    pub(crate) tables: Parts<Table>,
    /// Every file that was read, in the order of the parts.
    pub(crate) files: Vec<PathBuf>,
    /// Where labels were found, for people, when that had to be guessed.
    pub(crate) labels: Option<String>,
    /// How the record tells which files were read.
    pub(crate) listing: Listing,
}

/// How files are listed with their checksums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    /// One by one.
    Each,
    /// All as one checksum under this name, because there may be many.
    Together(&'static str),
}

/// Reads the CSV tables at `path`, a file or a folder; what else lies there is passed over.
///
/// # Errors
/// [`Error::File`] when something cannot be read, [`Error::Layout`] when none is there or their names do not say which
/// part each is, and those of [`csv::read`].
pub(crate) fn read_csv(path: &Path) -> Result<Found, Error> {
    let files = assign(path, &named(path, &["csv", "tsv"])?, "CSV tables (.csv, .tsv)")?;
    let (tables, labels) = csv::read(&files)?;
    Ok(Found { tables, files: files.iter().cloned().collect(), labels: Some(labels), listing: Listing::Each })
}

/// Reads the libsvm tables at `path`, a file or a folder; what else lies there is passed over.
///
/// # Errors
/// As [`read_csv`], and those of [`libsvm::read`].
pub(crate) fn read_libsvm(path: &Path) -> Result<Found, Error> {
    let files = named(path, &["libsvm", "svm", "svmlight"])?;
    let files = assign(path, &files, "libsvm tables (.libsvm, .svm, .svmlight)")?;
    let tables = libsvm::read(&files)?;
    Ok(Found { tables, files: files.iter().cloned().collect(), labels: None, listing: Listing::Each })
}

/// Reads the pairs of idx files in the folder `path`; what else lies there is passed over.
///
/// # Errors
/// Those of [`idx_pairs::read`].
pub(crate) fn read_idx(path: &Path) -> Result<Found, Error> {
    let (images, labels) = idx_pairs::find(&entries(path)?);
    idx_pairs::read(path, &images, &labels)
}

/// Reads the pictures below the folder `path`.
///
/// # Errors
/// Those of [`images::read`].
pub(crate) fn read_images(path: &Path) -> Result<Found, Error> {
    images::read(path, &folders(path)?)
}

/// The files at `path`, itself or in it, whose names end in one of `endings`, `.gz` aside.
fn named(path: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, Error> {
    let files = if path.is_dir() { entries(path)? } else { vec![path.to_owned()] };
    Ok(files.into_iter().filter(|file| file == path || (!file.is_dir() && holds(file, endings))).collect())
}

/// Refuses the line that `lines` is at when the table has more than [`MOST_NUMBERS`] with it, `numbers`.
fn limit(numbers: usize, lines: &Lines) -> Result<(), Error> {
    if numbers <= MOST_NUMBERS {
        return Ok(());
    }
    Err(lines.wrong(format!("at most {MOST_NUMBERS} inputs in all"), "more", "give fewer examples or inputs"))
}

/// An [`Error::Layout`] of `path`.
fn layout(path: &Path, expected: impl Into<String>, found: impl Into<String>, remedy: &'static str) -> Error {
    Error::Layout { path: path.to_owned(), expected: expected.into(), found: found.into(), remedy }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::tree;

    #[test]
    fn what_else_lies_in_a_folder_is_passed_over() {
        let csv = ["readme.md", "train.csv", "test.csv", "old/notes.txt"].map(|name| (name, &b"1,2,a\n3,4,b\n"[..]));
        let folder = tree(&[&csv[..], &[("iris.svm", b"1 1:1\n2 1:2")]].concat());
        let found = read_csv(folder.path()).unwrap();
        assert!(found.tables.validation.is_none() && found.tables.test.is_some());
        assert_eq!(found.files.iter().map(|file| parts::name(file)).collect::<Vec<_>>(), ["train.csv", "test.csv"]);
        assert!(matches!(read_libsvm(folder.path()).unwrap().tables.train.values, Values::Sparse(_)));
        assert!(read_idx(folder.path()).is_err() && read_images(folder.path()).is_err());
    }

    #[test]
    fn numbers_are_limited() {
        let lines = Lines::of(Path::new("a.csv"), &b""[..]).unwrap();
        assert!(limit(1 << 28, &lines).is_ok());
        let error = limit((1 << 28) + 1, &lines).unwrap_err().to_string();
        assert!(error.contains("expected at most 268435456 inputs in all, found more; give fewer"), "{error}");
    }

    #[test]
    fn a_file_is_all_of_the_data_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("iris.data");
        files::write(&path, b"1,a\n2,b").unwrap();
        assert_eq!(read_csv(&path).unwrap().files, [path]);
        let missing = read_csv(&folder.path().join("missing.csv")).unwrap_err().to_string();
        assert!(
            missing.starts_with("cannot read")
                && missing.ends_with("missing.csv: No such file or directory (os error 2); check the path"),
            "{missing}"
        );
    }

    #[test]
    fn a_folder_without_such_data_says_what_was_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |found: Result<Found, Error>| found.unwrap_err().to_string();
        assert!(
            refused(read_csv(folder.path())).contains("CSV tables (.csv, .tsv)"),
            "{}",
            refused(read_csv(folder.path()))
        );
        assert!(refused(read_libsvm(folder.path())).contains("libsvm tables (.libsvm,"));
        assert!(refused(read_idx(folder.path())).contains("files of images"));
        assert!(
            refused(read_images(folder.path())).contains("folders of at least 2 classes"),
            "{}",
            refused(read_images(folder.path()))
        );
    }
}
