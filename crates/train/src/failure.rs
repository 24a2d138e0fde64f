//! Everything that ends the program early: one sentence, one exit code.

use crate::{config, config::backend};
use std::path::PathBuf;

/// Why the program stops. The text says what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A setting that cannot be used.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// The command line asks for something that does not go together.
    #[error("{0}")]
    Usage(String),
    /// A plan that cannot be used.
    #[error(transparent)]
    Plan(#[from] plan::Error),
    /// A backend that cannot be used here.
    #[error(transparent)]
    Backend(#[from] backend::Error),
    /// An engine that does not go with the backend.
    #[error(transparent)]
    Engine(#[from] config::engine::Error),
    /// An environment variable that asks for vector instructions that are not to be had.
    #[error(transparent)]
    InstructionSet(#[from] kernels::InstructionSetError),
    /// Networks that cannot be trained side by side.
    #[error(transparent)]
    Mismatch(#[from] fleet::Mismatch),
    /// A network that the zeros engine cannot run.
    #[error(transparent)]
    Unsupported(#[from] model::Unsupported),
    /// A data set that cannot be loaded.
    #[error(transparent)]
    Data(#[from] data::Error),
    /// A record that cannot be used.
    #[error(transparent)]
    Record(#[from] model::Error),
    /// A run's folder that cannot be read or written.
    #[error(transparent)]
    Report(#[from] report::Error),
    /// Standard output that does not take what is written.
    #[error("cannot write all to standard output: {0}; free some space or write it elsewhere")]
    Stdout(std::io::ErrorKind),
    /// A file that cannot be read or written.
    #[error(transparent)]
    File(#[from] files::Error),
    /// A network that cannot be handed over.
    #[error(transparent)]
    Exchange(#[from] exchange::Error),
    /// A file that holds no network that can be read.
    #[error("{}: {problem}", path.display())]
    Import {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        problem: exchange::Error,
    },
    /// A page that cannot be made.
    #[error(transparent)]
    Explore(#[from] report::explore::Error),
    /// An image that cannot be classified.
    #[error("{path}: {problem}; give pictures (PNG, JPEG, BMP or PNM) or idx files of images")]
    Image {
        /// The file, or "standard input".
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The loss is no number any more.
    #[error(
        "the loss stopped being a number in epoch {epoch}, {place}; lower training.learning_rate (it is \
         {rate}), for instance --set training.learning_rate={}", rate / 10.0
    )]
    Diverged {
        /// Epoch, from 1.
        epoch: usize,
        /// Which minibatch of it, from 1, and which layer went first; or between which minibatches, or on which examples, that was.
        place: String,
        /// The rate that was used.
        rate: f64,
    },
    /// Burn's Learner stopped on an error of its own.
    #[error("training stopped: {0}; go on with --resume")]
    Learner(String),
    /// A stop was asked for; everything is saved.
    #[error("stopped in epoch {epoch} after step {step}, everything is saved; go on with {resume}")]
    Interrupted {
        /// Epoch, from 1.
        epoch: usize,
        /// Minibatches of it that are done.
        step: usize,
        /// The command that goes on.
        resume: String,
    },
    /// The dashboard's kill key.
    #[error("killed from the dashboard; the last checkpoint is {}, go on with --resume", checkpoint.display())]
    Killed {
        /// The last checkpoint's file.
        checkpoint: PathBuf,
    },
    /// A run's folder that another process writes into.
    #[error("another process is training in {}; wait for it, or choose another --run-dir", folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// A stop of a sweep was asked for; every run that was going on is saved.
    #[error("stopped after {done} of {total} runs, those that were going on are saved; go on with the same command")]
    Stopped {
        /// Runs that are done.
        done: usize,
        /// Runs in all.
        total: usize,
    },
    /// Runs of a sweep that did not end with a result.
    #[error("{failed} of {total} runs failed, the first being {first}; correct that and give the same command again")]
    Unfinished {
        /// How many.
        failed: usize,
        /// Runs in all.
        total: usize,
        /// The first of them: its cell and what it said.
        first: String,
    },
    /// What `train doctor` or `train evaluate` found to differ.
    #[error("{0}")]
    Disagreement(String),
}

impl Failure {
    /// 2 for wrong use, 130 when interrupted, 1 for everything else.
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
