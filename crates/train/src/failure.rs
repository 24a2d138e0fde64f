//! The errors that end the program, each with a one-sentence message and an exit code.

use crate::{config, config::backend};
use std::path::PathBuf;

/// An error that ends the program. The message states what went wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A setting that cannot be used.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// A command that cannot be carried out as it was given, because its options, settings or files do not fit
    /// together.
    #[error("{0}")]
    Usage(String),
    /// A plan that cannot be used.
    #[error(transparent)]
    Plan(#[from] plan::Error),
    /// A backend that is not in this build, or that cannot be used on this machine.
    #[error(transparent)]
    Backend(#[from] backend::Error),
    /// An engine that cannot be used with the backend.
    #[error(transparent)]
    Engine(#[from] config::engine::Error),
    /// A value of `RECTIFIER_INSTRUCTION_SET` that is unknown, or that requests instructions which the processor lacks.
    #[error(transparent)]
    InstructionSet(#[from] kernels::InstructionSetError),
    /// Networks that cannot be trained side by side.
    #[error(transparent)]
    Mismatch(#[from] fleet::Mismatch),
    /// A network that the sparse engine cannot run.
    #[error(transparent)]
    Unsupported(#[from] model::Unsupported),
    /// A data set that cannot be loaded.
    #[error(transparent)]
    Data(#[from] data::Error),
    /// A record that cannot be read, written or used, or inputs that do not fit the network of a record.
    #[error(transparent)]
    Record(#[from] model::Error),
    /// A file of a run, or a folder of runs, that cannot be read or written.
    #[error(transparent)]
    Report(#[from] report::Error),
    /// Standard output that cannot be written to.
    #[error("cannot write all output to standard output: {0}; free some disk space, or redirect the output elsewhere")]
    Stdout(std::io::ErrorKind),
    /// A file that cannot be read or written.
    #[error(transparent)]
    File(#[from] files::Error),
    /// A network that cannot be exported.
    #[error(transparent)]
    Exchange(#[from] exchange::Error),
    /// A file whose network cannot be imported.
    #[error("{}: {problem}", path.display())]
    Import {
        /// The file.
        path: PathBuf,
        /// What is wrong with the file, and what to do.
        problem: exchange::Error,
    },
    /// An explorer page that cannot be made.
    #[error(transparent)]
    Explore(#[from] report::explore::Error),
    /// The loss, or the sum of |h| of a hidden layer, is NaN or infinite.
    #[error("the loss stopped being a number in epoch {epoch}, {place}; {remedy}")]
    Diverged {
        /// The epoch, counted from 1.
        epoch: usize,
        /// The place in the epoch: a minibatch, counted from 1, a range of minibatches or the validation examples, each
        /// with the first affected layer; or the test examples.
        place: String,
        /// What to do.
        remedy: String,
    },
    /// Training has ended, and the loss of every epoch was more than a tenth above the loss of the untrained network.
    #[error(
        "the network learned nothing: in each of {epochs} epochs, the loss on training and on validation examples was \
         more than a tenth above the loss of the untrained network, {untrained:.4}; {remedy}, or scale the inputs"
    )]
    NothingLearned {
        /// The number of epochs.
        epochs: usize,
        /// The loss of the untrained network on the validation examples.
        untrained: f64,
        /// What to do.
        remedy: String,
    },
    /// Burn's Learner stopped with an error.
    #[error("training stopped: {0}; continue with --resume")]
    Learner(String),
    /// The run was asked to stop, and its state is saved.
    #[error("stopped in epoch {epoch} after step {step} and saved the run; continue with {resume}")]
    Interrupted {
        /// The epoch, counted from 1.
        epoch: usize,
        /// Number of minibatches of the epoch that were processed.
        step: usize,
        /// The command that resumes the run.
        resume: String,
    },
    /// The run was stopped with the dashboard's kill key.
    #[error("killed from the dashboard; the last checkpoint is {}; continue with --resume", checkpoint.display())]
    Killed {
        /// The file of the last checkpoint.
        checkpoint: PathBuf,
    },
    /// A run's folder in which another process is training.
    #[error("another process is training in {}; wait for it, or choose another --run-dir", folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// A stop of the sweep was requested; every run in progress is saved.
    #[error("stopped after {done} of {total} runs, and saved the runs in progress; continue with the same command")]
    Stopped {
        /// Number of finished runs.
        done: usize,
        /// Total number of runs.
        total: usize,
    },
    /// The sweep has ended, and some of its runs have failed.
    #[error("{failed} of {total} runs failed, the first being {first}; correct the cause and repeat the command")]
    Unfinished {
        /// Number of failed runs.
        failed: usize,
        /// Total number of runs.
        total: usize,
        /// The cell, the id and the error of the first failed run.
        first: String,
    },
    /// A check that failed, such as the comparison in `train doctor` or `train evaluate`, or an input or output that
    /// cannot be used.
    #[error("{0}")]
    Disagreement(String),
}

impl Failure {
    /// Whether the run failed in a way that repeats whenever the run is repeated: its loss, or the sum of |h| of a
    /// hidden layer, became NaN or infinite, or the network learned nothing.
    #[must_use]
    pub fn is_divergence(&self) -> bool {
        matches!(self, Self::Diverged { .. } | Self::NothingLearned { .. })
    }

    /// The exit code: 2 for wrong use, 130 for a run or sweep that was stopped on request, 1 for everything else.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_)
            | Self::Usage(_)
            | Self::Engine(_)
            | Self::InstructionSet(_)
            | Self::Busy { .. }
            | Self::Plan(
                plan::Error::Malformed { .. } | plan::Error::Inconsistent { .. } | plan::Error::NotFactorial { .. },
            )
            | Self::Data(data::Error::UnknownSet { .. }) => 2,
            Self::Interrupted { .. } | Self::Killed { .. } | Self::Stopped { .. } => 130,
            _ => 1,
        }
    }
}
