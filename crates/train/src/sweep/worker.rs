//! A run in a process of its own: this program once more, with one thread.

use super::agenda::Run;
use super::store::{Claim, Store};
use crate::failure::Failure;
use data::Network;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::Sender;

/// Whether a run begins or goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// From its seed.
    Fresh,
    /// From its checkpoint.
    Resume,
}

/// A run that is going on.
#[derive(Debug)]
pub struct Worker {
    /// Its place on the board.
    pub item: usize,
    /// How far it is.
    pub position: Position,
    child: Child,
    /// Held while the process runs, so that no other sweep takes the run.
    _claim: Claim,
}

/// How far a run is, as it last said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Position {
    /// The layer that is being pre-trained.
    pub layer: Option<usize>,
    /// The last epoch that was finished.
    pub epoch: usize,
    /// The validation error after it, a fraction.
    pub validation_error: Option<f64>,
}

/// What a worker said: the place of its run on the board, and how far it is.
pub type Word = (usize, Position);

impl Worker {
    /// Starts the run `run`, the `item`-th of the board; its words go to `words`.
    ///
    /// # Errors
    /// [`Failure::File`] when the process cannot be started.
    pub fn start(
        (item, run): (usize, &Run),
        start: Start,
        (store, claim): (&Store, Claim),
        network: Network,
        words: Sender<Word>,
    ) -> Result<Self, Failure> {
        let mut command = this_program()?;
        if start == Start::Resume {
            command.arg("--resume");
        } else {
            command.arg("--config").arg(store.order(&run.id));
        }
        command.arg("--run-dir").arg(store.work(&run.id).path()).args(["--renderer", "json"]);
        if let Some(folder) = &run.data_dir {
            command.arg("--data-dir").arg(folder);
        }
        if network == Network::Offline {
            command.arg("--offline");
        }
        // A file, not a pipe: it outlives this process, as the worker may.
        let path = store.log(&run.id);
        let log = std::fs::OpenOptions::new().create(true).truncate(true).write(true).open(&path);
        let log = log.map_err(files::Error::new("write", &path))?;
        command.env("RAYON_NUM_THREADS", "1").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().map_err(files::Error::new("start", &PathBuf::from(command.get_program())))?;
        if let Some(lines) = child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(lines).lines().map_while(Result::ok) {
                    if let Some(position) = position(&line)
                        && words.send((item, position)).is_err()
                    {
                        return;
                    }
                }
            });
        }
        Ok(Self { item, position: Position::default(), child, _claim: claim })
    }

    /// The number of its process.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended, and how.
    ///
    /// # Errors
    /// [`Failure::File`] when the operating system does not say.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>, Failure> {
        Ok(self.child.try_wait().map_err(files::Error::new("wait for", &PathBuf::from("a worker")))?)
    }

    /// Asks it to save and stop.
    pub fn stop(&mut self) {
        #[cfg(unix)]
        if let Ok(Some(process)) = i32::try_from(self.child.id()).map(rustix::process::Pid::from_raw) {
            // One that ended meanwhile is still ours to wait for: the number is nobody else's.
            let _ = rustix::process::kill_process(process, rustix::process::Signal::TERM);
        }
        #[cfg(not(unix))]
        let _ = self.child.kill(); // its last checkpoint is whole
    }

    /// Waits for its end.
    pub fn wait(&mut self) {
        let _ = self.child.wait();
    }
}

/// This very program, even when its file has been replaced since it was started.
fn this_program() -> Result<Command, Failure> {
    if cfg!(target_os = "linux") {
        let mut command = Command::new("/proc/self/exe");
        #[cfg(unix)]
        std::os::unix::process::CommandExt::arg0(&mut command, "train");
        return Ok(command);
    }
    let path = std::env::current_exe().map_err(files::Error::new("find", &PathBuf::from("this program")))?;
    Ok(Command::new(path))
}

/// What a line of `--renderer json` says of the position; nothing if it is none of an epoch.
fn position(line: &str) -> Option<Position> {
    let said: serde_json::Value = serde_json::from_str(line).ok()?;
    let number = |key: &str| said.get(key)?.as_u64().map(|number| number as usize);
    said.get("train_loss")?;
    let validation_error = said.get("validation_error").and_then(serde_json::Value::as_f64);
    Some(Position { layer: number("layer"), epoch: number("epoch")?, validation_error })
}

/// Why the worker of the run `id` that ended with `status` could not finish: its last sentence.
#[must_use]
pub fn complaint(store: &Store, id: &str, status: ExitStatus) -> String {
    let text = std::fs::read(store.log(id)).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let last = |wanted: fn(&&str) -> bool| text.lines().rev().find(wanted).map(str::trim);
    let said = last(|line| line.starts_with("error: ")).map(|line| line.trim_start_matches("error: "));
    let said = said.filter(|_| status.code().is_some()); // a killed process had no time to say why
    said.map_or_else(
        || {
            let line = last(|line| line.contains("panicked")).map(|line| format!(" ({line})")).unwrap_or_default();
            format!("its process ended with {status}{line}; see {}", store.log(id).display())
        },
        ToOwned::to_owned,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_epochs_are_positions_and_others_are_not() {
        let epoch = r#"{"epoch":3,"train_loss":0.5,"train_nll":null,"validation_error":0.25,"best":true}"#;
        assert_eq!(position(epoch), Some(Position { layer: None, epoch: 3, validation_error: Some(0.25) }));
        let pretraining = r#"{"layer":2,"learning_rate":0.1,"epoch":7,"train_loss":0.5,"best":false}"#;
        assert_eq!(position(pretraining), Some(Position { layer: Some(2), epoch: 7, validation_error: None }));
        for other in ["", "words", r#"{"dataset":"digits","epochs":3,"validation_error":0.1}"#] {
            assert_eq!(position(other), None);
        }
    }
}
