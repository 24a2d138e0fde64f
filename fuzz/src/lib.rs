//! The checks that every network accepted by an importer must pass.

use exchange::{Found, Format, Portable};

/// Asserts that the network in `read`, if reading succeeded, can be written in every format, and that reading its
/// safetensors file gives the same network.
pub fn is_whole(read: Result<Found, exchange::Error>) {
    if let Ok(Found { network, .. }) = read {
        let written = [network.to_safetensors(), network.to_npz(), network.to_onnx()];
        assert!(network.to_python().is_ascii() && network.to_c().is_ascii());
        let [safetensors, ..] = written.map(|bytes| bytes.expect("a network that was read fits each format"));
        assert_eq!(read_back(&safetensors), network);
    }
}

fn read_back(bytes: &[u8]) -> Portable {
    Found::read(bytes, Format::Safetensors, None).expect("a file that was written can be read").network
}
