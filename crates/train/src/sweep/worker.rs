//! The sweep's side of a worker. A worker is a process of this program that has one slot, or the slots of a fleet.

use super::fleet_size::FleetSize;
use super::group::Group;
use super::protocol::{Assignment, FailureKind, WorkerFailure, WorkerMessage};
use super::store::Claim;
use crate::failure::Failure;
use crate::run::progress::Progress;
use data::Access;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::Sender;

/// The specification of a worker to start.
#[derive(Debug)]
pub struct WorkerSpec {
    /// The group of runs that may share the worker, and the largest number of these runs at a time; `None` for a worker
    /// that trains a single run with one thread.
    pub fleet: Option<(Group, FleetSize)>,
    /// The file for the worker's stderr.
    pub log: PathBuf,
}

/// A worker process and its occupied slots.
#[derive(Debug)]
pub struct Worker {
    /// The runs of the worker: the runs that it trains, and the runs that are assigned but have not been sent yet.
    pub slots: Vec<Slot>,
    /// The group of runs that may share the worker; `None` if the worker has one slot.
    pub group: Option<Group>,
    /// The largest number of slots that were ever occupied at the same time.
    pub peak: usize,
    /// The file with the worker's stderr.
    pub log: PathBuf,
    /// The assignments that have not been sent yet.
    pending: Vec<Assignment>,
    /// The last failure that the worker reported or the sweep detected; `None` before a failure.
    failure: Option<WorkerFailure>,
    child: Child,
    stdin: Option<ChildStdin>,
}

/// An occupied slot of a worker.
#[derive(Debug)]
pub struct Slot {
    /// The index of the run in the schedule.
    pub item: usize,
    /// The run's id.
    pub run: String,
    /// The progress of the run.
    pub progress: Progress,
    /// The claim on the run, which is held while the slot is occupied, so that no other sweep takes the run.
    _claim: Claim,
}

impl Slot {
    /// The slot of `run`, which has the index `item` in the schedule.
    #[must_use]
    pub fn new(item: usize, run: String, claim: Claim) -> Self {
        Self { item, run, progress: Progress::default(), _claim: claim }
    }
}

/// Something received from a worker.
#[derive(Debug)]
pub struct FromWorker {
    /// The id of the worker's process.
    pub process: u32,
    /// The received content.
    pub content: Content,
}

/// The kinds of content received from a worker.
#[derive(Debug, PartialEq)]
pub enum Content {
    /// A message.
    Message(WorkerMessage),
    /// A line that is not a message.
    Unreadable(String),
    /// The end of the worker's stdout: the worker's process has ended or is about to end.
    Closed,
}

impl Worker {
    /// Starts a worker, whose messages go to `inbox`. The worker begins by asking for runs.
    ///
    /// # Errors
    /// [`Failure::File`] when the log cannot be written or the process cannot be started.
    pub fn start(spec: WorkerSpec, access: Access, inbox: Sender<FromWorker>) -> Result<Self, Failure> {
        let mut command = this_program()?;
        command.arg("worker");
        match &spec.fleet {
            Some((_, size)) => command.args(["--slots", &size.to_string()]),
            None => command.env("RAYON_NUM_THREADS", "1"),
        };
        if access == Access::Offline {
            command.arg("--offline");
        }
        Self::spawn(command, spec, inbox)
    }

    fn spawn(mut command: Command, spec: WorkerSpec, inbox: Sender<FromWorker>) -> Result<Self, Failure> {
        let WorkerSpec { fleet, log } = spec;
        // Stderr goes to a file, not to a pipe, because the worker may outlive this process.
        let file = std::fs::OpenOptions::new().create(true).truncate(true).write(true).open(&log);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(file.map_err(files::Error::new("write", &log))?);
        let mut child = command.spawn().map_err(files::Error::new("start", Path::new(command.get_program())))?;
        let (process, stdin) = (child.id(), child.stdin.take());
        if let Some(stdout) = child.stdout.take() {
            std::thread::spawn(move || forward(stdout, process, &inbox));
        }
        let group = fleet.map(|(group, _)| group);
        Ok(Self { slots: Vec::new(), group, peak: 0, log, pending: Vec::new(), failure: None, child, stdin })
    }

    /// Gives `slot` to the worker; `assignment` is sent when the worker next asks for runs.
    pub fn assign(&mut self, slot: Slot, assignment: Assignment) {
        self.slots.push(slot);
        self.pending.push(assignment);
        self.peak = self.peak.max(self.slots.len());
    }

    /// The number of assignments that have not been sent yet.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Sends the pending assignments to the worker, which has asked for runs. If the worker has ended, the assignments
    /// are lost.
    ///
    /// # Errors
    /// [`Failure::Usage`] when a path is not UTF-8 text.
    pub fn answer(&mut self) -> Result<(), Failure> {
        let text = serde_json::to_string(&std::mem::take(&mut self.pending));
        let text = text.map_err(|e| {
            Failure::Usage(format!(
                "cannot pass a path under --runs or --data-dir to a worker ({e}); rename the folder"
            ))
        })?;
        if let Some(stdin) = &mut self.stdin {
            let _ = writeln!(stdin, "{text}").and_then(|()| stdin.flush());
        }
        Ok(())
    }

    /// The index of the slot of `run`; `None` if the worker does not have the run.
    #[must_use]
    pub fn slot_of(&self, run: &str) -> Option<usize> {
        self.slots.iter().position(|slot| slot.run == run)
    }

    /// The id of the worker's process.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Records why the worker cannot continue.
    pub fn record_failure(&mut self, failure: WorkerFailure) {
        self.failure = Some(failure);
    }

