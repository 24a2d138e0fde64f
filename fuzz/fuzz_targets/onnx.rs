//! Fuzzes the reader of ONNX models: no input may make it panic, hang, or allocate far more memory than the input
//! justifies, and every network that it accepts can be written again.
#![no_main]

use exchange::{Format, Found};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::is_whole(Found::read(bytes, Format::Onnx, None));
});
