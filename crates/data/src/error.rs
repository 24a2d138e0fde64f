//! Errors of data, each one sentence: what and where, then what to do.

use std::path::PathBuf;

/// What to do about inputs and labels that do not match.
pub(crate) const CORRECT: &str = "correct the inputs or the labels";

/// A data set that could not be found, downloaded or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error(transparent)]
    File(#[from] files::Error),

    /// No data set has this name.
    #[error("no data set is named {name:?}; choose one of {}", known.join(", "))]
    UnknownSet {
        /// The given name.
        name: String,
        /// The names of the catalogue.
        known: Vec<&'static str>,
    },

    /// Inputs and labels that do not form a set of examples.
    #[error("cannot make examples: expected {expected}, found {found}; {remedy}")]
    Examples {
        /// What the other values require.
        expected: String,
        /// What was given.
        found: String,
        /// What to do.
        remedy: &'static str,
    },

    /// A file whose bytes do not follow its format.
    #[error("{}: byte {offset}: expected {expected}, found {found}; {remedy}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The position in the file, after unpacking when it is gzip.
        offset: u64,
        /// What the format requires there.
        expected: String,
        /// What is there.
        found: String,
        /// What to do.
        remedy: &'static str,
    },

    /// A line of a text file that does not follow its format.
    #[error("{}, line {line}: expected {expected}, found {found}; {remedy}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1, after unpacking when it is gzip.
        line: usize,
        /// What the format requires there.
        expected: String,
        /// The beginning of what is there.
        found: String,
        /// What to do.
        remedy: &'static str,
    },

    /// A file or folder that does not fit the layout of its data set.
    #[error("{}: expected {expected}, found {found}; {remedy}", path.display())]
    Layout {
        /// The file or folder.
        path: PathBuf,
        /// What was looked for, or what the other files require.
        expected: String,
        /// What is there.
        found: String,
        /// What to do.
        remedy: &'static str,
    },

    /// Files of images and labels that do not belong together.
    #[error(
        "{} holds {image_count} images but {} holds {label_count} labels; get both files again from one source",
        images.display(), labels.display()
    )]
    Counts {
        /// The file of images.
        images: PathBuf,
        /// The number of images in it.
        image_count: usize,
        /// The file of labels.
        labels: PathBuf,
        /// The number of labels in it.
        label_count: usize,
    },

    /// A file that is not the published one.
    #[error("{}: expected {function} {expected}, found {found}; delete it and run `{fetch}`", path.display())]
    Checksum {
        /// The file.
        path: PathBuf,
        /// "SHA-256" or "MD5".
        function: &'static str,
        /// The checksum in the catalogue, lower-case hexadecimal.
        expected: String,
        /// The checksum of the file.
        found: String,
        /// The command that downloads the file.
        fetch: String,
    },

    /// A file that is not in the folder given as `--data-dir`.
    #[error(
        "{file} is neither in {} nor in {}; run `{fetch}` or leave out --data-dir",
        folder.display(), folder.join(name).display()
    )]
    NotInDataDir {
        /// The name of the file.
        file: String,
        /// The given folder.
        folder: PathBuf,
        /// The name of the data set.
        name: String,
        /// The command that downloads the file.
        fetch: String,
    },

    /// A file that is not in the cache when the network may not be used.
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

    /// No environment variable says where the cache is.
    #[error(
        "none of RECTIFIER_DATA, XDG_CACHE_HOME and HOME says where data is kept; set RECTIFIER_DATA or pass --data-dir"
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
        /// The folder it should be in.
        folder: PathBuf,
        /// The attempts, in order.
        attempts: Vec<Attempt>,
    },
}

/// An address that did not deliver a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The address.
    pub url: String,
    /// Why it failed.
    pub reason: String,
}

fn tried(attempts: &[Attempt]) -> String {
    let each: Vec<String> = attempts.iter().map(|attempt| format!("{} ({})", attempt.url, attempt.reason)).collect();
    if each.is_empty() { "no mirror is known".to_owned() } else { each.join(", ") }
}
