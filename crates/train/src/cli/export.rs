//! `train export`: writes a run's network in a format that other programs read.

use crate::cli::portable;
use crate::failure::Failure;
use crate::run::folder::RunFolder;
use crate::terminal;
use model::Record;
use std::path::{Path, PathBuf};

/// The format of an exported network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum To {
    /// Named tensors, for PyTorch and many other programs.
    Safetensors,
    /// A model that can be run, for ONNX Runtime and many other programs.
    Onnx,
    /// `NumPy` arrays.
    Npz,
    /// A program in Python that needs only `NumPy`.
    Python,
    /// A program in C99 without dependencies.
    C,
}

impl To {
    fn extension(self) -> &'static str {
        match self {
            Self::Safetensors => "safetensors",
            Self::Onnx => "onnx",
            Self::Npz => "npz",
            Self::Python => "py",
            Self::C => "c",
        }
    }
}

/// Writes the best network of `run` to the file `out` or, if `out` is `None`, to a file in the run's folder.
///
/// # Errors
/// [`Failure`] when the run has no usable record, the format cannot hold the network, or the file cannot be written.
pub fn export(run: &Path, to: To, out: Option<&Path>) -> Result<(), Failure> {
    let folder = RunFolder::open_trained(run)?;
    let network = portable::of_record(&Record::load(&folder.record("best"))?)?;
    let bytes = match to {
        To::Safetensors => network.to_safetensors(),
        To::Onnx => network.to_onnx(),
        To::Npz => network.to_npz(),
        To::Python => Ok(network.to_python().into_bytes()),
        To::C => Ok(network.to_c().into_bytes()),
    }?;
    let file = out.map_or_else(|| folder.path().join(format!("best.{}", to.extension())), PathBuf::from);
    files::write(&file, &bytes)?;
    let takes = match to {
        To::Onnx | To::Python | To::C => network.takes(),
        To::Safetensors | To::Npz => None,
    };
    let takes = takes.map_or_else(String::new, |takes| format!(", {takes}"));
    terminal::line(&format!("{} ({} bytes){takes}", file.display(), bytes.len()));
    Ok(())
}
