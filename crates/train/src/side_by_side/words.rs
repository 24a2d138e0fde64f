//! What a fleet and its sweep say to each other, a line of JSON each: the fleet on stdout, the sweep on the fleet's stdin.

use crate::failure::Failure;
use crate::terminal;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What a fleet says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// It could train so many runs more. The sweep answers with a line: a list of at most so many [`Invitation`]s.
    Free(usize),
    /// An epoch of a run is over.
    Epoch {
        /// The run's id.
        run: String,
        /// The layer that is being pre-trained, from 1.
        layer: Option<usize>,
        /// From 1.
        epoch: usize,
        /// A fraction; absent in pre-training.
        validation_error: Option<f64>,
    },
    /// A run has ended, as its folder says.
    Ended {
        /// The run's id.
        run: String,
    },
    /// A run does not go with the others, and is to be trained alone.
    Refused {
        /// The run's id.
        run: String,
    },
}

/// A run that a fleet may train.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    /// The run's id.
    pub run: String,
    /// Its folder, which may hold what was reached before.
    pub folder: PathBuf,
    /// The file with its configuration.
    pub order: PathBuf,
    /// The folder with its data.
    pub data_dir: Option<PathBuf>,
}

/// Says `word`.
pub(super) fn say(word: &Word) {
    terminal::line(&terminal::json(word));
}

/// Asks for `free` runs more. A sweep that is gone has none.
///
/// # Errors
/// [`Failure::Usage`] when what comes back is no list of runs.
pub(super) fn ask(free: usize) -> Result<Vec<Invitation>, Failure> {
    say(&Word::Free(free));
    let mut line = String::new();
    if std::io::stdin().read_line(&mut line).unwrap_or(0) == 0 {
        return Ok(Vec::new());
    }
    serde_json::from_str(&line).map_err(|e| {
        Failure::Usage(format!("standard input: no list of runs ({e}); side-by-side is started by train sweep --fleet"))
    })
}
