//! Interprets the names of files and folders.

use crate::Error;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization as _;

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
    /// The split denoted by the first word in `name` that is recognised, such as "train", "valid", "test" or "t10k";
    /// `None` if no word is recognised. A word also ends at a digit or a capital letter, as in `val2017` and
    /// `testImages`, but `testimonials` denotes no split.
    pub(crate) fn of(name: &str) -> Option<Self> {
        name.split(|letter: char| !letter.is_alphanumeric()).find_map(|word| match beginning(word).as_str() {
            "train" | "training" | "trainset" | "traindata" => Some(Self::Train),
            "val" | "valid" | "validate" | "validation" | "dev" => Some(Self::Validation),
            "test" | "testing" | "testset" | "testdata" => Some(Self::Test),
            _ if word.eq_ignore_ascii_case("t10k") => Some(Self::Test),
            _ => None,
        })
    }
}

/// The letters of `word`, in lower case, before the first digit or the first capital letter that follows a lower-case
/// letter.
fn beginning(word: &str) -> String {
    let mut last_is_small = false;
    let is_inside = |letter: &char| {
        let ends = letter.is_numeric() || (last_is_small && letter.is_uppercase());
        last_is_small = letter.is_lowercase();
        !ends
    };
    word.chars().take_while(is_inside).flat_map(char::to_lowercase).collect()
}

/// `text` without white space at its ends, and in the composed form of Unicode (NFC), so that a letter with an accent
/// is always represented in the same way.
pub(crate) fn composed(text: &str) -> String {
    text.trim().nfc().collect()
}

/// The words in `name`, in lower case: `Train-images.idx3` consists of three words.
pub(crate) fn words(name: &str) -> Vec<String> {
    name.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase).collect()
}

/// The folder that macOS adds to archives, with metadata of the files.
const ARCHIVED: &str = "__MACOSX";

/// The entries of `folder`, sorted by name, without hidden files and folders and without the folder [`ARCHIVED`].
///
/// # Errors
/// [`Error::File`] when the folder cannot be read.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = || files::Error::new("read", folder);
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed())? {
        let path = entry.map_err(failed())?.path();
        let name = name(&path);
        if !name.starts_with('.') && name != ARCHIVED {
            entries.push(path);
        }
    }
    entries.sort();
    Ok(entries)
}

/// The folders among the [`entries`] of `folder`, sorted by name.
///
/// # Errors
/// [`Error::File`] when the folder or one of its entries, such as a broken link, cannot be read.
pub(crate) fn folders(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut folders = Vec::new();
    for path in entries(folder)? {
        if std::fs::metadata(&path).map_err(files::Error::new("read", &path))?.is_dir() {
            folders.push(path);
        }
    }
    Ok(folders)
}

/// `path` without the extension `.gz`.
pub(crate) fn unpacked(path: &Path) -> PathBuf {
    if ends_with(path, &["gz"]) { path.with_extension("") } else { path.to_owned() }
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

/// A note for the user that `entries` of a folder were passed over; the note names at most three of them. `None` if
/// `entries` is empty.
pub(crate) fn passed_over(entries: &[PathBuf]) -> Option<String> {
    let names: Vec<String> = entries.iter().take(3).map(|entry| name(entry)).collect();
    let (names, count) = (names.join(", "), entries.len());
    match count {
        0 => None,
        1..=3 => Some(format!("passed over: {names}")),
        _ => Some(format!("passed over: {names} and {} more", count - 3)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_whole_word_or_one_before_a_digit_or_a_capital() {
        for name in
            ["train", "X_train.npy", "mnist-training.csv", "train-00000-of-1", "train2.csv", "trainImages", "TRAIN"]
        {
            assert_eq!(Part::of(name), Some(Part::Train), "{name}");
        }
        for name in ["val2017", "valid.csv", "Validation", "dev.tsv", "my_val"] {
            assert_eq!(Part::of(name), Some(Part::Validation), "{name}");
        }
        for name in ["test.csv", "t10k-images", "T10K.idx", "a-test1.csv", "TestLabels.csv", "testing"] {
            assert_eq!(Part::of(name), Some(Part::Test), "{name}");
        }
        for name in ["testimonials.tsv", "trainers.tsv", "latest-values", "validity.csv", "contest", "values"] {
            assert_eq!(Part::of(name), None, "{name}");
        }
    }

    #[test]
    fn entries_are_sorted_and_hidden_ones_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b", ".c", "a", "__MACOSX", "._a"] {
            files::write(&folder.path().join(name), b"").unwrap();
        }
        let names: Vec<String> = entries(folder.path()).unwrap().iter().map(|path| name(path)).collect();
        assert_eq!(names, ["a", "b"]);
        let error = entries(&folder.path().join("d")).unwrap_err().to_string();
        assert!(error.starts_with("cannot read ") && error.ends_with("; check the path"), "{error}");
    }
}
