//! Inference as a library call: loads a record and classifies images with grey values in [0, 1].
//!
//!     cargo run -p train                       # leaves artifacts/digits-seed1/best.bpk
//!     cargo run -p train --example classify -- artifacts/digits-seed1/best.bpk
#![expect(clippy::print_stdout, reason = "an example prints its results")]

use model::Classifier;
use std::path::Path;

fn main() -> Result<(), model::Error> {
    let record = std::env::args().nth(1).unwrap_or_else(|| "artifacts/digits-seed1/best.bpk".to_owned());
    let mut classifier = Classifier::load(Path::new(&record))?;
    // Three of the embedded digits; any row-major values of shape `[batch, inputs]` can be classified.
    let digits = data::digits::all();
    let (mut images, mut labels) = (Vec::new(), Vec::new());
    digits.gather(&[0, 1, 2], &mut images, &mut labels);
    for (prediction, label) in classifier.predict(&images)?.iter().zip(labels) {
        let probability = prediction.probabilities[prediction.class];
        println!("a {label} is class {} with probability {probability:.3}", prediction.class);
    }
    Ok(())
}
