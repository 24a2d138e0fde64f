//! What a worker and the sweep that started it say to each other, one line of JSON per message.
//!
//! | direction | line |
//! |---|---|
//! | worker's stdout | a [`WorkerMessage`] |
//! | worker's stdin | the answer to [`WorkerMessage::Free`]: a list of [`Assignment`]s |
//!
//! A worker writes nothing else to stdout; notices go to stderr, which the sweep keeps in a log file. When one side dies the
//! other sees the end of its pipe. Messages announce; whether a run has ended is decided by its folder.

use crate::config::{Config, DataConfig};
use crate::failure::Failure;
use crate::run::folder::RunFolder;
use crate::run::progress::{Listener, Progress};
use crate::terminal;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;

/// What a worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorkerMessage {
    /// It has this many free slots. The sweep answers with a list of at most as many [`Assignment`]s.
    Free(usize),
    /// An epoch of a run is over.
    Epoch {
        /// The run's id.
        run: String,
        /// How far the run is now.
        progress: Progress,
    },
    /// A run has ended; its folder says how, and the worker no longer uses it.
    Ended {
        /// The run's id.
        run: String,
    },
    /// A run cannot share this worker with the others; it needs a worker to itself.
    Refused {
        /// The run's id.
        run: String,
    },
    /// The worker cannot continue, and its process is about to end.
    Failed(WorkerFailure),
}

/// Why a worker cannot continue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerFailure {
    /// What the sweep should make of it.
    pub kind: FailureKind,
    /// What happened and what to do, as a sentence.
    pub sentence: String,
}

/// What a sweep should make of a worker's failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FailureKind {
    /// Another process is training in the run's folder: wait for it.
    Busy,
    /// An error that the program foresaw.
    Error,
    /// A panic, or another defect of the program; the log tells more.
    Bug,
}

/// A run that a worker is to train.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// The run's id.
    pub run: String,
    /// Its folder, which may hold a checkpoint from before.
    pub folder: PathBuf,
    /// The file with its configuration.
    pub config: PathBuf,
    /// The folder with its data; `None`: the cache, or the program itself.
    pub data_dir: Option<PathBuf>,
}

impl WorkerMessage {
    /// Sends it to the sweep. A sweep that is gone misses it.
    pub fn send(&self) {
        terminal::line(&terminal::json(self));
    }

    /// The message in `line`.
    ///
    /// # Errors
    /// [`serde_json::Error`] when there is none.
    pub fn parse(line: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(line)
    }
}

impl From<&Failure> for WorkerFailure {
    fn from(failure: &Failure) -> Self {
        let kind = if matches!(failure, Failure::Busy { .. }) { FailureKind::Busy } else { FailureKind::Error };
        Self { kind, sentence: failure.to_string() }
    }
}

impl Assignment {
    /// The run's configuration, with the folder of its data.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be read.
    pub fn read_config(&self) -> Result<Config, Failure> {
        let config = RunFolder::config_in(&self.config)?;
        Ok(Config { data: DataConfig { dir: self.data_dir.clone(), ..config.data }, ..config })
    }

    /// The run's folder, created if the run is new.
    ///
    /// # Errors
    /// [`Failure`] when the folder cannot be created, or holds something other than a run.
    pub fn open_folder(&self) -> Result<RunFolder, Failure> {
        if self.folder.is_dir() { RunFolder::open(&self.folder) } else { RunFolder::create(&self.folder) }
    }
}

/// Asks the sweep for runs to fill `free` slots. A sweep that is gone has none.
///
/// # Errors
/// [`Failure::Usage`] when the answer is not a list of assignments.
pub fn request(free: usize) -> Result<Vec<Assignment>, Failure> {
    WorkerMessage::Free(free).send();
    let mut line = String::new();
    if std::io::stdin().read_line(&mut line).unwrap_or(0) == 0 {
        return Ok(Vec::new());
    }
    serde_json::from_str(&line).map_err(|e| {
        Failure::Usage(format!("standard input: not a list of assignments ({e}); let 'train sweep' start its workers"))
    })
}

/// A listener that sends the epochs of `run` to the sweep.
#[must_use]
pub fn listener(run: &str) -> Listener {
    let run = run.to_owned();
    Arc::new(move |progress| WorkerMessage::Epoch { run: run.clone(), progress }.send())
}

/// From here on a panic on any thread is sent to the sweep, too.
pub fn report_panics() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let message = panic.payload_as_str().unwrap_or("no message");
        let place = panic.location().map(|place| format!(" at {place}")).unwrap_or_default();
        let sentence = format!("the program panicked{place}: {message}");
        WorkerMessage::Failed(WorkerFailure { kind: FailureKind::Bug, sentence }).send();
        print(panic);
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_assignments_survive_the_round_trip() {
        let progress = |layer, validation_error| Progress { layer, epoch: 3, validation_error };
        let run = || "4ec5d5f0e6b9".to_owned();
        for message in [
            WorkerMessage::Free(7),
            WorkerMessage::Epoch { run: run(), progress: progress(None, Some(0.25)) },
            WorkerMessage::Epoch { run: run(), progress: progress(Some(2), None) },
            WorkerMessage::Ended { run: run() },
            WorkerMessage::Refused { run: run() },
            WorkerMessage::Failed((&Failure::Usage("two\nlines".to_owned())).into()),
        ] {
            let line = terminal::json(&message);
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(WorkerMessage::parse(&line).unwrap(), message);
        }
        let assignment =
            Assignment { run: run(), folder: "a b/c".into(), config: "d.toml".into(), data_dir: Some("/e".into()) };
        let line = terminal::json(&[&assignment]);
        assert_eq!(serde_json::from_str::<Vec<Assignment>>(&line).unwrap(), [assignment]);
    }

    #[test]
    fn other_lines_are_errors() {
        for line in ["", "words", "{}", r#"{"free":-1}"#, r#"{"epoch":3,"train_loss":0.5}"#, r#"{"ended":{}}"#] {
            assert!(WorkerMessage::parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_busy_folder_is_a_failure_of_its_own_kind() {
        let busy = Failure::Busy { folder: "a".into() };
        assert_eq!(WorkerFailure::from(&busy).kind, FailureKind::Busy);
        assert_eq!(WorkerFailure::from(&Failure::Usage(busy.to_string())).kind, FailureKind::Error);
    }
}
