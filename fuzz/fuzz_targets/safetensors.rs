//! Fuzzes the reader of safetensors files: no input may make it panic, hang, or allocate far more memory than the input
//! justifies.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(exchange::from_safetensors(bytes, Some(exchange::Activation::Rectifier))));
