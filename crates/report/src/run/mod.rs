//! A run: the files of its folder, what is kept of it without the folder, and its page.
//!
//! | file | contents |
//! |---|---|
//! | `files.rs`, `json.rs` | the files of a run's folder, and how they are read and written |
//! | `outcome.rs`, `settings.rs` | what is kept of a run, its numbers and its settings |
//! | `discordant.rs` | test examples that one of two networks misclassifies |
//! | `page/` | the page of a run, a section a file |

mod discordant;
mod files;
mod json;
mod outcome;
mod page;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod settings;

pub use discordant::Discordant;
pub use files::{
    Counts, Epoch, Manifest, Measures, PretrainedLayer, PretrainingEpoch, RunResult, read_epochs, read_manifest,
    read_result, write_epochs, write_manifest, write_measures, write_mistakes, write_pretraining, write_result,
};
pub use json::Error;
pub(crate) use outcome::number_names;
pub use outcome::{End, Outcome, outcomes};
pub use page::{Activations, Confused, Image, Page, Reconstructed, Stage, html, write_page};
