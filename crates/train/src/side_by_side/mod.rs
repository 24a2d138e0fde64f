//! Runs of one shape, trained side by side as one program on a device: what `train sweep --fleet` starts.
//!
//! | | |
//! |---|---|
//! | `words` | what it and its sweep say to each other |
//! | `worker` | the runs: who comes, who goes |
//! | `run`, `material` | a run, and what it is trained on |
//! | `pretraining` | layer by layer, rate by rate |
//!
//! The process asks its sweep for as many runs as there are seats, trains all of them by whole epochs, lets go whoever is
//! over or has diverged, and asks again. What a run leaves in its folder (metrics, checkpoint, records, result, report) is what
//! it leaves when it is trained alone. A checkpoint is written after an epoch, when it is time, and when a stop is asked for.

mod material;
mod pretraining;
mod run;
mod seats;
pub mod words;
mod worker;

pub use seats::Seats;

use crate::failure::Failure;
use crate::interrupt;
use worker::FleetWorker;

/// Options of the process.
#[derive(clap::Args, Debug)]
pub struct SideBySideArgs {
    /// How many runs side by side.
    #[arg(long, value_name = "N|auto", default_value = "auto")]
    pub seats: Seats,
    /// Never use the network.
    #[arg(long)]
    pub offline: bool,
}

/// Trains all runs that the sweep at the other end of stdin and stdout has for it.
///
/// # Errors
/// [`Failure`] when a stop was asked for, or something cannot be written.
pub fn train(args: &SideBySideArgs) -> Result<(), Failure> {
    interrupt::listen();
    let mut worker = FleetWorker::new(args.offline);
    loop {
        worker.settle()?;
        loop {
            let free = worker.free(args.seats);
            let invited = if free > 0 { words::ask(free)? } else { Vec::new() };
            if invited.is_empty() {
                break;
            }
            worker.join(invited);
            worker.settle()?;
        }
        if worker.is_empty() {
            return Ok(());
        }
        worker.epoch()?;
    }
}
