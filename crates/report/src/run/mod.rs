//! A run: the files of its folder, what is kept of it without its folder, and its page.

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
