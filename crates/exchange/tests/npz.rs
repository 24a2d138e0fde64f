//! Tests of reading NumPy archives that this crate did not write.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use exchange::from_npz;
use std::io::{Cursor, Write};
use units::Activation;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn archive(members: &[(&str, Vec<u8>)], method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// An array as NumPy writes it, with the given type, order, shape and values.
fn array(kind: &str, order: &str, shape: &str, values: &[f32]) -> Vec<u8> {
    let header = format!("{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}");
    let header = format!("{header:<117}\n");
    let values: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), &values].concat()
}

fn refused(members: &[(&str, Vec<u8>)], expected: &str) {
    let error = from_npz(&archive(members, CompressionMethod::Stored), Some(Activation::Tanh)).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn column_major_and_compressed_arrays_are_read() {
    let weight = array("<f4", "True", "(3, 2)", &[1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
    let members = [("output.weight.npy", weight), ("output.bias.npy", array("<f4", "False", "(2,)", &[0.5, 1.5]))];
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let network = from_npz(&archive(&members, method), None).unwrap();
        assert_eq!(network.parts().output.weight, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(network.parts().output.bias, [0.5, 1.5]);
    }
}

#[test]
fn members_that_are_not_valid_arrays_are_named() {
    let weight = |kind, shape| [("0.weight.npy", array(kind, "False", shape, &[0.0; 6]))];
    refused(&weight("<f8", "(3, 1)"), "'0.weight' holds <f8 numbers");
    refused(&weight("<f4", "(3, 4)"), "'0.weight' has shape [3, 4]");
    refused(&weight("<f4", "(4294967296, 4294967296, 4)"), "'0.weight' has shape [4294967296, 4294967296, 4]");
    refused(&weight("<f4", "(3, -2)"), "'0.weight.npy' has an invalid shape");
    refused(&[("0.weight.npy", b"\x93NUMPY\x01\x00\xff\xff".to_vec())], "'0.weight.npy' ends within its header");
    refused(&[("readme.txt", b"hello".to_vec())], "'readme.txt' is not a NumPy array");
    let twice = [("0.weight", array("<f4", "False", "(3, 2)", &[0.0; 6])), weight("<f4", "(2, 3)")[0].clone()];
    refused(&twice, "'0.weight' occurs twice");
    let same = [weight("<f4", "(3, 2)")[0].clone(), ("1.weight.npy", twice[0].1.clone())];
    let mut archive = archive(&same, CompressionMethod::Stored);
    for at in 0..archive.len() - 12 {
        if archive[at..].starts_with(b"1.weight.npy") {
            archive[at] = b'0';
        }
    }
    let error = from_npz(&archive, Some(Activation::Tanh)).unwrap_err().to_string();
    assert!(error.contains("two of its members have the same name"), "{error}");
}
