//! A run's folder and its report.
mod page;
mod run;
pub use page::*;
pub use run::*;
