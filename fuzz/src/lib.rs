//! What every network that an importer accepts must stand.

use exchange::{Found, Format, Portable};

/// Asserts that a network that was read can be written in every format, and is the same when its safetensors file is read.
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
