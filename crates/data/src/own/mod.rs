//! Loaders for the user's own data, which is not in the catalogue: tables, pictures, idx files and reviews.
//!
//! | Module          | Layout                                                              | Inputs                |
//! |-----------------|---------------------------------------------------------------------|-----------------------|
//! | [`csv`]         | `.csv` or `.tsv`, one example per row, a label or number to predict | numbers               |
//! | [`libsvm`]      | `.libsvm`, `.svm` or `.svmlight`, `label index:value ...`           | sparse rows           |
//! | [`idx_pairs`]   | a file of images and a file of labels for each part, as in MNIST    | bytes, grey           |
//! | [`images`]      | a folder of pictures for each class                                 | bytes, grey or colour |
//! | [`reviews`]     | texts with classes or stars                                         | sparse rows           |
//!
//! Text and idx files may be compressed with gzip. The limits are 4 GiB (unpacked), 2^26 lines and 16 MiB per line for
//! a text file; 2^28 inputs for a table (only listed inputs count in a libsvm file); a largest index of 2^20 for a
//! libsvm table; 2^31 pixels and 2^26 examples for a pair of idx files; and 2^33 pixel values, three per pixel, for the
//! pictures of a part. File names say which files are for training, validation and test ([`parts`]). The classes are
//! the sorted distinct labels of the training examples: numbers by value, then texts alphabetically ([`classes`]).

pub(crate) mod classes;
pub(crate) mod csv;
mod data_set;
pub(crate) mod idx_pairs;
mod images;
mod libsvm;
mod look;
pub(crate) mod parts;
mod sparse_stream;
mod split;
pub(crate) mod table;

use crate::{Choices, DataSet, Error, Format, Task, reviews};
pub use csv::{TableStream, Unseen};
pub use look::Look;
pub use sparse_stream::{Beyond, SparseStream};
use std::io::Read as _;
use std::path::Path;

/// Loads the user's own data from `folder`, which may also be a single file of a table or of texts. Parts that the
/// files do not provide are drawn from `seed`.
///
/// # Errors
/// [`Error::Layout`] when the folder holds no data in `format`, and the errors of that format's reader.
pub fn load_own(folder: &Path, format: Format, choices: &Choices, seed: u64) -> Result<DataSet, Error> {
    no_pickles(folder)?;
    let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
    let found = match format {
        Format::Images => images::read(folder, &choices.pictures)?,
        Format::Idx => idx_pairs::read(folder, &choices.pictures)?,
        Format::Csv => csv::read(folder, &choices.table)?,
        Format::Libsvm if choices.table.task == Some(Task::Regression) => {
            let remedy = "write the table as CSV, with the number to predict in a column of its own";
            return Err(table::layout(
                folder,
                "a table in --format csv for --task regression",
                "--format libsvm",
                remedy,
            ));
        }
        Format::Libsvm => libsvm::read(folder)?,
        Format::Reviews => {
            let credit = format!("data in {}.", folder.display());
            let corpus = reviews::read(folder, &choices.table)?;
            return reviews::data_set(&name, folder, credit, corpus, &choices.reviews, seed);
        }
    };
    data_set::data_set(&name, folder, found, seed)
}

