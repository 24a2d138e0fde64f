//! Tests of ONNX models as other programs write them, with nodes before the first layer and after the last.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod answers;
#[path = "../graphs/mod.rs"]
mod graphs;
mod nodes;
mod rows;
mod scaled;
