//! A run's folder as types, and its report.
//!
//! The folder is the boundary between training and everything that looks at results: [`Manifest`] (`run.json`),
//! [`Epoch`] (`metrics.jsonl`), [`RunResult`] (`result.json`), and [`Page`] (`report.html`), one self-contained file
//! without scripts or addresses.

mod run;

mod chart;
mod page;
mod picture;

pub use page::{Confused, Page, html, write_page};
pub use picture::Image;
pub use run::{
    Counts, Epoch, Error, Manifest, RunResult, read_epochs, read_result, write_epochs, write_manifest, write_result,
};
