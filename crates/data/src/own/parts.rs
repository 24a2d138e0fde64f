//! Assigns the files in a folder to the parts of a data set, according to the names of the files.

use crate::Error;
pub(crate) use crate::names::{Part, ends_with, entries, folders, name, words};
use crate::names::{passed_over, unpacked, unpacked_first};
use std::path::{Path, PathBuf};

const RENAME: &str = "put train, validation or test into each name, or leave only one of these files or sub-folders";

const ABSENT: &str = "check the path, or choose the format of the files there";

/// A value for each part of a data set, such as the file or the examples of the part.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parts<T> {
    /// The value for the training part.
    pub(crate) train: T,
    /// The value for the validation part; `None` if the files do not provide this part.
    pub(crate) validation: Option<T>,
    /// The value for the test part; `None` if the files do not provide this part.
    pub(crate) test: Option<T>,
}

impl<T> Parts<T> {
    /// The values of the parts that are present, in the order training, validation, test.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.train).chain(&self.validation).chain(&self.test)
    }

    /// The result of `make` for each part.
    pub(crate) fn map<U>(self, make: impl Fn(T) -> U) -> Parts<U> {
        Parts { train: make(self.train), validation: self.validation.map(&make), test: self.test.map(&make) }
    }

    /// The result of `make` for each part, given the part's value in `self` and in `other`, which must have the same
    /// parts.
    pub(crate) fn beside<U, V>(self, other: Parts<U>, make: impl Fn(T, U) -> V) -> Parts<V> {
        Parts {
            train: make(self.train, other.train),
            validation: self.validation.zip(other.validation).map(|(one, other)| make(one, other)),
            test: self.test.zip(other.test).map(|(one, other)| make(one, other)),
        }
    }

    /// `train` as the value for training, and the results of `make` for the validation and test parts that are present.
    ///
    /// # Errors
    /// The errors of `make`.
    pub(crate) fn with<U>(&self, train: U, mut make: impl FnMut(&T) -> Result<U, Error>) -> Result<Parts<U>, Error> {
        let validation = self.validation.as_ref().map(&mut make).transpose()?;
        let test = self.test.as_ref().map(&mut make).transpose()?;
        Ok(Parts { train, validation, test })
    }
}

/// Assigns `files` in `folder` to parts. A single file holds all of the data; if there are several files, the name of
/// each must contain its part. A gzip file next to its unpacked version is ignored. `what` describes the files in error
/// messages.
///
/// # Errors
/// [`Error::Layout`] when there are no files or, if there are several files, when a name contains no part, two files
/// are for the same part, or no file is for training.
pub(crate) fn assign(folder: &Path, files: &[PathBuf], what: &str) -> Result<Parts<PathBuf>, Error> {
    let wrong = |expected: &str, found: String| {
        let (path, expected) = (folder.to_owned(), format!("{expected} the {what}"));
        Error::Layout { path, expected, found, remedy: RENAME }
    };
    if files.is_empty() {
        let (path, expected) = (folder.to_owned(), what.to_owned());
        return Err(Error::Layout { path, expected, found: "none".to_owned(), remedy: ABSENT });
    }
    let mut files = unpacked_first(files);
    if files.len() == 1 {
        return Ok(Parts { train: files.remove(0), validation: None, test: None });
    }
    let (mut train, mut validation, mut test) = (None, None, None);
    for file in files {
        let name = name(&file);
        let part = match Part::of(&name) {
            Some(Part::Train) => &mut train,
            Some(Part::Validation) => &mut validation,
            Some(Part::Test) => &mut test,
            None => return Err(wrong("train, validation or test in the name of each of", format!("{name:?}"))),
        };
        if let Some(other) = part.replace(file) {
            return Err(wrong(
                "a different part in the name of each of",
                format!("{:?} and {name:?}", self::name(&other)),
            ));
        }
    }
    let train = train.ok_or_else(|| wrong("train in the name of one of", "no such name".to_owned()))?;
    Ok(Parts { train, validation, test })
}

/// Whether the extension of `path`, ignoring a final `.gz` and the case of letters, is listed in `endings`.
pub(crate) fn holds(path: &Path, endings: &[&str]) -> bool {
    ends_with(&unpacked(path), endings)
}

/// The file at `path` or, if `path` is a folder, the files in this folder whose extension, ignoring `.gz`, is listed in
/// `endings`.
///
/// # Errors
/// [`Error::File`] when the folder cannot be read.
pub(crate) fn named(path: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, Error> {
    let files = if path.is_dir() { entries(path)? } else { vec![path.to_owned()] };
    Ok(files.into_iter().filter(|file| file == path || (!file.is_dir() && holds(file, endings))).collect())
}

/// A note for the user on the files in the folder `path` that are passed over, because their extensions are not among
/// `endings`; `None` if there are no such files, or `path` is a file.
///
/// # Errors
/// [`Error::File`] when the folder cannot be read.
pub(crate) fn others(path: &Path, endings: &[&str]) -> Result<Option<String>, Error> {
    if !path.is_dir() {
        return Ok(None);
    }
    let others = entries(path)?.into_iter().filter(|file| file.is_file() && !holds(file, endings));
    Ok(passed_over(&others.collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assigned(names: &[&str]) -> Result<Parts<PathBuf>, String> {
        let files: Vec<PathBuf> = names.iter().map(|name| Path::new("d").join(name)).collect();
        assign(Path::new("d"), &files, "tables").map_err(|e| e.to_string())
    }

    #[test]
    fn names_contain_the_part_of_a_file() {
        let parts = assigned(&["MNIST_Test.csv", "mnist-training.csv.gz", "mnist.val.csv"]).unwrap();
        assert_eq!(parts.train, Path::new("d/mnist-training.csv.gz"));
        assert_eq!(parts.validation, Some("d/mnist.val.csv".into()));
        assert_eq!(parts.test, Some("d/MNIST_Test.csv".into()));
        assert_eq!(parts.iter().count(), 3);
        assert_eq!(Part::of("t10k-images"), Some(Part::Test));
        assert_eq!(Part::of("valid"), Some(Part::Validation));
        assert_eq!(Part::of("latest-values"), None);
    }

    #[test]
    fn a_single_file_is_all_of_the_data_and_its_packed_copy_is_ignored() {
        let parts = assigned(&["test.csv", "test.csv.gz"]).unwrap();
        assert_eq!(parts, Parts { train: "d/test.csv".into(), validation: None, test: None });
    }

    #[test]
    fn files_that_do_not_form_parts_are_rejected() {
        let refused = |names: &[&str]| assigned(names).unwrap_err();
        assert_eq!(
            refused(&["a.csv", "train.csv"]),
            "d: expected train, validation or test in the name of each of the tables, found \"a.csv\"; put train, \
             validation or test into each name, or leave only one of these files or sub-folders"
        );
        let twice = refused(&["test-1.csv", "test-2.csv"]);
        assert!(
            twice.contains(
                "a different part in the name of each of the tables, found \"test-1.csv\" and \"test-2.csv\";"
            ),
            "{twice}"
        );
        assert!(
            refused(&["val.csv", "test.csv"]).contains("train in the name of one of the tables, found no such name;")
        );
        assert_eq!(
            refused(&[]),
            "d: expected tables, found none; check the path, or choose the format of the files there"
        );
    }

    #[test]
    fn extensions_are_found_before_gz() {
        assert!(holds(Path::new("a.CSV"), &["csv"]) && holds(Path::new("a.csv.GZ"), &["csv"]));
        assert!(!holds(Path::new("a.gz"), &["csv"]) && !holds(Path::new("csv"), &["csv"]));
    }
}
