//! Trains on your own data in memory: random points of a square. The class is whether a point lies in a circle.
//!
//!     cargo run -p train --example own_data
#![expect(clippy::print_stdout, reason = "an example prints its results")]

use data::{DataSet, Examples, Splits};
use random::{RngExt, stream};
use std::collections::BTreeMap;
use std::error::Error;
use train::config::Config;
use train::run::{folder::RunFolder, progress::Watch, supervised};
use train::terminal::Renderer;

/// `count` random points, with label 1 inside the circle and label 0 outside.
fn points(count: usize, part: u64) -> Result<Examples, data::Error> {
    let mut random = stream(1, "points", &[part]);
    let rows: Vec<f32> = (0..2 * count).map(|_| random.random_range(-1.0..1.0)).collect();
    let labels = rows.chunks(2).map(|p| u8::from(p[0] * p[0] + p[1] * p[1] < 0.6)).collect();
    Examples::numbers(rows, 2, labels, 2)
}

fn main() -> Result<(), Box<dyn Error>> {
    let data = DataSet {
        name: "points".to_owned(),
        credit: "drawn by an example".to_owned(),
        splits: Splits { train: points(1000, 0)?, validation: points(200, 1)?, test: points(200, 2)? },
        unlabelled: None,
        classes: vec!["outside".to_owned(), "inside".to_owned()],
        form: None,
        preprocessing: None,
        target: None,
        levels: None,
        found: Vec::new(),
        look: None,
        facts: BTreeMap::new(),
        checksums: BTreeMap::new(),
    };
    let mut config = Config::default(); // the fields have the names of the settings, such as training.l1
    config.model.hidden = vec![50, 50];
    let folder = RunFolder::first_free("points", config.training.seed)?;
    let result = supervised::run(&config, &folder, data, &Watch::through(Renderer::Plain))?;
    println!("test error {:.1} %; report: {}", 100.0 * result.test_error, folder.report().display());
    Ok(())
}
