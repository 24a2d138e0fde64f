//! A process of a sweep, this program once more: one run with one thread, or a fleet of runs.

use super::agenda::Run;
use super::group::Group;
use super::store::{Claim, Store};
use crate::failure::Failure;
use crate::side_by_side::Seats;
use crate::side_by_side::words::{self, Invitation};
use data::Network;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::Sender;

/// Whether a run begins or goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// From its seed.
    Fresh,
    /// From its checkpoint.
    Resume,
}

/// A process, and the runs that it is at.
#[derive(Debug)]
pub struct Worker {
    /// Its runs: one, or those of a fleet.
    pub seats: Vec<Seat>,
    /// What makes it a fleet, if it is one.
    pub fleet: Option<Fleet>,
    child: Child,
}

/// What makes a worker a fleet.
#[derive(Debug)]
pub struct Fleet {
    /// Of which runs.
    pub group: Group,
    /// The most that it had at a time.
    pub most: usize,
    /// What it says besides.
    pub log: PathBuf,
    /// Who is promised to it, and not yet told.
    waiting: Vec<Invitation>,
    stdin: Option<ChildStdin>,
}

/// A run that is going on.
#[derive(Debug)]
pub struct Seat {
    /// Its place on the board.
    pub item: usize,
    /// How far it is.
    pub position: Position,
    /// Held while it goes on, so that no other sweep takes the run.
    _claim: Claim,
}

impl Seat {
    /// The run `item` of the board, which nobody else may work on.
    #[must_use]
    pub fn new(item: usize, claim: Claim) -> Self {
        Self { item, position: Position::default(), _claim: claim }
    }
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

/// What a worker said.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// How far the run of this id is.
    Reached(String, Position),
    /// The run of this id has ended, and others go on.
    Ended(String),
    /// The run of this id is to be trained alone.
    Refused(String),
    /// It would take so many runs more, and waits for an answer.
    Free(usize),
}

/// The number of a worker's process, and what it said.
pub type Word = (u32, Said);

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
        command.env("RAYON_NUM_THREADS", "1").stdin(Stdio::null());
        let id = run.id.clone();
        let child = spawn(command, network, &store.log(&run.id), words, move |line| {
            Some(Said::Reached(id.clone(), position(line)?))
        })?;
        Ok(Self { seats: vec![Seat::new(item, claim)], fleet: None, child })
    }

    /// Starts a fleet of `group` with `seats`, the first of which `guest` gets; it asks for its runs. What it says besides is kept
    /// in the file `log`.
    ///
    /// # Errors
    /// [`Failure::File`] when the process cannot be started.
    pub fn fleet(
        (group, seats): (Group, Seats),
        (guest, seat): (Invitation, Seat),
        log: PathBuf,
        network: Network,
        words: Sender<Word>,
    ) -> Result<Self, Failure> {
        let mut command = this_program()?;
        command.args(["side-by-side", "--seats", &seats.to_string()]).stdin(Stdio::piped());
        let mut child = spawn(command, network, &log, words, said)?;
        let fleet = Fleet { group, most: 1, log, waiting: vec![guest], stdin: child.stdin.take() };
        Ok(Self { seats: vec![seat], fleet: Some(fleet), child })
    }

    /// Promises a seat of a fleet.
    pub fn promise(&mut self, guest: Invitation, seat: Seat) {
        self.seats.push(seat);
        if let Some(fleet) = &mut self.fleet {
            fleet.most = fleet.most.max(self.seats.len());
            fleet.waiting.push(guest);
        }
    }

    /// How many are promised a seat, and not yet told.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.fleet.as_ref().map_or(0, |fleet| fleet.waiting.len())
    }

    /// Tells a fleet who has been promised a seat. One that is gone will not miss them.
    ///
    /// # Errors
    /// [`Failure::Usage`] when a folder has no name that can be told.
    pub fn answer(&mut self) -> Result<(), Failure> {
        let Some(Fleet { waiting, stdin, .. }) = &mut self.fleet else { return Ok(()) };
        let text = serde_json::to_string(&std::mem::take(waiting));
        let text = text.map_err(|e| Failure::Usage(format!("a folder of --runs or --data-dir: {e}; rename it")))?;
        if let Some(stdin) = stdin {
            let _ = writeln!(stdin, "{text}").and_then(|()| stdin.flush());
        }
        Ok(())
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

    /// Asks it to save and stop. A fleet that waits for an answer gets none.
    pub fn stop(&mut self) {
        if let Some(fleet) = &mut self.fleet {
            fleet.stdin = None;
        }
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

/// Starts `command`. Lines on its stdout that `heard` makes something of go to `words`; its stderr goes to the file `log`.
fn spawn(
    mut command: Command,
    network: Network,
    log: &Path,
    words: Sender<Word>,
    heard: impl Fn(&str) -> Option<Said> + Send + 'static,
) -> Result<Child, Failure> {
    if network == Network::Offline {
        command.arg("--offline");
    }
    // A file, not a pipe: it outlives this process, as the worker may.
    let file = std::fs::OpenOptions::new().create(true).truncate(true).write(true).open(log);
    command.stdout(Stdio::piped()).stderr(file.map_err(files::Error::new("write", log))?);
    let mut child = command.spawn().map_err(files::Error::new("start", &PathBuf::from(command.get_program())))?;
    let process = child.id();
    if let Some(lines) = child.stdout.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(lines).lines().map_while(Result::ok) {
                if let Some(said) = heard(&line)
                    && words.send((process, said)).is_err()
                {
                    return;
                }
            }
        });
    }
    Ok(child)
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

/// What a line of a fleet says.
fn said(line: &str) -> Option<Said> {
    Some(match serde_json::from_str(line).ok()? {
        words::Word::Free(free) => Said::Free(free),
        words::Word::Epoch { run, layer, epoch, validation_error } => {
            Said::Reached(run, Position { layer, epoch, validation_error })
        }
        words::Word::Ended { run } => Said::Ended(run),
        words::Word::Refused { run } => Said::Refused(run),
    })
}

/// Why a worker that ended with `status` could not finish: the last sentence in its `log`.
#[must_use]
pub fn complaint(log: &Path, status: ExitStatus) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let last = |wanted: fn(&&str) -> bool| text.lines().rev().find(wanted).map(str::trim);
    let said = last(|line| line.starts_with("error: ")).map(|line| line.trim_start_matches("error: "));
    let said = said.filter(|_| status.code().is_some()); // a killed process had no time to say why
    said.map_or_else(
        || {
            let line = last(|line| line.contains("panicked")).map(|line| format!(" ({line})")).unwrap_or_default();
            format!("its process ended with {status}{line}; see {}", log.display())
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
        assert_eq!(
            said(r#"{"epoch":{"run":"a","layer":null,"epoch":3,"validation_error":0.25}}"#),
            Some(Said::Reached("a".to_owned(), Position { layer: None, epoch: 3, validation_error: Some(0.25) }))
        );
        assert_eq!(said(r#"{"free":7}"#), Some(Said::Free(7)));
        for other in ["", "words", r#"{"dataset":"digits","epochs":3,"validation_error":0.1}"#] {
            assert_eq!(position(other), None);
        }
    }
}