    /// Kills a worker that does not follow the protocol; `problem` states what the worker did.
    pub fn reject(&mut self, problem: &str) {
        let sentence = format!("worker process {} {problem}", self.process());
        self.failure = Some(WorkerFailure { kind: FailureKind::Bug, sentence });
        let _ = self.child.kill(); // an error means that the process has already ended
    }

    /// Whether the worker found that another process is training in the folder of the worker's run.
    #[must_use]
    pub fn found_busy(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::Busy)
    }

    /// Why the worker's process ended, with the exit status `status`, before the worker's runs had ended.
    #[must_use]
    pub fn reason(&self, status: ExitStatus) -> String {
        let log = self.log.display();
        match &self.failure {
            Some(WorkerFailure { kind: FailureKind::Bug, sentence }) => format!("{sentence}; see {log}"),
            Some(WorkerFailure { sentence, .. }) => sentence.clone(),
            None => format!("worker process {} ended with {status} and left no message; see {log}", self.process()),
        }
    }

    /// Asks the worker to save its runs and stop; on systems other than Unix, kills the worker. A worker that waits for
    /// runs gets no reply.
    pub fn stop(&mut self) {
        self.stdin = None;
        #[cfg(unix)]
        if let Ok(Some(process)) = i32::try_from(self.child.id()).map(rustix::process::Pid::from_raw) {
            // The operating system does not reuse the id of the process before `wait`, even if the process has ended.
            let _ = rustix::process::kill_process(process, rustix::process::Signal::TERM);
        }
        #[cfg(not(unix))]
        let _ = self.child.kill(); // no harm is done, because the last checkpoint is complete
    }

    /// Waits for the end of the worker's process.
    ///
    /// # Errors
    /// [`Failure::File`] when the operating system cannot wait for the process.
    pub fn wait(&mut self) -> Result<ExitStatus, Failure> {
        Ok(self.child.wait().map_err(files::Error::new("wait for", Path::new("a worker")))?)
    }
}

/// Forwards each line of `stdout`, the output of the process with the id `process`, to `inbox`, until the output ends
/// or the receiver has been dropped. [`Content::Closed`] follows the last line.
fn forward(stdout: ChildStdout, process: u32, inbox: &Sender<FromWorker>) {
    let lines = BufReader::new(stdout).split(b'\n').map_while(Result::ok);
    let contents = lines.map(|line| {
        let line = String::from_utf8_lossy(&line);
        WorkerMessage::parse(&line).map_or_else(|_| Content::Unreadable(line.into_owned()), Content::Message)
    });
    for content in contents.chain([Content::Closed]) {
        if inbox.send(FromWorker { process, content }).is_err() {
            return;
        }
    }
}

/// A command that starts this program. On Linux, the command starts the version that is running, even if the program's
/// file has been replaced in the meantime.
fn this_program() -> Result<Command, Failure> {
    if cfg!(target_os = "linux") {
        let mut command = Command::new("/proc/self/exe");
        #[cfg(unix)]
        std::os::unix::process::CommandExt::arg0(&mut command, "train");
        return Ok(command);
    }
    let path = std::env::current_exe().map_err(files::Error::new("find", Path::new("this program")))?;
    Ok(Command::new(path))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    /// The contents received from a worker that executes the shell script `script`, and the reason for the worker's
    /// failure.
    fn worker(script: &str) -> (Vec<Content>, String) {
        let folder = tempfile::tempdir().unwrap();
        let (inbox, received) = channel();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let spec = WorkerSpec { fleet: None, log: folder.path().join("worker.log") };
        let mut worker = Worker::spawn(command, spec, inbox).unwrap();
        worker.answer().unwrap();
        let contents: Vec<Content> = received.into_iter().map(|from| from.content).collect();
        for content in &contents {
            match content {
                Content::Message(WorkerMessage::Failed(failure)) => worker.record_failure(failure.clone()),
                Content::Unreadable(line) => worker.reject(&format!("wrote '{line}'")),
                Content::Message(_) | Content::Closed => {}
            }
        }
        let status = worker.wait().unwrap();
        let reason = worker.reason(status).replace(&worker.process().to_string(), "N");
        (contents, reason)
    }

    #[test]
    fn a_worker_that_is_killed_leaves_its_exit_status_and_its_log() {
        let (contents, reason) = worker("echo '{\"free\":1}'; kill -9 $$");
        assert_eq!(contents, [Content::Message(WorkerMessage::Free(1)), Content::Closed]);
        assert!(reason.starts_with("worker process N ended with signal: 9"), "{reason}");
        assert!(reason.contains("no message; see ") && reason.ends_with("worker.log"), "{reason}");
    }

    #[test]
    fn a_line_that_is_not_a_message_is_a_failure_that_names_the_worker() {
        let (contents, reason) = worker("echo hello");
        assert_eq!(contents, [Content::Unreadable("hello".to_owned()), Content::Closed]);
        assert!(reason.starts_with("worker process N wrote 'hello'; see "), "{reason}");
    }

    #[test]
    fn a_failure_that_is_reported_is_the_reason() {
        let failed = |kind: &str| {
            worker(&format!("echo '{{\"failed\":{{\"kind\":\"{kind}\",\"sentence\":\"so\"}}}}'; exit 1")).1
        };
        assert_eq!(failed("error"), "so");
        assert!(failed("bug").starts_with("so; see "));
    }

    #[test]
    fn answers_reach_the_worker() {
        let (contents, _) = worker("read answer; [ \"$answer\" = '[]' ] && echo '{\"free\":0}'");
        assert_eq!(contents, [Content::Message(WorkerMessage::Free(0)), Content::Closed]);
    }
}
