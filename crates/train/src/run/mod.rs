//! One run: what it is of, its folder, pre-training, training, evaluation, and its report.
//!
//! | file | concept |
//! |---|---|
//! | `supervised.rs` | one run, top to bottom |
//! | `load.rs`, `input.rs` | the examples of a configuration; how images are read by a record |
//! | `pretrain.rs`, `codes.rs` | greedy pre-training; the clean codes of a layer |
//! | `evaluate.rs` | a network on a whole set; the only reader of test sets |
//! | `id.rs` | the name of a run: a hash of what decides its result |
//! | `folder.rs`, `manifest.rs` | the run's folder and how the run ended; what the run is of |
//! | `page.rs`, `exhibits.rs`, `events.rs`, `progress.rs` | its page and pictures; curves for TensorBoard; how far a run is, and who is told |

mod codes;
pub mod evaluate;
mod events;
mod exhibits;
pub mod folder;
pub mod id;
pub(crate) mod input;
pub mod load;
mod manifest;
mod page;
pub mod pretrain;
pub mod progress;
pub mod supervised;
