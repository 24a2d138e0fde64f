//! Writes a network for each activation as safetensors, npz and ONNX, inputs for these networks, an event file, and the
//! points of the event file as JSON. The script `scripts/neighbours/check` reads the files with other programs.
//!
//!     cargo run -p exchange --example neighbours -- FOLDER

#[path = "../tests/common/mod.rs"]
mod common;

use common::{INPUTS, named_units, network};
use exchange::{Scalar, events};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("no output folder given; name the folder to write to")?);
    files::create_folder(&folder)?;
    let inputs: Vec<Vec<f32>> = (0..40)
        .map(|row| (0..INPUTS).map(|k| (0.7 * (row * INPUTS + k) as f32).sin()).collect())
        .chain([vec![0.0; INPUTS], vec![1e4; INPUTS], vec![-1e4; INPUTS], vec![1e-30; INPUTS]])
        .collect();
    for (name, activation) in named_units() {
        let network = network(activation);
        files::write(&folder.join(format!("{name}.safetensors")), &network.to_safetensors()?)?;
        files::write(&folder.join(format!("{name}.npz")), &network.to_npz()?)?;
        files::write(&folder.join(format!("{name}.onnx")), &network.to_onnx()?)?;
        let given = serde_json::json!({ "inputs": inputs });
        files::write(&folder.join(format!("{name}.json")), given.to_string().as_bytes())?;
    }
    let tags = ["train/nll", "validation/error", "zeros/layer 1"];
    let points = (1..=20).flat_map(|step| tags.map(|tag| Scalar { tag, step, value: tag.len() as f32 / step as f32 }));
    let points: Vec<_> = points.collect();
    let given: Vec<_> = points.iter().map(|point| (point.tag, point.step, point.value)).collect();
    files::write(&folder.join("events.json"), &serde_json::to_vec(&given)?)?;
    Ok(files::write(&folder.join("events.out.tfevents.1"), &events(1.7e9, points))?)
}
