//! Helpers that run the program in a temporary folder and check its output.
#![allow(clippy::allow_attributes, dead_code, reason = "each test file uses only some of the functions")]

#[cfg(unix)]
pub(crate) mod sweeps;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The settings of a small network, whose training takes a moment.
pub(crate) const SMALL: [&str; 4] = ["--set", "model.hidden=[16, 8]", "--set", "training.epochs=2"];

/// A temporary folder, deleted after the test, which also serves as the home directory.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `train` with `args`, ready to start in this folder.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_train"));
        let home = self.folder.path();
        command.args(args).current_dir(home).env("HOME", home).env("XDG_CACHE_HOME", home).env("XDG_RUNTIME_DIR", home);
        command.env("RUST_BACKTRACE", "0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn train(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Trains a small network, and leaves a finished run in the folder `name`.
    pub(crate) fn run(&self, name: &str, args: &[&str]) {
        let all: Vec<&str> = SMALL.iter().chain(&["--run-dir", name]).chain(args).copied().collect();
        let output = self.train(&all);
        assert!(output.status.success(), "{}", stderr(&output));
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> String {
        files::write(&self.path(name), bytes).unwrap();
        name.to_owned()
    }

    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_slice(&self.read(name)).unwrap()
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The error message of a command that must fail with the exit code `code` and must not panic.
pub(crate) fn failure(output: &Output, code: i32) -> String {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    let sentences: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
    // Mesa also prints lines that begin with `error: `.
    let sentences: Vec<&str> = sentences.into_iter().filter(|s| !s.contains("XDG_RUNTIME_DIR")).collect();
    assert_eq!(sentences.len(), 1, "the output must have exactly one error: {text}");
    sentences[0].to_owned()
}

/// Asserts that `text` contains each of `parts`.
pub(crate) fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "'{part}' is not in: {text}");
    }
}

/// The files that must be identical, byte for byte, in two runs with the same settings.
pub(crate) const OUTCOME: [&str; 5] = ["best.bpk", "last.bpk", "best.safetensors", "last.safetensors", "metrics.jsonl"];

pub(crate) fn same_outcome(place: &Place, a: &str, b: &str) {
    for file in OUTCOME {
        let [a, b] = [a, b].map(|run| place.read(&Path::new(run).join(file).to_string_lossy()));
        assert!(a == b, "{file} differs");
    }
}
