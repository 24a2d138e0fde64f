//! Loaders for your own data, which is not in the catalogue: tables, pictures, idx files and reviews.
//!
//! | Module          | Layout                                                              | Inputs                |
//! |-----------------|---------------------------------------------------------------------|-----------------------|
//! | [`csv`]         | `.csv` or `.tsv`, one example per line, one column of labels        | numbers               |
//! | [`libsvm`]      | `.libsvm`, `.svm` or `.svmlight`, `label index:value ...`           | sparse rows           |
//! | [`idx_pairs`]   | a file of images and a file of labels for each part, as in MNIST    | bytes, grey           |
//! | [`images`]      | a folder of pictures for each class                                 | bytes, grey or colour |
//! | [`reviews`]     | texts with classes or stars                                         | sparse rows           |
//!
//! Text and idx files may be compressed with gzip. The limits are 4 GiB (unpacked), 2^26 lines and 16 MiB per line for
//! a text file; 2^28 inputs for a table, where libsvm files count only the inputs that they list; a largest index of
//! 2^20 for a libsvm table; 2^31 pixels and 2^26 examples for a pair of idx files; and 2^33 pixel values, three per
//! pixel, for the pictures of a part. File names say which files are for training, validation and test ([`parts`]). The
//! classes are the sorted distinct labels of the training examples: numbers by value, then texts alphabetically
//! ([`classes`]).

pub(crate) mod classes;
pub(crate) mod csv;
mod data_set;
mod idx_pairs;
mod images;
mod libsvm;
pub(crate) mod look;
pub(crate) mod parts;
mod split;
mod table;

use crate::{Choices, DataSet, Error, Format, reviews};
pub(crate) use csv::read as read_csv;
pub(crate) use libsvm::read as read_libsvm;
use std::path::Path;

/// Loads the user's own data from `folder`. Parts that the files do not provide are drawn from `seed`.
///
/// # Errors
/// [`Error::Layout`] when the folder holds no data in `format`, and the errors of that format's reader.
pub fn load_own(folder: &Path, format: Format, choices: &Choices, seed: u64) -> Result<DataSet, Error> {
    let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
    let found = match format {
        Format::Images => images::read(folder)?,
        Format::Idx => idx_pairs::read(folder)?,
        Format::Csv => csv::read(folder, &choices.table)?,
        Format::Libsvm => libsvm::read(folder)?,
        Format::Reviews => {
            let credit = format!("data in {}.", folder.display());
            let corpus = reviews::read(folder, &choices.table)?;
            return reviews::data_set(&name, folder, credit, corpus, &choices.reviews, seed);
        }
    };
    data_set::data_set(&name, folder, found, seed)
}

#[cfg(test)]
mod tests {
    use super::table::{Found, Values};
    use super::*;
    use crate::TableChoices;
    use crate::synthetic::tree;

    #[test]
    fn other_files_in_a_folder_are_ignored() {
        let csv = ["readme.md", "train.csv", "test.csv", "old/notes.txt"].map(|name| (name, &b"1,2,a\n3,4,b\n"[..]));
        let folder = tree(&[&csv[..], &[("iris.svm", b"1 1:1\n2 1:2")]].concat());
        let found = csv::read(folder.path(), &TableChoices::default()).unwrap();
        assert!(found.tables.validation.is_none() && found.tables.test.is_some());
        assert_eq!(found.files.iter().map(|file| parts::name(file)).collect::<Vec<_>>(), ["train.csv", "test.csv"]);
        assert!(matches!(libsvm::read(folder.path()).unwrap().tables.train.values, Values::Sparse(_)));
        assert!(idx_pairs::read(folder.path()).is_err() && images::read(folder.path()).is_err());
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
        assert!(refused(idx_pairs::read(folder.path())).contains("files of images"));
        assert!(
            refused(images::read(folder.path())).contains("folders for at least 2 classes"),
            "{}",
            refused(images::read(folder.path()))
        );
    }
}
