//! Runs as text, JSON and CSV: many in a table, one in full, two side by side.

mod layout;
mod single;
mod table;
mod versus;

pub use single::{run_csv, run_text};
pub use table::{runs_csv, runs_json, runs_table};
pub use versus::{McNemar, Pair, Versus, compare};
