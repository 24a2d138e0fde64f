//! `train worker`: a process that a sweep starts to train some of the sweep's runs.

use crate::failure::Failure;
use crate::sweep::fleet_size::FleetSize;
use crate::sweep::protocol::{self, WorkerMessage};
use crate::sweep::{fleet, single};
use data::Access;

/// Options of `train worker`.
#[derive(clap::Args, Debug)]
pub struct WorkerArgs {
    /// Number of runs to train side by side; default: one run, which is trained as by `train`.
    #[arg(long, value_name = "N|auto")]
    pub slots: Option<FleetSize>,
    /// Never use the internet.
    #[arg(long)]
    pub offline: bool,
}

/// Trains the runs that a sweep assigns through stdin, and reports progress, failures and panics to the sweep through
/// stdout.
///
/// # Errors
/// [`Failure`] when the worker cannot continue.
pub fn work(args: &WorkerArgs) -> Result<(), Failure> {
    protocol::report_panics();
    let access = if args.offline { Access::Offline } else { Access::Online };
    let done = match args.slots {
        None => single::work(access),
        Some(size) => fleet::work(size, access),
    };
    done.inspect_err(|failure| WorkerMessage::Failed(failure.into()).send())
}
