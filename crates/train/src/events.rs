//! `--events`: the curves of a run as TensorBoard reads them.

use crate::failure::Failure;
use exchange::Scalar;
use report::Epoch;
use std::path::Path;
use std::time::SystemTime;

/// Writes all epochs so far to `file`, a scalar for each number of each.
///
/// The file is written anew each time and grows by whole records, so that it is never cut off, and a run that went on
/// after an interruption has each epoch once.
///
/// # Errors
/// [`Failure::File`] when it cannot be written.
pub(crate) fn write(file: &Path, history: &[Epoch]) -> Result<(), Failure> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let named: Vec<(String, i64, f64)> = history.iter().flat_map(scalars).collect();
    let points = named.iter().map(|(tag, step, value)| Scalar { tag, step: *step, value: *value as f32 });
    Ok(files::write(file, &exchange::events(now, points))?)
}

/// The numbers of an epoch, each with its tag and the epoch.
fn scalars(epoch: &Epoch) -> Vec<(String, i64, f64)> {
    let one = |tag: &str, value| (tag.to_owned(), epoch.epoch as i64, value);
    let zeros = |part: &str, sparsity: &[f64]| -> Vec<(String, i64, f64)> {
        let layers = sparsity.iter().enumerate();
        layers.map(|(k, zeros)| one(&format!("zeros of layer {}/{part}", k + 1), *zeros)).collect()
    };
    [
        vec![
            one("loss/train", epoch.train_loss),
            one("nll/train", epoch.train_nll),
            one("nll/validation", epoch.validation_nll),
            one("error/train", epoch.train_error),
            one("error/validation", epoch.validation_error),
        ],
        zeros("train", &epoch.train_sparsity),
        zeros("validation", &epoch.validation_sparsity),
    ]
    .concat()
}
