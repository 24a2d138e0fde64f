//! Networks of the same shape, trained side by side as one program on a device.
//!
//! | file | concept |
//! |---|---|
//! | `trainer.rs` | epochs of a fleet, whose members may change between epochs |
//! | `engine.rs` | the engine: a fleet with a slot for each network |
//! | `member.rs`, `device_data.rs` | a network with its job and state; the examples of all networks on the device |

mod device_data;
mod engine;
mod member;
mod trainer;

pub(crate) use member::{FleetMember, host};
pub(crate) use trainer::FleetTrainer;
