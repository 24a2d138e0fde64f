//! The messages between a worker and the sweep that started it. Each message is one line of JSON.
//!
//! | stream | messages |
//! |---|---|
//! | the worker's stdout | [`WorkerMessage`]s |
//! | the worker's stdin | lists of [`Assignment`]s, each in reply to a [`WorkerMessage::Free`] |
//!
//! A worker writes nothing else to stdout; notices go to stderr, which the sweep keeps in a log file. When one of the
//! two processes ends, the other sees the end of its input. The sweep does not rely on the message that a run has
//! ended, but checks the run's folder.

use crate::config::{Config, DataConfig};
use crate::failure::Failure;
use crate::run::folder::RunFolder;
use crate::run::progress::{Listener, Progress};
use crate::terminal;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;

/// A message from a worker to its sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorkerMessage {
    /// The worker has this many free slots. The sweep replies with a list of at most as many [`Assignment`]s.
    Free(usize),
    /// A run has completed an epoch of pre-training or of supervised training.
    Epoch {
        /// The run's id.
        run: String,
        /// The progress of the run.
        progress: Progress,
    },
    /// A run has ended. The run's folder shows how it ended, and the worker no longer uses the folder.
    Ended {
        /// The run's id.
        run: String,
    },
    /// A run cannot share this worker with the other runs, and needs a worker of its own.
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
    /// How the sweep should treat the failure.
    pub kind: FailureKind,
    /// What happened and what to do, as a sentence.
    pub sentence: String,
}

/// The kinds of failures, which a sweep treats differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FailureKind {
    /// Another process is training in the run's folder; the sweep should wait for that process.
    Busy,
    /// An error that the program has anticipated; the message explains the error.
    Error,
    /// A panic or another defect of the program; the log has the details.
    Bug,
}

/// A run that a worker is to train.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// The run's id.
    pub run: String,
    /// The run's folder, which may contain a checkpoint of an earlier worker.
    pub folder: PathBuf,
    /// The file with the run's configuration.
    pub config: PathBuf,
    /// The folder with the run's data; `None` if the data are in the cache or embedded in the program.
    pub data_dir: Option<PathBuf>,
}

impl WorkerMessage {
    /// Sends the message to the sweep. If the sweep has ended, the message is lost.
    pub fn send(&self) {
        terminal::line(&terminal::json(self));
    }

    /// The message in `line`.
    ///
    /// # Errors
    /// [`serde_json::Error`] when `line` is not a message.
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
    /// The run's configuration, including the data folder.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be read or is not a valid configuration.
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

/// Asks the sweep for runs to fill `free` slots, and returns the assigned runs. The list is empty if the sweep has no
/// suitable run or has ended.
///
/// # Errors
/// [`Failure::Usage`] when the reply is not a list of assignments.
pub fn request(free: usize) -> Result<Vec<Assignment>, Failure> {
    WorkerMessage::Free(free).send();
    let mut line = String::new();
    if std::io::stdin().read_line(&mut line).unwrap_or(0) == 0 {
        return Ok(Vec::new());
    }
    serde_json::from_str(&line).map_err(|e| {
        Failure::Usage(format!(
            "standard input is not a list of assignments ({e}); let 'train sweep' start the workers"
        ))
    })
}

/// A listener that sends the epochs of `run` to the sweep.
#[must_use]
pub fn listener(run: &str) -> Listener {
    let run = run.to_owned();
    Arc::new(move |progress| WorkerMessage::Epoch { run: run.clone(), progress }.send())
}

/// Reports every later panic, on any thread, to the sweep as well as on stderr.
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
