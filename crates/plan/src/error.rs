//! Errors in plans.

use crate::shares::NotFactorial;
use std::path::PathBuf;

/// Why a plan cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] files::Error),
    /// The file is not TOML, or has an unknown key or a value of the wrong type.
    #[error("{}, line {line}: {problem}; see the plans in configs/paper/ for examples", path.display())]
    Malformed {
        /// The path of the plan's file.
        path: PathBuf,
        /// The number of the line, counted from 1.
        line: usize,
        /// What is wrong in that line.
        problem: String,
    },
    /// Parts of the plan contradict each other, are missing or have invalid values.
    #[error("{}: {problem}", path.display())]
    Inconsistent {
        /// The path of the plan's file.
        path: PathBuf,
        /// What is wrong, and how to correct it.
        problem: String,
    },
    /// The cells of a question in `shares` do not form a full factorial experiment.
    #[error("{}: shares '{question}': {problem}", path.display())]
    NotFactorial {
        /// The path of the plan's file.
        path: PathBuf,
        /// The text of the question.
        question: String,
        /// What is wrong with the experiment, and what to do.
        problem: NotFactorial,
    },
}
