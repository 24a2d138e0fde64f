//! Golden vectors: their files, and how close is close.
#![allow(clippy::allow_attributes, dead_code, reason = "each test file uses its own part")]

use burn::prelude::Device;
use burn::tensor::{Tensor, TensorData};
use std::path::PathBuf;

pub(crate) type Matrix = Vec<Vec<f64>>;

/// The file `name` of the golden vectors, or of `$GOLDEN_DIR`.
pub(crate) fn read<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let folder = std::env::var_os("GOLDEN_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden")), PathBuf::from);
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

pub(crate) fn matrix(rows: &Matrix, device: &Device) -> Tensor<2> {
    let shape = [rows.len(), rows[0].len()];
    let values: Vec<f32> = rows.iter().flatten().map(|v| *v as f32).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

pub(crate) fn vector(values: &[f64], device: &Device) -> Tensor<1> {
    let values: Vec<f32> = values.iter().map(|v| *v as f32).collect();
    let len = values.len();
    Tensor::from_data(TensorData::new(values, [len]), device)
}

pub(crate) fn flat(rows: &Matrix) -> Vec<f64> {
    rows.iter().flatten().copied().collect()
}

pub(crate) fn numbers<const D: usize>(tensor: &Tensor<D>) -> Vec<f64> {
    tensor.to_data().iter().collect()
}

/// |found - expected| within `tolerance` of the largest expected value, or of 1.
pub(crate) fn close(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(1.0f64, |m, v| m.max(v.abs()));
    for (k, (f, e)) in found.iter().zip(expected).enumerate() {
        assert!((f - e).abs() <= tolerance * scale, "{what} [{k}]: {f} where {e} was expected");
    }
}
