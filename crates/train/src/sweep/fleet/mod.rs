//! A worker with the slots of a fleet: runs of one shape, trained side by side as one program on a device.
//!
//! | | |
//! |---|---|
//! | `worker` | the runs: who comes, who goes |
//! | `run`, `shared_data` | a run, and what it is trained on |
//! | `pretraining` | layer by layer, rate by rate |
//!
//! The process asks its sweep for as many runs as there are slots, trains all of them by whole epochs, lets go whoever is
//! over or has diverged, and asks again. What a run leaves in its folder (metrics, checkpoint, records, result, report) is what
//! it leaves when it is trained alone. A checkpoint is written after an epoch, when it is time, and when a stop is asked for.

mod pretraining;
mod run;
mod shared_data;
mod worker;

use crate::failure::Failure;
use crate::interrupt;
use crate::sweep::fleet_size::FleetSize;
use crate::sweep::protocol;
use data::Access;
use worker::FleetWorker;

/// Trains the runs that the sweep at the other end of stdin and stdout assigns, up to `size` at a time.
///
/// # Errors
/// [`Failure`] when a stop was asked for, or something cannot be written.
pub fn work(size: FleetSize, access: Access) -> Result<(), Failure> {
    interrupt::listen();
    let mut worker = FleetWorker::new(access);
    loop {
        worker.settle()?;
        loop {
            let free = worker.free(size);
            let assigned = if free > 0 { protocol::request(free)? } else { Vec::new() };
            if assigned.is_empty() {
                break;
            }
            worker.join(assigned);
            worker.settle()?;
        }
        if worker.is_empty() {
            return Ok(());
        }
        worker.epoch()?;
    }
}
