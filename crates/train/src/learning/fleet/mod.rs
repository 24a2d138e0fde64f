//! Networks of one shape, trained side by side as one program on a device.
//!
//! | file | concept |
//! |---|---|
//! | `trainer.rs` | epochs of networks that come and go |
//! | `engine.rs` | the engine: a fleet with a slot for each network |
//! | `member.rs`, `device_data.rs` | a network with what it needs of its own; the examples of all on the device |

mod device_data;
mod engine;
mod member;
mod trainer;

pub(crate) use member::{FleetMember, host};
pub(crate) use trainer::FleetTrainer;
