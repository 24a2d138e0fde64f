//! Interprets the names of files and folders.

use crate::Error;
use std::path::{Path, PathBuf};

/// A split of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The training examples.
    Train,
    /// The validation examples, on which hyper-parameters and the best epoch are chosen.
    Validation,
    /// The test examples, on which the final error is measured.
    Test,
}

impl Part {
    /// The split that is denoted by the first suitable word in `name`, such as "train", "valid", "test" or "t10k".
    pub(crate) fn of(name: &str) -> Option<Self> {
        words(name).iter().find_map(|word| match word.as_str() {
            "val" => Some(Self::Validation),
            word if word.starts_with("valid") => Some(Self::Validation),
            word if word.starts_with("train") => Some(Self::Train),
            word if word.starts_with("test") || word == "t10k" => Some(Self::Test),
            _ => None,
        })
    }
}

/// The words in `name`, in lower case: `Train-images.idx3` consists of three.
pub(crate) fn words(name: &str) -> Vec<String> {
    name.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase).collect()
}

/// The names of the files and sub-folders in the folder `path`, in ascending order and without hidden ones.
///
/// # Errors
/// [`Error::File`] when the folder cannot be read.
pub(crate) fn visible(path: &Path) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path).map_err(files::Error::new("read", path))? {
        let name = entry.map_err(files::Error::new("read", path))?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// The paths in `files`, except each gzip file whose unpacked version is also in the list.
pub(crate) fn unpacked_first(files: &[PathBuf]) -> Vec<PathBuf> {
    let twice = |file: &PathBuf| ends_with(file, &["gz"]) && files.contains(&file.with_extension(""));
    files.iter().filter(|file| !twice(file)).cloned().collect()
}

/// The last component of `path` as text.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether the extension of `path`, in upper or lower case, is listed in `endings`.
pub(crate) fn ends_with(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|found| endings.iter().any(|ending| found.eq_ignore_ascii_case(ending)))
}
