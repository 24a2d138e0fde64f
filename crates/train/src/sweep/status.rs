//! The status of a run, from the plan to its end.
//!
//! | question | type |
//! |---|---|
//! | Does this sweep still have to do the run? | [`RunStatus`] |
//! | What does the run's folder in work hold? | [`WorkStatus`] |
//! | Has the run in a folder ended, and how? | [`Ending`] |
//! | Why did its training loop end? | [`crate::learning::checkpoint::StopReason`] |
//! | What is recorded of an ended run? | [`report::End`] |

use crate::run::folder::Ending;
use report::Outcome;

/// The status of a run on the board of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub enum RunStatus {
    /// No worker of this sweep has it.
    Open,
    /// A worker of this sweep trains it.
    Running,
    /// It is finished, or has diverged.
    Done(Box<Outcome>),
    /// Its workers failed, for this reason; this sweep does not try again.
    Failed(String),
}

/// The status of a run's folder in work, as a sweep that holds the claim finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkStatus {
    /// There is none: the run starts from its seed.
    New,
    /// The run was started before, and resumes from its checkpoint if it has one.
    Resumable,
    /// The run has ended, and is not published yet.
    Ended(Ending),
    /// A worker whose sweep was killed still trains in it.
    Locked,
}
