//! `--events`: the curves of a run for TensorBoard, which can read them while the run is in progress.

use crate::terminal;
use exchange::{EventWriter, Scalar};
use report::Epoch;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// An event file that grows by one epoch at a time.
///
/// The event file is the only file of a run that is not replaced as a whole, because TensorBoard continues reading from
/// its last position. A killed process may leave a partial record at the end, which readers treat as a record that is
/// still being written. A resumed run writes the whole file again, from its history.
#[derive(Debug)]
pub(crate) struct Curves {
    path: PathBuf,
    writer: Mutex<Option<EventWriter<File>>>,
}

impl Curves {
    /// Curves in the file at `path`, which the first call of [`Curves::follow`] creates or replaces.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, writer: Mutex::new(None) }
    }

    /// Appends the last epoch of `history`; the first call, or a call after a failure, writes all epochs to a new file.
    /// If the file cannot be written, a notice is printed and the run continues.
    pub(crate) fn follow(&self, history: &[Epoch]) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = files::Error::new("write", &self.path);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let written = (|| {
            let (mut open, unwritten) = match writer.take() {
                Some(open) => (open, &history[history.len().saturating_sub(1)..]),
                None => (EventWriter::begin(begin(&self.path)?, now)?, history),
            };
            for (tag, step, value) in unwritten.iter().flat_map(scalars) {
                open.scalar(now, Scalar { tag: &tag, step, value: value as f32 })?;
            }
            *writer = Some(open);
            Ok(())
        })();
        if let Err(failure) = written.map_err(failed) {
            terminal::notice(&failure.to_string());
        }
    }
}

fn begin(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).write(true).truncate(true).open(path)
}

/// The scalars of an epoch, each with its tag, the number of the epoch, and the value.
fn scalars(epoch: &Epoch) -> Vec<(String, i64, f64)> {
    let one = |tag: &str, value| (tag.to_owned(), i64::try_from(epoch.epoch).unwrap_or(i64::MAX), value);
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