/// Checks that neither `folder` nor a folder in it holds a CIFAR data set in the version for Python.
fn no_pickles(folder: &Path) -> Result<(), Error> {
    if !folder.is_dir() {
        return Ok(());
    }
    for inner in std::iter::once(folder.to_owned()).chain(parts::folders(folder)?) {
        for name in ["data_batch_1", "train"] {
            let mut start = Vec::new();
            let file = std::fs::File::open(inner.join(name));
            // Missing files, and folders of these names, are left to the reader of the format.
            let is_read = file.and_then(|file| file.take(2).read_to_end(&mut start)).is_ok();
            if is_read && matches!(start[..], [0x80, 2..=5]) {
                let expected = "files in the format given by --format";
                let found = format!("{name:?}, which Python has pickled, as in cifar-10-batches-py");
                let remedy = "use the data set cifar10, or write the pictures as PNG into a folder for each class";
                return Err(table::layout(&inner, expected, found, remedy));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::table::{Found, Values};
    use super::*;
    use crate::synthetic::tree;
    use crate::{PictureChoices, TableChoices};

    #[test]
    fn other_files_in_a_folder_are_ignored() {
        let csv = ["readme.md", "train.csv", "test.csv", "old/notes.txt"].map(|name| (name, &b"1,2,a\n3,4,b\n"[..]));
        let folder = tree(&[&csv[..], &[("iris.svm", b"1 1:1\n2 1:2")]].concat());
        let found = csv::read(folder.path(), &TableChoices::default()).unwrap();
        assert!(found.tables.validation.is_none() && found.tables.test.is_some());
        assert_eq!(found.files.iter().map(|file| parts::name(file)).collect::<Vec<_>>(), ["train.csv", "test.csv"]);
        assert!(matches!(libsvm::read(folder.path()).unwrap().tables.train.values, Values::Sparse(_)));
        assert!(idx_pairs::read(folder.path(), &PictureChoices::default()).is_err());
        assert!(images::read(folder.path(), &PictureChoices::default()).is_err());
    }

    #[test]
    fn pickled_batches_are_named_in_every_format() {
        let folder = tree(&[
            ("cifar-10-batches-py/data_batch_1", b"\x80\x02}q"),
            ("cifar-10-batches-py/batches.meta", b"\x80\x02}"),
        ]);
        for format in [Format::Images, Format::Idx, Format::Csv, Format::Libsvm, Format::Reviews] {
            let error = load_own(folder.path(), format, &Choices::default(), 1).unwrap_err().to_string();
            assert!(
                error.contains("found \"data_batch_1\", which Python has pickled") && error.contains("cifar10"),
                "{error}"
            );
        }
        let pictures = tree(&[("train/a/x.png", b"\x80\x02")]);
        assert!(no_pickles(pictures.path()).is_ok());
    }

    #[test]
    fn a_number_to_predict_is_not_read_as_a_class_of_a_libsvm_table() {
        let folder = tree(&[("t.libsvm", &b"15 1:1\n7 1:2\n"[..])]);
        let table = TableChoices { task: Some(Task::Regression), ..TableChoices::default() };
        let error = load_own(folder.path(), Format::Libsvm, &Choices { table, ..Choices::default() }, 1).unwrap_err();
        assert!(error.to_string().contains("found --format libsvm; write the table as CSV"), "{error}");
    }

    #[test]
    fn a_single_file_may_have_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("iris.data");
        files::write(&path, b"1,a\n2,b").unwrap();
        assert_eq!(csv::read(&path, &TableChoices::default()).unwrap().files, [path]);
        let missing = csv::read(&folder.path().join("missing.csv"), &TableChoices::default()).unwrap_err().to_string();
        assert!(
            missing.starts_with("cannot read")
                && missing.ends_with("missing.csv: No such file or directory (os error 2); check the path"),
            "{missing}"
        );
    }

    #[test]
    fn an_empty_folder_is_reported_with_what_was_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |found: Result<Found, Error>| found.unwrap_err().to_string();
        assert!(
            refused(csv::read(folder.path(), &TableChoices::default())).contains("CSV tables (.csv, .tsv)"),
            "{}",
            refused(csv::read(folder.path(), &TableChoices::default()))
        );
        assert!(refused(libsvm::read(folder.path())).contains("libsvm tables (.libsvm,"));
        assert!(refused(idx_pairs::read(folder.path(), &PictureChoices::default())).contains("files of images"));
        assert!(
            refused(images::read(folder.path(), &PictureChoices::default())).contains("folders for at least 2 classes"),
            "{}",
            refused(images::read(folder.path(), &PictureChoices::default()))
        );
    }
}
