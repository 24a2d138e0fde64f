//! ONNX models as other programs write them: what they do to the input, and what they make of the last layer.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod answers;
#[path = "../graphs/mod.rs"]
mod graphs;
mod nodes;
mod rows;
mod scaled;
