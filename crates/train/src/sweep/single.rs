//! A worker with one slot: a process that trains one run as `train` does, and then ends.

use super::protocol::{self, Assignment, WorkerMessage};
use crate::failure::Failure;
use crate::run::folder::{Ending, note_divergence};
use crate::run::progress::Watch;
use crate::run::{load, supervised};
use data::{Access, Source};

/// Asks the sweep for a run, through stdout and stdin, and trains the run that the sweep assigns, if any.
///
/// # Errors
/// [`Failure`] when the reply of the sweep is not a list of assignments, when the run is interrupted or cannot be
/// trained, or when a file cannot be read or written.
pub fn work(access: Access) -> Result<(), Failure> {
    for assignment in protocol::request(1)? {
        train(&assignment, access)?;
        WorkerMessage::Ended { run: assignment.run }.send();
    }
    Ok(())
}

/// Trains the run of `assignment` to its end, from a checkpoint if the run has one. A run that diverges has also ended.
fn train(assignment: &Assignment, access: Access) -> Result<(), Failure> {
    let config = assignment.read_config()?;
    config.training.backend.device()?; // checked before anything is downloaded
    let data = load::load(&config, &Source { data_dir: config.data.dir.clone(), access })?;
    let folder = assignment.open_folder()?;
    if Ending::of(&folder)?.is_some() {
        return Ok(());
    }
    match supervised::run(&config, &folder, data, &Watch::told(protocol::listener(&assignment.run))) {
        Err(failure) if failure.is_divergence() => note_divergence(&folder, &failure),
        result => result.map(|_| ()),
    }
}
