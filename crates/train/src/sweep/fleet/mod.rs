//! A worker with the slots of a fleet: runs of the same shape, trained side by side as one program on a device.
//!
//! | module | contents |
//! |---|---|
//! | `worker` | the runs of the fleet; how runs join and leave the fleet |
//! | `run`, `shared_data` | a run, and the data that it shares with other runs |
//! | `pretraining` | pre-training, layer by layer and learning rate by learning rate |
//!
//! The process asks its sweep for as many runs as it has free slots, trains all of its runs for one epoch, removes the
//! runs that are finished or have diverged, and asks again. The folder of a run has the same files (metrics,
//! checkpoint, records, result, report) as the folder of a run that is trained alone. The checkpoint of a run is
//! written when the checkpoint interval has passed, when the training of the run is over, and when a stop is requested.

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

/// Trains the runs that the sweep assigns through stdin, up to `size` at a time.
///
/// # Errors
/// [`Failure::Interrupted`] if a stop was requested, [`Failure::Usage`] if standard input is not a list of assignments,
/// another [`Failure`] if a run cannot be trained beside the others or cannot be tested, or if a file cannot be read or
/// written.
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
