//! One run: its configuration and data, its folder, pre-training, training, evaluation, and its report.
//!
//! | file | contents |
//! |---|---|
//! | `supervised.rs` | one run, from start to finish |
//! | `load.rs` | the examples of a configuration |
//! | `pretrain.rs`, `codes.rs` | greedy pre-training; the clean codes of a layer |
//! | `evaluate.rs` | the evaluation of a network on a whole data set |
//! | `testing.rs` | the test with which a run ends |
//! | `id.rs` | the id of a run: a hash of every setting that affects its result |
//! | `folder.rs`, `manifest.rs` | the run's folder, and how the run ended; the description of the run |
//! | `program.rs` | the commit of the program, and the name of the processor |
//! | `page.rs`, `exhibits.rs` | the run's report; the pictures and distributions of activations in the report |
//! | `events.rs`, `progress.rs` | curves for TensorBoard; the run's progress, and where the progress is reported |

mod codes;
pub mod evaluate;
mod events;
mod exhibits;
pub mod folder;
pub mod id;
pub mod load;
pub(crate) mod manifest;
mod page;
pub mod pretrain;
pub(crate) mod program;
pub mod progress;
pub mod supervised;
pub mod testing;
