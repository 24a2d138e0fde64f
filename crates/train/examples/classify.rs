//! Inference as a library call: load a record, classify an image of grey values in [0, 1].
//!
//!     cargo run -p train                                   # leaves artifacts/digits-seed1/best.bpk
//!     cargo run -p train --example classify -- artifacts/digits-seed1/best.bpk
#![expect(clippy::print_stdout, reason = "an example prints")]

use burn::prelude::Device;
use model::Classifier;
use std::path::Path;

fn main() -> Result<(), model::Error> {
    let record = std::env::args().nth(1).unwrap_or_else(|| "artifacts/digits-seed1/best.bpk".to_owned());
    let classifier = Classifier::load(Path::new(&record), &Device::flex())?;
    // A zero, 8 by 8, light strokes on dark.
    let picture = [
        "..####..", //
        ".##..##.", ".#....#.", "##....##", "##....##", ".#....#.", ".##..##.", "..####..",
    ];
    let image = picture.iter().flat_map(|row| row.chars()).map(|c| if c == '#' { 1.0 } else { 0.0 }).collect();
    for prediction in classifier.predict(image)? {
        println!("class {} with probability {:.3}", prediction.class, prediction.probabilities[prediction.class]);
    }
    Ok(())
}
