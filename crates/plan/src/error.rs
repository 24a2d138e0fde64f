//! Errors in plans.

use crate::shares::NotFactorial;
use std::path::PathBuf;

/// A plan that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] files::Error),
    /// Not TOML, an unknown key, or a value of the wrong type.
    #[error("{}, line {line}: {problem}; configs/paper/ has plans to copy from", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// Parts of a plan that contradict each other.
    #[error("{}: {problem}", path.display())]
    Inconsistent {
        /// The file.
        path: PathBuf,
        /// The contradiction, and what to do.
        problem: String,
    },
    /// Shares of cells that do not form a full factorial experiment.
    #[error("{}: shares '{question}': {problem}", path.display())]
    NotFactorial {
        /// The file.
        path: PathBuf,
        /// The question.
        question: String,
        /// What is wrong, and what to do.
        problem: NotFactorial,
    },
}
