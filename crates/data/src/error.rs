//! The errors of this crate. Each message is one sentence: what is wrong, where, and what to do.

use std::path::PathBuf;

/// The advice in errors about inputs and labels that do not match.
pub(crate) const CORRECT: &str = "correct the inputs or the labels";

/// Why a data set could not be found, downloaded or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error(transparent)]
    File(#[from] files::Error),

    /// No data set has the given name.
    #[error("no data set is named {name:?}; choose one of {}", known.join(", "))]
    UnknownSet {
        /// The name that was given.
        name: String,
        /// The names in the catalogue.
        known: Vec<&'static str>,
    },

    /// Inputs or labels that cannot be made into the requested examples.
    #[error("cannot make examples: expected {expected}, found {found}; {remedy}")]
    Examples {
        /// What was expected of the inputs or labels.
        expected: String,
        /// What the inputs or labels were instead.
        found: String,
        /// Advice on what to do.
        remedy: &'static str,
    },

    /// A file whose bytes do not follow its format.
    #[error("{}: byte {offset}: expected {expected}, found {found}; {remedy}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The position in the file, in bytes; for a compressed file, the position in the unpacked bytes.
        offset: u64,
        /// What the format requires at `offset`.
        expected: String,
        /// What was found at `offset`.
        found: String,
        /// Advice on what to do.
        remedy: &'static str,
    },

    /// A line of a text file that does not follow its format.
    #[error("{}, line {line}: expected {expected}, found {found}; {remedy}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The number of the line, from 1; for a compressed file, in the unpacked text.
        line: usize,
        /// What the format requires in the line.
        expected: String,
        /// What was found in the line, shortened if it is long.
        found: String,
        /// Advice on what to do.
        remedy: &'static str,
    },

    /// A file or folder that does not fit the layout of its data set.
    #[error("{}: expected {expected}, found {found}; {remedy}", path.display())]
    Layout {
        /// The file or folder.
        path: PathBuf,
        /// What was expected at `path`, for instance because of the other files.
        expected: String,
        /// What was found at `path`.
        found: String,
        /// Advice on what to do.
        remedy: &'static str,
    },

    /// A file of images and a file of labels that hold different numbers of examples.
    #[error(
        "{} holds {image_count} images but {} holds {label_count} labels; get both files again from the same source",
        images.display(), labels.display()
    )]
    Counts {
        /// The file of images.
        images: PathBuf,
        /// The number of images in the file of images.
        image_count: usize,
        /// The file of labels.
        labels: PathBuf,
        /// The number of labels in the file of labels.
        label_count: usize,
    },

    /// A file, or a member of an archive, that is not the published one.
    #[error("{}: expected {function} {expected}, found {found}; delete the file and run `{fetch}`", path.display())]
    Checksum {
        /// The file.
        path: PathBuf,
        /// The name of the checksum function, such as "SHA-256".
        function: &'static str,
        /// The checksum in the catalogue, in lower-case hexadecimal.
        expected: String,
        /// The checksum of the file that was found.
        found: String,
        /// The command that downloads the file.
        fetch: String,
    },

    /// A file that is not in the folder given as `--data-dir`.
    #[error(
        "{file} is neither in {} nor in {}; run `{fetch}` or leave out --data-dir",
        folder.display(), folder.join(sub_folder).display()
    )]
    NotInDataDir {
        /// The name of the file.
        file: String,
        /// The folder given as `--data-dir`.
        folder: PathBuf,
        /// The name of the sub-folder that would hold the files of the data set.
        sub_folder: String,
        /// The command that downloads the file.
        fetch: String,
    },

    /// A file that is not in the cache, while the network may not be used.
    #[error(
        "{file} is not in {} and --offline forbids fetching; run `{fetch}` or pass --data-dir with a folder that holds it",
        folder.display()
    )]
    Offline {
        /// The name of the file.
        file: String,
        /// The folder of the data set in the cache.
        folder: PathBuf,
        /// The command that downloads the file.
        fetch: String,
    },

    /// Every environment variable that determines the folder of the cache is unset or empty.
    #[error(
        "cannot find a cache: RECTIFIER_DATA, XDG_CACHE_HOME and HOME are unset; set RECTIFIER_DATA or pass --data-dir"
    )]
    NoCache,

    /// No mirror delivered the file.
    #[error(
        "cannot download {file}: {}; check the network and try again, put the file into {} by hand, or pass --data-dir \
         with a folder that holds it",
        tried(attempts), folder.display()
    )]
    Unreachable {
        /// The name of the file.
        file: String,
        /// The folder in which the file belongs.
        folder: PathBuf,
        /// The failed attempts, in order.
        attempts: Vec<Attempt>,
    },
}

/// A failed attempt to download a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The address of the file.
    pub url: String,
    /// Why the attempt failed.
    pub reason: String,
}

fn tried(attempts: &[Attempt]) -> String {
    let each: Vec<String> = attempts.iter().map(|attempt| format!("{} ({})", attempt.url, attempt.reason)).collect();
    if each.is_empty() { "no mirror is known".to_owned() } else { each.join(", ") }
}
