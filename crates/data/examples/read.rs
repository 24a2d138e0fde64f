//! Reads a data set and gathers shuffled minibatches; prints the lines that describe the data, the reading time in
//! seconds, the peak memory in megabytes and the number of examples gathered per second.
//!
//!     cargo run -p data --example read -- mnist FOLDER
//!     cargo run -p data --example read -- reviews FOLDER        # your own data: images, idx, csv, libsvm or reviews

use data::{Access, Choices, Examples, Format, Source};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

const SEED: u64 = 1;
const MINIBATCH: usize = 10;

#[expect(clippy::print_stdout, reason = "this program prints its result")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, folder] = &arguments[..] else { return Err("give a data set or a format, and a folder".into()) };
    let begun = Instant::now();
    let data = match name.as_str() {
        "images" => data::load_own(Path::new(folder), Format::Images, &Choices::default(), SEED)?,
        "idx" => data::load_own(Path::new(folder), Format::Idx, &Choices::default(), SEED)?,
        "csv" => data::load_own(Path::new(folder), Format::Csv, &Choices::default(), SEED)?,
        "libsvm" => data::load_own(Path::new(folder), Format::Libsvm, &Choices::default(), SEED)?,
        "reviews" => data::load_own(Path::new(folder), Format::Reviews, &Choices::default(), SEED)?,
        known => {
            let source = Source { data_dir: Some(folder.into()), access: Access::Offline };
            data::load(known, &source, &Choices::default(), SEED, &mut |_| {})?
        }
    };
    let seconds = begun.elapsed().as_secs_f64();
    data.found.iter().for_each(|line| println!("{line}"));
    let peak = peak_megabytes();
    let examples = gathered_per_second(&data.splits.train);
    println!("{{\"seconds\": {seconds:.3}, \"peak_mb\": {peak:.0}, \"gathered_examples_per_second\": {examples:.0}}}");
    Ok(())
}

/// The peak memory of this process in megabytes; NaN if the system does not report it.
fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok()).unwrap_or(f64::NAN) / 1000.0
}

/// The number of examples gathered per second in shuffled minibatches of 10 examples, on one thread.
fn gathered_per_second(train: &Examples) -> f64 {
    let (mut inputs, mut labels) = (Vec::new(), Vec::new());
    let (mut examples, begun) = (0, Instant::now());
    for epoch in 1.. {
        for rows in train.order(SEED, epoch).chunks(MINIBATCH) {
            train.gather(rows, &mut inputs, &mut labels);
            examples += rows.len();
            if begun.elapsed().as_secs_f64() > 2.0 {
                return examples as f64 / begun.elapsed().as_secs_f64();
            }
        }
    }
    0.0
}
