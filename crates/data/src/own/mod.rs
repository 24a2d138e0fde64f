//! Your own data: tables, pictures and idx files that no catalogue knows.
//!
//! | what            | how it is laid out                                              | inputs           |
//! |-----------------|-----------------------------------------------------------------|------------------|
//! | [`csv`]         | `.csv` or `.tsv`, one example a line, one column of labels      | numbers          |
//! | [`libsvm`]      | `.libsvm`, `.svm` or `.svmlight`, `label index:value ...`       | sparse rows      |
//! | [`idx_pairs`]   | a file of images and a file of labels for each part, as MNIST   | bytes, grey      |
//! | [`images`]      | a folder of pictures for each class                             | bytes, by planes |
//!
//! Text and idx files may be gzip. Names say what is for training, validation and test ([`parts`]). Classes are the
//! distinct labels of the training examples in order, numbers by value and texts by their letters ([`classes`]).

#![cfg_attr(not(test), expect(dead_code, reason = "loading by name does not offer it yet"))]

mod classes;
mod csv;
mod idx_pairs;
mod images;
mod libsvm;
mod lines;
mod parts;

use crate::{Csr, Error, Shape};
use parts::{Parts, assign, entries, holds};
use std::path::{Path, PathBuf};

/// The inputs of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Values {
    /// Pixels, `[len, channels, height, width]`, row-major, 0 to 255.
    Bytes(Vec<u8>),
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
    /// The size of an image, where inputs are images; its product is `width`.
    pub(crate) shape: Option<Shape>,
}

/// Data as found: the examples, and the files that they are in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// The examples of each part; width, shape and classes are those of the training examples.
    pub(crate) tables: Parts<Table>,
    /// Every file that was read, in the order of the parts.
    pub(crate) files: Vec<PathBuf>,
}

const KINDS: &str = "a CSV file (.csv, .tsv), a libsvm file (.libsvm, .svm, .svmlight), a pair of idx files named \
                     images and labels, or a folder of pictures for each class";
const ONE_KIND: &str = "keep one kind of data in the folder, or give the path of the file";

/// Reads the data at `path`: a table, or a folder of tables, idx files or pictures.
///
/// # Errors
/// [`Error::File`] when something cannot be read, [`Error::Content`] when nothing or more than one kind of data is
/// there, and the errors of each kind.
pub(crate) fn read(path: &Path) -> Result<Found, Error> {
    let files = if path.is_file() { vec![path.to_owned()] } else { entries(path)? };
    let (folders, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.is_dir());
    let of = |endings: &[&str]| -> Vec<PathBuf> { files.iter().filter(|file| holds(file, endings)).cloned().collect() };
    let (csv, libsvm) = (of(&["csv", "tsv"]), of(&["libsvm", "svm", "svmlight"]));
    let (images, labels) = idx_pairs::find(&files);
    let pictures = images::are_in(&folders)?;
    let there = [
        (!csv.is_empty(), "CSV files"),
        (!libsvm.is_empty(), "libsvm files"),
        (!images.is_empty() || !labels.is_empty(), "idx files"),
        (pictures, "folders of pictures"),
    ];
    let kinds: Vec<&str> = there.into_iter().filter_map(|(is, kind)| is.then_some(kind)).collect();
    match kinds[..] {
        ["CSV files"] => found(&assign(path, &csv, "CSV files")?, csv::read),
        ["libsvm files"] => found(&assign(path, &libsvm, "libsvm files")?, libsvm::read),
        ["idx files"] => idx_pairs::read(path, &images, &labels),
        ["folders of pictures"] => images::read(path, &folders),
        [] => Err(content(path, KINDS, "none of these", "name the files so, or give another path")),
        _ => Err(content(path, "one kind of data", kinds.join(" and "), ONE_KIND)),
    }
}

fn found(
    files: &Parts<PathBuf>,
    read: impl FnOnce(&Parts<PathBuf>) -> Result<Parts<Table>, Error>,
) -> Result<Found, Error> {
    Ok(Found { tables: read(files)?, files: files.iter().cloned().collect() })
}

/// An [`Error::Content`] of `path`.
fn content(path: &Path, expected: impl Into<String>, found: impl Into<String>, remedy: &'static str) -> Error {
    Error::Content { path: path.to_owned(), expected: expected.into(), found: found.into(), remedy }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_folder(names: &[&str]) -> Result<Found, String> {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            files::create_folder(path.parent().unwrap()).unwrap();
            files::write(&path, b"1,2,a\n3,4,b\n").unwrap();
        }
        read(folder.path()).map_err(|e| e.to_string())
    }

    #[test]
    fn a_folder_holds_one_kind_of_data_and_other_files() {
        let found = read_folder(&["readme.md", "train.csv", "test.csv", "old/notes.txt"]).unwrap();
        assert!(found.tables.validation.is_none() && found.tables.test.is_some());
        assert_eq!(found.files.iter().map(|file| parts::name(file)).collect::<Vec<_>>(), ["train.csv", "test.csv"]);
    }

    #[test]
    fn a_file_is_all_of_the_data() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("iris.tsv");
        files::write(&path, b"1\ta\n2\tb").unwrap();
        files::write(&folder.path().join("iris.svm"), b"1 1:1\n2 1:2").unwrap();
        assert_eq!(read(&path).unwrap().files, [path]);
        assert!(matches!(read(&folder.path().join("iris.svm")).unwrap().tables.train.values, Values::Sparse(_)));
        let missing = read(&folder.path().join("missing.csv")).unwrap_err().to_string();
        assert!(
            missing.starts_with("cannot read")
                && missing.ends_with("missing.csv: No such file or directory (os error 2); check the path"),
            "{missing}"
        );
    }

    #[test]
    fn no_kind_and_two_kinds_are_refused() {
        let none = read_folder(&["readme.md"]).unwrap_err();
        assert!(
            none.contains("expected a CSV file (.csv, .tsv), a libsvm file") && none.contains("found none of these;")
        );
        let two = read_folder(&["a.csv", "train-images-idx3-ubyte", "cats/a.png"]).unwrap_err();
        assert!(
            two.contains("expected one kind of data, found CSV files and idx files and folders of pictures;"),
            "{two}"
        );
    }
}
