//! The status of a run, from its planning to its end.
//!
//! | question | type |
//! |---|---|
//! | Does this sweep still have to do the run? | [`RunStatus`] |
//! | What does the run's working folder contain? | [`WorkStatus`] |
//! | Has the run in a folder ended, and how? | [`Ending`] |
//! | Why did the run's training loop end? | [`crate::learning::state::StopReason`] |
//! | What is recorded about the end of the run? | [`report::End`] |

use crate::run::folder::Ending;
use report::Outcome;

/// The status of a run in the schedule of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub enum RunStatus {
    /// The run is neither done nor failed, and is not assigned to a worker of this sweep.
    Open,
    /// The run is assigned to a worker of this sweep.
    Running,
    /// The run has finished or diverged.
    Done(Box<Outcome>),
    /// The run's workers failed for this reason; this sweep does not try the run again.
    Failed(String),
}

/// The status of a run's working folder, when a sweep has just claimed the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkStatus {
    /// The run has no usable working folder, and starts from the beginning.
    New,
    /// The run was started before, and resumes from its checkpoint, or starts again if there is no checkpoint.
    Resumable,
    /// The run has ended, but is not published yet.
    Ended(Ending),
    /// Another process, such as a worker whose sweep was killed, is still training in the folder.
    Locked,
}
