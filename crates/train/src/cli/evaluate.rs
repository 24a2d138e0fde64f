//! `train evaluate`: tests the network of a run again.

use crate::cli::source::SourceArgs;
use crate::failure::Failure;
use crate::run::folder::RunFolder;
use crate::run::{load, testing};
use crate::terminal::{self, Format};

/// Tests the network of `run` again, and compares the new result with the recorded result.
///
/// # Errors
/// [`Failure::Disagreement`] when the new result differs from the recorded result; another [`Failure`] when the run is
/// not finished, or the run or its data cannot be read.
pub fn evaluate(run: &std::path::Path, format: Format, source: &SourceArgs) -> Result<(), Failure> {
    let folder = RunFolder::open_trained(run)?;
    if !folder.result().is_file() {
        return Err(folder.unfinished()?);
    }
    let config = folder.read_config()?;
    let recorded: report::RunResult = report::read_result(&folder.result())?;
    let data = load::load(&config, &source.source(config.data.dir.clone()))?;
    let again = testing::evaluate(&folder, &config, data, &recorded)?;
    match format {
        Format::Json => terminal::line(&terminal::json(&again)),
        Format::Text => {
            terminal::line(&terminal::summary(&report::read_manifest(&folder.manifest())?, &again));
        }
    }
    if again == recorded {
        return Ok(());
    }
    Err(Failure::Disagreement(format!(
        "the new result differs from the result in {} (test error {}, nll {}); evaluate on the backend and machine of the \
         run",
        folder.result().display(),
        recorded.test_error,
        recorded.test_nll
    )))
}
