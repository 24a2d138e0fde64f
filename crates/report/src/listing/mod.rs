//! Runs as text, JSON and CSV: a table of many runs, a single run in full, and a comparison of two runs.

mod layout;
mod single;
mod table;
mod versus;

pub use single::{run_csv, run_text};
pub use table::{runs_csv, runs_json, runs_table};
pub use versus::{McNemar, Pair, Versus, compare};
