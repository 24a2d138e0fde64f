//! A run: the files of its folder, its page, and its outcome, which can be reported without the folder.
//!
//! | file | contents |
//! |---|---|
//! | `files.rs`, `json.rs` | the types of the files in a run's folder, and how they are read and written |
//! | `look.rs` | the summary of the user's own data |
//! | `warning.rs` | the warning about a network that has learned nothing or has mostly dead units |
//! | `curves.rs` | the learning curves of an outcome |
//! | `outcome.rs`, `settings.rs` | a run's outcome, with its numbers by name, and its settings by key |
//! | `discordant.rs` | test examples that only one of two networks misclassifies |
//! | `page/` | the page of a run, one file for each section |

mod curves;
mod discordant;
mod files;
mod json;
mod look;
mod outcome;
mod page;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod settings;
mod warning;

pub use curves::{Curves, PretrainingCurves};
pub use discordant::Discordant;
pub(crate) use discordant::{mistakes, same_test_set};
pub use files::{
    Counts, Epoch, LastEpoch, Manifest, Measures, PretrainedLayer, PretrainingEpoch, RunResult, read_epochs,
    read_manifest, read_pretraining, read_result, write_epochs, write_manifest, write_measures, write_mistakes,
    write_predictions, write_pretraining, write_result,
};
pub use json::Error;
pub use look::{ClassSize, ColumnSummary, Look, PredictedColumn};
pub(crate) use outcome::number_names;
pub use outcome::{End, Outcome, outcomes};
pub use page::{Activations, Confused, Image, Page, Reconstructed, Stage, html, write_page};
pub use warning::warning;
