//! How a run ended, as its folder says: whoever started the process need not understand what it printed.

use crate::failure::Failure;
use crate::folder::RunFolder;
use crate::terminal;
use serde::{Deserialize, Serialize};

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With a result.
    Finished,
    /// Its loss stopped being a number: where, as a sentence.
    Diverged(String),
}

/// `diverged.json`.
#[derive(Serialize, Deserialize)]
struct Divergence {
    reason: String,
}

impl Ending {
    /// How the run in `folder` ended, if it did.
    ///
    /// # Errors
    /// [`Failure::File`] when the folder cannot be read.
    pub fn of(folder: &RunFolder) -> Result<Option<Self>, Failure> {
        if folder.result().is_file() {
            return Ok(Some(Self::Finished));
        }
        if !folder.diverged().is_file() {
            return Ok(None);
        }
        let divergence: Result<Divergence, _> = serde_json::from_str(&files::read_text(&folder.diverged())?);
        Ok(divergence.ok().map(|divergence| Self::Diverged(divergence.reason)))
    }
}

/// Leaves word in `folder` that its run ended with `failure`, should it have diverged.
///
/// # Errors
/// [`Failure::File`] when it cannot be written.
pub fn note_divergence(folder: &RunFolder, failure: &Failure) -> Result<(), Failure> {
    if !matches!(failure, Failure::Diverged { .. }) {
        return Ok(());
    }
    let text = terminal::json(&Divergence { reason: failure.to_string() }) + "\n";
    Ok(files::write(&folder.diverged(), text.as_bytes())?)
}
