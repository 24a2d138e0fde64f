//! A worker with the slots of a fleet: runs of one shape, trained side by side as one program on a device.
//!
//! | | |
//! |---|---|
//! | `crew` | the runs: who comes, who goes |
//! | `trainee`, `material` | a run, and what it is trained on |
//! | `pretraining` | layer by layer, rate by rate |
//! | `course`, `pupil`, `shelf` | epochs of networks side by side; a network; the examples on the device |
//!
//! The process asks its sweep for as many runs as there are slots, trains all of them by whole epochs, lets go whoever is
//! over or has diverged, and asks again. What a run leaves in its folder (metrics, checkpoint, records, result, report) is what
//! it leaves when it is trained alone. A checkpoint is written after an epoch, when it is time, and when a stop is asked for.

mod course;
mod crew;
mod material;
mod pretraining;
mod pupil;
mod shelf;
mod trainee;

use crate::failure::Failure;
use crate::interrupt;
use crate::sweep::fleet_size::FleetSize;
use crate::sweep::protocol;
use crew::Crew;
use data::Network;

/// Trains the runs that the sweep at the other end of stdin and stdout assigns, up to `size` at a time.
///
/// # Errors
/// [`Failure`] when a stop was asked for, or something cannot be written.
pub fn work(size: FleetSize, network: Network) -> Result<(), Failure> {
    interrupt::listen();
    let mut crew = Crew::new(network == Network::Offline);
    loop {
        crew.settle()?;
        loop {
            let free = crew.free(size);
            let assigned = if free > 0 { protocol::request(free)? } else { Vec::new() };
            if assigned.is_empty() {
                break;
            }
            crew.join(assigned);
            crew.settle()?;
        }
        if crew.is_empty() {
            return Ok(());
        }
        crew.epoch()?;
    }
}
