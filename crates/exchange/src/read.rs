//! Reads a network from a file in any of the supported formats.

use crate::error::Error;
use crate::found::Found;
use crate::{npz, onnx, safetensors};
use units::Activation;

/// A file format for networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// safetensors: tensors after a JSON header.
    Safetensors,
    /// NumPy's npz: a zip archive of arrays.
    Npz,
    /// ONNX: a graph of operators, in protocol buffers.
    Onnx,
}

impl Found {
    /// Reads a network and the notes on it from `bytes`, the content of a file in `format`, as
    /// [`from_safetensors`](crate::from_safetensors), [`from_npz`](crate::from_npz) and [`from_onnx`](crate::from_onnx)
    /// do. `unstated` is the activation of the hidden units if the file does not state it.
    ///
    /// # Errors
    /// The errors of these three functions, and [`Error::Contradicted`] if an ONNX model computes an activation other
    /// than `unstated`.
    pub fn read(bytes: &[u8], format: Format, unstated: Option<Activation>) -> Result<Self, Error> {
        match format {
            Format::Safetensors => safetensors::found(bytes, unstated),
            Format::Npz => npz::found(bytes, unstated),
            Format::Onnx => {
                let found = onnx::found(bytes)?;
                let parts = found.network.parts();
                match (unstated, parts.activation) {
                    (Some(given), stated) if given != stated && !parts.hidden.is_empty() => {
                        Err(Error::Contradicted { stated, given })
                    }
                    _ => Ok(found),
                }
            }
        }
    }
}
