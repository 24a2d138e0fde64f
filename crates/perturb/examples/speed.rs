//! Measures how many images one thread perturbs in a second.
//!
//!     cargo run -p perturb --example speed
//!
//! The program prints one line each for NISTP, for P07 and for every module alone. Complexities are drawn from
//! U[0, 0.7], as in these sets. The build profile hardly matters: this package is optimised in every profile.
#![expect(clippy::print_stdout, reason = "an example prints its results")]

use perturb::{Image, MAX_COMPLEXITY, Module, PinchVariant, Pipeline};
use std::hint::black_box;
use std::time::Instant;

const IMAGES: u64 = 20_000;

fn main() {
    let ring = Image::from_fn(|row, column| 3.0 - ((row as f32 - 15.5).hypot(column as f32 - 15.5) - 8.0).abs());
    let sets = [("nistp", Pipeline::nistp(PinchVariant::Report)), ("p07", Pipeline::p07())];
    let alone = Module::ALL.map(|module| (module.name(), Pipeline::of(vec![module])));
    for (name, pipeline) in sets.into_iter().chain(alone) {
        let start = Instant::now();
        for index in 0..IMAGES {
            black_box(pipeline.apply(black_box(&ring), MAX_COMPLEXITY, 1, index).to_bytes());
        }
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{name:>16} {:>10.0} images/s {:>8.2} us/image",
            IMAGES as f64 / seconds,
            1e6 * seconds / IMAGES as f64
        );
    }
}
