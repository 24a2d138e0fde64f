//! Fuzzes the reader of pictures: no input may make it panic, hang, or allocate far more memory than the input
//! justifies.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| data::fuzz::picture(bytes));
