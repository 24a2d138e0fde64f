//! No bytes make the reader of NumPy's archives panic, hang, or take memory that they do not fill.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(exchange::from_npz(bytes, Some(exchange::Activation::Rectifier))));
