//! Measures how long it takes to read and list 10,000 runs: `cargo run -p report --example ten_thousand -- results`.
//!
//! The runs of the folder are copied under new names to a temporary folder, as often as needed for 10,000 runs.
#![expect(clippy::print_stdout, reason = "the example prints the times that it measures")]

use report::{Error, outcomes, runs_csv, runs_json, runs_table};
use std::path::PathBuf;
use std::time::Instant;

const RUNS: usize = 10_000;

fn main() -> Result<(), Error> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("results"), PathBuf::from);
    let kept = outcomes(&[folder])?;
    let many = tempfile::tempdir().map_err(files::Error::new("create a folder in", &std::env::temp_dir()))?;
    for (k, mut outcome) in kept.into_iter().cycle().take(RUNS).enumerate() {
        outcome.id = format!("run{k}");
        let path = many.path().join(format!("run{k}.json"));
        let text = serde_json::to_string(&outcome).unwrap_or_default(); // serialising an outcome cannot fail
        #[expect(clippy::disallowed_methods, reason = "the temporary files need not survive a crash")]
        std::fs::write(&path, text).map_err(files::Error::new("write", &path))?;
    }
    let begun = Instant::now();
    let found = outcomes(&[many.path().to_owned()])?;
    let read = begun.elapsed();
    let bytes = [runs_table(&found), runs_json(&found), runs_csv(&found)].map(|text| text.len());
    println!("{} runs: read in {read:.2?}, read and listed in {:.2?}, {bytes:?} bytes", found.len(), begun.elapsed());
    Ok(())
}
